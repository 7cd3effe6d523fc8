"""Replay: the clocks of a past period under a draft; what it says of milestones is what the sweep would have done."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.days import CALENDAR, at, day, days
from tests.workflows.policies import laddered, limited, marked
from workflows.accounts import account
from workflows.book import CLOCKS
from workflows.clocks import Ticking, struck
from workflows.policy import SHIPPED, Policy
from workflows.replay import Leg, Outcome, Tally, replay
from workflows.roles import Role, Whose
from workflows.steps import History, Step, StepKind
from workflows.terms import Limit, Unit

GROUP, DISPATCH = 7, 3
NOW = at("2026-11-30")
ALWAYS = [(date.min, SHIPPED)]


def leg(
    start: str,
    stop: str | None,
    clock: str = "handle",
    *,
    limit: Limit | None = None,
    branch: str | None = "ordinary",
    steps: tuple[Step, ...] = (),
    late: bool | None = None,
    unit_id: int | None = GROUP,
) -> Leg:
    rule = CLOCKS[clock].limit
    amount = limit or (rule if isinstance(rule, Limit) else Limit(7))
    history = History(at(start), amount, steps)
    stopped = at(stop) if stop else None
    branch = branch if clock == "handle" else None
    return Leg(1, clock, unit_id, GROUP, history, branch, stopped, late)


def run(legs: list[Leg], draft: Policy, versions: list[tuple[date, Policy]] = ALWAYS) -> list[Outcome]:
    return replay(legs, draft, versions=versions, now=NOW, calendar=CALENDAR).outcomes


def test_a_longer_limit_makes_a_late_one_in_time() -> None:
    """Started on Monday 2 November 2026, due on the 11th; done on the 13th."""
    (found,) = run([leg("2026-11-02", "2026-11-13")], limited("handle", Limit(10), "ordinary"))
    assert (found.before.late, found.after.late, found.changed) == (True, False, True)
    assert found.before.due
    assert found.after.due
    assert (found.before.due.on, found.after.due.on) == (day("2026-11-11"), day("2026-11-16"))
    assert {name for name, _ in found.before.told} == {"due_soon", "due_next", "due_today", "overdue"}
    assert {name for name, _ in found.after.told} == {"due_soon", "due_next"}


def test_a_shorter_limit_makes_one_in_time_late_also_while_it_runs() -> None:
    draft = limited("handle", Limit(3), "ordinary")
    stopped, running = run([leg("2026-11-02", "2026-11-06"), leg("2026-11-24", None)], draft)
    assert (stopped.before.late, stopped.after.late) == (False, True)
    assert (running.before.late, running.after.late) == (False, True)


def test_only_the_branch_on_record_counts() -> None:
    draft = limited("handle", Limit(3), "complex")
    assert not run([leg("2026-11-02", "2026-11-06")], draft)[0].changed
    again = leg("2026-11-02", "2026-11-06", branch="again", limit=Limit(5))
    assert run([again], limited("handle", Limit(3), "again"))[0].changed
    assert not run([again], draft)[0].changed


def test_a_clock_older_than_the_record_of_branches_is_known_by_its_limit() -> None:
    old = leg("2026-11-02", "2026-11-27", branch=None, limit=Limit(20))
    (found,) = run([old], limited("handle", Limit(10), "complex"))
    assert (found.before.late, found.after.late) == (False, True)


def test_a_chosen_day_stays_unless_the_draft_forbids_choosing_so_far() -> None:
    chosen = leg("2026-11-02", "2026-11-20", "review_date", limit=Limit(25, Unit.NATURAL_DAYS))
    draft = limited("review_date", Limit(10, Unit.NATURAL_DAYS), "most")
    assert (
        run([chosen], draft)[0].after.due
        == account(History(at("2026-11-02"), Limit(10, Unit.NATURAL_DAYS)), CALENDAR).due
    )
    near = leg("2026-11-02", "2026-11-06", "review_date", limit=Limit(5, Unit.NATURAL_DAYS))
    assert not run([near], draft)[0].changed


def test_waits_and_extensions_happen_as_they_happened() -> None:
    steps = (
        Step(at("2026-11-04"), StepKind.WAITED),
        Step(at("2026-11-16"), StepKind.RESUMED),
        Step(at("2026-11-18"), StepKind.EXTENDED, until_on=day("2026-11-27")),
    )
    (found,) = run([leg("2026-11-02", "2026-11-30", steps=steps)], limited("handle", Limit(9), "ordinary"))
    assert found.before.due
    assert found.after.due
    assert found.before.due.on == found.after.due.on == day("2026-11-27")
    for side in (found.before, found.after):
        assert ("overdue", Role.HANDLER) in side.told
    assert ("due_soon", Role.HANDLER) in found.before.told  # on the 18th, before more was granted


def test_a_re_timing_on_record_counts_for_what_was_and_not_for_the_draft() -> None:
    retimed = (Step(at("2026-11-03"), StepKind.RETIMED, limit=Limit(20)),)
    (found,) = run([leg("2026-11-02", "2026-11-20", steps=retimed)], SHIPPED)
    assert (found.before.late, found.after.late) == (False, True)


def test_what_is_on_record_of_lateness_is_what_was() -> None:
    """A notice may have moved the day since; nobody is made late in hindsight."""
    (found,) = run([leg("2026-11-02", "2026-11-13", late=False)], SHIPPED)
    assert (found.before.late, found.after.late) == (False, True)


def test_a_limit_beyond_all_bounds_leaves_no_due_day_and_no_error() -> None:
    (found,) = run([leg("2026-11-02", "2026-11-13")], limited("handle", Limit(9_000), "ordinary"))
    assert found.after.due is None
    assert not found.after.late
    assert found.after.told == ()


# -- Sums --------------------------------------------------------------------------------------------------------------


def test_sums_are_kept_by_leg_and_unit_and_the_enterprise_is_late_with_nothing() -> None:
    legs = [
        leg("2026-11-02", "2026-11-13"),
        leg("2026-11-02", "2026-11-05"),
        leg("2026-11-02", "2026-11-13", unit_id=8),
        leg("2026-11-02", "2026-11-05", "accept", unit_id=DISPATCH),
        leg("2026-11-02", "2026-11-30", "evaluate", unit_id=None),
    ]
    draft = limited("handle", Limit(10), "ordinary")
    found = replay(legs, draft, versions=ALWAYS, now=NOW, calendar=CALENDAR)
    assert found.tallies == {
        ("handle", GROUP): Tally(2, 1, 0),
        ("handle", 8): Tally(1, 1, 0),
        ("accept", DISPATCH): Tally(1, 1, 1),
    }
    assert len(found.changed) == 2


def test_notices_are_counted_by_role_and_group_each_reader_once_a_milestone() -> None:
    legs = [leg("2026-11-02", "2026-11-13"), leg("2026-11-02", "2026-11-05", "accept", unit_id=DISPATCH)]
    found = replay(legs, SHIPPED, versions=ALWAYS, now=NOW, calendar=CALENDAR)
    assert (
        found.told_before
        == found.told_after
        == {
            (Role.HANDLER, GROUP): 4,
            (Role.GROUP_LEAD, GROUP): 2,
            (Role.DISPATCHER, None): 3,  # the copy; today and overdue of its own clock: the turn and the copy are one
            (Role.DISPATCH_LEAD, None): 1,
        }
    )


def test_a_turn_that_is_no_fixed_role_stays_the_turn_of_the_unit() -> None:
    chosen = leg("2026-11-02", "2026-11-20", "review_date", limit=Limit(15, Unit.NATURAL_DAYS))
    found = replay([chosen], SHIPPED, versions=ALWAYS, now=NOW, calendar=CALENDAR)
    assert found.told_before[Whose.TURN, GROUP] == 4


# -- Versions ----------------------------------------------------------------------------------------------------------


def test_milestones_follow_the_version_of_their_day() -> None:
    """Due on 11 November; from the 12th on another version, which urges after three days instead of one."""
    later = marked("handle", "overdue", days=3)
    versions = [*ALWAYS, (day("2026-11-12"), later)]
    told = [name for name, _ in run([leg("2026-11-02", "2026-11-13")], SHIPPED, versions)[0].before.told]
    assert "overdue" not in told
    told = [name for name, _ in run([leg("2026-11-02", "2026-11-17")], SHIPPED, versions)[0].before.told]
    assert told.count("overdue") == 3


def test_what_another_version_tells_anew_happens_once_when_it_comes_into_force() -> None:
    quiet = laddered("handle")
    versions = [(date.min, quiet), (day("2026-11-20"), SHIPPED)]
    found = run([leg("2026-11-02", "2026-11-24")], quiet, versions)[0]
    assert [name for name, who in found.before.told if who is Role.HANDLER] == ["overdue", "supervised"]
    assert found.after.told == ()


# -- Against the sweep -------------------------------------------------------------------------------------------------


def swept(found: Leg, end: datetime) -> list[str]:
    """What a sweep every midnight strikes of a clock, and nothing of what lapses."""
    done: set[tuple[str, date]] = set()
    told = []
    clock = CLOCKS[found.clock]
    for today in days(CALENDAR.day_of(found.history.started_at), CALENDAR.day_of(end)):
        moment = max(CALENDAR.at(today), found.history.started_at)
        past = tuple(step for step in found.history.steps if step.at <= moment)
        counted = account(History(found.history.started_at, found.history.limit, past), CALENDAR)
        if moment >= end:
            break
        severe = {mark.name for mark in clock.milestones if mark.severity}
        known = [name for name, due_on in done if name in severe or due_on == counted.due.on]
        row = Ticking(
            1,
            found.clock,
            found.history.limit,
            CALENDAR.day_of(found.history.started_at),
            counted.due.on,
            counted.due.at,
            found.history.started_at,
            counted.unspent,
        )
        for strike in struck(clock, row, known, today, CALENDAR):
            done.add((strike.milestone.name, counted.due.on))
            if not strike.lapsed:
                told.append(strike.milestone.name)
    return told


@st.composite
def any_leg(draw: st.DrawFn) -> Leg:
    clock = draw(st.sampled_from(["handle", "sign", "review_date", "elevate", "close", "evaluate"]))
    start = CALENDAR.at(draw(st.dates(date(2025, 2, 1), date(2026, 6, 1)))) + timedelta(
        minutes=draw(st.integers(1, 1400))
    )
    limit = Limit(draw(st.integers(1, 25)), draw(st.sampled_from([Unit.WORKING_DAYS, Unit.NATURAL_DAYS])))
    steps: list[Step] = []
    moment = start
    for kind in (StepKind.WAITED, StepKind.RESUMED) * draw(st.integers(0, 2)):
        moment = CALENDAR.at(
            CALENDAR.day_of(moment) + timedelta(days=draw(st.integers(1, 20)))
        )  # before that day's sweep
        steps.append(Step(moment, kind))
    stopped = moment + timedelta(days=draw(st.integers(0, 60)), minutes=draw(st.integers(1, 1400)))
    return Leg(1, clock, GROUP, GROUP, History(start, limit, tuple(steps)), None, stopped, None)


@given(any_leg())
def test_the_milestones_told_are_those_a_daily_sweep_would_have_struck(found: Leg) -> None:
    outcome = run([found], SHIPPED)[0]
    assert found.stopped_at
    expected = swept(found, found.stopped_at)
    assert list(dict.fromkeys(expected)) == list(dict.fromkeys(name for name, _ in outcome.before.told))
    for name in set(expected):
        told = [who for which, who in outcome.before.told if which == name]
        assert len(told) == expected.count(name) * len(set(told))


@given(st.lists(any_leg(), max_size=5))
def test_the_version_that_was_in_force_changes_nothing(legs: list[Leg]) -> None:
    same = [leg for leg in legs if leg.clock != "handle"]
    drafts = SHIPPED
    for each in same:
        if isinstance(CLOCKS[each.clock].limit, Limit):
            drafts = limited(each.clock, each.history.limit, policy=drafts)
    kept = [
        each
        for each in same
        if (each.clock == "review_date" and each.history.limit.amount <= 30)
        or drafts.limits[each.clock] == each.history.limit
    ]
    for outcome in run(kept, drafts):
        assert outcome.before == outcome.after


@pytest.mark.parametrize("clock", CLOCKS)
def test_every_clock_can_be_replayed(clock: str) -> None:
    limits = {"respond": Limit(1, Unit.HOURS), "handle": Limit(20), "review_date": Limit(9, Unit.NATURAL_DAYS)}
    (found,) = run([leg("2026-11-02", "2026-11-27", clock, limit=limits.get(clock))], SHIPPED)
    assert found.before.due == found.after.due or clock == "handle"
