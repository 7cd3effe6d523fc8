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
    last = history.started_at
    for step in history.steps:
        last = max(last, step.at)  # a machine's clock that went backwards takes nothing away
        _take(count, replace(step, at=last), history, calendar)
    return count


def _take(count: DayCount | HourCount, step: Step, history: History, calendar: Calendar) -> None:
    """One step; waiting twice and going on without having waited change nothing."""
    if step.kind is StepKind.WAITED and count.waited is None:
        count.wait(step)
    elif step.kind is StepKind.RESUMED and count.waited is not None:
        count.resume(step)
    elif step.kind is StepKind.EXTENDED and step.until_on:
        count.extend(step)
    elif step.kind is StepKind.FIXED and step.until_on:
        count.fix(step, _fixed_on(step.until_on, count, history, calendar))


def _fixed_on(until: date, count: DayCount | HourCount, history: History, calendar: Calendar) -> date:
    """The day taken over; under another limit than it was made with, as many working days after the counted one."""
    if count.limit == history.limit:
        return until
    counted = account(History(history.started_at, history.limit), calendar).due.on
    return calendar.add(count.on, calendar.between(counted, until))
