"""What of a problem is found by its words: everything people wrote in its timeline, and its numbers."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from helpdesk.indexing import queries as indexing
from helpdesk.indexing.commands import add, rows_of
from helpdesk.indexing.tokens import tokens
from helpdesk.problems import indexed_queries
from helpdesk.problems.models import Entry, Problem
from helpdesk.problems.numbering import ON_RECORD
from workflows.book import OF_PROBLEMS, PROCESSES
from workflows.problem import PROBLEM
from workflows.sampling import SAMPLING
from workflows.terms import NEW, Kind, Phase

PROBLEM_KIND = "problem"
WRITTEN = (Kind.LINE, Kind.TEXT, Kind.ENTERPRISE, Kind.FILES)
"""What people write; nobody's phone or mail address, and nothing that filters are for."""
SOUGHT = {
    field.name
    for process in (*(PROCESSES[name] for name in OF_PROBLEMS), SAMPLING)
    for action in process.actions
    for field in action.asks
    if field.kind in WRITTEN and not field.personal
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
    return [each["words"] for each in found_in(answers)]


def found_in(answers: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those of these answers that are found by their words; lines of old timelines may have none."""
    return [each for each in answers if each["name"] in SOUGHT and each.get("words")]


def fill(connection: Connection) -> int:
    """Index the timelines of all problems; of none of them is anything in the index yet. How many have words."""
    last = indexed_queries.last_written_about(connection)
    return sum(_filled(connection, start, min(start + AT_ONCE, last + 1)) for start in range(1, last + 1, AT_ONCE))


def _filled(connection: Connection, start: int, end: int) -> int:
    rows: list[dict[str, Any]] = []
    for (key, number), lines in groupby(indexed_queries.lines(connection, start, end), key=lambda row: row[:2]):
        texts = [number or "", *(text for line in lines for text in texts_of(line.answers))]
        rows += rows_of(PROBLEM_KIND, key, found) if (found := tokens(texts)) else []
    indexing.write(rows, connection)
    return len({row["subject_id"] for row in rows})
