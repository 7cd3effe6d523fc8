"""What an office may change without a programmer: limits, reminders, lamps, mailing hours; as one value and as a document."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from functools import lru_cache

from workflows.book import CLOCKS
from workflows.terms import Asked, Choose, Limit, Milestone, Process


@dataclass(frozen=True, eq=False)
class Policy:
    """A version of the numbers; states and actions stay in the tables."""

    name: str
    limits: Mapping[str, Limit | Choose | Asked]  # by clock
    ladders: Mapping[str, tuple[Milestone, ...]]  # by clock
    soon_days: int = 3  # 黄 within so many working days of the due day
    long_days: int = 5  # 紫 when late by more than so many
    mail_hours: tuple[tuple[time, time], ...] = field(default=((time(8, 30), time(17, 30)),))  # of working days


SHIPPED = Policy(
    "13710",
    {name: clock.limit for name, clock in CLOCKS.items()},
    {name: clock.milestones for name, clock in CLOCKS.items()},
)
"""1 day to accept, 3 to respond, 7 for ordinary ones, a month for hard ones, 0: tracked until 销号."""


@lru_cache(maxsize=64)
def applied(policy: Policy, process: Process) -> Process:
    """The process with this policy's limits and reminders; one value for each pair, so that machines can be kept."""
    clocks = tuple(
        replace(
            clock,
            limit=policy.limits.get(clock.name, clock.limit),
            milestones=policy.ladders.get(clock.name, clock.milestones),
        )
        for clock in process.clocks
    )
    return process if clocks == process.clocks else replace(process, clocks=clocks)
