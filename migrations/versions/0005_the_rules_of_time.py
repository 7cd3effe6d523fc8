"""The rules of time: steps of clocks, matters beside a problem, declared days, policy versions, substitutes

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

import helpdesk.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NO = sa.false()


def upgrade() -> None:
    op.create_table('office_hours',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('begins_month', sa.Integer(), nullable=False),
    sa.Column('begins_day', sa.Integer(), nullable=False),
    sa.Column('windows', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office_hours'))
    )
    op.create_table('rule_state',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('calendar_revision', sa.Integer(), nullable=False),
    sa.Column('policy_revision', sa.Integer(), nullable=False),
    sa.Column('strikes_follow', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_state'))
    )
    op.create_table('declarations',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=100), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('entered_at', helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['entered_by_id'], ['people.id'], name=op.f('fk_declarations_entered_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declarations'))
    )
    op.create_index('ix_declarations_year', 'declarations', ['year'], unique=False)

    op.create_table('policies',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=True),
    sa.Column('approved_by', sa.String(length=60), nullable=True),
    sa.Column('approved_how', sa.String(length=100), nullable=True),
    sa.Column('made_at', helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column('published_at', helpdesk.db.UtcMoment(timezone=True), nullable=True),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(published_at IS NULL) = (approved_by IS NULL)', name=op.f('ck_policies_approved_when_published')),
    sa.CheckConstraint('(published_at IS NULL) = (number IS NULL)', name=op.f('ck_policies_numbered_when_published')),
    sa.ForeignKeyConstraint(['made_by_id'], ['people.id'], name=op.f('fk_policies_made_by_id')),
    sa.ForeignKeyConstraint(['published_by_id'], ['people.id'], name=op.f('fk_policies_published_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policies')),
    sa.UniqueConstraint('number', name=op.f('uq_policies_number'))
    )
    op.create_table('substitutes',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('substitute_id', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=100), nullable=True),
    sa.Column('named_at', helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column('named_by_id', sa.Integer(), nullable=False),
    sa.Column('ended_at', helpdesk.db.UtcMoment(timezone=True), nullable=True),
    sa.CheckConstraint('person_id <> substitute_id', name=op.f('ck_substitutes_not_oneself')),
    sa.CheckConstraint('until_on >= from_on', name=op.f('ck_substitutes_ends_after_beginning')),
    sa.ForeignKeyConstraint(['named_by_id'], ['people.id'], name=op.f('fk_substitutes_named_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_substitutes_person_id')),
    sa.ForeignKeyConstraint(['substitute_id'], ['people.id'], name=op.f('fk_substitutes_substitute_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_substitutes'))
    )
    op.create_index('ix_substitutes_person', 'substitutes', ['person_id', 'until_on'], unique=False)
    op.create_index('ix_substitutes_substitute', 'substitutes', ['substitute_id', 'until_on'], unique=False)

    op.create_table('declared_days',
    sa.Column('declaration_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('working', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['declaration_id'], ['declarations.id'], name=op.f('fk_declared_days_declaration_id')),
    sa.PrimaryKeyConstraint('declaration_id', 'day', name=op.f('pk_declared_days'))
    )
    op.create_index('ix_declared_days_day', 'declared_days', ['day'], unique=False)

    op.create_table('matters',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('problem_id', sa.Integer(), nullable=False),
    sa.Column('process', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=15), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('phase', sa.String(length=10), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('opened_at', helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('state_since_at', helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column('ended_at', helpdesk.db.UtcMoment(timezone=True), nullable=True),
    sa.Column('asked', sa.JSON(), nullable=False),
    sa.Column('came_from', sa.String(length=20), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('due_at', helpdesk.db.UtcMoment(timezone=True), nullable=True),
    sa.Column('waiting', sa.Boolean(), nullable=False),
    sa.Column('provisional', sa.Boolean(), nullable=False),
    sa.CheckConstraint("(phase = 'closed') = (ended_at IS NOT NULL)", name=op.f('ck_matters_ended_has_moment')),
    sa.CheckConstraint("process <> 'assist' OR unit_id IS NOT NULL", name=op.f('ck_matters_assists_somewhere')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['people.id'], name=op.f('fk_matters_opened_by_id')),
    sa.ForeignKeyConstraint(['problem_id'], ['problems.id'], name=op.f('fk_matters_problem_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_matters_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_matters'))
    )
    op.create_index('ix_matters_problem', 'matters', ['problem_id', 'id'], unique=False)
    op.create_index('ix_matters_turn', 'matters', ['phase', 'process', 'state', 'unit_id'], unique=False)
    op.create_index('ix_matters_unit', 'matters', ['unit_id', 'phase'], unique=False)

    op.create_table('clock_steps',
    sa.Column('id', sa.Integer(), sa.Identity(always=False), nullable=False),
    sa.Column('clock_id', sa.Integer(), nullable=False),
    sa.Column('at', helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('by_name', sa.String(length=60), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('amount', sa.Integer(), nullable=True),
    sa.Column('counted_in', sa.String(length=15), nullable=True),
    sa.Column('due_before_on', sa.Date(), nullable=True),
    sa.Column('due_after_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['clock_id'], ['clocks.id'], name=op.f('fk_clock_steps_clock_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entries.id'], name=op.f('fk_clock_steps_entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_steps'))
    )
    op.create_index('ix_clock_steps_clock', 'clock_steps', ['clock_id', 'id'], unique=False)

    _refer("clocks", "matter_id", "matters")
    _refer("clocks", "policy_id", "policies")
    op.add_column("clocks", sa.Column("branch", sa.String(length=20), nullable=True))
    op.add_column("clocks", sa.Column("used", sa.Integer(), nullable=True))
    op.add_column("clocks", sa.Column("late_by", sa.Integer(), nullable=True))
    op.add_column("clocks", sa.Column("extended", sa.Integer(), nullable=False, server_default="0"))
    _refer("entries", "for_id", "people")
    _refer("entries", "matter_id", "matters")
    op.add_column("notices", sa.Column("channel", sa.String(length=10), nullable=False, server_default="mail"))
    op.add_column("notices", sa.Column("catch_up", sa.Boolean(), nullable=False, server_default=NO))
    op.add_column("notices", sa.Column("turn_since_at", helpdesk.db.UtcMoment(timezone=True), nullable=True))
    op.add_column("people", sa.Column("reminders", sa.String(length=10), nullable=False, server_default="digest"))
    op.add_column("people", sa.Column("address_failed_at", helpdesk.db.UtcMoment(timezone=True), nullable=True))
    op.add_column("people", sa.Column("address_answer", sa.String(length=300), nullable=True))
    op.add_column("people", sa.Column("chat_address", sa.String(length=300), nullable=True))
    op.execute("INSERT INTO rule_state (id, calendar_revision, policy_revision) VALUES (1, 0, 0)")
    _keep_old_dates()


def _refer(table: str, column: str, other: str) -> None:
    """A column that refers to another table; a batch on SQLite would copy the table and lose its triggers."""
    name = f"fk_{table}_{column}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {other} (id)")
        return
    op.add_column(table, sa.Column(column, sa.Integer(), nullable=True))
    op.create_foreign_key(name, table, other, [column], ["id"])


def _keep_old_dates() -> None:
    """Clocks that have waited: what they did until now is not on record, so their dates are taken over as they are."""
    op.execute(
        "INSERT INTO clock_steps (clock_id, at, kind, reason, by_name, until_on) "
        "SELECT c.id, c.started_at, 'fixed', '升级前已经暂停或者恢复过，日期照旧', '系统', c.due_on FROM clocks c "
        "WHERE EXISTS (SELECT 1 FROM entries e WHERE e.problem_id = c.problem_id AND e.at >= c.started_at AND e.dest IN "
        "('objected', 'suspended', 'elevated', 'referred', 'withdrawing') AND e.source <> e.dest)"
    )
    op.execute(
        "INSERT INTO clock_steps (clock_id, at, kind, reason, by_name) "
        "SELECT id, waiting_since_at, 'waited', '升级前已经暂停', '系统' FROM clocks WHERE waiting_since_at IS NOT NULL"
    )


def downgrade() -> None:
    for column in ("chat_address", "address_answer", "address_failed_at", "reminders"):
        op.drop_column("people", column)
    for column in ("turn_since_at", "catch_up", "channel"):
        op.drop_column("notices", column)
    _drop("entries", "matter_id", "for_id")
    for column in ("extended", "late_by", "used", "branch"):
        op.drop_column("clocks", column)
    _drop("clocks", "policy_id", "matter_id")
    for table in (
        "clock_steps", "matters", "declared_days", "substitutes", "policies", "declarations", "rule_state", "office_hours"
    ):
        op.drop_table(table)


def _drop(table: str, *columns: str) -> None:
    """Columns that refer to another table; on SQLite the table is copied, and its triggers made anew."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    triggers = _triggers(table) if sqlite else []
    with op.batch_alter_table(table) as batch:
        for column in columns:
            if not sqlite:
                batch.drop_constraint(f"fk_{table}_{column}", type_="foreignkey")
            batch.drop_column(column)
    for statement in triggers:
        op.execute(statement)


def _triggers(table: str) -> list[str]:
    wanted = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    return list(op.get_bind().execute(wanted, {"table": table}).scalars())
