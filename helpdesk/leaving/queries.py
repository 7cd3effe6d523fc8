"""Reading what would be left behind by a person, or by a unit."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise, Pairing, Talent
from helpdesk.leaving.models import HandedOver
from helpdesk.org.models import Person, Post, Substitute
from helpdesk.problems.models import Matter, Problem, ProblemClock
from helpdesk.proceedings.models import Proceeding
from workflows.book import PROCESSES
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import Phase

HELD = tuple(sorted({source for move in PROBLEM.action("hand_over").moves for source in move.sources}))
"""The states in which a problem has a handler who may be replaced."""
OF_GROUPS = (Role.GROUP_LEAD, Role.LEADER)
"""Roles that are held towards the problems of one group only."""


# -- Of a person -------------------------------------------------------------------------------------------------------


def problems_handled(person_id: int) -> list[Problem]:
    """The problems that he is the handler of, by number."""
    rows = select(Problem).where(Problem.handler_id == person_id, Problem.state.in_(HELD))
    return list(db.session.scalars(rows.options(joinedload(Problem.group)).order_by(Problem.number)))


def reports(person_id: int, state: str) -> list[Problem]:
    """What he reported and what is in that state, oldest first."""
    rows = select(Problem).where(Problem.reporter_id == person_id, Problem.state == state)
    return list(db.session.scalars(rows.options(joinedload(Problem.enterprise)).order_by(Problem.id)))


def pairings(person_id: int, today: date) -> list[Pairing]:
    """The enterprises that he is paired with on that day or later."""
    lasts = or_(Pairing.until_on.is_(None), Pairing.until_on >= today)
    rows = select(Pairing).where(Pairing.person_id == person_id, lasts).options(joinedload(Pairing.enterprise))
    return list(db.session.scalars(rows.order_by(Pairing.id)))


def talents(person_id: int) -> list[tuple[Talent, str]]:
    """The talents whom he keeps in touch with, each with the name of the enterprise."""
    rows = select(Talent, Enterprise.name).join(Enterprise, Enterprise.id == Talent.enterprise_id)
    found = db.session.execute(rows.where(Talent.keeper_id == person_id).order_by(Talent.id))
    return [(talent, name) for talent, name in found]


def standing_in(person_id: int, today: date) -> list[Substitute]:
    """The namings by which he stands in for others on that day or later."""
    return _namings(Substitute.substitute_id == person_id, today)


def stood_in(person_id: int, today: date) -> list[Substitute]:
    """The namings by which others stand in for him on that day or later."""
    return _namings(Substitute.person_id == person_id, today)


def _namings(whose: ColumnElement[bool], today: date) -> list[Substitute]:
    rows = select(Substitute).where(whose, Substitute.ended_at.is_(None), Substitute.until_on >= today)
    rows = rows.options(joinedload(Substitute.person).lazyload(Person.roles))
    return list(db.session.scalars(rows.order_by(Substitute.from_on)))


def posts(person_id: int, today: date) -> list[Post]:
    """The posts that he holds on that day or later."""
    lasts = or_(Post.until_on.is_(None), Post.until_on >= today)
    rows = select(Post).where(Post.person_id == person_id, lasts).options(joinedload(Post.unit))
    return list(db.session.scalars(rows.order_by(Post.id)))


def units_of(person_id: int, today: date) -> set[int]:
    """The units in which he holds a post on that day or later, and the groups whose problems he handles."""
    groups = select(Problem.group_id).where(Problem.handler_id == person_id, Problem.state.in_(HELD)).distinct()
    held = {each.unit_id for each in posts(person_id, today)}
    return held | {key for key in db.session.scalars(groups) if key}


def get_post(post_id: int) -> Post | None:
    """That post, or None."""
    return db.session.get(Post, post_id)


def records_of(person_id: int) -> list[HandedOver]:
    """What was handed over when he left, the latest first."""
    rows = select(HandedOver).where(HandedOver.person_id == person_id).order_by(HandedOver.id.desc())
    return list(db.session.scalars(rows.options(joinedload(HandedOver.successor).lazyload(Person.roles))))


# -- What waits at a seat ----------------------------------------------------------------------------------------------


def waiting_at(role: Role, unit_id: int) -> list[str]:
    """What waits for whoever holds that role in that unit: kinds with their numbers, nothing where nothing waits."""
    found = (
        (_count(_problems(role, unit_id)), "个问题"),
        (_count(_matters(role, unit_id)), "项申请或协办"),
        (_count(_proceedings(role, unit_id, "order")), "份督办单"),
        (_count(_proceedings(role, unit_id, "bulletin", "receipt")), "份通报"),
    )
    return [f"{count} {what}" for count, what in found if count]


def _count(rows: Select[int]) -> int:
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _turns(process: str, role: Role) -> list[str]:
    known = PROBLEM if process == PROBLEM.name else PROCESSES[process]
    return [state.name for state in known.states if role in state.turn and state.phase != Phase.CLOSED]


def _problems(role: Role, unit_id: int) -> Select[int]:
    rows = select(Problem.id).where(Problem.phase == Phase.OPEN, Problem.state.in_(_turns(PROBLEM.name, role)))
    return rows.where(Problem.group_id == unit_id) if role in OF_GROUPS else rows


def _matters(role: Role, unit_id: int) -> Select[int]:
    asked = [and_(Matter.process == name, Matter.state.in_(_turns(name, role))) for name in ("request", "assist")]
    rows = select(Matter.id).join(Matter.problem).where(Matter.phase == Phase.OPEN, or_(false(), *asked))
    if role is Role.GROUP_LEAD:  # whoever leads a group signs for what it is asked to assist with
        helping = and_(Matter.process == "assist", Matter.state.in_(_turns("assist", Role.ASSIST)))
        return select(Matter.id).where(Matter.phase == Phase.OPEN, helping, Matter.unit_id == unit_id)
    return rows.where(Problem.group_id == unit_id) if role in OF_GROUPS else rows


def _proceedings(role: Role, unit_id: int, *processes: str) -> Select[int]:
    turns = [and_(Proceeding.process == name, Proceeding.state.in_(_turns(name, role))) for name in processes]
    rows = select(Proceeding.id).where(Proceeding.phase != Phase.CLOSED, or_(false(), *turns))
    return rows.where(Proceeding.unit_id == unit_id) if role is Role.ADDRESSEE or role in OF_GROUPS else rows


# -- Of a unit ---------------------------------------------------------------------------------------------------------


def in_the_way(unit_id: int) -> list[str]:
    """What keeps a unit from being dissolved or merged, in words: whatever is open and bears its name."""
    numbers = db.session.scalars(
        select(Problem.number).where(Problem.group_id == unit_id, Problem.phase == Phase.OPEN).order_by(Problem.number)
    )
    papers = db.session.scalars(
        select(Proceeding.title).where(Proceeding.unit_id == unit_id, Proceeding.phase != Phase.CLOSED)
    )
    helping = db.session.scalars(
        select(Problem.number).join(Matter).where(Matter.unit_id == unit_id, Matter.phase == Phase.OPEN)
    )
    clocks = select(ProblemClock.id).where(ProblemClock.unit_id == unit_id, ProblemClock.stopped_at.is_(None))
    told = (
        ("个没有办结的问题，请调度室改派", [each or "" for each in numbers]),
        ("项协办任务没有办完", [each or "" for each in helping]),
        ("份督办单或通报没有办结", list(papers)),
    )
    found = [f"{len(names)} {words}（{_few(names)}）" for words, names in told if names]
    if not found and (running := _count(clocks)):
        found.append(f"{running} 项时限还在计时")
    if count := _count(select(Enterprise.id).where(Enterprise.street_id == unit_id)):
        found.append(f"{count} 家企业的所属街道是它，请在企业名录里改")
    return found


def _few(names: Collection[str], most: int = 5) -> str:
    return "、".join(list(names)[:most]) + ("等" if len(names) > most else "")
