"""The frozen list as lines: how it is hashed, and what its columns are called on a page and in a workbook."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from helpdesk.bulletins import queries
from helpdesk.bulletins.queries import FACTS
from workflows.book import CLOCKS
from workflows.fields import CATEGORIES, SATISFACTIONS
from workflows.problem import PROBLEM

CATEGORY_WORDS, SATISFACTION_WORDS = dict(CATEGORIES), dict(SATISFACTIONS)


def row_words(row: Any) -> str:
    """A line as it is hashed: its facts in their order."""
    return json.dumps([_plain(getattr(row, name)) for name in FACTS], ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def hashed(rows: Iterable[Any], into: Any) -> Iterator[Any]:
    """The same rows; ``into`` has been fed with each once it has been handed on."""
    for row in rows:
        into.update(row_words(row).encode())
        into.update(b"\n")
        yield row


def hash_of_rows(bulletin_id: int) -> tuple[int, str]:
    """How many lines a list has, and the hash of them all."""
    seen, count = hashlib.sha256(), 0
    for _ in hashed(queries.rows_of(bulletin_id), seen):
        count += 1
    return count, seen.hexdigest()


# -- In words ----------------------------------------------------------------------------------------------------------

Names = Mapping[str, str]
Column = tuple[str, int, Callable[[Any, Names], Any]]
"""Heading, width in characters, and the words of a line."""


def _unit(key: int | None, names: Names) -> str:
    return names.get(str(key), "") if key else ""


COLUMNS: tuple[Column, ...] = (
    ("编号", 14, lambda row, names: row.number),
    ("企业", 26, lambda row, names: row.enterprise or ""),
    ("问题", 34, lambda row, names: row.title or ""),
    ("类别", 12, lambda row, names: CATEGORY_WORDS.get(row.category, "")),
    ("责任组", 20, lambda row, names: _unit(row.group_id, names)),
    ("环节", 12, lambda row, names: PROBLEM.state(row.state).label),
    ("轮次", 6, lambda row, names: row.round),
    ("上报日期", 12, lambda row, names: row.reported_on),
    ("办结日期", 12, lambda row, names: row.closed_on),
    ("企业评价", 10, lambda row, names: SATISFACTION_WORDS.get(row.satisfaction, "")),
    ("退单", 6, lambda row, names: row.objected or ""),
    ("延期", 6, lambda row, names: row.extended or ""),
    ("逾期环节", 12, lambda row, names: CLOCKS[row.late_leg].label if row.late_leg else ""),
    ("逾期单位", 20, lambda row, names: _unit(row.late_unit_id, names)),
    ("应办日期", 12, lambda row, names: row.due_on),
    ("逾期工作日", 10, lambda row, names: row.late_days if row.late_days is not None else ""),
)


def in_words(row: Any, names: Names) -> list[Any]:
    """A line as page, paper and workbook show it; days stay days."""
    return [words(row, names) for _, _, words in COLUMNS]
