"""A contact's own link, to report problems and to follow them

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

from helpdesk.db import UtcMoment

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_links",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcMoment(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("revoked_at", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_links")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_links_contact_id_contacts")),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_contact_links_made_by_id_people")),
    )
    op.create_index("ix_contact_links_contact", "contact_links", ["contact_id"])


def downgrade() -> None:
    op.drop_table("contact_links")
