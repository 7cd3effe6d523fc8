"""Random walks: whatever anybody does, in whatever order and however late, no problem gets lost."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflows.days import CALENDAR, at
from tests.workflows.paper_house import PaperHouse, Row
from workflows.clocks import Ended, Ticking
from workflows.engine import Decision
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import NEW, Field, Kind, Moment, Phase, Unit

STEPS = 25
BUSY = [HealthCheck.too_slow]
"""A machine that has other things to do is no reason to fail."""
STARTS = st.sampled_from(["2025-01-20", "2025-09-22", "2026-02-06", "2026-09-17", "2026-11-23"])
PAUSES = st.one_of(
    st.just(timedelta(0)),
    st.timedeltas(timedelta(minutes=1), timedelta(hours=9)),
    st.timedeltas(timedelta(), timedelta(40)),
)
PEOPLE = {role: number for number, role in enumerate(Role)}
NOBODY = (Role.ENTERPRISE, Role.SYSTEM)
QUIET = ("comment", "attach", "urge", "save")


def person(role: Role) -> int | None:
    return None if role in NOBODY else PEOPLE[role]


def decides(field: Field) -> bool:
    """Whether the answer makes a difference to the rules."""
    return bool(field.choices) or field.name == "review_on" or (field.kind is Kind.GROUP and not field.required)


def said(draw: st.DataObject, field: Field, house: PaperHouse) -> Any:
    """An answer that is allowed."""
    if field.choices:
        moment = Moment(house.seen(), None, {}, house.now, CALENDAR.day_of(house.now))
        untrue = {value for value, guard in field.fits if not guard(moment)}
        return draw.draw(
            st.sampled_from([each for each in field.choice_values if each not in untrue]), label=field.name
        )
    if field.name == "review_on":
        days = draw.draw(st.integers(1, 30), label=field.name)
        return CALENDAR.day_of(house.now) + timedelta(days)
    return draw.draw(st.sampled_from([None, 2]), label=field.name)


def step(draw: st.DataObject, house: PaperHouse) -> Decision | None:
    """One of all that anybody may do now, but for the quiet things; None when there is nothing."""
    possible = {
        (offer.action.name, role): offer.fields
        for role in Role
        for offer in house.offers({role}, person(role))
        if role is not Role.SYSTEM and offer.action.name not in QUIET
    }
    if not possible:
        return None
    name, role = draw.draw(st.sampled_from(list(possible)), label="does")
    drawn = {field.name: said(draw, field, house) for field in possible[name, role] if decides(field)}
    return house.do(name, role, actor=person(role), **drawn)


class Watch:
    """What was so before a step, to be compared with what is so after it."""

    def __init__(self, house: PaperHouse) -> None:
        self.house = house
        self.round = house.case.round
        self.state = house.state
        self.clocks: dict[int, Ticking] = {row.ticking.id: row.ticking for row in house.active}

    def check(self, decision: Decision) -> None:
        self.nobody_sleeps()
        self.every_clock_stands_where_the_table_says()
        self.rounds_only_rise(decision)
        self.nothing_is_inherited(decision)
        for row in self.house.active:
            if row.ticking.id in self.clocks:
                self.days_are_kept(row, self.clocks[row.ticking.id])

    def nobody_sleeps(self) -> None:
        stand = self.house.lasts()
        if self.house.phase is Phase.OPEN:
            assert "runs" in stand.values(), f"{self.house.state} has no running clock"
            turn = PROBLEM.state(self.house.state).turn
            mine = [offer.action.name for role in turn for offer in self.house.offers({role}, 99)]
            assert set(mine) - set(QUIET), f"whoever has the turn in {self.house.state} can do nothing"
        else:
            assert stand == {}
        names = [row.name for row in self.house.active]
        assert len(names) == len(set(names))

    def every_clock_stands_where_the_table_says(self) -> None:
        for row in self.house.active:
            rule = PROBLEM.clock(row.name)
            assert self.house.state in (rule.waits_in if row.ticking.waiting else rule.runs_in)

    def rounds_only_rise(self, decision: Decision) -> None:
        risen = decision.round - self.round
        assert risen in (0, 1)
        if risen:
            assert self.state in ("evaluating", "calling_back")
            assert decision.dest in ("handling", "elevated", "reported")

    def nothing_is_inherited(self, decision: Decision) -> None:
        if not decision.assigned:
            return
        for name in ("sign", "respond", "handle"):
            old = [number for number, clock in self.clocks.items() if clock.name == name]
            assert all(self.house.rows[number].ended in (Ended.HANDED_OVER, Ended.LEFT) for number in old)
            if decision.dest in PROBLEM.clock(name).runs_in:
                assert self.house.clock(name).started_on == CALENDAR.day_of(self.house.now)
                assert self.house.clock(name).due_at > self.house.now

    def days_are_kept(self, row: Row, before: Ticking) -> None:
        after, today = row.ticking, CALENDAR.day_of(self.house.now)
        if before.waiting and after.waiting:
            assert after == before
        elif before.waiting and before.limit.unit is Unit.WORKING_DAYS:
            assert before.unspent is not None
            assert after.due_on == CALENDAR.roll_forward(CALENDAR.add(today, before.unspent))
        elif not before.waiting:
            assert (after.due_on, after.due_at) == (before.due_on, before.due_at)


@settings(max_examples=60, suppress_health_check=BUSY)
@given(st.data(), STARTS)
def test_an_open_problem_always_has_a_running_clock_and_somebody_who_can_act(draw: st.DataObject, start: str) -> None:
    house = PaperHouse(at(start))
    house.do("report", actor=person(Role.REPORTER))
    for _ in range(draw.draw(st.integers(1, STEPS))):
        house.wait_until(house.now + draw.draw(PAUSES, label="later"))
        watch = Watch(house)
        decision = step(draw, house)
        if decision is None:
            assert house.phase is Phase.CLOSED
            return
        watch.check(decision)


@settings(max_examples=25, suppress_health_check=BUSY)
@given(st.data(), STARTS)
def test_escalations_strike_once_reminders_once_a_due_day_and_nothing_is_left_behind(
    draw: st.DataObject, start: str
) -> None:
    house = PaperHouse(at(start))
    house.do("report", actor=person(Role.REPORTER))
    for _ in range(draw.draw(st.integers(1, STEPS))):
        house.wait_until(house.now + draw.draw(PAUSES, label="later"))
        assert all(look > house.now for look in house.next_look())
        if step(draw, house) is None:
            break
    for row in house.rows:
        escalations = [strike.milestone.name for strike, _ in row.done if strike.milestone.severity]
        assert len(escalations) == len(set(escalations))
        reminders = [(strike.milestone.name, due_on) for strike, due_on in row.done if not strike.milestone.severity]
        assert len(reminders) == len(set(reminders))
        assert all(strike.on <= CALENDAR.day_of(house.now) for strike, _ in row.done)


def way_back(house: PaperHouse, state: str) -> None:
    """Withdrawn, verified two days later, rejected."""
    before: datetime = house.now
    house.do("withdraw")
    assert house.state == "withdrawing"
    house.wait(days=2)
    house.do("reject_withdrawal")
    assert house.state == state
    assert house.now - before >= timedelta(days=2)


@settings(max_examples=40, suppress_health_check=BUSY)
@given(st.data(), STARTS)
def test_a_rejected_withdrawal_leaves_everything_as_it_was(draw: st.DataObject, start: str) -> None:
    house = PaperHouse(at(start))
    house.do("report", actor=person(Role.REPORTER))
    for _ in range(draw.draw(st.integers(0, 12))):
        house.wait_until(house.now + draw.draw(PAUSES, label="later"))
        if step(draw, house) is None or house.state == NEW:
            return
    if house.state not in PROBLEM.action("withdraw").sources:
        return
    before, case = house.lasts(), house.case
    clocks = {row.ticking.id for row in house.active}
    way_back(house, case.state)
    assert house.lasts() == before
    assert {row.ticking.id for row in house.active} == clocks
    assert (house.case.round, house.case.workers) == (case.round, case.workers)
