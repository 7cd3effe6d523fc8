"""The tables of the demo are complete, plainly invented, and fit the calendar whenever the demo is loaded."""

from datetime import UTC, date, datetime, timedelta

import pytest
from stdnum.cn import uscc

from helpdesk.clock import calendar, local
from helpdesk.demo.copying import moved
from helpdesk.demo.enterprises import enterprises
from helpdesk.demo.people import ABSENT, ADMINISTRATORS, IN_CHARGE, LOGINS, SEATS, UNITS
from helpdesk.demo.problems import STORIES, records, steps_of
from helpdesk.demo.walking import CLOSES, OPENS, timetable
from helpdesk.org.models import Duty, UnitKind
from workflows.book import ACTIONS
from workflows.fields import CATEGORIES, TITLE
from workflows.problem import PROBLEM

GROUPS = [unit.name for unit in UNITS if unit.kind is UnitKind.GROUP]
MOMENTS = {
    "a Monday morning before office hours": datetime(2026, 11, 23, 7, 0),
    "a working day in the evening": datetime(2026, 11, 24, 20, 0),
    "a Sunday": datetime(2026, 6, 14, 12, 0),
    "after the Spring Festival": datetime(2026, 2, 24, 10, 0),
    "within the National Day holidays": datetime(2026, 10, 4, 10, 0),
    "a year whose holidays are not published": datetime(2027, 3, 3, 10, 0),
}


def test_there_are_seven_groups_with_a_lead_a_liaison_handlers_and_a_leader() -> None:
    assert len(GROUPS) == 7
    for group in GROUPS:
        duties = [seat.duty for seat in SEATS if seat.unit == group]
        assert duties.count(Duty.LEAD) == duties.count(Duty.LIAISON) == 1
        assert duties.count(Duty.HANDLER) >= 2
        assert any(group in groups for groups in IN_CHARGE.values())


def test_nobody_shares_a_username_and_every_shown_login_exists() -> None:
    usernames = [seat.username for seat in SEATS] + [each[1] for each in ADMINISTRATORS]
    assert len(usernames) == len(set(usernames))
    assert all(username.isascii() and username.isalpha() for username in usernames)
    assert {login.username for login in LOGINS} <= set(usernames)


def test_whoever_is_away_is_stood_in_for_by_somebody_of_his_own_unit() -> None:
    units = {seat.username: seat.unit for seat in SEATS}
    assert ABSENT
    assert all(units[absent] == units[substitute] for absent, substitute, *_ in ABSENT)
    assert {substitute for _, substitute, *_ in ABSENT} <= {login.username for login in LOGINS}


def test_enterprises_are_plainly_invented_but_their_codes_would_pass() -> None:
    found = enterprises(("示例街道",))
    assert len({each.name for each in found}) == len({each.code for each in found}) == len(found) == 80
    for each in found:
        assert each.name.startswith(("示例", "演示"))
        assert uscc.is_valid(each.code)
        assert each.code[2:4] == "99"  # a province that does not exist
        assert all(contact.email is None or contact.email.endswith("@example.org") for contact in each.contacts)


def test_every_record_fits_the_rule_book_and_every_story_is_told() -> None:
    branches = {each.industry for each in enterprises(("示例街道",))}
    known = {record.id for record in records()}
    for record in records():
        assert record.category in dict(CATEGORIES)
        assert record.group in GROUPS
        assert record.industry in branches
        assert TITLE.shortest <= len(record.title) <= TITLE.longest
        assert not record.into or record.into in known
    assert {record.story for record in records()} == set(STORIES)


def test_every_action_a_person_can_take_happens_in_some_story() -> None:
    import random

    told = {step.action for story in STORIES.values() for step in steps_of(story, random.Random(1))}
    told |= {follows for name in told if name in ACTIONS for follows in ACTIONS[name].does.values()}
    not_shown = {"attach", "lapse", "separate", "move_in", "undo_move"}  # need a file; come by themselves
    assert told >= {"ask_extension", "grant", "refuse", "ask_assist", "accept_assist", "finish_assist"}
    assert told >= {action.name for action in PROBLEM.actions} - not_shown


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS.keys())
def test_every_step_lies_in_office_hours_of_the_last_months(moment: datetime) -> None:
    now = moment.replace(tzinfo=calendar().zone).astimezone(UTC)
    planned = timetable(records(), now)
    assert planned == timetable(records(), now)
    for each in planned:
        assert now - timedelta(days=115) < each.at <= now
        assert calendar().is_working(local(each.at).date())
        assert OPENS <= local(each.at).time() <= CLOSES


def test_moving_back_keeps_the_working_days_between_two_days() -> None:
    start, end = date(2026, 9, 28), date(2026, 10, 13)  # over National Day and a declared working Saturday
    for back in (1, 30, 180, 440):
        assert calendar().is_working(moved(end, back))
        assert calendar().between(moved(start, back), moved(end, back)) == calendar().between(start, end)
        assert calendar().between(moved(end, back), end) == back
