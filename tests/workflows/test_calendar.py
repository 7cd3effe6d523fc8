"""Counting working days: the printed examples, and what must hold for every start and every number."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.days import CALENDAR, at, day, days
from workflows.calendar import Calendar
from workflows.clocks import due
from workflows.terms import Limit, Unit

ANY_DAY = st.dates(date(2024, 12, 1), date(2027, 3, 31))
FEW = st.integers(0, 60)
SIGNED = st.integers(-60, 60)
YEAR_2026 = list(days(date(2026, 1, 1), date(2026, 12, 31)))


@pytest.mark.parametrize(
    ("received", "working_days", "due_on"),
    [
        ("2026-02-13", 3, "2026-02-25"),
        ("2026-02-12", 7, "2026-02-28"),
        ("2026-04-30", 3, "2026-05-08"),
        ("2026-05-08", 1, "2026-05-09"),
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-09-24", 7, "2026-10-12"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2025-01-24", 3, "2025-02-05"),  # Sunday 26 January works, then the Spring Festival of eight days
        ("2025-02-07", 1, "2025-02-08"),
        ("2025-09-30", 1, "2025-10-09"),
        ("2025-10-09", 2, "2025-10-11"),
        ("2025-12-31", 2, "2026-01-05"),  # Sunday 4 January works
    ],
)
def test_the_nth_working_day_after_receipt_is_the_due_day(received: str, working_days: int, due_on: str) -> None:
    assert CALENDAR.add(day(received), working_days) == day(due_on)
    assert due(at(received, "23:59"), Limit(working_days), CALENDAR).on == day(due_on)


@pytest.mark.parametrize(
    ("received", "natural_days", "due_on"),
    [
        ("2026-02-10", 7, "2026-02-24"),
        ("2026-09-28", 7, "2026-10-08"),
        ("2026-09-01", 30, "2026-10-08"),
        ("2026-10-24", 7, "2026-11-02"),
        ("2026-05-02", 7, "2026-05-09"),  # a Saturday that is declared a working day stays
    ],
)
def test_a_natural_due_day_on_a_day_off_moves_to_the_next_working_day(
    received: str, natural_days: int, due_on: str
) -> None:
    assert due(at(received), Limit(natural_days, Unit.NATURAL_DAYS), CALENDAR).on == day(due_on)


def test_a_year_has_the_published_number_of_working_days_each_month() -> None:
    months = [sum(CALENDAR.is_working(each) for each in YEAR_2026 if each.month == month) for month in range(1, 13)]
    assert months == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert sum(map(CALENDAR.is_working, days(date(2025, 1, 1), date(2025, 12, 31)))) == 248


def test_every_day_of_a_year_counts_like_a_calendar_on_the_wall() -> None:
    """A year-long run: for every start and every limit in use the due day is the nth of the list of working days."""
    on_the_wall = [each for each in days(date(2025, 12, 1), date(2027, 3, 31)) if CALENDAR.is_working(each)]
    for start in YEAR_2026:
        ahead = [each for each in on_the_wall if each > start]
        for limit in (1, 2, 3, 5, 7, 10, 20, 30):
            due_on = CALENDAR.add(start, limit)
            assert due_on == ahead[limit - 1]
            assert CALENDAR.between(start, due_on) == limit
            assert CALENDAR.is_provisional(due_on) == (due_on.year > 2026)


@given(ANY_DAY, FEW, FEW)
def test_counting_on_is_counting_once(start: date, first: int, then: int) -> None:
    assert CALENDAR.add(CALENDAR.add(start, first), then) == CALENDAR.add(start, first + then)


@given(ANY_DAY, FEW, FEW)
def test_counting_back_further_is_counting_back_once(start: date, first: int, then: int) -> None:
    assert CALENDAR.add(CALENDAR.add(start, -first), -then) == CALENDAR.add(start, -first - then)


@given(ANY_DAY, SIGNED.filter(bool))
def test_counting_always_ends_on_a_working_day(start: date, number: int) -> None:
    assert CALENDAR.is_working(CALENDAR.add(start, number))


@given(ANY_DAY)
def test_no_days_on_is_the_day_itself(start: date) -> None:
    assert CALENDAR.add(start, 0) == start
    assert CALENDAR.between(start, start) == 0


@given(ANY_DAY, ANY_DAY, SIGNED)
def test_who_starts_later_is_never_due_earlier(one: date, other: date, number: int) -> None:
    earlier, later = sorted((one, other))
    assert CALENDAR.add(earlier, number) <= CALENDAR.add(later, number)


@given(ANY_DAY, SIGNED, SIGNED)
def test_a_longer_limit_is_due_later(start: date, one: int, other: int) -> None:
    if one < other:
        assert CALENDAR.add(start, one) < CALENDAR.add(start, other)


@given(ANY_DAY, FEW)
def test_the_days_in_between_are_those_that_were_counted(start: date, number: int) -> None:
    assert CALENDAR.between(start, CALENDAR.add(start, number)) == number


@given(ANY_DAY, FEW)
def test_from_a_working_day_counting_back_is_the_inverse_too(start: date, number: int) -> None:
    working = CALENDAR.roll_forward(start)
    back = CALENDAR.add(working, -number)
    assert CALENDAR.between(working, back) == -number
    assert CALENDAR.add(back, number) == working


@given(ANY_DAY, ANY_DAY, ANY_DAY)
def test_two_spans_add_up(one: date, two: date, three: date) -> None:
    assert CALENDAR.between(one, two) + CALENDAR.between(two, three) == CALENDAR.between(one, three)


@given(ANY_DAY)
def test_rolling_forward_goes_to_the_first_working_day_and_stays_there(start: date) -> None:
    rolled = CALENDAR.roll_forward(start)
    assert rolled == next(each for each in days(start, start + timedelta(20)) if CALENDAR.is_working(each))
    assert CALENDAR.roll_forward(rolled) == rolled


@pytest.mark.parametrize(
    ("written", "works"),
    [("2025-01-26", True), ("2025-02-04", False), ("2025-10-08", False), ("2025-10-09", True), ("2025-10-11", True),
     ("2025-10-12", False), ("2026-02-14", True), ("2026-02-23", False), ("2026-02-28", True), ("2026-10-10", True)],
)  # fmt: skip
def test_declared_days_win_over_the_weekday(written: str, works: bool) -> None:
    assert CALENDAR.is_working(day(written)) is works


def test_beyond_the_last_published_year_dates_are_provisional_and_follow_the_weekdays() -> None:
    assert not CALENDAR.is_provisional(day("2026-12-31"))
    assert CALENDAR.is_provisional(day("2027-01-01"))
    assert CALENDAR.add(day("2026-12-31"), 1) == day("2027-01-01")
    assert due(at("2026-12-30"), Limit(1), CALENDAR).provisional is False
    assert due(at("2026-12-30"), Limit(2), CALENDAR).provisional is True


def test_a_day_begins_and_ends_at_midnight_in_beijing() -> None:
    assert CALENDAR.day_of(datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)) == day("2026-11-23")
    assert CALENDAR.day_of(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == day("2026-11-24")
    assert CALENDAR.at(day("2026-11-24")) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert CALENDAR.at(day("2026-11-24"), time(8, 30)) == datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


@given(ANY_DAY, st.times())
def test_a_local_time_of_a_day_lies_on_that_day(local_day: date, clock_time: time) -> None:
    assert CALENDAR.day_of(CALENDAR.at(local_day, clock_time)) == local_day


def test_a_calendar_without_any_notice_knows_monday_to_friday() -> None:
    plain = Calendar(frozenset(), frozenset(), 2026)
    assert [plain.is_working(each) for each in days(day("2026-10-05"), day("2026-10-11"))] == [True] * 5 + [False] * 2
