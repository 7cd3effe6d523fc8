"""Visits that are there already are found by their words.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

from helpdesk.visits.indexed import VISIT_KIND, fill

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TEXTS = sa.table("indexed_texts", sa.column("kind"))


def upgrade() -> None:
    downgrade()  # some may have been recorded by a newer program before its migration ran
    fill(op.get_bind())


def downgrade() -> None:
    op.execute(TEXTS.delete().where(TEXTS.c.kind == VISIT_KIND))
