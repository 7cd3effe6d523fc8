"""Deadlines that other systems state as facts, and a city's real ones: ours must fall on the same days."""

import csv
import gzip
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from workflows.calendar import ONE_DAY, Calendar
from workflows.clocks import Ticking, due, has_run_out, next_strike_at, resumed, struck, unspent
from workflows.roles import Role
from workflows.terms import Clock, Limit, Milestone, Unit

LINES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "deadline_oracle.jsonl").read_text(encoding="utf-8").splitlines()
]
UNITS = {
    "working_days": Unit.WORKING_DAYS,
    "calendar_days": Unit.NATURAL_DAYS,
    "calendar_days_roll_forward": Unit.NATURAL_DAYS,
}
NOT_OURS = {"extension"}
"""A granted extension is a request of its own, not arithmetic of a clock."""
FOREIGN = Path(__file__).parents[3] / "shared" / "data"
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Line = dict[str, Any]


def _unit(line: Line) -> str:
    return str((line.get("duration") or {}).get("unit"))


def _of(*kinds: str) -> list[Any]:
    chosen = [line for line in LINES if line["kind"] in kinds and (_unit(line) in UNITS or "duration" not in line)]
    return [pytest.param(line, id=line["id"]) for line in chosen]


def calendar_of(line: Line) -> Calendar:
    """The line's own week, holidays and opened days as a calendar of ours."""
    start = date.fromisoformat(line["start"][:10])
    span = [start + ONE_DAY * n for n in range(-120, 240)]
    week = line["calendar"]
    extra = {date.fromisoformat(day) for day in line.get("special_open_days", {})}
    off = {date.fromisoformat(day) for day in line["holidays"]} - extra
    working = {day for day in span if (WEEK[day.weekday()] in week or day in extra) and day not in off}
    return Calendar(
        days_off=frozenset(day for day in span if day.weekday() < 5 and day not in working),
        days_on=frozenset(day for day in working if day.weekday() >= 5),
        last_year=2030,
        zone=ZoneInfo(line.get("tz") or "UTC"),
    )


def _moment(words: str, calendar: Calendar) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=calendar.zone).astimezone(UTC)


def _limit(line: Line) -> Limit:
    return Limit(line["duration"]["value"], UNITS[_unit(line)])


def _row(line: Line, calendar: Calendar) -> Ticking:
    start = _moment(line["start"], calendar)
    found = due(start, _limit(line), calendar)
    return Ticking(1, "leg", _limit(line), calendar.day_of(start), found.on, found.at)


def _clock(*days: int) -> Clock:
    marks = tuple(Milestone(f"rung{number}", "", day, (), severity=1) for number, day in enumerate(days))
    return Clock("leg", "", Limit(1), (), Role.HANDLER, milestones=marks)


def test_no_line_in_days_is_left_out() -> None:
    used = {"due_date", "status_at", "overdue_event", "due", "ladder", "ladder_catch_up", "restart"}
    assert {line["kind"] for line in LINES if _unit(line) in UNITS} - used == NOT_OURS
    assert len([line for line in LINES if _unit(line) in UNITS]) == 46


@pytest.mark.parametrize("line", _of("due_date"))
def test_due_days(line: Line) -> None:
    calendar, expected = calendar_of(line), date.fromisoformat(line["expected"]["due_date"])
    if line["duration"].get("direction") == "before":
        assert calendar.add(date.fromisoformat(line["start"]), -line["duration"]["value"]) == expected
        return
    found = due(_moment(line["start"], calendar), _limit(line), calendar)
    assert found.on == expected


@pytest.mark.parametrize("line", _of("due"))
def test_due_days_with_and_without_a_pause(line: Line) -> None:
    calendar = calendar_of(line)
    row = _row(line, calendar)
    for begin, end in line["pauses"]:
        left = unspent(row, _moment(begin, calendar), calendar)
        found = resumed(
            Ticking(1, "leg", row.limit, row.started_on, row.due_on, row.due_at, left), _moment(end, calendar), calendar
        )
        row = Ticking(1, "leg", row.limit, row.started_on, found.on, found.at)
    assert row.due_on == date.fromisoformat(line["expected"]["due"][:10])


