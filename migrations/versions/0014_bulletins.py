"""Bulletins: drafts, and what is frozen when they are issued

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

import helpdesk.db
from helpdesk.append_only import chain_columns, drop_append_only, make_append_only, make_chain_index

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "bulletins",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("span", sa.String(10), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["proceedings.id"], name="fk_bulletins_id"),
        sa.ForeignKeyConstraint(["group_id"], ["units.id"], name="fk_bulletins_group_id"),
        sa.ForeignKeyConstraint(["replaces_id"], ["bulletins.id"], name="fk_bulletins_replaces_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bulletins"),
    )
    op.create_index("ix_bulletins_period", "bulletins", ["first_on", "until_on"])
    op.create_table(
        "bulletin_issues",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("bulletin_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(30), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("issuer", sa.String(100), nullable=False),
        sa.Column("issued_at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("rows_hash", sa.String(64), nullable=False),
        *chain_columns(),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletins.id"], name="fk_bulletin_issues_bulletin_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bulletin_issues"),
        sa.UniqueConstraint("bulletin_id", name="uq_bulletin_issues_bulletin_id"),
        sa.UniqueConstraint("number", name="uq_bulletin_issues_number"),
    )
    make_chain_index(op, "bulletin_issues", None)
    op.create_table(
        "bulletin_rows",
        sa.Column("id", KEY, sa.Identity(), nullable=False),
        sa.Column("bulletin_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("enterprise", sa.String(100), nullable=True),
        sa.Column("street_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(60), nullable=True),
        sa.Column("category", sa.String(20), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("satisfaction", sa.String(15), nullable=True),
        sa.Column("objected", sa.Integer(), nullable=False),
        sa.Column("extended", sa.Integer(), nullable=False),
        sa.Column("last_minute", sa.Integer(), nullable=False),
        sa.Column("late_leg", sa.String(20), nullable=True),
        sa.Column("late_unit_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("late_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletins.id"], name="fk_bulletin_rows_bulletin_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bulletin_rows"),
        sa.UniqueConstraint("bulletin_id", "problem_id", name="uq_bulletin_rows_bulletin_id_problem_id"),
    )
    for table in ("bulletin_issues", "bulletin_rows"):
        make_append_only(op, table)


def downgrade() -> None:
    for table in ("bulletin_rows", "bulletin_issues"):
        drop_append_only(op, table)
        op.drop_table(table)
    op.drop_table("bulletins")
