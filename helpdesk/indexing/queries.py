"""Looking words up: which subjects hold a word, in any position."""

from typing import Any

from sqlalchemy import ColumnElement, Select, cast, column, false, func, literal, select, table
from sqlalchemy.dialects.postgresql import TSQUERY

from helpdesk.db import db
from helpdesk.indexing.models import IndexedText
from helpdesk.indexing.tokens import PAIR, phrases

WORDS = table("index_words", column("rowid"), column("index_words"))
"""SQLite's full-text table; its own name is the column that is matched."""


def holding(kind: str, word: str) -> Select[Any]:
    """The keys of the subjects of a kind that hold this word, as a SELECT to be used inside another."""
    found: Any = select(IndexedText.subject_id).where(IndexedText.kind == kind, _matches(word))
    return found


def _matches(word: str) -> ColumnElement[bool]:
    wanted = phrases(word)
    if not wanted:
        return false()
    if db.engine.dialect.name == "postgresql":
        tsquery = cast(" & ".join(f"({_tsquery(phrase)})" for phrase in wanted), TSQUERY)
        return IndexedText.tokens.bool_op("@@")(tsquery)
    query = " AND ".join(_fts5(phrase) for phrase in wanted)
    return IndexedText.id.in_(select(WORDS.c.rowid).where(WORDS.c.index_words.op("MATCH")(literal(query))))


def _tsquery(phrase: list[str]) -> str:
    if len(phrase[0]) < PAIR:
        return f"'{phrase[0]}':*"
    return " <-> ".join(f"'{pair}'" for pair in phrase)


def _fts5(phrase: list[str]) -> str:
    words = f'"{" ".join(phrase)}"'
    return words if len(phrase[0]) == PAIR else f"{words} *"


def newest_part(kind: str, subject_id: int) -> Any:
    """Key, part, size and most of the part of a subject that is written to; None where there is none."""
    columns = (IndexedText.id, IndexedText.part, IndexedText.size, IndexedText.most)
    rows = select(*columns).where(IndexedText.kind == kind, IndexedText.subject_id == subject_id)
    return db.session.execute(rows.order_by(IndexedText.part.desc()).limit(1)).one_or_none()


def indexed(kind: str) -> int:
    """How many subjects of a kind are in the index."""
    counted = select(func.count(IndexedText.subject_id.distinct())).where(IndexedText.kind == kind)
    return db.session.scalar(counted) or 0
