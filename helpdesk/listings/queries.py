"""Reading lists: what they hold, the meaning of their filters in SQL, their lines, counts and subtotals."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise
from helpdesk.enterprises.queries import paired_at_all, paired_with
from helpdesk.indexing import queries as indexing
from helpdesk.indexing.tokens import runs
from helpdesk.org.models import Person, Unit
from helpdesk.problems.cases import Standing
from helpdesk.problems.indexed import PROBLEM_KIND
from helpdesk.problems.models import Problem, ProblemClock
from helpdesk.problems.queries import visible_to
from helpdesk.rules import rules_on
from workflows.calendar import ONE_DAY
from workflows.moving_in import TAKEN_BACK
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import Phase

Condition = ColumnElement[bool]
Keys = Select[Any]

CHUNK = 1000  # lines fetched at once for a file
LONGEST = 2000  # characters of a long text in a file
COUNTED = 10_000  # no list is counted beyond it
NOT_OURS = tuple(clock.name for clock in PROBLEM.clocks if clock.owner is Role.ENTERPRISE)
"""Legs of the enterprise: nobody in the district is late with them, and nobody urges an enterprise."""

LATE = "late"
"""Instead of a colour: red or purple."""
IN_A_NUMBER = frozenset("〔〕0123456789")

REPORTER = aliased(Person)
HANDLER = aliased(Person)
ANSWERING = aliased(Unit)


# -- What a list holds -------------------------------------------------------------------------------------------------


def reported_problems(me: Standing) -> Keys:
    """Every reported problem that this person may see."""
    return select(Problem.id).where(visible_to(me), Problem.phase != Phase.START)


def own_problems(me: Standing) -> Keys:
    """What this person reported, drafts too."""
    return select(Problem.id).where(Problem.reporter_id == me.person_id, Problem.state != TAKEN_BACK.name)


def overdue_clocks(me: Standing) -> Keys:
    """Clocks past their due moment, of problems that this person may see."""
    return _running_clocks(me).where(ProblemClock.due_at <= me.now)


def clocks_ahead(me: Standing) -> Keys:
    """Clocks that run and are not overdue, of problems that this person may see."""
    return _running_clocks(me).where(ProblemClock.due_at > me.now)


def _running_clocks(me: Standing) -> Keys:
    """Clocks run only for what is reported: whoever sees the whole district needs no look at the problems."""
    running = select(ProblemClock.id).where(
        ProblemClock.stopped_at.is_(None),
        ProblemClock.waiting_since_at.is_(None),
        ProblemClock.name.not_in(NOT_OURS),
    )
    return running if me.sees_district else running.where(of_problems(visible_to(me)))


def of_problems(condition: Condition) -> Condition:
    """Clocks of open problems for which this holds."""
    return ProblemClock.problem_id.in_(select(Problem.id).where(Problem.phase == Phase.OPEN, condition))


# -- Lamps in SQL; workflows.clocks.lamp says the same of one row ------------------------------------------------------


def _not_soon(today: date) -> date:
    """The first due day that is green: further away than the policy's yellow days."""
    return calendar().add(today, rules_on(today).policy.soon_days + 1)


def _not_long(today: date) -> date:
    """The first due day that is only red: not longer ago than the policy's red days."""
    return late_by_no_more(rules_on(today).policy.long_days, today)


def late_by_no_more(days: int, today: date) -> date:
    """The first due day since which no more than so many working days have passed."""
    return calendar().add(today + ONE_DAY, -(days + 1))


def with_lamp(colour: str, me: Standing) -> Condition:
    """Problems with a lamp of that colour."""
    if colour == "blue":
        return and_(Problem.closing_number.is_not(None), ~Problem.closed_late)
    ticking = and_(Problem.phase == Phase.OPEN, Problem.due_at.is_not(None))
    if colour == "grey":
        return and_(ticking, Problem.waiting)
    return and_(ticking, ~Problem.waiting, _coloured(colour, Problem.due_on, Problem.due_at, me))


def clock_with_lamp(colour: str, me: Standing) -> Condition:
    """Running clocks with a lamp of that colour."""
    return _coloured(colour, ProblemClock.due_on, ProblemClock.due_at, me)


