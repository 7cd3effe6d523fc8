"""The clocks of a problem that moves in: due by what its ledger tells, and silent about what lies behind them.

They start when it moves in, as all clocks start with the line of history that tells of it; where the ledger says by when
or since when, the due day follows from that and stands on record as taken over.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from helpdesk.clock import calendar
from helpdesk.org.queries import seating
from helpdesk.pages import day_words
from helpdesk.problems import bringing_in_queries as queries
from helpdesk.problems.models import Problem, ProblemClock
from helpdesk.problems.ticking import answering_unit, summarise
from helpdesk.rules import Rules
from workflows import clocks
from workflows.accounts import Due, StepKind
from workflows.calendar import ONE_DAY
from workflows.engine import Decision
from workflows.terms import DATES, Case


@dataclass(frozen=True)
class Leg:
    """A clock to be written, with the milestones that lie behind it and why its due day is what it is."""

    clock: dict[str, Any]
    behind: Sequence[clocks.Strike]
    fixed: str = ""
    problem_id: int = 0
    entry_id: int = 0


def started(problem: Problem, decision: Decision, given: Mapping[str, Any], now: datetime, rules: Rules) -> list[Leg]:
    """The clocks that run where the problem stands now."""
    case = Case(decision.dest, has_group=problem.group_id is not None, urgency=problem.urgency)
    changes = clocks.follow(
        rules.process("problem"),
        case=case,
        action=decision.action,
        given=given,
        ticking=(),
        assigned=False,
        now=now,
        calendar=calendar(),
    )
    return [_leg(each, problem, given, now, rules) for each in changes if isinstance(each, clocks.Start)]


def _leg(start: clocks.Start, problem: Problem, given: Mapping[str, Any], now: datetime, rules: Rules) -> Leg:
    due, why = _due(start, given, now)
    today = calendar().day_of(now)
    row = clocks.Ticking(0, start.clock.name, start.limit, today, due.on, due.at, now)
    behind = [
        strike
        for strike in clocks.struck(rules.clock(start.clock.name), row, (), today, calendar())
        if strike.on < today
    ]
    done = {strike.milestone.name for strike in behind}
    clock = {
        "name": start.clock.name,
        "round": problem.round,
        "amount": start.limit.amount,
        "counted_in": start.limit.unit.value,
        "branch": start.branch,
        "policy_id": rules.version_id,
        "started_at": now,
        "started_on": today,
        "due_on": due.on,
        "due_at": due.at,
        "provisional": due.provisional,
        "extended": 0,
        "unit_id": answering_unit(start.clock, problem, seating(today)),
        "strike_at": clocks.next_strike_at(rules.clock(start.clock.name), row, done, calendar()),
    }
    return Leg(clock, behind, why)


def _due(start: clocks.Start, given: Mapping[str, Any], now: datetime) -> tuple[Due, str]:
    """The due day, and why, where it follows from the ledger: its own due day wins over its dates."""
    told, days = start.clock.of_ledger, calendar()
    if told and (on := given.get("old_due_on")):
        return Due(on, days.at(on + ONE_DAY), days.is_provisional(on)), "沿用原台账的办理时限"
    if told == DATES:
        since: date = given["reported_on"]
        why = f"按原上报日期{day_words(since, days.day_of(now))}起算"
        return clocks.due(days.at(since), start.limit, days), why
    return start.due, ""


def summary(legs: Iterable[Leg]) -> dict[str, Any]:
    """The most pressing one, as the problem's row keeps it."""
    row = Problem()
    summarise(row, [ProblemClock(**leg.clock) for leg in legs])
    return {name: getattr(row, name) for name in ("waiting", "due_on", "due_at", "provisional")}


def write(legs: Sequence[Leg], by_name: str, now: datetime) -> None:
    """Their rows, the steps that say why they are due when they are, and the milestones that nobody is told of any more."""
    keys = queries.write_clocks([leg.clock | {"problem_id": leg.problem_id} for leg in legs])
    pairs = list(zip(keys, legs, strict=True))
    queries.write_steps([_step(key, leg, by_name, now) for key, leg in pairs if leg.fixed])
    queries.write_strikes([_lapsed(key, leg, strike, now) for key, leg in pairs for strike in leg.behind])


def _step(key: int, leg: Leg, by_name: str, now: datetime) -> dict[str, Any]:
    return {
        "clock_id": key,
        "at": now,
        "kind": StepKind.FIXED.value,
        "reason": leg.fixed,
        "by_name": by_name,
        "entry_id": leg.entry_id,
        "until_on": leg.clock["due_on"],
    }


def _lapsed(key: int, leg: Leg, strike: clocks.Strike, now: datetime) -> dict[str, Any]:
    return {
        "clock_id": key,
        "milestone": strike.milestone.name,
        "due_on": leg.clock["due_on"],
        "struck_on": strike.on,
        "noted_at": now,
        "lapsed": True,
    }
