"""When a clock starts, waits, goes on, stops, falls due and strikes; pure arithmetic over the table."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from workflows.accounts import Account, History, Step, StepKind, account, left_at
from workflows.accounts import Due as Due
from workflows.calendar import Calendar
from workflows.lamps import BLUE as BLUE
from workflows.lamps import GREY as GREY
from workflows.lamps import Lamp as Lamp
from workflows.lamps import lamp as lamp
from workflows.terms import Action, Asked, Case, Choose, Clock, Limit, Milestone, Process, Unit


@dataclass(frozen=True, slots=True)
class Ticking:
    """A clock that has started and not stopped, as the rules see it, with all that happened to it.

    ``unspent`` is set while it waits: days in the limit's unit, seconds for limits in hours; negative when overdue.
    """

    id: int
    name: str
    limit: Limit
    started_on: date
    due_on: date
    due_at: datetime
    started_at: datetime
    unspent: int | None = None
    steps: tuple[Step, ...] = ()

    @property
    def waiting(self) -> bool:
        """Whether it stands still."""
        return self.unspent is not None

    @property
    def history(self) -> History:
        """What its due day follows from."""
        return History(self.started_at, self.limit, self.steps)

    def after(self, step: Step, calendar: Calendar) -> Account:
        """The account with one more step. Raises ValueError when the steps do not say why it waits."""
        if any(each.kind is StepKind.WAITED for each in self.steps) < self.waiting:
            raise ValueError(f"clock {self.id} waits, but its steps are missing")
        return account(History(self.started_at, self.limit, (*self.steps, step)), calendar)


class Ended(StrEnum):
    """How a clock came to stop."""

    ANSWERED = "answered"  # by its own act, such as 首次反馈
    LEFT = "left"  # by leaving its states
    HANDED_OVER = "handed_over"  # somebody else got a fresh one


@dataclass(frozen=True, slots=True)
class Start:
    """A clock begins."""

    clock: Clock
    limit: Limit
    due: Due
    branch: str | None = None  # which of the rule's limits it is: a fact's value, "again", "else"


@dataclass(frozen=True, slots=True)
class Wait:
    """A clock stands still and keeps what is unspent."""

    id: int
    unspent: int


@dataclass(frozen=True, slots=True)
class Resume:
    """A clock runs on with what was unspent."""

    id: int
    due: Due


@dataclass(frozen=True, slots=True)
class Extend:
    """A clock is granted a later due day."""

    id: int
    due: Due
    until_on: date


@dataclass(frozen=True, slots=True)
class Stop:
    """A clock ends."""

    id: int
    ended: Ended


Change = Start | Wait | Resume | Extend | Stop


def due(start_at: datetime, limit: Limit, calendar: Calendar) -> Due:
    """The due day of a limit that starts at a moment; the day of receipt is day 0."""
    return account(History(start_at, limit), calendar).due


def unspent(ticking: Ticking, now: datetime, calendar: Calendar) -> int:
    """What is left at ``now``: days in the limit's unit, seconds for limits in hours; negative when overdue."""
    provisional = calendar.is_provisional(ticking.due_on)
    return left_at(Due(ticking.due_on, ticking.due_at, provisional), ticking.limit.unit, now, calendar)


def resumed(ticking: Ticking, now: datetime, calendar: Calendar) -> Due:
    """The new due day of a waiting clock that runs again at ``now``."""
    return ticking.after(Step(now, StepKind.RESUMED), calendar).due


AGAIN = "again"
ELSE = "else"
"""The branch of a limit that is used once answered or in later rounds, and that of no known fact."""


def limit_of(
    clock: Clock, case: Case, given: Mapping[str, Any], today: date, *, assigned: bool
) -> tuple[Limit, str | None]:
    """The limit a clock starts with, for this case and these answers, and which branch of its rule that is."""
    rule = clock.limit
    if isinstance(rule, Limit):
        return rule, None
    if isinstance(rule, Asked):
        chosen = given.get(rule.question)
        return Limit((chosen - today).days if chosen else rule.most, Unit.NATURAL_DAYS), None
    return _chosen_limit(rule, clock, case, assigned=assigned)


def _chosen_limit(rule: Choose, clock: Clock, case: Case, *, assigned: bool) -> tuple[Limit, str]:
    again = case.round > 1 or (clock.name in case.ended and not assigned)
    if rule.again and again:
        return rule.again, AGAIN
    fact = getattr(case, rule.fact)
    return (rule.limits[fact], fact) if fact and fact in rule.limits else (rule.limits[None], ELSE)


def limit_on(rule: Limit | Choose | Asked, branch: str | None) -> Limit | None:
    """The limit that a branch of a rule has now; None for a day that somebody chose. For re-timing running clocks."""
    if isinstance(rule, Limit):
        return rule
    if isinstance(rule, Asked):
        return None
    if branch == AGAIN and rule.again:
        return rule.again
    return rule.limits.get(branch, rule.limits[None])


