"""Tables of problems, their clocks, strikes, timeline, attachments, links and numbers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.chain import Chained
from helpdesk.db import UtcMoment, db
from helpdesk.enterprises.models import Enterprise
from helpdesk.org.models import Person, Unit

WITH_A_GROUP = "'assigned', 'objected', 'handling', 'reviewing', 'suspended', 'elevated', 'referred'"


class Problem(db.Model):  # type: ignore[name-defined]
    """A problem of an enterprise; everything else about it hangs on this row."""

    __tablename__ = "problems"
    __table_args__ = (
        CheckConstraint("(phase = 'closed') = (closed_on IS NOT NULL)", name="closed_has_day"),
        CheckConstraint("(state = 'closed') = (closing_number IS NOT NULL)", name="closed_has_number"),
        CheckConstraint("(phase = 'start') = (number IS NULL)", name="number_once_reported"),
        CheckConstraint(
            "phase = 'start' OR (enterprise_id IS NOT NULL AND title IS NOT NULL AND reported_at IS NOT NULL)",
            name="reported_is_complete",
        ),
        CheckConstraint(f"state NOT IN ({WITH_A_GROUP}) OR group_id IS NOT NULL", name="has_a_group"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into"),
        CheckConstraint("round >= 1 AND unreached_calls >= 0", name="counts"),
        Index("ix_problems_phase_due", "phase", "due_at"),
        Index("ix_problems_group", "group_id", "phase", "due_at"),
        Index("ix_problems_handler", "handler_id", "phase"),
        Index("ix_problems_reporter", "reporter_id", "phase"),
        Index("ix_problems_enterprise", "enterprise_id", "id"),
        Index("ix_problems_state_due", "state", "due_at"),
        Index("ix_problems_merged_into", "merged_into_id"),
        Index("ix_problems_kindred", "kindred_id"),
        Index("ix_problems_reported", "reported_at", "id"),
    )
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    number: Mapped[str | None] = mapped_column(String(20), unique=True)  # 〔2026〕0001
    state: Mapped[str] = mapped_column(String(20))
    phase: Mapped[str] = mapped_column(String(10))
    round: Mapped[int] = mapped_column(default=1)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    title: Mapped[str | None] = mapped_column(String(60))
    detail: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(String(20))
    urgency: Mapped[str | None] = mapped_column(String(10))
    contact_name: Mapped[str | None] = mapped_column(String(30))
    contact_phone: Mapped[str | None] = mapped_column(String(20))
    contact_email: Mapped[str | None] = mapped_column(String(100))
    wish: Mapped[str | None] = mapped_column(Text)
    visit_on: Mapped[date | None]
    project: Mapped[str | None] = mapped_column(String(60))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    difficulty: Mapped[str | None] = mapped_column(String(10))
    objected: Mapped[bool] = mapped_column(default=False)
    appealed: Mapped[bool] = mapped_column(default=False)
    unreached_calls: Mapped[int] = mapped_column(default=0)
    came_from: Mapped[str | None] = mapped_column(String(20))  # the state before this one
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("problems.id"))
    kindred_id: Mapped[int | None] = mapped_column(ForeignKey("problems.id"))  # another one of the same kind
    outcome: Mapped[str | None] = mapped_column(String(10))
    answer: Mapped[str | None] = mapped_column(Text)
    last_word: Mapped[str | None] = mapped_column(Text)  # the newest progress, plan or reply
    review_on: Mapped[date | None]
    expected_on: Mapped[date | None]
    contacted: Mapped[str | None] = mapped_column(String(5))
    solved: Mapped[str | None] = mapped_column(String(5))
    answered: Mapped[str | None] = mapped_column(String(5))  # asked on the phone only
    satisfaction: Mapped[str | None] = mapped_column(String(15))  # None once evaluated: 未评价
    created_at: Mapped[datetime] = mapped_column(UtcMoment)
    changed_at: Mapped[datetime] = mapped_column(UtcMoment)
    state_since_at: Mapped[datetime] = mapped_column(UtcMoment)
    reported_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    assigned_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    closed_on: Mapped[date | None]
    closing_number: Mapped[str | None] = mapped_column(String(20), unique=True)
    # The most pressing clock, kept with every change so that lists need no join.
    due_on: Mapped[date | None]
    due_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    waiting: Mapped[bool] = mapped_column(default=False)
    provisional: Mapped[bool] = mapped_column(default=False)
    closed_late: Mapped[bool] = mapped_column(default=False)  # a leg of it ended after its due moment

    reporter: Mapped[Person] = relationship(foreign_keys=[reporter_id])
    handler: Mapped[Person | None] = relationship(foreign_keys=[handler_id])
    group: Mapped[Unit | None] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    merged_into: Mapped["Problem | None"] = relationship(foreign_keys=[merged_into_id], remote_side="Problem.id")

    __mapper_args__ = {"version_id_col": version}


class ProblemClock(db.Model):  # type: ignore[name-defined]
    """One leg's clock: started, perhaps waiting, perhaps stopped; ``unit_id`` and ``person_id`` answer for it."""

    __tablename__ = "clocks"
    __table_args__ = (
        CheckConstraint("(stopped_at IS NULL) = (ended IS NULL)", name="stopped_somehow"),
        CheckConstraint("(waiting_since_at IS NULL) = (unspent IS NULL)", name="waiting_keeps_unspent"),
        CheckConstraint("strike_at IS NULL OR stopped_at IS NULL", name="stopped_strikes_no_more"),
        Index("ix_clocks_problem", "problem_id"),
        # Whole lists of overdue clocks and their subtotals are read from this index alone.
        Index(
            "ix_clocks_running_due", "stopped_at", "waiting_since_at", "due_at", "unit_id", "name", "problem_id", "id"
        ),
        Index("ix_clocks_strike", "strike_at"),
        Index("ix_clocks_unit", "unit_id", "name"),
    )
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"))
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matters.id"))  # of a request or an assisting task
    name: Mapped[str] = mapped_column(String(20))
    round: Mapped[int]
    amount: Mapped[int]  # the limit, in ``counted_in``; kept as started, changed only by re-timing
    counted_in: Mapped[str] = mapped_column(String(15))
    branch: Mapped[str | None] = mapped_column(String(20))  # which of the rule's limits: a fact's value, "again"
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policies.id"))  # None: the rules as they are shipped
    started_at: Mapped[datetime] = mapped_column(UtcMoment)
    started_on: Mapped[date]
    due_on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(UtcMoment)
    provisional: Mapped[bool] = mapped_column(default=False)
    waiting_since_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    unspent: Mapped[int | None]  # days in the limit's unit, seconds for hours; negative when overdue
    stopped_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    ended: Mapped[str | None] = mapped_column(String(15))  # answered | left | handed_over
    late: Mapped[bool | None]  # whether it had run out when it stopped
    used: Mapped[int | None]  # once stopped: days in the limit's unit, seconds for limits in hours, without waits
    late_by: Mapped[int | None]  # once stopped: working days after the due day, 0 when in time
    extended: Mapped[int] = mapped_column(default=0)  # how often a longer limit was granted
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    strike_at: Mapped[datetime | None] = mapped_column(UtcMoment)  # when the sweep must look at it again
    problem: Mapped[Problem] = relationship()
    matter: Mapped["Matter | None"] = relationship()
    unit: Mapped[Unit | None] = relationship()


