"""Visits and enterprises to be warned of, as the rows of two lists: what they hold, their filters, their lines."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import aliased

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.enterprises.models import CANCELLED, Enterprise
from helpdesk.enterprises.queries import name_holds
from helpdesk.indexing import queries as indexing
from helpdesk.indexing.tokens import runs
from helpdesk.org.models import Person, Unit
from helpdesk.problems.cases import Standing
from helpdesk.visits.frequency import OFTEN, SELDOM, Limits
from helpdesk.visits.indexed import SOUGHT, VISIT_KIND
from helpdesk.visits.models import State, Visit, VisitProblem, Way
from helpdesk.visits.queries import BURDEN_DAYS, enterprises_for, visible_to

Condition = ColumnElement[bool]
SAME = aliased(Enterprise)
DAY = func.coalesce(Visit.done_on, Visit.planned_on)
NEWEST = (DAY.desc(), Visit.id.desc())
OLDEST = (DAY, Visit.id)
BY_NAME = (Enterprise.initials, Enterprise.id)
BY_NAME_DOWN = (Enterprise.initials.desc(), Enterprise.id.desc())


# -- Visits ------------------------------------------------------------------------------------------------------------


def visits(me: Standing) -> Select[Any]:
    """Every visit that this person may see and that was not dropped."""
    return select(Visit.id).where(visible_to(me), Visit.state != State.DROPPED)


def visit_lines(keys: Any, *, longest: int) -> Select[Any]:
    """Their lines: ``day``, enterprise, street, cadre, words, and how many problems were raised from each."""
    raised = select(func.count()).where(VisitProblem.visit_id == Visit.id).scalar_subquery()
    found = keys.subquery()
    return (
        select(
            Visit.id,
            DAY.label("day"),
            Visit.state,
            Visit.way,
            Visit.outcome,
            Visit.purpose,
            Visit.people_met,
            func.substr(Visit.situation, 1, longest).label("situation"),
            func.substr(Visit.needs, 1, longest).label("needs"),
            func.substr(Visit.follow_up, 1, longest).label("follow_up"),
            Enterprise.name.label("enterprise"),
            Unit.name.label("street"),
            Person.name.label("person"),
            raised.label("problems"),
        )
        .join(found, found.c.id == Visit.id)
        .join(Enterprise, Enterprise.id == Visit.enterprise_id)
        .join(Person, Person.id == Visit.person_id)
        .outerjoin(Unit, Unit.id == Enterprise.street_id)
    )


def in_state(name: str) -> Condition:
    """Planned or done."""
    return Visit.state == name


def in_way(name: str) -> Condition:
    """On site or on the phone."""
    return Visit.way == name


def by_person(person_id: int) -> Condition:
    """Whose visit it is."""
    return Visit.person_id == person_id


def in_street(street_id: int | None) -> Condition:
    """Of enterprises in that street; None: of those without one."""
    where = Enterprise.street_id.is_(None) if street_id is None else Enterprise.street_id == street_id
    return Visit.enterprise_id.in_(select(Enterprise.id).where(where))


def since(day: date) -> Condition:
    """On that day or later."""
    return day <= DAY


def until(day: date) -> Condition:
    """On that day or before."""
    return day >= DAY


def with_problems(*, some: bool) -> Condition:
    """Done visits on which a problem was found or from which one was raised, or those without."""
    found = or_(Visit.outcome == "found", exists().where(VisitProblem.visit_id == Visit.id))
    return and_(Visit.state == State.DONE, found if some else ~found)


def with_words(words: str) -> Condition:
    """Every one of these words stands in the enterprise's name or in what was written about the visit."""
    return and_(true(), *(_with_word(word) for word in words.split()))


