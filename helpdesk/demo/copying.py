"""Patterns of problems: a problem with everything that hangs on it, ready to be copied under new keys and on other days."""

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import JSON, Date, Table, select

from helpdesk.chain import CHAINED, tie
from helpdesk.clock import calendar
from helpdesk.db import UtcMoment, db
from helpdesk.notices.models import WAITING, Notice
from helpdesk.problems.marks import Mark
from helpdesk.problems.models import ClockStep, Entry, Link, Matter, Problem, ProblemClock, Strike
from workflows.terms import Phase, Unit

TABLES: tuple[Table, ...] = tuple(
    model.__table__
    for model in (
        Problem,
        Matter,
        ProblemClock,
        Strike,
        Entry,
        ClockStep,
        Mark,
        Link,
        Notice,
    )  # in the order in which they refer to each other
)
NAMES = tuple(table.name for table in TABLES)
KEYS = {
    "problem_id": "problems",
    "clock_id": "clocks",
    "link_id": "links",
    "matter_id": "matters",
    "entry_id": "entries",
}
"""Columns that hold the key of a row which is copied too."""
WRITTEN_KEYS = {
    "cause": (r"(e)(\d+)()", r"(s)(\d+)(\..*)"),
    "reader": (r"(l)(\d+)()",),
    "path": (r"(/problems/)(\d+)()",),
}
"""Texts that hold such a key."""
HOLDS = {"e": "entries", "s": "clocks", "l": "links", "/problems/": "problems"}
NOTICES_EACH = 10
NOT_COPIED = ("request_key", "claimed_by", "claimed_until_at")
"""What belongs to one occasion."""

Row = dict[str, Any]
Binder = Callable[[Any], Any]


@dataclass
class Pattern:
    """A row to be copied: the values as the database takes them, and which of them every copy has of its own."""

    values: list[Any]
    keys: list[tuple[int, str, int]] = field(default_factory=list)  # position, table, which of the copy's rows there
    texts: list[tuple[int, str, str, int, str]] = field(default_factory=list)  # position, head, table, which, tail
    times: list[tuple[int, Any, date]] = field(default_factory=list)  # position, day or moment, the day it belongs to
    spans: list[tuple[int, date, date]] = field(default_factory=list)  # position of the natural days between two days


@dataclass
class Original:
    """A problem with everything that hangs on it; ``days`` are those on which something happened."""

    problem: Row
    patterns: dict[str, list[Pattern]]
    days: Collection[date]

    def keeps_days_off(self, back: int) -> bool:
        """Whether what happened on days off would be on days off again when moved back by so many working days."""
        off = [day for day in self.days if not calendar().is_working(day)]
        return not any(calendar().is_working(moved(day, back)) for day in off)


def originals(most: int) -> list[Original]:
    """The first problems of the database, drafts left out."""
    wanted = select(Problem.id).where(Problem.phase != Phase.START).order_by(Problem.id).limit(most)
    ids = list(db.session.scalars(wanted))
    rows: dict[int, dict[str, list[Row]]] = {key: {name: [] for name in NAMES} for key in ids}
    owner: dict[int, int] = {}
    for table in TABLES:
        for row in db.session.execute(_of_these(table, ids)).mappings():
            problem_id = row["id"] if table.name == "problems" else row.get("problem_id") or owner[row["clock_id"]]
            owner |= {row["id"]: problem_id} if table.name == "clocks" else {}
            rows[problem_id][table.name].append(dict(row))
    return [_original(each) for each in rows.values()]


def _of_these(table: Table, ids: list[int]) -> Any:
    rows = select(table).order_by(table.c.id)
    if table.name == "problems":
        return rows.where(table.c.id.in_(ids))
    if "problem_id" not in table.c:
        return rows.where(table.c.clock_id.in_(select(ProblemClock.id).where(ProblemClock.problem_id.in_(ids))))
    return rows.where(table.c.problem_id.in_(ids))


def _original(rows: dict[str, list[Row]]) -> Original:
    rows["notices"] = _some_notices(rows)
    which = {name: {row["id"]: n for n, row in enumerate(rows[name])} for name in NAMES}
    patterns = {table.name: [_pattern(table, row, which) for row in rows[table.name]] for table in TABLES}
    days = {day_of(entry["at"]) for entry in rows["entries"]} | {clock["started_on"] for clock in rows["clocks"]}
    return Original(rows["problems"][0], patterns, days)


