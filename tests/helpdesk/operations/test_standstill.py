"""After a standstill: the alarm, reminders that lapse, escalations at their true day, and one catch-up notice a person."""

import threading
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from helpdesk import clock, scheduler
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices.models import DROPPED, SENT, WAITING, Notice
from helpdesk.operations import commands, queries
from helpdesk.operations.models import Standstill
from helpdesk.problems.models import Entry, ProblemClock, Strike
from tests.mail import Postbox
from tests.walking import Walker, problem

pytestmark = pytest.mark.smtp
SWEEP, POST = (next(job for job in scheduler.JOBS if job.name == name) for name in ("sweep", "post"))


@pytest.fixture
def settings(smtp_server: Postbox) -> dict[str, Any]:
    return smtp_server.settings


def at(day: date, hour: int = 9) -> datetime:
    return calendar().at(day) + timedelta(hours=hour)


def forget_news() -> None:
    """As if all that was to be told so far had been told."""
    db.session.execute(update(Notice).where(Notice.status == WAITING).values(status=DROPPED))
    db.session.commit()


def mails_to(smtp_server: Postbox, part: str) -> list[tuple[str, str]]:
    """Subject and text of what somebody got."""
    return [
        (message["Subject"], message.get_body(("plain",)).get_content())
        for message in smtp_server.messages
        if message["To"].addresses[0].addr_spec == f"{part}@example.org"
    ]


# -- The alarm ---------------------------------------------------------------------------------------------------------


def alarms() -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.name == "sweep_late").order_by(Notice.id)))


def test_the_first_run_after_a_standstill_sends_an_alarm_at_any_hour_and_once(walker: Walker) -> None:
    sunday = at(date(2026, 9, 6), hour=3)
    commands.beat("sweep", at=sunday - timedelta(minutes=11), did="")
    scheduler.run(SWEEP, sunday)
    [alarm] = alarms()
    assert alarm.subject == "【系统停运】时限检查自 9月6日 02:49 至 9月6日 03:00 没有运行"
    assert (alarm.person_id, alarm.send_after_at, alarm.pace) == (
        walker.world.people["administrator"],
        sunday,
        "urgent",
    )
    scheduler.run(SWEEP, sunday + timedelta(minutes=1))
    assert len(alarms()) == 1
    assert queries.newest_standstill(sunday) == (sunday - timedelta(minutes=11), sunday)


@pytest.mark.usefixtures("world")
def test_a_sweep_that_is_in_time_or_runs_for_the_first_time_is_no_standstill() -> None:
    now = at(date(2026, 9, 1))
    assert not commands.notice_standstill(now, job="sweep", late_after=timedelta(minutes=10))
    commands.beat("sweep", at=now - timedelta(minutes=10), did="")
    assert not commands.notice_standstill(now, job="sweep", late_after=timedelta(minutes=10))
    commands.beat("sweep", at=now + timedelta(days=1), did="")
    assert not commands.notice_standstill(now, job="sweep", late_after=timedelta(minutes=10)), "a clock was moved back"
    assert alarms() == []


@pytest.mark.usefixtures("world")
def test_runs_that_failed_are_a_standstill_too(app: Flask) -> None:
    now = at(date(2026, 9, 1))
    commands.beat("sweep", at=now - timedelta(hours=1), did="")
    commands.stumble("sweep", at=now - timedelta(minutes=1), error="RuntimeError: broken")
    assert commands.notice_standstill(now, job="sweep", late_after=timedelta(minutes=10))


@pytest.mark.databases("postgresql")
def test_many_processes_that_come_back_at_once_send_one_alarm(app: Flask, walker: Walker) -> None:
    now = at(date(2026, 9, 1))
    commands.beat("sweep", at=now - timedelta(days=21), did="")
    gate, noticed = threading.Barrier(4), []

    def run() -> None:
        with app.app_context():
            gate.wait()
            noticed.append(commands.notice_standstill(now, job="sweep", late_after=timedelta(minutes=10)))
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(noticed) == [False, False, False, True]
    db.session.rollback()
    assert len(alarms()) == 1


def test_a_rehearsal_at_a_chosen_moment_is_no_standstill(walker: Walker, runner: Any) -> None:
    commands.beat("sweep", at=at(date(2026, 9, 1)), did="")
    runner.invoke(args=["job", "sweep", "--now", "2026-09-20T09:00+08:00"])
    assert db.session.scalars(select(Standstill)).all() == []


