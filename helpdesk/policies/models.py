"""The table of policy versions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Identity, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import UtcMoment, db


class PolicyVersion(db.Model):  # type: ignore[name-defined]
    """A draft, or a version that was published and is never edited again."""

    __tablename__ = "policies"
    __table_args__ = (
        CheckConstraint("(published_at IS NULL) = (number IS NULL)", name="numbered_when_published"),
        CheckConstraint("(published_at IS NULL) = (approved_by IS NULL)", name="approved_when_published"),
    )
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)  # of the row: two people at one draft
    number: Mapped[int | None] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(60))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    effective_on: Mapped[date | None]
    approved_by: Mapped[str | None] = mapped_column(String(60))  # the person or body, in words
    approved_how: Mapped[str | None] = mapped_column(String(100))  # 会议纪要、文号
    made_at: Mapped[datetime] = mapped_column(UtcMoment)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcMoment)
    published_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    __mapper_args__ = {"version_id_col": version}
