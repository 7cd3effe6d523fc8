"""Reading for 领导批示: what waits for a leader, what is far overdue, out of hands, or was instructed by him."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.problems.cases import Standing
from helpdesk.problems.models import Entry, Matter, Problem
from helpdesk.problems.queries import visible_to
from helpdesk.problems.turn_queries import in_my_turn, matters_in_my_turn, rows_of
from helpdesk.rules import rules_on
from workflows.book import PROCESSES
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import Phase

SHOWN = 30
"""Lines of a block; what is more stands in the lists."""
LED = tuple(state.name for state in PROBLEM.states if Role.LEADER in state.turn)
"""The states in which leaders have the turn."""
OUT_OF_HANDS = ("referred", "suspended")


def to_instruct(me: Standing) -> Select[tuple[Problem]]:
    """Elevated problems in which this person has the turn, the most pressing first."""
    return rows_of(in_my_turn(me), Problem.state.in_(LED)).order_by(
        Problem.due_at.is_(None), Problem.due_at, Problem.id
    )


def to_decide(me: Standing) -> list[Matter]:
    """Requests that wait for a leader's decision, in which this person has the turn."""
    return [each for each in matters_in_my_turn(me) if Role.LEADER in _turn_of(each)]


def _turn_of(matter: Matter) -> tuple[Role, ...]:
    return PROCESSES[matter.process].state(matter.state).turn


def far_overdue(me: Standing) -> Select[tuple[Problem]]:
    """Open problems he answers for that are late by more than the policy's long days, the latest first."""
    only_red_from = calendar().add(me.today + timedelta(days=1), -(rules_on(me.today).policy.long_days + 1))
    return rows_of(
        _answered_for(me), Problem.phase == Phase.OPEN, ~Problem.waiting, Problem.due_on < only_red_from
    ).order_by(Problem.due_at, Problem.id)


def out_of_hands(me: Standing) -> Select[tuple[Problem]]:
    """What was reported to higher levels or suspended, by the day of the next review."""
    return rows_of(_answered_for(me), Problem.state.in_(OUT_OF_HANDS)).order_by(Problem.due_at, Problem.id)


def instructed(me: Standing) -> list[tuple[Entry, Problem]]:
    """His instructions and those given in his place, the newest first, of problems that he may still see."""
    rows = (
        select(Entry, Problem)
        .join(Problem, Problem.id == Entry.problem_id)
        .where(Entry.action == "instruct", or_(Entry.by_id == me.person_id, Entry.for_id == me.person_id))
        .where(visible_to(me))
        .options(joinedload(Problem.enterprise), joinedload(Problem.group))
        .order_by(Entry.id.desc())
        .limit(SHOWN)
    )
    return [(entry, problem) for entry, problem in db.session.execute(rows)]


def first_page(rows: Select[tuple[Problem]]) -> list[Problem]:
    """The lines that are shown."""
    return list(db.session.scalars(rows.limit(SHOWN)))


def count(first: Sequence[Problem], rows: Select[tuple[Problem]]) -> int:
    """How many there are; only where the shown lines are full has the database to count."""
    if len(first) < SHOWN:
        return len(first)
    ids = rows.with_only_columns(Problem.id).order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(ids)) or 0


def elevations(problem_ids: Collection[int]) -> dict[int, Entry]:
    """The act that brought each of these problems before the leaders, the newest one."""
    if not problem_ids:
        return {}
    into = and_(Entry.dest.in_(LED), Entry.source.not_in(LED))
    rows = select(Entry).where(Entry.problem_id.in_(problem_ids), into).order_by(Entry.id)
    return {entry.problem_id: entry for entry in db.session.scalars(rows)}


def since(instructions: Collection[Entry]) -> dict[int, list[Any]]:
    """What was done after these instructions, by problem, the newest first; (id, problem_id, at, by_name, label)."""
    if not instructions:
        return {}
    found: dict[int, list[Any]] = {}
    rows = (
        select(Entry.id, Entry.problem_id, Entry.at, Entry.by_name, Entry.label)
        .where(Entry.problem_id.in_({each.problem_id for each in instructions}))
        .where(Entry.id > min(each.id for each in instructions), Entry.by_role != Role.SYSTEM)
        .order_by(Entry.id.desc())
    )
    for row in db.session.execute(rows):
        found.setdefault(row.problem_id, []).append(row)
    return found


def _answered_for(me: Standing) -> ColumnElement[bool]:
    """The problems of the groups he is in charge of; all of them for the leading group."""
    if me.units(Role.CHIEF):
        return Problem.phase != Phase.START
    return Problem.group_id.in_(me.units(Role.LEADER))
