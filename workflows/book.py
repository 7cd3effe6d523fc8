"""The rule book: every process there is, by name."""

from workflows.assist import ASSIST
from workflows.problem import PROBLEM
from workflows.request import REQUEST
from workflows.terms import Action, Clock, Process

PROCESSES: dict[str, Process] = {process.name: process for process in (PROBLEM, REQUEST, ASSIST)}
ACTIONS: dict[str, Action] = {action.name: action for process in PROCESSES.values() for action in process.actions}
CLOCKS: dict[str, Clock] = {clock.name: clock for process in PROCESSES.values() for clock in process.clocks}
"""Every action and every clock by its name, which is unique over all processes."""
