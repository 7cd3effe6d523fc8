"""The index of words, filled from what is on record

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

from helpdesk.indexing.models import Tokens
from helpdesk.problems.indexed import fill

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "indexed_texts",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("tokens", Tokens(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indexed_texts")),
        sa.UniqueConstraint(
            "kind", "subject_id", "part", name=op.f("uq_indexed_texts_kind_subject_id_part")
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        _follow_by_triggers()
    fill(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_indexed_texts_tokens", "indexed_texts", ["tokens"], postgresql_using="gin")


def _follow_by_triggers() -> None:
    """The full-text table keeps no copy of the tokens, so it must be told what a row said before."""
    # Of ASCII only letters and digits make tokens, of everything else all does: as tokens.py cuts them.
    op.execute(
        "CREATE VIRTUAL TABLE index_words USING fts5"
        "(tokens, content='indexed_texts', content_rowid='id', tokenize='ascii', detail='full')"
    )
    add = "INSERT INTO index_words (rowid, tokens) VALUES (new.id, new.tokens);"
    drop = "INSERT INTO index_words (index_words, rowid, tokens) VALUES ('delete', old.id, old.tokens);"
    for event, body in (("INSERT", add), ("DELETE", drop), ("UPDATE OF tokens", f"{drop} {add}")):
        name = f"indexed_texts_{event.split()[0].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON indexed_texts BEGIN {body} END")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE index_words")
    op.drop_table("indexed_texts")
