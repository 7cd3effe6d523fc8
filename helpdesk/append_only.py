"""The trigger that keeps a table's rows as they were written, also for those who reach the database past the application.

For migrations: what it makes stands in databases that are in use, so it may gain but never change its meaning.
"""

from typing import Any

import sqlalchemy as sa


def make_append_only(op: Any, table: str) -> None:
    """Refuse UPDATE and DELETE on that table from now on; ``op`` is that of Alembic."""
    says = f"{table} is append-only"
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger AS "
        f"$$ BEGIN RAISE EXCEPTION '{says}'; END; $$ LANGUAGE plpgsql"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE PROCEDURE {table}_append_only()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE PROCEDURE {table}_append_only()"
    )


def drop_append_only(op: Any, table: str) -> None:
    """Take the trigger away: before the table is changed or dropped."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("update", "delete"):
            op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{change}")
        return
    op.execute(f"DROP FUNCTION IF EXISTS {table}_append_only() CASCADE")


def chain_columns() -> tuple[sa.Column[str], sa.Column[str]]:
    """The two columns of a chained table that is about to be created."""
    return sa.Column("prev_hash", sa.String(64), nullable=False), sa.Column("row_hash", sa.String(64), nullable=False)


def make_chain_index(op: Any, table: str, subject: str | None) -> None:
    """Of two rows that would follow the same row, one is refused: a chain has no forks."""
    columns = [*([subject] if subject else []), "prev_hash"]
    op.create_index(f"ux_{table}_chain", table, columns, unique=True)
