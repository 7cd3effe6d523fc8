"""Lists can be taken out at the server, by nobody who has an account here.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("exports") as table:
        table.alter_column("person_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM exports WHERE person_id IS NULL")
    with op.batch_alter_table("exports") as table:
        table.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
