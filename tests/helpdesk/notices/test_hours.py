"""The mailing windows: those of the policy in force, several a day, on working days only."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from helpdesk import rules
from helpdesk.clock import published_calendar
from helpdesk.notices.hours import is_mailing_time, next_digest, next_mailing_time, windows_on
from helpdesk.rules import Rules
from workflows.calendar import Calendar
from workflows.policy import SHIPPED

DAYS = published_calendar()
Hours = tuple[tuple[time, time], ...]
TWO = ((time(8, 30), time(11, 30)), (time(13, 30), time(17, 0)))


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.fixture
def inside(app: Flask) -> Iterator[Callable[..., None]]:
    """Puts versions with these mailing hours in force; inside an application context."""

    def in_force(*versions: tuple[date, Hours]) -> None:
        found = [(since, Rules(replace(SHIPPED, mail_hours=hours))) for since, hours in versions]
        rules.supply(app, versions=lambda: found)

    with app.app_context():
        yield in_force


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        ("2026-09-01T08:29:59", "2026-09-01T08:30"),
        ("2026-09-01T11:29:59", "2026-09-01T11:29:59"),
        ("2026-09-01T11:30", "2026-09-01T13:30"),
        ("2026-09-01T12:00", "2026-09-01T13:30"),
        ("2026-09-01T17:00", "2026-09-02T08:30"),
        ("2026-09-19T12:00", "2026-09-20T08:30"),  # the Sunday is a declared working day
        ("2026-09-30T17:00", "2026-10-08T08:30"),  # National Day
    ],
)
def test_at_noon_mail_waits_for_the_afternoon(inside: Callable[..., None], moment: str, leaves: str) -> None:
    inside((date(2026, 1, 1), TWO))
    assert next_mailing_time(local(moment), DAYS) == local(leaves)


@pytest.mark.databases("sqlite")
def test_the_digest_leaves_at_the_first_opening_of_the_day_only(inside: Callable[..., None]) -> None:
    inside((date(2026, 1, 1), TWO))
    assert next_digest(local("2026-09-01T12:00"), DAYS) == local("2026-09-02T08:30")
    assert next_digest(local("2026-09-01T08:30"), DAYS) == local("2026-09-01T08:30")


@pytest.mark.databases("sqlite")
def test_another_version_brings_other_hours_from_its_day_on(inside: Callable[..., None]) -> None:
    inside((date(2026, 1, 1), TWO), (date(2026, 9, 2), ((time(10), time(11)),)))
    assert next_mailing_time(local("2026-09-01T17:00"), DAYS) == local("2026-09-02T10:00")
    assert not is_mailing_time(local("2026-09-02T09:00"), DAYS)
    assert is_mailing_time(local("2026-09-01T09:00"), DAYS)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("hours", [(), ((time(17), time(9)),), ((time(9), time(9)),)])
def test_hours_that_never_open_do_not_keep_mail_for_ever(inside: Callable[..., None], hours: Hours) -> None:
    inside((date(2026, 1, 1), hours))
    assert next_mailing_time(local("2026-09-01T07:00"), DAYS) == local("2026-09-01T08:30")


@pytest.mark.databases("sqlite")
def test_windows_in_any_order_and_overlapping_are_read_in_order(inside: Callable[..., None]) -> None:
    inside((date(2026, 1, 1), ((time(13), time(16)), (time(9), time(14)))))
    assert [opens for opens, _ in windows_on(date(2026, 9, 1), DAYS)] == [
        local("2026-09-01T09:00"),
        local("2026-09-01T13:00"),
    ]
    assert next_digest(local("2026-09-01T00:00"), DAYS) == local("2026-09-01T09:00")


def test_a_calendar_without_any_working_day_ends_in_a_moment_not_in_a_loop() -> None:
    never = Calendar(frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(800)), frozenset(), 2027)
    assert next_digest(local("2026-01-05T09:00"), never) == local("2026-01-05T09:00")


@given(st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 20)))
def test_mail_leaves_no_earlier_than_it_may_and_then_at_once(naive: datetime) -> None:
    moment = naive.replace(tzinfo=DAYS.zone)
    leaves = next_mailing_time(moment, DAYS)
    assert leaves >= moment
    assert is_mailing_time(leaves, DAYS)
    assert next_mailing_time(leaves, DAYS) == leaves
    assert (leaves == moment) == is_mailing_time(moment, DAYS)
    assert leaves <= next_digest(moment, DAYS) or leaves == moment
