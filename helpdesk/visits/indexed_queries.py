"""Reading the texts of all visits, to fill the index of words."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from helpdesk.visits.models import Visit

AT_ONCE = 500
"""Visits read at a time."""


def in_chunks(connection: Connection, columns: Sequence[str]) -> Iterator[Sequence[Any]]:
    """Key and these columns of every visit, some at a time."""
    table = Visit.__table__
    rows = select(table.c.id, *(table.c[name] for name in columns)).order_by(table.c.id).limit(AT_ONCE)
    last = 0
    while found := connection.execute(rows.where(table.c.id > last)).mappings().all():
        yield found
        last = found[-1]["id"]
