"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}

House rules: four digits and a purpose as name; the same on SQLite and PostgreSQL; no native enums, arrays, JSONB or
partial indexes; old web workers may still be running while this runs, so add before you remove.
"""

import flask_security
import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
import helpdesk.db

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
