"""The rule book: every process there is, by name."""

from workflows.assist import ASSIST
from workflows.problem import PROBLEM
from workflows.request import REQUEST
from workflows.terms import Clock, Process

PROCESSES: dict[str, Process] = {process.name: process for process in (PROBLEM, REQUEST, ASSIST)}
CLOCKS: dict[str, Clock] = {clock.name: clock for process in PROCESSES.values() for clock in process.clocks}
"""Every clock by its name, which is unique over all processes."""
