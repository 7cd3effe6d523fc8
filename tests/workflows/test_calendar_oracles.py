"""Deadlines that others computed: foreign test suites, the published days off, and a city's own targets."""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from helpdesk import clock
from tests.workflows.days import CALENDAR, days
from workflows.calendar import Calendar
from workflows.clocks import Ticking, due, resumed, unspent
from workflows.terms import Limit, Unit

ROOT = Path(__file__).resolve().parents[2]
ORACLE = ROOT / "tests" / "data" / "deadline_oracle.jsonl"
SHARED = ROOT.parent / "shared" / "data"
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
IN_DAYS = ("working_days", "calendar_days", "calendar_days_roll_forward")
Line = dict[str, Any]


def shared(*parts: str) -> Path:
    """A file that this project may read but not keep; the test is skipped where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{'/'.join(parts)} is not part of the project and is absent here")
    return path


def lines() -> list[Line]:
    return [json.loads(line) for line in ORACLE.read_text().splitlines()]


def calendar_of(line: Line) -> Calendar:
    """The line's week, days off and opened days, for the years it speaks of."""
    start = date.fromisoformat(line["start"][:10])
    if isinstance(line["calendar"], str):
        return clock.calendar()
    holidays = {date.fromisoformat(each) for each in line["holidays"]}
    opened = {date.fromisoformat(each) for each in line.get("special_open_days", {})}
    open_weekdays = {WEEK.index(name) for name in line["calendar"]}
    around = list(days(start - timedelta(400), start + timedelta(400)))
    working = {each for each in around if (each.weekday() in open_weekdays and each not in holidays) or each in opened}
    return Calendar(
        days_off=frozenset(each for each in around if each.weekday() < 5 and each not in working),
        days_on=frozenset(each for each in working if each.weekday() >= 5),
        last_year=2100,
        zone=ZoneInfo(line["tz"] or "UTC"),
    )


def moment_of(text: str, calendar: Calendar) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=calendar.zone)


def limit_of(line: Line) -> Limit:
    unit = Unit.WORKING_DAYS if line["duration"]["unit"] == "working_days" else Unit.NATURAL_DAYS
    return Limit(line["duration"]["value"], unit)


def check_due_date(line: Line) -> None:
    calendar, limit = calendar_of(line), limit_of(line)
    start, expected = date.fromisoformat(line["start"]), date.fromisoformat(line["expected"]["due_date"])
    if line["duration"].get("direction") == "before":
        assert calendar.add(start, -limit.amount) == expected
    else:
        assert due(calendar.at(start, time(9)), limit, calendar).on == expected


def check_due(line: Line) -> None:
    """Natural days through a change to winter time, and through a pause."""
    calendar, limit = calendar_of(line), limit_of(line)
    first = due(moment_of(line["start"], calendar), limit, calendar)
    row = Ticking(1, "any", limit, calendar.day_of(first.at), first.on, first.at)
    for stopped, goes_on in line["pauses"]:
        left = unspent(row, moment_of(stopped, calendar), calendar)
        waiting = Ticking(1, "any", limit, row.started_on, row.due_on, row.due_at, unspent=left)
        again = resumed(waiting, moment_of(goes_on, calendar), calendar)
        row = Ticking(1, "any", limit, row.started_on, again.on, again.at)
    assert row.due_on == date.fromisoformat(line["expected"]["due"][:10])


def check_status(line: Line) -> None:
    calendar = calendar_of(line)
    start, now = moment_of(line["start"], calendar), moment_of(line["at"], calendar)
    first = due(start, limit_of(line), calendar)
    status = "overdue" if now >= first.at else "in_time"
    if "second_threshold" in line:
        second = due(start, Limit(line["second_threshold"]["value"]), calendar)
        assert second.on.isoformat() == line["expected"]["very_overdue_after"]
        status = "very_overdue" if now >= second.at else status
    if "overdue_days" in line["expected"]:
        assert calendar.between(first.on, calendar.day_of(now)) == line["expected"]["overdue_days"]
    assert first.on.isoformat() == line["expected"].get("due_date", first.on.isoformat())
    assert status == line["expected"]["status"]


