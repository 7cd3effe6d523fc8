"""Tables of imports: the record of each, what each row did, how far it has come, and remembered columns."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import UtcMoment, db
from helpdesk.org.models import Person


class State(StrEnum):
    """How far an import has come."""

    UPLOADED = "uploaded"  # sheet and columns are to be confirmed
    CHECKING = "checking"  # waits for the job, or the job is at it
    WRONG = "wrong"
    READY = "ready"  # the preview is shown
    QUEUED = "queued"  # confirmed: waits for the job, or the job is at it
    DONE = "done"
    FAILED = "failed"  # a defect of the program: nothing was imported
    DROPPED = "dropped"
    UNDONE = "undone"


STATE_LABELS = {
    State.UPLOADED: "待核对列",
    State.CHECKING: "正在检查",
    State.WRONG: "有错误，未导入",
    State.READY: "待确认导入",
    State.QUEUED: "正在导入",
    State.DONE: "已导入",
    State.FAILED: "出错，未导入",
    State.DROPPED: "已放弃",
    State.UNDONE: "已撤销",
}
AT_WORK = (State.CHECKING, State.QUEUED)


class Import(db.Model):  # type: ignore[name-defined]
    """One file on its way into the registers; it stays on record whatever came of it."""

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint("state <> 'done' OR applied_at IS NOT NULL", name="done_has_its_moment"),
        Index("ix_imports_state", "state"),
        Index("ix_imports_stored_as", "stored_as"),
    )
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # helpdesk.ledgers.catalogue
    state: Mapped[str] = mapped_column(String(10), default=State.UPLOADED)
    file_name: Mapped[str] = mapped_column(String(100))
    media_type: Mapped[str] = mapped_column(String(100))
    stored_as: Mapped[str] = mapped_column(String(80))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]  # bytes
    sheet: Mapped[str] = mapped_column(String(100), default="")
    heading: Mapped[int] = mapped_column(default=0)  # row of the heading, counted from 0
    columns: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # place in the sheet → column of the ledger
    added_at: Mapped[datetime] = mapped_column(UtcMoment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # None: whoever sits at the server
    by_name: Mapped[str] = mapped_column(String(60))
    remarks: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    wrong: Mapped[int] = mapped_column(default=0)  # how many errors there are, also those that are not kept
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str | None] = mapped_column(String(64))  # of the plan that the preview shows
    message: Mapped[str | None] = mapped_column(String(300))  # why it stands where it stands
    claimed_by: Mapped[str | None] = mapped_column(String(60))
    claimed_until_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    applied_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    undone_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    undone_by: Mapped[str | None] = mapped_column(String(60))
    by: Mapped[Person | None] = relationship()


class ImportLine(db.Model):  # type: ignore[name-defined]
    """What one row of the file does, or did; rows that change nothing have none."""

    __tablename__ = "import_lines"
    __table_args__ = (Index("ix_import_lines_import", "import_id", "outcome", "id"),)
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
    row: Mapped[int]  # as Excel shows it
    outcome: Mapped[str] = mapped_column(String(10))  # new | changed
    label: Mapped[str] = mapped_column(String(200))
    subject_id: Mapped[int | None]  # whom or what it is about, once that is known
    changes: Mapped[list[list[str]]] = mapped_column(JSON)  # label, before, after
    undo: Mapped[dict[str, Any]] = mapped_column(JSON)


class ImportProgress(db.Model):  # type: ignore[name-defined]
    """How far the job has come with an import; written beside its transaction, so that pages see it."""

    __tablename__ = "import_progress"
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), primary_key=True, autoincrement=False)
    phase: Mapped[str] = mapped_column(String(10))
    done: Mapped[int]
    total: Mapped[int]


class RememberedColumns(db.Model):  # type: ignore[name-defined]
    """How the columns of files with these headings were matched the last time."""

    __tablename__ = "import_columns"
    __table_args__ = (UniqueConstraint("kind", "shape"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    shape: Mapped[str] = mapped_column(String(64))  # helpdesk.ledgers.matching: shape
    columns: Mapped[dict[str, str]] = mapped_column(JSON)
    used_at: Mapped[datetime] = mapped_column(UtcMoment)
