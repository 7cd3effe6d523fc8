"""Reading orders: what they are about, which clocks call for one, and what the list holds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise
from helpdesk.listings.queries import NOT_OURS, Order
from helpdesk.org.models import Unit, UnitKind
from helpdesk.problems.cases import Standing
from helpdesk.problems.models import Problem, ProblemClock, Strike
from helpdesk.proceedings.models import Proceeding, ProceedingEntry
from helpdesk.proceedings.queries import addressed_units
from helpdesk.supervision.models import OrderProblem
from workflows.roles import Role
from workflows.supervision import DRAFTED_BY, ORDER
from workflows.terms import Phase

MOST_DRAFTED = 500  # legs in one order; the rest is drafted about the next time


@dataclass(frozen=True)
class LateLeg:
    """A leg that calls for an order: which clock of which problem, who answers for it, since when it is late."""

    problem_id: int
    number: str | None
    title: str | None
    clock_id: int | None
    unit_id: int | None
    due_on: date | None
    milestone: str | None = None


def late_legs(problem_ids: Collection[int], now: datetime) -> dict[int, LateLeg]:
    """The leg of each of these problems that has been overdue for the longest time; without one its group's."""
    rows = db.session.execute(
        select(
            Problem.id,
            Problem.number,
            Problem.title,
            Problem.group_id,
            ProblemClock.id.label("clock_id"),
            ProblemClock.unit_id,
            ProblemClock.due_on,
        )
        .outerjoin(
            ProblemClock,
            and_(
                ProblemClock.problem_id == Problem.id,
                ProblemClock.stopped_at.is_(None),
                ProblemClock.waiting_since_at.is_(None),
                ProblemClock.due_at <= now,
                ProblemClock.name.not_in(NOT_OURS),
            ),
        )
        .where(Problem.id.in_(problem_ids), Problem.phase == Phase.OPEN)
        .order_by(Problem.id, ProblemClock.due_at)
    )
    found: dict[int, LateLeg] = {}
    for row in rows:
        unit_id = row.unit_id if row.clock_id else row.group_id
        found.setdefault(row.id, LateLeg(row.id, row.number, row.title, row.clock_id, unit_id, row.due_on))
    return found


def drafts_called_for() -> list[tuple[str, int]]:
    """The level of each order that milestones call for with the unit it goes to: a first look, nothing is locked."""
    found: Any = select(Strike.milestone, ProblemClock.unit_id).distinct()
    return [(DRAFTED_BY[mark], unit_id) for mark, unit_id in db.session.execute(_called_for(found, DRAFTED_BY))]


def legs_to_draft(unit_id: int, level: str) -> list[LateLeg]:
    """Legs of that unit whose milestone calls for an order of that level that nobody has drafted, while they run."""
    found: Any = select(
        Problem.id,
        Problem.number,
        Problem.title,
        ProblemClock.id,
        ProblemClock.unit_id,
        ProblemClock.due_on,
        Strike.milestone,
    )
    marks = [mark for mark, each in DRAFTED_BY.items() if each == level]
    rows = _called_for(found, marks).where(ProblemClock.unit_id == unit_id).order_by(Strike.id).limit(MOST_DRAFTED)
    return [LateLeg(*row) for row in db.session.execute(rows)]


def _called_for(found: Any, milestones: Collection[str]) -> Any:
    """The same, of strikes of these milestones that call for an order.

    A problem that is in an open order of this level or a higher one already needs no other for its next leg; a leg for
    which a higher one was ever drafted needs no lower one afterwards.
    """
    return (
        found.select_from(Strike)
        .join(ProblemClock, ProblemClock.id == Strike.clock_id)
        .join(Problem, Problem.id == ProblemClock.problem_id)
        .join(Unit, Unit.id == ProblemClock.unit_id)
        .where(
            Strike.due_on == ProblemClock.due_on,
            ProblemClock.stopped_at.is_(None),
            ProblemClock.waiting_since_at.is_(None),
            Unit.kind != UnitKind.SUPERVISION,  # it does not order itself; its own lateness goes to the leaders
            or_(*(_calls_for(mark, DRAFTED_BY[mark]) for mark in milestones)),
        )
    )


def _calls_for(milestone: str, level: str) -> ColumnElement[bool]:
    """Whether a strike of that milestone calls for an order of that level."""
    so_high = [mark for mark, each in DRAFTED_BY.items() if each >= level]
    drafted = exists().where(OrderProblem.clock_id == Strike.clock_id, OrderProblem.milestone.in_(so_high))
    return and_(Strike.milestone == milestone, ~drafted, ~_in_open_order(level))


def _in_open_order(level: str) -> ColumnElement[bool]:
    """Whether the problem of a leg is in an order of that level or a higher one that is not closed."""
    return exists().where(
        OrderProblem.problem_id == Problem.id,
        ~OrderProblem.dropped,
        Proceeding.id == OrderProblem.order_id,
        Proceeding.phase != Phase.CLOSED,
        having_level_from(level),
    )


def open_orders_about(problem_ids: Collection[int]) -> dict[int, Proceeding]:
    """The newest order that is drafted or at work about each of these problems."""
    rows = db.session.execute(
        select(OrderProblem.problem_id, Proceeding)
        .join(Proceeding, Proceeding.id == OrderProblem.order_id)
        .where(OrderProblem.problem_id.in_(problem_ids), ~OrderProblem.dropped, Proceeding.phase != Phase.CLOSED)
        .order_by(Proceeding.id)
    )
    return {problem_id: order for problem_id, order in rows}  # noqa: C416  (a row is no pair for the types)


