"""Random ways of problems through the real commands: anything that the tables allow, at any pace."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.problems import queries
from tests.walking import FIRST, Walker, problem
from workflows.engine import Refused
from workflows.problem import PROBLEM
from workflows.roles import Role

PAUSES = st.sampled_from([timedelta(minutes=5), timedelta(hours=7), timedelta(days=1), timedelta(days=4)])
SELDOM = ("save", "comment", "attach", "merge")
ANSWERS = {
    "solved": ("yes", "yes", "no"),
    "contacted": ("yes", "no"),
    "answered": ("yes", "no"),
    "satisfaction": ("satisfied", "satisfied", "fair", "dissatisfied"),
    "reached": ("yes", "yes", "no"),
    "difficulty": ("ordinary", "complex"),
}


def wander(draw: st.DataObject, walker: Walker, steps: int) -> int:
    """A new problem, led on by so many acts that somebody may do; its key."""
    first = draw.draw(st.sampled_from(["report", "report", "report", "settle_on_spot", "save"]), label="begins")
    category = draw.draw(st.sampled_from(["transport", "finance", "other"]), label="category")
    key = walker.do(None, first, category=category)
    for _ in range(steps):
        walker.now += draw.draw(PAUSES, label="later")
        _step(draw, walker, key)
    return key


def _step(draw: st.DataObject, walker: Walker, key: int) -> None:
    """One of all that is possible in this state; what the rules refuse just now is left."""
    state = problem(key).state
    possible = [action for action in PROBLEM.actions if state in action.sources and action.name not in SELDOM]
    if not possible:
        return
    action = draw.draw(st.sampled_from(possible), label=f"in {state}")
    names = {field.name for field in action.asks}
    given: dict[str, Any] = {
        name: draw.draw(st.sampled_from(words), label=name) for name, words in ANSWERS.items() if name in names
    }
    if "group" in names:
        given["group"] = draw.draw(st.sampled_from([walker.world.group_id, walker.world.other_group_id]), label="group")
    if "until_on" in names:
        given["until_on"] = calendar().add(_due_on(key) or calendar().day_of(walker.now), draw.draw(st.integers(1, 5)))
    for name in (*FIRST.get(action.name, ()), action.name):
        _try(walker, key, name, given if name == action.name else {})


def _try(walker: Walker, key: int, name: str, given: dict[str, Any]) -> None:
    """By whoever may in the group that has it."""
    elsewhere = problem(key).group_id == walker.world.other_group_id
    if elsewhere and PROBLEM.action(name).roles[0] in (Role.GROUP_LEAD, Role.HANDLER):
        given = given | {"by": "other_lead"}
    if elsewhere and name == "sign":
        given = given | {"handler": walker.world.people["other_lead"]}
    try:
        walker.do(key, name, **given)
    except (Refused, NotFoundError):
        db.session.rollback()


def _due_on(key: int) -> date | None:
    running = (row.due_on for row in queries.clocks_of(key) if row.name == "handle" and row.stopped_at is None)
    return next(running, None)
