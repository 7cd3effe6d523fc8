"""Tables of bulletins: the draft that changes, and what was frozen at issuing, which never does."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Identity, Index, Integer, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.chain import AppendOnlyError, Chained
from helpdesk.db import UtcMoment, db
from helpdesk.org.models import Unit
from helpdesk.proceedings.models import Proceeding


class Bulletin(db.Model):  # type: ignore[name-defined]
    """What a bulletin is about and its text; number, state and who did what are its proceeding's."""

    __tablename__ = "bulletins"
    __table_args__ = (Index("ix_bulletins_period", "first_on", "until_on"),)
    id: Mapped[int] = mapped_column(ForeignKey("proceedings.id"), primary_key=True, autoincrement=False)
    span: Mapped[str] = mapped_column(String(10))  # periods.Span
    first_on: Mapped[date]
    until_on: Mapped[date]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))  # None: the whole district
    text: Mapped[dict[str, Any]] = mapped_column(JSON)  # by section: paragraphs with fields in brackets
    replaces_id: Mapped[int | None] = mapped_column(
        ForeignKey("bulletins.id")
    )  # the issued one that this one withdraws
    proceeding: Mapped[Proceeding] = relationship()
    group: Mapped[Unit | None] = relationship()
    replaces: Mapped["Bulletin | None"] = relationship(remote_side="Bulletin.id")
    issue: Mapped["Issue | None"] = relationship(back_populates="bulletin")


class Issue(Chained, db.Model):  # type: ignore[name-defined]
    """What an issued bulletin says, as of one timeline entry; written once, and tied to the bulletin issued before it."""

    __tablename__ = "bulletin_issues"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    bulletin_id: Mapped[int] = mapped_column(ForeignKey("bulletins.id"), unique=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(100))
    issued_at: Mapped[datetime] = mapped_column(UtcMoment)
    entry_id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))  # the last that counts
    head: Mapped[str] = mapped_column(String(64))  # the hash of that entry: the history the figures rest on
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    text: Mapped[dict[str, Any]] = mapped_column(JSON)
    names: Mapped[dict[str, Any]] = mapped_column(JSON)  # of units, as they were called then, by key
    rows: Mapped[int]
    rows_hash: Mapped[str] = mapped_column(String(64))  # of the list, line by line
    bulletin: Mapped[Bulletin] = relationship(back_populates="issue")

    @classmethod
    def subject_words(cls, subject: Any) -> str:
        """They all stand in one chain."""
        return "印发的通报"


class Row(db.Model):  # type: ignore[name-defined]
    """One problem of an issued bulletin with the facts as they were at its moment; never changed."""

    __tablename__ = "bulletin_rows"
    __table_args__ = (UniqueConstraint("bulletin_id", "problem_id"),)
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)
    bulletin_id: Mapped[int] = mapped_column(ForeignKey("bulletins.id"))
    problem_id: Mapped[int]  # no foreign key: freezing must lock no problem, and the list outlives what it lists
    number: Mapped[str] = mapped_column(String(20))
    enterprise_id: Mapped[int | None]
    enterprise: Mapped[str | None] = mapped_column(String(100))
    street_id: Mapped[int | None]
    title: Mapped[str | None] = mapped_column(String(60))
    category: Mapped[str | None] = mapped_column(String(20))
    group_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(20))
    round: Mapped[int]
    reported_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    satisfaction: Mapped[str | None] = mapped_column(String(15))
    objected: Mapped[int]  # 退单 in the period
    extended: Mapped[int]  # 延期 in the period
    last_minute: Mapped[int]  # of these: asked for when the yellow lamp was lit already
    late_leg: Mapped[str | None] = mapped_column(String(20))  # the clock that had run out longest
    late_unit_id: Mapped[int | None]  # who answered for it
    due_on: Mapped[date | None]
    late_days: Mapped[int | None]  # working days after that day


FROZEN = (Issue, Row)


@event.listens_for(Row, "before_update")
@event.listens_for(Row, "before_delete")
def _refuse(_mapper: Any, _connection: Any, row: Row) -> None:
    raise AppendOnlyError(f"row {row.id} of bulletin {row.bulletin_id} is part of the record")
