"""Looking words up: which subjects hold a word, in any position; and the rows behind that."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    cast,
    column,
    delete,
    false,
    insert,
    literal,
    select,
    table,
    update,
)
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


# -- Writing -----------------------------------------------------------------------------------------------------------


def write(rows: list[dict[str, Any]], connection: Connection | None = None) -> None:
    """Put these parts into the index, if need be on that connection."""
    if rows:
        (connection or db.session.connection()).execute(insert(IndexedText), rows)


def lengthen(key: int, found: list[str], *, size: int, most: int) -> None:
    """Put these tokens behind those of a part."""
    behind: Any = IndexedText.tokens.op("||")
    tokens = behind(" ").op("||")(found) if db.engine.dialect.name == "sqlite" else behind(found)
    longer = update(IndexedText).where(IndexedText.id == key).values(tokens=tokens, size=size, most=most)
    db.session.execute(longer, execution_options={"synchronize_session": False})


def forget_subject(kind: str, subject_id: int) -> None:
    """Take what is known of that subject out of the index; nothing is committed."""
    its = delete(IndexedText).where(IndexedText.kind == kind, IndexedText.subject_id == subject_id)
    db.session.execute(its, execution_options={"synchronize_session": False})


def forget(kind: str) -> None:
    """Empty the index of a kind, to be filled anew."""
    db.session.execute(delete(IndexedText).where(IndexedText.kind == kind))
