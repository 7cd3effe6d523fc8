"""The table of templates that an office put in place of those that come with the program."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from helpdesk.db import UtcMoment, db


class PaperTemplate(db.Model):  # type: ignore[name-defined]
    """A version of a template; ``content`` None: from then on the program's own again. The newest is in force."""

    __tablename__ = "paper_templates"
    __table_args__ = (
        UniqueConstraint("paper", "number"),
        CheckConstraint("(content IS NULL) = (sha256 IS NULL)", name="content_has_hash"),
    )
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    paper: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]  # of the versions of one paper, from 1
    at: Mapped[datetime] = mapped_column(UtcMoment)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by_name: Mapped[str] = mapped_column(String(60))
    file_name: Mapped[str] = mapped_column(String(200), default="")
    size: Mapped[int] = mapped_column(default=0)  # bytes
    sha256: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
