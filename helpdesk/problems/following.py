"""Milestones follow the versions of the rules: what strikes under which of them, when the sweep looks late."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from helpdesk.clock import calendar
from helpdesk.problems import ticking
from helpdesk.problems.models import ProblemClock, Strike
from helpdesk.rules import AS_SHIPPED, Rules, versions
from workflows import clocks
from workflows.calendar import ONE_DAY

Period = tuple[Rules, date, date]
"""Rules with the first and the last local day on which they held; the last one today."""


def strikes(row: ProblemClock, known: Iterable[Strike], today: date) -> Iterator[clocks.Strike]:
    """The milestones that strike today or struck unnoticed before, each under the version that held on its day.

    What another version would have told earlier is dated at the day on which that version came into force: nobody
    could have been told before.
    """
    ledger = list(known)
    for rules, first, last in _periods(row, today):
        done = ticking.done(ledger, row, rules)
        for strike in clocks.struck(rules.clock(row.name), ticking.seen(row), done, last, calendar()):
            ledger.append(Strike(milestone=strike.milestone.name, due_on=row.due_on))
            on = max(strike.on, first) if strike.milestone.severity else strike.on
            lapsed = strike.on < today and not strike.milestone.severity
            yield replace(strike, on=on, lapsed=lapsed, late=on < today)


def _periods(row: ProblemClock, today: date) -> Iterator[Period]:
    """The versions that have held since the sweep should have looked at this clock."""
    since = calendar().day_of(row.strike_at) if row.strike_at else today
    begun: list[tuple[date, Rules]] = [(date.min, AS_SHIPPED), *(each for each in versions() if each[0] <= today)]
    ends = [following - ONE_DAY for following, _ in begun[1:]]
    for (first, rules), last in zip(begun, [*ends, today], strict=True):
        if max(first, since) <= last:
            yield rules, first, last
