"""A published policy version is never edited, also not by those who reach the database past the application

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SAYS = "a published policy version is never edited"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER policies_no_{event.lower()} BEFORE {event} ON policies "
                f"WHEN OLD.published_at IS NOT NULL BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION policies_published_stay() RETURNS trigger AS "
        f"$$ BEGIN RAISE EXCEPTION '{SAYS}'; END; $$ LANGUAGE plpgsql"
    )
    op.execute(
        "CREATE TRIGGER policies_published_stay BEFORE UPDATE OR DELETE ON policies "
        "FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE PROCEDURE policies_published_stay()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(f"DROP TRIGGER policies_no_{event}")
        return
    op.execute("DROP TRIGGER policies_published_stay ON policies")
    op.execute("DROP FUNCTION policies_published_stay()")
