"""Limits, due moments, waiting and going on, over the holidays and for clocks that are late already."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.days import CALENDAR, at, day
from workflows.accounts import BY_THE_HOUR, Step, StepKind, account
from workflows.clocks import Due, Ticking, due, limit_of, limit_on, resumed, unspent
from workflows.problem import PROBLEM
from workflows.terms import Asked, Case, Choose, Limit, Unit

SEVEN = Limit(7)
ONE_HOUR = Limit(1, Unit.HOURS)
TEN_NATURAL = Limit(10, Unit.NATURAL_DAYS)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))
WAITS = st.timedeltas(timedelta(0), timedelta(days=60))
LIMITS = st.one_of(
    st.integers(1, 30).map(Limit),
    st.integers(1, 30).map(lambda amount: Limit(amount, Unit.NATURAL_DAYS)),
    st.integers(1, 72).map(lambda amount: Limit(amount, Unit.HOURS)),
    st.integers(1, 72).map(lambda amount: Limit(amount, Unit.WORKING_HOURS)),
)


def started(moment: datetime, limit: Limit) -> Ticking:
    """A clock that was started at that moment."""
    first = due(moment, limit, CALENDAR)
    return Ticking(1, "any", limit, CALENDAR.day_of(moment), first.on, first.at, moment)


def waits(row: Ticking, moment: datetime) -> Ticking:
    steps = (*row.steps, Step(moment, StepKind.WAITED))
    return replace(row, unspent=unspent(row, moment, CALENDAR), steps=steps)


def goes_on(row: Ticking, moment: datetime) -> Ticking:
    again, steps = resumed(row, moment, CALENDAR), (*row.steps, Step(moment, StepKind.RESUMED))
    return replace(row, due_on=again.on, due_at=again.at, unspent=None, steps=steps)


def test_the_due_day_itself_is_in_time_until_midnight_in_beijing() -> None:
    found = due(at("2026-11-20", "16:40"), Limit(1), CALENDAR)
    assert found == Due(day("2026-11-23"), at("2026-11-24", "00:00"), provisional=False)


@pytest.mark.parametrize("clock_time", ["00:00", "08:30", "17:31", "23:59"])
def test_the_hour_of_receipt_does_not_matter_to_limits_in_days(clock_time: str) -> None:
    assert due(at("2026-11-20", clock_time), SEVEN, CALENDAR).on == day("2026-12-01")


def test_hours_are_real_time_through_nights_and_days_off() -> None:
    found = due(at("2026-10-03", "23:40"), ONE_HOUR, CALENDAR)
    assert found == Due(day("2026-10-04"), at("2026-10-04", "00:40"), provisional=False)
    assert due(at("2026-12-31", "23:40"), ONE_HOUR, CALENDAR).provisional


# -- Waiting -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "stops", "left", "on_again", "due_on"),
    [
        ("2026-02-09", "2026-02-12", 4, "2026-02-25", "2026-03-02"),  # waits through the Spring Festival
        ("2026-02-09", "2026-02-17", 2, "2026-02-20", "2026-02-25"),  # begins and ends to wait within it
        ("2025-01-20", "2025-01-27", 1, "2025-02-05", "2025-02-06"),  # Sunday 26 January was a day of work
        ("2026-09-24", "2026-09-30", 4, "2026-10-08", "2026-10-13"),  # waits through National Day; Saturday 10th works
        ("2025-09-28", "2025-10-01", 5, "2025-10-09", "2025-10-15"),
        ("2026-11-16", "2026-11-16", 7, "2026-11-23", "2026-12-02"),  # waits on the day it started
        ("2026-11-16", "2026-11-25", 0, "2026-11-30", "2026-11-30"),  # waits on its due day: today is left, no more
        ("2026-11-16", "2026-11-25", 0, "2026-11-28", "2026-11-30"),  # … and a day to come rolls off a day off
    ],
)
def test_a_clock_that_waited_has_the_days_it_had(start: str, stops: str, left: int, on_again: str, due_on: str) -> None:
    row = waits(started(at(start), SEVEN), at(stops))
    assert (row.waiting, row.unspent) == (True, left)
    assert goes_on(row, at(on_again)).due_on == day(due_on)


@pytest.mark.parametrize(
    ("stops", "left", "on_again", "due_on"),
    [
        ("2026-11-26", -1, "2026-12-10", "2026-12-09"),  # one day late on Thursday, one day late when it goes on
        ("2026-11-30", -3, "2026-12-10", "2026-12-07"),
        ("2026-11-28", -3, "2026-11-28", "2026-11-25"),  # waits and goes on the same Saturday: nothing happened
        ("2026-11-28", -3, "2026-11-30", "2026-11-25"),  # over one Sunday nothing happened either
    ],
)
def test_a_late_clock_that_waits_goes_on_as_late_as_it_was(stops: str, left: int, on_again: str, due_on: str) -> None:
    row = waits(started(at("2026-11-16"), SEVEN), at(stops))
    assert row.due_on == day("2026-11-25")
    assert row.unspent == left
    after = goes_on(row, at(on_again))
    assert after.due_on == day(due_on)
    assert after.due_at <= at(on_again)


def test_waiting_from_the_day_off_after_the_due_day_does_not_wipe_the_delay() -> None:
    """Due on Friday and not done; whoever lets it wait on Saturday has let it run out all the same."""
    friday = started(at("2026-11-19"), Limit(1))
    assert friday.due_on == day("2026-11-20")
    row = waits(friday, at("2026-11-21"))
    assert row.unspent is not None
    assert row.unspent < 0
    assert goes_on(row, at("2026-11-23")).due_on == day("2026-11-20")


def test_hours_wait_and_go_on_to_the_second() -> None:
    row = waits(started(at("2026-11-23", "10:00"), ONE_HOUR), at("2026-11-23", "10:20"))
    assert row.unspent == 40 * 60
    assert goes_on(row, at("2026-12-01", "09:00")).due_at == at("2026-12-01", "09:40")
    late = waits(started(at("2026-11-23", "10:00"), ONE_HOUR), at("2026-11-23", "11:30"))
    assert late.unspent == -30 * 60
    assert goes_on(late, at("2026-12-01", "09:00")).due_at == at("2026-12-01", "08:30")


def test_natural_days_wait_as_natural_days_and_roll_only_when_they_lie_ahead() -> None:
    row = waits(started(at("2026-11-16"), TEN_NATURAL), at("2026-11-20"))
    assert row.unspent == 6
    assert goes_on(row, at("2026-11-29")).due_on == day("2026-12-07")  # 5 December is a Saturday
    late = waits(started(at("2026-11-16"), TEN_NATURAL), at("2026-11-28"))
    assert late.unspent == -2
    assert goes_on(late, at("2026-12-01")).due_on == day("2026-11-29")  # a Sunday, and gone by: it stays


def test_a_clock_that_goes_on_into_an_unpublished_year_is_provisional() -> None:
    row = waits(started(at("2026-12-21"), SEVEN), at("2026-12-22"))
    assert resumed(row, at("2026-12-23"), CALENDAR).provisional is False
    assert resumed(row, at("2026-12-28"), CALENDAR).provisional is True
    hours = waits(started(at("2026-12-30"), ONE_HOUR), at("2026-12-30"))
    assert resumed(hours, at("2026-12-31", "23:30"), CALENDAR).provisional is True


@given(MOMENTS, LIMITS, WAITS)
def test_to_wait_and_go_on_at_once_changes_nothing(start: datetime, limit: Limit, later: timedelta) -> None:
    row = started(start, limit)
    now = start + later
    again = goes_on(waits(row, now), now)
    assert again.due_on == row.due_on
    assert abs(again.due_at - row.due_at) < timedelta(seconds=1)


@given(MOMENTS, LIMITS, WAITS, WAITS)
def test_to_wait_never_takes_a_day_away(start: datetime, limit: Limit, later: timedelta, long: timedelta) -> None:
    row = started(start, limit)
    stops = start + later
    again = goes_on(waits(row, stops), stops + long)
    assert again.due_on >= row.due_on
    left_before = unspent(row, stops, CALENDAR)
    if left_before >= 0 and limit.unit is Unit.WORKING_DAYS:
        assert CALENDAR.between(CALENDAR.day_of(stops + long), again.due_on) >= left_before


@given(MOMENTS, LIMITS, WAITS, WAITS)
def test_to_wait_neither_heals_nor_makes_a_delay(
    start: datetime, limit: Limit, later: timedelta, long: timedelta
) -> None:
    row = started(start, limit)
    stops = start + later
    was_late = stops >= row.due_at
    waiting = waits(row, stops)
    goes = stops + long
    again = goes_on(waiting, goes)
    assert waiting.unspent is not None
    if limit.unit not in BY_THE_HOUR:
        assert (waiting.unspent < 0) is was_late
        assert (goes >= again.due_at) is was_late


@given(MOMENTS, LIMITS)
def test_a_due_moment_comes_after_the_start_and_ends_its_day(start: datetime, limit: Limit) -> None:
    found = due(start, limit, CALENDAR)
    assert found.at > start
    if limit.unit not in BY_THE_HOUR:
        assert CALENDAR.is_working(found.on)
        assert found.at == CALENDAR.at(found.on + timedelta(1))


# -- Which limit -------------------------------------------------------------------------------------------------------


def limit(name: str, case: Case, *, assigned: bool = False, **given: date) -> Limit:
    return limit_of(PROBLEM.clock(name), case, given, day("2026-11-23"), assigned=assigned)[0]


@pytest.mark.parametrize(("difficulty", "days"), [("ordinary", 7), ("complex", 20), ("major", 30), (None, 7)])
def test_handling_takes_as_long_as_the_difficulty_allows(difficulty: str | None, days: int) -> None:
    assert limit("handle", Case("assigned", difficulty=difficulty), assigned=True) == Limit(days)


def test_later_rounds_take_five_days_whatever_the_difficulty() -> None:
    assert limit("handle", Case("handling", round=2, difficulty="major")) == Limit(5)
    assert limit("handle", Case("elevated", round=3, difficulty="major"), assigned=True) == Limit(5)


def test_after_a_refused_closure_handling_takes_five_days_until_another_group_gets_it() -> None:
    refused = Case("handling", difficulty="complex", ended=frozenset({"handle"}))
    assert limit("handle", refused) == Limit(5)
    assert limit("handle", refused, assigned=True) == Limit(20)


def test_an_urgent_problem_is_answered_within_a_real_hour() -> None:
    assert limit("respond", Case("assigned", urgency="urgent")) == ONE_HOUR
    assert limit("respond", Case("assigned", urgency="ordinary")) == Limit(3)
    assert limit("respond", Case("assigned", urgency=None)) == Limit(3)


def test_a_review_falls_on_the_chosen_day_or_thirty_days_ahead() -> None:
    case = Case("suspended")
    assert limit("review_date", case, review_on=day("2026-12-07")) == Limit(14, Unit.NATURAL_DAYS)
    assert limit("review_date", case) == Limit(30, Unit.NATURAL_DAYS)


def test_the_limits_are_those_of_the_13710_rule() -> None:
    fixed = {clock.name: clock.limit for clock in PROBLEM.clocks if isinstance(clock.limit, Limit)}
    assert {name: rule.amount for name, rule in fixed.items()} == {
        "accept": 1, "supplement": 3, "sign": 1, "rule": 1, "review": 1, "elevate": 10, "evaluate": 5, "call_back": 3,
        "verify": 2, "close": 3,
    }  # fmt: skip
    assert {rule.unit for rule in fixed.values()} == {Unit.WORKING_DAYS}
    assert isinstance(PROBLEM.clock("review_date").limit, Asked)


def branch(name: str, case: Case, *, assigned: bool = False) -> str | None:
    return limit_of(PROBLEM.clock(name), case, {}, day("2026-11-23"), assigned=assigned)[1]


def test_a_limit_says_which_branch_of_its_rule_it_is() -> None:
    assert branch("handle", Case("assigned", difficulty="complex"), assigned=True) == "complex"
    assert branch("handle", Case("assigned"), assigned=True) == "else"
    assert branch("handle", Case("handling", round=2, difficulty="complex")) == "again"
    assert branch("respond", Case("assigned", urgency="urgent")) == "urgent"
    assert branch("respond", Case("assigned", urgency="ordinary")) == "else"  # no limit of its own
    assert branch("sign", Case("assigned")) is None
    assert branch("review_date", Case("suspended")) is None


@pytest.mark.parametrize("name", ["handle", "respond", "sign", "elevate"])
@pytest.mark.parametrize("fact", [None, "ordinary", "complex", "major", "urgent"])
@pytest.mark.parametrize("round_", [1, 2])
def test_a_branch_leads_back_to_the_limit_it_came_from(name: str, fact: str | None, round_: int) -> None:
    clock, case = PROBLEM.clock(name), Case("assigned", round=round_, difficulty=fact, urgency=fact)
    chosen, which = limit_of(clock, case, {}, day("2026-11-23"), assigned=True)
    assert limit_on(clock.limit, which) == chosen


def test_a_branch_that_a_rule_no_longer_has_leads_to_the_limit_for_all_others() -> None:
    rule = Choose("difficulty", {None: Limit(4)})
    assert limit_on(rule, "complex") == limit_on(rule, "again") == Limit(4)
    assert limit_on(PROBLEM.clock("review_date").limit, None) is None  # somebody chose that day


def test_a_clock_that_waits_without_a_record_of_it_is_no_clock() -> None:
    row = replace(started(at("2026-11-23"), SEVEN), unspent=3)
    with pytest.raises(ValueError, match="steps are missing"):
        resumed(row, at("2026-11-30"), CALENDAR)


def test_a_clock_carries_the_history_that_its_due_day_follows_from() -> None:
    row = goes_on(waits(started(at("2026-11-23"), SEVEN), at("2026-11-25")), at("2026-11-30"))
    assert [step.kind for step in row.history.steps] == [StepKind.WAITED, StepKind.RESUMED]
    assert account(row.history, CALENDAR).due == Due(row.due_on, row.due_at, provisional=False)
