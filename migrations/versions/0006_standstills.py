"""When no sweep ran for too long, from when until when

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

import helpdesk.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "standstills",
        sa.Column("since_at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
        sa.Column("until_at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
        sa.Column("noticed_by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("since_at", name=op.f("pk_standstills")),
    )


def downgrade() -> None:
    op.drop_table("standstills")
