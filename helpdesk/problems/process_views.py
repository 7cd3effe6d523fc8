"""流程说明: the way of a problem as a page, read from the table."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from workflows.draw import svg
from workflows.problem import PROBLEM
from workflows.roles import LABELS
from workflows.terms import State

bp = Blueprint("process", __name__)


@bp.get("/process")
def show() -> ResponseReturnValue:
    """The diagram, and every state in words."""
    return render_template(
        "problems/process.html", diagram=svg(PROBLEM), states=[_line(each) for each in PROBLEM.states]
    )


def _line(state: State) -> dict[str, Any]:
    return {
        "label": state.label,
        "turn": "，其次".join(LABELS[role] for role in state.turn),
        "limits": [],
        "actions": [action.label for action in PROBLEM.actions if state.name in action.sources],
    }
