"""Masses of problems for measuring: copies of the demo's own, moved back in time by whole working days.

Closed ones are spread over two years; open ones stay where they are, so that their clocks, summaries and strikes
are exactly what the rules and the sweep have made of them.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import Table, insert, select, text, update

from helpdesk.db import begin_writing, db
from helpdesk.demo.copying import NAMES, TABLES, Original, binders, copied, day_of, moved, originals
from helpdesk.indexing.commands import rows_of
from helpdesk.indexing.models import IndexedText
from helpdesk.indexing.queries import write
from helpdesk.indexing.tokens import tokens
from helpdesk.problems.indexed import PROBLEM_KIND, texts_of
from helpdesk.problems.models import Entry, NumberSeries
from helpdesk.problems.numbering import written
from workflows.terms import Phase

ORIGINALS = 200  # the first problems of the database are copied
CLOSED_SHARE = 0.8
FURTHEST = 440  # working days that a closed one is moved back at most; it is up to three months old already
TRIES = 10
CHUNK = 1_000  # problems written at a time
POSITION = {table.name: {column.name: n for n, column in enumerate(table.c)} for table in TABLES}

Say = Callable[[str], None]
Keys = dict[str, int]
Rows = dict[str, list[list[Any]]]


class NothingToCopyError(Exception):
    """The database has people, but no problems."""


@dataclass(frozen=True)
class Copy:
    """An original, and by how many working days it is moved back."""

    original: Original
    back: int

    def day(self, column: str) -> date | None:
        """The local day of one of the problem's own columns, once moved."""
        value = self.original.problem[column]
        if value is None:
            return None
        return moved(day_of(value) if isinstance(value, datetime) else value, self.back)


def fill(count: int, say: Say) -> None:
    """Write that many problems, in one transaction. NothingToCopyError when there are none to copy."""
    begin_writing()
    copies = _chosen(count)
    numbers = _Numbers(copies)
    first = {name: _reserve(name, sum(len(copy.original.patterns[name]) for copy in copies)) for name in NAMES}
    bind = binders(db.engine.dialect)
    words: dict[int, list[str]] = {}
    for start in range(0, count, CHUNK):
        rows: Rows = {name: [] for name in NAMES}
        for copy in copies[start : start + CHUNK]:
            _add(copy, first, numbers, rows, bind)
        for table in TABLES:
            _write(table, rows[table.name])
        _index(copies[start : start + CHUNK], rows["problems"], words)
        if start and start % (CHUNK * 10) == 0:
            say(f"{start} written")
    db.session.commit()
    _tidy()


def _chosen(count: int) -> list[Copy]:
    """What is copied how often and where to, in the order of the reports."""
    draw = random.Random(count)
    found = originals(ORIGINALS)
    closed = [each for each in found if each.problem["phase"] == Phase.CLOSED]
    still_open = [each for each in found if each.problem["phase"] == Phase.OPEN]
    if not closed or not still_open:
        raise NothingToCopyError
    shut = round(count * CLOSED_SHARE)
    copies = [_moved_back(draw.choice(closed), draw) for _ in range(shut)]
    copies += [Copy(draw.choice(still_open), 0) for _ in range(count - shut)]
    return sorted(copies, key=lambda copy: copy.day("reported_at") or date.max)


def _moved_back(original: Original, draw: random.Random) -> Copy:
    for _ in range(TRIES):
        if original.keeps_days_off(back := draw.randint(0, FURTHEST)):
            return Copy(original, back)
    return Copy(original, 0)


def _add(copy: Copy, first: Keys, numbers: "_Numbers", rows: Rows, bind: dict[str, Any]) -> None:
    """Put the rows of a copy to the others and count the keys on."""
    for name, new in copied(copy.original, copy.back, first, bind).items():
        rows[name] += new
    at = POSITION["problems"]
    problem = rows["problems"][-1]
    for column in ("number", "closing_number"):
        problem[at[column]] = numbers.next(column, copy)
    if problem[at["merged_into_id"]]:
        problem[at["merged_into_id"]] = max(first["problems"] - 1, 1)
    _renumber(copy, problem[at["number"]], rows)
    for name, patterns in copy.original.patterns.items():
        first[name] += len(patterns)