def test_the_administrators_page_says_when_nothing_ran(administrator: FlaskClient) -> None:
    now = clock.now()
    commands.beat("sweep", at=now - timedelta(hours=2), did="")
    commands.notice_standstill(now, job="sweep", late_after=timedelta(minutes=10))
    assert "没有运行，恢复后已按真实日期补报" in administrator.get("/admin").text


# -- What is caught up with --------------------------------------------------------------------------------------------


def test_one_catch_up_notice_a_person_says_so_and_dates_everything_truly(walker: Walker, smtp_server: Postbox) -> None:
    for _ in range(3):
        walker.to("assigned")
    forget_news()
    commands.beat("sweep", at=at(date(2026, 9, 1)), did="")
    back = at(date(2026, 9, 18))  # a day on which nothing strikes by itself
    scheduler.run(SWEEP, back)
    POST.run(back)
    caught_up = [each for each in mails_to(smtp_server, "group_lead") if "补报事项" in each[1]]
    assert len(caught_up) == 1
    subject, text = caught_up[0]
    assert subject.startswith("【每日提醒】逾期 3 件，补报事项")
    assert "系统自 2026年9月1日 09:00 至 2026年9月18日 09:00 停运，以下事项按真实日期补报。" in text
    assert text.count("停运") == 1
    for day in ("9月2日（周三）", "9月8日（周二）", "9月15日（周二）"):
        assert text.count(f"实际日期：{day}") >= 3
    told = Counter(message["To"].addresses[0].addr_spec for message in smtp_server.messages)
    assert told.pop("administrator@example.org") == 1
    assert set(told.values()) == {1}, "one mail a person"


def test_what_is_told_late_waits_until_all_of_it_is_known(walker: Walker, smtp_server: Postbox) -> None:
    for _ in range(2):
        walker.to("assigned")
    forget_news()
    back = at(date(2026, 9, 17))
    SWEEP.run(back)
    db.session.execute(update(Notice).where(Notice.status == WAITING).values(pace="digest"))
    one = db.session.scalars(select(ProblemClock).where(ProblemClock.strike_at.is_not(None)).limit(1)).one()
    later, one.strike_at = one.strike_at, back - timedelta(minutes=1)  # as if a sweep were still at it
    db.session.commit()
    POST.run(back)
    assert not [text for _, text in mails_to(smtp_server, "group_lead") if "补报事项" in text]
    one = db.session.scalars(select(ProblemClock).where(ProblemClock.strike_at < back)).one()
    one.strike_at = later
    db.session.commit()
    POST.run(back)
    assert len([text for _, text in mails_to(smtp_server, "group_lead") if "补报事项" in text]) == 1


def test_without_a_known_standstill_it_is_told_late_without_blaming_one(walker: Walker, smtp_server: Postbox) -> None:
    walker.to("assigned")
    forget_news()
    back = at(date(2026, 9, 4))
    SWEEP.run(back)
    POST.run(back)
    [(_, text)] = [each for each in mails_to(smtp_server, "group_lead") if "补报事项" in each[1]]
    assert "未能当时告知，按真实日期补报" in text
    assert "停运" not in text


def test_what_was_done_during_the_standstill_is_not_told_any_more(walker: Walker, smtp_server: Postbox) -> None:
    problem_id = walker.to("assigned")
    forget_news()
    back = at(date(2026, 9, 4))
    SWEEP.run(back)
    walker.now = back
    walker.do(problem_id, "sign")
    POST.run(back)
    assert db.session.scalars(select(Strike).where(Strike.milestone == "overdue")).all(), "it stays in the ledger"
    assert not [text for _, text in mails_to(smtp_server, "group_lead") if "催办通知书" in text]


def test_what_ran_out_during_the_standstill_happened_when_it_ran_out(walker: Walker) -> None:
    problem_id = walker.to("evaluating")
    due_at = problem(problem_id).due_at
    assert due_at is not None
    back = due_at + timedelta(days=21)
    forget_news()
    SWEEP.run(back)
    row = problem(problem_id)
    assert (row.state, row.state_since_at, row.changed_at) == ("calling_back", due_at, due_at)
    lapsed = db.session.scalars(select(Entry).where(Entry.problem_id == problem_id, Entry.action == "lapse")).one()
    assert lapsed.at == due_at
    started = db.session.scalars(select(ProblemClock).where(ProblemClock.name == "call_back")).one()
    assert (started.started_at, started.started_on) == (due_at, calendar().day_of(due_at))


