"""Rows of problems that move in from an old ledger, many at a time, and of those of which that is taken back."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import delete, insert, select, update

from helpdesk import chain
from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise
from helpdesk.indexing.commands import rows_of
from helpdesk.indexing.models import IndexedText
from helpdesk.indexing.queries import write
from helpdesk.indexing.tokens import tokens
from helpdesk.org.models import Person, Unit
from helpdesk.problems.indexed import PROBLEM_KIND
from helpdesk.problems.marks import Mark
from helpdesk.problems.models import ClockStep, Entry, NumberSeries, Problem, ProblemClock, Strike
from helpdesk.problems.numbering import PREFIX
from workflows.clocks import Ended

MAY_BE_EMPTY = tuple(column.name for column in Problem.__table__.columns if column.nullable)
"""The columns that may be empty: a bulk insert names all of them for every row."""
OF_THE_SERIES = {name: re.compile(rf"{prefix}〔(\d{{4}})〕(\d{{1,9}})") for name, prefix in PREFIX.items()}


def rows_named(enterprises: set[Any], units: set[Any], people: set[Any]) -> list[Any]:
    """The rows with these keys."""
    wanted = ((Enterprise, enterprises), (Unit, units), (Person, people))
    return [
        row for model, keys in wanted for row in db.session.scalars(select(model).where(model.id.in_(keys - {None})))
    ]


def numbers_taken(numbers: Collection[str]) -> set[str]:
    """Those of these numbers that problems have."""
    return set(db.session.scalars(select(Problem.number).where(Problem.number.in_(numbers))))


# -- Moving in ---------------------------------------------------------------------------------------------------------


def keep_series_behind(numbers: Iterable[str], column: str = "number") -> None:
    """The running series goes on behind the highest of these numbers that look like its own."""
    highest: dict[int, int] = {}
    for number in numbers:
        if found := OF_THE_SERIES[column].fullmatch(number):
            year = int(found[1])
            highest[year] = max(highest.get(year, 0), int(found[2]))
    for year, last in highest.items():
        key = {"kind": column, "district": current_app.config["DISTRICT"], "year": year}
        row = db.session.scalar(select(NumberSeries).filter_by(**key).with_for_update())
        if row is None:
            db.session.execute(insert(NumberSeries).values(**key, last=last))
        elif row.last < last:
            row.last = last


def write_problems(rows: Sequence[dict[str, Any]]) -> list[int]:
    """New problems; their keys in the same order."""
    return _keys_of(Problem, rows)


def write_entries(rows: Sequence[dict[str, Any]]) -> list[int]:
    """The lines of their histories, tied to what was there before."""
    return chain.write(Entry, rows)


def write_clocks(rows: Sequence[dict[str, Any]]) -> list[int]:
    """Their clocks; the keys in the same order."""
    return _keys_of(ProblemClock, rows)


def _keys_of(model: Any, rows: Sequence[dict[str, Any]]) -> list[int]:
    if not rows:
        return []
    return list(db.session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), list(rows)))


def write_steps(rows: list[dict[str, Any]]) -> None:
    """What happened to clocks."""
    if rows:
        db.session.execute(insert(ClockStep), rows)


def write_strikes(rows: list[dict[str, Any]]) -> None:
    """Milestones that have come."""
    if rows:
        db.session.execute(insert(Strike), rows)


def write_marks(rows: list[dict[str, Any]]) -> None:
    """What the acts count as."""
    if rows:
        db.session.execute(insert(Mark), rows)


def write_words(texts: Iterable[tuple[int, list[str]]]) -> None:
    """What new problems are found by."""
    write([row for key, said in texts for row in rows_of(PROBLEM_KIND, key, tokens(said))])


# -- Taking back -------------------------------------------------------------------------------------------------------


def held(ids: Collection[int]) -> list[Problem]:
    """These problems, locked where the database locks rows."""
    found = select(Problem).where(Problem.id.in_(ids)).order_by(Problem.id).with_for_update()
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def touched(ids: Collection[int], besides: Collection[str]) -> set[int]:
    """Those of these problems of which anything else than these acts is on record."""
    rows = select(Entry.problem_id).where(Entry.problem_id.in_(ids), Entry.action.not_in(besides))
    return set(db.session.scalars(rows.distinct()))


def followed(ids: Collection[int]) -> set[int]:
    """Those of these problems into which others were merged."""
    rows = select(Problem.merged_into_id).where(Problem.merged_into_id.in_(ids))
    return {key for key in db.session.scalars(rows) if key is not None}


def stop_clocks(ids: Collection[int], now: datetime) -> None:
    """Their clocks end, as legs that count for nobody."""
    running = (ProblemClock.problem_id.in_(ids), ProblemClock.stopped_at.is_(None))
    ended = {
        "stopped_at": now,
        "ended": Ended.HANDED_OVER.value,
        "late": False,
        "late_by": 0,
        "used": 0,
        "strike_at": None,
        "waiting_since_at": None,
        "unspent": None,
    }
    statement = update(ProblemClock).where(*running).values(**ended)
    db.session.execute(statement.execution_options(synchronize_session=False))


def forget_words(ids: Collection[int]) -> None:
    """Nobody finds them by their words any more."""
    words = delete(IndexedText).where(IndexedText.kind == PROBLEM_KIND, IndexedText.subject_id.in_(ids))
    db.session.execute(words.execution_options(synchronize_session=False))