def _some_notices(rows: dict[str, list[Row]]) -> list[Row]:
    """Notices that have left, evenly chosen; those for a merged problem's follower belong to another's entry."""
    left = [row for row in rows["notices"] if row["status"] != WAITING and ".f" not in row["cause"]]
    return left[:: len(left) // NOTICES_EACH + 1]


def _pattern(table: Table, row: Row, which: dict[str, dict[int, int]]) -> Pattern:
    pattern = Pattern([_plain(column.type, row[column.name]) for column in table.c])
    for position, column in enumerate(table.c):
        name, value = column.name, row[column.name]
        if name in NOT_COPIED:
            pattern.values[position] = None
        elif value is not None:
            _note_own(pattern, position, (table.name, name), value, which)
    if row.get("counted_in") == Unit.NATURAL_DAYS:
        pattern.spans.append((list(table.c.keys()).index("amount"), row["started_on"], row["due_on"]))
    return pattern


def _note_own(
    pattern: Pattern, position: int, place: tuple[str, str], value: Any, which: dict[str, dict[int, int]]
) -> None:
    """Note it down when every copy has another value there."""
    table, name = place
    held = table if name == "id" else KEYS.get(name)
    if held:
        pattern.keys.append((position, held, which[held][value]))
    elif table == "notices" and name in WRITTEN_KEYS:
        pattern.texts += _written_key(position, name, value, which)
    elif isinstance(value, date):
        pattern.times.append((position, value, day_of(value) if isinstance(value, datetime) else value))


def _plain(kind: Any, value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(kind, JSON) else value


def _written_key(position: int, name: str, value: str, which: dict[str, dict[int, int]]) -> list[Any]:
    found = next((match for each in WRITTEN_KEYS[name] if (match := re.fullmatch(each, value))), None)
    if found is None:
        return []
    head, key, tail = found.groups()
    return [(position, head, HOLDS[head], which[HOLDS[head]][int(key)], tail)]


# -- Copying -----------------------------------------------------------------------------------------------------------


def copied(
    original: Original, back: int, first: Mapping[str, int], binders: Mapping[str, Sequence[Any]]
) -> dict[str, list[list[Any]]]:
    """Its rows moved back by working days; ``first``: the keys from which the copy's rows count, by table."""
    return {
        table.name: _bound(
            _tied(table, [_copied(pattern, back, first) for pattern in original.patterns[table.name]]),
            binders[table.name],
        )
        for table in TABLES
    }


def _tied(table: Table, rows: list[list[Any]]) -> list[list[Any]]:
    """The rows of a chained table follow one another as the original's do, with hashes of their own."""
    if table.name not in CHAINED:
        return rows
    names, as_json = list(table.c.keys()), [n for n, column in enumerate(table.c) if isinstance(column.type, JSON)]
    facts = [dict(zip(names, row, strict=True)) | {names[n]: _read(row[n]) for n in as_json} for row in rows]
    tie(CHAINED[table.name], facts, {})
    for row, tied in zip(rows, facts, strict=True):
        for name in ("prev_hash", "row_hash"):
            row[names.index(name)] = tied[name]
    return rows


@lru_cache(maxsize=20_000)
def _read(said: str | None) -> Any:
    return None if said is None else json.loads(said)


def _bound(rows: list[list[Any]], bind: Sequence[Any]) -> list[list[Any]]:
    """Days and moments as the driver takes them."""
    for row in rows:
        for position, ready in enumerate(bind):
            if ready and row[position] is not None:
                row[position] = ready(row[position])
    return rows


def _copied(pattern: Pattern, back: int, first: Mapping[str, int]) -> list[Any]:
    values = pattern.values.copy()
    for position, table, n in pattern.keys:
        values[position] = first[table] + n
    for position, head, table, n, tail in pattern.texts:
        values[position] = f"{head}{first[table] + n}{tail}"
    for position, value, day in pattern.times:
        values[position] = value + (moved(day, back) - day)
    for position, start, end in pattern.spans if back else ():
        values[position] = (moved(end, back) - moved(start, back)).days
    return values


def binders(dialect: Any) -> dict[str, list[Binder | None]]:
    """What turns a day or moment into what the driver takes, by table and position; nothing for PostgreSQL's."""
    if dialect.name == "postgresql":
        return {name: [] for name in NAMES}
    return {table.name: [_binder(column.type, dialect) for column in table.c] for table in TABLES}


def _binder(kind: Any, dialect: Any) -> Binder | None:
    return kind.dialect_impl(dialect).bind_processor(dialect) if isinstance(kind, UtcMoment | Date) else None


def day_of(moment: datetime) -> date:
    """The local day that a moment belongs to; midnight to the day that it ends."""
    return calendar().day_of(moment - timedelta(microseconds=1))


@cache
def _working_days() -> list[date]:
    start = date(2015, 1, 1)
    days = (start + timedelta(days=n) for n in range(365 * 25))
    return [day for day in days if calendar().is_working(day)]


@lru_cache(maxsize=200_000)
def moved(day: date, back: int) -> date:
    """That day so many working days earlier; a day off goes with the working day before it."""
    if not back:
        return day
    days = _working_days()
    n = bisect_right(days, day) - 1
    return days[n - back] + (day - days[n])
