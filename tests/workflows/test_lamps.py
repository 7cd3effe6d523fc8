"""The colours and the words that always stand beside them."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.days import CALENDAR, at, day
from workflows.clocks import BLUE, GREY, Lamp
from workflows.clocks import lamp as lamp_by
from workflows.policy import SHIPPED

DUE_ON = "2026-10-12"  # a Monday; Saturday the 10th is a working day, the 1st to the 7th are off


def lamp(due_on: date, due_at: datetime, *, waiting: bool = False, now: datetime) -> Lamp:
    """By the thresholds of the rule as it is shipped."""
    policy, calendar = SHIPPED, CALENDAR
    soon, long = policy.soon_days, policy.long_days
    return lamp_by(due_on, due_at, waiting=waiting, now=now, calendar=calendar, soon_days=soon, long_days=long)


def seen(now: str, clock_time: str = "10:00", due_on: str = DUE_ON, *, waiting: bool = False) -> Lamp:
    moment = CALENDAR.at(day(due_on) + timedelta(1))
    return lamp(day(due_on), moment, waiting=waiting, now=at(now, clock_time))


@pytest.mark.parametrize(
    ("now", "clock_time", "colour", "words"),
    [
        ("2026-09-29", "10:00", "green", "还有 5 个工作日"),
        ("2026-09-30", "23:59", "green", "还有 4 个工作日"),
        ("2026-10-05", "10:00", "green", "还有 4 个工作日"),
        ("2026-10-08", "00:00", "yellow", "还有 3 个工作日"),
        ("2026-10-10", "10:00", "yellow", "还有 1 个工作日"),
        ("2026-10-11", "10:00", "yellow", "明天到期"),
        ("2026-10-12", "00:00", "yellow", "今天到期"),
        ("2026-10-12", "23:59", "yellow", "今天到期"),
        ("2026-10-13", "00:00", "red", "逾期 1 个工作日"),
        ("2026-10-19", "10:00", "red", "逾期 5 个工作日"),
        ("2026-10-20", "10:00", "purple", "逾期 6 个工作日"),
    ],
)
def test_colour_and_words_follow_the_working_days_to_the_due_day(
    now: str, clock_time: str, colour: str, words: str
) -> None:
    assert seen(now, clock_time) == Lamp(colour, words)


def test_late_by_a_weekend_only_is_late_all_the_same() -> None:
    assert seen("2026-11-21", due_on="2026-11-20") == Lamp("red", "逾期不足 1 个工作日")
    an_hour_ago = at("2026-11-23", "09:00")
    found = lamp(day("2026-11-23"), an_hour_ago, now=at("2026-11-23"))
    assert found == Lamp("red", "逾期不足 1 个工作日")


def test_whoever_waits_is_grey_however_late() -> None:
    assert seen("2026-12-31", waiting=True) == GREY == Lamp("grey", "暂停计时")


def test_what_was_done_in_time_is_blue() -> None:
    assert Lamp("blue", "按期办结") == BLUE


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(-40, 40))
def test_a_colour_never_stands_without_words_and_red_means_over(due_on: date, later: int) -> None:
    rolled = CALENDAR.roll_forward(due_on)
    end, now = CALENDAR.at(rolled + timedelta(1)), CALENDAR.at(rolled) + timedelta(days=later)
    found = lamp(rolled, end, now=now)
    assert found.words
    assert (found.colour in ("red", "purple")) is (now >= end)
    assert found.words.startswith("逾期") is (now >= end)


def test_the_thresholds_are_the_offices_to_set() -> None:
    def coloured(now: str, soon_days: int, long_days: int) -> str:
        due_on, due_at = day(DUE_ON), at("2026-10-13", "00:00")
        found = lamp_by(
            due_on,
            due_at,
            waiting=False,
            now=at(now),
            calendar=CALENDAR,
            soon_days=soon_days,
            long_days=long_days,
        )
        return found.colour

    assert [coloured("2026-09-30", soon, 5) for soon in (3, 4)] == ["green", "yellow"]
    assert [coloured("2026-10-19", 3, long) for long in (5, 4)] == ["red", "purple"]
