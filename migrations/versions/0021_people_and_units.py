"""People and units through time: what became of units, what was handed over, who is signed in where

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcMoment

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("units", sa.Column("ended_on", sa.Date(), nullable=True))
    # On SQLite a batch would copy the table, to which too many others refer.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE units ADD COLUMN merged_into_id INTEGER "
            "CONSTRAINT fk_units_merged_into_id REFERENCES units (id)"
        )
    else:
        op.add_column("units", sa.Column("merged_into_id", sa.Integer(), nullable=True))
        op.create_foreign_key("fk_units_merged_into_id", "units", "units", ["merged_into_id"], ["id"])
    _unit_events()
    _handed_over()
    _signed_in()


def _unit_events() -> None:
    op.create_table(
        "unit_events",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("former_name", sa.String(length=100), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("document", sa.String(length=100), nullable=False),
        sa.Column("at", UtcMoment(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_unit_events_by_id")),
        sa.ForeignKeyConstraint(["other_id"], ["units.id"], name=op.f("fk_unit_events_other_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_events_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_events")),
    )
    op.create_index("ix_unit_events_unit", "unit_events", ["unit_id", "from_on"])
    op.create_index("ix_unit_events_other", "unit_events", ["other_id"])


def _handed_over() -> None:
    op.create_table(
        "handed_over",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", UtcMoment(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_handed_over_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_handed_over_person_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["people.id"], name=op.f("fk_handed_over_successor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handed_over")),
    )
    op.create_index("ix_handed_over_person", "handed_over", ["person_id", "id"])


def _signed_in() -> None:
    op.create_table(
        "signed_in",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("since_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("seen_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("ended_at", UtcMoment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_signed_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_in")),
        sa.UniqueConstraint("token", name=op.f("uq_signed_in_token")),
    )
    op.create_index("ix_signed_in_person", "signed_in", ["person_id", "ended_at"])


def downgrade() -> None:
    op.drop_table("signed_in")
    op.drop_table("handed_over")
    op.drop_table("unit_events")
    with op.batch_alter_table("units") as batch:
        batch.drop_constraint("fk_units_merged_into_id", type_="foreignkey")
        batch.drop_column("merged_into_id")
        batch.drop_column("ended_on")
