"""Reading problems: what a person may see, whose turn it is, and what a change needs to know."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager, joinedload

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.enterprises.queries import paired, paired_with
from helpdesk.errors import NotFoundError
from helpdesk.notices.models import Notice
from helpdesk.org.models import Person, Unit
from helpdesk.org.queries import people_by_id, seating
from helpdesk.problems.cases import NamedPeople, Standing, leads_of, named_people, roles_towards
from helpdesk.problems.models import (
    Attachment,
    ClockStep,
    Entry,
    Link,
    Matter,
    NumberSeries,
    Problem,
    ProblemClock,
    Strike,
)
from workflows.moving_in import TAKEN_BACK
from workflows.roles import Role
from workflows.terms import Phase

ASSISTS_NO_MORE = ("sent_back", "dropped")
"""An assisting task that ended so gives its group no part in the problem."""
NOT_THERE = "没有找到这个问题，或者它不在您的职责范围内"


def standing(person_id: int, now: datetime) -> Standing:
    """Who this person is today; pass it on instead of asking again."""
    return Standing(person_id, seating(calendar().day_of(now)), now)


def visible_to(me: Standing) -> ColumnElement[bool]:
    """What a person may see at all: his own reports, and reported ones that he plays a part in."""
    own = reported_by(me)
    if me.sees_district:
        return or_(own, Problem.phase != Phase.START)
    parts = [Problem.handler_id.in_(me.himself)]
    # Named one by one: with a subquery here PostgreSQL reads every problem instead of the indexes of all these parts.
    if enterprises := [key for each in me.himself for key in db.session.scalars(paired_with(each, me.today))]:
        parts.append(Problem.enterprise_id.in_(enterprises))
    if me.groups:
        parts.append(Problem.group_id.in_(me.groups))
    if assisted := assisted_by(me.units(Role.GROUP_LEAD)):
        parts.append(Problem.id.in_(assisted))
    return or_(own, and_(Problem.phase != Phase.START, or_(*parts)))


def reported_by(me: Standing) -> ColumnElement[bool]:
    """His own reports, and those of whom he stands in for; drafts stay their writer's own."""
    own, others = and_(Problem.reporter_id == me.person_id, Problem.state != TAKEN_BACK.name), me.himself[1:]
    return or_(own, and_(Problem.phase != Phase.START, Problem.reporter_id.in_(others))) if others else own


def assisted_by(units: Collection[int]) -> list[int]:
    """The problems that these groups are asked to assist with, or have."""
    if not units:
        return []
    taking_part = (Matter.unit_id.in_(units), Matter.state.not_in(ASSISTS_NO_MORE))
    return list(db.session.scalars(select(Matter.problem_id).where(*taking_part).distinct()))


def named_with(problem: Problem, today: date, matters: Collection[Matter] | None = None) -> NamedPeople:
    """Reporter, handler and paired cadres of a problem, and who leads the groups that assist; ``matters``: if known."""
    ids = [problem.enterprise_id] if problem.enterprise_id else []
    units = {
        each.unit_id
        for each in (matters_of(problem.id) if matters is None else matters)
        if each.unit_id and assists(each)
    }
    return named_people(
        problem, paired(ids, today).get(problem.enterprise_id or 0, ()), leads_of(sorted(units), seating(today))
    )


def assists(matter: Matter) -> bool:
    """Whether a matter lets a group take part: it is asked to assist, or has done so."""
    return matter.unit_id is not None and matter.state not in ASSISTS_NO_MORE


def matters_of(problem_id: int | None) -> list[Matter]:
    """The requests and assisting tasks of a problem, oldest first."""
    if problem_id is None:
        return []
    found = select(Matter).where(Matter.problem_id == problem_id).options(joinedload(Matter.unit)).order_by(Matter.id)
    return list(db.session.scalars(found))


def get_matter(problem_id: int, matter_id: int) -> Matter:
    """That request or assisting task of a problem; NotFoundError when there is none."""
    found = next((each for each in matters_of(problem_id) if each.id == matter_id), None)
    if found is None:
        raise NotFoundError("没有找到这项申请或者协办任务")
    return found


