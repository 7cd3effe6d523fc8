"""Counting a due day out: every day is accounted for, and the explanation cannot say another date than the clock."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.days import CALENDAR, at, day
from tests.workflows.histories import MOMENTS, UNITS, histories, limits
from workflows.accounts import (
    BY_THE_HOUR,
    LONGEST,
    Account,
    CountError,
    Day,
    DayKind,
    History,
    Step,
    StepKind,
    account,
    left_at,
)
from workflows.calendar import ONE_DAY, Calendar, EmptyCalendarError, Mark
from workflows.clocks import due
from workflows.terms import Limit, Unit

SEVEN = Limit(7)
NATURAL = Unit.NATURAL_DAYS
IN_DAYS = st.sampled_from([Unit.WORKING_DAYS, NATURAL])
WAITS = st.timedeltas(timedelta(0), timedelta(days=40)).map(lambda span: span - span % timedelta(seconds=1))
COUNTED = (DayKind.COUNTED, DayKind.EXTENDED)


def waited(written: str, clock_time: str = "10:00", reason: str = "挂账") -> Step:
    return Step(at(written, clock_time), StepKind.WAITED, reason)


def resumed(written: str, clock_time: str = "10:00") -> Step:
    return Step(at(written, clock_time), StepKind.RESUMED)


def extended(written: str, until_on: str, by: str = "") -> Step:
    return Step(at(written), StepKind.EXTENDED, by=by, until_on=day(until_on))


def count(start: str, limit: Limit, *steps: Step, calendar: Calendar = CALENDAR) -> Account:
    return account(History(at(start), limit, steps), calendar)


def told(found: Account) -> list[tuple[int, str, int | None]]:
    """Day of the month, kind and number."""
    return [(each.on.day, each.kind.value, each.number) for each in found.days]


# -- What holds for every history --------------------------------------------------------------------------------------


@given(MOMENTS, WAITS, limits())
def test_who_starts_later_is_never_due_earlier(start: datetime, later: timedelta, limit: Limit) -> None:
    assert due(start, limit, CALENDAR).at <= due(start + later, limit, CALENDAR).at


@given(MOMENTS, limits(), st.integers(1, 20))
def test_a_longer_limit_is_never_due_earlier(start: datetime, limit: Limit, more: int) -> None:
    longer = replace(limit, amount=limit.amount + more)
    assert due(start, limit, CALENDAR).at <= due(start, longer, CALENDAR).at
    if limit.unit is not NATURAL:  # two natural days may roll onto the same working day
        assert due(start, limit, CALENDAR).at < due(start, longer, CALENDAR).at


@given(histories(), st.integers(1, 20))
def test_whatever_happened_a_longer_limit_is_never_due_earlier(history: History, more: int) -> None:
    longer = replace(history, limit=replace(history.limit, amount=history.limit.amount + more))
    assert account(history, CALENDAR).due.at <= account(longer, CALENDAR).due.at


@given(MOMENTS, limits(st.just(Unit.WORKING_DAYS)), st.data())
def test_to_wait_shifts_the_due_day_by_the_working_days_waited(
    start: datetime, limit: Limit, draw: st.DataObject
) -> None:
    plain = account(History(start, limit), CALENDAR).due.on
    first = CALENDAR.day_of(start)
    stops = first + ONE_DAY * draw.draw(st.integers(0, (plain - first).days))
    goes = stops + ONE_DAY * draw.draw(st.integers(0, 40))
    steps = tuple(
        Step(max(CALENDAR.at(on), start), kind) for on, kind in ((stops, StepKind.WAITED), (goes, StepKind.RESUMED))
    )
    found = account(History(start, limit, steps), CALENDAR).due.on
    shifted = CALENDAR.add(plain, CALENDAR.between(stops, goes))
    assert found == CALENDAR.roll_forward(max(shifted, goes))  # with nothing left it is due when it goes on


@given(MOMENTS, limits(st.just(Unit.HOURS)), WAITS, WAITS)
def test_to_wait_shifts_limits_in_hours_by_the_time_waited(
    start: datetime, limit: Limit, later: timedelta, long: timedelta
) -> None:
    steps = (Step(start + later, StepKind.WAITED), Step(start + later + long, StepKind.RESUMED))
    found = account(History(start, limit, steps), CALENDAR)
    assert found.due.at == account(History(start, limit), CALENDAR).due.at + long


@given(MOMENTS, limits(st.just(Unit.WORKING_HOURS)), WAITS, WAITS)
def test_to_wait_shifts_limits_in_working_hours_by_the_open_time_waited(
    start: datetime, limit: Limit, later: timedelta, long: timedelta
) -> None:
    stops, goes = start + later, start + later + long
    plain = account(History(start, limit), CALENDAR).due.at
    steps = (Step(stops, StepKind.WAITED), Step(goes, StepKind.RESUMED))
    found = account(History(start, limit, steps), CALENDAR).due.at
    if stops < plain:
        assert CALENDAR.open_seconds(plain, found) == CALENDAR.open_seconds(stops, goes)
    else:
        assert (found > goes) is False  # what was late stays late


@given(histories())
def test_the_explanation_sums_to_the_date(history: History) -> None:
    found = account(history, CALENDAR)
    if found.waiting:
        return
    assert found.days[-1].on == found.due.on
    if history.limit.unit in BY_THE_HOUR:
        assert sum(each.seconds or 0 for each in found.days) == found.allowed
    else:
        numbers = [each.number for each in found.days if each.number]
        assert numbers == list(range(1, found.allowed + 1))
        assert {each.kind for each in found.days if each.number} <= set(COUNTED)


@given(histories())
def test_every_day_is_told_once_in_order_and_the_first_is_the_start(history: History) -> None:
    found = account(history, CALENDAR)
    days = [each.on for each in found.days]
    assert days == [days[0] + ONE_DAY * n for n in range(len(days))]
    assert days[0] == CALENDAR.day_of(history.started_at)
    assert [each for each in found.days if each.kind is DayKind.START] == list(found.days[:1])
    assert all(each.provisional == CALENDAR.is_provisional(each.on) for each in found.days)


@given(histories())
def test_working_days_are_counted_and_days_off_are_not(history: History) -> None:
    if history.limit.unit is not Unit.WORKING_DAYS:
        return
    for each in account(history, CALENDAR).days:
        assert not (each.kind in COUNTED and not CALENDAR.is_working(each.on))
        assert not (each.kind is DayKind.OFF and CALENDAR.is_working(each.on))


@given(histories())
def test_what_waits_keeps_what_it_had(history: History) -> None:
    found = account(history, CALENDAR)
    if not found.waiting:
        return
    first, running = None, 0
    for n, step in enumerate(history.steps):
        if step.kind is StepKind.WAITED and first is None:
            first, running = step, n
        elif step.kind is StepKind.RESUMED:
            first = None
    assert first is not None
    before = account(replace(history, steps=history.steps[:running]), CALENDAR)
    if not any(step.kind is StepKind.EXTENDED for step in history.steps[running:]):
        assert found.due == before.due
        assert found.unspent == left_at(before.due, history.limit.unit, first.at, CALENDAR)
    assert found.days[-1].on == CALENDAR.day_of(first.at)


@given(histories(), MOMENTS, UNITS, st.integers(1, 30))
def test_nothing_loops_and_every_account_is_due_some_time(
    history: History, moment: datetime, unit: Unit, amount: int
) -> None:
    """Steps in disorder, from a machine's clock that went backwards, are taken as if it had stood still."""
    steps = (Step(moment, StepKind.WAITED), *history.steps, Step(moment, StepKind.RETIMED, limit=Limit(amount, unit)))
    found = account(replace(history, steps=steps), CALENDAR)
    assert found.limit == Limit(amount, unit)
    assert found.due.at >= history.started_at


