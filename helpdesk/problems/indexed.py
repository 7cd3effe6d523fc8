"""What of a problem is found by its words: everything people wrote in its timeline, and its numbers."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, insert, select

from helpdesk.indexing.commands import add, rows_of
from helpdesk.indexing.models import IndexedText
from helpdesk.indexing.tokens import tokens
from helpdesk.problems.models import Entry, Problem
from helpdesk.problems.numbering import ON_RECORD
from workflows.book import OF_PROBLEMS, PROCESSES
from workflows.problem import PROBLEM
from workflows.sampling import SAMPLING
from workflows.terms import NEW, Phase

PROBLEM_KIND = "problem"
SOUGHT = {
    field.name
    for process in (*(PROCESSES[name] for name in OF_PROBLEMS), SAMPLING)
    for action in process.actions
    for field in action.asks
    if field.sought
} | set(ON_RECORD)
"""The answers whose words are indexed."""
UNNUMBERED = {NEW, *PROBLEM.names_in(Phase.START)}
AT_ONCE = 500
"""Problems read at a time when the index is filled."""


def index(entry: Entry, problem: Problem) -> None:
    """Put a new line of the timeline into the index, and the number with the line that gave it; same transaction."""
    begun = entry.source in UNNUMBERED and entry.dest not in UNNUMBERED
    number = [problem.number] if begun and problem.number else []
    add(PROBLEM_KIND, entry.problem_id, [*number, *texts_of(entry.answers)])


def texts_of(answers: Iterable[Mapping[str, Any]]) -> list[str]:
    """What of these answers is found."""
    return [each["words"] for each in answers if each["name"] in SOUGHT and each["words"]]


def fill(connection: Connection, *, first: int = 1) -> int:
    """Index the timelines of all problems from that key on, which are not in the index yet; how many have words."""
    last = connection.scalar(select(func.max(Entry.problem_id))) or 0
    return sum(_filled(connection, start, min(start + AT_ONCE, last + 1)) for start in range(first, last + 1, AT_ONCE))


def _filled(connection: Connection, start: int, end: int) -> int:
    rows = [row for key, found in _read(connection, start, end) for row in rows_of(PROBLEM_KIND, key, found)]
    if rows:
        connection.execute(insert(IndexedText.__table__), rows)
    return len({row["subject_id"] for row in rows})


def _read(connection: Connection, start: int, end: int) -> Iterator[tuple[int, list[str]]]:
    lines = (
        select(Entry.problem_id, Problem.number, Entry.answers)
        .join(Problem, Problem.id == Entry.problem_id)
        .where(Entry.problem_id >= start, Entry.problem_id < end)
    )
    rows = connection.execute(lines.order_by(Entry.problem_id, Entry.id))
    for (key, number), entries in groupby(rows, key=lambda row: (row.problem_id, row.number)):
        if found := tokens([number or "", *(text for entry in entries for text in texts_of(entry.answers))]):
            yield key, found
