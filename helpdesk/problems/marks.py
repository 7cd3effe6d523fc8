"""Marks: what happened to problems as figures count it, one narrow row each, written once with its timeline entry."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.chain import AppendOnlyError
from helpdesk.db import UtcMoment, db
from helpdesk.enterprises.models import Enterprise
from helpdesk.org.models import Person, Unit
from helpdesk.problems.models import Entry, Problem

LINK, CALL = "link", "call"
"""How the enterprise was asked."""


class Mark(db.Model):  # type: ignore[name-defined]
    """An act that counts as ``kind`` (workflows.counts); all of it follows from the timeline (``recounting.py``).

    As of a timeline entry: the marks of entries up to that key; ``at`` may lie before the moment of writing.
    """

    __tablename__ = "marks"
    __table_args__ = (
        UniqueConstraint("entry_id", "kind"),
        Index("ix_marks_problem", "problem_id", "entry_id"),
        Index("ix_marks_kind_day", "kind", "day", "group_id"),
    )
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcMoment)
    day: Mapped[date]  # the local day of ``at``
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    category: Mapped[str | None] = mapped_column(String(20))
    round: Mapped[int]  # in which it happened; of a dissatisfied evaluation the one that was evaluated
    group_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))  # who had it and answers for it
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))  # the handler's own office, else the group
    via: Mapped[str | None] = mapped_column(String(5))  # of answered and unreached: link | call
    contacted: Mapped[str | None] = mapped_column(String(5))
    solved: Mapped[str | None] = mapped_column(String(5))
    satisfaction: Mapped[str | None] = mapped_column(String(15))
    days: Mapped[int | None]  # finished: working days since the group had it; closed: since it was reported
    due_on: Mapped[date | None]  # extended: the due day that was put off
    lead: Mapped[int | None]  # extended: working days from the request to that due day
    problem: Mapped[Problem] = relationship()
    entry: Mapped[Entry] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    handler: Mapped[Person | None] = relationship()
    group: Mapped[Unit | None] = relationship(foreign_keys=[group_id])
    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id])


@event.listens_for(Mark, "before_update")
@event.listens_for(Mark, "before_delete")
def _refuse(_mapper: Any, _connection: Any, mark: Mark) -> None:
    raise AppendOnlyError(f"mark {mark.id} is part of the record")
