"""Clocks that a notice or other limits move: together, on record, and told once a person."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from helpdesk import rules
from helpdesk.calendars.models import DISTRICT, Declaration, DeclaredDay
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices.models import Notice
from helpdesk.problems import queries
from helpdesk.problems.cases import ticking
from helpdesk.problems.models import ClockStep, Entry, Matter, Problem, ProblemClock, Strike
from helpdesk.problems.moves import Move
from helpdesk.problems.moving import MOST_TOLD, carry_out, moves_under, retime_moves, settle_provisional
from helpdesk.problems.sweep import sweep
from tests.people import District
from tests.walking import Walker, problem
from workflows.accounts import StepKind, account
from workflows.terms import Limit, Unit

THURSDAY = date(2026, 9, 3)
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)  # Tuesday, 16:00


@pytest.fixture(autouse=True)
def tuesday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def close(*days: date) -> None:
    """The district's offices stay closed on these days; committed, but no clock knows of it yet."""
    declaration = Declaration(kind=DISTRICT, title="防汛停工", entered_at=NOW)
    declaration.days = [DeclaredDay(day=day, working=False, name="防汛") for day in days]
    db.session.add(declaration)
    rules.calendar_changed()
    db.session.commit()


def move_all(cause: str = "calendar1") -> list[Move]:
    """As commands do it."""
    moves = moves_under(calendar(), now=NOW)
    moved = carry_out(
        moves,
        kind=StepKind.MOVED,
        reason="防汛停工（二政办〔2026〕3号）",
        by_name="某administrator",
        now=NOW,
        cause=cause,
    )
    db.session.commit()
    return moved


def clock_of(problem_id: int, name: str) -> ProblemClock:
    db.session.expire_all()
    return next(row for row in queries.clocks_of(problem_id) if row.name == name and not row.stopped_at)


def facts(rows: list[Move]) -> list[tuple[str, str, str]]:
    return [(move.name, move.before.isoformat(), move.after.isoformat()) for move in rows]


def told() -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.name == "dates_moved").order_by(Notice.id)))


# -- What would move ---------------------------------------------------------------------------------------------------


def test_under_the_calendar_in_force_nothing_moves(walker: Walker) -> None:
    for state in ("reported", "assigned", "handling", "suspended", "evaluating", "closing"):
        walker.to(state)
    assert moves_under(calendar(), now=NOW) == []


def test_what_a_closed_day_would_move_and_nothing_is_changed_by_asking(walker: Walker) -> None:
    key = walker.to("handling")
    before = {row.id: row.due_on for row in queries.clocks_of(key)}
    close(THURSDAY)
    moves = moves_under(calendar(), now=NOW)
    assert facts(moves) == [("respond", "2026-09-04", "2026-09-07"), ("handle", "2026-09-10", "2026-09-11")]
    assert {move.group for move in moves} == {"基础设施保障组"}
    assert {move.number for move in moves} == {problem(key).number}
    assert {row.id: row.due_on for row in queries.clocks_of(key)} == before


def test_waiting_clocks_do_not_move_now_but_are_counted_when_they_go_on(walker: Walker) -> None:
    key = walker.to("suspended")
    waiting = [row.name for row in queries.clocks_of(key) if row.unspent is not None]
    assert "handle" in waiting
    close(date(2026, 9, 10))
    assert "handle" not in {move.name for move in moves_under(calendar(), now=NOW)}
    walker.do(key, "resume")
    row = clock_of(key, "handle")
    assert row.due_on == account(ticking(row, queries.steps_of([row.id])[row.id]).history, calendar()).due.on
    assert row.due_on == date(2026, 9, 11)  # seven days with the tenth closed


def test_only_these_clocks_are_asked_about(walker: Walker) -> None:
    first, second = walker.to("assigned"), walker.to("assigned")
    close(date(2026, 9, 2))
    only = [clock_of(second, "sign").id]
    assert {move.problem_id for move in moves_under(calendar(), now=NOW, only=only)} == {second}
    assert {move.problem_id for move in moves_under(calendar(), now=NOW)} == {first, second}


# -- Carrying it out ---------------------------------------------------------------------------------------------------


def test_clocks_move_with_step_entry_and_summary(walker: Walker) -> None:
    key = walker.to("handling")
    close(THURSDAY)
    moved = move_all()
    assert [move.name for move in moved] == ["respond", "handle"]
    respond, handle = clock_of(key, "respond"), clock_of(key, "handle")
    assert (respond.due_on, handle.due_on) == (date(2026, 9, 7), date(2026, 9, 11))
    assert respond.due_at == calendar().at(date(2026, 9, 8))
    assert (problem(key).due_on, problem(key).due_at) == (respond.due_on, respond.due_at)
    steps = queries.steps_of([handle.id])[handle.id]
    assert [(step.kind, step.due_before_on, step.due_after_on) for step in steps] == [
        (StepKind.MOVED, date(2026, 9, 10), date(2026, 9, 11))
    ]
    assert steps[0].reason == "防汛停工（二政办〔2026〕3号）"
    assert account(ticking(handle, steps).history, calendar()).due.on == handle.due_on


