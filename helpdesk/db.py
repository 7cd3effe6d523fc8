"""The database object, and what SQLite and PostgreSQL need to behave alike."""

import sqlite3
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, MetaData, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_SECONDS = 15
LOCK_MILLISECONDS = 10_000
STATEMENT_MILLISECONDS = 60_000


class Base(DeclarativeBase):
    """What every table has in common: names of constraints that migrations can refer to."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)


class UtcMoment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; naive values are refused instead of guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC, and naive on SQLite, which keeps no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive moment {value!r}: say which zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def begin_writing() -> None:
    """Start a transaction that is going to write.

    What was read before in this session is forgotten: SQLite takes its one write lock now (BEGIN IMMEDIATE), so that
    nothing read afterwards can be stale at the time of writing. PostgreSQL locks rows and needs nothing.
    """
    if db.engine.dialect.name != "sqlite":
        return
    db.session.rollback()
    db.session.connection(execution_options={"writing": True})


# -- Read once ---------------------------------------------------------------------------------------------------------

KNOWN = "known"
T = TypeVar("T")


def once(key: Hashable, read: Callable[[], T]) -> T:
    """What ``read`` answers, asked once per transaction: for what a request needs again and again and seldom changes.

    Writing anything, committing and rolling back forget it. Answer values, no rows that somebody could change.
    """
    known: dict[Hashable, Any] = db.session.info.setdefault(KNOWN, {})
    if key not in known:
        known[key] = read()
    answer: T = known[key]
    return answer


@event.listens_for(Session, "after_flush")
@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, _: Any) -> None:
    session.info.pop(KNOWN, None)


# -- Connections -------------------------------------------------------------------------------------------------------


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        _prepare_sqlite(connection)
    else:
        _prepare_postgresql(connection)


def _prepare_sqlite(connection: sqlite3.Connection) -> None:
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgresql(connection: Any) -> None:
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {LOCK_MILLISECONDS}")
        cursor.execute(f"SET statement_timeout = {STATEMENT_MILLISECONDS}")
    connection.autocommit = False


@event.listens_for(Engine, "begin")
def _on_begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
