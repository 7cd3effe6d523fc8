"""The rule book: every process there is, by name."""

from workflows.assist import ASSIST
from workflows.bulletin import BULLETIN, RECEIPT
from workflows.problem import PROBLEM
from workflows.request import REQUEST
from workflows.supervision import ORDER
from workflows.terms import Action, Clock, Process

PROCESSES: dict[str, Process] = {
    process.name: process for process in (PROBLEM, REQUEST, ASSIST, ORDER, BULLETIN, RECEIPT)
}
APART = tuple(name for name, process in PROCESSES.items() if process.apart)
OF_PROBLEMS = tuple(name for name in PROCESSES if name not in APART)
ACTIONS: dict[str, Action] = {action.name: action for process in PROCESSES.values() for action in process.actions}
CLOCKS: dict[str, Clock] = {clock.name: clock for process in PROCESSES.values() for clock in process.clocks}
"""Every action and every clock by its name, which is unique over all processes."""
LEGS: dict[str, Clock] = {
    clock.name: clock for process in PROCESSES.values() if not process.apart for clock in process.clocks
}
"""The clocks of problems and of what stands beside them."""