def test_the_timeline_tells_of_it_once_a_problem_and_not_to_the_enterprise(walker: Walker) -> None:
    key = walker.to("handling")
    version = problem(key).version
    close(THURSDAY)
    move_all()
    entries = [entry for entry in queries.timeline(key) if entry.action == "moved"]
    assert [(entry.label, entry.by_name, entry.internal) for entry in entries] == [
        ("应办日期调整", "某administrator", False)
    ]
    assert [(each["label"], each["words"]) for each in entries[0].answers] == [
        ("首次反馈", "9月4日（周五） → 9月7日（周一）"),
        ("办理", "9月10日（周四） → 9月11日（周五）"),
        ("原因", "防汛停工（二政办〔2026〕3号）"),
    ]
    assert not any(each["public"] for each in entries[0].answers)
    assert problem(key).version == version  # nobody's form is made stale by it


def test_nobody_looks_at_a_moved_clock_before_its_new_day(walker: Walker) -> None:
    key = walker.to("assigned")
    close(date(2026, 9, 2))
    move_all()
    sweep(calendar().at(date(2026, 9, 2)) + timedelta(hours=9))
    assert db.session.scalars(select(Strike)).all() == []
    sweep(calendar().at(THURSDAY) + timedelta(hours=9))
    struck = {(strike.milestone, strike.due_on) for strike in db.session.scalars(select(Strike))}
    assert ("due_today", THURSDAY) in struck
    assert clock_of(key, "sign").due_on == THURSDAY


def test_each_person_hears_once_of_all_problems(walker: Walker, world: District) -> None:
    keys = [walker.to("handling") for _ in range(3)]
    other = walker.to("assigned")
    db.session.query(Notice).delete()
    db.session.commit()
    close(THURSDAY)
    move_all()
    move_all()  # nothing is left to move
    people = {key: name for name, key in world.people.items()}
    heard = {people[row.person_id or 0]: row for row in told()}
    assert len(told()) == len(heard)
    assert set(heard) == {"handler", "group_lead"}
    numbers = [problem(key).number or "" for key in keys]
    assert all(number in heard["handler"].body for number in numbers)
    assert "9月10日（周四） → 9月11日（周五）" in heard["handler"].body
    assert "防汛停工（二政办〔2026〕3号）" in heard["handler"].subject
    assert (problem(other).number or "") not in heard["handler"].body
    assert {row.path for row in told()} == {"/"}


def test_a_long_list_is_cut_and_the_rest_counted(walker: Walker) -> None:
    first = walker.to("assigned")
    copy_clock(first, MOST_TOLD + 4)
    close(date(2026, 9, 2), THURSDAY)
    moved = move_all()
    lead = next(row for row in told() if row.reader_name == "某group_lead")
    assert len(moved) > MOST_TOLD
    assert lead.body.count(" → ") + lead.body.count("→") >= MOST_TOLD
    assert "另有" in lead.body


def copy_clock(problem_id: int, times: int) -> None:
    """More clocks of the same name, each of a problem of its own."""
    found = problem(problem_id)
    row = clock_of(problem_id, "sign")
    for n in range(times):
        twin = Problem(
            **{c.key: getattr(found, c.key) for c in Problem.__table__.columns if c.key not in ("id", "number")}
        )
        twin.number = f"〔2026〕9{n:03}"
        db.session.add(twin)
        columns = {
            c.key: getattr(row, c.key) for c in ProblemClock.__table__.columns if c.key not in ("id", "problem_id")
        }
        db.session.add(ProblemClock(problem=twin, **columns))
    db.session.commit()


def test_a_task_beside_the_problem_moves_with_its_own_line_and_readers(walker: Walker, world: District) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_assist")
    db.session.query(Notice).delete()
    db.session.commit()
    close(date(2026, 9, 2), THURSDAY)
    moved = move_all()
    matter = db.session.scalars(select(Matter)).one()
    mine = [move for move in moved if move.matter_id == matter.id]
    assert mine
    assert matter.due_on == min(move.after for move in mine)
    assert problem(key).due_on != matter.due_on or problem(key).due_on is not None
    assert [entry.matter_id for entry in queries.timeline(key) if entry.action == "moved"].count(matter.id) == 1
    people = {number: name for name, number in world.people.items()}
    assert "other_lead" in {people[row.person_id or 0] for row in told()}


