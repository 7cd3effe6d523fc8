"""Late by how much, newly late, due by when, 暂定: each filter against the day's arithmetic."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.listings import queries
from helpdesk.listings.catalogue import DUE_SOON, OVERDUE
from helpdesk.listings.choosing import choose
from helpdesk.listings.due_filters import BANDS
from helpdesk.listings.due_queries import last_opening_day
from helpdesk.listings.showing import keys_of
from helpdesk.listings.terms import Listing
from helpdesk.listings.words import Reading
from helpdesk.org.roles import Seating
from helpdesk.problems.cases import Standing
from helpdesk.problems.models import Problem, ProblemClock
from tests.desk import Desk
from tests.lists import json_of
from tests.visitors import at
from tests.walking import Walker

MOMENTS = st.datetimes(datetime(2025, 1, 20), datetime(2026, 11, 1)).map(lambda moment: moment.replace(tzinfo=UTC))
"""Two Spring Festivals, two National Days, make-up weekends, the turn of a year."""
ENDS = st.none() | st.integers(0, 23)
"""24:00 of the due day, or an hour in it for limits in hours."""


@pytest.fixture
def one_clock(app: Flask, desk: Desk) -> Flask:
    """A database with one running clock, which a test moves as it likes."""
    desk.at("reported")
    return app


def clock_due(now: datetime, days: int, hour: int | None) -> ProblemClock:
    clock = db.session.query(ProblemClock).one()
    clock.due_on = calendar().day_of(now) + timedelta(days=days)
    clock.due_at = calendar().at(clock.due_on + timedelta(days=1) if hour is None else clock.due_on, time(hour or 0))
    db.session.flush()
    return clock


def reading_of(now: datetime) -> Reading:
    return Reading(Standing(db.session.query(Problem.reporter_id).scalar(), Seating(()), now))


def holds(listing: Listing, reading: Reading, **values: str) -> bool:
    chosen = choose(listing, values, reading)
    assert not chosen.ignored
    return bool(queries.fetched(keys_of(listing, chosen, reading)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120)
@given(now=MOMENTS, days=st.integers(-40, 10), hour=ENDS)
def test_what_is_overdue_lies_in_the_one_band_of_its_days(
    one_clock: Flask, now: datetime, days: int, hour: int | None
) -> None:
    with one_clock.app_context():
        clock, reading = clock_due(now, days, hour), reading_of(now)
        late = reading.late_days(clock.due_on)
        expected = [band.name for band in BANDS if band.least <= late <= (band.most or late)]
        found = [band.name for band in BANDS if holds(OVERDUE, reading, late=band.name)]
        assert found == (expected if clock.due_at <= now else [])
        db.session.rollback()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120)
@given(now=MOMENTS, days=st.integers(-10, 3), hour=ENDS)
def test_what_is_new_today_was_not_overdue_when_the_last_working_day_began(
    one_clock: Flask, now: datetime, days: int, hour: int | None
) -> None:
    with one_clock.app_context():
        clock, reading = clock_due(now, days, hour), reading_of(now)
        before = last_opening_day(reading.today)
        assert holds(OVERDUE, reading, new="yes") == (before < clock.due_at <= now)
        assert not holds(OVERDUE, reading_of(before), new="yes") or clock.due_at <= before
        db.session.rollback()


@pytest.mark.parametrize(
    ("today", "opened"),
    [
        ("2026-09-02", "2026-09-01 08:30"),  # a Wednesday
        ("2026-08-31", "2026-08-28 08:30"),  # a Monday looks back to Friday
        ("2026-08-30", "2026-08-28 08:30"),  # and so does the Sunday
        ("2026-10-08", "2026-09-30 08:30"),  # after the National Day
        ("2026-09-21", "2026-09-20 08:30"),  # a Sunday on which one works
    ],
)
def test_the_day_before_is_the_last_working_day(app: Flask, today: str, opened: str) -> None:
    with app.app_context():
        assert last_opening_day(date.fromisoformat(today)) == at(opened)


@pytest.mark.parametrize(
    ("due_on", "found"),
    [
        ("2026-08-31", {"", "today", "week", "next", "all"}),  # today, a Monday
        ("2026-09-03", {"", "week", "next", "all"}),  # three working days ahead: yellow
        ("2026-09-04", {"week", "next", "all"}),
        ("2026-09-06", {"week", "next", "all"}),  # Sunday
        ("2026-09-07", {"next", "all"}),
        ("2026-09-13", {"next", "all"}),
        ("2026-09-14", {"all"}),
        ("2026-08-30", set()),  # overdue
    ],
)
def test_due_by_when(one_clock: Flask, due_on: str, found: set[str]) -> None:
    now = at("2026-08-31 10:00")
    with one_clock.app_context():
        clock_due(now, (date.fromisoformat(due_on) - date(2026, 8, 31)).days, None)
        choices = ("", "today", "week", "next", "all")
        assert {each for each in choices if holds(DUE_SOON, reading_of(now), within=each)} == found
        db.session.rollback()


def test_provisional_dates_are_found_wherever_they_lie(desk: Desk) -> None:
    with time_machine.travel(at("2026-12-29 10:00"), tick=False), desk.app.app_context():
        Walker(desk.world, at("2026-12-29 09:00")).to("assigned")
        rows: list[dict[str, Any]] = json_of(desk.browser("supervisor"), "due-soon", "?within=all")["rows"]
        named = json_of(desk.browser("supervisor"), "due-soon", "?within=all&provisional=yes")["rows"]
    assert [row["leg"] for row in rows if row["provisional"]] == [row["leg"] for row in named]
    assert 0 < len(named) < len(rows)
