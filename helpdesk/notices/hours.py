"""When mail may leave: within the mailing windows of the policy in force, on working days; the digest at the first one."""

from datetime import date, datetime

from helpdesk.rules import rules_on
from workflows.calendar import ONE_DAY, Calendar
from workflows.policy import SHIPPED

FARTHEST = 400
"""Days looked ahead for a working day: a calendar without any must not keep us for ever."""


def windows_on(day: date, calendar: Calendar) -> list[tuple[datetime, datetime]]:
    """From when until before when mail may leave on that local day, in order; none on a day off.

    A policy without a single window that opens before it closes would keep every mail for ever: the shipped ones hold.
    """
    if not calendar.is_working(day):
        return []
    hours = [(opens, closes) for opens, closes in rules_on(day).policy.mail_hours if opens < closes]
    return sorted((calendar.at(day, opens), calendar.at(day, closes)) for opens, closes in hours or SHIPPED.mail_hours)


def is_mailing_time(moment: datetime, calendar: Calendar) -> bool:
    """Whether mail may leave at that moment."""
    return any(opens <= moment < closes for opens, closes in windows_on(calendar.day_of(moment), calendar))


def next_mailing_time(moment: datetime, calendar: Calendar) -> datetime:
    """That moment, or the next at which a window opens when mail may not leave then."""
    return moment if is_mailing_time(moment, calendar) else _opening(moment, calendar, which=slice(None))


def next_digest(moment: datetime, calendar: Calendar) -> datetime:
    """The first opening of a working day that is not before that moment."""
    return _opening(moment, calendar, which=slice(1))


def _opening(moment: datetime, calendar: Calendar, *, which: slice) -> datetime:
    """The next time, not before that moment, at which one of those windows of a day opens."""
    day = calendar.day_of(moment)
    for _ in range(FARTHEST):
        for opens, _closes in windows_on(day, calendar)[which]:
            if opens >= moment:
                return opens
        day += ONE_DAY
    return moment