def _coloured(colour: str, due_on: Any, due_at: Any, me: Standing) -> Condition:
    """What the day decides, the moment bounds as well: due moments are indexed, and end their day or lie in it."""
    over, ahead = due_at <= me.now, due_at > me.now
    if colour == LATE:
        return over
    if colour in ("green", "yellow"):
        end = _not_soon(me.today)
        return and_(ahead, due_before(end, due_on, due_at) if colour == "yellow" else due_from(end, due_on, due_at))
    end = _not_long(me.today)
    return and_(over, due_before(end, due_on, due_at) if colour == "purple" else due_from(end, due_on, due_at))


def due_before(day: date, due_on: Any, due_at: Any) -> Condition:
    """Due on an earlier day than that."""
    return and_(due_on < day, due_at <= calendar().at(day))


def due_from(day: date, due_on: Any, due_at: Any) -> Condition:
    """Due on that day or later."""
    return and_(due_on >= day, due_at >= calendar().at(day))


# -- Other filters -----------------------------------------------------------------------------------------------------


def having(column: str, value: str) -> Condition:
    """Problems with that value in a column."""
    return getattr(Problem, column) == value


def nothing_in(column: str) -> Condition:
    """Problems with nothing in a column."""
    return getattr(Problem, column).is_(None)


def of_group(group_id: int | None) -> Condition:
    """Problems that this group has; None: that no group has."""
    return Problem.group_id.is_(None) if group_id is None else Problem.group_id == group_id


def reported_from(day: date) -> Condition:
    """Reported on that local day or later."""
    return Problem.reported_at >= calendar().at(day)


def reported_until(day: date) -> Condition:
    """Reported on that local day or earlier."""
    return Problem.reported_at < calendar().at(day + timedelta(days=1))


def of_enterprise_like(words: str) -> Condition:
    """Problems of enterprises whose name, code or pinyin initials hold these words."""
    fields = [Enterprise.name.contains(words, autoescape=True)]
    if words.isascii():
        fields.append(Enterprise.uscc.contains(words.upper(), autoescape=True))
        fields.append(Enterprise.initials.contains(words.lower(), autoescape=True))
    return Problem.enterprise_id.in_(select(Enterprise.id).where(or_(*fields)))


NONE = "none"
"""Instead of a key in an address: what has no street, no cadre …"""


def of_category(value: str) -> Condition:
    """Problems of that category; NONE: without any."""
    return Problem.category.is_(None) if value == NONE else Problem.category == value


def of_street(value: str) -> Condition:
    """Problems of enterprises in that street; NONE: of those whose street is not known."""
    wanted = Enterprise.street_id.is_(None) if value == NONE else Enterprise.street_id == int(value)
    return Problem.enterprise_id.in_(select(Enterprise.id).where(wanted))


def of_cadre(value: str, paired_on: date) -> Condition:
    """Problems of enterprises with which this person is paired on that day; NONE: with which nobody is."""
    if value == NONE:
        return Problem.enterprise_id.not_in(paired_at_all(paired_on))
    return Problem.enterprise_id.in_(paired_with(int(value), paired_on))


def holding(words: str) -> Condition:
    """Problems whose number, title, text, answers or enterprise hold every one of these words, in any position."""
    return and_(*(_holding_one(word) for word in words.split()))


def _holding_one(word: str) -> Condition:
    """Enterprises are few and may be renamed: they are looked at as they are called now.

    With a bracket, 〔2026〕0012 or [2026], it is a number as it is written.
    """
    number = word.replace("[", "〔").replace("]", "〕")
    if set(number) <= IN_A_NUMBER and not number.isdecimal():
        return _holds(Problem.number, number)
    if not any(runs(word)):  # nothing but signs, which are in no index
        return _holds(Problem.title, word)
    named = select(Problem.id).where(
        Problem.enterprise_id.in_(select(Enterprise.id).where(_holds(Enterprise.name, word)))
    )
    return Problem.id.in_(indexing.holding(PROBLEM_KIND, word).union(named))


def _holds(column: Any, word: str) -> Condition:
    """Large and small Latin letters are the same; Chinese has no such thing and is spared the effort."""
    has_letters = any("a" <= letter.lower() <= "z" for letter in word)
    return column.icontains(word, autoescape=True) if has_letters else column.contains(word, autoescape=True)


def answered_by(unit_id: int | None) -> Condition:
    """Clocks that this unit answers for; None: that a single person does."""
    return ProblemClock.unit_id.is_(None) if unit_id is None else ProblemClock.unit_id == unit_id


def of_leg(clock: str) -> Condition:
    """Clocks of that leg."""
    return ProblemClock.name == clock


# -- Order -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """An order and its reverse; what has no value stays last in both, and keys make sure that no row shows twice."""

    up: tuple[Any, ...]
    down: tuple[Any, ...]