def test_clocks_that_started_meanwhile_strike_in_the_same_sweep_at_their_true_days(walker: Walker) -> None:
    problem_id = walker.to("evaluating")
    due_at = problem(problem_id).due_at
    assert due_at is not None
    back = due_at + timedelta(days=21)
    swept = SWEEP.run(back)
    rows = select(Strike.milestone, Strike.struck_on, Strike.lapsed).join(
        ProblemClock, ProblemClock.id == Strike.clock_id
    )
    struck = db.session.execute(rows.where(ProblemClock.name == "call_back").order_by(Strike.struck_on)).all()
    call_due = db.session.scalars(select(ProblemClock.due_on).where(ProblemClock.name == "call_back")).one()
    expected = {name: calendar().add(call_due, days) for name, days in (("overdue", 1), ("supervised", 5))}
    assert {name: day for name, day, lapsed in struck if name in expected and not lapsed} == expected
    assert all(lapsed for name, _, lapsed in struck if name.startswith("due_"))
    assert swept.ran_out == 1
    assert SWEEP.run(back).struck == 0
    told = db.session.scalars(select(Notice).where(Notice.name == "to_call_back")).all()
    assert told
    assert {(each.catch_up, each.written_at) for each in told} == {(True, back)}
    assert all("实际日期：" in each.body for each in told)


def test_a_standstill_ends_in_the_same_record_as_a_year_without(walker: Walker) -> None:
    quiet, busy = walker.to("evaluating"), walker.to("evaluating")
    days = [calendar().day_of(walker.now) + timedelta(days=n) for n in range(1, 30)]
    db.session.execute(update(ProblemClock).where(ProblemClock.problem_id == quiet).values(strike_at=None))
    db.session.commit()
    for day in days:
        SWEEP.run(at(day, hour=1))
    db.session.execute(
        update(ProblemClock)
        .where(ProblemClock.problem_id == quiet, ProblemClock.stopped_at.is_(None))
        .values(strike_at=at(days[0]))
    )
    db.session.commit()
    SWEEP.run(at(days[-1], hour=1))

    def record(problem_id: int) -> list[tuple[Any, ...]]:
        clocks = db.session.execute(
            select(ProblemClock.name, ProblemClock.started_on, ProblemClock.due_on, ProblemClock.ended)
            .where(ProblemClock.problem_id == problem_id)
            .order_by(ProblemClock.id)
        ).all()
        strikes = db.session.execute(
            select(ProblemClock.name, Strike.milestone, Strike.struck_on)
            .join(ProblemClock, ProblemClock.id == Strike.clock_id)
            .where(
                ProblemClock.problem_id == problem_id,
                Strike.milestone.not_like("due%"),
                Strike.milestone != "evaluate_soon",
            )
            .order_by(Strike.struck_on)
        ).all()
        return [*map(tuple, clocks), *map(tuple, strikes)]

    assert record(quiet) == record(busy)
    assert any(each[1] == "supervised_again" for each in record(quiet))


def test_if_something_else_happened_meanwhile_silence_ends_when_it_is_noticed(walker: Walker) -> None:
    problem_id = walker.to("evaluating")
    due_at = problem(problem_id).due_at
    assert due_at is not None
    walker.now = due_at + timedelta(hours=30)
    walker.do(problem_id, "comment", by="dispatcher")
    back = due_at + timedelta(days=3)
    SWEEP.run(back)
    assert problem(problem_id).state_since_at == back


def test_everything_stays_told_once_when_it_is_all_repeated(walker: Walker, smtp_server: Postbox) -> None:
    walker.to("assigned")
    walker.to("evaluating")
    back = at(date(2026, 9, 28))
    for _ in range(3):
        SWEEP.run(back)
        POST.run(back)
        back += timedelta(minutes=1)
    ids = Counter(message["Message-ID"] for message in smtp_server.messages)
    assert set(ids.values()) == {1}
    told = db.session.execute(select(Notice.cause, Notice.name, Notice.reader).where(Notice.status == SENT)).all()
    assert len(told) == len(set(told))
