"""Visits to enterprises, their changes, files, and the problems raised from them

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcMoment

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

DONE = (
    "(state = 'done') = (done_on IS NOT NULL AND way IS NOT NULL AND outcome IS NOT NULL"
    " AND situation IS NOT NULL AND recorded_at IS NOT NULL)"
)


def upgrade() -> None:
    _visits()
    _what_hangs_on_them()


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("purpose", sa.String(length=200), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("way", sa.String(length=10), nullable=True),
        sa.Column("people_met", sa.String(length=200), nullable=True),
        sa.Column("situation", sa.Text(), nullable=True),
        sa.Column("needs", sa.Text(), nullable=True),
        sa.Column("follow_up", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", UtcMoment(timezone=True), nullable=False),
        sa.Column("recorded_at", UtcMoment(timezone=True), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('planned', 'done', 'dropped')", name=op.f("ck_visits_known_state")),
        sa.CheckConstraint("planned_on IS NOT NULL OR state = 'done'", name=op.f("ck_visits_planned_has_day")),
        sa.CheckConstraint(DONE, name=op.f("ck_visits_done_is_complete")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprises.id"], name=op.f("fk_visits_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_visits_person_id")),
        sa.ForeignKeyConstraint(["follows_id"], ["visits.id"], name=op.f("fk_visits_follows_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["people.id"], name=op.f("fk_visits_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index("ix_visits_enterprise", "visits", ["enterprise_id", "state", "done_on"])
    op.create_index("ix_visits_person", "visits", ["person_id", "state", "planned_on"])
    op.create_index("ix_visits_done", "visits", ["done_on", "id"])
    op.create_index("ix_visits_planned", "visits", ["planned_on", "id"])


def _what_hangs_on_them() -> None:
    op.create_table(
        "visit_changes",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcMoment(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("former", sa.JSON(), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_changes_visit_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_visit_changes_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_changes")),
        sa.UniqueConstraint("request_key", name=op.f("uq_visit_changes_request_key")),
    )
    op.create_index("ix_visit_changes_visit", "visit_changes", ["visit_id", "id"])
    op.create_table(
        "visit_files",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_as", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_files_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_files")),
    )
    op.create_index("ix_visit_files_visit", "visit_files", ["visit_id"])
    op.create_index("ix_visit_files_stored_as", "visit_files", ["stored_as"])
    op.create_table(
        "visit_problems",
        sa.Column("problem_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["problem_id"], ["problems.id"], name=op.f("fk_visit_problems_problem_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("fk_visit_problems_visit_id")),
        sa.PrimaryKeyConstraint("problem_id", name=op.f("pk_visit_problems")),
    )
    op.create_index("ix_visit_problems_visit", "visit_problems", ["visit_id"])


def downgrade() -> None:
    for table in ("visit_problems", "visit_files", "visit_changes", "visits"):
        op.drop_table(table)
