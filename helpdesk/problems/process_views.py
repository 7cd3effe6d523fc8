"""流程说明: the way of a problem as a page, read from the table."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from workflows.draw import limit_in_words, svg
from workflows.problem import PROBLEM
from workflows.roles import LABELS, Role
from workflows.terms import Action, Phase, State

MANY = 6

bp = Blueprint("process", __name__)


@bp.get("/process")
def show() -> ResponseReturnValue:
    """The diagram, every state in words, and what may be done at any time."""
    return render_template(
        "problems/process.html",
        diagram=svg(PROBLEM),
        states=[_line(each) for each in PROBLEM.states],
        always=[_with_roles(action) for action in PROBLEM.actions if _at_any_time(action)],
    )


def _line(state: State) -> dict[str, Any]:
    special = [
        action
        for action in PROBLEM.actions
        if state.name in action.sources and not _at_any_time(action) and action.roles != (Role.SYSTEM,)
    ]
    return {
        "label": state.label,
        "turn": "，其次".join(LABELS[role] for role in state.turn),
        "limits": [
            f"{clock.label}：{limit_in_words(PROBLEM, clock)}"
            for clock in PROBLEM.clocks
            if state.name in clock.runs_in
        ],
        "actions": [_with_roles(action) for action in special],
    }


def _at_any_time(action: Action) -> bool:
    """Whether it is offered in all open states but one or two, and so says nothing of any of them."""
    return len(set(action.sources) & set(PROBLEM.names_in(Phase.OPEN))) >= len(PROBLEM.names_in(Phase.OPEN)) - 1


def _with_roles(action: Action) -> str:
    who = "、".join(LABELS[role] for role in action.roles) if len(action.roles) < MANY else "参与办理的人"
    return f"{action.label}（{who}）"
