"""Reading whose turn it is, and the short lists of the first page."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise
from helpdesk.org.models import Person
from helpdesk.problems.cases import Standing
from helpdesk.problems.models import Matter, Problem
from helpdesk.problems.queries import reported_by, visible_to
from helpdesk.rules import rules_on
from workflows.book import PROCESSES
from workflows.moving_in import TAKEN_BACK
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import Phase

PAGE = 50


def in_my_turn(me: Standing) -> ColumnElement[bool]:
    """Problems in which this person has the turn; a second role has it only where nobody holds the first."""
    mine: list[ColumnElement[bool]] = []
    for state in PROBLEM.states:
        nobody_before: list[ColumnElement[bool]] = []
        for role in state.turn:
            if (part := _plays(me, role)) is not None:
                mine.append(and_(Problem.state == state.name, Problem.phase == state.phase, part, *nobody_before))
            nobody_before.append(_unheld(me, role))
    return or_(false(), *mine)


def matters_in_my_turn(me: Standing) -> list[Matter]:
    """Requests and assisting tasks that wait for this person, the most pressing first, up to a page of them."""
    wanted = [
        and_(Matter.process == process.name, Matter.state == state.name, who)
        for process in PROCESSES.values()
        for state in process.states
        for role in state.turn
        if process.lives_in and (who := _decides(me, role)) is not None
    ]
    rows = select(Matter).join(Matter.problem).where(Matter.phase == Phase.OPEN, or_(false(), *wanted))
    problem = joinedload(Matter.problem)
    rows = rows.options(joinedload(Matter.unit), problem.joinedload(Problem.enterprise))
    return list(db.session.scalars(rows.order_by(Matter.due_at.is_(None), Matter.due_at, Matter.id).limit(PAGE)))


def _decides(me: Standing, role: Role) -> ColumnElement[bool] | None:
    if role is Role.ASSIST:
        units = me.units(Role.GROUP_LEAD)
        return Matter.unit_id.in_(units) if units else None
    if role is Role.CHIEF and me.units(role):  # where no leader is in charge of the group
        return _unheld(me, Role.LEADER)
    return _plays(me, role)


def _plays(me: Standing, role: Role) -> ColumnElement[bool] | None:
    if role is Role.REPORTER:
        return reported_by(me)
    if role is Role.HANDLER:
        return Problem.handler_id.in_(me.himself)
    if role is Role.ENTERPRISE or not (units := me.units(role)):
        return None
    return Problem.group_id.in_(units) if role in (Role.GROUP_LEAD, Role.LEADER) else Problem.id.is_not(None)


def _unheld(me: Standing, role: Role) -> ColumnElement[bool]:
    if role is Role.HANDLER:
        return Problem.handler_id.is_(None)
    if role is Role.LEADER:
        led = {each.unit_id for each in me.seating.sitters if each.duty == "in_charge"}
        return Problem.group_id.not_in(led)
    return false()


def my_turn(me: Standing) -> Select[tuple[Problem]]:
    """Problems that wait for this person, most pressing first."""
    return rows_of(in_my_turn(me)).order_by(Problem.due_at.is_(None), Problem.due_at, Problem.id)


def due_soon(me: Standing) -> Select[tuple[Problem]]:
    """Open problems this person may see whose clock runs out within the yellow days, or already has."""
    no_longer_soon = calendar().add(me.today, rules_on(me.today).policy.soon_days + 1)
    return rows_of(
        visible_to(me),
        Problem.phase == Phase.OPEN,
        ~Problem.waiting,
        Problem.due_on < no_longer_soon,
        Problem.due_at > me.now,
    ).order_by(Problem.due_at, Problem.id)


def my_reports(me: Standing) -> Select[tuple[Problem]]:
    """What this person reported and what is open still, and his drafts; newest first."""
    mine = (Problem.reporter_id == me.person_id, Problem.phase != Phase.CLOSED, Problem.state != TAKEN_BACK.name)
    return rows_of(*mine).order_by(Problem.id.desc())


def rows_of(*conditions: ColumnElement[bool]) -> Select[tuple[Problem]]:
    """These problems with what every line of a list shows of them."""
    return (
        select(Problem)
        .where(*conditions)
        .options(
            joinedload(Problem.enterprise),
            joinedload(Problem.group),
            joinedload(Problem.handler).lazyload(Person.roles),
        )
    )


def of_enterprises(me: Standing, enterprise_ids: Collection[int]) -> Select[tuple[Problem]]:
    """The problems of these enterprises as far as this person may see them, newest first."""
    return rows_of(visible_to(me), Problem.enterprise_id.in_(enterprise_ids)).order_by(Problem.id.desc())


def open_counts(me: Standing, enterprise_ids: Collection[int]) -> dict[int, int]:
    """How many open problems that this person may see each of these has, with those of its doubles; one query."""
    if not enterprise_ids:
        return {}
    kept = func.coalesce(Enterprise.merged_into_id, Enterprise.id)
    rows = (
        select(kept, func.count())
        .select_from(Problem)
        .join(Enterprise, Enterprise.id == Problem.enterprise_id)
        .where(
            or_(Enterprise.id.in_(enterprise_ids), Enterprise.merged_into_id.in_(enterprise_ids)),
            Problem.phase == Phase.OPEN,
            visible_to(me),
        )
        .group_by(kept)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


def first_page(rows: Select[tuple[Problem]]) -> list[Problem]:
    """The first rows of a list."""
    return list(db.session.scalars(rows.limit(PAGE)))


def count(rows: Select[tuple[Problem]]) -> int:
    """How many rows a list has."""
    ids = rows.with_only_columns(Problem.id).order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(ids)) or 0
