"""Counting days: the State Council's days off and working weekends."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.moments import CHINA, on
from workflows.calendar import ONE_DAY, Calendar
from workflows.clocks import due
from workflows.terms import Limit, Unit

FOREIGN = Path(__file__).parents[3] / "shared" / "data"
days = st.dates(date(2015, 1, 1), date(2028, 12, 31))
counts = st.integers(0, 60)


@pytest.mark.parametrize(
    ("received", "limit", "due_on"),
    [
        (on(2, 13), Limit(3), on(2, 25)),
        (on(2, 12), Limit(7), on(2, 28)),
        (on(4, 30), Limit(3), on(5, 8)),
        (on(5, 8), Limit(1), on(5, 9)),
        (on(9, 18), Limit(5), on(9, 24)),
        (on(9, 30), Limit(3), on(10, 10)),
        (on(9, 24), Limit(7), on(10, 12)),
        (on(11, 20), Limit(1), on(11, 23)),
        (on(2, 10), Limit(7, Unit.NATURAL_DAYS), on(2, 24)),
        (on(9, 28), Limit(7, Unit.NATURAL_DAYS), on(10, 8)),
        (on(9, 1), Limit(30, Unit.NATURAL_DAYS), on(10, 8)),
        (on(10, 24), Limit(7, Unit.NATURAL_DAYS), on(11, 2)),
        (on(1, 24, 2025), Limit(3), on(2, 5, 2025)),  # Spring Festival; 26 January and 8 February work
        (on(1, 27, 2025), Limit(4), on(2, 8, 2025)),
        (on(9, 26, 2025), Limit(3), on(9, 30, 2025)),  # National Day; 28 September and 11 October work
        (on(9, 30, 2025), Limit(3), on(10, 11, 2025)),
        (on(12, 31, 2025), Limit(1), on(1, 4)),  # New Year; the Sunday works
    ],
)
def test_due_days_over_the_festivals(received: date, limit: Limit, due_on: date) -> None:
    found = due(CHINA.at(received, time(9)), limit, CHINA)
    assert (found.on, found.at) == (due_on, CHINA.at(due_on + ONE_DAY))


@pytest.mark.parametrize(
    ("start", "end", "working"),
    [
        (on(2, 14), on(2, 28), {14, 24, 25, 26, 27, 28}),
        (on(10, 1), on(10, 11), {8, 9, 10}),
        (on(9, 19), on(9, 28), {20, 21, 22, 23, 24, 28}),
        (on(1, 25, 2025), on(2, 9, 2025), {26, 27, 5, 6, 7, 8}),
        (on(9, 27, 2025), on(10, 12, 2025), {28, 29, 30, 9, 10, 11}),
    ],
)
def test_spring_festival_and_national_day(start: date, end: date, working: set[int]) -> None:
    span = [start + ONE_DAY * n for n in range((end - start).days + 1)]
    assert {day.day for day in span if CHINA.is_working(day)} == working


def test_working_days_of_every_month_of_2026() -> None:
    found = [sum(CHINA.is_working(on(1, 1) + ONE_DAY * n) for n in _month(month)) for month in range(1, 13)]
    assert found == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]


def _month(month: int) -> range:
    first, start = on(1, 1), on(month, 1)
    after = on(month + 1, 1) if month < 12 else on(1, 1, 2027)
    return range((start - first).days, (after - first).days)


def test_dates_after_the_last_published_year_are_provisional_and_count_monday_to_friday() -> None:
    year_end = due(CHINA.at(on(12, 31)), Limit(1), CHINA)
    assert (year_end.on, year_end.provisional) == (on(1, 1, 2027), True)
    assert not due(CHINA.at(on(12, 30)), Limit(1), CHINA).provisional
    assert CHINA.is_working(on(10, 1, 2027))


@given(days, counts)
def test_the_due_day_is_a_working_day_after_the_start(start: date, count: int) -> None:
    found = CHINA.add(start, count)
    assert found == start if count == 0 else found > start and CHINA.is_working(found)


@given(days, counts, counts)
def test_adding_is_additive(start: date, first: int, second: int) -> None:
    assert CHINA.add(CHINA.add(start, first), second) == CHINA.add(start, first + second)
    assert CHINA.add(CHINA.add(start, -first), -second) == CHINA.add(start, -first - second)


@given(days, days, counts)
def test_adding_is_monotone(one: date, other: date, count: int) -> None:
    early, late = sorted((one, other))
    assert CHINA.add(early, count) <= CHINA.add(late, count)
    assert CHINA.add(early, -count) <= CHINA.add(late, -count)
    assert CHINA.add(early, count) < CHINA.add(early, count + 1)


@given(days, counts)
def test_between_undoes_adding(start: date, count: int) -> None:
    assert CHINA.between(start, CHINA.add(start, count)) == count
    working = CHINA.roll_forward(start)
    assert CHINA.between(working, CHINA.add(working, -count)) == -count


@given(days, st.integers(-90, 90), st.integers(-90, 90))
def test_days_between_add_up(start: date, first: int, second: int) -> None:
    middle, end = start + ONE_DAY * first, start + ONE_DAY * second
    assert CHINA.between(start, middle) + CHINA.between(middle, end) == CHINA.between(start, end)


@given(days)
def test_rolling_goes_to_the_next_working_day_and_never_back(day: date) -> None:
    rolled = CHINA.roll_forward(day)
    assert CHINA.is_working(rolled)
    assert not any(CHINA.is_working(day + ONE_DAY * n) for n in range((rolled - day).days))


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_every_start_and_every_limit_of_a_whole_year(year: int) -> None:
    """A walk over the days that were worked, counted by a list instead of by arithmetic."""
    first = date(year, 1, 1)
    span = [first + ONE_DAY * n for n in range(366 + 60)]
    worked = [day for day in span if CHINA.is_working(day)]
    for start in span[:366]:
        after = [day for day in worked if day > start][:30]
        assert [CHINA.add(start, count) for count in (1, 3, 7, 20, 30)] == [after[n - 1] for n in (1, 3, 7, 20, 30)]
        assert CHINA.between(start, after[-1]) == 30
        assert CHINA.roll_forward(start) == next(day for day in worked if day >= start)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
def test_a_day_begins_and_ends_at_local_midnight(moment: datetime) -> None:
    day = CHINA.day_of(moment)
    assert CHINA.at(day) <= moment < CHINA.at(day + ONE_DAY)
    assert CHINA.at(day).utcoffset() == timedelta(0)


def test_the_calendar_in_force_is_the_one_tested_here() -> None:
    clock = pytest.importorskip("helpdesk.clock")
    assert clock.calendar() == CHINA


def test_every_day_of_an_independent_calendar_agrees() -> None:
    table = FOREIGN / "cn_holidays" / "cn_holidays_2007_2026.csv"
    if not table.exists():
        pytest.skip("cn_holidays may not be kept in this repository and is not beside it")
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    named = {date.fromisoformat(row["date"]): row["is_off_day"] == "0" for row in rows}
    span = [date(2007, 1, 1) + ONE_DAY * n for n in range((date(2027, 1, 1) - date(2007, 1, 1)).days)]
    assert [CHINA.is_working(day) for day in span] == [named.get(day, day.weekday() < 5) for day in span]
    assert len(span) == 7305


@settings(max_examples=25)
@given(st.sets(days, max_size=40), st.sets(days, max_size=40), days, counts)
def test_any_calendar_counts_its_own_days(off: set[date], extra: set[date], start: date, count: int) -> None:
    calendar = Calendar(frozenset(off), frozenset(day for day in extra if day.weekday() >= 5), last_year=2030)
    assert calendar.between(start, calendar.add(start, count)) == count