@pytest.mark.parametrize("line", _of("status_at"))
def test_the_due_day_is_in_time_until_its_local_midnight(line: Line) -> None:
    calendar, expected = calendar_of(line), line["expected"]
    row, now = _row(line, calendar), _moment(line["at"], calendar)
    assert now >= row.due_at
    if "due_date" in expected:
        assert row.due_on == date.fromisoformat(expected["due_date"])
        late = due(_moment(line["start"], calendar), Limit(line["second_threshold"]["value"]), calendar)
        assert late.on == date.fromisoformat(expected["very_overdue_after"])
        assert (now >= late.at) is (expected["status"] == "very_overdue")
    else:
        assert calendar.between(row.due_on, calendar.day_of(now)) == expected["overdue_days"]


@pytest.mark.parametrize("line", _of("overdue_event"))
def test_however_late_the_sweep_the_event_is_dated_at_the_end_of_the_due_day(line: Line) -> None:
    calendar, clock = calendar_of(line), replace(_clock(), lapses="over")
    starts = [line["start"], *line.get("clock_restarts", [])]
    runs = [words[:10] for words in line["job_runs_at"].split(" and ")]
    expected = line["expected"].get("event_times") or [line["expected"]["event_time"]]
    for start, run, event in zip(starts, runs, expected, strict=True):
        row = _row({**line, "start": start}, calendar)
        assert next_strike_at(clock, row, (), calendar) == _moment(event, calendar)
        assert has_run_out(clock, row, _moment(run, calendar))
        assert not has_run_out(clock, row, _moment(event, calendar) - timedelta(seconds=1))


@pytest.mark.parametrize("line", _of("ladder", "ladder_catch_up"))
def test_ladders(line: Line) -> None:
    calendar, row = calendar_of(line), _row(line, calendar_of(line))
    clock = _clock(-14, -7, -2, 0)
    if line["kind"] == "ladder":
        assert row.due_on == date.fromisoformat(line["expected"]["due"][:10])
        strikes = struck(clock, row, (), row.due_on, calendar)
        assert strikes[0].on == date.fromisoformat(line["expected"]["rung_14d"][:10])
        return
    strikes = struck(clock, row, (), date.fromisoformat(line["at"][:10]), calendar)
    assert [each.milestone.name for each in strikes] == ["rung0", "rung1"]
    assert len(strikes) == line["expected"]["rungs_fired"]


@pytest.mark.parametrize("line", _of("restart"))
def test_after_a_restart_what_is_due_strikes_once(line: Line) -> None:
    calendar, row = calendar_of(line), _row(line, calendar_of(line))
    today = date.fromisoformat(line["at"][:10])
    first = struck(_clock(0), row, (), today, calendar)
    assert len(first) == line["expected"]["fires"]
    later = struck(_clock(0), row, {each.milestone.name for each in first}, today + timedelta(days=9), calendar)
    assert len(later) == line["expected"]["later_fires"]


@pytest.mark.parametrize("line", [each for each in _of("workday_count") if each.values[0]["kind"] == "workday_count"])
def test_counts_of_working_days(line: Line) -> None:
    calendar = calendar_of(line)
    start, end = date.fromisoformat(line["start"]), date.fromisoformat(line["end"])
    last = end if line["inclusive_end"] else end - ONE_DAY
    assert calendar.between(start - ONE_DAY, last) == line["expected"]["workdays"]


@pytest.mark.parametrize("line", [each for each in _of("is_workday") if isinstance(each.values[0]["calendar"], dict)])
def test_working_days(line: Line) -> None:
    assert calendar_of(line).is_working(date.fromisoformat(line["start"])) is line["expected"]["is_workday"]


def test_the_working_day_deadlines_of_a_city() -> None:
    folder = FOREIGN / "boston311"
    if not folder.exists():
        pytest.skip("boston311 may not be kept in this repository and is not beside it")
    holidays = {date.fromisoformat(day) for day in (folder / "holidays_boston.csv").read_text().split()[1:]}
    calendar = Calendar(frozenset(holidays), frozenset(), last_year=2030)
    with gzip.open(folder / "workday_deadlines.csv.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if _in_office_hours(row["open_dt"], calendar)]
    ours = [calendar.add(date.fromisoformat(row["open_dt"][:10]), int(row["n_workdays"])) for row in rows]
    agreed = [found.isoformat() == row["target_dt"][:10] for found, row in zip(ours, rows, strict=True)]
    assert len(rows) > 20_000
    assert [found.isoformat() for found in ours] == [row["rule_deadline"][:10] for row in rows]
    assert sum(agreed) >= 0.996 * len(rows)


def _in_office_hours(words: str, calendar: Calendar) -> bool:
    return calendar.is_working(date.fromisoformat(words[:10])) and "08:30:00" <= words[11:] < "17:00:00"
