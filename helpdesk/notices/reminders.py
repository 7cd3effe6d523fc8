"""Which notices are reminders: of use on their day only, and told singly or with the morning digest as the reader likes."""

from workflows.book import PROCESSES
from workflows.terms import Pace

MORNING = "morning"
"""The message that makes a morning's digest; what stands in it is looked up when it is sent."""

REMINDERS = frozenset(
    tell.notice
    for process in PROCESSES.values()
    for clock in process.clocks
    for mark in clock.milestones
    if not mark.severity
    for tell in mark.tells
)
ESCALATIONS = frozenset(
    tell.notice
    for process in PROCESSES.values()
    for clock in process.clocks
    for mark in clock.milestones
    if mark.severity
    for tell in mark.tells
    if tell.pace is Pace.AT_ONCE
)
"""催办 and 督办: nobody can choose to hear less of them."""
