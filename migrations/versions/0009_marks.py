"""Marks: what happened to problems as figures count it, filled from the timeline; the street of an enterprise

Revision ID: 0009
Revises: 0008
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

import helpdesk.db
from helpdesk.clock import published_calendar
from helpdesk.problems.recounting import marks_from
from workflows.calendar import SATURDAY, Calendar

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SAYS = "a mark is part of the record"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = (
    sa.Column("kind", sa.String(length=12), nullable=False),
    sa.Column("at", helpdesk.db.UtcMoment(timezone=True), nullable=False),
    sa.Column("day", sa.Date(), nullable=False),
    sa.Column("entry_id", KEY, nullable=False),
    sa.Column("problem_id", sa.Integer(), nullable=False),
    sa.Column("enterprise_id", sa.Integer(), nullable=True),
    sa.Column("category", sa.String(length=20), nullable=True),
    sa.Column("round", sa.Integer(), nullable=False),
    sa.Column("group_id", sa.Integer(), nullable=True),
    sa.Column("handler_id", sa.Integer(), nullable=True),
    sa.Column("unit_id", sa.Integer(), nullable=True),
    sa.Column("via", sa.String(length=5), nullable=True),
    sa.Column("contacted", sa.String(length=5), nullable=True),
    sa.Column("solved", sa.String(length=5), nullable=True),
    sa.Column("satisfaction", sa.String(length=15), nullable=True),
    sa.Column("days", sa.Integer(), nullable=True),
    sa.Column("due_on", sa.Date(), nullable=True),
    sa.Column("lead", sa.Integer(), nullable=True),
)
REFERS = {
    "entry_id": "entries",
    "problem_id": "problems",
    "enterprise_id": "enterprises",
    "group_id": "units",
    "handler_id": "people",
    "unit_id": "units",
}
CHUNK = 1_000


def upgrade() -> None:
    op.create_table(
        "marks",
        sa.Column("id", KEY, sa.Identity(always=False), nullable=False),
        *COLUMNS,
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_marks_{name}"))
            for name, table in REFERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
        sa.UniqueConstraint("entry_id", "kind", name=op.f("uq_marks_entry_id_kind")),
    )
    op.create_index("ix_marks_problem", "marks", ["problem_id", "entry_id"])
    op.create_index("ix_marks_kind_day", "marks", ["kind", "day", "group_id"])
    _refer_to_street()
    _fill()
    _close()


def _refer_to_street() -> None:
    """On SQLite without a batch, which would copy the table."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE enterprises ADD COLUMN street_id INTEGER CONSTRAINT fk_enterprises_street_id REFERENCES units (id)")
    else:
        op.add_column("enterprises", sa.Column("street_id", sa.Integer(), nullable=True))
        op.create_foreign_key("fk_enterprises_street_id", "enterprises", "units", ["street_id"], ["id"])
    op.create_index("ix_enterprises_street", "enterprises", ["street_id"])


# -- Filling -----------------------------------------------------------------------------------------------------------


def _fill() -> None:
    """What happened until now, recounted from the timeline of each problem."""
    marks = sa.table("marks", *(sa.column(each.name, each.type) for each in COLUMNS))
    names = {each.name for each in COLUMNS}
    counted = marks_from(_entries(), calendar=_calendar(), office_of=_office_of, put_off=_put_off())
    rows: list[dict[str, Any]] = []
    for each in counted:
        rows.append({name: value for name, value in asdict(each).items() if name in names})
        if len(rows) == CHUNK:
            op.bulk_insert(marks, rows)
            rows = []
    if rows:
        op.bulk_insert(marks, rows)


def _entries() -> Iterator[sa.Row[Any]]:
    entries = sa.table(
        "entries",
        sa.column("id"),
        sa.column("problem_id"),
        sa.column("at", helpdesk.db.UtcMoment(timezone=True)),
        *map(sa.column, ("action", "by_role", "source", "dest", "round", "matter_id")),
        sa.column("answers", sa.JSON()),
    )
    last = 0
    while rows := op.get_bind().execute(sa.select(entries).where(entries.c.id > last).order_by(entries.c.id).limit(CHUNK)).all():
        yield from rows
        last = rows[-1].id


def _put_off() -> dict[int, date]:
    steps = sa.table("clock_steps", *map(sa.column, ("entry_id", "kind")), sa.column("due_before_on", sa.Date()))
    wanted = sa.select(steps.c.entry_id, steps.c.due_before_on).where(steps.c.kind == "extended", steps.c.due_before_on.is_not(None))
    return {row.entry_id: row.due_before_on for row in op.get_bind().execute(wanted)}


def _office_of(person_id: int, day: date) -> int | None:
    found = sa.text(
        "SELECT u.id FROM units u JOIN posts p ON p.unit_id = u.id WHERE p.person_id = :person AND p.from_on <= :day "
        "AND (p.until_on IS NULL OR p.until_on >= :day) "
        "AND u.kind IN ('department', 'street', 'task_force', 'coordination') ORDER BY p.id"
    ).bindparams(sa.bindparam("day", type_=sa.Date()))
    return op.get_bind().execute(found, {"person": person_id, "day": day}).scalar()


def _calendar() -> Calendar:
    """The days declared until now, the newest declaration last; the program's own where nothing is declared."""
    base = published_calendar()
    found = sa.text("SELECT day, working FROM declared_days ORDER BY declaration_id").columns(day=sa.Date(), working=sa.Boolean())
    declared = {row.day: row.working for row in op.get_bind().execute(found)}
    off = {day for day, working in declared.items() if not working and day.weekday() < SATURDAY}
    on = {day for day, working in declared.items() if working and day.weekday() >= SATURDAY}
    return Calendar(
        days_off=frozenset(off | (base.days_off - set(declared))),
        days_on=frozenset(on | (base.days_on - set(declared))),
        last_year=base.last_year,
    )


# -- Append-only -------------------------------------------------------------------------------------------------------


def _close() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER marks_no_{event.lower()} BEFORE {event} ON marks BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION marks_append_only() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{SAYS}'; END; $$ LANGUAGE plpgsql"
    )
    op.execute(
        "CREATE TRIGGER marks_append_only BEFORE UPDATE OR DELETE ON marks FOR EACH ROW EXECUTE PROCEDURE marks_append_only()"
    )


def downgrade() -> None:
    op.drop_table("marks")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION marks_append_only()")
    op.drop_index("ix_enterprises_street", "enterprises")
    with op.batch_alter_table("enterprises") as batch:
        batch.drop_column("street_id")
