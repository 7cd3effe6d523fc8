"""Data for pictures: trend, ageing, flow by state, heat of groups and legs, what the enterprises said, the ladder.

Each part is a number with the very rows behind it; whoever draws adds nothing to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from helpdesk.clock import calendar
from helpdesk.figures import legs, queries
from helpdesk.figures.catalogue import COUNTS
from helpdesk.figures.legs import in_time
from helpdesk.figures.scope import Dimension, Scope, month_of, months_in
from helpdesk.figures.tables import month_words
from helpdesk.figures.terms import Behind, Figure, Row
from helpdesk.org.queries import units_by_id
from workflows.book import CLOCKS
from workflows.problem import PROBLEM
from workflows.terms import Phase

WEEK = timedelta(days=7)
AGES = (3, 7, 20, 30)
"""Working days since the report up to which a class of age reaches (13710: 3, 7, a month); the last is open."""


@dataclass(frozen=True)
class Part:
    """One bar, slice or point: what it is called, how many, and their rows."""

    key: str
    label: str
    size: int
    rows: Behind


@dataclass(frozen=True)
class Series:
    """Parts that belong together, one for each place on the axis."""

    name: str
    label: str
    parts: tuple[Part, ...]


# -- Trend -------------------------------------------------------------------------------------------------------------


def trend(scope: Scope, step: str = "month", counts: Sequence[str] = ("reported", "closed")) -> list[Series]:
    """How many were reported and closed in each month or week of the period; ``step``: month | week."""
    spans = _months(scope) if step == "month" else _weeks(scope)
    return [_series(name, scope, spans) for name in counts]


Span = tuple[str, str, date, date]
"""Key, label, first and last day."""


def _months(scope: Scope) -> list[Span]:
    months = months_in(scope.first_on, scope.until_on)
    return [
        (month, month_words(month), max(first, scope.first_on), min(last, scope.until_on))
        for month in months
        for first, last in [month_of(month)]
    ]


def _weeks(scope: Scope) -> list[Span]:
    """Weeks from Monday to Sunday, cut at the ends of the period."""
    monday, found = scope.first_on - timedelta(days=scope.first_on.weekday()), []
    while monday <= scope.until_on:
        first, last = max(monday, scope.first_on), min(monday + WEEK - timedelta(days=1), scope.until_on)
        found.append((first.isoformat(), f"{first.month}月{first.day}日", first, last))
        monday += WEEK
    return found


def _series(name: str, scope: Scope, spans: Sequence[Span]) -> Series:
    count = COUNTS[name]
    sizes = queries.by_day(scope, count.behind["kind"])
    parts = [
        Part(
            key,
            label,
            sum(size for day, size in sizes.items() if first <= day <= last),
            Behind("marks", {**replace(scope, first_on=first, until_on=last).address(), **count.behind}, 0),
        )
        for key, label, first, last in spans
    ]
    return Series(name, count.label, tuple(_sized(part) for part in parts))


def _sized(part: Part) -> Part:
    return replace(part, rows=replace(part.rows, size=part.size))


# -- What is open now --------------------------------------------------------------------------------------------------


def flow(scope: Scope) -> list[Part]:
    """Where problems stand now: every open state in the order of the process, with how many; no period."""
    sizes = queries.open_by_state(scope)
    states = [state for state in PROBLEM.states if state.phase is Phase.OPEN]
    return [_open_part(scope, state.name, state.label, sizes.get(state.name, 0), state=state.name) for state in states]


def ageing(scope: Scope) -> list[Part]:
    """Open problems by the working days since their report; no period."""
    return [
        _open_part(scope, key, label, queries.open_between(scope, first, last), **_days(first, last))
        for key, label, first, last in _classes(scope.me.today)
    ]


def _classes(today: date) -> list[tuple[str, str, date | None, date | None]]:
    """Key, words, and the days of report between which an age lies."""
    found: list[tuple[str, str, date | None, date | None]] = []
    last, least = today, 0
    for most in AGES:
        first = oldest_within(most, today)
        found.append((f"to_{most}", f"{least}–{most} 个工作日", first, last))
        last, least = first - timedelta(days=1), most + 1
    return [*found, ("over", f"超过 {AGES[-1]} 个工作日", None, last)]


def oldest_within(most: int, today: date) -> date:
    """The earliest day since which no more than so many working days have passed."""
    day = calendar().add(today, -(most + 1)) if calendar().is_working(today) else calendar().add(today, -most)
    while calendar().between(day, today) > most:
        day += timedelta(days=1)
    while calendar().between(day - timedelta(days=1), today) <= most:
        day -= timedelta(days=1)
    return day


def _days(first: date | None, last: date | None) -> dict[str, str]:
    days = {"from": first, "until": last}
    return {name: day.isoformat() for name, day in days.items() if day}


def _open_part(scope: Scope, key: str, label: str, size: int, **more: str) -> Part:
    """Rows of the ledger, which shows what is open by itself, and knows no 承办单位."""
    chosen = {"group": scope.group, "category": scope.category, "street": scope.street, "cadre": scope.cadre}
    values = {name: value for name, value in chosen.items() if value}
    return Part(key, label, size, Behind("problems", {**values, **more}, size))


# -- Heat, answers, ladder ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Heat:
    """按期率 of legs (columns: name and label) in groups (rows)."""

    legs: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, tuple[Figure, ...]], ...]  # key, name, a figure for each leg


def heat(scope: Scope) -> Heat:
    """按期率 of every leg that groups answer for, group by group; a leg that nobody had is left out."""
    went = legs.outcomes(scope, Dimension.GROUP)
    units = units_by_id()
    groups = [(key, unit) for key, unit in units.items() if unit.kind == "group" and (key in went or _all(scope))]
    names = [name for name in CLOCKS if any(name in went.get(key, {}) for key, _ in groups)]
    rows = [
        (
            str(key),
            unit.name,
            tuple(
                in_time(replace(scope, group=str(key)), [went.get(key, {}).get(name, {})], name, CLOCKS[name].label)
                for name in names
            ),
        )
        for key, unit in groups
        if scope.group in (None, str(key))
    ]
    return Heat(tuple((name, CLOCKS[name].label) for name in names), tuple(rows))


def _all(scope: Scope) -> bool:
    return scope.me.sees_district


def answers(row: Row) -> list[Part]:
    """What the enterprises said, from the figures of a scope: 满意, 基本满意, 不满意, and who could not be reached."""
    names = ("satisfied", "fair", "dissatisfied", "unreached")
    return [
        Part(name, COUNTS[name].label, int(row[name].value or 0), found)
        for name in names
        if (found := row[name].rows) is not None
    ]


def ladder(scope: Scope) -> list[Part]:
    """Legs that are overdue now, by how far: red and purple lamps; no period."""
    colours = {"red": "红灯", "purple": "紫灯"}
    chosen = {"group": scope.group} if scope.group else {}
    return [
        Part(colour, label, size, Behind("overdue", {**chosen, "lamp": colour}, size))
        for colour, label in colours.items()
        for size in [queries.overdue_with_lamp(scope, colour)]
    ]
