"""Many at one problem at once: each line of its timeline follows another, whoever writes it and in whatever process."""

import multiprocessing
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from helpdesk import create_app
from helpdesk.audit.verifying import verify
from helpdesk.db import db
from helpdesk.problems import queries
from helpdesk.problems.commands import Actor, act
from helpdesk.problems.models import Entry, ProblemClock
from helpdesk.problems.sweep import sweep
from tests.helpdesk.audit.test_chain import assert_whole, chain_of
from tests.walking import Walker
from workflows.engine import Refused

TIMES = 15


def both(app: Flask, *doings: Callable[[], None]) -> list[BaseException]:
    """Each in a thread with a connection of its own, begun together; what went wrong."""
    gate, wrong = threading.Barrier(len(doings)), []

    def run(do: Callable[[], None]) -> None:
        with app.app_context():
            gate.wait()
            try:
                do()
            except BaseException as error:
                wrong.append(error)

    threads = [threading.Thread(target=run, args=(do,)) for do in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_a_sweep_and_people_at_the_same_problems(app: Flask, walker: Walker) -> None:
    """The sweep takes clocks and problems, people take a problem and then its clocks: no circle, no fork, no line lost."""
    ids = [walker.to("handling") for _ in range(8)]
    late = walker.now + timedelta(days=30)
    supervisor = Actor(walker.world.people["supervisor"], "督查员")
    db.session.commit()

    def people() -> None:
        for problem_id in ids * 2:
            act(problem_id, "urge", by=supervisor, given={"words": "请抓紧"}, now=late)

    def sweeps() -> None:
        for _ in range(4):
            sweep(late)

    before = db.session.query(Entry).count()
    db.session.commit()
    wrong = both(app, people, sweeps, sweeps)
    assert [each for each in wrong if not isinstance(each, Refused)] == []
    sweep(late)
    db.session.rollback()
    for problem_id in ids:
        assert_whole(chain_of(problem_id))
    assert db.session.query(Entry).count() > before
    due = db.session.query(ProblemClock).filter(ProblemClock.strike_at <= late).count()
    assert due == 0, "what one sweep passed over, the next one struck"
    assert verify(late).broken is None


def test_what_somebody_works_on_is_passed_over_and_swept_later(app: Flask, walker: Walker) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time: there is nothing to pass over")
    problem_id = walker.to("handling")
    late = walker.now + timedelta(days=30)
    db.session.commit()
    queries.get_for_change(problem_id)  # somebody has the problem in his hands
    before = len(chain_of(problem_id))
    swept: list[Any] = []
    assert both(app, lambda: swept.append(sweep(late))) == []
    assert swept[0].struck == 0
    assert swept[0].failed == 0
    db.session.rollback()
    assert sweep(late).struck > 0
    db.session.rollback()
    assert len(chain_of(problem_id)) > before


def _note_in_a_process(url: str, problem_id: int, person: tuple[int, str], times: int, now: Any) -> None:
    app = create_app({"SQLALCHEMY_DATABASE_URI": url, "TESTING": True})
    with app.app_context():
        for _ in range(times):
            act(problem_id, "urge", by=Actor(*person), given={"words": "请抓紧"}, now=now)


def test_two_processes_write_into_the_same_timeline(app: Flask, walker: Walker, database_url: str) -> None:
    problem_id = walker.to("handling")
    person = (walker.world.people["supervisor"], "督查员")
    before = len(chain_of(problem_id))
    db.session.commit()
    spawning = multiprocessing.get_context("spawn")
    processes = [
        spawning.Process(target=_note_in_a_process, args=(database_url, problem_id, person, TIMES, walker.now))
        for _ in range(2)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0]
    rows = chain_of(problem_id)
    assert len(rows) == before + 2 * TIMES
    assert_whole(rows)