def rows_of(order_id: int) -> list[OrderProblem]:
    """What an order is about, in the order in which it was put in; what was taken out again is left out."""
    rows = select(OrderProblem).where(OrderProblem.order_id == order_id, ~OrderProblem.dropped)
    problem = joinedload(OrderProblem.problem)
    rows = rows.options(problem.joinedload(Problem.enterprise), problem.joinedload(Problem.group))
    return list(db.session.scalars(rows.options(joinedload(OrderProblem.clock)).order_by(OrderProblem.id)))


def row_for_change(order_id: int, problem_id: int) -> OrderProblem | None:
    """One problem of an order; its order has been locked before."""
    rows = select(OrderProblem).where(
        OrderProblem.order_id == order_id, OrderProblem.problem_id == problem_id, ~OrderProblem.dropped
    )
    return db.session.scalars(rows).one_or_none()


def unfinished() -> list[Proceeding]:
    """Every order that is drafted or at work, the oldest first."""
    rows = select(Proceeding).where(Proceeding.process == ORDER.name, Proceeding.phase != Phase.CLOSED)
    return list(db.session.scalars(rows.order_by(Proceeding.id)))


def issued_about(problem_id: int) -> list[Proceeding]:
    """The orders that have been issued about a problem, the newest first."""
    rows = (
        select(Proceeding)
        .join(OrderProblem, OrderProblem.order_id == Proceeding.id)
        .where(OrderProblem.problem_id == problem_id, ~OrderProblem.dropped, Proceeding.number.is_not(None))
    )
    return list(db.session.scalars(rows.order_by(Proceeding.id.desc())))


def steps_about(problem_id: int, acts: Collection[str]) -> list[tuple[str, ProceedingEntry]]:
    """These acts on the orders that have been issued about a problem, the newest first, each with the order's number."""
    rows = (
        select(Proceeding.number, ProceedingEntry)
        .join(ProceedingEntry, ProceedingEntry.proceeding_id == Proceeding.id)
        .join(OrderProblem, OrderProblem.order_id == Proceeding.id)
        .where(OrderProblem.problem_id == problem_id, ~OrderProblem.dropped, Proceeding.number.is_not(None))
        .where(ProceedingEntry.action.in_(acts))
        .order_by(ProceedingEntry.at.desc(), ProceedingEntry.id.desc())
    )
    return [(number or "", entry) for number, entry in db.session.execute(rows)]


# -- The list ----------------------------------------------------------------------------------------------------------

ADDRESSED = aliased(Unit)
PRESSING = Order(
    (Proceeding.due_at.is_(None), Proceeding.due_at, Proceeding.id.desc()),
    (Proceeding.due_at.is_not(None), Proceeding.due_at.desc(), Proceeding.id),
)
NEWEST = Order((Proceeding.opened_at, Proceeding.id), (Proceeding.opened_at.desc(), Proceeding.id.desc()))


def visible_orders(me: Standing) -> ColumnElement[bool]:
    """Orders this person may see: drafts only the supervision office, others also whoever answers for the unit."""
    if me.units(Role.SUPERVISOR):
        return Proceeding.id.is_not(None)
    out = Proceeding.number.is_not(None)
    if me.sees_district:
        return out
    units = addressed_units(me) | me.units(Role.LEADER)
    return and_(out, Proceeding.unit_id.in_(units))


def orders(me: Standing) -> Select[Any]:
    """The keys of the orders this person may see."""
    return select(Proceeding.id).where(Proceeding.process == ORDER.name, visible_orders(me))


def order_lines(keys: Any, *, longest: int) -> Select[Any]:
    """The lines of these orders."""
    wanted = keys.subquery()
    about = (
        select(OrderProblem.order_id, func.count().label("size"))
        .where(~OrderProblem.dropped)
        .group_by(OrderProblem.order_id)
        .subquery()
    )
    return (
        select(
            Proceeding.id,
            Proceeding.number,
            func.substr(Proceeding.title, 1, longest).label("title"),
            Proceeding.state,
            Proceeding.phase,
            Proceeding.facts,
            Proceeding.opened_at,
            Proceeding.due_on,
            Proceeding.due_at,
            Proceeding.provisional,
            ADDRESSED.name.label("unit"),
            func.coalesce(about.c.size, 0).label("size"),
        )
        .join(wanted, wanted.c.id == Proceeding.id)
        .outerjoin(ADDRESSED, ADDRESSED.id == Proceeding.unit_id)
        .outerjoin(about, about.c.order_id == Proceeding.id)
    )


def in_states(*names: str) -> ColumnElement[bool]:
    """Orders in one of these states."""
    return Proceeding.state.in_(names)


def with_words(words: str) -> ColumnElement[bool]:
    """Orders whose number or title, or one of whose problems or enterprises, holds these words."""
    about = (
        select(OrderProblem.order_id)
        .join(Problem, Problem.id == OrderProblem.problem_id)
        .join(Enterprise, Enterprise.id == Problem.enterprise_id)
        .where(
            ~OrderProblem.dropped,
            or_(*(each.contains(words, autoescape=True) for each in (Problem.number, Problem.title, Enterprise.name))),
        )
    )
    own = (Proceeding.number, Proceeding.title)
    return or_(*(each.contains(words, autoescape=True) for each in own), Proceeding.id.in_(about))


def of_unit(unit_id: int) -> ColumnElement[bool]:
    """Orders addressed to that unit."""
    return Proceeding.unit_id == unit_id


def overdue(now: datetime) -> ColumnElement[bool]:
    """Orders whose most pressing clock has run out."""
    return and_(Proceeding.phase == Phase.OPEN, Proceeding.due_at <= now)


def having_level_from(level: str) -> ColumnElement[bool]:
    """Orders of that level or a higher one."""
    return Proceeding.facts["level"].as_string() >= level


def having_level(level: str) -> ColumnElement[bool]:
    """Orders of that level."""
    return Proceeding.facts["level"].as_string() == level
