"""Reminders and escalations: each once, in order, dated at its true day, however late somebody looks."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.days import CALENDAR, at, day, days
from workflows.clocks import Ticking, due, has_run_out, next_strike_at, strike_day, struck
from workflows.ladders import GROUP_LADDER
from workflows.problem import PROBLEM
from workflows.roles import Role, Whose
from workflows.terms import Clock, Limit, Milestone, Pace, Unit

HANDLE = PROBLEM.clock("handle")
EVALUATE = PROBLEM.clock("evaluate")
LIMITED = [clock for clock in PROBLEM.clocks if clock.milestones]
ANY_DAY = st.dates(date(2025, 1, 2), date(2026, 12, 1))


def running(start: str | date, working_days: int = 7, name: str = "handle") -> Ticking:
    moment = CALENDAR.at(day(start) if isinstance(start, str) else start)
    found = due(moment, Limit(working_days), CALENDAR)
    return Ticking(1, name, Limit(working_days), CALENDAR.day_of(moment), found.on, found.at, moment)


def day_by_day(clock: Clock, row: Ticking, last: date) -> list[tuple[str, date, bool]]:
    """Somebody looks every day: what struck, on which day, and whether it lapsed."""
    done: set[str] = set()
    seen = []
    for today in days(row.started_on, last):
        for strike in struck(clock, row, done, today, CALENDAR):
            assert strike.on == today
            assert not strike.late
            seen.append((strike.milestone.name, today, strike.lapsed))
            done.add(strike.milestone.name)
    return seen


def test_the_whole_ladder_in_working_days_from_the_due_day() -> None:
    """Due on 12 October 2026, with National Day before it and the Saturday of 10 October a working day."""
    row = running("2026-09-24")
    assert row.due_on == day("2026-10-12")
    assert day_by_day(HANDLE, row, day("2026-11-30")) == [
        ("due_soon", day("2026-10-08"), False),
        ("due_next", day("2026-10-10"), False),
        ("due_today", day("2026-10-12"), False),
        ("overdue", day("2026-10-13"), False),
        ("supervised", day("2026-10-19"), False),
        ("supervised_again", day("2026-10-26"), False),
    ]


def test_no_reminder_comes_before_the_clock_or_on_its_first_day() -> None:
    assert [name for name, _, _ in day_by_day(HANDLE, running("2026-11-23", 1), day("2026-11-24"))] == ["due_today"]
    assert [name for name, _, _ in day_by_day(HANDLE, running("2026-11-23", 2), day("2026-11-25"))] == [
        "due_next",
        "due_today",
    ]
    in_an_hour = due(at("2026-11-23"), Limit(1, Unit.HOURS), CALENDAR)
    row = Ticking(1, "respond", Limit(1, Unit.HOURS), day("2026-11-23"), in_an_hour.on, in_an_hour.at, at("2026-11-23"))
    assert [name for name, _, _ in day_by_day(HANDLE, row, day("2026-11-24"))] == ["overdue"]


def test_after_an_outage_reminders_lapse_and_escalations_all_happen_in_order_at_their_true_days() -> None:
    row = running("2026-09-24")
    found = struck(HANDLE, row, (), day("2026-10-20"), CALENDAR)
    assert [(each.milestone.name, each.on, each.lapsed) for each in found] == [
        ("due_soon", day("2026-10-08"), True),
        ("due_next", day("2026-10-10"), True),
        ("due_today", day("2026-10-12"), True),
        ("overdue", day("2026-10-13"), False),
        ("supervised", day("2026-10-19"), False),
    ]
    assert all(each.late for each in found)


def test_what_strikes_on_its_own_day_is_neither_late_nor_lapsed() -> None:
    row = running("2026-09-24")
    (found,) = struck(HANDLE, row, ("due_soon", "due_next"), day("2026-10-12"), CALENDAR)
    assert (found.milestone.name, found.late, found.lapsed) == ("due_today", False, False)


def test_a_waiting_clock_strikes_nothing_and_is_not_looked_at() -> None:
    row = replace(running("2026-09-24"), unspent=-20)
    assert struck(HANDLE, row, (), day("2026-12-31"), CALENDAR) == ()
    assert next_strike_at(HANDLE, row, (), CALENDAR) is None
    assert not has_run_out(EVALUATE, row, at("2026-12-31"))


def test_when_all_has_struck_the_clock_is_not_looked_at_any_more() -> None:
    row = running("2026-09-24")
    every = {mark.name for mark in HANDLE.milestones}
    assert next_strike_at(HANDLE, row, every, CALENDAR) is None
    assert struck(HANDLE, row, every, day("2027-03-01"), CALENDAR) == ()


def test_a_clock_that_runs_out_is_looked_at_when_it_does() -> None:
    row = running("2026-11-23", 5, "evaluate")
    assert next_strike_at(EVALUATE, row, (), CALENDAR) == at("2026-11-27", "00:00")
    assert next_strike_at(EVALUATE, row, {"evaluate_soon"}, CALENDAR) == row.due_at == at("2026-12-01", "00:00")
    assert not has_run_out(EVALUATE, row, row.due_at - timedelta(seconds=1))
    assert has_run_out(EVALUATE, row, row.due_at)
    assert not has_run_out(HANDLE, row, row.due_at + timedelta(days=50))


@given(ANY_DAY, st.integers(1, 30), st.sampled_from(LIMITED), st.data())
def test_nothing_strikes_before_the_next_look_and_something_is_due_at_it(
    start: date, limit: int, clock: Clock, draw: st.DataObject
) -> None:
    row = running(start, limit, clock.name)
    done = draw.draw(st.sets(st.sampled_from([mark.name for mark in clock.milestones])))
    look = next_strike_at(clock, row, done, CALENDAR)
    if look is None:
        assert struck(clock, row, done, row.due_on + timedelta(400), CALENDAR) == ()
        return
    assert struck(clock, row, done, CALENDAR.day_of(look - timedelta(seconds=1)), CALENDAR) == ()
    assert not has_run_out(clock, row, look - timedelta(seconds=1))
    assert struck(clock, row, done, CALENDAR.day_of(look), CALENDAR) or has_run_out(clock, row, look)


@given(ANY_DAY, st.integers(1, 30), st.sampled_from(LIMITED), st.lists(st.integers(0, 90), min_size=1, max_size=8))
def test_however_often_and_late_somebody_looks_all_strikes_once_in_order(
    start: date, limit: int, clock: Clock, looks: list[int]
) -> None:
    row = running(start, limit, clock.name)
    done: list[str] = []
    struck_on: list[date] = []
    for today in sorted(row.started_on + timedelta(after) for after in (*looks, 120)):
        for strike in struck(clock, row, done, today, CALENDAR):
            assert strike.on == strike_day(strike.milestone, row.due_on, CALENDAR) <= today
            assert strike.late is (strike.on < today)
            assert strike.lapsed is (strike.late and strike.milestone.severity == 0)
            done.append(strike.milestone.name)
            struck_on.append(strike.on)
    assert struck_on == sorted(struck_on)
    expected = [mark.name for mark in clock.milestones if mark.severity or strike_day_of(mark, row) > row.started_on]
    assert done == expected


def strike_day_of(mark: Milestone, row: Ticking) -> date:
    return CALENDAR.add(row.due_on, mark.days)


def test_the_ladder_tells_whom_the_rule_names() -> None:
    told = {mark.name: {who for tell in mark.tells for who in tell.to} for mark in GROUP_LADDER}
    assert {mark.name: mark.days for mark in GROUP_LADDER} == {
        "due_soon": -3, "due_next": -1, "due_today": 0, "overdue": 1, "supervised": 5, "supervised_again": 10,
    }  # fmt: skip
    assert told["due_soon"] == told["due_today"] == {Whose.TURN}
    assert told["due_next"] == {Whose.TURN, Role.GROUP_LEAD}
    assert told["overdue"] == {Whose.TURN, Role.GROUP_LEAD, Role.DISPATCHER}
    assert told["supervised"] == {Whose.TURN, Role.GROUP_LEAD, Role.SUPERVISOR, Role.LEADER}
    assert told["supervised_again"] == {Whose.TURN, Role.GROUP_LEAD, Role.SUPERVISOR, Role.LEADER, Role.CHIEF}


@pytest.mark.parametrize("clock", LIMITED, ids=lambda clock: clock.name)
def test_reminders_come_with_the_digest_and_escalations_to_the_owner_at_once(clock: Clock) -> None:
    for mark in clock.milestones:
        paces = {tell.pace for tell in mark.tells if Whose.TURN in tell.to}
        assert paces <= ({Pace.AT_ONCE} if mark.severity else {Pace.DIGEST})


@pytest.mark.parametrize("clock", [each for each in PROBLEM.clocks if not each.lapses], ids=lambda clock: clock.name)
def test_every_clock_that_does_not_run_out_escalates(clock: Clock) -> None:
    reminders, escalations = clock.milestones[:-3], clock.milestones[-3:]
    assert [mark.severity for mark in escalations] == [1, 2, 3]
    assert {mark.severity for mark in reminders} == {0}
