"""Reading visits: who sees which, a person's own, a month, those of enterprises, and how often an enterprise was visited."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise
from helpdesk.enterprises.queries import family, paired_with
from helpdesk.errors import NotFoundError
from helpdesk.org.models import Person
from helpdesk.problems.cases import Standing
from helpdesk.problems.models import Problem
from helpdesk.problems.queries import visible_to as problem_visible_to
from helpdesk.visits.models import State, Visit, VisitChange, VisitFile, VisitProblem, Way

NOT_THERE = "没有找到这次走访"
MOST = 200
"""Lines of one block of a page; what is more stands in the list."""
BURDEN_DAYS = 30
"""Days that are looked back and ahead when visits are counted as a burden."""


# -- Who sees what -----------------------------------------------------------------------------------------------------


def visible_to(me: Standing) -> ColumnElement[bool]:
    """Own visits and those of whom one stands in for, those to enterprises one is paired with, or the whole district's."""
    if me.sees_district:
        return Visit.id.is_not(None)
    return or_(Visit.person_id.in_(me.himself), Visit.enterprise_id.in_(_own_enterprises(me)))


def _own_enterprises(me: Standing) -> list[int]:
    return [key for each in me.himself for key in db.session.scalars(paired_with(each, me.today))]


def enterprises_for(me: Standing) -> ColumnElement[bool]:
    """The enterprises whose visits are this person's business."""
    return Enterprise.id.is_not(None) if me.sees_district else Enterprise.id.in_(_own_enterprises(me))


def get_visit_for(me: Standing, visit_id: int) -> Visit:
    """That visit, if this person may see it; NotFoundError else."""
    visit = db.session.scalars(_whole().where(Visit.id == visit_id, visible_to(me))).one_or_none()
    if visit is None:
        raise NotFoundError(NOT_THERE)
    return visit


def get_for_change(visit_id: int) -> Visit:
    """That visit's row, locked where the database locks rows; NotFoundError when there is none."""
    if visit := db.session.get(Visit, visit_id, with_for_update=True, populate_existing=True):
        return visit
    raise NotFoundError(NOT_THERE)


def change_by_request(key: str) -> VisitChange | None:
    """What was done with this very form before."""
    return db.session.scalars(select(VisitChange).where(VisitChange.request_key == key)).one_or_none()


def recorded_by_form(key: str) -> int | None:
    """The visit that the form with this key wrote; None where no such form has arrived."""
    change = change_by_request(key) if key else None
    return change.visit_id if change else None


def _whole() -> Select[Visit]:
    person = joinedload(Visit.person).lazyload(Person.roles)
    return select(Visit).options(joinedload(Visit.enterprise), person)


# -- Several -----------------------------------------------------------------------------------------------------------


def planned_by(me: Standing, *, until: date | None = None, after: date | None = None) -> list[Visit]:
    """Own visits that are planned, the nearest first: up to a day, or after it."""
    rows = _whole().where(Visit.person_id.in_(me.himself), Visit.state == State.PLANNED)
    rows = rows.where(Visit.planned_on <= until) if until else rows
    rows = rows.where(Visit.planned_on > after) if after else rows
    return list(db.session.scalars(rows.order_by(Visit.planned_on, Visit.id).limit(MOST)))


def done_by(me: Standing, most: int) -> list[Visit]:
    """Own visits that are on record, the newest first."""
    rows = _whole().where(Visit.person_id == me.person_id, Visit.state == State.DONE)
    return list(db.session.scalars(rows.order_by(Visit.done_on.desc(), Visit.id.desc()).limit(most)))


def between(me: Standing, first: date, last: date, *, own: bool) -> list[Visit]:
    """Visits planned for or done on these days, by day; one's own, or all that one sees."""
    whose = Visit.person_id.in_(me.himself) if own else visible_to(me)
    day = case((Visit.state == State.DONE, Visit.done_on), else_=Visit.planned_on)
    rows = _whole().where(whose, Visit.state != State.DROPPED, day >= first, day <= last)
    return list(db.session.scalars(rows.order_by(day, Visit.id).limit(MOST * 5)))


