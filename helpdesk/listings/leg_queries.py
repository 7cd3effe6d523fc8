"""Reading legs: which ones count, how they went in SQL, their lines, and their used time as a histogram."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import aliased

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise
from helpdesk.listings.queries import CHUNK, NOT_OURS, Order
from helpdesk.org.models import Person, Unit
from helpdesk.problems.cases import Standing
from helpdesk.problems.legs import ANSWERABLE, How
from helpdesk.problems.models import Problem, ProblemClock
from helpdesk.problems.queries import visible_to
from workflows.accounts import BY_THE_HOUR
from workflows.calendar import ONE_DAY
from workflows.clocks import Ended

Condition = ColumnElement[bool]
Keys = Select[Any]

MINUTE = 60
"""Used time of limits in hours is told apart by the minute: seconds would make every leg a histogram of its own."""
ENDED = Order(
    (ProblemClock.stopped_at.nulls_last(), ProblemClock.id),
    (ProblemClock.stopped_at.desc().nulls_first(), ProblemClock.id.desc()),
)
PERSON = aliased(Person)
LATE = ProblemClock.late.is_(True)


# -- Which legs count --------------------------------------------------------------------------------------------------


def counted_legs(me: Standing) -> Keys:
    """Legs that have ended, or are overdue now, as far as this person may know of them; what waits counts not yet.

    ``seen``: whether he may see the problem too. The time that his own groups used stays theirs when a problem leaves.
    """
    return known_legs(me).where(
        ProblemClock.name.not_in(NOT_OURS), or_(ProblemClock.stopped_at.is_not(None), _overdue(me))
    )


def known_legs(me: Standing) -> Keys:
    """Legs of problems that this person may see, and those that his own groups answered for."""
    seen = true() if me.sees_district else ProblemClock.problem_id.in_(select(Problem.id).where(visible_to(me)))
    known = or_(seen, ProblemClock.unit_id.in_(me.groups)) if me.groups and not me.sees_district else seen
    keys: Any = select(ProblemClock.id, seen.label("seen"))
    found: Keys = keys.where(known)
    return found


def _overdue(me: Standing) -> Condition:
    return and_(
        ProblemClock.stopped_at.is_(None), ProblemClock.waiting_since_at.is_(None), ProblemClock.due_at <= me.now
    )


def went(how: str, me: Standing) -> Condition:
    """Legs that went so: in_time, late (also those that are overdue still), void, ended (in time or late)."""
    over = ProblemClock.stopped_at.is_not(None)
    meanings: dict[str, Condition] = {
        "in_time": and_(over, ProblemClock.late.is_(False), ~_void()),
        "late": or_(and_(over, LATE), _overdue(me)),
        "overdue": _overdue(me),
        "void": and_(over, ProblemClock.late.is_(False), _void()),
        "rated": or_(and_(over, or_(LATE, ~_void())), _overdue(me)),
        "ended": and_(over, or_(LATE, ~_void())),
    }
    return meanings[how]


def _void() -> Condition:
    left = and_(ProblemClock.ended == Ended.LEFT.value, ProblemClock.name.in_(sorted(ANSWERABLE)))
    return or_(ProblemClock.ended == Ended.HANDED_OVER.value, left)


def counted_in(unit: str) -> Condition:
    """Legs whose limit is counted in that unit."""
    return ProblemClock.counted_in == unit


def ended_between(first: date | None, last: date | None, me: Standing) -> Condition:
    """Ended on these local days or between them; what is overdue still counts for a span that holds today."""
    ends, still = ProblemClock.stopped_at, (first or me.today) <= me.today <= (last or me.today)
    within = [ends >= calendar().at(first)] if first else []
    within += [ends < calendar().at(last + ONE_DAY)] if last else []
    if not within:
        return true()
    return or_(and_(*within), ends.is_(None)) if still else and_(*within)


# -- Lines -------------------------------------------------------------------------------------------------------------


def leg_lines(keys: Any, *, longest: int) -> Select[Any]:
    """The lines of these legs; of problems that this person may see no more only number and times."""
    wanted = keys.subquery()
    columns = (
        Problem.id,
        Problem.number,
        Problem.phase,
        case((wanted.c.seen, Problem.title)).label("title"),
        case((wanted.c.seen, Enterprise.name)).label("enterprise"),
        ProblemClock.id.label("clock_id"),
        ProblemClock.name.label("clock"),
        Unit.name.label("unit"),
        PERSON.name.label("person"),
        *(getattr(ProblemClock, name) for name in LEG_COLUMNS),
    )
    return (
        select(*columns)
        .join(ProblemClock, ProblemClock.problem_id == Problem.id)
        .join(wanted, wanted.c.id == ProblemClock.id)
        .outerjoin(Enterprise, Enterprise.id == Problem.enterprise_id)
        .outerjoin(Unit, Unit.id == ProblemClock.unit_id)
        .outerjoin(PERSON, PERSON.id == ProblemClock.person_id)
    )


LEG_COLUMNS = (
    *("name", "unit_id", "round", "amount", "counted_in", "extended", "started_at", "started_on", "due_on", "due_at"),
    *("stopped_at", "ended", "late", "used", "late_by", "unspent", "provisional"),
)


# -- The histogram -----------------------------------------------------------------------------------------------------


def histogram(keys: Keys) -> list[Any]:
    """How many of these legs there are by ``unit_id``, ``name``, ``counted_in``, ``how`` and ``used``.

    ``used`` in days, in minutes for limits in hours; None for what is not over yet, and for legs of times in which it
    was not written down.
    """
    seconds = ProblemClock.counted_in.in_(sorted(unit.value for unit in BY_THE_HOUR))
    legs = keys.with_only_columns(
        ProblemClock.unit_id,
        ProblemClock.name,
        ProblemClock.counted_in,
        how().label("how"),
        case(
            (ProblemClock.stopped_at.is_(None), None),
            (seconds, ProblemClock.used // MINUTE),
            else_=ProblemClock.used,
        ).label("used"),
    ).subquery()
    alike = (legs.c.unit_id, legs.c.name, legs.c.counted_in, legs.c.how, legs.c.used)
    return list(db.session.execute(select(*alike, func.count().label("size")).group_by(*alike)))


def how(over: Condition | None = None) -> Any:
    """How each of the counted legs went; ``over``: whether it has ended, where that is not asked of today."""
    ended = ProblemClock.stopped_at.is_not(None) if over is None else over
    return case(
        (~ended, How.OVERDUE.value),
        (LATE, How.LATE.value),
        (_void(), How.VOID.value),
        else_=How.IN_TIME.value,
    )


def of_problems(condition: Condition) -> Condition:
    """Legs of problems for which this holds, open or closed."""
    return ProblemClock.problem_id.in_(select(Problem.id).where(condition))


def without_used(keys: Keys) -> Iterator[ProblemClock]:
    """Legs that ended before used time was written down, a chunk at a time."""
    wanted = keys.where(ProblemClock.stopped_at.is_not(None), ProblemClock.used.is_(None)).subquery()
    rows = select(ProblemClock).join(wanted, wanted.c.id == ProblemClock.id)
    with db.session.scalars(rows.execution_options(yield_per=CHUNK)) as found:
        yield from found