class ClockStep(db.Model):  # type: ignore[name-defined]
    """Something that happened to a clock after it started; with these its due day can be counted out again."""

    __tablename__ = "clock_steps"
    __table_args__ = (Index("ix_clock_steps_clock", "clock_id", "id"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("clocks.id"))
    at: Mapped[datetime] = mapped_column(UtcMoment)
    kind: Mapped[str] = mapped_column(String(10))  # workflows.accounts.StepKind
    reason: Mapped[str] = mapped_column(String(300), default="")
    by_name: Mapped[str] = mapped_column(String(60), default="")  # who granted or ordered it
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id"))
    until_on: Mapped[date | None]  # extended: the new due day
    amount: Mapped[int | None]  # re-timed: the new limit
    counted_in: Mapped[str | None] = mapped_column(String(15))
    due_before_on: Mapped[date | None]
    due_after_on: Mapped[date | None]


class Matter(db.Model):  # type: ignore[name-defined]
    """Something beside a problem with a small process of its own: a request (申请) or an assisting task (协办)."""

    __tablename__ = "matters"
    __table_args__ = (
        CheckConstraint("(phase = 'closed') = (ended_at IS NOT NULL)", name="ended_has_moment"),
        CheckConstraint("process <> 'assist' OR unit_id IS NOT NULL", name="assists_somewhere"),
        Index("ix_matters_problem", "problem_id", "id"),
        Index("ix_matters_turn", "phase", "process", "state", "unit_id"),
        Index("ix_matters_unit", "unit_id", "phase"),
    )
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"))
    process: Mapped[str] = mapped_column(String(10))  # request | assist
    kind: Mapped[str] = mapped_column(String(15))  # extension | suspension | termination | assist
    state: Mapped[str] = mapped_column(String(20))
    phase: Mapped[str] = mapped_column(String(10))
    round: Mapped[int]  # of the problem
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))  # who assists
    opened_at: Mapped[datetime] = mapped_column(UtcMoment)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    state_since_at: Mapped[datetime] = mapped_column(UtcMoment)
    ended_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)  # plain answers of the act that opened it, by question
    came_from: Mapped[str | None] = mapped_column(String(20))
    due_on: Mapped[date | None]
    due_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    waiting: Mapped[bool] = mapped_column(default=False)
    provisional: Mapped[bool] = mapped_column(default=False)
    problem: Mapped[Problem] = relationship()
    unit: Mapped[Unit | None] = relationship()
    opened_by: Mapped[Person | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Strike(db.Model):  # type: ignore[name-defined]
    """A milestone that has struck: the ledger that makes "twice" impossible."""

    __tablename__ = "strikes"
    __table_args__ = (UniqueConstraint("clock_id", "milestone", "due_on"), Index("ix_strikes_struck", "struck_on"))
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("clocks.id"))
    milestone: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date]
    struck_on: Mapped[date]  # the true day, also when the sweep came late
    noted_at: Mapped[datetime] = mapped_column(UtcMoment)
    lapsed: Mapped[bool] = mapped_column(default=False)


