"""What of a visit is found by its words: what was planned and what stands in the record, as it reads now."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from helpdesk.indexing import queries as indexing
from helpdesk.indexing.commands import add, rows_of
from helpdesk.indexing.tokens import tokens
from helpdesk.visits import indexed_queries
from helpdesk.visits.models import Visit

VISIT_KIND = "visit"
SOUGHT = {
    "purpose": "走访目的",
    "people_met": "见到的人",
    "situation": "企业情况",
    "needs": "企业需求和问题",
    "follow_up": "后续安排",
}
"""The columns whose words are indexed, with what they are called where something is found in them."""


def index(visit: Visit) -> None:
    """Put what the record says now in the place of what it said before; within the caller's transaction."""
    indexing.forget_subject(VISIT_KIND, visit.id)
    add(VISIT_KIND, visit.id, (words for _, words in texts_of(visit)))


def texts_of(visit: Any) -> list[tuple[str, str]]:
    """What people wrote about this visit: what it is an answer to, and the words."""
    return [(label, words) for name, label in SOUGHT.items() if (words := getattr(visit, name))]


def fill(connection: Connection) -> int:
    """Index all visits; of none of them is anything in the index yet. How many have words."""
    filled = 0
    for rows in indexed_queries.in_chunks(connection, list(SOUGHT)):
        parts = [part for row in rows for part in _parts(row)]
        indexing.write(parts, connection)
        filled += len({part["subject_id"] for part in parts})
    return filled


def _parts(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = tokens(row[name] for name in SOUGHT if row[name])
    return rows_of(VISIT_KIND, row["id"], found) if found else []
