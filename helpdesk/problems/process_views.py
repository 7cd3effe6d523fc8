"""流程说明: the way of a problem as a page, read from the table."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from helpdesk.problems.showing import UNIT_WORDS
from workflows.draw import svg
from workflows.fields import DIFFICULTY, URGENCY
from workflows.problem import PROBLEM
from workflows.roles import LABELS, Role
from workflows.terms import Action, Asked, Clock, Limit, Phase, State

CHOSEN = (URGENCY, DIFFICULTY)
"""The questions on whose answers limits depend."""
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
        "limits": [f"{clock.label}：{limit_words(clock)}" for clock in PROBLEM.clocks if state.name in clock.runs_in],
        "actions": [_with_roles(action) for action in special],
    }


def _at_any_time(action: Action) -> bool:
    """Whether it is offered in all open states but one or two, and so says nothing of any of them."""
    return len(set(action.sources) & set(PROBLEM.names_in(Phase.OPEN))) >= len(PROBLEM.names_in(Phase.OPEN)) - 1


def _with_roles(action: Action) -> str:
    who = "、".join(LABELS[role] for role in action.roles) if len(action.roles) < MANY else "参与办理的人"
    return f"{action.label}（{who}）"


def limit_words(clock: Clock) -> str:
    """A clock's limit as the table says it."""
    rule = clock.limit
    if isinstance(rule, Limit):
        return _amount(rule)
    if isinstance(rule, Asked):
        return f"由办理人选定日期，最多 {rule.most} 天"
    labels = dict(next(each for each in CHOSEN if each.name == rule.fact).choices)
    limits = [f"{labels[value]} {_amount(limit)}" for value, limit in rule.limits.items() if value in labels]
    if len(limits) < len(labels):
        limits.append(f"其余 {_amount(rule.limits[None])}")
    return "，".join([*limits, *([f"以后各轮 {_amount(rule.again)}"] if rule.again else [])])


def _amount(limit: Limit) -> str:
    return f"{limit.amount} {UNIT_WORDS[limit.unit]}"
