"""Rows that carry the hash of what they say and of the row before them: a record that cannot be changed unnoticed."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from itertools import islice
from typing import Any, ClassVar

from sqlalchemy import JSON, Boolean, Connection, Date, Index, Integer, String, Table, event, func, insert, select
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column

from helpdesk.db import UtcMoment, db

GENESIS = "0" * 64
"""What stands before the first row of a chain."""
LENGTH = 64  # hexadecimal digits of a sha256
AT_ONCE = 500  # keys in one statement
HEADS = "chain heads"

Row = MutableMapping[str, Any]
Heads = dict[Any, str]
"""The hash of the newest row by subject."""


class AppendOnlyError(Exception):
    """Somebody tried to rewrite history."""


class Chained:
    """A table of which no row is ever changed or deleted, and every row is tied to the one before it.

    ``chained_by`` names the column whose rows follow one another (the problem of a timeline); None: all rows do. Whoever
    writes holds a lock on that subject from before until his commit; should he not, the unique index lets one of two win.
    A row written through the session is tied by itself, many at once by ``write``. Columns that are added later may be
    NULL in the rows that were there before, or their hashes fit no more.
    """

    chained_by: ClassVar[str | None] = None
    prev_hash: Mapped[str] = mapped_column(String(LENGTH), sort_order=1)
    row_hash: Mapped[str] = mapped_column(String(LENGTH), sort_order=2)

    def __init_subclass__(cls, **about: Any) -> None:
        super().__init_subclass__(**about)  # maps the class
        table: Table = cls.__table__  # type: ignore[attr-defined]
        subject = [table.c[cls.chained_by]] if cls.chained_by else []
        Index(f"ux_{table.name}_chain", *subject, table.c.prev_hash, unique=True)
        CHAINED[table.name] = cls
        event.listen(cls, "before_insert", _tie)
        for change in ("before_update", "before_delete"):
            event.listen(cls, change, _refuse)

    @classmethod
    def subject_words(cls, subject: Any) -> str:
        """What the subject of a chain is called in the house, e.g. 问题〔2026〕0001."""
        return f"{cls.chained_by} {subject}" if cls.chained_by else ""


CHAINED: dict[str, type[Chained]] = {}
"""Every such table by name, as far as its module has been read."""


def _refuse(_mapper: Any, _connection: Any, row: Any) -> None:
    raise AppendOnlyError(f"{row.__tablename__} {row.id} is part of the record")


# -- The hash ----------------------------------------------------------------------------------------------------------


def hash_of(table: Table, row: Mapping[str, Any]) -> str:
    """The hash of a row as it is read from the database, ``prev_hash`` included: the same on every database.

    All columns but the key and the hash itself count, by name; those that are NULL do not, so that a column which is
    added later leaves older hashes as they were. Moments count in UTC with microseconds, JSON with its keys sorted.
    """
    return hashlib.sha256(_form_1(table, row).encode()).hexdigest()


def _form_1(table: Table, row: Mapping[str, Any]) -> str:
    """The first form of writing a row down; should there ever be a second, rows that fit either are good."""
    said = {name: plain(value) for name, plain in _plain(table) if (value := row.get(name)) is not None}
    return json.dumps([1, table.name, said], ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@cache
def _plain(table: Table) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    return tuple(
        (column.name, next(plain for kind, plain in PLAIN if isinstance(column.type, kind)))
        for column in table.columns
        if column.name not in ("id", "row_hash")
    )


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


PLAIN: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (Boolean, bool),
    (Integer, int),
    (UtcMoment, _moment),
    (Date, date.isoformat),
    (JSON, lambda value: value),
    (String, str),
)
"""How a value of each type of column is written down; a chained table has no others."""


# -- Tying -------------------------------------------------------------------------------------------------------------


def tie(model: type[Chained], rows: Iterable[Row], heads: Heads) -> None:
    """Fill in both hashes of these rows, which follow one another; ``heads`` are carried on."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    kept_as_json = [column.name for column in table.columns if isinstance(column.type, JSON)]
    for row in rows:
        _fill_in(table, row)
        subject = row[model.chained_by] if model.chained_by else None
        row["prev_hash"] = heads.get(subject, GENESIS)
        read_back = {name: json.loads(json.dumps(row[name])) for name in kept_as_json if row.get(name) is not None}
        row["row_hash"] = heads[subject] = hash_of(table, {**row, **read_back})


def _fill_in(table: Table, row: Row) -> None:
    """Defaults are part of what a row says, and must be known before it is hashed."""
    for column in table.columns:
        if row.get(column.name) is None and column.default is not None and column.default.is_scalar:
            row[column.name] = column.default.arg  # type: ignore[attr-defined]


def write(model: type[Chained], rows: Sequence[Row]) -> list[int]:
    """Insert many rows at once, each tied to the one before it; their keys in the same order."""
    if not rows:
        return []
    db.session.flush()
    rows = [dict(row) for row in rows]
    subjects = {row[model.chained_by] for row in rows} if model.chained_by else {None}
    tie(model, rows, heads_of(db.session.connection(), model, subjects))
    key = model.__table__.c.id  # type: ignore[attr-defined]
    return list(db.session.scalars(insert(model).returning(key, sort_by_parameter_order=True), rows))


def heads_of(connection: Connection, model: type[Chained], subjects: Collection[Any]) -> Heads:
    """The newest hashes of these subjects; who has no row yet is left out."""
    if len(subjects) == 1:
        return {each: found for each in subjects if (found := _head_of(connection, model, each))}
    table: Table = model.__table__  # type: ignore[attr-defined]
    subject = table.c[str(model.chained_by)]
    heads: Heads = {}
    for some in _parts(subjects):
        newest = select(func.max(table.c.id)).where(subject.in_(some)).group_by(subject)
        rows = connection.execute(select(subject, table.c.row_hash).where(table.c.id.in_(newest)))
        heads.update((row[0], row[1]) for row in rows)
    return heads


def _head_of(connection: Connection, model: type[Chained], subject: Any) -> str | None:
    table: Table = model.__table__  # type: ignore[attr-defined]
    newest = select(table.c.row_hash).order_by(table.c.id.desc()).limit(1)
    return connection.scalar(newest.where(table.c[model.chained_by] == subject) if model.chained_by else newest)


def _parts(keys: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(keys)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _tie(mapper: Mapper[Any], connection: Connection, row: Any) -> None:
    """One row of the session is about to be written; others of the same subject may come right after it."""
    model, session = type(row), Session.object_session(row)
    assert session is not None
    heads = session.info.setdefault(HEADS, {}).setdefault(model, {})
    subject = getattr(row, model.chained_by) if model.chained_by else None
    if subject not in heads:
        heads.update(heads_of(connection, model, [subject]))
    names = {column.name: mapper.get_property_by_column(column).key for column in mapper.columns}
    values = {name: getattr(row, key) for name, key in names.items()}
    tie(model, [values], heads)
    for name, key in names.items():
        if values[name] is not None and getattr(row, key) is not values[name]:
            setattr(row, key, values[name])


@event.listens_for(Session, "after_flush")
@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, _: Any) -> None:
    session.info.pop(HEADS, None)