def _renumber(copy: Copy, number: str, rows: Rows) -> None:
    """The subjects of its notices name its own number."""
    at = POSITION["notices"]["subject"]
    mine = len(copy.original.patterns["notices"])
    for notice in rows["notices"][len(rows["notices"]) - mine :]:
        notice[at] = notice[at].replace(copy.original.problem["number"], number)


class _Numbers:
    """The official numbers of all copies, taken at once."""

    def __init__(self, copies: list[Copy]) -> None:
        self._next: dict[tuple[str, int], int] = {}
        for column, day in COUNTED_BY.items():
            years = Counter(found.year for copy in copies if copy.original.problem[column] and (found := copy.day(day)))
            for year, count in years.items():
                self._next[column, year] = _take_numbers(column, year, count)

    def next(self, column: str, copy: Copy) -> str | None:
        """The next number of that kind in the year of the copy, if it has one."""
        day = copy.day(COUNTED_BY[column])
        if copy.original.problem[column] is None or day is None:
            return None
        self._next[column, day.year] += 1
        return written(column, year=day.year, number=self._next[column, day.year])


COUNTED_BY = {"number": "reported_at", "closing_number": "closed_on"}


def _take_numbers(column: str, year: int, count: int) -> int:
    """The last number before ``count`` new ones."""
    key = {"kind": column, "district": current_app.config["DISTRICT"], "year": year}
    taking = update(NumberSeries).filter_by(**key).values(last=NumberSeries.last + count).returning(NumberSeries.last)
    last = db.session.scalar(taking.execution_options(synchronize_session=False))
    if last is None:
        db.session.execute(insert(NumberSeries).values(**key, last=count))
        return 0
    return last - count


# -- Writing -----------------------------------------------------------------------------------------------------------


def _on_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def _reserve(name: str, count: int) -> int:
    """The first of so many keys that nobody else will be given."""
    if not _on_postgresql():
        return int(db.session.scalar(text(f"SELECT coalesce(max(id), 0) + 1 FROM {name}")) or 1)  # noqa: S608
    reserving = text("SELECT setval(s, nextval(s) + :count) FROM pg_get_serial_sequence(:name, 'id') AS s")
    return int(db.session.scalar(reserving, {"name": name, "count": count}) or 0) - count


def _write(table: Table, rows: list[list[Any]]) -> None:
    columns = ", ".join(column.name for column in table.c)
    cursor = db.session.connection().connection.cursor()
    if _on_postgresql():
        with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        marks = ", ".join("?" for _ in table.c)
        cursor.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", rows)  # noqa: S608


def _index(copies: list[Copy], problems: list[list[Any]], known: dict[int, list[str]]) -> None:
    """What is found by its words: a copy by those of its original (``known`` by its key), and by its own number."""
    at = POSITION["problems"]
    rows = []
    for copy, problem in zip(copies, problems, strict=True):
        key = copy.original.problem["id"]
        if key not in known:
            known[key] = _words_of(key)
        rows += rows_of(PROBLEM_KIND, problem[at["id"]], tokens([problem[at["number"]]]) + known[key])
    write(rows)


def _words_of(problem_id: int) -> list[str]:
    answers = db.session.scalars(select(Entry.answers).where(Entry.problem_id == problem_id).order_by(Entry.id))
    return tokens(text for each in answers for text in texts_of(each))


def _tidy() -> None:
    """What the database does by itself in its own time: knowing how much there is now, and that all may see it."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in (*NAMES, IndexedText.__tablename__):
            connection.execute(text(f"VACUUM (ANALYZE) {name}" if _on_postgresql() else f"ANALYZE {name}"))
