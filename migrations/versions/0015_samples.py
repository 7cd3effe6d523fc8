"""The fourth question of a call; samples of what was closed or withdrawn

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

import helpdesk.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("problems", sa.Column("answered", sa.String(length=5), nullable=True))
    op.create_table(
        "samples",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("each_group", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("frame", sa.JSON(), nullable=False),
        sa.Column("drawn_at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.CheckConstraint("(share IS NULL) <> (size IS NULL)", name=op.f("ck_samples_share_or_size")),
        sa.CheckConstraint("first_on <= until_on", name=op.f("ck_samples_period")),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["people.id"], name=op.f("fk_samples_drawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_samples")),
        sa.UniqueConstraint("request_key", name=op.f("uq_samples_request_key")),
    )
    op.create_index("ix_samples_period", "samples", ["until_on", "first_on"])
    op.create_table(
        "sample_items",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=15), nullable=False),
        sa.Column("unreached_calls", sa.Integer(), nullable=False),
        sa.Column("on_record", sa.JSON(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("differs", sa.JSON(), nullable=False),
        sa.Column("deviates", sa.Boolean(), nullable=False),
        sa.Column("called_at", helpdesk.db.UtcMoment(timezone=True), nullable=True),
        sa.Column("called_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(["called_by_id"], ["people.id"], name=op.f("fk_sample_items_called_by_id")),
        sa.ForeignKeyConstraint(["group_id"], ["units.id"], name=op.f("fk_sample_items_group_id")),
        sa.ForeignKeyConstraint(["problem_id"], ["problems.id"], name=op.f("fk_sample_items_problem_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["samples.id"], name=op.f("fk_sample_items_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_items")),
        sa.UniqueConstraint("sample_id", "problem_id", name=op.f("uq_sample_items_sample_id_problem_id")),
    )
    op.create_index("ix_sample_items_problem", "sample_items", ["problem_id"])


def downgrade() -> None:
    op.drop_table("sample_items")
    op.drop_table("samples")
    with op.batch_alter_table("problems") as problems:
        problems.drop_column("answered")
