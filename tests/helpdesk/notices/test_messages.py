"""Messages about no single problem: one row a reader and cause, in the hours of mail, in whole sentences."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from jinja2 import UndefinedError
from sqlalchemy import select

from helpdesk.db import db
from helpdesk.notices.messages import write_messages
from helpdesk.notices.models import NO_ADDRESS, WAITING, Notice
from helpdesk.notices.outbox import Reader
from helpdesk.org.models import Person
from workflows.roles import Role
from workflows.terms import Pace

TUESDAY_10 = datetime(2026, 9, 1, 2, tzinfo=UTC)
NIGHT = datetime(2026, 9, 1, 15, tzinfo=UTC)
LATE = {"since": "8月31日 10:00", "until": "9月1日 10:00"}


@pytest.fixture
def people(app: Flask) -> list[Person]:
    """Two people, the second without an address; inside an application context."""
    with app.app_context():
        first = Person(username="zhang", name="张三", email="zhang@example.org", fs_uniquifier="1")
        second = Person(username="li", name="李四", fs_uniquifier="2")
        db.session.add_all([first, second])
        db.session.commit()
        yield [first, second]


def told() -> list[Notice]:
    return list(db.session.scalars(select(Notice).order_by(Notice.id)))


def tell(readers: Any, **how: Any) -> int:
    usual = {"cause": "l20260901", "path": "/admin", "now": TUESDAY_10}
    return write_messages("sweep_late", readers, LATE, **(usual | how))


def test_each_reader_gets_one_row_in_whole_sentences(people: list[Person]) -> None:
    assert tell(people) == 2
    first, second = told()
    assert first.subject == "【系统停运】时限检查自 8月31日 10:00 至 9月1日 10:00 没有运行"
    assert first.body.endswith("。")
    assert first.why == "您收到这封邮件，是因为您是系统管理员。"
    assert (first.status, first.address, first.problem_id, first.path) == (WAITING, "zhang@example.org", None, "/admin")
    assert (second.status, second.address) == (NO_ADDRESS, None)


def test_the_same_cause_reaches_nobody_twice_and_another_one_does(people: list[Person]) -> None:
    assert tell(people[:1]) == 1
    assert tell([*people, *people]) == 1
    assert tell(people) == 0
    assert tell(people, cause="l20260902") == 2
    assert len(told()) == 4


def test_somebody_told_for_his_part_in_a_problem_is_the_same_reader(people: list[Person]) -> None:
    tell(people[:1])
    assert tell([Reader(people[0].id, "张三", "zhang@example.org", Role.HANDLER)]) == 0


@pytest.mark.parametrize(
    ("how", "leaves"),
    [
        ({}, datetime(2026, 9, 2, 0, 30, tzinfo=UTC)),
        ({"urgent": True}, NIGHT),
        ({"pace": Pace.DIGEST}, datetime(2026, 9, 2, 0, 30, tzinfo=UTC)),
    ],
)
def test_it_leaves_in_the_hours_of_mail_but_for_urgent_ones(
    people: list[Person], how: dict[str, Any], leaves: datetime
) -> None:
    tell(people, now=NIGHT, **how)
    assert {notice.send_after_at for notice in told()} == {leaves}


def test_a_fact_that_is_missing_is_an_error_and_nothing_is_written(people: list[Person]) -> None:
    with pytest.raises(UndefinedError):
        write_messages("sweep_late", people, {}, cause="x", path="/", now=NIGHT)
    assert told() == []


@pytest.mark.databases("postgresql")
def test_four_processes_at_once_tell_everybody_once(app: Flask, people: list[Person]) -> None:
    gate, written = threading.Barrier(4), []

    def run() -> None:
        with app.app_context():
            everybody = list(db.session.scalars(select(Person)))
            gate.wait()
            written.append(tell(everybody))
            db.session.commit()
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(written) == 2
    db.session.rollback()
    assert len(told()) == 2
