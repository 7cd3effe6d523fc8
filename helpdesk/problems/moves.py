"""Which clocks would get another due day under another calendar, or other limits; nothing is changed here."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from helpdesk.clock import calendar as calendar_in_force
from helpdesk.problems import moving_queries as queries
from helpdesk.problems import words
from helpdesk.problems.cases import ticking as as_ticking
from helpdesk.problems.models import ClockStep
from helpdesk.rules import Rules
from workflows.accounts import BY_THE_HOUR, Account, History, Step, StepKind, account
from workflows.book import CLOCKS
from workflows.calendar import Calendar
from workflows.clocks import limit_on
from workflows.terms import Limit, Unit

NO_GROUP = "（没有责任组）"


@dataclass(frozen=True)
class Move:
    """One clock that gets another due day; ``before`` and ``after`` are local days."""

    clock_id: int
    problem_id: int
    matter_id: int | None
    number: str
    title: str
    name: str  # of the clock
    group: str  # the unit that answers for it
    before: date
    after: date
    before_at: datetime
    after_at: datetime
    provisional: bool
    waiting: bool
    unspent: int | None
    limit: Limit
    new_limit: Limit | None = None  # re-timed
    fixed_on: date | None = None  # its due day was taken over as it was: it needs another fixed point
    policy_id: int | None = None
    row: Any = field(default=None, repr=False, compare=False)

    @property
    def label(self) -> str:
        """The clock in words."""
        return CLOCKS[self.name].label

    @property
    def by_the_hour(self) -> bool:
        """Whether its due moment is more than a day."""
        return (self.new_limit or self.limit).unit in BY_THE_HOUR


# -- What would move ---------------------------------------------------------------------------------------------------


def moves_under(calendar: Calendar, *, now: datetime, only: Collection[int] | None = None) -> list[Move]:
    """The running clocks whose due moment would be another one under that calendar, by group.

    Waiting clocks are counted when they go on. ``only``: these clocks. Nothing is changed.
    """
    rows = [row for row in queries.active_clocks(only=only) if row.unspent is None]
    counted = _Counting(calendar)
    steps = queries.steps_of([row.id for row in rows])
    found = []
    for row in rows:
        new = counted.account(row, steps.get(row.id, ()))
        if new.due.at != row.due_at or new.due.on != row.due_on:
            found.append(_move(row, new))
    return _in_order(found)


def retime_moves(rules: Rules, *, now: datetime, names: Collection[str] | None = None) -> list[Move]:
    """The clocks that would have another limit under these rules, counted from their own start, by group.

    Waiting ones too: they keep less or more. ``names``: only clocks of these names. Nothing is changed.
    """
    rows = queries.active_clocks(names)
    counted = _Counting(calendar_in_force())
    steps = queries.steps_of([row.id for row in rows])
    found = []
    for row in rows:
        limit, past = limit_on(rules.clock(row.name).limit, row.branch), steps.get(row.id, ())
        if limit is None or (limit.amount, limit.unit.value) == (row.amount, row.counted_in):
            continue
        new = counted.account(row, past, Step(now, StepKind.RETIMED, limit=limit))
        fixed_on = new.due.on if any(step.kind == StepKind.FIXED for step in past) else None
        found.append(_move(row, new, new_limit=limit, fixed_on=fixed_on, policy_id=rules.version_id))
    return _in_order(found)


class _Counting:
    """Accounts under one calendar; those without a history of their own are counted once a day and limit."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.known: dict[tuple[date, int, str], Account] = {}

    def account(self, row: Any, steps: Sequence[ClockStep], *more: Step) -> Account:
        """The account of a clock's row, with what happened to it and steps that are only supposed."""
        told = [step for step in steps if step.kind != StepKind.MOVED]  # those are for the record only
        history = as_ticking(row, told).history
        if told or more or history.limit.unit in BY_THE_HOUR:
            return account(History(history.started_at, history.limit, (*history.steps, *more)), self.calendar)
        key = (self.calendar.day_of(history.started_at), row.amount, row.counted_in)
        if key not in self.known:
            self.known[key] = account(history, self.calendar)
        return self.known[key]


def _move(row: Any, new: Account, **more: Any) -> Move:
    waiting = row.unspent is not None
    return Move(
        clock_id=row.id,
        problem_id=row.problem_id,
        matter_id=row.matter_id,
        number=row.number or "",
        title=row.title or "",
        name=row.name,
        group=row.unit or row.group or NO_GROUP,
        before=row.due_on,
        after=row.due_on if waiting else new.due.on,
        before_at=row.due_at,
        after_at=row.due_at if waiting else new.due.at,
        provisional=row.provisional if waiting else new.due.provisional,
        waiting=waiting,
        unspent=new.unspent if waiting else None,
        limit=Limit(row.amount, Unit(row.counted_in)),
        row=row,
        **more,
    )


def _in_order(moves: Iterable[Move]) -> list[Move]:
    return sorted(moves, key=lambda move: (move.group == NO_GROUP, move.group, move.number, move.clock_id))


# -- In words ----------------------------------------------------------------------------------------------------------


def from_to(move: Move, today: date) -> str:
    """11月3日（周二）→ 11月4日（周三）; with the time of day for limits in hours."""
    if move.waiting:
        limit = move.new_limit or move.limit
        return f"时限改为 {words.limit_words(limit.amount, limit.unit)}，恢复计时后按新时限计算"
    sure = "（暂定）" if move.provisional else ""
    return f"{_day(move.before, move.before_at, move, today)} → {_day(move.after, move.after_at, move, today)}{sure}"


def _day(on: date, at: datetime, move: Move, today: date) -> str:
    return words.moment_words(at, today) if move.by_the_hour else words.day_words(on, today)
