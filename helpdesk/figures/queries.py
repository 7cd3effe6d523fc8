"""Counting marks: which ones a person may know of, what a filter means for them, and counts by whatever divides them."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise, Pairing
from helpdesk.enterprises.queries import paired_at_all, paired_with
from helpdesk.figures.scope import NONE, Dimension, Scope, month_of, months_in
from helpdesk.listings import queries as ledger
from helpdesk.listings.queries import Order, holding, of_category, of_group, reported_problems
from helpdesk.org.models import Person, Unit
from helpdesk.problems.cases import Standing
from helpdesk.problems.marks import Mark
from helpdesk.problems.models import Entry, Problem
from helpdesk.problems.queries import reported_by, visible_to
from workflows.calendar import ONE_DAY
from workflows.counts import Counts
from workflows.terms import Phase

Condition = ColumnElement[bool]
Keys = Select[Any]

LATER, AT, PAIRED = aliased(Mark), aliased(Enterprise), aliased(Pairing)
GROUP, HANDLER = aliased(Unit), aliased(Person)
HAPPENED = Order((Mark.entry_id, Mark.id), (Mark.entry_id.desc(), Mark.id.desc()))


# -- Whose eyes --------------------------------------------------------------------------------------------------------


def known_marks(me: Standing) -> Keys:
    """The marks this person may know of: of the district, or those of his groups, his enterprises and his own work.

    ``seen``: whether he may see the problem too. What counts for a group stays known to it when the problem leaves.
    """
    if me.sees_district:
        return _keys(true())
    mine = [
        Mark.handler_id.in_(me.himself),
        Mark.problem_id.in_(select(Problem.id).where(reported_by(me))),
        *(Mark.enterprise_id.in_(paired_with(each, me.today)) for each in me.himself),
    ]
    if me.groups:
        mine.append(Mark.group_id.in_(me.groups))
    return _keys(Mark.problem_id.in_(select(Problem.id).where(visible_to(me)))).where(or_(*mine))


def _keys(seen: Condition) -> Keys:
    keys: Any = select(Mark.id, seen.label("seen"))
    found: Keys = keys
    return found


# -- What filters mean -------------------------------------------------------------------------------------------------


def all_of(conditions: Collection[Condition]) -> Condition:
    """All of these together."""
    return and_(true(), *conditions)


def of_kind(kind: str) -> Condition:
    """Marks of that kind."""
    return Mark.kind == kind


def between(first_on: date | None, until_on: date | None) -> Condition:
    """On these local days or between them."""
    found = [Mark.day >= first_on] if first_on else []
    return and_(true(), *found, *([Mark.day <= until_on] if until_on else []))


def having(column: str, value: str) -> Condition:
    """With that value in a column; NONE: with none."""
    found = getattr(Mark, column)
    if value == NONE:
        return found.is_(None)
    return found == (int(value) if column.endswith("_id") else value)


def content() -> Condition:
    """满意 or 基本满意."""
    return Mark.satisfaction.in_(("satisfied", "fair"))


def asked_late(soon_days: int) -> Condition:
    """Extensions asked for when the yellow lamp was lit already."""
    return Mark.lead <= soon_days


def timed() -> Condition:
    """It is known how many working days it took."""
    return Mark.days.is_not(None)


def of_street(value: str) -> Condition:
    """Of enterprises in that street; NONE: of those whose street is not known."""
    wanted = Enterprise.street_id.is_(None) if value == NONE else Enterprise.street_id == int(value)
    return Mark.enterprise_id.in_(select(Enterprise.id).where(wanted))


def of_cadre(value: str, paired_on: date) -> Condition:
    """Of enterprises that this person is paired with on that day; NONE: of those that nobody is paired with."""
    if value == NONE:
        return Mark.enterprise_id.not_in(paired_at_all(paired_on))
    return Mark.enterprise_id.in_(paired_with(int(value), paired_on))


def runs(pairing: Any, day: date) -> Condition:
    """Whether a pairing holds on that day."""
    return and_(pairing.from_on <= day, or_(pairing.until_on.is_(None), pairing.until_on >= day))


def as_of(entry_id: int | None) -> Condition:
    """What was written until that timeline entry."""
    return true() if entry_id is None else Mark.entry_id <= entry_id


def numbered_like(words: str) -> Condition:
    """Marks of problems whose number, title or enterprise holds every one of these words."""
    return Mark.problem_id.in_(select(Problem.id).where(holding(words)))


# -- What became of it -------------------------------------------------------------------------------------------------

TAKEN_AWAY = (Counts.ASSIGNED, Counts.REASSIGNED, Counts.EXCUSED, Counts.MERGED, Counts.WITHDRAWN)
"""After these an assignment is another's, or nobody's: neither done nor to be done."""


def became(value: str, entry_id: int | None = None) -> Condition:
    """What became of assignments (rated, done, pending, void) and of results (called, silent), as of an entry."""
    meanings: dict[str, Condition] = {
        "done": and_(Mark.kind == Counts.ASSIGNED.value, _next_is((Counts.FINISHED,), TAKEN_AWAY, entry_id)),
        "rated": and_(Mark.kind == Counts.ASSIGNED.value, ~_next_is(TAKEN_AWAY, (Counts.FINISHED,), entry_id)),
        "void": and_(Mark.kind == Counts.ASSIGNED.value, _next_is(TAKEN_AWAY, (Counts.FINISHED,), entry_id)),
        "called": and_(Mark.kind == Counts.FINISHED.value, _next_is((Counts.ANSWERED,), (Counts.FINISHED,), entry_id)),
    }
    meanings["pending"] = and_(meanings["rated"], ~meanings["done"])
    meanings["silent"] = and_(Mark.kind == Counts.FINISHED.value, ~meanings["called"])
    return meanings[value]


def _next_is(wanted: Collection[Counts], others: Collection[Counts], entry_id: int | None) -> Condition:
    """Of everything of these kinds that happened to the problem afterwards, the first is one of ``wanted``."""
    kinds = [kind.value for kind in (*wanted, *others)]
    later = select(LATER.kind).where(
        LATER.problem_id == Mark.problem_id, LATER.entry_id > Mark.entry_id, LATER.kind.in_(kinds)
    )
    if entry_id is not None:
        later = later.where(LATER.entry_id <= entry_id)
    first = later.order_by(LATER.entry_id, LATER.id).limit(1).correlate(Mark).scalar_subquery()
    return func.coalesce(first, "").in_([kind.value for kind in wanted])


# -- Counting ----------------------------------------------------------------------------------------------------------


def within(scope: Scope) -> Keys:
    """The marks of a scope that its reader may know of."""
    found = known_marks(scope.me).where(between(scope.first_on, scope.until_on), as_of(scope.until_entry_id))
    chosen = {"group_id": scope.group, "unit_id": scope.unit, "category": scope.category}
    found = found.where(*(having(column, value) for column, value in chosen.items() if value))
    if scope.street:
        found = found.where(of_street(scope.street))
    return found.where(of_cadre(scope.cadre, scope.paired_on)) if scope.cadre else found


def counts(scope: Scope, dimension: Dimension | None, conditions: Mapping[str, Condition]) -> dict[Any, dict[str, int]]:
    """How many marks of a scope fulfil each condition, by key of the dimension; None: all under one key."""
    keys, key = divided(within(scope), scope, dimension)
    sums = {name: case((condition, 1), else_=0).label(name) for name, condition in conditions.items()}
    marks = keys.with_only_columns(key.label("key"), *sums.values()).subquery()
    wanted = select(marks.c.key, *(func.sum(marks.c[name]).label(name) for name in sums)).group_by(marks.c.key)
    rows = db.session.execute(wanted).mappings()
    return {row["key"]: {name: int(row[name] or 0) for name in sums} for row in rows}


def histograms(scope: Scope, dimension: Dimension | None, kind: Counts) -> dict[Any, dict[int, int]]:
    """How many marks of a kind took how many working days, by key of the dimension."""
    keys, key = divided(within(scope).where(of_kind(kind.value), timed()), scope, dimension)
    marks = keys.with_only_columns(key.label("key"), Mark.days).subquery()
    wanted = select(marks.c.key, marks.c.days, func.count().label("size")).group_by(marks.c.key, marks.c.days)
    found: dict[Any, dict[int, int]] = {}
    for row in db.session.execute(wanted):
        found.setdefault(row.key, {})[row.days] = row.size
    return found


def divided(keys: Keys, scope: Scope, dimension: Dimension | None) -> tuple[Keys, Any]:
    """The marks with what divides them; those of an enterprise that several cadres share stand with each of them."""
    if dimension is None:
        return keys, literal("")
    plain = {Dimension.GROUP: Mark.group_id, Dimension.UNIT: Mark.unit_id, Dimension.CATEGORY: Mark.category}
    if dimension in plain:
        return keys, plain[dimension]
    if dimension is Dimension.MONTH:
        return keys, month_case(scope, Mark.day, lambda day: day)
    if dimension is Dimension.STREET:
        return keys.outerjoin(AT, AT.id == Mark.enterprise_id), AT.street_id
    pairs = and_(PAIRED.enterprise_id == Mark.enterprise_id, runs(PAIRED, scope.paired_on))
    return keys.outerjoin(PAIRED, pairs), PAIRED.person_id


def month_case(scope: Scope, column: Any, start_of: Any) -> Any:
    """The month of a day or moment as a word, 2026-09, for the months of the scope."""
    months = months_in(scope.first_on, scope.until_on)
    ends = [(start_of(month_of(month)[1] + ONE_DAY), month) for month in months[:-1]]
    return case(*((column < end, month) for end, month in ends), else_=months[-1]) if ends else literal(months[0])


def by_day(scope: Scope, kind: str) -> dict[date, int]:
    """How many marks of a kind there are on each day of a scope."""
    marks = within(scope).where(of_kind(kind)).with_only_columns(Mark.day).subquery()
    rows = db.session.execute(select(marks.c.day, func.count().label("size")).group_by(marks.c.day))
    return {row.day: row.size for row in rows}


# -- What is open now --------------------------------------------------------------------------------------------------


def _open_problems(scope: Scope) -> Keys:
    found = reported_problems(scope.me).where(Problem.phase == Phase.OPEN.value)
    if scope.group:
        found = found.where(of_group(None if scope.group == NONE else int(scope.group)))
    if scope.category:
        found = found.where(of_category(scope.category))
    if scope.street:
        found = found.where(ledger.of_street(scope.street))
    return found.where(ledger.of_cadre(scope.cadre, scope.me.today)) if scope.cadre else found


def _size_of(keys: Keys) -> int:
    """However many: figures are whole where lists stop counting."""
    return db.session.scalar(select(func.count()).select_from(keys.order_by(None).subquery())) or 0


def open_by_state(scope: Scope) -> dict[str, int]:
    """How many problems of a scope stand in each open state now."""
    found = _open_problems(scope).with_only_columns(Problem.state).subquery()
    rows = db.session.execute(select(found.c.state, func.count().label("size")).group_by(found.c.state))
    return {row.state: row.size for row in rows}


def open_between(scope: Scope, first: date | None, last: date | None) -> int:
    """How many open problems of a scope were reported on these local days or between them."""
    found = _open_problems(scope)
    found = found.where(ledger.reported_from(first)) if first else found
    return _size_of(found.where(ledger.reported_until(last)) if last else found)


def overdue_with_lamp(scope: Scope, colour: str) -> int:
    """How many legs are overdue now with a lamp of that colour."""
    found = ledger.overdue_clocks(scope.me).where(ledger.clock_with_lamp(colour, scope.me))
    if scope.group:
        found = found.where(ledger.answered_by(None if scope.group == NONE else int(scope.group)))
    return _size_of(found)


# -- Lines -------------------------------------------------------------------------------------------------------------


def mark_lines(keys: Any, *, longest: int) -> Select[Any]:
    """The lines of these marks; of problems that this person may not see no more than number and what happened."""
    wanted = keys.subquery()
    columns = (
        Problem.id,
        Problem.number,
        Problem.phase,
        case((wanted.c.seen, Problem.title)).label("title"),
        case((wanted.c.seen, Enterprise.name)).label("enterprise"),
        case((wanted.c.seen, Entry.by_name)).label("by_name"),
        Mark.id.label("mark_id"),
        Mark.entry_id,
        GROUP.name.label("group"),
        HANDLER.name.label("handler"),
        *(getattr(Mark, name) for name in MARK_COLUMNS),
    )
    return (
        select(*columns)
        .join(Mark, Mark.problem_id == Problem.id)
        .join(wanted, wanted.c.id == Mark.id)
        .join(Entry, Entry.id == Mark.entry_id)
        .outerjoin(Enterprise, Enterprise.id == Mark.enterprise_id)
        .outerjoin(GROUP, GROUP.id == Mark.group_id)
        .outerjoin(HANDLER, HANDLER.id == Mark.handler_id)
    )


MARK_COLUMNS = (
    *("kind", "at", "day", "category", "round", "via", "contacted", "solved", "satisfaction", "days", "due_on", "lead"),
)


def newest_entry() -> int:
    """The key of the newest timeline entry; 0 where there is none."""
    return db.session.scalar(select(func.max(Entry.id))) or 0