def test_what_changed_meanwhile_is_left_alone(walker: Walker) -> None:
    key, other = walker.to("assigned"), walker.to("assigned")
    close(date(2026, 9, 2))
    moves = moves_under(calendar(), now=NOW)
    walker.now = NOW
    walker.do(key, "sign")
    moved = carry_out(moves, kind=StepKind.MOVED, reason="防汛", by_name="系统", now=NOW, cause="calendar1")
    db.session.commit()
    assert {move.problem_id for move in moved if move.name == "sign"} == {other}


def test_a_move_that_is_not_committed_leaves_no_trace(walker: Walker) -> None:
    key = walker.to("handling")
    close(THURSDAY)
    carry_out(moves_under(calendar(), now=NOW), kind=StepKind.MOVED, reason="防汛", by_name="系统", now=NOW, cause="x")
    db.session.rollback()
    assert clock_of(key, "handle").due_on == date(2026, 9, 10)
    assert problem(key).due_on == date(2026, 9, 4)
    assert told() == []
    assert [entry for entry in queries.timeline(key) if entry.action == "moved"] == []
    assert db.session.scalars(select(ClockStep)).all() == []


def test_nothing_to_move_is_nothing_done(app: Flask) -> None:
    with app.app_context():
        assert carry_out([], kind=StepKind.MOVED, reason="无", by_name="系统", now=NOW, cause="calendar1") == []
        assert db.session.scalars(select(Entry)).all() == []


# -- Provisional dates -------------------------------------------------------------------------------------------------


def test_dates_become_sure_with_the_year_and_provisional_without_it(walker: Walker) -> None:
    key = walker.to("handling")
    for last_year, provisional in ((2025, True), (2026, False)):
        settle_provisional(last_year)
        db.session.commit()
        assert clock_of(key, "handle").provisional is provisional
        assert problem(key).provisional is provisional


# -- Other limits ------------------------------------------------------------------------------------------------------


class Longer:
    """Rules under which handling takes nine working days."""

    version_id = None

    def clock(self, name: str) -> Any:
        clock = rules.AS_SHIPPED.clock(name)
        return type(clock)(**{**vars_of(clock), "limit": Limit(9, Unit.WORKING_DAYS)}) if name == "handle" else clock


def vars_of(clock: Any) -> dict[str, Any]:
    return {name: getattr(clock, name) for name in clock.__dataclass_fields__}


def retime() -> list[Move]:
    moves = retime_moves(Longer(), now=NOW)  # type: ignore[arg-type]
    carry_out(
        moves, kind=StepKind.RETIMED, reason="按新的时限重新计时", by_name="某dispatch_lead", now=NOW, cause="retime1"
    )
    db.session.commit()
    return moves


def test_running_clocks_get_the_limit_in_force_from_their_own_start(walker: Walker) -> None:
    key = walker.to("handling")
    assert facts(retime()) == [("handle", "2026-09-10", "2026-09-14")]
    row = clock_of(key, "handle")
    assert (row.amount, row.counted_in, row.due_on) == (9, "working_days", date(2026, 9, 14))
    steps = queries.steps_of([row.id])[row.id]
    assert [(step.kind, step.amount) for step in steps] == [(StepKind.RETIMED, 9)]
    assert account(ticking(row, steps).history, calendar()).due.on == row.due_on
    assert retime() == []


def test_only_clocks_of_these_names_are_retimed(walker: Walker) -> None:
    walker.to("handling")
    assert retime_moves(Longer(), now=NOW, names=["respond"]) == []  # type: ignore[arg-type]
    assert [move.name for move in retime_moves(Longer(), now=NOW, names=["handle"])] == ["handle"]  # type: ignore[arg-type]


def test_a_waiting_clock_keeps_more_and_goes_on_with_it(walker: Walker) -> None:
    key = walker.to("suspended")
    before = clock_of(key, "handle").unspent
    assert before is not None
    assert [(move.name, move.waiting) for move in retime()] == [("handle", True)]
    row = clock_of(key, "handle")
    assert row.unspent == before + 2
    assert row.waiting_since_at is not None
    walker.do(key, "resume")
    assert clock_of(key, "handle").due_on == date(2026, 9, 14)


def test_a_date_that_was_taken_over_moves_with_the_limit_and_stays_explained(walker: Walker) -> None:
    key = walker.to("handling")
    row = clock_of(key, "handle")
    fixed = ClockStep(
        clock_id=row.id, at=row.started_at, kind=StepKind.FIXED, until_on=date(2026, 9, 16), reason="升级前"
    )
    db.session.add(fixed)
    row.due_on, row.due_at = date(2026, 9, 16), calendar().at(date(2026, 9, 17))
    db.session.commit()
    assert moves_under(calendar(), now=NOW) == []
    assert facts(retime()) == [("handle", "2026-09-16", "2026-09-18")]
    row = clock_of(key, "handle")
    assert account(ticking(row, queries.steps_of([row.id])[row.id]).history, calendar()).due.on == date(2026, 9, 18)
    assert moves_under(calendar(), now=NOW) == []
