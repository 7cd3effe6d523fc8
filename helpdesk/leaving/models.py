"""The table of what was handed over."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import UtcMoment, db
from helpdesk.org.models import Person


class HandedOver(db.Model):  # type: ignore[name-defined]
    """One thing that went from somebody who leaves to his successor (交接记录)."""

    __tablename__ = "handed_over"
    __table_args__ = (Index("ix_handed_over_person", "person_id", "id"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  # who leaves
    successor_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(20))  # which provider
    key: Mapped[int]  # of the thing, in its own table
    words: Mapped[str] = mapped_column(String(200))  # what it was called then
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcMoment)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    by_name: Mapped[str] = mapped_column(String(100))
    successor: Mapped[Person] = relationship(foreign_keys=[successor_id])
