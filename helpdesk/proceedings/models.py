"""Tables of proceedings, their clocks, strikes and timelines."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Identity, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.chain import Chained
from helpdesk.db import UtcMoment, db
from helpdesk.org.models import Person, Unit


class Proceeding(db.Model):  # type: ignore[name-defined]
    """Something with a process of its own that is about no single problem; ``unit_id``: to whom it is addressed."""

    __tablename__ = "proceedings"
    __table_args__ = (
        UniqueConstraint("process", "number"),
        CheckConstraint("(phase = 'closed') = (ended_at IS NOT NULL)", name="ended_has_moment"),
        Index("ix_proceedings_turn", "phase", "process", "state", "unit_id"),
        Index("ix_proceedings_unit", "unit_id", "phase"),
        Index("ix_proceedings_parent", "parent_id"),
    )
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    process: Mapped[str] = mapped_column(String(15))
    state: Mapped[str] = mapped_column(String(20))
    phase: Mapped[str] = mapped_column(String(10))
    number: Mapped[str | None] = mapped_column(String(30))  # 督办〔2026〕3号
    title: Mapped[str] = mapped_column(String(120))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("proceedings.id"))  # a receipt: of which bulletin
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # None: by the clocks
    opened_at: Mapped[datetime] = mapped_column(UtcMoment)
    changed_at: Mapped[datetime] = mapped_column(UtcMoment)
    state_since_at: Mapped[datetime] = mapped_column(UtcMoment)
    ended_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # the newest answers, by the names under which they are kept
    due_on: Mapped[date | None]
    due_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    provisional: Mapped[bool] = mapped_column(default=False)
    unit: Mapped[Unit | None] = relationship()
    opened_by: Mapped[Person | None] = relationship()
    parent: Mapped["Proceeding | None"] = relationship(remote_side="Proceeding.id")

    __mapper_args__ = {"version_id_col": version}

    waiting = False
    """Its clocks run or stop; none waits."""


class ProceedingClock(db.Model):  # type: ignore[name-defined]
    """One leg's clock of a proceeding."""

    __tablename__ = "proceeding_clocks"
    __table_args__ = (
        CheckConstraint("strike_at IS NULL OR stopped_at IS NULL", name="stopped_strikes_no_more"),
        Index("ix_proceeding_clocks_of", "proceeding_id"),
        Index("ix_proceeding_clocks_strike", "strike_at"),
    )
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    proceeding_id: Mapped[int] = mapped_column(ForeignKey("proceedings.id"))
    name: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int]  # the limit, in ``counted_in``; kept as started
    counted_in: Mapped[str] = mapped_column(String(15))
    branch: Mapped[str | None] = mapped_column(String(20))
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policies.id"))
    started_at: Mapped[datetime] = mapped_column(UtcMoment)
    started_on: Mapped[date]
    due_on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(UtcMoment)
    provisional: Mapped[bool] = mapped_column(default=False)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    late: Mapped[bool | None]  # whether it had run out when it stopped
    late_by: Mapped[int | None]  # once stopped: working days after the due day, 0 when in time
    strike_at: Mapped[datetime | None] = mapped_column(UtcMoment)  # when the sweep must look at it again
    proceeding: Mapped[Proceeding] = relationship()

    unspent = None
    """None of these clocks waits."""


class ProceedingStrike(db.Model):  # type: ignore[name-defined]
    """A milestone that has struck: the ledger that makes "twice" impossible."""

    __tablename__ = "proceeding_strikes"
    __table_args__ = (UniqueConstraint("clock_id", "milestone", "due_on"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("proceeding_clocks.id"))
    milestone: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date]
    struck_on: Mapped[date]
    noted_at: Mapped[datetime] = mapped_column(UtcMoment)
    lapsed: Mapped[bool] = mapped_column(default=False)


class ProceedingEntry(Chained, db.Model):  # type: ignore[name-defined]
    """One line of a proceeding's timeline; written once, never changed, never deleted."""

    __tablename__ = "proceeding_entries"
    __table_args__ = (Index("ix_proceeding_entries_of", "proceeding_id", "id"),)
    chained_by = "proceeding_id"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    proceeding_id: Mapped[int] = mapped_column(ForeignKey("proceedings.id"))
    at: Mapped[datetime] = mapped_column(UtcMoment)
    action: Mapped[str] = mapped_column(String(30))  # an action's name, or "strike"
    label: Mapped[str] = mapped_column(String(30))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    for_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # whom he stood in for (代)
    by_name: Mapped[str] = mapped_column(String(60))
    by_role: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))
    dest: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    internal = False
    """Whoever may see the proceeding may read all of its timeline."""

    @classmethod
    def subject_words(cls, subject: Any) -> str:
        """Which proceeding it is about."""
        found = db.session.get(Proceeding, subject)
        return (found.number or found.title) if found else f"{subject}"
