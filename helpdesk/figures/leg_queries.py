"""Counting legs of a scope by whatever divides them; as they are now, or as they stood at a timeline entry."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise, Pairing
from helpdesk.figures.queries import month_case, runs
from helpdesk.figures.scope import Dimension, Scope
from helpdesk.listings import leg_queries
from helpdesk.listings.leg_queries import Condition, Keys
from helpdesk.listings.queries import NONE, NOT_OURS, answered_by, of_cadre, of_category, of_street
from helpdesk.problems.models import ClockStep, Entry, Problem, ProblemClock
from workflows.accounts import StepKind

OF, AT, PAIRED = aliased(Problem), aliased(Enterprise), aliased(Pairing)
STEP = aliased(ClockStep)


def legs_of(scope: Scope) -> Keys:
    """The legs of a scope: ended in its period, or overdue at its moment where that lies in the period."""
    found = _as_of(scope) if scope.until_entry_id is not None else _now(scope)
    for unit in (scope.group, scope.unit):
        found = found.where(answered_by(None if unit == NONE else int(unit))) if unit else found
    if scope.category:
        found = found.where(leg_queries.of_problems(of_category(scope.category)))
    if scope.street:
        found = found.where(leg_queries.of_problems(of_street(scope.street)))
    if scope.cadre:
        found = found.where(leg_queries.of_problems(of_cadre(scope.cadre, scope.paired_on)))
    return found


def outcomes(scope: Scope, dimension: Dimension | None) -> list[Any]:
    """How many legs there are by ``key`` of the dimension, ``name`` and ``how``."""
    keys, key = _divided(legs_of(scope), scope, dimension)
    how = leg_queries.how(_over(scope.until_entry_id))
    legs = keys.with_only_columns(key.label("key"), ProblemClock.name, how.label("how")).subquery()
    alike = (legs.c.key, legs.c.name, legs.c.how)
    return list(db.session.execute(select(*alike, func.count().label("size")).group_by(*alike)))


def _divided(keys: Keys, scope: Scope, dimension: Dimension | None) -> tuple[Keys, Any]:
    if dimension is None:
        return keys, literal("")
    if dimension in (Dimension.GROUP, Dimension.UNIT):
        return keys, ProblemClock.unit_id
    if dimension is Dimension.MONTH:
        ended = case((_over(scope.until_entry_id), ProblemClock.stopped_at), else_=scope.me.now)
        return keys, month_case(scope, ended, calendar().at)
    joined = keys.join(OF, OF.id == ProblemClock.problem_id)
    if dimension is Dimension.CATEGORY:
        return joined, OF.category
    if dimension is Dimension.STREET:
        return joined.outerjoin(AT, AT.id == OF.enterprise_id), AT.street_id
    pairs = and_(PAIRED.enterprise_id == OF.enterprise_id, runs(PAIRED, scope.paired_on))
    return joined.outerjoin(PAIRED, pairs), PAIRED.person_id


def _now(scope: Scope) -> Keys:
    keys = leg_queries.counted_legs(scope.me)
    return keys.where(leg_queries.ended_between(scope.first_on, scope.until_on, scope.me))


# -- As of a timeline entry --------------------------------------------------------------------------------------------
# A clock starts and stops at the very moment of the entry that tells of it; what moved its due day meanwhile stands in
# its steps. So all of it can be told from the record, however long ago.


def _as_of(scope: Scope) -> Keys:
    entry_id, me = scope.until_entry_id or 0, scope.me
    counted = [and_(_over(entry_id), leg_queries.ended_between(scope.first_on, scope.until_on, me))]
    if scope.first_on <= me.today <= scope.until_on:
        still = or_(ProblemClock.stopped_at.is_(None), and_(_goes_on(entry_id), ~_over(entry_id)))
        counted.append(and_(still, _written(ProblemClock.started_at, entry_id), _overdue_then(entry_id, me.now)))
    return leg_queries.known_legs(me).where(ProblemClock.name.not_in(NOT_OURS), or_(*counted))


def _over(entry_id: int | None) -> Condition:
    """Whether the leg had ended."""
    over = ProblemClock.stopped_at.is_not(None)
    return over if entry_id is None else and_(over, _written(ProblemClock.stopped_at, entry_id))


def _written(moment: Any, entry_id: int) -> Condition:
    """Whether what happened to the problem at that moment had been written down; most problems have no later lines."""
    line = select(Entry.id).where(Entry.problem_id == ProblemClock.problem_id, Entry.at == moment, Entry.id <= entry_id)
    return or_(~_goes_on(entry_id), exists(line.correlate(ProblemClock)))


def _goes_on(entry_id: int) -> Condition:
    """Whether anything was written of the problem later: a short list when figures are made, and read once."""
    return ProblemClock.problem_id.in_(select(Entry.problem_id).where(Entry.id > entry_id))


def _overdue_then(entry_id: int, now: datetime) -> Condition:
    moved_later = _step(STEP.due_before_on, STEP.entry_id > entry_id, STEP.due_before_on.is_not(None), newest=False)
    stood = _step(
        STEP.kind,
        or_(STEP.entry_id <= entry_id, STEP.entry_id.is_(None)),
        STEP.kind.in_((StepKind.WAITED.value, StepKind.RESUMED.value)),
        newest=True,
    )
    past = case(
        (moved_later.is_not(None), moved_later < calendar().day_of(now)),
        else_=ProblemClock.due_at <= now,
    )
    return and_(past, func.coalesce(stood, "") != StepKind.WAITED.value)


def _step(column: Any, *conditions: Condition, newest: bool) -> Any:
    """That of the first or the newest such step of the clock."""
    found = select(column).where(STEP.clock_id == ProblemClock.id, *conditions)
    order = STEP.id.desc() if newest else STEP.id
    return found.order_by(order).limit(1).correlate(ProblemClock).scalar_subquery()
