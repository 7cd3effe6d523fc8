"""Open hours: windows of a day, seasons, adding and counting open time, and calendars on which nothing can be counted."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.days import CALENDAR, at, day
from tests.workflows.histories import MOMENTS
from workflows.calendar import ALL_YEAR, PATIENCE, Calendar, EmptyCalendarError, Season, Windows, season_complaints

MORNING, AFTERNOON = (time(8, 30), time(11, 30)), (time(13, 30), time(17))
SUMMER = Season((6, 1), (MORNING, (time(14, 30), time(18))), "夏季")
WINTER = Season((10, 1), (MORNING, AFTERNOON), "冬季")
TWO_SEASONS = replace(CALENDAR, seasons=(WINTER, SUMMER))
SPANS = st.integers(0, 200_000)


@pytest.mark.parametrize(
    ("on", "hours"),
    [
        ("2026-11-23", (MORNING, AFTERNOON)),
        ("2026-10-10", (MORNING, AFTERNOON)),  # a Saturday on which one works
        ("2026-11-22", ()),
        ("2026-10-01", ()),
    ],
)
def test_the_offices_are_open_morning_and_afternoon_of_working_days(on: str, hours: Windows) -> None:
    assert CALENDAR.windows_of(day(on)) == hours


@pytest.mark.parametrize(
    ("on", "season"), [("2026-05-31", WINTER), ("2026-06-01", SUMMER), ("2026-09-30", SUMMER), ("2026-12-31", WINTER)]
)
def test_a_season_lasts_until_the_next_one_begins_also_over_new_year(on: str, season: Season) -> None:
    assert TWO_SEASONS.season_of(day(on)) == season
    assert TWO_SEASONS.windows_of(day("2026-09-30")) == SUMMER.windows


def test_a_single_day_may_have_hours_of_its_own() -> None:
    half = replace(CALENDAR, hours={day("2026-11-23"): (MORNING,), day("2026-11-22"): (MORNING,)})
    assert half.windows_of(day("2026-11-23")) == (MORNING,)
    assert half.windows_of(day("2026-11-22")) == ()  # a Sunday stays one
    assert half.add_open(at("2026-11-23"), 2 * 3600) == at("2026-11-24", "09:00")


@pytest.mark.parametrize(
    ("start", "seconds", "ends"),
    [
        (("2026-11-23", "10:00"), 3600, ("2026-11-23", "11:00")),
        (("2026-11-23", "10:00"), 5400, ("2026-11-23", "11:30")),  # exactly at closing time: due then
        (("2026-11-23", "10:00"), 5401, ("2026-11-23", "13:30:01")),
        (("2026-11-23", "12:00"), 0, ("2026-11-23", "13:30")),
        (("2026-11-23", "11:30"), 0, ("2026-11-23", "11:30")),
        (("2026-11-23", "05:00"), 60, ("2026-11-23", "08:31")),
        (("2026-11-20", "17:00"), 60, ("2026-11-23", "08:31")),
        (("2026-09-30", "16:00"), 7200, ("2026-10-08", "09:30")),
        (("2026-10-09", "16:00"), 7200, ("2026-10-10", "09:30")),  # Saturday works
        (("2026-11-23", "10:00"), -3600, ("2026-11-23", "09:00")),
        (("2026-11-23", "09:00"), -3600, ("2026-11-20", "16:30")),
        (("2026-11-23", "14:00"), -5400, ("2026-11-23", "10:30")),
    ],
)
def test_open_time_runs_within_the_windows_only(start: tuple[str, str], seconds: int, ends: tuple[str, str]) -> None:
    assert CALENDAR.add_open(at(*start), seconds) == at(*ends)


def test_the_last_opening_is_now_or_the_closing_time_before() -> None:
    assert CALENDAR.last_opening(at("2026-11-23", "10:00")) == at("2026-11-23", "10:00")
    assert CALENDAR.last_opening(at("2026-11-23", "12:00")) == at("2026-11-23", "11:30")
    assert CALENDAR.last_opening(at("2026-11-23", "08:00")) == at("2026-11-20", "17:00")


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (("2026-11-23", "10:00"), ("2026-11-23", "11:00"), 1),
        (("2026-11-23", "00:00"), ("2026-11-24", "00:00"), 6.5),
        (("2026-11-20", "16:00"), ("2026-11-23", "09:00"), 1.5),
        (("2026-11-21", "00:00"), ("2026-11-23", "00:00"), 0),
        (("2026-11-23", "09:00"), ("2026-11-20", "16:00"), -1.5),
    ],
)
def test_open_time_between_two_moments(start: tuple[str, str], end: tuple[str, str], hours: float) -> None:
    assert CALENDAR.open_seconds(at(*start), at(*end)) == hours * 3600


@given(MOMENTS, SPANS)
def test_what_was_added_lies_in_between(start: datetime, seconds: int) -> None:
    assert CALENDAR.open_seconds(start, CALENDAR.add_open(start, seconds)) == seconds
    assert CALENDAR.open_seconds(CALENDAR.add_open(start, -seconds - 1), start) == seconds + 1


@given(MOMENTS, SPANS, SPANS)
def test_adding_twice_is_adding_once(start: datetime, one: int, other: int) -> None:
    if other:
        assert CALENDAR.add_open(CALENDAR.add_open(start, one), other) == CALENDAR.add_open(start, one + other)


@given(MOMENTS, MOMENTS, MOMENTS)
def test_spans_of_open_time_add_up(one: datetime, two: datetime, three: datetime) -> None:
    between = CALENDAR.open_seconds
    assert between(one, two) + between(two, three) == between(one, three)


def test_a_day_of_24_hours_ends_at_midnight() -> None:
    all_day = replace(CALENDAR, seasons=(Season((1, 1), ((time.min, time.min),)),))
    assert all_day.open_spans(day("2026-11-23")) == ((at("2026-11-23", "00:00"), at("2026-11-24", "00:00")),)
    assert all_day.add_open(at("2026-11-20", "12:00"), 24 * 3600) == at("2026-11-23", "12:00")


# -- Nothing to count on -----------------------------------------------------------------------------------------------

NEVER = Calendar(frozenset(day("2020-01-01") + timedelta(n) for n in range(6000)), frozenset(), 2036)
NO_HOURS = replace(CALENDAR, seasons=())
SHUT = replace(CALENDAR, seasons=(Season((1, 1), ()),))


@pytest.mark.parametrize("number", [1, -1, 500])
def test_without_a_working_day_nothing_is_counted_for_ever(number: int) -> None:
    with pytest.raises(EmptyCalendarError, match=f"连续{PATIENCE}天没有一个工作日"):
        NEVER.add(day("2028-01-03"), number)
    assert NEVER.add(day("2028-01-03"), 0) == day("2028-01-03")
    with pytest.raises(EmptyCalendarError):
        NEVER.roll_forward(day("2028-01-03"))


@pytest.mark.parametrize("calendar", [NEVER, NO_HOURS, SHUT])
@pytest.mark.parametrize("seconds", [0, 1, -1, 10**9])
def test_without_an_open_hour_nothing_is_counted_for_ever(calendar: Calendar, seconds: int) -> None:
    with pytest.raises(EmptyCalendarError, match=f"连续{PATIENCE}天没有一个办公时段"):
        calendar.add_open(at("2028-01-03"), seconds)
    with pytest.raises(EmptyCalendarError):
        calendar.last_opening(at("2028-01-03"))
    assert calendar.open_seconds(at("2028-01-03"), at("2028-02-03")) == 0


def test_a_long_closure_is_no_empty_calendar() -> None:
    closed = frozenset(date(2026, 1, 1) + timedelta(n) for n in range(PATIENCE - 5))
    long = Calendar(closed, frozenset(), 2030)
    assert long.add(date(2026, 1, 1), 1) == date(2027, 2, 1)
    assert long.add_open(datetime(2026, 1, 1, tzinfo=UTC), 60) == datetime(2027, 2, 1, 0, 31, tzinfo=UTC)


# -- Complaints --------------------------------------------------------------------------------------------------------


def complaints(*windows: tuple[time, time]) -> list[str]:
    return season_complaints((Season((5, 1), windows, "夏季"),))


def test_the_hours_as_they_are_shipped_are_fine() -> None:
    assert season_complaints(ALL_YEAR) == season_complaints((SUMMER, WINTER)) == []
    assert complaints(MORNING, (time(11, 30), time(12))) == []  # touching is not overlapping
    assert complaints((time(20), time.min)) == complaints((time.min, time.min)) == []


@pytest.mark.parametrize(
    ("windows", "complaint"),
    [
        ((), "“夏季”没有办公时段。"),
        (((time(12), time(11, 30)),), "“夏季”的时段12:00–11:30结束不晚于开始。"),
        (((time(12), time(12)),), "“夏季”的时段12:00–12:00结束不晚于开始。"),
        ((MORNING, (time(11), time(14))), "“夏季”的时段08:30–11:30与11:00–14:00重叠。"),
        (((time(13), time.min), (time(14), time(15))), "“夏季”的时段13:00–24:00与14:00–15:00重叠。"),
    ],
)
def test_hours_that_are_none_are_complained_of(windows: Windows, complaint: str) -> None:
    assert complaints(*windows) == [complaint]


def test_seasons_that_are_none_are_complained_of() -> None:
    assert season_complaints(()) == ["没有设置办公时段。"]
    unnamed = Season((2, 30), (MORNING,))
    assert season_complaints((unnamed, SUMMER, replace(SUMMER, name="盛夏"))) == [
        "“2月30日起”的开始日期2月30日不存在。",
        "有两个时令从同一天（6月1日）开始。",
    ]
    assert season_complaints((Season((2, 29), (MORNING,)),)) != []  # not a day of every year
