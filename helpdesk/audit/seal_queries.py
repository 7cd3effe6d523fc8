"""Reading what seals are made of and checked against: keys and hashes in the order of the keys, some at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Table, and_, func, or_, select, tuple_

from helpdesk.audit.models import Seal
from helpdesk.audit.spans import Span
from helpdesk.chain import CHAINED, GENESIS, Chained
from helpdesk.db import db

AT_ONCE = 5_000  # rows in one statement
SPANS_AT_ONCE = 100
SEALS_AT_ONCE = 500


def sealed_models() -> dict[str, type[Chained]]:
    """The tables whose rows come under the seals, by name: all that are chained but the seals themselves."""
    return {name: model for name, model in sorted(CHAINED.items()) if model is not Seal}


def last_seal(*, before: datetime | None = None) -> Seal | None:
    """The newest seal, or the newest before that moment."""
    newest = select(Seal).order_by(Seal.number.desc()).limit(1)
    return db.session.scalars(newest.where(Seal.at < before) if before else newest).one_or_none()


def seal_numbered(number: int) -> Seal | None:
    """The seal of that number."""
    return db.session.scalars(select(Seal).where(Seal.number == number)).one_or_none()


def seals_after(number: int) -> Iterator[list[Any]]:
    """The seals after that one in order, some at a time, as plain rows that the session does not keep."""
    wanted = select(Seal.__table__).order_by(Seal.number).limit(SEALS_AT_ONCE)
    while some := list(db.session.execute(wanted.where(Seal.number > number))):
        yield some
        number = some[-1].number


def hashes_in(table: Table, spans: Sequence[Span]) -> Iterator[tuple[int, str]]:
    """Key and hash of the rows in these merged spans, by key."""
    rest = iter(spans)
    while some := list(islice(rest, SPANS_AT_ONCE)):
        inside = or_(*(and_(table.c.id >= first, table.c.id <= last) for first, last in some))
        yield from _hashes(table, inside, above=some[0][0] - 1)


def hashes_above(table: Table, key: int) -> Iterator[tuple[int, str]]:
    """Key and hash of all rows above that key, by key."""
    yield from _hashes(table, table.c.id > key, above=key)


def _hashes(table: Table, wanted: Any, *, above: int) -> Iterator[tuple[int, str]]:
    columns = select(table.c.id, table.c.row_hash).where(wanted).order_by(table.c.id).limit(AT_ONCE)
    while some := db.session.execute(columns.where(table.c.id > above)).all():
        yield from ((row[0], row[1]) for row in some)
        above = some[-1][0]
        if len(some) < AT_ONCE:
            return


def rows_in_order(model: type[Chained], *, above: int) -> Iterator[list[Any]]:
    """All rows above that key, subject by subject in the order of their keys, some at a time."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    order = [table.c[model.chained_by], table.c.id] if model.chained_by else [table.c.id]
    wanted = select(table).where(table.c.id > above).order_by(*order).limit(AT_ONCE)
    place = None
    while some := db.session.execute(wanted.where(tuple_(*order) > place) if place else wanted).mappings().all():
        yield list(some)
        place = tuple(some[-1][column.name] for column in order)
        if len(some) < AT_ONCE:
            return


def hash_before(model: type[Chained], subject: Any, *, upto: int) -> str:
    """The hash of the last row of that subject with a key up to that one; GENESIS where there is none."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    wanted = select(table.c.row_hash).where(table.c.id <= upto).order_by(table.c.id.desc()).limit(1)
    if model.chained_by:
        wanted = wanted.where(table.c[model.chained_by] == subject)
    return db.session.scalar(wanted) or GENESIS


def has_hash(model: type[Chained], subject: Any, row_hash: str) -> bool:
    """Whether that subject has a row with that hash at all."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    wanted = select(table.c.id).where(table.c.row_hash == row_hash)
    if model.chained_by:
        wanted = wanted.where(table.c[model.chained_by] == subject)
    return db.session.scalar(wanted.limit(1)) is not None


def row_of(table: Table, key: int) -> Any:
    """That row, or None."""
    return db.session.execute(select(table).where(table.c.id == key)).mappings().one_or_none()


def count_of(table: Table, *, above: int = 0) -> int:
    """How many rows there are above that key."""
    return db.session.scalar(select(func.count()).select_from(table).where(table.c.id > above)) or 0
