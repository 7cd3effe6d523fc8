"""The State Council's notices for 2025 and 2026 written out by hand, and short ways to say days and moments."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from workflows.calendar import BEIJING, Calendar

REST = (  # first and last day off of each holiday, weekends within it included
    ("2025-01-01", "2025-01-01"),
    ("2025-01-28", "2025-02-04"),
    ("2025-04-04", "2025-04-06"),
    ("2025-05-01", "2025-05-05"),
    ("2025-05-31", "2025-06-02"),
    ("2025-10-01", "2025-10-08"),
    ("2026-01-01", "2026-01-03"),
    ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"),
    ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
)
WORK = (  # weekend days declared working days
    *("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
)


def day(written: str) -> date:
    """A date from its ISO form."""
    return date.fromisoformat(written)


def at(written: str, clock_time: str = "10:00") -> datetime:
    """That Beijing time of that day as an aware UTC moment."""
    return datetime.combine(day(written), time.fromisoformat(clock_time), BEIJING).astimezone(UTC)


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    return (first + timedelta(n) for n in range((last - first).days + 1))


CALENDAR = Calendar(
    days_off=frozenset(each for first, last in REST for each in days(day(first), day(last)) if each.weekday() < 5),
    days_on=frozenset(map(day, WORK)),
    last_year=2026,
)
