"""The only reader of the wall clock, and the calendar that is in force."""

from datetime import UTC, date, datetime
from functools import cache

from chinese_calendar import constants

from workflows.calendar import SATURDAY, Calendar


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The local date."""
    return published_calendar().day_of(now())


def local(moment: datetime) -> datetime:
    """That moment on the district's clocks."""
    return moment.astimezone(published_calendar().zone)  # pages say the time also while the database is away


def calendar() -> Calendar:
    """The declared days off and working weekends as they are known now; as published with the program without an app."""
    from helpdesk.rules import declared_calendar  # it needs the database, which needs this clock's neighbours

    return declared_calendar() or published_calendar()


@cache
def published_calendar() -> Calendar:
    """The State Council's days off and working weekends, as far as the calendar package knows them."""
    return Calendar(
        days_off=frozenset(day for day in constants.holidays if day.weekday() < SATURDAY),
        days_on=frozenset(day for day in constants.workdays if day.weekday() >= SATURDAY),
        last_year=max(constants.workdays).year,
    )