@given(histories())
def test_what_a_notice_moved_is_found_by_counting_anew(history: History) -> None:
    steps = tuple(step for step in history.steps if step.kind is not StepKind.MOVED)
    assert account(history, CALENDAR) == account(replace(history, steps=steps), CALENDAR)


@given(histories())
def test_retiming_to_the_same_limit_changes_nothing(history: History) -> None:
    again = Step(history.started_at + timedelta(400), StepKind.RETIMED, limit=history.limit)
    assert account(replace(history, steps=(*history.steps, again)), CALENDAR) == account(history, CALENDAR)


@given(histories(), limits())
def test_retiming_counts_everything_anew_from_the_start_with_all_waits(history: History, limit: Limit) -> None:
    again = Step(history.started_at + timedelta(400), StepKind.RETIMED, limit=limit)
    retimed = account(replace(history, steps=(*history.steps, again)), CALENDAR)
    assert retimed == account(replace(history, limit=limit), CALENDAR)


@given(histories(), st.dates(date(2025, 1, 1), date(2027, 6, 30)))
def test_a_day_more_off_never_makes_a_limit_in_working_days_due_earlier(history: History, off: date) -> None:
    if history.limit.unit is Unit.WORKING_DAYS and off.weekday() < 5:
        closed = replace(CALENDAR, days_off=CALENDAR.days_off | {off}, days_on=CALENDAR.days_on - {off})
        steps = tuple(step for step in history.steps if step.kind is StepKind.EXTENDED)
        plain = replace(history, steps=steps)
        assert account(plain, closed).due.on >= account(plain, CALENDAR).due.on


