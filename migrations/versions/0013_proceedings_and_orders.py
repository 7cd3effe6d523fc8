"""Proceedings (what is about no single problem) and supervision orders

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

import helpdesk.db
from helpdesk.append_only import drop_append_only, make_append_only

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("proceedings",
    sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("process", sa.String(length=15), nullable=False),
    sa.Column("state", sa.String(length=20), nullable=False),
    sa.Column("phase", sa.String(length=10), nullable=False),
    sa.Column("number", sa.String(length=30), nullable=True),
    sa.Column("title", sa.String(length=120), nullable=False),
    sa.Column("unit_id", sa.Integer(), nullable=True),
    sa.Column("parent_id", sa.Integer(), nullable=True),
    sa.Column("opened_by_id", sa.Integer(), nullable=True),
    sa.Column("opened_at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column("changed_at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column("state_since_at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column("ended_at", helpdesk.db.UtcMoment(timezone=True), nullable=True),
    sa.Column("facts", sa.JSON(), nullable=False),
    sa.Column("due_on", sa.Date(), nullable=True),
    sa.Column("due_at", helpdesk.db.UtcMoment(timezone=True), nullable=True),
    sa.Column("provisional", sa.Boolean(), nullable=False),
    sa.CheckConstraint("(phase = 'closed') = (ended_at IS NOT NULL)", name=op.f("ck_proceedings_ended_has_moment")),
    sa.ForeignKeyConstraint(["opened_by_id"], ["people.id"], name=op.f("fk_proceedings_opened_by_id")),
    sa.ForeignKeyConstraint(["parent_id"], ["proceedings.id"], name=op.f("fk_proceedings_parent_id")),
    sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_proceedings_unit_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_proceedings")),
    sa.UniqueConstraint("process", "number", name=op.f("uq_proceedings_process_number"))
    )
    with op.batch_alter_table("proceedings", schema=None) as batch_op:
        batch_op.create_index("ix_proceedings_parent", ["parent_id"], unique=False)
        batch_op.create_index("ix_proceedings_turn", ["phase", "process", "state", "unit_id"], unique=False)
        batch_op.create_index("ix_proceedings_unit", ["unit_id", "phase"], unique=False)

    op.create_table("proceeding_clocks",
    sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column("proceeding_id", sa.Integer(), nullable=False),
    sa.Column("name", sa.String(length=20), nullable=False),
    sa.Column("amount", sa.Integer(), nullable=False),
    sa.Column("counted_in", sa.String(length=15), nullable=False),
    sa.Column("branch", sa.String(length=20), nullable=True),
    sa.Column("policy_id", sa.Integer(), nullable=True),
    sa.Column("started_at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column("started_on", sa.Date(), nullable=False),
    sa.Column("due_on", sa.Date(), nullable=False),
    sa.Column("due_at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column("provisional", sa.Boolean(), nullable=False),
    sa.Column("stopped_at", helpdesk.db.UtcMoment(timezone=True), nullable=True),
    sa.Column("late", sa.Boolean(), nullable=True),
    sa.Column("late_by", sa.Integer(), nullable=True),
    sa.Column("strike_at", helpdesk.db.UtcMoment(timezone=True), nullable=True),
    sa.CheckConstraint("strike_at IS NULL OR stopped_at IS NULL", name=op.f("ck_proceeding_clocks_stopped_strikes_no_more")),
    sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_proceeding_clocks_policy_id")),
    sa.ForeignKeyConstraint(["proceeding_id"], ["proceedings.id"], name=op.f("fk_proceeding_clocks_proceeding_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_proceeding_clocks"))
    )
    with op.batch_alter_table("proceeding_clocks", schema=None) as batch_op:
        batch_op.create_index("ix_proceeding_clocks_of", ["proceeding_id"], unique=False)
        batch_op.create_index("ix_proceeding_clocks_strike", ["strike_at"], unique=False)

    op.create_table("proceeding_entries",
    sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column("proceeding_id", sa.Integer(), nullable=False),
    sa.Column("at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column("action", sa.String(length=30), nullable=False),
    sa.Column("label", sa.String(length=30), nullable=False),
    sa.Column("by_id", sa.Integer(), nullable=True),
    sa.Column("for_id", sa.Integer(), nullable=True),
    sa.Column("by_name", sa.String(length=60), nullable=False),
    sa.Column("by_role", sa.String(length=20), nullable=True),
    sa.Column("source", sa.String(length=20), nullable=False),
    sa.Column("dest", sa.String(length=20), nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("answers", sa.JSON(), nullable=False),
    sa.Column("request_key", sa.String(length=64), nullable=True),
    sa.Column("prev_hash", sa.String(length=64), nullable=False),
    sa.Column("row_hash", sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_proceeding_entries_by_id")),
    sa.ForeignKeyConstraint(["for_id"], ["people.id"], name=op.f("fk_proceeding_entries_for_id")),
    sa.ForeignKeyConstraint(["proceeding_id"], ["proceedings.id"], name=op.f("fk_proceeding_entries_proceeding_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_proceeding_entries")),
    sa.UniqueConstraint("request_key", name=op.f("uq_proceeding_entries_request_key"))
    )
    with op.batch_alter_table("proceeding_entries", schema=None) as batch_op:
        batch_op.create_index("ix_proceeding_entries_of", ["proceeding_id", "id"], unique=False)
        batch_op.create_index("ux_proceeding_entries_chain", ["proceeding_id", "prev_hash"], unique=True)

    op.create_table("proceeding_strikes",
    sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column("clock_id", sa.Integer(), nullable=False),
    sa.Column("milestone", sa.String(length=20), nullable=False),
    sa.Column("due_on", sa.Date(), nullable=False),
    sa.Column("struck_on", sa.Date(), nullable=False),
    sa.Column("noted_at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column("lapsed", sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(["clock_id"], ["proceeding_clocks.id"], name=op.f("fk_proceeding_strikes_clock_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_proceeding_strikes")),
    sa.UniqueConstraint("clock_id", "milestone", "due_on", name=op.f("uq_proceeding_strikes_clock_id_milestone_due_on"))
    )
    op.create_table("order_problems",
    sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column("order_id", sa.Integer(), nullable=False),
    sa.Column("problem_id", sa.Integer(), nullable=False),
    sa.Column("clock_id", sa.Integer(), nullable=True),
    sa.Column("milestone", sa.String(length=20), nullable=True),
    sa.Column("due_on", sa.Date(), nullable=True),
    sa.Column("late_days", sa.Integer(), nullable=False),
    sa.Column("added_at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column("dropped", sa.Boolean(), nullable=False),
    sa.Column("after_id", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["after_id"], ["proceedings.id"], name=op.f("fk_order_problems_after_id")),
    sa.ForeignKeyConstraint(["clock_id"], ["clocks.id"], name=op.f("fk_order_problems_clock_id")),
    sa.ForeignKeyConstraint(["order_id"], ["proceedings.id"], name=op.f("fk_order_problems_order_id")),
    sa.ForeignKeyConstraint(["problem_id"], ["problems.id"], name=op.f("fk_order_problems_problem_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_order_problems")),
    sa.UniqueConstraint("clock_id", "milestone", name=op.f("uq_order_problems_clock_id_milestone")),
    sa.UniqueConstraint("order_id", "problem_id", name=op.f("uq_order_problems_order_id_problem_id"))
    )
    with op.batch_alter_table("order_problems", schema=None) as batch_op:
        batch_op.create_index("ix_order_problems_problem", ["problem_id"], unique=False)

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proceeding_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_notices_proceeding_id"), "proceedings", ["proceeding_id"], ["id"])

    make_append_only(op, "proceeding_entries")


def downgrade() -> None:
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_notices_proceeding_id"), type_="foreignkey")
        batch_op.drop_column("proceeding_id")

    with op.batch_alter_table("order_problems", schema=None) as batch_op:
        batch_op.drop_index("ix_order_problems_problem")

    op.drop_table("order_problems")
    op.drop_table("proceeding_strikes")
    with op.batch_alter_table("proceeding_entries", schema=None) as batch_op:
        batch_op.drop_index("ux_proceeding_entries_chain")
        batch_op.drop_index("ix_proceeding_entries_of")

    drop_append_only(op, "proceeding_entries")
    op.drop_table("proceeding_entries")
    with op.batch_alter_table("proceeding_clocks", schema=None) as batch_op:
        batch_op.drop_index("ix_proceeding_clocks_strike")
        batch_op.drop_index("ix_proceeding_clocks_of")

    op.drop_table("proceeding_clocks")
    with op.batch_alter_table("proceedings", schema=None) as batch_op:
        batch_op.drop_index("ix_proceedings_unit")
        batch_op.drop_index("ix_proceedings_turn")
        batch_op.drop_index("ix_proceedings_parent")

    op.drop_table("proceedings")
