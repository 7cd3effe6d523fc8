"""Every chained table is closed by the database itself, and holds only what is written down alike on every database."""

import inspect as python_inspect
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Table, inspect, text
from sqlalchemy.exc import DatabaseError

from helpdesk import chain
from helpdesk.chain import CHAINED, LENGTH, PLAIN
from helpdesk.db import db
from tests.tampering import filler

ROOT = Path(__file__).resolve().parents[2]
HASHES = ("prev_hash", "row_hash")


def triggers() -> dict[str, list[str]]:
    """The names of the database's own triggers by table."""
    asks = {
        "sqlite": "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    found: dict[str, list[str]] = {}
    for table, name in db.session.execute(text(asks[db.engine.dialect.name])):
        found.setdefault(table, []).append(name)
    return found


def test_there_are_chained_tables(app: Flask) -> None:
    assert {"entries", "audit_events"} <= CHAINED.keys()


def test_each_has_its_triggers(app: Flask) -> None:
    with app.app_context():
        there = triggers()
        for table in CHAINED:
            wanted = (
                {f"{table}_no_update", f"{table}_no_delete"}
                if db.engine.dialect.name == "sqlite"
                else {f"{table}_append_only", f"{table}_not_emptied"}
            )
            assert wanted <= set(there.get(table, ())), f"{table}: use make_append_only in its migration"


def test_each_has_hashes_that_nobody_can_leave_out_and_no_chain_can_fork(app: Flask) -> None:
    with app.app_context():
        inspector = inspect(db.engine)
        for table, model in CHAINED.items():
            columns = {column["name"]: column for column in inspector.get_columns(table)}
            assert all(not columns[name]["nullable"] for name in HASHES), table
            unique = [index["column_names"] for index in inspector.get_indexes(table) if index["unique"]]
            subject = [model.chained_by] if model.chained_by else []
            assert [*subject, "prev_hash"] in unique, f"{table}: use make_chain_index in its migration"
            assert not subject or not columns[subject[0]]["nullable"], f"{table}: rows without a subject could fork"


def test_each_holds_only_types_that_are_the_same_on_every_database() -> None:
    for table, model in CHAINED.items():
        for column in model.__table__.columns:  # type: ignore[attr-defined]
            assert any(isinstance(column.type, kind) for kind, _ in PLAIN), f"{table}.{column.name}"
            assert column.default is None or column.default.is_scalar, f"{table}.{column.name}: unknown when hashed"
            assert column.server_default is None or column.name == "id", f"{table}.{column.name}: unknown when hashed"
        assert model.__table__.c.row_hash.type.length == LENGTH  # type: ignore[attr-defined]


def test_raw_sql_can_neither_change_nor_delete_nor_empty(app: Flask) -> None:
    with app.app_context():
        postgresql = db.engine.dialect.name == "postgresql"
        for name, model in CHAINED.items():
            table: Table = model.__table__  # type: ignore[attr-defined]
            with db.engine.connect() as connection:
                off, on = (
                    ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT")
                    if postgresql
                    else ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON")
                )
                connection.connection.cursor().execute(off)
                connection.execute(table.insert(), filler(table))
                connection.commit()
                connection.connection.cursor().execute(on)
                connection.connection.commit()
                statements = [f"UPDATE {name} SET row_hash = prev_hash", f"DELETE FROM {name}"]
                for statement in [*statements, *([f"TRUNCATE {name} CASCADE"] if postgresql else [])]:
                    with pytest.raises(DatabaseError, match="append-only"):
                        connection.execute(text(statement))
                    connection.rollback()
                assert connection.scalar(text(f"SELECT count(*) FROM {name}")) == 1


def test_nothing_writes_around_the_chain() -> None:
    """``insert(Model)`` of a chained table would leave the hashes out: the database refuses it, and so do we."""
    names = {model.__name__ for model in CHAINED.values()}
    allowed = Path(python_inspect.getfile(chain))
    for path in (ROOT / "helpdesk").rglob("*.py"):
        said = path.read_text(encoding="utf-8")
        assert path == allowed or not any(f"insert({name})" in said for name in names), path