# -- Examples ----------------------------------------------------------------------------------------------------------


def test_a_count_through_the_national_holiday_and_a_working_saturday() -> None:
    found = count("2026-09-29", Limit(4))
    assert found.due.on == day("2026-10-10")
    assert told(found) == [
        (29, "start", None), (30, "counted", 1), *((n, "off", None) for n in range(1, 8)), (8, "counted", 2),
        (9, "counted", 3), (10, "counted", 4),
    ]  # fmt: skip
    assert (found.allowed, found.unspent, found.waiting, found.limit) == (4, None, False, Limit(4))


def test_declared_days_are_called_by_name_and_notice_others_by_their_weekday() -> None:
    notice = "国办发明电〔2025〕7号"
    marks = {
        day("2026-10-01"): Mark(False, "国庆节", notice),
        day("2026-10-02"): Mark(False, "防汛停工", "区通知"),
        day("2026-10-03"): Mark(False, "国庆节", notice),
        day("2026-10-10"): Mark(True, "国庆节", notice),
        day("2026-10-12"): Mark(True, "区庆", "区通知"),
        day("2026-10-13"): Mark(False, "写错了", "区通知"),  # says otherwise than the calendar counts: not believed
    }
    found = count("2026-09-30", Limit(6), calendar=replace(CALENDAR, marks=marks))
    words = {each.on.day: (each.why, each.source) for each in found.days}
    assert words[1] == words[3] == ("国庆节放假", notice)
    assert words[2] == ("防汛停工", "区通知")
    assert words[5] == ("放假", "")
    assert words[9] == ("", "")
    assert words[10] == ("调休上班", notice)
    assert words[11] == ("周日", "")
    assert words[12] == ("照常上班", "区通知")
    assert words[13] == ("", "")
    assert {each.on.day: each.why for each in count("2026-10-09", Limit(1)).days}[10] == "调休上班"


def test_a_wait_is_told_with_its_reason_and_the_count_goes_on_where_it_stopped() -> None:
    found = count("2026-11-16", Limit(3), waited("2026-11-18"), resumed("2026-11-23"))
    assert found.due.on == day("2026-11-24")
    assert told(found) == [
        (16, "start", None), (17, "counted", 1), (18, "counted", 2), (19, "waiting", None), (20, "waiting", None),
        (21, "waiting", None), (22, "waiting", None), (23, "waiting", None), (24, "counted", 3),
    ]  # fmt: skip
    assert {each.why for each in found.days if each.kind is DayKind.WAITING} == {"挂账"}


def test_a_wait_without_a_reason_says_that_it_is_one() -> None:
    for limit in (SEVEN, Limit(20, Unit.HOURS)):
        found = count("2026-11-16", limit, waited("2026-11-16", "11:00", ""), resumed("2026-11-18"))
        assert "暂停计时" in {each.why for each in found.days}


def test_when_nothing_was_left_the_day_of_going_on_is_due_or_the_next_working_day() -> None:
    found = count("2026-11-16", SEVEN, waited("2026-11-25"), resumed("2026-11-27"))
    assert told(found)[-3:] == [(25, "counted", 7), (26, "waiting", None), (27, "rolled", None)]
    weekend = count("2026-11-16", SEVEN, waited("2026-11-25"), resumed("2026-11-28"))
    assert told(weekend)[-3:] == [(28, "waiting", None), (29, "off", None), (30, "rolled", None)]
    assert weekend.days[-1].source == "《民法典》第二百零三条"


