"""`flask scheduler` as real processes: it beats, it stops when asked, and two of them do nothing twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from helpdesk import clock
from helpdesk.db import db
from helpdesk.notices.models import DROPPED, SENT, URGENT, WAITING, Notice
from helpdesk.operations.queries import heartbeats
from helpdesk.problems.models import ProblemClock, Strike
from tests.mail import Postbox
from tests.people import District
from tests.walking import Walker

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60.0  # seconds

Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_scheduler(database_url: str, tmp_path: Path, smtp_server: Postbox) -> Iterator[Start]:
    """Starts `flask scheduler` on the test's database and mail server; what still runs at the end is ended."""
    environ = settings_of(database_url, smtp_server, tmp_path)
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        with (tmp_path / f"scheduler{len(started)}.log").open("wb") as log:
            command = [sys.executable, "-m", "flask", "scheduler"]
            started.append(subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


def settings_of(database_url: str, smtp_server: Postbox, folder: Path) -> dict[str, str]:
    """What a process of ours is told about the test's database and mail server."""
    return os.environ | {
        "DATABASE_URL": database_url,
        "MAIL_SERVER": smtp_server.host,
        "MAIL_PORT": str(smtp_server.port),
        "UPLOAD_DIR": str(folder / "uploads"),
        "SECRET_KEY": "a secret of no worth, long enough for the rules",
    }


def wait_until(holds: Callable[[], bool], logs: Path) -> None:
    """Until it holds; with the logs of the schedulers when it never does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        db.session.rollback()
        if holds():
            return
        time.sleep(0.1)
    pytest.fail("\n".join(log.read_text() for log in logs.glob("scheduler*.log")))


def count(*conditions: object) -> int:
    return db.session.scalar(select(func.count()).select_from(Notice).where(*conditions)) or 0  # type: ignore[arg-type]


def old_problems(world: District, number: int) -> None:
    """So many problems that nobody has signed for weeks."""
    walker = Walker(world, clock.now() - timedelta(days=40))
    for _ in range(number):
        walker.to("assigned", urgency="urgent")  # urgent mails leave at whatever hour the tests are run


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_beats_and_stops_when_asked(
    world: District, start_scheduler: Start, tmp_path: Path, ending: signal.Signals
) -> None:
    process = start_scheduler()
    wait_until(lambda: {"sweep", "post"} <= heartbeats().keys(), tmp_path)
    process.send_signal(ending)
    assert process.wait(PATIENCE) == 0
    assert b"Traceback" not in (tmp_path / "scheduler0.log").read_bytes()


@pytest.mark.databases("postgresql")
def test_two_schedulers_do_nothing_twice(
    world: District, start_scheduler: Start, smtp_server: Postbox, tmp_path: Path
) -> None:
    old_problems(world, 12)
    processes = [start_scheduler(), start_scheduler()]

    def is_done() -> bool:
        if not all(b"runs: sweep" in log.read_bytes() for log in tmp_path.glob("scheduler*.log")):
            return False
        unstruck = select(func.count()).select_from(ProblemClock).where(ProblemClock.strike_at <= clock.now())
        due = count(Notice.status == WAITING, Notice.send_after_at <= clock.now(), Notice.pace == URGENT)
        return not due and not db.session.scalar(unstruck) and count(Notice.status == SENT) > 0

    wait_until(is_done, tmp_path)
    for process in processes:
        process.terminate()
    assert [process.wait(PATIENCE) for process in processes] == [0, 0]

    told = Counter(message["Message-ID"] for message in smtp_server.messages)
    assert told
    assert set(told.values()) == {1}
    sent = set(db.session.scalars(select(Notice.message_id).where(Notice.status == SENT)))
    assert told.keys() == sent
    struck = db.session.execute(select(Strike.clock_id, Strike.milestone, Strike.due_on)).all()
    assert struck
    assert max(Counter(struck).values()) == 1


@pytest.mark.databases("postgresql")
def test_four_processes_that_begin_a_mail_day_at_once_send_everybody_one_digest(
    world: District, database_url: str, smtp_server: Postbox, tmp_path: Path
) -> None:
    walker = Walker(world, datetime(2026, 8, 31, 2, tzinfo=UTC))  # a Monday
    for state in ("assigned", "handling", "reported", "reviewing"):
        walker.to(state)
    forgotten = update(Notice).where(Notice.status == WAITING)
    db.session.execute(forgotten.values(status=DROPPED))
    db.session.commit()
    command = [sys.executable, "-m", "flask", "job", "post", "--now", "2026-09-01T08:30+08:00"]
    environ = settings_of(database_url, smtp_server, tmp_path)
    posts = [subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE) for _ in range(4)]
    assert [post.wait(PATIENCE) for post in posts] == [0] * 4
    said = [post.communicate()[0].decode() for post in posts]
    told = Counter(message["To"].addresses[0].addr_spec for message in smtp_server.messages)
    assert set(told.values()) == {1}, said
    assert {"group_lead@example.org", "handler@example.org", "dispatcher@example.org"} <= set(told)
    assert all(message["Subject"].startswith("【每日提醒】") for message in smtp_server.messages)
    db.session.rollback()
    assert count(Notice.name == "morning", Notice.status == SENT) == len(told)
