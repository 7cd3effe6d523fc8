"""Our arithmetic against that of other projects: every case of the oracle, each in its own unit."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest

from helpdesk.problems.ticking import summarise
from tests.workflows.oracle import Case, Setting, cases, day_in, setting
from tests.workflows.oracle_sums import (
    check_at_closing_not_at_opening,
    check_before_the_wait,
    check_due,
    check_elapsed,
    check_is_workday,
    check_level,
    check_open_periods,
    check_workday_count,
    limit_of,
)
from workflows.calendar import ONE_DAY, Season, season_complaints
from workflows.clocks import Ticking, due, lamp, struck
from workflows.engine import NotNow, decide
from workflows.problem import PROBLEM
from workflows.request import REQUEST
from workflows.roles import Role
from workflows.terms import NEW, Limit, Milestone
from workflows.terms import Case as Problem

OTHERWISE = {
    "DO-132": check_at_closing_not_at_opening,  # the source takes the next opening, and names the closing time as equal
    "DO-145": check_before_the_wait,  # waits when overdue: the source leaves the moment, ours stays as late as it was
}
"""Cases in which we chose otherwise; what of them holds all the same."""
NOT_SUPPORTED = {
    "DO-269": "a date beyond the published years is not refused: it is counted from Monday to Friday and says so",
}


# -- What is late, and who is told -------------------------------------------------------------------------------------


def check_status(found: Setting) -> None:
    calendar, now, expected = found.calendar, found.moment(found.case["at"]), found.expected
    first = due(found.start, limit_of(found), calendar)
    seen = lamp(first.on, first.at, waiting=False, now=now, calendar=calendar, soon_days=3, long_days=5)
    status = "overdue" if seen.colour in ("red", "purple") else "in_time"
    if "second_threshold" in found.case:
        second = due(found.start, Limit(found.case["second_threshold"]["value"]), calendar)
        assert second.on.isoformat() == expected["very_overdue_after"]
        status = "very_overdue" if now >= second.at else status
    if "overdue_days" in expected:
        assert calendar.between(first.on, calendar.day_of(now)) == expected["overdue_days"]
    assert first.on.isoformat() == expected.get("due_date", first.on.isoformat())
    assert status == expected["status"]


def check_overdue_event(found: Setting) -> None:
    """The event is dated at the end of the due day, however late somebody looks."""
    starts = [found.case["start"], *found.case.get("clock_restarts", ())]
    ends = [due(found.calendar.at(date.fromisoformat(start)), limit_of(found), found.calendar).at for start in starts]
    expected = found.expected.get("event_times") or [found.expected["event_time"]]
    assert ends == [found.moment(each) for each in expected]
    assert len(ends) == found.expected["events"]


LADDER = tuple(Milestone(f"before_{days}", "", -days, (), severity=1) for days in (14, 7, 2, 0))
"""Every day of that week works, so that our rungs in working days are the case's in natural days."""


def running(found: Setting) -> Ticking:
    limit = limit_of(found)
    first = due(found.start, limit, found.calendar)
    return Ticking(1, "handle", limit, found.start_on, first.on, first.at, found.start)


def check_ladder(found: Setting) -> None:
    row = running(found)
    assert row.due_on == day_in(found.expected["due"])
    rungs = struck(replace(PROBLEM.clock("handle"), milestones=LADDER), row, (), row.due_on, found.calendar)
    assert [row.due_on - each.on for each in rungs] == [timedelta(days) for days in (14, 7, 2, 0)]
    assert rungs[0].on == day_in(found.expected["rung_14d"])


def check_catching_up(found: Setting) -> None:
    today = day_in(found.case["at"])
    rule = replace(PROBLEM.clock("handle"), milestones=LADDER)
    rungs = struck(rule, running(found), (), today, found.calendar)
    assert len(rungs) == found.expected["rungs_fired"]
    assert [each.on for each in rungs] == sorted(each.on for each in rungs)
    assert not any(each.lapsed for each in rungs)


def check_restart(found: Setting) -> None:
    """What has struck is on record, so that nothing is lost or doubled when a process begins anew."""
    rule = replace(PROBLEM.clock("handle"), milestones=(Milestone("overdue", "", 1, (), severity=1),))
    row, today = running(found), day_in(found.case["at"])
    fired = struck(rule, row, (), today, found.calendar)
    assert len(fired) == found.expected["fires"]
    done = {each.milestone.name for each in fired}
    assert len(struck(rule, row, done, today + timedelta(30), found.calendar)) == found.expected["later_fires"]


