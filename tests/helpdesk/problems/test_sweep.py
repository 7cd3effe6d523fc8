"""The sweep: the ladder of a problem that is let lie, after outages, twice at once, and past a broken row."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices.models import Notice
from helpdesk.problems import digesting
from helpdesk.problems.models import Entry, ProblemClock, Strike
from helpdesk.problems.sweep import sweep
from tests.walking import Walker, problem


def strikes() -> list[tuple[str, str, str]]:
    rows = db.session.execute(
        select(ProblemClock.name, Strike.milestone, Strike.struck_on, Strike.lapsed)
        .join(ProblemClock, ProblemClock.id == Strike.clock_id)
        .order_by(Strike.struck_on, Strike.id)
    )
    return [
        (name, milestone + (" (lapsed)" if lapsed else ""), day.isoformat()) for name, milestone, day, lapsed in rows
    ]


def morning(day: date) -> datetime:
    return calendar().at(day) + timedelta(hours=1)


def sweep_daily(start: date, end: date) -> None:
    day = start
    while day <= end:
        sweep(morning(day))
        day += timedelta(days=1)


def test_the_ladder_of_a_problem_nobody_signs(walker: Walker) -> None:
    """Assigned on Tuesday 1 September 2026: 签收 is due on the 2nd; the make-up Sunday 20 September counts."""
    walker.to("assigned")
    sweep_daily(date(2026, 9, 2), date(2026, 9, 30))
    assert [line for line in strikes() if line[0] == "sign"] == [
        ("sign", "due_today", "2026-09-02"),
        ("sign", "overdue", "2026-09-03"),
        ("sign", "supervised", "2026-09-09"),
        ("sign", "supervised_again", "2026-09-16"),
    ]


def test_who_is_told_on_each_rung(walker: Walker) -> None:
    walker.to("assigned")
    sweep_daily(date(2026, 9, 2), date(2026, 9, 16))
    rung = select(Notice.name, Notice.role).where(Notice.cause.like("s%"))
    told = {(name, role) for name, role in db.session.execute(rung)}
    assert {
        ("due_today", "group_lead"),
        ("overdue", "group_lead"),
        ("overdue_copy", "dispatcher"),
        ("supervise", "supervisor"),
        ("supervise_copy", "leader"),
        ("supervise_copy", "chief"),
    } <= told


def test_after_an_outage_reminders_lapse_and_escalations_happen_once_in_order_at_their_true_day(walker: Walker) -> None:
    walker.to("assigned")
    sweep(morning(date(2026, 9, 17)))
    assert [line for line in strikes() if line[0] == "sign"] == [
        ("sign", "due_today (lapsed)", "2026-09-02"),
        ("sign", "overdue", "2026-09-03"),
        ("sign", "supervised", "2026-09-09"),
        ("sign", "supervised_again", "2026-09-16"),
    ]
    entries = db.session.scalars(select(Entry).where(Entry.action == "strike").order_by(Entry.id)).all()
    assert calendar().day_of(entries[0].at) == date(2026, 9, 3)
    lapsed = select(func.count()).select_from(Notice).where(Notice.name == "due_today")
    assert db.session.scalar(lapsed) == 0


def test_a_year_with_outages_ends_in_the_same_ledger_of_escalations(walker: Walker) -> None:
    walker.to("handling")
    walker.to("reported")
    sweep(morning(date(2026, 10, 20)))
    late = {line for line in strikes() if "lapsed" not in line[1]}
    db.session.execute(Strike.__table__.delete())
    again = update(ProblemClock).where(ProblemClock.stopped_at.is_(None))
    db.session.execute(again.values(strike_at=datetime(2026, 9, 2, tzinfo=UTC)))
    db.session.execute(Notice.__table__.delete().where(Notice.cause.like("s%")))
    db.session.commit()
    sweep_daily(date(2026, 9, 2), date(2026, 10, 20))
    daily = {line for line in strikes() if line[1] in ("overdue", "supervised", "supervised_again")}
    assert {line for line in late if line[1] in ("overdue", "supervised", "supervised_again")} == daily
    assert daily


def test_a_second_sweep_does_nothing(walker: Walker) -> None:
    walker.to("assigned")
    now = morning(date(2026, 9, 4))
    assert sweep(now).struck > 0
    assert sweep(now).struck == 0


@pytest.mark.databases("postgresql")
def test_two_sweeps_at_once_strike_everything_once(app: Flask, walker: Walker) -> None:
    for _ in range(8):
        walker.to("assigned")
    db.session.rollback()
    gate = threading.Barrier(2)
    swept: list[Any] = []

    def run() -> None:
        with app.app_context():
            gate.wait()
            swept.append(sweep(morning(date(2026, 9, 4))))
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.failed for each in swept] == [0, 0]
    told = [line for line in strikes() if "lapsed" not in line[1]]
    assert sum(each.struck for each in swept) == len(told)
    assert [line for line in told if line[0] == "sign"] == [("sign", "overdue", "2026-09-03")] * 8


def test_silence_runs_out_into_a_call_back(walker: Walker) -> None:
    problem_id = walker.to("evaluating")
    due_on = problem(problem_id).due_on
    assert due_on is not None
    sweep(morning(due_on))
    assert problem(problem_id).state == "evaluating"
    sweep(morning(due_on + timedelta(days=1)))
    row = problem(problem_id)
    assert (row.state, row.satisfaction) == ("calling_back", None)


def test_a_waiting_clock_never_strikes(walker: Walker) -> None:
    walker.to("objected")
    sweep_daily(date(2026, 9, 2), date(2026, 10, 30))
    assert {name for name, _, _ in strikes()} == {"rule"}


def test_a_broken_row_never_stops_the_sweep(walker: Walker) -> None:
    broken, good = walker.to("assigned"), walker.to("assigned")
    rows = {row.problem_id: row for row in db.session.scalars(select(ProblemClock).where(ProblemClock.name == "sign"))}
    rows[broken].counted_in = "moons"
    db.session.commit()
    swept = sweep(morning(date(2026, 9, 4)))
    assert swept.failed == 1
    late = select(Entry.problem_id).where(Entry.label == "催办通知书")
    assert db.session.scalars(late).all() == [good]
    assert sweep(morning(date(2026, 9, 4))).failed == 0


def test_a_reminder_is_moot_once_the_clock_has_stopped(walker: Walker) -> None:
    problem_id = walker.to("assigned")
    sweep(morning(date(2026, 9, 3)))
    waiting = db.session.scalars(select(Notice).where(Notice.name == "overdue")).all()
    assert digesting.moot(waiting, walker.now) == {}
    walker.now = morning(date(2026, 9, 3))
    walker.do(problem_id, "sign")
    assert set(digesting.moot(waiting, walker.now)) == {notice.id for notice in waiting}


def test_a_resumed_clock_is_reminded_of_its_new_due_day(walker: Walker) -> None:
    problem_id = walker.to("handling", difficulty="ordinary")
    walker.do(problem_id, "respond")
    sweep_daily(date(2026, 9, 2), date(2026, 9, 9))
    walker.now = morning(date(2026, 9, 9))
    walker.do(problem_id, "suspend", review_on=date(2026, 9, 15))
    walker.now = morning(date(2026, 9, 15))
    walker.do(problem_id, "resume")
    sweep_daily(date(2026, 9, 15), date(2026, 9, 16))
    assert [line for line in strikes() if line[0] == "handle" and "lapsed" not in line[1]] == [
        ("handle", "due_soon", "2026-09-07"),
        ("handle", "due_next", "2026-09-09"),
        ("handle", "due_next", "2026-09-15"),
        ("handle", "due_today", "2026-09-16"),
    ]
