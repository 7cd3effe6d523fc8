"""Requests for a longer limit, for suspension, for termination: who asks, who decides, what follows."""

from datetime import date, timedelta

import pytest
from flask import Flask

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.notices.models import Notice
from helpdesk.problems import queries
from helpdesk.problems.models import ClockStep, Matter, ProblemClock
from tests.people import District, found_district
from tests.visitors import at
from tests.walking import Walker, problem
from workflows.engine import Missing, NotNow, NotYours

MONDAY = at("2026-09-07 09:00")


@pytest.fixture
def walker(app: Flask) -> Walker:
    """Somebody who walks problems, on an ordinary Monday."""
    with app.app_context():
        yield Walker(found_district(), MONDAY)


def handle_clock(problem_id: int) -> ProblemClock:
    """The running 办理 clock."""
    return next(row for row in queries.clocks_of(problem_id) if row.name == "handle" and row.stopped_at is None)


def days_after(day: date, count: int) -> date:
    """So many working days later."""
    return calendar().add(day, count)


def test_a_granted_extension_moves_the_due_day_and_tells_the_enterprise(walker: Walker) -> None:
    key = walker.to("handling")
    before = handle_clock(key).due_on
    walker.beside(key, "ask_extension", until_on=days_after(before, 5))
    assert handle_clock(key).due_on == before
    walker.beside(key, "grant", by="dispatch_lead")
    row = handle_clock(key)
    assert (row.due_on, row.extended) == (days_after(before, 5), 1)
    assert problem(key).state == "handling"
    told = {each.role for each in db.session.query(Notice).filter_by(problem_id=key, name="extended")}
    assert {"enterprise", "reporter", "handler"} <= told
    step = db.session.query(ClockStep).filter_by(clock_id=row.id, kind="extended").one()
    assert (step.due_before_on, step.until_on) == (before, row.due_on)
    assert "dispatch_lead" in step.by_name


