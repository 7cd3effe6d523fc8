"""What happens beside the demo's problems: requests are asked for and decided, other groups are asked to help."""

import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from helpdesk.clock import calendar
from helpdesk.org.roles import Seating
from helpdesk.problems import queries
from helpdesk.problems.cases import EXTENDABLE
from helpdesk.problems.commands import Actor, act_beside
from helpdesk.problems.models import Matter
from workflows.book import PROCESSES
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import NEW, Action, Process

MORE_DAYS = 3  # working days that an extension asks for
DECIDED_AFTER = timedelta(minutes=25)
Answering = Callable[[Action], dict[str, Any]]


def process_of(action: str) -> Process:
    """The process an action belongs to."""
    return next(each for each in PROCESSES.values() if any(one.name == action for one in each.actions))


def do(name: str, problem_id: int, *, seating: Seating, draw: random.Random, now: datetime, answer: Answering) -> None:
    """An act beside a problem, or one of the problem itself that only follows from a request."""
    process = process_of(name)
    if process is not PROBLEM:
        _act(process, process.action(name), problem_id, seating, draw, now, answer)
        return
    process = PROCESSES[PROBLEM.action(name).via or ""]
    deciding, kind = next((each, kind) for each in process.actions for kind, to in each.does.items() if to == name)
    opening = next(each for each in process.actions if each.sets.get("kind") == kind)
    _act(process, opening, problem_id, seating, draw, now, answer)
    _act(process, deciding, problem_id, seating, draw, now + DECIDED_AFTER, answer)


def _act(
    process: Process,
    action: Action,
    problem_id: int,
    seating: Seating,
    draw: random.Random,
    now: datetime,
    answer: Answering,
) -> None:
    matter = None if NEW in action.sources else _open(problem_id, process.name)
    actor = _actor(action, matter, problem_id, seating, draw)
    given = answer(action)
    act_beside(problem_id, process.name, matter.id if matter else None, action.name, by=actor, given=given, now=now)


def _open(problem_id: int, process: str) -> Matter:
    found = [each for each in queries.matters_of(problem_id) if each.process == process and each.ended_at is None]
    return found[-1]


def _actor(action: Action, matter: Matter | None, problem_id: int, seating: Seating, draw: random.Random) -> Actor:
    problem = queries.get_for_change(problem_id)
    turn = PROCESSES[matter.process].state(matter.state).turn if matter else ()
    role = next((each for each in action.roles if each in turn), action.roles[0])
    if role is Role.HANDLER and problem.handler_id:
        return Actor.person(queries.people_by_id({problem.handler_id})[problem.handler_id])
    seat, group_id = (Role.GROUP_LEAD, matter.unit_id) if role is Role.ASSIST and matter else (role, problem.group_id)
    chosen = draw.choice(seating.holders(seat, group_id))
    return Actor(chosen.person_id, chosen.name)


def keys(problem_id: int, other_group_id: int) -> Mapping[str, int | date]:
    """Answers that depend on how the problem stands: who assists, until when it is extended."""
    found: dict[str, int | date] = {"unit": other_group_id}
    rows = (row for row in queries.clocks_of(problem_id) if row.name == EXTENDABLE and row.stopped_at is None)
    if row := next(rows, None):
        found["until_on"] = calendar().add(row.due_on, MORE_DAYS)
    return found