def _with_word(word: str) -> Condition:
    named = Visit.enterprise_id.in_(select(Enterprise.id).where(name_holds(word)))
    if not any(runs(word)):  # nothing but signs, which are in no index
        return or_(named, *(getattr(Visit, name).contains(word, autoescape=True) for name in SOUGHT))
    return or_(named, Visit.id.in_(indexing.holding(VISIT_KIND, word)))


def visitors(me: Standing) -> list[tuple[int, str]]:
    """Everybody whose visits this person may see: key and name."""
    keys = select(Visit.person_id).where(visible_to(me)).distinct()
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(keys)).order_by(Person.id))
    return [(key, name) for key, name in rows]


# -- Warnings ----------------------------------------------------------------------------------------------------------


def _on_site() -> Any:
    return and_(Visit.state == State.DONE, Visit.way == Way.SITE)


def _of_firm() -> Condition:
    """Visits to the enterprise of the row, also under the entry of a double."""
    same = select(SAME.id).where(or_(SAME.id == Enterprise.id, SAME.merged_into_id == Enterprise.id))
    return Visit.enterprise_id.in_(same.correlate(Enterprise))


def _recent(today: date) -> Condition:
    return and_(_on_site(), Visit.done_on > today - timedelta(days=BURDEN_DAYS))


def _last_on() -> Any:
    found = select(func.max(Visit.done_on)).where(_of_firm(), _on_site())
    return found.correlate(Enterprise).scalar_subquery()


def _lately(today: date) -> Any:
    found = select(func.count()).select_from(Visit).where(_of_firm(), _recent(today))
    return found.correlate(Enterprise).scalar_subquery()


def lately_of(enterprise_ids: Collection[int], today: date) -> dict[int, int]:
    """How often each of these was visited on site in the last days, with its doubles; one query."""
    kept = func.coalesce(Enterprise.merged_into_id, Enterprise.id)
    rows = (
        select(kept, func.count())
        .select_from(Visit)
        .join(Enterprise, Enterprise.id == Visit.enterprise_id)
        .where(kept.in_(enterprise_ids), _recent(today))
        .group_by(kept)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


def _seldom(today: date, limits: Limits) -> Condition:
    """Neither visited nor entered in the last days."""
    latest = today - timedelta(days=limits.longest)
    begins = datetime.combine(latest, time.min, calendar().zone)
    return and_(Enterprise.added_at < begins, func.coalesce(_last_on(), date(1950, 1, 1)) < latest)


def of_kind(kind: str, today: date, limits: Limits) -> Condition:
    """Visited too seldom, or too often."""
    conditions = {SELDOM: lambda: _seldom(today, limits), OFTEN: lambda: _lately(today) > limits.most}
    return conditions[kind]()


def warned(me: Standing, limits: Limits) -> Select[Any]:
    """The enterprises that are this person's business and are visited too seldom or too often; none that is 注销."""
    there = and_(Enterprise.merged_into_id.is_(None), Enterprise.status != CANCELLED)
    kinds = or_(of_kind(SELDOM, me.today, limits), of_kind(OFTEN, me.today, limits))
    return select(Enterprise.id).where(enterprises_for(me), there, kinds)


def warning_lines(keys: Any, *, longest: int) -> Select[Any]:
    """Their lines: street, ``last_on`` and ``planned_on``, the next visit that is planned."""
    ahead = select(func.min(Visit.planned_on)).where(_of_firm(), Visit.state == State.PLANNED)
    found = keys.subquery()
    return (
        select(
            Enterprise.id,
            Enterprise.name,
            Enterprise.added_at,
            Unit.name.label("street"),
            _last_on().label("last_on"),
            ahead.correlate(Enterprise).scalar_subquery().label("planned_on"),
        )
        .join(found, found.c.id == Enterprise.id)
        .outerjoin(Unit, Unit.id == Enterprise.street_id)
    )


def warned_in_street(street_id: int | None) -> Condition:
    """Enterprises in that street; None: those without one."""
    return Enterprise.street_id.is_(None) if street_id is None else Enterprise.street_id == street_id