def test_a_clock_that_was_late_stays_as_late_as_it_was() -> None:
    found = count("2026-11-16", SEVEN, waited("2026-11-30"), resumed("2026-12-10"))
    assert found.due.on == day("2026-12-07")
    assert [each.on.day for each in found.days if each.kind is DayKind.LATE] == [26, 27, 28, 29, 30]
    assert found.days[-1] == Day(day("2026-12-07"), DayKind.ROLLED, why="暂停前已经逾期，恢复后逾期天数不变")


def test_natural_days_that_rolled_are_kept_through_a_wait() -> None:
    """Ten days end on Saturday 28 November and roll to Monday: who waits on Friday has three days left."""
    found = count("2026-11-18", Limit(10, NATURAL))
    assert told(found)[-3:] == [(28, "counted", 10), (29, "off", None), (30, "rolled", None)]
    again = count("2026-11-18", Limit(10, NATURAL), waited("2026-11-27"), resumed("2026-12-01"))
    assert again.due.on == day("2026-12-04")
    assert told(again)[-3:] == [(2, "counted", 10), (3, "rolled", None), (4, "rolled", None)]
    assert count("2026-11-18", Limit(10, NATURAL), waited("2026-11-27")).unspent == 3


def test_an_extension_sets_the_day_and_what_was_gained_is_allowed() -> None:
    found = count("2026-11-16", SEVEN, extended("2026-11-20", "2026-11-28", "张三"))
    assert found.due.on == day("2026-11-30")  # the 28th is a Saturday
    assert found.allowed == 10
    assert told(found)[-6:] == [
        (25, "counted", 7), (26, "extended", 8), (27, "extended", 9), (28, "off", None), (29, "off", None),
        (30, "extended", 10),
    ]  # fmt: skip
    assert found.days[-1].why == "张三批准延期"
    assert count("2026-11-16", SEVEN, extended("2026-11-20", "2026-11-30")).days[-1].why == "批准延期"


def test_an_extension_that_is_none_takes_nothing_away() -> None:
    plain = count("2026-11-16", SEVEN)
    for until_on in ("2026-11-01", "2026-11-24", "2026-11-25"):
        assert count("2026-11-16", SEVEN, extended("2026-11-20", until_on)) == plain
    hours = Limit(30, Unit.WORKING_HOURS)
    assert count("2026-11-16", hours, extended("2026-11-16", "2026-11-17")) == count("2026-11-16", hours)


def test_an_extension_may_be_granted_while_it_waits() -> None:
    steps = (waited("2026-11-18"), extended("2026-11-19", "2026-11-27"))
    found = count("2026-11-16", SEVEN, *steps)
    assert (found.due.on, found.allowed, found.unspent) == (day("2026-11-27"), 9, 7)
    assert count("2026-11-16", SEVEN, *steps, resumed("2026-11-19")).due.on == day("2026-11-30")
    hours = count(
        "2026-11-16", Limit(8, Unit.HOURS), waited("2026-11-16", "11:00"), extended("2026-11-16", "2026-11-17")
    )
    assert (hours.due.at, hours.unspent) == (at("2026-11-18", "00:00"), 37 * 3600)


def test_natural_days_gained_reach_to_the_day_granted_and_roll_beyond_it() -> None:
    found = count("2026-11-16", Limit(10, NATURAL), extended("2026-11-20", "2026-11-28"))
    assert (found.due.on, found.allowed) == (day("2026-11-30"), 12)
    assert told(found)[-4:] == [(27, "extended", 11), (28, "extended", 12), (29, "off", None), (30, "rolled", None)]


def test_limits_in_hours_are_extended_to_the_end_of_the_day() -> None:
    found = count("2026-11-16", Limit(5, Unit.HOURS), extended("2026-11-16", "2026-11-18"))
    assert (found.due.on, found.due.at) == (day("2026-11-18"), at("2026-11-19", "00:00"))
    assert [each.seconds for each in found.days] == [14 * 3600, 24 * 3600, 24 * 3600]
    office = count("2026-11-16", Limit(5, Unit.WORKING_HOURS), extended("2026-11-16", "2026-11-18"))
    assert (office.due.on, office.due.at) == (day("2026-11-18"), at("2026-11-18", "17:00"))
    assert [(each.kind.value, each.seconds) for each in office.days] == [
        ("start", 18_000), ("extended", 23_400), ("extended", 23_400),
    ]  # fmt: skip


