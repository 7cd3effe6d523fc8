"""An attacker who owns the database: no trigger and no reference stops him. For the tests of what is found afterwards."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Date, Integer, String, Table, select, text, update

from helpdesk import chain
from helpdesk.audit import seal_queries
from helpdesk.audit.models import Seal
from helpdesk.audit.sealing import part_of
from helpdesk.chain import CHAINED, GENESIS, LENGTH, hash_of
from helpdesk.db import UtcMoment, db

MOMENT = datetime(2026, 11, 24, 1, tzinfo=UTC)


@contextmanager
def owning_the_database() -> Iterator[Connection]:
    """A connection on which every statement goes through; the triggers are gone for good on SQLite."""
    db.session.rollback()
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.execute("PRAGMA foreign_keys = OFF")  # outside of any transaction
            names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in names:
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        yield connection
        connection.commit()
        if connection.dialect.name == "sqlite":
            connection.connection.execute("PRAGMA foreign_keys = ON")
        else:
            connection.execute(text("SET session_replication_role = DEFAULT"))
            connection.commit()


def tamper(statement: str, **values: Any) -> None:
    """One statement of his."""
    with owning_the_database() as connection:
        connection.execute(text(statement), values)


def retie(connection: Connection, model: type[chain.Chained], subject: Any) -> None:
    """Compute the whole chain of a subject anew, so that every link of it fits again."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    rows = select(table).order_by(table.c.id)
    if model.chained_by:
        rows = rows.where(table.c[model.chained_by] == subject)
    before = GENESIS
    for row in connection.execute(rows).mappings().all():
        own = hash_of(table, {**row, "prev_hash": before})
        values = {"prev_hash": before, "row_hash": own}
        connection.execute(update(table).where(table.c.id == row["id"]).values(values))
        before = own


def reseal() -> None:
    """Make all seals anew over what is there now, with their own chain: what only an exported head can find."""
    table = Seal.__table__
    with owning_the_database() as connection:
        totals: dict[str, dict[str, int]] = {}
        for seal in connection.execute(select(table).order_by(table.c.number)).mappings().all():
            parts = [part for each in seal["parts"] if (part := _part(each))]
            for part in parts:
                total = totals.setdefault(part["table"], {"count": 0, "upto": 0})
                total["count"] += part["count"]
                total["upto"] = max(total["upto"], part["spans"][-1][1])
            said = {"parts": parts, "totals": json.loads(json.dumps(totals))}
            connection.execute(update(table).where(table.c.id == seal["id"]).values(said))
        retie(connection, Seal, None)


def _part(part: dict[str, Any]) -> dict[str, Any] | None:
    table: Table = CHAINED[part["table"]].__table__  # type: ignore[attr-defined]
    return part_of(part["table"], seal_queries.hashes_in(table, [tuple(span) for span in part["spans"]]))


def filler(table: Table) -> dict[str, Any]:
    """A row without meaning that the columns take."""
    by_type = ((Boolean, False), (Integer, 1), (UtcMoment, MOMENT), (Date, MOMENT.date()), (JSON, []), (String, "x"))
    said = {
        column.name: next(value for kind, value in by_type if isinstance(column.type, kind))
        for column in table.columns
        if not column.nullable and column.name != "id"
    }
    return said | {"prev_hash": GENESIS, "row_hash": "f" * LENGTH}
