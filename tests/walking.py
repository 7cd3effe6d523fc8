"""Reaching any state by walking there through the real commands, along the shortest path in the table."""

from collections import deque
from datetime import datetime, timedelta
from typing import Any

from helpdesk.db import db
from helpdesk.problems import queries
from helpdesk.problems.bringing_in import Mover, Old, move_in
from helpdesk.problems.commands import SYSTEM, Actor, act, act_beside
from helpdesk.problems.links import link_for
from helpdesk.problems.models import Problem
from helpdesk.problems.taking_back import take_back
from tests.people import District
from workflows import guards
from workflows.book import PROCESSES
from workflows.moving_in import TAKEN_BACK
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import NEW, SELF, Action, Field, Kind

FIRST = {"submit": ("respond",)}
"""What must have been done before, without a change of state."""

PART = {
    Role.REPORTER: "reporter",
    Role.CADRE: "cadre",
    Role.DISPATCHER: "dispatcher",
    Role.DISPATCH_LEAD: "dispatch_lead",
    Role.GROUP_LEAD: "group_lead",
    Role.HANDLER: "handler",
    Role.SUPERVISOR: "supervisor",
    Role.LEADER: "leader",
    Role.CHIEF: "chief",
    Role.ASSIST: "other_lead",
    Role.ASKER: "handler",
}
FIXED: dict[str, Any] = {
    "solved": "yes",
    "contacted": "yes",
    "answered": "yes",
    "satisfaction": "satisfied",
    "reached": "yes",
    "difficulty": "ordinary",
    "urgency": "ordinary",
    "contact_phone": "15000000625",
    "contact_email": "wang@example.org",
    "contact_name": "王经理",
    "title": "厂区门前道路积水",
    "shown": "public",
    "basis": "visited",
}