def test_the_enterprise_reads_the_new_date_and_the_reason_but_not_the_request(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_extension", until_on=days_after(handle_clock(key).due_on, 2), reason="要等上级批复文件")
    letters = db.session.query(Notice).filter_by(problem_id=key, role="enterprise")
    assert not any("要等上级批复文件" in each.body for each in letters)
    walker.beside(key, "grant", by="dispatch_lead")
    letter = letters.filter_by(name="extended").one()
    assert "要等上级批复文件" in letter.body


def test_the_second_extension_is_granted_by_the_supervision_office_and_there_is_no_third(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_extension", until_on=days_after(handle_clock(key).due_on, 3))
    walker.beside(key, "grant", by="dispatch_lead")
    walker.beside(key, "ask_extension", until_on=days_after(handle_clock(key).due_on, 3))
    with pytest.raises(NotNow):
        walker.beside(key, "grant", by="dispatch_lead")
    walker.beside(key, "grant", by="supervisor")
    with pytest.raises(NotNow, match="不能再延"):
        walker.beside(key, "ask_extension", until_on=days_after(handle_clock(key).due_on, 1))


def test_an_extension_is_no_longer_than_the_limit_and_later_than_the_due_day(walker: Walker) -> None:
    key = walker.to("handling")
    due_on = handle_clock(key).due_on
    for wrong in (days_after(due_on, 8), due_on):
        with pytest.raises(Missing) as refused:
            walker.beside(key, "ask_extension", until_on=wrong)
        assert "until_on" in refused.value.errors
    walker.beside(key, "ask_extension", until_on=days_after(due_on, 7))


@pytest.mark.parametrize(("days_before", "possible"), [(1, True), (0, False), (-1, False)])
def test_an_extension_is_asked_for_a_working_day_before_the_due_day_at_the_latest(
    walker: Walker, days_before: int, possible: bool
) -> None:
    key = walker.to("handling")
    due_on = handle_clock(key).due_on
    walker.now = calendar().at(calendar().add(due_on, -days_before)) + timedelta(hours=10)
    if possible:
        walker.beside(key, "ask_extension", until_on=days_after(due_on, 3))
        return
    with pytest.raises(NotNow, match="来不及"):
        walker.beside(key, "ask_extension", until_on=days_after(due_on, 3))


def test_an_extension_is_not_granted_after_the_due_day(walker: Walker) -> None:
    key = walker.to("handling")
    due_on = handle_clock(key).due_on
    walker.beside(key, "ask_extension", until_on=days_after(due_on, 3))
    walker.now = calendar().at(days_after(due_on, 1)) + timedelta(hours=10)
    with pytest.raises(NotNow, match="已经过了"):
        walker.beside(key, "grant", by="dispatch_lead")
    walker.beside(key, "refuse", by="dispatch_lead")
    assert db.session.query(Matter).one().state == "refused"


def test_only_one_request_waits_at_a_time(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_extension", until_on=days_after(handle_clock(key).due_on, 3))
    with pytest.raises(NotNow, match="等待审批"):
        walker.beside(key, "ask_suspension")
    walker.beside(key, "take_back", by="handler")
    walker.beside(key, "ask_suspension")


def test_nobody_but_whoever_asked_takes_a_request_back(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_extension", until_on=days_after(handle_clock(key).due_on, 3))
    with pytest.raises(NotYours):
        walker.beside(key, "take_back", by="group_lead")


def test_a_granted_suspension_makes_the_clock_wait_and_asks_for_review_again_and_again(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_suspension", review_on=date(2026, 9, 21))
    walker.beside(key, "grant", by="dispatch_lead")
    rows = {row.name: row for row in queries.clocks_of(key) if row.stopped_at is None}
    assert problem(key).state == "suspended"
    assert rows["handle"].unspent is not None
    assert rows["review_date"].due_on == date(2026, 9, 21)
    walker.now = at("2026-09-18 09:00")
    walker.do(key, "progress", by="group_lead", next_review_on=None, review_on=date(2026, 10, 12))
    rows = {row.name: row for row in queries.clocks_of(key) if row.stopped_at is None}
    assert rows["review_date"].due_on == date(2026, 10, 12)


def test_a_suspension_further_ahead_than_thirty_days_is_refused_when_it_is_asked_for(walker: Walker) -> None:
    key = walker.to("handling")
    with pytest.raises(Missing) as refused:
        walker.beside(key, "ask_suspension", review_on=date(2026, 12, 1))
    assert "review_on" in refused.value.errors
    assert db.session.query(Matter).count() == 0


def test_a_request_whose_days_have_passed_is_not_granted(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_suspension", review_on=date(2026, 9, 9), expected_on=date(2026, 9, 30))
    walker.now = at("2026-09-09 10:00")
    with pytest.raises(NotNow, match="不合时宜"):
        walker.beside(key, "grant", by="dispatch_lead")
    assert problem(key).state == "handling"


def test_termination_is_asked_by_the_dispatch_lead_and_granted_by_the_leader(walker: Walker) -> None:
    key = walker.to("handling")
    with pytest.raises(NotYours):
        walker.beside(key, "ask_termination", by="group_lead")
    walker.beside(key, "ask_termination")
    with pytest.raises(NotNow):
        walker.beside(key, "grant", by="dispatch_lead")
    walker.beside(key, "grant", by="leader")
    assert problem(key).state == "terminated"


def test_suspending_and_terminating_without_a_request_is_refused(walker: Walker) -> None:
    key = walker.to("handling")
    for name, by in (("suspend", "dispatch_lead"), ("terminate", "leader"), ("extend", "dispatch_lead")):
        with pytest.raises(NotNow, match="申请"):
            walker.do(key, name, by=by)


def test_a_request_is_dropped_when_the_problem_goes_where_it_has_no_place(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_extension", until_on=days_after(handle_clock(key).due_on, 3))
    walker.do(key, "elevate", by="group_lead")
    assert db.session.query(Matter).one().state == "dropped"
    assert not [row for row in queries.clocks_of(key) if row.matter_id and row.stopped_at is None]


def test_refusals_stay_on_the_record_with_their_reason(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_extension", until_on=days_after(handle_clock(key).due_on, 3))
    walker.beside(key, "refuse", by="dispatch_lead", reason="时间足够，请抓紧办理")
    entry = queries.timeline(key)[0]
    assert (entry.action, entry.internal) == ("refuse", True)
    assert any("抓紧" in each["words"] for each in entry.answers)
    assert db.session.query(Notice).filter_by(problem_id=key, name="request_refused", role="asker").count() == 1


def test_a_request_has_its_own_clock_that_is_overdue_after_a_day(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_extension", until_on=days_after(handle_clock(key).due_on, 3))
    row = next(each for each in queries.clocks_of(key) if each.matter_id)
    assert (row.name, row.due_on) == ("grant_dispatch", date(2026, 9, 8))
    assert problem(key).due_on != row.due_on  # the problem's own clocks are pressed by nobody else's


def test_a_stranger_finds_no_problem_to_ask_for(walker: Walker) -> None:
    key = walker.to("handling")
    with pytest.raises(NotFoundError):
        walker.beside(key, "ask_extension", by="stranger", until_on=days_after(handle_clock(key).due_on, 3))


def test_nobody_grants_what_he_asked_for_himself(walker: Walker, app: Flask) -> None:
    world: District = walker.world
    from helpdesk.org.models import Duty, Post

    db.session.add(
        Post(
            person_id=world.people["dispatch_lead"],
            unit_id=world.group_id,
            duty=Duty.LEAD,
            from_on=date(2020, 1, 1),
        )
    )
    db.session.commit()
    key = walker.to("handling")
    walker.beside(key, "ask_suspension", by="dispatch_lead")
    with pytest.raises(NotNow, match="自己"):
        walker.beside(key, "grant", by="dispatch_lead")
