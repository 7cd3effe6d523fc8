"""The export log; lists by the day of the report, and overdue clocks read from an index alone

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

import helpdesk.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

RUNNING = ["stopped_at", "waiting_since_at", "due_at"]


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("listing", sa.String(length=30), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_exports_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index("ix_exports_person", "exports", ["person_id", "id"], unique=False)
    op.create_index("ix_exports_at", "exports", ["at"], unique=False)
    op.create_index("ix_problems_reported", "problems", ["reported_at", "id"], unique=False)
    op.drop_index("ix_clocks_running_due", table_name="clocks")
    op.create_index("ix_clocks_running_due", "clocks", [*RUNNING, "unit_id", "name", "problem_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_clocks_running_due", table_name="clocks")
    op.create_index("ix_clocks_running_due", "clocks", RUNNING, unique=False)
    op.drop_index("ix_problems_reported", table_name="problems")
    op.drop_index("ix_exports_at", table_name="exports")
    op.drop_index("ix_exports_person", table_name="exports")
    op.drop_table("exports")
