"""The beginning of a mail day: one digest for whoever has something waiting, whichever and however many processes post."""

import threading
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from helpdesk import scheduler
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices.models import DROPPED, FAILED, SENT, Notice
from helpdesk.operations.models import DayTaken
from helpdesk.problems.sweep import sweep
from tests.mail import Postbox
from tests.people import District
from tests.walking import Walker

pytestmark = pytest.mark.smtp


@pytest.fixture
def settings(smtp_server: Postbox) -> dict[str, Any]:
    return smtp_server.settings


def at(day: date, hour: int = 8, minute: int = 30) -> datetime:
    return calendar().at(day) + timedelta(hours=hour, minutes=minute)


def run_post(now: datetime) -> Any:
    return next(job for job in scheduler.JOBS if job.name == "post").run(now)


def digests(smtp_server: Postbox) -> Counter[str]:
    """How many morning mails each address got."""
    return Counter(
        message["To"].addresses[0].addr_spec
        for message in smtp_server.messages
        if message["Subject"].startswith("【每日提醒】")
    )


def forget_news() -> None:
    """As if all that was to be told so far had been told."""
    db.session.execute(update(Notice).where(Notice.status == "waiting").values(status=DROPPED))
    db.session.commit()


def test_whoever_has_something_waiting_gets_one_digest_every_working_morning(
    walker: Walker, smtp_server: Postbox
) -> None:
    walker.to("assigned")
    walker.to("handling")
    forget_news()
    for day in (date(2026, 9, 18), date(2026, 9, 19), date(2026, 9, 20)):  # Friday, Saturday, a declared Sunday
        for minute in (29, 30, 31, 45):
            run_post(at(day, minute=minute))
        run_post(at(day, hour=15))
        told = digests(smtp_server)
        expected = {date(2026, 9, 18): 1, date(2026, 9, 19): 1, date(2026, 9, 20): 2}[day]
        assert told == {"group_lead@example.org": expected, "handler@example.org": expected}


def test_a_digest_says_what_is_true_when_it_leaves(walker: Walker, smtp_server: Postbox) -> None:
    first, second = walker.to("assigned"), walker.to("assigned")
    forget_news()
    walker.now = at(date(2026, 9, 1), hour=7)
    walker.do(first, "sign")
    run_post(at(date(2026, 9, 1)))
    [mail] = [m for m in smtp_server.messages if m["To"].addresses[0].addr_spec == "group_lead@example.org"]
    text = mail.get_body(("plain",)).get_content()
    assert f"http://localhost/problems/{second}" in text
    assert f"http://localhost/problems/{first}" not in text


def test_reminders_of_the_night_are_part_of_the_digest_and_not_said_twice(walker: Walker, smtp_server: Postbox) -> None:
    problem_id = walker.to("assigned")
    forget_news()
    sweep(at(date(2026, 9, 1), hour=0, minute=1))
    reminders = db.session.scalars(select(Notice).where(Notice.name == "due_today", Notice.status == "waiting")).all()
    assert reminders
    run_post(at(date(2026, 9, 1)))
    [mail] = [m for m in smtp_server.messages if m["To"].addresses[0].addr_spec == "group_lead@example.org"]
    assert mail["Subject"].startswith("【每日提醒】今天到期 1 件")
    assert mail.get_body(("plain",)).get_content().count(f"/problems/{problem_id}\n") == 1
    db.session.expire_all()
    assert {each.status for each in reminders} == {SENT}


def test_nobody_is_told_that_nothing_waits(world: District, smtp_server: Postbox) -> None:
    run_post(at(date(2026, 9, 1)))
    assert smtp_server.messages == []
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 0
    assert db.session.scalar(select(func.count()).select_from(DayTaken)) == 1


@pytest.mark.parametrize("minute", [0, 29])
def test_before_the_first_window_opens_no_digest_is_written(walker: Walker, minute: int) -> None:
    walker.to("assigned")
    run_post(at(date(2026, 9, 1), minute=minute))
    assert db.session.scalar(select(func.count()).select_from(Notice).where(Notice.name == "morning")) == 0


def test_a_day_that_began_without_us_begins_when_we_are_back(walker: Walker, smtp_server: Postbox) -> None:
    walker.to("assigned")
    forget_news()
    run_post(at(date(2026, 9, 1), hour=15))
    assert digests(smtp_server) == {"group_lead@example.org": 1}


def test_a_clock_moved_back_brings_no_second_morning(walker: Walker, smtp_server: Postbox) -> None:
    walker.to("assigned")
    forget_news()
    for day, hour in ((1, 9), (2, 9), (1, 9), (1, 8), (2, 10), (2, 9)):
        run_post(at(date(2026, 9, day), hour=hour, minute=45))
    assert digests(smtp_server) == {"group_lead@example.org": 2}


@pytest.mark.databases("postgresql")
def test_many_posts_at_once_send_everybody_one_digest(app: Flask, walker: Walker, smtp_server: Postbox) -> None:
    for _ in range(4):
        walker.to("assigned")
        walker.to("handling")
    walker.to("reported")
    sweep(at(date(2026, 9, 1), hour=0, minute=1))
    forget_single_news()
    gate = threading.Barrier(5)

    def run() -> None:
        with app.app_context():
            gate.wait()
            run_post(at(date(2026, 9, 1)))
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = digests(smtp_server)
    assert set(told.values()) == {1}
    assert {"group_lead@example.org", "handler@example.org", "dispatcher@example.org"} <= set(told)
    everything = Counter(message["To"].addresses[0].addr_spec for message in smtp_server.messages)
    assert set(everything.values()) == {1}, "what was in the outbox is in the same mail"


def forget_single_news() -> None:
    """Only what goes into digests is left."""
    db.session.execute(update(Notice).where(Notice.pace != "digest").values(status=DROPPED))
    db.session.commit()


# -- What failed -------------------------------------------------------------------------------------------------------


def summaries() -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.name == "mail_failures").order_by(Notice.id)))


def test_the_administrators_hear_in_the_morning_what_failed_since_the_last_one(
    walker: Walker, smtp_server: Postbox
) -> None:
    smtp_server.refuse("group_lead@example.org", "550 5.1.1 no such mailbox")
    walker.to("assigned")
    run_post(at(date(2026, 9, 1)))
    assert summaries() == [], "it failed after this morning's summary"
    run_post(at(date(2026, 9, 2)))
    [summary] = summaries()
    failed = db.session.scalars(select(Notice).where(Notice.status == FAILED, Notice.sent_at.is_(None))).all()
    assert summary.person_id == walker.world.people["administrator"]
    assert (
        f"有 {len([each for each in failed if each.send_after_at < at(date(2026, 9, 2))])} 封邮件没有送到"
        in summary.subject
    )
    assert "某group_lead（group_lead@example.org）：550 5.1.1 no such mailbox" in summary.body
    db.session.expire_all()
    assert summary.status == SENT
    db.session.execute(update(Notice).where(Notice.status == FAILED).values(send_after_at=at(date(2026, 9, 1))))
    db.session.commit()
    smtp_server.refusals.clear()
    run_post(at(date(2026, 9, 3)))
    assert len(summaries()) == 1, "what was told yesterday is not told again"


def test_without_failures_the_administrators_hear_nothing(walker: Walker, smtp_server: Postbox) -> None:
    walker.to("assigned")
    for day in (1, 2):
        run_post(at(date(2026, 9, day)))
    assert summaries() == []