def check_next_of_many(found: Setting) -> None:
    """Of several clocks the most pressing one stands for the problem."""
    now = found.moment("2026-11-23T10:00:00")
    rows = [
        SimpleNamespace(name=name, due_at=now + timedelta(minutes=int(said[1:-1])), due_on=now.date())
        for name, said in found.case["candidates"].items()
    ]
    for row in rows:
        row.stopped_at = row.unspent = None
        row.provisional = False
    subject = SimpleNamespace()
    summarise(subject, rows)
    assert [row.name for row in rows if row.due_at == subject.due_at] == [found.expected["next"]]


def check_extension(found: Setting) -> None:
    """Nobody may ask for more time once it has run out, and what was late stays late."""
    row = running(found)
    now = found.start + timedelta(days=found.case["extension"]["granted_on_day"])
    today = found.calendar.day_of(now)
    case = Problem(
        NEW, beside="handling", has_group=True, due_at={"handle": row.due_at}, days_left=-1, due_on=row.due_on
    )
    with pytest.raises(NotNow):
        decide(REQUEST, case, "ask_extension", roles={Role.GROUP_LEAD}, actor=1, given={}, now=now, today=today)
    assert found.expected["extension"] == "refused"
    assert (now >= row.due_at) is found.expected["breach_stays_recorded"]


# -- Office hours that are none ----------------------------------------------------------------------------------------


def season(found: Setting) -> Season:
    hours = next(iter(found.calendar.hours.values()))
    return Season((1, 1), hours)


def check_accept(found: Setting) -> None:
    (monday, *_) = [day for day in found.calendar.hours if day.weekday() == 0]
    minutes = found.calendar.open_seconds(found.calendar.at(monday), found.calendar.at(monday + ONE_DAY)) / 60
    assert minutes == found.expected["minutes_on_monday"]
    assert season_complaints((season(found),)) == []


def check_reject(found: Setting) -> None:
    assert season_complaints((season(found),)) != []


CHECKS: dict[str, Callable[[Setting], None]] = {
    "accept": check_accept,
    "due": check_due,
    "due_date": check_due,
    "due_with_level": check_level,
    "elapsed": check_elapsed,
    "extension": check_extension,
    "is_workday": check_is_workday,
    "ladder": check_ladder,
    "ladder_catch_up": check_catching_up,
    "next_of_many": check_next_of_many,
    "open_periods": check_open_periods,
    "overdue_event": check_overdue_event,
    "reject": check_reject,
    "restart": check_restart,
    "status_at": check_status,
    "workday_count": check_workday_count,
}
SUPPORTED = [case for case in cases() if case["id"] not in {**NOT_SUPPORTED, **OTHERWISE}]


@pytest.mark.parametrize("case", SUPPORTED, ids=lambda case: case["id"])
def test_our_deadline_is_theirs(case: Case) -> None:
    CHECKS[case["kind"]](setting(case))


@pytest.mark.parametrize("key", OTHERWISE)
def test_where_we_chose_otherwise_the_rest_of_the_case_holds(key: str) -> None:
    OTHERWISE[key](setting(next(case for case in cases() if case["id"] == key)))


@pytest.mark.parametrize("key", NOT_SUPPORTED)
def test_a_day_without_a_published_notice_is_provisional_instead_of_refused(key: str) -> None:
    calendar = setting(next(case for case in cases() if case["id"] == key)).calendar
    beyond = date(calendar.last_year + 1, 3, 2)
    assert due(calendar.at(beyond), Limit(1), calendar).provisional


def test_every_case_is_looked_at() -> None:
    assert len(cases()) == 177
    assert len(SUPPORTED) == 174


# -- The checks can fail -----------------------------------------------------------------------------------------------

ONE_MORE: dict[str, Callable[[str], str]] = {
    "due": lambda text: (datetime.fromisoformat(text) + ONE_DAY).isoformat(),
    "due_utc": lambda text: (datetime.fromisoformat(text) + timedelta(minutes=1)).isoformat(),
    "due_date": lambda text: (date.fromisoformat(text) + ONE_DAY).isoformat(),
}


def shifted(case: Case) -> Case:
    """The same case with another answer."""
    other = deepcopy(case)
    for name, value in case["expected"].items():
        if name in ONE_MORE:
            other["expected"][name] = ONE_MORE[name](value)
        elif isinstance(value, bool):
            other["expected"][name] = not value
        elif isinstance(value, int):
            other["expected"][name] = value + 1
    return other


def notices(case: Case) -> bool:
    try:
        CHECKS[case["kind"]](setting(case))
    except (AssertionError, pytest.fail.Exception):
        return True
    return False


def test_an_answer_that_is_off_by_one_is_noticed() -> None:
    others = [shifted(case) for case in SUPPORTED]
    wrong = [other for case, other in zip(SUPPORTED, others, strict=True) if other != case]
    assert len(wrong) > 160
    assert [case["id"] for case in wrong if not notices(case)] == []
