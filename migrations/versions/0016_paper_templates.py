"""Templates of papers that an office put in place of those that come with the program

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

import helpdesk.db
from helpdesk.append_only import drop_append_only, make_append_only

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_templates",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("paper", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(content IS NULL) = (sha256 IS NULL)", name=op.f("ck_paper_templates_content_has_hash")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_paper_templates_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_templates")),
        sa.UniqueConstraint("paper", "number", name=op.f("uq_paper_templates_paper_number")),
    )
    make_append_only(op, "paper_templates")


def downgrade() -> None:
    drop_append_only(op, "paper_templates")
    op.drop_table("paper_templates")
