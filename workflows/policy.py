"""What an office may change without a programmer: limits, reminders, lamps, mailing hours; as one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from functools import lru_cache

from workflows.book import CLOCKS
from workflows.clocks import AGAIN, ELSE
from workflows.ladders import PLAIN_LADDER, limits_of
from workflows.terms import Asked, Choose, Limit, Milestone, Process

Rule = Limit | Choose | Asked


@dataclass(frozen=True)
class Weights:
    """What counts how much in 综合, in points that make 100; ``fair``: what 基本满意 counts of 满意, in per cent."""

    response: int = 10
    solution: int = 50
    satisfaction: int = 40
    fair: int = 90


@dataclass(frozen=True, eq=False)
class Policy:
    """A version of the numbers; states and actions stay in the tables."""

    name: str
    limits: Mapping[str, Rule]  # by clock
    ladders: Mapping[str, tuple[Milestone, ...]]  # by clock
    soon_days: int = 3  # 黄 within so many working days of the due day
    long_days: int = 5  # 紫 when late by more than so many
    mail_hours: tuple[tuple[time, time], ...] = field(default=((time(8, 30), time(17, 30)),))  # of working days
    weights: Weights = Weights()  # of the figures of periods that end under this version


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


# -- The limits of a rule, by branch -----------------------------------------------------------------------------------

PLAIN, MOST = "", "most"
"""Branches that are no value of a fact: the only limit, and the furthest day that may be chosen."""


def branches(rule: Rule) -> dict[str, Limit]:
    """The limits of a rule by branch; a chosen day has the furthest one."""
    if isinstance(rule, Limit):
        return {PLAIN: rule}
    if isinstance(rule, Asked):
        return {MOST: limits_of(rule)[0]}
    found = {value: limit for value, limit in rule.limits.items() if value is not None}
    return found | {ELSE: rule.limits[None]} | ({AGAIN: rule.again} if rule.again else {})


def with_branches(rule: Rule, limits: Mapping[str, Limit]) -> Rule:
    """The same rule with other limits; KeyError when one is missing."""
    if isinstance(rule, Limit):
        return limits[PLAIN]
    if isinstance(rule, Asked):
        return replace(rule, most=limits[MOST].amount)
    by_value = {value: limits[ELSE if value is None else value] for value in rule.limits}
    return replace(rule, limits=by_value, again=limits[AGAIN] if rule.again else None)


def candidates(clock: str) -> tuple[Milestone, ...]:
    """Every milestone that a clock may be given, in order: its own as shipped, and those other clocks have."""
    own = {mark.name: mark for mark in CLOCKS[clock].milestones}
    if own and not own.keys() & {mark.name for mark in PLAIN_LADDER}:
        return tuple(own.values())
    return tuple(own.get(mark.name, mark) for mark in PLAIN_LADDER)
