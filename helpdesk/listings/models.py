"""The export log: who took which list out of the system, when, and how much of it."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Identity, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import UtcMoment, db


class Export(db.Model):  # type: ignore[name-defined]
    """One file handed out."""

    __tablename__ = "exports"
    __table_args__ = (Index("ix_exports_person", "person_id", "id"), Index("ix_exports_at", "at"))
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcMoment)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # None: at the server
    listing: Mapped[str] = mapped_column(String(30))
    form: Mapped[str] = mapped_column(String(10))  # xlsx | json
    filters: Mapped[list[list[str]]] = mapped_column(JSON)  # label and words of each filter in force
    rows: Mapped[int]  # how many lines the file holds
