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
from workflows.terms import NEW, SELF, Action, By, Phase, Process, State

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
        beside=[_chapter(each) for each in beside],
        always=[_with_roles(action) for action in PROBLEM.actions if _at_any_time(action)],
    )


def _chapter(process: Process) -> dict[str, Any]:
    """A process beside the problem: how it is opened, and its states."""
    openings = [_with_roles(action) for action in process.actions if NEW in action.sources]
    return {
        "label": process.label,
        "openings": openings,
        "states": [_line(state, process) for state in process.states if state.phase is Phase.OPEN],
        "ends": [state.label for state in process.states if state.phase is Phase.CLOSED],
    }


def _line(state: State, process: Process) -> dict[str, Any]:
    special = [
        action
        for action in process.actions
        if state.name in action.sources and action.roles != (Role.SYSTEM,)
        if not _at_any_time(action) or _leads_on(action, state)
    ]
    return {
        "label": state.label,
        "turn": "，其次".join(LABELS[role] for role in state.turn),
        "limits": [f"{each.label}：{limit_words(each)}" for each in process.clocks if state.name in each.runs_in],
        "actions": [_with_roles(action, state) for action in special],
    }


def _leads_on(action: Action, state: State) -> bool:
    """Whether an act that is possible everywhere does more here: it moves the problem on."""
    first = next(move for move in action.moves if state.name in move.sources)
    return len(action.moves) > 1 and first.dest != SELF


def _at_any_time(action: Action) -> bool:
    """Whether it is offered in all open states but one or two, and so says nothing of any of them."""
    return len(set(action.sources) & set(PROBLEM.names_in(Phase.OPEN))) >= len(PROBLEM.names_in(Phase.OPEN)) - 1


def _with_roles(action: Action, state: State | None = None) -> str:
    """The act with who may do it; in a matter's state only those who have the turn there, where the act is theirs."""
    if action.via:
        return f"{action.label}（{PROCESSES[action.via].label}批准后）"
    conditional = all(isinstance(by, By) for by in action.by)
    mine = [role for role in action.roles if state and conditional and role in state.turn] or action.roles
    who = "、".join(LABELS[role] for role in mine) if len(mine) < MANY else "参与办理的人"
    return f"{action.label}（{who}）"
