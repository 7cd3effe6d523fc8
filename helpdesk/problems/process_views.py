"""流程说明: the way of a problem as a page, read from the table."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.rules import rules_on
from workflows.book import PROCESSES
from workflows.draw import svg
from workflows.policy_words import limit_words
from workflows.problem import PROBLEM
from workflows.roles import LABELS, Role
from workflows.terms import Action, Phase, Process, State

MANY = 6

bp = Blueprint("process", __name__)


@bp.get("/process")
def show() -> ResponseReturnValue:
    """The diagram, every state in words, and what may be done at any time."""
    rules = rules_on(clock.today())
    process, *beside = (rules.process(name) for name in PROCESSES)
    return render_template(
        "problems/process.html",
        policy=rules.policy,
        diagram=svg(PROBLEM),
        states=[_line(each, process) for each in process.states],
        beside=[{"label": each.label, "states": [_line(state, each) for state in each.states]} for each in beside],
        always=[_with_roles(action) for action in PROBLEM.actions if _at_any_time(action)],
    )


def _line(state: State, process: Process) -> dict[str, Any]:
    special = [
        action
        for action in process.actions
        if state.name in action.sources and not _at_any_time(action) and action.roles != (Role.SYSTEM,)
    ]
    return {
        "label": state.label,
        "turn": "，其次".join(LABELS[role] for role in state.turn),
        "limits": [f"{each.label}：{limit_words(each)}" for each in process.clocks if state.name in each.runs_in],
        "actions": [_with_roles(action) for action in special],
    }


def _at_any_time(action: Action) -> bool:
    """Whether it is offered in all open states but one or two, and so says nothing of any of them."""
    return len(set(action.sources) & set(PROBLEM.names_in(Phase.OPEN))) >= len(PROBLEM.names_in(Phase.OPEN)) - 1


def _with_roles(action: Action) -> str:
    who = "、".join(LABELS[role] for role in action.roles) if len(action.roles) < MANY else "参与办理的人"
    return f"{action.label}（{who}）"
