"""The clocks of 督办单: begun when the table says, due on a day that can be kept, their ladders once and in order."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.days import CALENDAR
from workflows.clocks import Start, Stop, Ticking, follow, strike_day, struck
from workflows.supervision import LONGEST_REPLY, ORDER
from workflows.terms import SELF, Case, Milestone, Phase

ANY_MOMENT = st.builds(
    lambda day, minutes: CALENDAR.at(day) + timedelta(minutes=minutes),
    st.dates(date(2025, 1, 2), date(2026, 10, 1)),
    st.integers(0, 24 * 60 - 1),
)
REPLY_AFTER = st.integers(1, LONGEST_REPLY)
OUTAGES = st.lists(st.integers(0, 60), max_size=12)
"""Days after the last look on which somebody looks again."""
MILESTONES = {clock.name: clock.milestones for clock in ORDER.clocks}


@dataclass
class Running:
    """An order at work as the rules see it: its state, and every clock that was ever begun."""

    now: datetime
    state: str = "order_drafted"
    clocks: list[Ticking] = field(default_factory=list)
    stopped: set[int] = field(default_factory=set)

    @property
    def ticking(self) -> list[Ticking]:
        return [row for row in self.clocks if row.id not in self.stopped]

    def act(self, name: str, **given: object) -> None:
        """One act of the table, and what it does to the clocks."""
        action = ORDER.action(name)
        [dest] = {move.dest for move in action.moves if self.state in move.sources}
        self.state = self.state if dest == SELF else dest
        for change in follow(
            ORDER,
            case=Case(self.state),
            action=action,
            given=given,
            ticking=self.ticking,
            assigned=False,
            now=self.now,
            calendar=CALENDAR,
        ):
            if isinstance(change, Stop):
                self.stopped.add(change.id)
            else:
                assert isinstance(change, Start)
                self.clocks.append(self._begun(change))

    def _begun(self, start: Start) -> Ticking:
        today = CALENDAR.day_of(self.now)
        key = len(self.clocks) + 1
        return Ticking(key, start.clock.name, start.limit, today, start.due.on, start.due.at, self.now)

    def running(self) -> dict[str, Ticking]:
        """The clocks that run, by name; never two of one name."""
        found = {row.name: row for row in self.ticking}
        assert len(found) == len(self.ticking)
        return found


def issued(now: datetime, after: int) -> Running:
    """An order issued then, to be replied to so many days later."""
    order = Running(now)
    order.act("issue_order", reply_by=CALENDAR.day_of(now) + timedelta(after))
    return order


@given(ANY_MOMENT, REPLY_AFTER)
def test_the_unit_has_a_whole_working_day_to_sign_and_until_the_named_day_to_reply(now: datetime, after: int) -> None:
    today, clocks = CALENDAR.day_of(now), issued(now, after).running()
    assert set(clocks) == {"order_sign", "order_reply"}
    sign, reply = clocks["order_sign"], clocks["order_reply"]
    assert sign.due_on > today
    assert CALENDAR.is_working(sign.due_on)
    assert CALENDAR.between(today, sign.due_on) == 1
    named = today + timedelta(after)
    assert reply.due_on >= named > today
    assert CALENDAR.is_working(reply.due_on)
    assert not any(CALENDAR.is_working(named + timedelta(n)) for n in range((reply.due_on - named).days))
    for row in (sign, reply):
        assert row.due_at == CALENDAR.at(row.due_on + timedelta(1)) > now


@given(ANY_MOMENT, st.lists(st.tuples(st.integers(0, 9), st.data()), max_size=10))
def test_whatever_is_done_the_clocks_that_run_are_those_of_the_state(now: datetime, wishes: list) -> None:  # type: ignore[type-arg]
    order = issued(now, 5)
    for wait, draw in wishes:
        doable = [each for each in ORDER.actions if order.state in each.sources]
        if not doable:
            break
        order.now += timedelta(days=wait)
        order.act(draw.draw(st.sampled_from(doable)).name, reply_by=CALENDAR.day_of(order.now) + timedelta(days=3))
        assert set(order.running()) == {clock.name for clock in ORDER.clocks if order.state in clock.runs_in}
        assert all(row.due_at > row.started_at for row in order.ticking)
    if ORDER.state(order.state).phase is Phase.CLOSED:
        assert order.running() == {}


@given(ANY_MOMENT, REPLY_AFTER, st.integers(0, 20), REPLY_AFTER)
def test_who_is_returned_has_until_the_new_day_and_owes_no_second_signature(
    now: datetime, after: int, passed: int, more: int
) -> None:
    order = issued(now, after)
    order.act("reply_order")
    first = {row.id for row in order.clocks}
    order.now += timedelta(days=passed)
    named = CALENDAR.day_of(order.now) + timedelta(more)
    order.act("return_order", reply_by=named)
    assert set(order.running()) == {"order_reply"}
    reply = order.running()["order_reply"]
    assert reply.id not in first
    assert reply.due_on >= named


@given(ANY_MOMENT, REPLY_AFTER, OUTAGES)
def test_each_milestone_comes_once_and_in_order_however_seldom_somebody_looks(
    now: datetime, after: int, waits: list[int]
) -> None:
    for row in issued(now, after).clocks:
        looked = looking(row, [*waits, 150])
        assert [mark.name for mark, _, _ in looked] == [
            mark.name
            for mark in MILESTONES[row.name]
            if mark.severity or strike_day(mark, row.due_on, CALENDAR) > row.started_on
        ]
        days = [on for _, on, _ in looked]
        assert days == sorted(days)
        assert min(days) > row.started_on
        every_day = looking(row, [1] * 150)
        assert [on for _, _, on in every_day] == [on for _, on, _ in every_day] == days


def looking(row: Ticking, waits: Collection[int]) -> list[tuple[Milestone, date, date]]:
    """What strikes, at which day it is dated and on which seen, when somebody looks after so many days each time."""
    today, done, clock = row.started_on, list[str](), ORDER.clock(row.name)
    found = []
    for wait in waits:
        today += timedelta(wait)
        for strike in struck(clock, row, done, today, CALENDAR):
            assert strike.on <= today
            assert strike.lapsed is (strike.on < today and strike.milestone.severity == 0)
            done.append(strike.milestone.name)
            found.append((strike.milestone, strike.on, today))
    return found
