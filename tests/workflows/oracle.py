"""Deadlines that other projects computed: one case a line, with its own week, holidays and opened days."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from helpdesk import clock
from tests.workflows.days import days
from workflows.calendar import Calendar, Windows

ROOT = Path(__file__).resolve().parents[2]
ORACLE = ROOT / "tests" / "data" / "deadline_oracle.jsonl"
SHARED = ROOT.parent / "shared" / "data"
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AROUND = timedelta(800)
SECONDS = {"business_seconds": 1, "business_minutes": 60, "business_hours": 3600}
Case = dict[str, Any]


def shared(*parts: str) -> Path:
    """A file that this project may read but not keep; the test is skipped where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{'/'.join(parts)} is not part of the project and is absent here")
    return path


@cache
def cases() -> tuple[Case, ...]:
    """All of them."""
    return tuple(json.loads(line) for line in ORACLE.read_text().splitlines())


def windows(given: Any) -> Windows:
    """The hours of a day as the case gives them; a day that is only said to be a working day has none."""
    if not isinstance(given, list):
        return ()
    return tuple((time.fromisoformat(begin), _end(end)) for begin, end in given)


def _end(text: str) -> time:
    return time.min if text == "24:00" else time.fromisoformat(text)


def day_in(text: str) -> date:
    return date.fromisoformat(text[:10])


@dataclass(frozen=True)
class Setting:
    """A case with its calendar, and how to read its moments."""

    case: Case
    calendar: Calendar

    @property
    def zone(self) -> ZoneInfo:
        return self.calendar.zone

    def moment(self, text: str) -> datetime:
        """Said with a zone of its own, or on the clocks of the case."""
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=self.zone).astimezone(UTC)

    @property
    def start(self) -> datetime:
        return self.moment(self.case["start"])

    @property
    def start_on(self) -> date:
        return day_in(self.case["start"])

    @property
    def expected(self) -> dict[str, Any]:
        found: dict[str, Any] = self.case["expected"]
        return found

    @property
    def due_at(self) -> datetime:
        """The moment the case says it is due."""
        return self.moment(self.expected.get("due_utc") or self.expected["due"])

    @property
    def pauses(self) -> Iterator[tuple[datetime, datetime]]:
        return ((self.moment(stops), self.moment(goes)) for stops, goes in self.case["pauses"])


def setting(case: Case) -> Setting:
    """The case with its calendar for the years it speaks of."""
    if isinstance(case["calendar"], str):
        return Setting(case, clock.published_calendar())
    zone = ZoneInfo(case["tz"] or "UTC")
    start = date.fromisoformat(case.get("start", "2026-11-23")[:10])
    hours = dict(_hours(case, days(start - AROUND, start + AROUND)))
    return Setting(
        case,
        Calendar(
            days_off=frozenset(
                each for each in days(start - AROUND, start + AROUND) if each.weekday() < 5 and each not in hours
            ),
            days_on=frozenset(each for each in hours if each.weekday() >= 5),
            last_year=2100,
            zone=zone,
            hours=hours,
        ),
    )


def _hours(case: Case, around: Iterator[date]) -> Iterator[tuple[date, Windows]]:
    holidays = set(map(date.fromisoformat, case["holidays"]))
    opened = {date.fromisoformat(each): hours for each, hours in case.get("special_open_days", {}).items()}
    for each in around:
        name = WEEK[each.weekday()]
        if each in opened:
            yield each, windows(opened[each])
        elif name in (case["calendar"] or ()) and each not in holidays:
            yield each, windows(case["calendar"][name])
