"""Every line of the timeline is tied to the one before it; those that are there already are tied as they stand

Revision ID: 0010
Revises: 0009
"""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

from helpdesk.append_only import drop_append_only, make_append_only, make_chain_index
from helpdesk.chain import GENESIS, hash_of

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AT_ONCE = 1000


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    _drop_old_trigger()
    for column in ("prev_hash", "row_hash"):
        if sqlite:  # a batch would copy the table, to which others refer
            op.execute(f"ALTER TABLE entries ADD COLUMN {column} VARCHAR(64) NOT NULL DEFAULT ''")
        else:
            op.add_column("entries", sa.Column(column, sa.String(64), nullable=True))
    _tie_what_is_there()
    if sqlite:
        op.execute(
            "CREATE TRIGGER entries_chained BEFORE INSERT ON entries "
            "WHEN length(NEW.prev_hash) <> 64 OR length(NEW.row_hash) <> 64 "
            "BEGIN SELECT RAISE(ABORT, 'entries without a hash'); END"
        )
    else:
        op.alter_column("entries", "prev_hash", nullable=False)
        op.alter_column("entries", "row_hash", nullable=False)
    make_chain_index(op, "entries", "problem_id")
    make_append_only(op, "entries")


def _drop_old_trigger() -> None:
    """As step 0002 made it."""
    drop_append_only(op, "entries")


def _tie_what_is_there() -> None:
    """In the order in which they were written, problem by problem."""
    import helpdesk.problems.models

    table = _as_it_is_now(helpdesk.problems.models.Entry.__table__)
    connection = op.get_bind()
    tying = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("key"))
        .values(prev_hash=sa.bindparam("before"), row_hash=sa.bindparam("own"))
    )
    heads, last = defaultdict(lambda: GENESIS), 0
    while rows := connection.execute(
        sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(AT_ONCE)
    ).mappings().all():
        tied = []
        for row in rows:
            before = heads[row["problem_id"]]
            own = heads[row["problem_id"]] = hash_of(table, {**row, "prev_hash": before})
            tied.append({"key": row["id"], "before": before, "own": own})
        connection.execute(tying, tied)
        last = rows[-1]["id"]


def _as_it_is_now(table: sa.Table) -> sa.Table:
    """The columns that the table has at this step, with the types that our models give them."""
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table.name)}
    return sa.Table(table.name, sa.MetaData(), *(sa.Column(c.name, c.type) for c in table.columns if c.name in there))


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    drop_append_only(op, "entries")
    op.drop_index("ux_entries_chain", "entries")
    if sqlite:
        op.execute("DROP TRIGGER entries_chained")
    for column in ("row_hash", "prev_hash"):
        op.execute(f"ALTER TABLE entries DROP COLUMN {column}")
    _make_old_trigger(sqlite=sqlite)


def _make_old_trigger(*, sqlite: bool) -> None:
    """As step 0002 made it."""
    says = "the timeline is append-only"
    if sqlite:
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER entries_no_{event.lower()} BEFORE {event} ON entries "
                f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION entries_append_only() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{says}'; END; $$ LANGUAGE plpgsql"
    )
    op.execute(
        "CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE ON entries "
        "FOR EACH ROW EXECUTE PROCEDURE entries_append_only()"
    )
