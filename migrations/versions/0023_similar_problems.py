"""Problems of the same kind, and what is learned from the words of problems

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_kindred()
    op.create_table(
        "pair_counts",
        sa.Column("pair", sa.String(length=2), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("pair", name=op.f("pk_pair_counts")),
    )
    op.create_table(
        "group_counts",
        sa.Column("pair", sa.String(length=2), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_group_counts_unit_id_units")),
        sa.PrimaryKeyConstraint("pair", "unit_id", name=op.f("pk_group_counts")),
    )


def _add_kindred() -> None:
    """In place: SQLite would have to write the whole table anew to give it a constraint of its own."""
    op.execute(
        "ALTER TABLE problems ADD COLUMN kindred_id INTEGER "
        "CONSTRAINT fk_problems_kindred_id_problems REFERENCES problems (id)"
    )
    op.create_index("ix_problems_kindred", "problems", ["kindred_id"])


def downgrade() -> None:
    op.drop_table("group_counts")
    op.drop_table("pair_counts")
    op.drop_index("ix_problems_kindred", "problems")
    op.drop_column("problems", "kindred_id")  # with its constraint
