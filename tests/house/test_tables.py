"""The migrations lead to exactly the tables that the models describe."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from helpdesk.db import db

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def test_the_migrations_have_one_head() -> None:
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    assert len(ScriptDirectory.from_config(settings).get_heads()) == 1


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """What looks words up in the index of words differs by database, and is no part of the models."""
    return not (name or "").startswith("index_words") and name != "ix_indexed_texts_tokens"


def test_the_migrated_database_is_what_the_models_say(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": ours})
        assert compare_metadata(context, db.metadata) == []