def check_overdue_event(line: Line) -> None:
    """The event is dated at the end of the due day, however late somebody looks."""
    calendar, limit = calendar_of(line), limit_of(line)
    starts = [line["start"], *line.get("clock_restarts", ())]
    ends = [due(calendar.at(date.fromisoformat(start)), limit, calendar).at for start in starts]
    expected = line["expected"].get("event_times") or [line["expected"]["event_time"]]
    assert ends == [moment_of(each, calendar) for each in expected]


def check_rungs(line: Line) -> None:
    """Every day of that week works, so that our rungs in working days are the line's in natural days."""
    calendar = calendar_of(line)
    first = due(moment_of(line["start"], calendar), limit_of(line), calendar)
    assert first.on == date.fromisoformat(line["expected"]["due"][:10])
    assert calendar.add(first.on, -14) == date.fromisoformat(line["expected"]["rung_14d"][:10])


def check_is_workday(line: Line) -> None:
    assert calendar_of(line).is_working(date.fromisoformat(line["start"])) is line["expected"]["is_workday"]


def check_workday_count(line: Line) -> None:
    """Both ends counted when the end is; our ``between`` leaves out the start."""
    start, end = date.fromisoformat(line["start"]), date.fromisoformat(line["end"])
    last = end if line["inclusive_end"] else end - timedelta(1)
    assert calendar_of(line).between(start - timedelta(1), last) == line["expected"]["workdays"]


CHECKS: dict[str, Callable[[Line], None]] = {
    "due_date": check_due_date,
    "due": check_due,
    "status_at": check_status,
    "overdue_event": check_overdue_event,
    "ladder": check_rungs,
    "is_workday": check_is_workday,
    "workday_count": check_workday_count,
}


def expressible() -> list[Line]:
    """The lines that count in days and state a date; statements about behaviour alone are left to other tests."""
    return [
        line
        for line in lines()
        if line["verified"]
        and line["kind"] in CHECKS
        and (line["kind"] in ("is_workday", "workday_count") or line["duration"].get("unit") in IN_DAYS)
    ]


@pytest.mark.parametrize("line", expressible(), ids=lambda line: line["id"])
def test_our_deadline_is_theirs(line: Line) -> None:
    CHECKS[line["kind"]](line)


def test_no_line_that_we_can_express_is_left_out() -> None:
    assert Counter(line["kind"] for line in expressible()) == {
        "due_date": 34, "is_workday": 9, "workday_count": 7, "status_at": 4, "due": 2, "overdue_event": 2, "ladder": 1,
    }  # fmt: skip
    in_days = [line for line in lines() if (line.get("duration") or {}).get("unit") in IN_DAYS]
    left_out = {line["kind"] for line in in_days} - set(CHECKS)
    assert left_out == {"ladder_catch_up", "extension", "restart"}


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


OPENS, CLOSES = time(8, 30), time(17)


def boston() -> Calendar:
    with shared("boston311", "holidays_boston.csv").open() as file:
        off = frozenset(date.fromisoformat(row["date"]) for row in csv.DictReader(file))
    return Calendar(off, frozenset(), 2016, ZoneInfo("America/New_York"))


def test_a_city_set_the_same_working_day_targets() -> None:
    """Of requests opened in office hours the city's target falls on our due day; the rest was dated anew by hand."""
    calendar = boston()
    with gzip.open(shared("boston311", "workday_deadlines.csv.gz"), "rt") as file:
        rows = list(csv.DictReader(file))
    compared = agreed = 0
    for row in rows:
        opened, target = datetime.fromisoformat(row["open_dt"]), datetime.fromisoformat(row["target_dt"])
        if not calendar.is_working(opened.date()) or not OPENS <= opened.time() <= CLOSES:
            continue
        limit = Limit(int(row["n_workdays"]))
        ours = due(opened.replace(tzinfo=calendar.zone), limit, calendar)
        compared += 1
        agreed += ours.on == target.date()
    assert compared > 20_000
    assert agreed / compared > 0.995
