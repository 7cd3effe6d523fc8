"""What was audited: sign-ins, exports, refusals, settings

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

import helpdesk.db
from helpdesk.append_only import chain_columns, drop_append_only, make_append_only, make_chain_index

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        *chain_columns(),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_audit_events_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index("ix_audit_events_lane", "audit_events", ["lane", "id"])
    op.create_index("ix_audit_events_at", "audit_events", ["at", "id"])
    op.create_index("ix_audit_events_kind", "audit_events", ["kind", "at"])
    op.create_index("ix_audit_events_number", "audit_events", ["number"])
    make_chain_index(op, "audit_events", "lane")
    make_append_only(op, "audit_events")


def downgrade() -> None:
    drop_append_only(op, "audit_events")
    op.drop_table("audit_events")