class Walker:
    """Does things to problems of a district, as the right person, with sensible answers."""

    def __init__(self, world: District, now: datetime, step: timedelta = timedelta(minutes=1)) -> None:
        self.world = world
        self.now = now
        self.step = step

    def answers(self, action: Action, **given: Any) -> dict[str, Any]:
        """Sensible answers to everything an action asks, but for what is given."""
        usual = {field.name: self._answer(field) for field in action.asks}
        if action.name != "assign" and usual.get("group"):
            usual["group"] = self.world.other_group_id
        return usual | given

    def _answer(self, field: Field) -> Any:
        today = (self.now + timedelta(hours=8)).date()
        if field.name == "suggested_group":
            return self.world.other_group_id
        by_kind = {
            Kind.CHOICE: field.choice_values[0] if field.choices else None,
            Kind.DAY: today + timedelta(days=7) if field.future else today,
            Kind.MOMENT: self.now - timedelta(hours=1),
            Kind.FILES: [],
            Kind.ENTERPRISE: self.world.enterprise_id,
            Kind.GROUP: None if field.only_in else self.world.group_id,
            Kind.GROUPS: [],
            Kind.HANDLER: self.world.people["handler"],
            Kind.EMAIL: None,
            Kind.PROBLEM: None,
        }
        return FIXED.get(field.name, by_kind.get(field.kind, f"{field.label}写得足够长，至少十个字"))

    def actor(self, action: Action, problem_id: int | None) -> Actor:
        """The first who may do it."""
        role = action.roles[0]
        if role is Role.SYSTEM:
            return SYSTEM
        if role is Role.ENTERPRISE:
            return self._enterprise(problem_id, action.uses_link or "progress")
        return Actor.person(self.world.person(PART[role]))

    def actor_of(self, part: str, problem_id: int) -> Actor:
        """The enterprise through its progress link, or whoever plays that part."""
        if part != "enterprise":
            return Actor.person(self.world.person(part))
        return self._enterprise(problem_id, "progress")

    def _enterprise(self, problem_id: int | None, purpose: str) -> Actor:
        found = db.session.get(Problem, problem_id)
        assert found is not None
        actor = Actor.enterprise(link_for(found, purpose, self.now))
        db.session.commit()
        return actor

    def do(self, problem_id: int | None, name: str, *, by: str | Actor | None = None, **given: Any) -> int:
        """One action; the problem's key. ``by``: a part of the district, else the first who may."""
        action = PROBLEM.action(name)
        if action.via and by is None and problem_id is not None:
            return self._granted(problem_id, action, **given)
        actor = Actor.person(self.world.person(by)) if isinstance(by, str) else by or self.actor(action, problem_id)
        if any(field.name == "main" for field in action.asks) and "main" not in given:
            given["main"] = self.to("handling")
        self.now += self.step
        return act(problem_id, name, by=actor, given=self.answers(action, **given), now=self.now).problem_id

    def _granted(self, problem_id: int, action: Action, **given: Any) -> int:
        """What only follows from a request: asked for, and granted by whoever has the turn then."""
        process = PROCESSES[action.via or ""]
        decides, kind = next(
            (each, kind) for each in process.actions for kind, name in each.does.items() if name == action.name
        )
        opens = next(each for each in process.actions if each.sets.get("kind") == kind)
        self.beside(problem_id, opens.name, **given)
        state = queries.matters_of(problem_id)[-1].state
        return self.beside(problem_id, decides.name, by=PART[process.state(state).turn[0]])

    def beside(self, problem_id: int, name: str, *, by: str | None = None, **given: Any) -> int:
        """One act on what stands beside a problem: the newest open matter, or a new one; the problem's key."""
        process = next(each for each in PROCESSES.values() if any(action.name == name for action in each.actions))
        action = process.action(name)
        opens = NEW in action.sources
        matters = [each for each in queries.matters_of(problem_id) if each.process == process.name]
        matter = next((each for each in reversed(matters) if each.phase == "open"), None)
        actor = Actor.person(self.world.person(by or PART[action.roles[0]]))
        self.now += self.step
        answers = self.answers(action, **({"unit": self.world.other_group_id} if opens else {}) | given)
        key = None if opens or matter is None else matter.id
        return act_beside(problem_id, process.name, key, name, by=actor, given=answers, now=self.now).problem_id

    def to(self, state: str, *, problem_id: int | None = None, **given: Any) -> int:
        """Walk a new problem to a state; ``given`` overrides answers of the way's first action."""
        if state == TAKEN_BACK.name:
            return self._taken_back()
        for name in path(NEW, state):
            for before in FIRST.get(name, ()):
                self.do(problem_id, before)
            problem_id = self.do(problem_id, name, **given)
            given = {}
        assert problem_id is not None
        return problem_id

    def _taken_back(self) -> int:
        """What moved in from an old ledger, and out again."""
        self.now += self.step
        mover = Mover(self.world.people["dispatcher"], "某dispatcher（调度室）", "台账.xlsx", self.now)
        old = Old("第 2 行", "reported", self.world.enterprise_id, "厂区门前道路积水", reported_on=mover.today)
        keys = move_in([old], mover)
        take_back(keys, mover, reason="台账选错了")
        db.session.commit()
        return keys[0]


def path(start: str, goal: str) -> tuple[str, ...]:
    """The shortest way in the table when every enterprise is content."""
    queue: deque[tuple[str, tuple[str, ...]]] = deque([(start, ())])
    seen = {start}
    while queue:
        state, way = queue.popleft()
        if state == goal:
            return way
        for action in PROBLEM.actions:
            dest = _leads_to(action, state)
            if dest and dest not in seen:
                seen.add(dest)
                queue.append((dest, (*way, action.name)))
    raise AssertionError(f"no way from {start} to {goal}")


def _leads_to(action: Action, state: str) -> str | None:
    usual = (move for move in action.moves if state in move.sources and move.when in (None, guards.CONTENT))
    move = next(usual, None)
    return move.dest if move and move.dest not in (SELF, "(origin)") else None


def problem(problem_id: int) -> Problem:
    """The row as it is in the database now."""
    db.session.expire_all()
    return queries.get_for_change(problem_id)