def steps_of(clock_ids: Collection[int]) -> dict[int, list[ClockStep]]:
    """What happened to these clocks after they started, oldest first."""
    found: dict[int, list[ClockStep]] = {}
    if clock_ids:
        rows = select(ClockStep).where(ClockStep.clock_id.in_(clock_ids)).order_by(ClockStep.id)
        for step in db.session.scalars(rows):
            found.setdefault(step.clock_id, []).append(step)
    return found


def seen_among(me: Standing, problem_ids: Collection[int]) -> set[int]:
    """Which of these problems this person may see."""
    return set(db.session.scalars(select(Problem.id).where(Problem.id.in_(problem_ids), visible_to(me))))


def get_problem_for(me: Standing, problem_id: int) -> Problem:
    """That problem, if this person plays any part in it; NotFoundError otherwise."""
    problem = db.session.scalars(
        select(Problem)
        .where(Problem.id == problem_id)
        .options(
            joinedload(Problem.enterprise),
            joinedload(Problem.group),
            joinedload(Problem.handler).lazyload(Person.roles),
            joinedload(Problem.reporter).lazyload(Person.roles),
        )
    ).one_or_none()
    if problem is None or not roles_towards(me.person_id, problem, me.seating, named_with(problem, me.today)):
        raise NotFoundError(NOT_THERE)
    return problem


def find_by_number(number: str) -> Problem | None:
    """The problem of that official number, or None."""
    return db.session.scalars(select(Problem).where(Problem.number == number)).one_or_none()


def number_of(problem_id: int) -> str | None:
    """The official number of that problem, or None."""
    return db.session.scalar(select(Problem.number).where(Problem.id == problem_id))


def clocks_of(problem_id: int) -> list[ProblemClock]:
    """Every clock of a problem, oldest first."""
    return list(
        db.session.scalars(select(ProblemClock).where(ProblemClock.problem_id == problem_id).order_by(ProblemClock.id))
    )


def timeline(problem_id: int) -> list[Entry]:
    """Every entry of a problem, newest first."""
    return list(db.session.scalars(select(Entry).where(Entry.problem_id == problem_id).order_by(Entry.id.desc())))


def workers_on(problem_id: int) -> set[int]:
    """Everybody who handled, submitted or approved: they may not call back, evaluate or close."""
    rows = select(Entry.by_id, Entry.for_id).where(Entry.problem_id == problem_id, Entry.works).distinct()
    return {person_id for row in db.session.execute(rows) for person_id in row if person_id}


def attachments_of(problem_id: int) -> dict[int, list[Attachment]]:
    """The files of a problem by the entry they came with."""
    found: dict[int, list[Attachment]] = {}
    for file in db.session.scalars(
        select(Attachment).where(Attachment.problem_id == problem_id).order_by(Attachment.id)
    ):
        found.setdefault(file.entry_id, []).append(file)
    return found


def get_attachment(attachment_id: int) -> Attachment:
    """That file's row; NotFoundError when there is none."""
    if file := db.session.get(Attachment, attachment_id):
        return file
    raise NotFoundError("没有找到这个附件")


def told_about(problem_id: int) -> list[Notice]:
    """Who was told what and when, newest first."""
    return list(
        db.session.scalars(select(Notice).where(Notice.problem_id == problem_id).order_by(Notice.id.desc()).limit(200))
    )


def merged_into(problem_id: int) -> list[Problem]:
    """The problems that follow this one."""
    return list(db.session.scalars(select(Problem).where(Problem.merged_into_id == problem_id).order_by(Problem.id)))


def find_link(link_id: int) -> Link | None:
    """That link with its problem, or None."""
    return db.session.scalars(
        select(Link).where(Link.id == link_id).options(joinedload(Link.problem).joinedload(Problem.enterprise))
    ).one_or_none()


