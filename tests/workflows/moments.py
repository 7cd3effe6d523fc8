"""Days and moments for the tests of the rule book: the State Council's calendar, and a shorthand for local times."""

from datetime import UTC, date, datetime

from chinese_calendar import constants

from workflows.calendar import BEIJING, SATURDAY, Calendar

CHINA = Calendar(
    days_off=frozenset(day for day in constants.holidays if day.weekday() < SATURDAY),
    days_on=frozenset(day for day in constants.workdays if day.weekday() >= SATURDAY),
    last_year=max(constants.workdays).year,
)


def on(month: int, day: int, year: int = 2026) -> date:
    """A local day; 2026 where nothing else is said."""
    return date(year, month, day)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A local time of that day as an aware UTC moment."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING).astimezone(UTC)
