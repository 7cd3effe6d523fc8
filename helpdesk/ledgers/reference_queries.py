"""What refers to rows that an import made: found by the foreign keys of all tables, so that later features count too."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, func, select

from helpdesk.db import db

AT_ONCE = 500  # keys in one statement
WORDS = {
    "problems": "问题",
    "visits": "走访",
    "pairings": "包联",
    "posts": "任职",
    "contacts": "联系人",
    "entries": "办理记录",
    "audit_events": "审计记录",
    "notices": "通知",
    "substitutes": "代理",
    "register_changes": "名录变更记录",
    "enterprise_projects": "项目",
    "talents": "联系人才",
    "attachments": "附件",
    "imports": "迁入记录",
    "exports": "导出记录",
    "links": "企业链接",
}
"""What the rows of a table are called where they stand in the way; others are 其他记录."""
T = TypeVar("T")


def some(keys: Collection[T]) -> Iterator[list[T]]:
    """The keys, as many at a time as a statement takes."""
    every = list(keys)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]


def references(table: str, keys: Collection[int], *, but: Collection[str] = ()) -> dict[str, int]:
    """How many rows of which other tables refer to these rows; ``but``: tables that went in together with them."""
    found: dict[str, int] = {}
    for column in _columns_to(table):
        if column.table.name in but:
            continue
        count = sum(db.session.scalar(_count(column, part)) or 0 for part in some(keys))
        if count:
            words = WORDS.get(column.table.name, "其他记录")
            found[words] = found.get(words, 0) + count
    return found


def _columns_to(table: str) -> Sequence[Column[Any]]:
    return [
        column
        for each in db.metadata.sorted_tables
        for column in each.columns
        if any(key.target_fullname == f"{table}.id" for key in column.foreign_keys)
    ]


def _count(column: Column[Any], keys: Collection[int]) -> Any:
    return select(func.count()).select_from(column.table).where(column.in_(keys))
