"""The table of the index. What looks words up in it stands in the migration alone, for each database has its own:

a full-text table (``index_words``) that follows it by triggers on SQLite, a GIN index on PostgreSQL.
"""

from typing import Any

from sqlalchemy import BigInteger, Dialect, Identity, Integer, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from helpdesk.db import db


class Tokens(TypeDecorator[list[str]]):
    """Tokens in their order: on PostgreSQL a tsvector that needs no dictionary, on SQLite words apart by blanks."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """What the column is there."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str | None:
        """As the database reads it; tokens hold neither quotes nor blanks."""
        if value is None or dialect.name != "postgresql":
            return None if value is None else " ".join(value)
        return " ".join(f"'{token}':{at}" for at, token in enumerate(value, 1))

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """What is put to it is tokens too."""
        return self


class IndexedText(db.Model):  # type: ignore[name-defined]
    """The tokens of what was written about something, in parts of bounded length."""

    __tablename__ = "indexed_texts"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "part"),)
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))  # what it is about: problem | visit
    subject_id: Mapped[int]
    part: Mapped[int]
    size: Mapped[int]  # tokens
    most: Mapped[int]  # as often at most one of them stands in it
    tokens: Mapped[list[str]] = mapped_column(Tokens)