def test_working_hours_are_counted_within_the_windows_of_working_days() -> None:
    found = count("2026-11-20", Limit(10, Unit.WORKING_HOURS))  # a Friday at ten: five hours, then the weekend
    assert found.due.at == at("2026-11-23", "15:30")
    assert [(each.on.day, each.kind.value, each.seconds, each.why) for each in found.days] == [
        (20, "start", 18_000, ""), (21, "off", 0, "周六"), (22, "off", 0, "周日"), (23, "counted", 18_000, ""),
    ]  # fmt: skip
    assert found.allowed == 36_000


def test_working_hours_wait_and_go_on_to_the_second_of_open_time() -> None:
    steps = (waited("2026-11-20", "11:00"), resumed("2026-11-24", "14:00"))
    found = count("2026-11-20", Limit(10, Unit.WORKING_HOURS), *steps)
    assert found.due.at == at("2026-11-25", "16:30")
    assert count("2026-11-20", Limit(10, Unit.WORKING_HOURS), *steps[:1]).unspent == 9 * 3600
    assert [each.kind.value for each in found.days][1:4] == ["waiting"] * 3


def test_working_hours_that_were_late_in_the_evening_are_late_in_the_morning() -> None:
    """Due at five on Friday; whoever lets it wait at eight has let it run out, though no open second has passed."""
    found = count("2026-11-20", Limit(5, Unit.WORKING_HOURS), waited("2026-11-20", "20:00"))
    assert found.due.at == at("2026-11-20", "17:00")
    assert found.unspent == -1
    again = count("2026-11-20", Limit(5, Unit.WORKING_HOURS), waited("2026-11-20", "20:00"), resumed("2026-11-23"))
    assert again.due.at < at("2026-11-23")
    assert again.days[-1].kind is DayKind.ROLLED
    assert count("2026-11-20", Limit(5, Unit.WORKING_HOURS), waited("2026-11-20", "17:00")).unspent == 0


def test_a_whole_day_that_was_late_is_told_as_late() -> None:
    found = count("2026-11-16", Limit(2, Unit.HOURS), waited("2026-11-18", "10:00"))
    assert [each.kind.value for each in found.days] == ["start", "late", "late"]


# -- Taken over --------------------------------------------------------------------------------------------------------


def fixed(until_on: str, start: str = "2026-11-02") -> Step:
    return Step(at(start), StepKind.FIXED, "升级前已经暂停过，日期照旧", until_on=day(until_on))


def test_a_due_day_that_was_taken_over_stays_as_it_was_also_on_a_day_off() -> None:
    for limit in (SEVEN, Limit(7, NATURAL), Limit(7, Unit.HOURS), Limit(7, Unit.WORKING_HOURS)):
        found = count("2026-11-02", limit, fixed("2026-11-21"))
        assert found.due.on == day("2026-11-21")
        assert found.due.at == at("2026-11-22", "00:00")
        assert found.days[-1].on == found.due.on
    assert [each.kind.value for each in count("2026-11-02", SEVEN, fixed("2026-11-04")).days] == [
        "start", "unrecorded", "fixed",
    ]  # fmt: skip


def test_a_limit_in_hours_taken_over_on_its_own_day_keeps_its_moment() -> None:
    found = count("2026-11-02", Limit(3, Unit.HOURS), fixed("2026-11-02"))
    assert found.due.at == at("2026-11-02", "13:00")


def test_what_was_taken_over_waits_and_goes_on_like_any_other() -> None:
    steps = (fixed("2026-11-20"), waited("2026-11-13"))
    found = count("2026-11-02", SEVEN, *steps)
    assert found.unspent == 5
    assert found.days[-1].on == day("2026-11-13")
    again = count("2026-11-02", SEVEN, *steps, resumed("2026-11-16"))
    assert again.due.on == day("2026-11-23")
    assert {each.number for each in again.days} == {None}
    longer = count("2026-11-02", SEVEN, *steps, resumed("2026-11-16"), extended("2026-11-17", "2026-11-24"))
    assert told(longer)[-1] == (24, "extended", None)
    hours = count("2026-11-02", Limit(7, Unit.HOURS), *steps)
    assert hours.unspent == (7 * 24 + 14) * 3600
    for limit in (SEVEN, Limit(7, Unit.HOURS)):  # in whichever order they were written
        assert count("2026-11-02", limit, waited("2026-11-02"), fixed("2026-11-20")).waiting