def follow(
    process: Process,
    *,
    case: Case,
    action: Action,
    given: Mapping[str, Any],
    ticking: Iterable[Ticking],
    assigned: bool,
    now: datetime,
    calendar: Calendar,
) -> tuple[Change, ...]:
    """What every clock does when ``action`` has brought the problem to ``case`` (the case *afterwards*).

    Nothing here names a state or a clock: it all follows from where the table says that each clock runs and waits.
    """
    rows = {row.name: row for row in ticking}
    changes: list[Change] = []
    for clock in process.clocks:
        row = rows.get(clock.name)
        if row is not None:
            changes += _go_on(clock, row, case, action, now, calendar, assigned=assigned)
            changes += _extended(clock, row, action, given, now, calendar)
        if _starts(clock, row, case, action, assigned=assigned):
            limit, branch = limit_of(clock, case, given, calendar.day_of(now), assigned=assigned)
            changes.append(Start(clock, limit, due(now, limit, calendar), branch))
    return tuple(changes)


def _starts(clock: Clock, row: Ticking | None, case: Case, action: Action, *, assigned: bool) -> bool:
    if case.state not in clock.runs_in or clock.name in action.stops:
        return False
    if row is not None:
        return _begins_anew(clock, action, assigned=assigned)
    return assigned or not (clock.once and clock.name in case.finished)


def _begins_anew(clock: Clock, action: Action, *, assigned: bool) -> bool:
    return clock.name in action.renews or (assigned and clock.renewed)


def _go_on(
    clock: Clock, row: Ticking, case: Case, action: Action, now: datetime, calendar: Calendar, *, assigned: bool
) -> list[Change]:
    runs, waits = case.state in clock.runs_in, case.state in clock.waits_in
    if clock.name in action.stops or (runs and clock.name in action.renews):
        return [Stop(row.id, Ended.ANSWERED)]
    if runs and _begins_anew(clock, action, assigned=assigned):
        return [Stop(row.id, Ended.HANDED_OVER)]
    if not runs and not waits:
        return [Stop(row.id, Ended.LEFT)]
    if runs and row.waiting:
        return [Resume(row.id, resumed(row, now, calendar))]
    if waits and not row.waiting:
        return [Wait(row.id, unspent(row, now, calendar))]
    return []


def _extended(
    clock: Clock, row: Ticking, action: Action, given: Mapping[str, Any], now: datetime, calendar: Calendar
) -> list[Extend]:
    until_on = given.get("until_on")
    if clock.name not in action.extends or until_on is None:
        return []
    step = Step(now, StepKind.EXTENDED, until_on=until_on)
    return [Extend(row.id, row.after(step, calendar).due, until_on)]


# -- Milestones --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Strike:
    """A milestone whose day has come. ``lapsed``: its day has passed and telling it now would make no sense."""

    milestone: Milestone
    on: date
    lapsed: bool
    late: bool


def strike_day(milestone: Milestone, due_on: date, calendar: Calendar) -> date:
    """The local day on which a milestone of a clock with that due day strikes."""
    return calendar.add(due_on, milestone.days)


def ahead(clock: Clock, row: Ticking, done: Collection[str], calendar: Calendar) -> list[tuple[date, Milestone]]:
    """The milestones still to strike, in order; reminders that would come before the clock's start are none."""
    days = [(strike_day(mark, row.due_on, calendar), mark) for mark in clock.milestones if mark.name not in done]
    return sorted(
        ((day, mark) for day, mark in days if mark.severity or day > row.started_on), key=lambda pair: pair[0]
    )


def struck(clock: Clock, row: Ticking, done: Collection[str], today: date, calendar: Calendar) -> tuple[Strike, ...]:
    """The milestones that strike today or struck unnoticed before, in order, each dated at its true day.

    After an outage reminders whose day has passed lapse; escalations all happen.
    """
    if row.waiting:
        return ()
    return tuple(
        Strike(mark, day, lapsed=day < today and not mark.severity, late=day < today)
        for day, mark in ahead(clock, row, done, calendar)
        if day <= today
    )


def next_strike_at(clock: Clock, row: Ticking, done: Collection[str], calendar: Calendar) -> datetime | None:
    """The moment at which the sweep must look at this clock again; None when nothing is left to do."""
    if row.waiting:
        return None
    moments = [calendar.at(day) for day, _ in ahead(clock, row, done, calendar)]
    if clock.lapses:
        moments.append(row.due_at)
    return min(moments, default=None)


def has_run_out(clock: Clock, row: Ticking, now: datetime) -> bool:
    """Whether a clock that lapses has come to its end."""
    return bool(clock.lapses) and not row.waiting and now >= row.due_at
