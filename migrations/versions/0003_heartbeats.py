"""Heartbeats of the jobs, daily jobs that are taken, and the count beside the bell

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

import helpdesk.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("job", sa.String(length=20), nullable=False),
        sa.Column("ended_at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
        sa.Column("succeeded_at", helpdesk.db.UtcMoment(timezone=True), nullable=True),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("did", sa.String(length=300), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "days_taken",
        sa.Column("job", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("taken_at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", "day", name=op.f("pk_days_taken")),
    )
    op.create_index("ix_notices_unread", "notices", ["person_id", "read_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_notices_unread", table_name="notices")
    op.drop_table("days_taken")
    op.drop_table("heartbeats")
