"""Seals over everything that is chained

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

import helpdesk.db
from helpdesk.append_only import chain_columns, drop_append_only, make_append_only, make_chain_index

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_seals",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        *chain_columns(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seals")),
        sa.UniqueConstraint("number", name=op.f("uq_audit_seals_number")),
    )
    op.create_index("ix_audit_seals_at", "audit_seals", ["at"])
    make_chain_index(op, "audit_seals", None)
    make_append_only(op, "audit_seals")


def downgrade() -> None:
    drop_append_only(op, "audit_seals")
    op.drop_table("audit_seals")
