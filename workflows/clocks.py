"""When a clock starts, waits, goes on, stops, falls due and strikes; pure arithmetic over the table."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from workflows.calendar import ONE_DAY, Calendar
from workflows.terms import Action, Asked, Case, Choose, Clock, Limit, Milestone, Process, Unit

SOON_DAYS = 3
"""A running clock is 黄 within so many working days of its due day."""
LONG_DAYS = 5
"""An overdue clock is 紫 when late by more than so many working days."""


@dataclass(frozen=True, slots=True)
class Due:
    """The last day that is in time, the moment it is over (24:00 for limits in days), and how sure the date is."""

    on: date
    at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class Ticking:
    """A clock that has started and not stopped, as the rules see it.

    ``unspent`` is set while it waits: days in the limit's unit, seconds for limits in hours; negative when overdue.
    """

    id: int
    name: str
    limit: Limit
    started_on: date
    due_on: date
    due_at: datetime
    unspent: int | None = None

    @property
    def waiting(self) -> bool:
        """Whether it stands still."""
        return self.unspent is not None


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
class Stop:
    """A clock ends."""

    id: int
    ended: Ended


Change = Start | Wait | Resume | Stop


def due(start_at: datetime, limit: Limit, calendar: Calendar) -> Due:
    """The due day of a limit that starts at a moment; the day of receipt is day 0."""
    if limit.unit is Unit.HOURS:
        end = start_at + timedelta(hours=limit.amount)
        return Due(calendar.day_of(end), end, provisional=calendar.is_provisional(calendar.day_of(end)))
    return _due_after(calendar.day_of(start_at), limit.unit, limit.amount, calendar)


def _due_after(day: date, unit: Unit, days: int, calendar: Calendar) -> Due:
    """Past days stay past: only a day that is still to come moves off a day off (民法典 203)."""
    on = calendar.add(day, days) if unit is Unit.WORKING_DAYS else day + ONE_DAY * days
    on = calendar.roll_forward(on) if days >= 0 else on
    return Due(on, calendar.at(on + ONE_DAY), provisional=calendar.is_provisional(on))


def unspent(ticking: Ticking, now: datetime, calendar: Calendar) -> int:
    """What is left at ``now``: days in the limit's unit, seconds for limits in hours; negative when overdue."""
    today = calendar.day_of(now)
    if ticking.limit.unit is Unit.HOURS:
        return math.floor((ticking.due_at - now).total_seconds())
    if ticking.limit.unit is Unit.NATURAL_DAYS:
        return (ticking.due_on - today).days
    if today <= ticking.due_on:
        return calendar.between(today, ticking.due_on)
    return -calendar.between(ticking.due_on - ONE_DAY, today - ONE_DAY)  # late is late, also on a day off


def resumed(ticking: Ticking, now: datetime, calendar: Calendar) -> Due:
    """The new due day of a waiting clock that runs again at ``now``."""
    left = ticking.unspent or 0
    if ticking.limit.unit is Unit.HOURS:
        end = now + timedelta(seconds=left)
        return Due(calendar.day_of(end), end, provisional=calendar.is_provisional(calendar.day_of(end)))
    return _due_after(calendar.day_of(now), ticking.limit.unit, left, calendar)


def limit_of(clock: Clock, case: Case, given: Mapping[str, Any], today: date, *, assigned: bool) -> Limit:
    """The limit a clock starts with, for this case and these answers."""
    rule = clock.limit
    if isinstance(rule, Limit):
        return rule
    if isinstance(rule, Asked):
        chosen = given.get(rule.question)
        return Limit((chosen - today).days if chosen else rule.most, Unit.NATURAL_DAYS)
    return _chosen_limit(rule, clock, case, assigned=assigned)


def _chosen_limit(rule: Choose, clock: Clock, case: Case, *, assigned: bool) -> Limit:
    again = case.round > 1 or (clock.name in case.ended and not assigned)
    if rule.again and again:
        return rule.again
    return rule.limits.get(getattr(case, rule.fact), rule.limits[None])


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
        if _starts(clock, row, case, action, assigned=assigned):
            limit = limit_of(clock, case, given, calendar.day_of(now), assigned=assigned)
            changes.append(Start(clock, limit, due(now, limit, calendar)))
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


def _ahead(clock: Clock, row: Ticking, done: Collection[str], calendar: Calendar) -> list[tuple[date, Milestone]]:
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
        for day, mark in _ahead(clock, row, done, calendar)
        if day <= today
    )


def next_strike_at(clock: Clock, row: Ticking, done: Collection[str], calendar: Calendar) -> datetime | None:
    """The moment at which the sweep must look at this clock again; None when nothing is left to do."""
    if row.waiting:
        return None
    moments = [calendar.at(day) for day, _ in _ahead(clock, row, done, calendar)]
    if clock.lapses:
        moments.append(row.due_at)
    return min(moments, default=None)


def has_run_out(clock: Clock, row: Ticking, now: datetime) -> bool:
    """Whether a clock that lapses has come to its end."""
    return bool(clock.lapses) and not row.waiting and now >= row.due_at


# -- Lamps -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lamp:
    """A colour that never stands without words."""

    colour: str  # green yellow red purple grey blue
    words: str


GREY = Lamp("grey", "暂停计时")
BLUE = Lamp("blue", "按期办结")


def lamp(due_on: date, due_at: datetime, *, waiting: bool, now: datetime, calendar: Calendar) -> Lamp:
    """The lamp of a clock that has started and not stopped."""
    if waiting:
        return GREY
    today = calendar.day_of(now)
    if now >= due_at:
        late = calendar.between(due_on, today)
        words = f"逾期 {late} 个工作日" if late > 0 else "逾期不足 1 个工作日"
        return Lamp("purple" if late > LONG_DAYS else "red", words)
    left = calendar.between(today, due_on)
    end = due_at.astimezone(calendar.zone)
    words = f"{end:%H:%M} 前" if end.date() == today else _left_in_words(today, due_on, left)  # a limit in hours
    return Lamp("yellow" if left <= SOON_DAYS else "green", words)


def _left_in_words(today: date, due_on: date, left: int) -> str:
    if due_on == today:
        return "今天到期"
    if due_on == today + ONE_DAY:
        return "明天到期"
    return f"还有 {left} 个工作日"
