"""The calendar in force against the days that the State Council published, as other readers of the notices have them."""

import csv
from collections.abc import Iterator
from datetime import date

from helpdesk import clock
from tests.workflows.days import CALENDAR, days
from tests.workflows.oracle import shared


def published() -> Iterator[tuple[date, bool]]:
    """Every day from 2007 to 2026 with whether it is a working day, by another reader of the notices."""
    with shared("cn_holidays", "cn_holidays_2007_2026.csv").open() as file:
        rests = {date.fromisoformat(row["date"]): row["is_off_day"] == "1" for row in csv.DictReader(file)}
    for each in days(date(2007, 1, 1), date(2026, 12, 31)):
        yield each, not rests[each] if each in rests else each.weekday() < 5


def test_the_calendar_in_force_knows_every_published_day() -> None:
    expected = dict(published())
    assert len(expected) == 7305
    assert [each for each, works in expected.items() if clock.calendar().is_working(each) is not works] == []


def test_the_calendar_in_force_agrees_with_the_notices_written_out_here() -> None:
    for each in days(date(2025, 1, 1), date(2026, 12, 31)):
        assert clock.calendar().is_working(each) is CALENDAR.is_working(each), each
    assert clock.calendar().last_year >= 2026
