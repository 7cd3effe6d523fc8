"""Counting out a limit in hours, in real time or in open time: stretches of time, told day by day."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflows.calendar import ONE_DAY, Calendar
from workflows.day_counts import STAYS_LATE, granted_by, words_of
from workflows.steps import Account, Day, DayKind, Due, Step
from workflows.terms import Limit, Unit

AN_HOUR = 3600
RANK = (DayKind.FIXED, DayKind.COUNTED, DayKind.EXTENDED, DayKind.UNRECORDED, DayKind.WAITING, DayKind.LATE)
"""What a day is called on which several things happened."""


def seconds_left(due_at: datetime, unit: Unit, now: datetime, calendar: Calendar) -> int:
    """Whole seconds left, real or open ones; negative when overdue, also where the offices were closed ever since."""
    if unit is Unit.HOURS:
        return math.floor((due_at - now).total_seconds())
    if now < due_at:
        return math.floor(calendar.open_seconds(now, due_at))
    late = math.ceil(calendar.open_seconds(due_at, now))
    return -max(late, 1) if now > due_at else 0


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A span of time and how it is taken."""

    begins: datetime
    ends: datetime
    kind: DayKind
    why: str = ""


class HourCount:
    """A count that goes on step by step; ``account()`` is what it has come to."""

    def __init__(self, started_at: datetime, limit: Limit, calendar: Calendar) -> None:
        self.limit, self.calendar = limit, calendar
        self.started_at = self.due_at = started_at
        self.allowed = limit.amount * AN_HOUR
        self.waited: Step | None = None
        self.stays_late = False
        self.stretches: list[_Stretch] = []
        self._run(started_at, self.allowed)
        self.on = calendar.day_of(self.due_at)

    # -- Steps ---------------------------------------------------------------------------------------------------------

    def wait(self, step: Step) -> None:
        """It stands still from that moment on."""
        self.waited = step
        self.stretches = [_until(step.at, each) for each in self.stretches if each.begins < step.at]
        if step.at > self.due_at:
            self.stretches.append(_Stretch(self.due_at, step.at, DayKind.LATE))

    def resume(self, step: Step) -> None:
        """It goes on from that moment with what was left."""
        assert self.waited is not None
        left, waited = self._left(), self.waited
        self.waited = None
        self.stretches.append(_Stretch(waited.at, step.at, DayKind.WAITING, waited.reason or "暂停计时"))
        self._run(step.at, left)
        self.on = self.calendar.day_of(self.due_at)

    def extend(self, step: Step) -> None:
        """Due at the end of the day that was granted, never earlier than without it."""
        assert step.until_on is not None
        on = self.calendar.roll_forward(step.until_on)
        until, before = self._end_of(on), self.due_at
        if until <= before:
            return
        self.due_at, self.on = until, on
        self.allowed += round(self._seconds(before, until))
        self.stretches.append(_Stretch(before, until, DayKind.EXTENDED, granted_by(step)))

    def fix(self, step: Step, until: date) -> None:
        """Due on that day, whatever the count says; at the moment that was counted where that lies on it."""
        if until != self.on:
            self.due_at, self.on = self._end_of(until), until
        self.stretches = [_Stretch(self.started_at, self.due_at, DayKind.UNRECORDED, step.reason)]

    def account(self) -> Account:
        """What it has come to."""
        due = Due(self.on, self.due_at, provisional=self.calendar.is_provisional(self.on))
        left = self._left() if self.waited else None
        return Account(due, tuple(self._days()), self.allowed, left, self.limit)

    # -- Counting ------------------------------------------------------------------------------------------------------

    def _left(self) -> int:
        assert self.waited is not None
        return seconds_left(self.due_at, self.limit.unit, self.waited.at, self.calendar)

    def _run(self, since: datetime, left: int) -> None:
        ends = self._after(since, left)
        self.stays_late = left < 0
        self.due_at = max(self.due_at, ends)  # late by less than a second is late
        if not self.stays_late:
            self.stretches.append(_Stretch(since, ends, DayKind.COUNTED))

    def _after(self, since: datetime, left: int) -> datetime:
        if self.limit.unit is Unit.HOURS:
            return since + timedelta(seconds=left)
        if left < 0:  # back to closing time, not to the opening after it, as counting forward would have it
            return self.calendar.add_open(self.calendar.add_open(since, left - 1), 1)
        return self.calendar.add_open(since, left)

    def _seconds(self, begins: datetime, ends: datetime) -> float:
        if self.limit.unit is Unit.HOURS:
            return (ends - begins).total_seconds()
        return self.calendar.open_seconds(begins, ends)

    def _end_of(self, day: date) -> datetime:
        """Midnight; for working hours closing time."""
        spans = () if self.limit.unit is Unit.HOURS else self.calendar.open_spans(day)
        return spans[-1][1] if spans else self.calendar.at(day + ONE_DAY)

    # -- Told day by day -----------------------------------------------------------------------------------------------

    def _days(self) -> Iterator[Day]:
        first = self.calendar.day_of(self.started_at)
        last = self.calendar.day_of(self.waited.at) if self.waited else self.on
        for n in range((last - first).days + 1):
            day = first + ONE_DAY * n
            yield self._day(day, first=n == 0, last=day == last)

    def _day(self, on: date, *, first: bool, last: bool) -> Day:
        begins, ends = self.calendar.at(on), self.calendar.at(on + ONE_DAY)
        parts = [_within(begins, ends, each) for each in self.stretches if each.begins < ends and each.ends >= begins]
        counted = [each for each in parts if each.kind in (DayKind.COUNTED, DayKind.EXTENDED)]
        seconds = round(sum(self._seconds(each.begins, each.ends) for each in counted))
        kind, why, source = self._taken(on, parts, seconds)
        if first:
            kind = DayKind.START
        elif last and self.stays_late and not self.waited:
            kind, why, source = DayKind.ROLLED, STAYS_LATE, ""
        return Day(on, kind, None, why, source, self.calendar.is_provisional(on), seconds)

    def _taken(self, on: date, parts: list[_Stretch], seconds: int) -> tuple[DayKind, str, str]:
        """How a day is taken, why, and by which rule."""
        closed = self.limit.unit is Unit.WORKING_HOURS and not self.calendar.is_working(on)
        worked = [each for each in parts if each.kind not in (DayKind.COUNTED, DayKind.EXTENDED) or seconds]
        chosen = min(worked, key=lambda each: RANK.index(each.kind), default=None)
        if chosen is None or (closed and chosen.kind is not DayKind.WAITING):
            return DayKind.OFF if closed else DayKind.COUNTED, *words_of(on, self.calendar)
        if chosen.why:
            return chosen.kind, chosen.why, ""
        return chosen.kind, *words_of(on, self.calendar)


def _until(moment: datetime, stretch: _Stretch) -> _Stretch:
    return _Stretch(stretch.begins, min(stretch.ends, moment), stretch.kind, stretch.why)


def _within(begins: datetime, ends: datetime, stretch: _Stretch) -> _Stretch:
    return _Stretch(max(stretch.begins, begins), min(stretch.ends, ends), stretch.kind, stretch.why)
