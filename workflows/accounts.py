"""Counting out a due day: the one function that makes a date is the one that explains it, so they cannot disagree."""

from dataclasses import replace
from datetime import date, datetime

from workflows.calendar import Calendar
from workflows.day_counts import DayCount, days_left
from workflows.hour_counts import HourCount, seconds_left
from workflows.steps import BY_THE_HOUR, Account, Day, DayKind, Due, History, Step, StepKind
from workflows.terms import Limit, Unit

__all__ = [
    "BY_THE_HOUR",
    "LONGEST",
    "Account",
    "CountError",
    "Day",
    "DayKind",
    "Due",
    "History",
    "Step",
    "StepKind",
    "account",
    "left_at",
]

LONGEST = {Unit.WORKING_DAYS: 2_500, Unit.NATURAL_DAYS: 3_660, Unit.HOURS: 87_840, Unit.WORKING_HOURS: 20_000}
"""Some ten years: no limit is longer."""


class CountError(ValueError):
    """A due day that cannot be counted out; says why in Chinese."""


def account(history: History, calendar: Calendar) -> Account:
    """Count a due day out, with every step that was taken since the start.

    The days reach from the start to the due day; while it waits, to the day of waiting. Raises CountError for a limit
    beyond all bounds or a date beyond the calendar, EmptyCalendarError where there is no day to count.
    """
    limit = _limit_in_force(history)
    if not 0 <= limit.amount <= LONGEST[limit.unit]:
        raise CountError(f"期限 {limit.amount} 超出可以计算的范围（0 到 {LONGEST[limit.unit]}）。")
    try:
        return _counted(history, limit, calendar).account()
    except OverflowError as error:
        raise CountError("日期超出可以计算的范围。") from error


def left_at(due: Due, unit: Unit, now: datetime, calendar: Calendar) -> int:
    """What is left at ``now``: days in that unit, seconds for hours; negative when overdue."""
    if unit in BY_THE_HOUR:
        return seconds_left(due.at, unit, now, calendar)
    return days_left(due.on, unit, calendar.day_of(now), calendar)


def _limit_in_force(history: History) -> Limit:
    retimed = [step.limit for step in history.steps if step.kind is StepKind.RETIMED and step.limit]
    return retimed[-1] if retimed else history.limit


def _counted(history: History, limit: Limit, calendar: Calendar) -> DayCount | HourCount:
    count = (HourCount if limit.unit in BY_THE_HOUR else DayCount)(history.started_at, limit, calendar)
    for step in _in_effect(history):
        if step.kind is StepKind.WAITED:
            count.wait(step)
        elif step.kind is StepKind.RESUMED:
            count.resume(step)
        elif step.kind is StepKind.EXTENDED:
            count.extend(step)
        else:
            count.fix(step, _fixed_on(step, count, history, calendar))
    return count


def _in_effect(history: History) -> list[Step]:
    """The steps that change the count, in the order in which they do.

    Waiting twice, and going on without having waited, change nothing. What is granted while it waits is granted before
    the wait: it is more that waits. A machine's clock that went backwards takes nothing away.
    """
    found: list[Step] = []
    waits, last = None, history.started_at
    for step in history.steps:
        last = max(last, step.at)
        if step.kind is StepKind.WAITED and waits is None:
            waits = len(found)
            found.append(replace(step, at=last))
        elif step.kind is StepKind.RESUMED and waits is not None:
            waits = None
            found.append(replace(step, at=last))
        elif step.kind in (StepKind.EXTENDED, StepKind.FIXED) and step.until_on:
            found.insert(len(found) if waits is None else waits, step)
            waits = waits if waits is None else waits + 1
    return found


def _fixed_on(step: Step, count: DayCount | HourCount, history: History, calendar: Calendar) -> date:
    """The day taken over; under another limit than it was made with, as many working days after the counted one."""
    assert step.until_on is not None
    if count.limit == history.limit:
        return step.until_on
    counted = account(History(history.started_at, history.limit), calendar).due.on
    return calendar.add(count.on, calendar.between(counted, step.until_on))
