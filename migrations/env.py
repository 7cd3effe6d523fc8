"""How migrations run: on the application's own engine, in one transaction, comparing with its own tables."""

from alembic import context
from flask import current_app

migrate = current_app.extensions["migrate"]


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """What looks words up in the index of words differs by database, and is no part of the models."""
    return not (name or "").startswith("index_words") and name != "ix_indexed_texts_tokens"


def run() -> None:
    """Bring the database to the wished revision, or compare it with the tables."""
    with migrate.db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            render_as_batch=True,
            compare_type=True,
            include_name=ours,
            # A batch on SQLite copies the table; references to it must not be checked meanwhile.
            transaction_per_migration=not sqlite,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