def visits_of_enterprises(
    enterprise_ids: Collection[int], me: Standing, *, most: int = MOST, states: Sequence[str] = (State.DONE,)
) -> list[Visit]:
    """The visits to these enterprises that this person may see, the newest first; enterprise and person are loaded."""
    if not enterprise_ids:
        return []
    rows = _whole().where(Visit.enterprise_id.in_(enterprise_ids), Visit.state.in_(states), visible_to(me))
    day = func.coalesce(Visit.done_on, Visit.planned_on)
    return list(db.session.scalars(rows.order_by(day.desc(), Visit.id.desc()).limit(most)))


def planned_visits_of(person_id: int, enterprise_ids: Collection[int] | None) -> list[Visit]:
    """What that person still plans, with these enterprises or with all; locked where the database locks rows."""
    rows = select(Visit).where(Visit.person_id == person_id, Visit.state == State.PLANNED)
    if enterprise_ids is not None:
        rows = rows.where(Visit.enterprise_id.in_(enterprise_ids))
    return list(db.session.scalars(rows.order_by(Visit.planned_on, Visit.id).with_for_update()))


def is_planned(enterprise_id: int, day: date, person_id: int) -> bool:
    """Whether this person plans to visit this enterprise on that day."""
    same = (Visit.enterprise_id == enterprise_id, Visit.person_id == person_id, Visit.planned_on == day)
    return bool(db.session.scalar(select(exists().where(*same, Visit.state == State.PLANNED))))


# -- What hangs on a visit ---------------------------------------------------------------------------------------------


def changes_of(visit_id: int) -> list[VisitChange]:
    """What was done to it, the newest first."""
    rows = select(VisitChange).where(VisitChange.visit_id == visit_id)
    return list(db.session.scalars(rows.order_by(VisitChange.id.desc())))


def files_of(visit_id: int) -> list[VisitFile]:
    """Its photos and papers."""
    return list(db.session.scalars(select(VisitFile).where(VisitFile.visit_id == visit_id).order_by(VisitFile.id)))


def get_file(file_id: int) -> VisitFile:
    """That file; NotFoundError when there is none."""
    if file := db.session.get(VisitFile, file_id):
        return file
    raise NotFoundError("没有找到这个附件")


def problems_of(me: Standing, visit_id: int) -> list[Problem]:
    """The problems raised from it that this person may see."""
    rows = select(Problem).join(VisitProblem, VisitProblem.problem_id == Problem.id)
    return list(db.session.scalars(rows.where(VisitProblem.visit_id == visit_id, problem_visible_to(me))))


def raised_from(visit_id: int) -> int:
    """How many problems were raised from it, whoever may see them."""
    rows = select(func.count()).select_from(VisitProblem).where(VisitProblem.visit_id == visit_id)
    return db.session.scalar(rows) or 0


def visit_of_problem(me: Standing, problem_id: int) -> Visit | None:
    """The visit a problem was raised from, if this person may see it."""
    rows = _whole().join(VisitProblem, VisitProblem.visit_id == Visit.id)
    return db.session.scalars(rows.where(VisitProblem.problem_id == problem_id, visible_to(me))).one_or_none()


def visits_after(me: Standing, visit_id: int) -> list[Visit]:
    """The calls that came back to it."""
    rows = _whole().where(Visit.follows_id == visit_id, visible_to(me))
    return list(db.session.scalars(rows.order_by(Visit.done_on, Visit.id)))


# -- How often ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rhythm:
    """How an enterprise is visited on site: the last day, how often in the last 30 days, what is planned for the next 30."""

    last_on: date | None
    lately: int
    planned: int


def rhythm_of(enterprise_id: int, today: date) -> Rhythm:
    """How that enterprise and its doubles are visited by anybody; calls on the phone are no burden and no visit."""
    on_site = and_(Visit.state == State.DONE, Visit.way == Way.SITE)
    lately = and_(on_site, Visit.done_on > today - timedelta(days=BURDEN_DAYS))
    ahead = and_(Visit.state == State.PLANNED, Visit.planned_on <= today + timedelta(days=BURDEN_DAYS))
    row = db.session.execute(
        select(
            func.max(case((on_site, Visit.done_on))),
            func.count(case((lately, 1))),
            func.count(case((ahead, 1))),
        ).where(Visit.enterprise_id.in_(family(enterprise_id)))
    ).one()
    return Rhythm(*row)
