"""The register of enterprises: size, status, former names, tags, projects, talents, merging, and who changed what

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

from helpdesk.append_only import drop_append_only, make_append_only
from helpdesk.db import UtcMoment

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(precision=14, scale=2)
DEGREES = sa.Numeric(precision=9, scale=6)
NEW_FACTS = (
    sa.Column("people", sa.Integer(), nullable=True),
    sa.Column("revenue", MONEY, nullable=True),
    sa.Column("assets", MONEY, nullable=True),
    sa.Column("branch", sa.String(length=12), nullable=True),
    sa.Column("size", sa.String(length=8), nullable=True),
    sa.Column("size_entered", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("above_scale", sa.Boolean(), nullable=True),
    sa.Column("is_key", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("status", sa.String(length=12), nullable=False, server_default="normal"),
    sa.Column("longitude", DEGREES, nullable=True),
    sa.Column("latitude", DEGREES, nullable=True),
    sa.Column("merged_into_id", sa.Integer(), nullable=True),
)


def upgrade() -> None:
    for column in NEW_FACTS:
        op.add_column("enterprises", column.copy())
    op.create_index(op.f("ix_enterprises_merged_into_id"), "enterprises", ["merged_into_id"])
    op.add_column(
        "pairings", sa.Column("paired_as", sa.String(length=10), nullable=False, server_default="cadre")
    )
    _former_names()
    _tags()
    _projects()
    _talents()
    _changes()


def _of_enterprise() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
    )


def _keys(table: str, *others: tuple[str, str]) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [f"{there}.id"], name=op.f(f"fk_{table}_{column}_{there}"))
            for column, there in (("enterprise_id", "enterprises"), *others)
        ),
    ]


def _former_names() -> None:
    op.create_table(
        "former_names",
        *_of_enterprise(),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("initials", sa.String(length=100), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        *_keys("former_names"),
    )
    op.create_index("ix_former_names_enterprise", "former_names", ["enterprise_id"])
    op.create_index(op.f("ix_former_names_name"), "former_names", ["name"])


def _tags() -> None:
    op.create_table(
        "enterprise_tags",
        *_of_enterprise(),
        sa.Column("word", sa.String(length=20), nullable=False),
        *_keys("enterprise_tags"),
        sa.UniqueConstraint("enterprise_id", "word", name=op.f("uq_enterprise_tags_enterprise_id_word")),
    )
    op.create_index(op.f("ix_enterprise_tags_word"), "enterprise_tags", ["word"])


def _projects() -> None:
    op.create_table(
        "enterprise_projects",
        *_of_enterprise(),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("investment", MONEY, nullable=True),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        *_keys("enterprise_projects"),
    )
    op.create_index("ix_enterprise_projects_enterprise", "enterprise_projects", ["enterprise_id"])


def _talents() -> None:
    op.create_table(
        "talents",
        *_of_enterprise(),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=True),
        sa.Column("title", sa.String(length=50), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("keeper_id", sa.Integer(), nullable=True),
        *_keys("talents", ("keeper_id", "people")),
    )
    op.create_index("ix_talents_enterprise", "talents", ["enterprise_id"])
    op.create_index(op.f("ix_talents_keeper_id"), "talents", ["keeper_id"])


def _changes() -> None:
    op.create_table(
        "register_changes",
        *_of_enterprise(),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        *_keys("register_changes", ("by_id", "people")),
    )
    op.create_index("ix_register_changes_enterprise", "register_changes", ["enterprise_id", "id"])
    make_append_only(op, "register_changes")


def downgrade() -> None:
    drop_append_only(op, "register_changes")
    for table in ("register_changes", "talents", "enterprise_projects", "enterprise_tags", "former_names"):
        op.drop_table(table)
    op.drop_column("pairings", "paired_as")
    op.drop_index(op.f("ix_enterprises_merged_into_id"), table_name="enterprises")
    for column in NEW_FACTS:
        op.drop_column("enterprises", column.name)