def find_link_for(problem_id: int, purpose: str, round_number: int) -> Link | None:
    """The link already given for that purpose and round, or None."""
    return db.session.scalars(
        select(Link).where(Link.problem_id == problem_id, Link.purpose == purpose, Link.round == round_number)
    ).one_or_none()


# -- For changes -------------------------------------------------------------------------------------------------------


def get_for_change(problem_id: int) -> Problem:
    """That problem's row, locked where the database locks rows; NotFoundError when there is none."""
    problem = db.session.scalars(
        select(Problem)
        .where(Problem.id == problem_id)
        .options(joinedload(Problem.enterprise), joinedload(Problem.group))
        .with_for_update(of=Problem, key_share=True)  # the sweep's entries may still refer to it
        .execution_options(populate_existing=True)
    ).one_or_none()
    if problem is None:
        raise NotFoundError(NOT_THERE)
    return problem


def entry_by_request(key: str) -> Entry | None:
    """What was done already with this form, or None."""
    return db.session.scalars(select(Entry).where(Entry.request_key == key)).one_or_none()


def entries_since(problem_id: int, version: int) -> Sequence[Entry]:
    """What has happened to a problem after it had that version."""
    return db.session.scalars(
        select(Entry).where(Entry.problem_id == problem_id, Entry.version > version).order_by(Entry.id)
    ).all()


def struck_of(clock_ids: Collection[int]) -> dict[int, list[Strike]]:
    """The ledger of these clocks."""
    found: dict[int, list[Strike]] = {}
    if clock_ids:
        for strike in db.session.scalars(select(Strike).where(Strike.clock_id.in_(clock_ids))):
            found.setdefault(strike.clock_id, []).append(strike)
    return found


def take_number(kind: str, *, district: str, year: int) -> int:
    """The next number of a series; its row stays locked until the transaction ends, so there are no gaps."""
    key = (NumberSeries.kind == kind, NumberSeries.district == district, NumberSeries.year == year)
    taking = update(NumberSeries).where(*key).values(last=NumberSeries.last + 1).returning(NumberSeries.last)
    taking = taking.execution_options(synchronize_session=False)
    if (number := db.session.scalar(taking)) is not None:
        return number
    try:
        with db.session.begin_nested():
            db.session.execute(insert(NumberSeries).values(kind=kind, district=district, year=year, last=0))
    except IntegrityError:
        pass  # another process has just begun the year
    return db.session.execute(taking).scalar_one()


def find_unit(unit_id: int | None) -> Unit | None:
    """That unit, or None."""
    return db.session.get(Unit, unit_id) if unit_id else None


# -- For the sweep -----------------------------------------------------------------------------------------------------


def clocks_to_strike(
    now: datetime, limit: int, *, but: Collection[int] = (), only: int | None = None
) -> list[ProblemClock]:
    """Clocks whose next milestone has come, locked with their problems; what others work on is passed over.

    The problems too, because a timeline is a chain: whoever writes into it has its problem to himself. Nothing is waited
    for, so there is no circle with those who lock a problem first and its clocks afterwards.
    """
    wanted = (
        select(ProblemClock)
        .join(ProblemClock.problem)
        .where(ProblemClock.strike_at <= now)
        .options(
            contains_eager(ProblemClock.problem).joinedload(Problem.enterprise),
            contains_eager(ProblemClock.problem).joinedload(Problem.group),
            joinedload(ProblemClock.matter),
        )
        .order_by(ProblemClock.strike_at, ProblemClock.id)
        .limit(limit)
        .with_for_update(of=[ProblemClock, Problem], key_share=True, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if but:
        wanted = wanted.where(ProblemClock.id.not_in(but))
    if only is not None:
        wanted = wanted.where(ProblemClock.id == only)
    return list(db.session.scalars(wanted))


def people_named(problems: Collection[Problem]) -> dict[int, Person]:
    """Reporters and handlers of these problems by key, in one query."""
    ids = {key for problem in problems for key in (problem.reporter_id, problem.handler_id) if key}
    return people_by_id(ids)
