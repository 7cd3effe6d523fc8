"""The timeline and what the clocks struck are found by time: the latest moment is looked up while nobody may write

Revision ID: 0017
Revises: 0016
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_entries_at", "entries", ["at"])
    op.create_index("ix_strikes_struck", "strikes", ["struck_on"])


def downgrade() -> None:
    op.drop_index("ix_strikes_struck", table_name="strikes")
    op.drop_index("ix_entries_at", table_name="entries")