class Entry(Chained, db.Model):  # type: ignore[name-defined]
    """One line of the timeline; written once, never changed, never deleted, and tied to the line before it."""

    __tablename__ = "entries"
    chained_by = "problem_id"
    __table_args__ = (Index("ix_entries_problem", "problem_id", "id"), Index("ix_entries_at", "at"))
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"))
    at: Mapped[datetime] = mapped_column(UtcMoment)
    action: Mapped[str] = mapped_column(String(30))  # an action's name, or "strike"
    label: Mapped[str] = mapped_column(String(30))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    for_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # whom he stood in for (代)
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matters.id"))
    by_name: Mapped[str] = mapped_column(String(60))  # as it was then: 李四（基础设施保障组）
    by_role: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))
    dest: Mapped[str] = mapped_column(String(20))
    round: Mapped[int]
    version: Mapped[int]  # of the problem, once this was done
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # name, label, value, words, public
    internal: Mapped[bool] = mapped_column(default=False)
    works: Mapped[bool] = mapped_column(default=False)
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    @classmethod
    def subject_words(cls, subject: Any) -> str:
        """The problem by its official number."""
        number = db.session.scalar(select(Problem.number).where(Problem.id == subject))
        return f"问题 {number}" if number else f"问题（编号 {subject}）"


class Attachment(db.Model):  # type: ignore[name-defined]
    """A file kept outside the web root, with the name its owner gave it."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_problem", "problem_id"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(100))


class Link(db.Model):  # type: ignore[name-defined]
    """The enterprise contact's own way in; the address is signed, nothing secret is stored."""

    __tablename__ = "links"
    __table_args__ = (UniqueConstraint("problem_id", "purpose", "round"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"))
    purpose: Mapped[str] = mapped_column(String(10))  # progress | evaluate
    round: Mapped[int]  # 0 for progress: one for the whole way
    issued_at: Mapped[datetime] = mapped_column(UtcMoment)
    expires_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    used_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    problem: Mapped[Problem] = relationship()


class NumberSeries(db.Model):  # type: ignore[name-defined]
    """The last number given in a series (problem, closing) of a district and year."""

    __tablename__ = "number_series"
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    district: Mapped[str] = mapped_column(String(50), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