def test_what_was_taken_over_late_on_a_day_off_stays_late() -> None:
    steps = (fixed("2026-11-21"), waited("2026-11-22"))  # due on a Saturday, waits on Sunday
    assert count("2026-11-02", SEVEN, *steps).unspent == -1
    assert count("2026-11-02", SEVEN, *steps, resumed("2026-11-22")).due.on == day("2026-11-21")


def test_retiming_moves_what_was_taken_over_by_the_difference() -> None:
    retimed = Step(at("2026-11-09"), StepKind.RETIMED, limit=Limit(9))
    found = count("2026-11-02", SEVEN, fixed("2026-11-20"), retimed)
    assert found.due.on == day("2026-11-24")


def test_a_fixed_point_under_the_new_limit_says_the_same_when_the_old_limit_is_forgotten() -> None:
    """What is kept of a re-timed clock is its new limit and another fixed point; waiting or not, nothing is lost."""
    retimed = Step(at("2026-11-16"), StepKind.RETIMED, limit=Limit(9))
    for past in ((fixed("2026-11-20"),), (fixed("2026-11-20"), waited("2026-11-13"))):
        before = count("2026-11-02", SEVEN, *past, retimed)
        point = Step(at("2026-11-16"), StepKind.FIXED, until_on=before.due.on)
        after = count("2026-11-02", Limit(9), *past, retimed, point)
        assert (after.due, after.unspent) == (before.due, before.unspent)
        again = resumed("2026-11-18")
        assert count("2026-11-02", Limit(9), *past, retimed, point, again).due == (
            count("2026-11-02", SEVEN, *past, retimed, again).due
        )


# -- Bad input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", list(Unit))
def test_a_limit_beyond_all_bounds_is_refused(unit: Unit) -> None:
    assert account(History(at("2026-11-16"), Limit(LONGEST[unit], unit)), CALENDAR).allowed > 0
    for amount in (-1, LONGEST[unit] + 1, 10**12):
        with pytest.raises(CountError, match="超出可以计算的范围"):
            account(History(at("2026-11-16"), Limit(amount, unit)), CALENDAR)


@pytest.mark.parametrize("unit", list(Unit))
def test_a_date_beyond_the_last_year_there_is_is_refused(unit: Unit) -> None:
    with pytest.raises(CountError, match="日期超出"):
        account(History(CALENDAR.at(date(9999, 12, 30)), Limit(100, unit)), CALENDAR)


@pytest.mark.parametrize("unit", [Unit.WORKING_DAYS, NATURAL, Unit.WORKING_HOURS])
def test_an_empty_calendar_is_refused(unit: Unit) -> None:
    with pytest.raises(EmptyCalendarError, match="工作日历是空的"):
        account(History(at("2026-11-16"), Limit(3, unit)), NO_WORK)


def test_real_hours_need_no_calendar() -> None:
    assert account(History(at("2026-11-16"), Limit(3, Unit.HOURS)), NO_WORK).due.at == at("2026-11-16", "13:00")


NO_WORK = Calendar(
    days_off=frozenset(day("2026-01-01") + ONE_DAY * n for n in range(2000)), days_on=frozenset(), last_year=2031
)


def test_no_limit_at_all_is_over_on_its_first_working_day() -> None:
    assert count("2026-11-16", Limit(0)).due.on == day("2026-11-16")
    assert count("2026-11-21", Limit(0)).due.on == day("2026-11-23")


def test_steps_that_make_no_sense_change_nothing() -> None:
    plain = count("2026-11-16", SEVEN)
    assert count("2026-11-16", SEVEN, resumed("2026-11-17")) == plain
    assert count("2026-11-16", SEVEN, Step(at("2026-11-17"), StepKind.EXTENDED)) == plain
    assert count("2026-11-16", SEVEN, Step(at("2026-11-17"), StepKind.FIXED)) == plain
    assert count("2026-11-16", SEVEN, Step(at("2026-11-17"), StepKind.RETIMED)) == plain
    twice = (waited("2026-11-17"), waited("2026-11-19"), resumed("2026-11-20"))
    assert count("2026-11-16", SEVEN, *twice) == count("2026-11-16", SEVEN, twice[0], twice[2])


def test_a_clock_of_the_machine_that_went_backwards_gives_no_time_and_takes_none() -> None:
    found = count("2026-11-16", SEVEN, waited("2026-11-10"), resumed("2026-11-12"))
    assert found.due == count("2026-11-16", SEVEN).due
    assert count("2026-11-16", SEVEN, waited("2026-11-10")).unspent == 7
