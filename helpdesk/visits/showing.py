"""What pages say of visits: lines, a month as weeks of days, what was changed, and how often an enterprise is visited."""

from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import current_app, url_for

from helpdesk.clock import local
from helpdesk.enterprises.models import CANCELLED, Enterprise
from helpdesk.pages import day_words, moment_words
from helpdesk.visits import queries
from helpdesk.visits.frequency import Limits, often_words, seldom_words
from helpdesk.visits.models import OUTCOMES, STATES, WAYS, State, Visit, VisitChange, Way

CHANGES = {
    "planned": "列入计划",
    "moved": "改期",
    "recorded": "记录走访",
    "corrected": "更正记录",
    "handed_over": "交接",
    "dropped": "取消计划",
}
FIELDS = {
    "planned_on": "计划日期",
    "done_on": "走访日期",
    "way": "走访方式",
    "people_met": "见到的人",
    "situation": "企业情况",
    "needs": "企业需求和问题",
    "follow_up": "后续安排",
    "outcome": "有没有发现问题",
}
DAYS = {"planned_on", "done_on"}
WORDS: dict[str, dict[str, str]] = {
    "way": {str(key): words for key, words in WAYS},
    "outcome": {str(key): words for key, words in OUTCOMES},
}


def limits() -> Limits:
    """When visits are too few or too many, as this installation sets it."""
    return Limits(current_app.config["VISIT_LONGEST_DAYS"], current_app.config["VISIT_MOST"])


def warnings(enterprise: Enterprise, today: date, *, one_more: bool = False) -> list[str]:
    """What is to be said of how often an enterprise is visited; ``one_more``: somebody is planning another visit."""
    if enterprise.status == CANCELLED:
        return []
    rhythm = queries.rhythm_of(enterprise.id, today)
    seldom = None if one_more else seldom_words(rhythm, local(enterprise.added_at).date(), today, limits())
    return [words for words in (seldom, often_words(rhythm, limits(), one_more=one_more)) if words]


def line(visit: Visit, today: date) -> dict[str, Any]:
    """One visit as a line: when, where, who, how, what for or what was found, and where it leads."""
    day = visit.done_on or visit.planned_on
    done = visit.state == State.DONE
    return {
        "id": visit.id,
        "url": url_for("visits.show", visit_id=visit.id),
        "day": day_words(day, today) if day else "",
        "enterprise": visit.enterprise.name,
        "person": visit.person.name,
        "state": dict(STATES)[State(visit.state)],
        "way": dict(WAYS)[Way(visit.way)] if visit.way else "",
        "about": visit.situation if done else visit.purpose,
        "found": WORDS["outcome"].get(visit.outcome or "", "") if done else "",
        "late": visit.state == State.PLANNED and visit.planned_on is not None and visit.planned_on < today,
        "record_url": url_for("visit_records.planned", visit_id=visit.id) if visit.state == State.PLANNED else None,
    }


def lines(visits: Iterable[Visit], today: date) -> list[dict[str, Any]]:
    """Several of them."""
    return [line(each, today) for each in visits]


def changes(found: Iterable[VisitChange], today: date) -> list[dict[str, Any]]:
    """What was done to a visit, with the former text of what was corrected."""
    return [
        {
            "when": moment_words(each.at, today),
            "label": CHANGES[each.kind],
            "by": each.by_name,
            "reason": each.reason,
            "former": [
                (FIELDS[name], _former(name, value, today)) for name, value in each.former.items() if name in FIELDS
            ],
        }
        for each in found
    ]


def _former(name: str, value: Any, today: date) -> str:
    if name in DAYS and value:
        return day_words(date.fromisoformat(value), today)
    return WORDS[name].get(value, "") if name in WORDS else (value or "（没有填写）")


# -- A month -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Day:
    """A day of the grid with its visits."""

    day: date
    inside: bool
    today: bool
    visits: list[dict[str, Any]]


def month_of(words: str, today: date) -> date:
    """The first day of the month that is written so (2026-09); of this month where it cannot be read."""
    try:
        first = date.fromisoformat(f"{words}-01")
    except ValueError:
        return today.replace(day=1)
    return first if 2000 <= first.year < 2200 else today.replace(day=1)


def weeks(first: date, visits: Iterable[Visit], today: date) -> list[list[Day]]:
    """The month as weeks from Monday on; days of the neighbouring months are there, but hold no visits."""
    by_day: dict[date, list[dict[str, Any]]] = {}
    for visit in visits:
        by_day.setdefault(visit.done_on or visit.planned_on or today, []).append(line(visit, today))
    return [
        [Day(day, day.month == first.month, day == today, by_day.get(day, [])) for day in week]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]


def beside(first: date) -> tuple[date, date, date]:
    """The first days of the month before and after, and the last day of this one."""
    after = (first + timedelta(days=32)).replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), after, after - timedelta(days=1)
