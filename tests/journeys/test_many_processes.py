"""PostgreSQL, two web workers, two schedulers, a real mail server: nothing is lost and nothing happens twice."""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_security import hash_password
from sqlalchemy import func, select, update

from helpdesk.db import db
from helpdesk.notices.models import SENT, URGENT, WAITING, Notice
from helpdesk.operations.models import Heartbeat
from helpdesk.problems.models import Problem, ProblemClock, Strike
from tests.mail import Postbox
from tests.people import District, found_district
from tests.walking import Walker

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds until a process must have done its work
PASSWORD = "四月的雨下在松花江上"
PROBLEMS = 12

pytestmark = [pytest.mark.databases("postgresql"), pytest.mark.smtp]


@pytest.fixture
def world(app: Flask) -> District:
    """A district in which a dozen problems were assigned ten days ago and nobody signed."""
    with app.app_context():
        world = found_district()
        world.person("reporter").password = hash_password(PASSWORD)
        db.session.commit()
        walker = Walker(world, datetime.now(UTC) - timedelta(days=10))
        for _ in range(PROBLEMS):
            walker.to("assigned")
        return world


@contextmanager
def processes(environ: dict[str, str], *commands: list[str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Real processes of ours, ended politely afterwards."""
    running = [
        subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
        for command in commands
    ]
    try:
        yield running
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(timeout=PATIENCE)


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for something that other processes do."""
    ends = time.monotonic() + PATIENCE
    while not holds():
        db.session.rollback()
        if time.monotonic() > ends:
            pytest.fail(f"gave up waiting: {what}")
        time.sleep(0.2)
    db.session.rollback()


def count(model: type[Any], *conditions: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


@pytest.fixture
def environ(app: Flask, database_url: str, smtp_server: Postbox) -> dict[str, str]:
    """What our processes are told: this test's database and mail server."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PRODUCTION", "DEMO", "FLASK_APP")}
    return kept | {
        "DATABASE_URL": database_url,
        "SECRET_KEY": app.config["SECRET_KEY"],
        "SECURITY_PASSWORD_SALT": app.config["SECURITY_PASSWORD_SALT"],
        "MAIL_SERVER": smtp_server.host,
        "MAIL_PORT": str(smtp_server.port),
        "UPLOAD_DIR": app.config["UPLOAD_DIR"],
    }


def test_two_schedulers_strike_and_post_everything_once(
    app: Flask, world: District, environ: dict[str, str], smtp_server: Postbox
) -> None:
    with app.app_context(), processes(environ, ["flask", "scheduler"], ["flask", "scheduler"]):
        overdue = (Strike.milestone == "overdue", ProblemClock.name == "sign")
        until(
            lambda: count(Strike, Strike.clock_id == ProblemClock.id, *overdue) == PROBLEMS,
            "every unsigned problem is struck",
        )
        until(lambda: count(Heartbeat, Heartbeat.succeeded_at.is_not(None)) >= 2, "both jobs have beaten")
        # What the schedulers do in the mailing windows is shown elsewhere; here all may leave at whatever hour it is.
        now_or_never = update(Notice).where(Notice.status == WAITING)
        db.session.execute(now_or_never.values(send_after_at=datetime.now(UTC) - timedelta(minutes=1), pace=URGENT))
        db.session.commit()
        until(lambda: count(Notice, Notice.status == WAITING) == 0, "everything has been posted")

        doubled = select(ProblemClock.id, Strike.milestone).join(Strike, Strike.clock_id == ProblemClock.id)
        doubled = doubled.group_by(ProblemClock.id, Strike.milestone).having(func.count() > 1)
        assert db.session.execute(doubled).all() == []
        sent = db.session.scalars(select(Notice).where(Notice.status == SENT)).all()
        mails = Counter(message["Message-ID"].strip("<>") for message in smtp_server.messages)
        assert set(mails.values()) == {1}
        assert len(mails) == len({notice.message_id for notice in sent})
        assert all("queued as" in (notice.server_answer or "") for notice in sent)


class Visitor:
    """A browser as far as this test needs one: cookies, forms, redirects."""

    def __init__(self, site: str) -> None:
        self.site = site
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> str:
        with self._opener.open(self.site + path, timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def post(self, path: str, fields: dict[str, str]) -> str:
        """The address at which the visitor ends."""
        body = urllib.parse.urlencode(fields).encode()
        with self._opener.open(self.site + path, body, timeout=PATIENCE) as answer:
            answer.read()
            return str(answer.geturl())


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            found[name[1]] = value[1]
    return found


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def test_a_double_click_over_two_web_workers_reports_one_problem(
    app: Flask, world: District, environ: dict[str, str]
) -> None:
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    serve = ["gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", "--no-control-socket", "--log-level", "error"]
    with app.app_context(), processes(environ | {"SITE_URL": site}, [*serve, "wsgi:app"]):
        until(lambda: _answers(f"{site}/healthz"), "the web server answers")
        visitor = Visitor(site)
        signed_in = hidden(visitor.get("/login")) | {"username": "reporter", "password": PASSWORD}
        assert not visitor.post("/login", signed_in).endswith("/login")
        form = hidden(visitor.get("/problems/new")) | {
            "enterprise": "示例一号机械有限公司",
            "title": "厂区门前道路积水",
            "detail": "雨后厂区门前道路积水，货车进不来。",
            "category": "transport",
            "urgency": "ordinary",
            "contact_name": "王经理",
            "contact_phone": "15000000625",
            "do": "report",
        }
        ends: list[str] = []
        clicks = [threading.Thread(target=lambda: ends.append(visitor.post("/problems/new", form))) for _ in range(4)]
        for click in clicks:
            click.start()
        for click in clicks:
            click.join()
        assert len(set(ends)) == 1
        assert count(Problem) == PROBLEMS + 1


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