REPORTED = Order((Problem.reported_at, Problem.id), (Problem.reported_at.desc(), Problem.id.desc()))
WRITTEN = Order((Problem.id,), (Problem.id.desc(),))
DUE = Order((Problem.due_at.nulls_last(), Problem.id), (Problem.due_at.desc().nulls_last(), Problem.id.desc()))
CLOCK_DUE = Order((ProblemClock.due_at, ProblemClock.id), (ProblemClock.due_at.desc(), ProblemClock.id.desc()))
BY_UNIT = Order(
    (ProblemClock.unit_id.nulls_last(), *CLOCK_DUE.up),
    (ProblemClock.unit_id.nulls_last(), *CLOCK_DUE.down),
)


# -- Lines -------------------------------------------------------------------------------------------------------------


def problem_lines(keys: Any, *, longest: int) -> Select[Any]:
    """The lines of these problems; long texts are cut after ``longest`` characters."""
    return _with_names(select(*_problem_columns(longest)), keys, Problem.id)


def clock_lines(keys: Any, *, longest: int) -> Select[Any]:
    """The lines of these clocks, each with its problem."""
    columns = (
        *_problem_columns(longest, but=("due_on", "due_at", "waiting", "provisional")),
        ProblemClock.id.label("clock_id"),
        ProblemClock.name.label("clock"),
        ProblemClock.unit_id,
        ANSWERING.name.label("unit"),
        ProblemClock.due_on,
        ProblemClock.due_at,
        ProblemClock.provisional,
    )
    rows = select(*columns).join(ProblemClock, ProblemClock.problem_id == Problem.id)
    return _with_names(rows, keys, ProblemClock.id).outerjoin(ANSWERING, ANSWERING.id == ProblemClock.unit_id)


def _problem_columns(longest: int, but: Collection[str] = ()) -> list[Any]:
    plain = (
        "id number title category urgency difficulty state phase round group_id due_on due_at waiting provisional "
        "reported_at closed_on closing_number closed_late solved satisfaction"
    )
    return [
        *(getattr(Problem, name) for name in plain.split() if name not in but),
        *(func.substr(getattr(Problem, name), 1, longest).label(name) for name in ("last_word", "detail", "answer")),
        Enterprise.name.label("enterprise"),
        Unit.name.label("group"),
        HANDLER.name.label("handler"),
        REPORTER.name.label("reporter"),
    ]


def _with_names(rows: Select[Any], keys: Any, key: Any) -> Select[Any]:
    wanted = keys.subquery()
    return (
        rows.join(wanted, wanted.c.id == key)
        .join(REPORTER, REPORTER.id == Problem.reporter_id)
        .outerjoin(Enterprise, Enterprise.id == Problem.enterprise_id)
        .outerjoin(Unit, Unit.id == Problem.group_id)
        .outerjoin(HANDLER, HANDLER.id == Problem.handler_id)
    )


def fetched(lines: Select[Any]) -> list[Any]:
    """All these lines."""
    return list(db.session.execute(lines))


def streamed(lines: Select[Any]) -> Iterator[Any]:
    """The same, however many, a chunk at a time."""
    with db.session.execute(lines.execution_options(yield_per=CHUNK)) as found:  # closed also where reading breaks off
        yield from found


def counted(keys: Keys) -> int:
    """How many keys there are; COUNTED + 1 when there are more than COUNTED."""
    some = keys.order_by(None).limit(COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def by_unit(keys: Keys) -> list[Any]:
    """Clocks by the unit that answers for them: ``unit_id``, ``unit``, ``size`` and the earliest ``due_at``."""
    found = keys.order_by(None).with_only_columns(
        ProblemClock.unit_id, func.count().label("size"), func.min(ProblemClock.due_at).label("due_at")
    )
    sums = found.group_by(ProblemClock.unit_id).subquery()
    rows = select(sums.c.unit_id, Unit.name.label("unit"), sums.c.size, sums.c.due_at)
    return list(
        db.session.execute(rows.outerjoin(Unit, Unit.id == sums.c.unit_id).order_by(sums.c.unit_id.nulls_last()))
    )


def numbers_of(me: Standing, problem_ids: Collection[int]) -> dict[int, str]:
    """The official numbers of those of these problems that this person may see."""
    rows = select(Problem.id, Problem.number).where(visible_to(me), Problem.id.in_(problem_ids))
    return {problem_id: number or "" for problem_id, number in db.session.execute(rows)}
