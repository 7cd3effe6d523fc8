"""A city's own targets and its own flags: 30,326 limits in working days, 23,521 requests that were late or not."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from tests.workflows.oracle import shared
from workflows.calendar import Calendar, Season
from workflows.clocks import due, lamp
from workflows.terms import Limit

BOSTON = ZoneInfo("America/New_York")
OFFICE_HOURS = (Season((1, 1), ((time(8, 30), time(17)),)),)
SNAPSHOT = "2016-01-13 00:00:00"
"""When the city's list was taken: what was open then is flagged as of then."""
A_MINUTE = timedelta(seconds=61)


@cache
def city() -> Calendar:
    with shared("boston311", "holidays_boston.csv").open() as file:
        off = frozenset(date.fromisoformat(row["date"]) for row in csv.DictReader(file))
    return Calendar(off, frozenset(), 2016, BOSTON, seasons=OFFICE_HOURS)


def lines(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(shared("boston311", name), "rt") as file:
        yield from csv.DictReader(file)


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=BOSTON)


def target(opened: datetime, working_days: int) -> datetime:
    """Counted from the first second within office hours; the target keeps the time of day."""
    a_second = timedelta(seconds=1)
    begins = (city().add_open(opened, 1) - a_second).astimezone(BOSTON)
    return city().at(due(begins, Limit(working_days), city()).on, begins.time())


def test_a_city_set_the_same_working_day_targets_to_the_minute() -> None:
    agreed = [
        abs(target(moment(line["open_dt"]), int(line["n_workdays"])) - moment(line["target_dt"])) <= A_MINUTE
        for line in lines("workday_deadlines.csv.gz")
    ]
    assert len(agreed) == 30_326
    assert sum(agreed) == 30_239
    assert sum(agreed) / len(agreed) > 0.997


def is_late(due_at: datetime, now: datetime) -> bool:
    """As our lamp sees it."""
    due_on = city().day_of(due_at)
    seen = lamp(due_on, due_at, waiting=False, now=now, calendar=city(), soon_days=3, long_days=5)
    return seen.colour in ("red", "purple")


def test_whatever_a_city_flagged_as_overdue_is_late_and_nothing_else() -> None:
    found: Counter[tuple[str, bool]] = Counter()
    for line in lines("boston311_2015_sample.csv.gz"):
        if line["target_dt"] and line["ontime_status"]:
            late = is_late(moment(line["target_dt"]), moment(line["closed_dt"] or SNAPSHOT))
            found["closed" if line["closed_dt"] else "open", late is (line["ontime_status"] == "OVERDUE")] += 1
    assert found == {("closed", True): 19_835, ("open", True): 3_686}
