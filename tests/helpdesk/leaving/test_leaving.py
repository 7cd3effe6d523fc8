"""Leaving: everything of somebody's turn is named, goes to a successor by the real acts, and then the account closes."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.db import db
from helpdesk.enterprises.models import Pairing, RegisterChange, Talent
from helpdesk.leaving.models import HandedOver
from helpdesk.org import queries as org_queries
from helpdesk.org.models import Substitute
from helpdesk.problems import queries
from helpdesk.problems.models import Problem
from tests.desk import Desk
from tests.visitors import row, text_of, visitor

REASON = "调任区商务局，工作移交"


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A district at work."""
    return Desk(app)


def hand(desk: Desk, by: str, who: str, kind: str, to: str, keys: list[int], instead: Any = None) -> Any:
    """That person ticks these things and names a successor."""
    given: dict[str, Any] = {f"{kind}-successor": desk.world.people[to], f"{kind}-reason": REASON, "keys": keys}
    given |= instead or {}
    return visitor(desk.app, desk.world, by).post(f"/people/{desk.world.people[who]}/leaving/{kind}", data=given)


def close(desk: Desk, who: str) -> Any:
    """The administrator ends it."""
    data = {"last_on": clock.today().isoformat()}
    url = f"/people/{desk.world.people[who]}/leaving/close"
    return visitor(desk.app, desk.world, "administrator").post(url, data=data)


def test_an_account_is_not_closed_while_a_problem_is_in_its_hands_and_names_it(desk: Desk) -> None:
    key = desk.at("handling")
    with desk.app.app_context():
        number = db.session.get_one(Problem, key).number
    person = desk.world.people["handler"]
    administrator = visitor(desk.app, desk.world, "administrator")
    for answer in (administrator.post(f"/people/{person}/deactivate"), close(desk, "handler")):
        assert answer.status_code == 409
        assert number in text_of(answer)
    assert row(desk.app, desk.world, "handler").active
    page = text_of(administrator.get(f"/people/{person}/leaving"))
    assert number in page
    assert "由责任组转交：某group_lead" in page


@pytest.mark.parametrize("state", ["handling", "reviewing", "suspended", "evaluating"])
def test_the_groups_lead_hands_problems_over_by_the_act_of_the_table(desk: Desk, state: str) -> None:
    key = desk.at("reviewing" if state == "evaluating" else state)
    if state == "evaluating":
        with desk.walking() as walker:
            walker.do(key, "approve")
    assert hand(desk, "administrator", "handler", "problems", "other_handler", [key]).status_code == 422
    assert hand(desk, "group_lead", "handler", "problems", "other_handler", [key]).status_code == 302
    with desk.app.app_context():
        problem = db.session.get_one(Problem, key)
        assert (problem.handler_id, problem.state) == (desk.world.people["other_handler"], state)
        assert "hand_over" in [entry.action for entry in queries.timeline(key)]
        record = db.session.scalars(db.select(HandedOver)).one()
        assert (record.kind, record.key, record.successor_id) == ("problems", key, problem.handler_id)
    assert close(desk, "handler").status_code == 302
    assert not row(desk.app, desk.world, "handler").active


def test_who_is_no_handler_of_the_group_cannot_take_its_problems(desk: Desk) -> None:
    key = desk.at("handling")
    page = hand(desk, "group_lead", "handler", "problems", "stranger", [key])
    assert page.status_code == 422
    with desk.app.app_context():
        assert db.session.get_one(Problem, key).handler_id == desk.world.people["handler"]


@pytest.mark.parametrize("part", ["stranger", "other_lead", "dispatcher", "chief", "handler"])
def test_others_neither_see_nor_hand_over(desk: Desk, part: str) -> None:
    key = desk.at("handling")
    page = visitor(desk.app, desk.world, part).get(f"/people/{desk.world.people['handler']}/leaving")
    assert page.status_code == 403
    assert hand(desk, part, "handler", "problems", "other_handler", [key]).status_code == 403
    client = visitor(desk.app, desk.world, part)
    assert client.post(f"/people/{desk.world.people['handler']}/leaving/close").status_code == 403


def test_the_lead_of_the_group_hands_over_problems_only_and_closes_nothing(desk: Desk) -> None:
    key = desk.at("handling")
    client, person = visitor(desk.app, desk.world, "group_lead"), desk.world.people["handler"]
    page = client.get(f"/people/{person}/leaving")
    assert f'href="/problems/{key}"' in page.text
    assert client.post(f"/people/{person}/leaving/close").status_code == 403


def test_pairings_go_to_the_successor_from_today_on(desk: Desk) -> None:
    with desk.app.app_context():
        key = db.session.scalars(db.select(Pairing.id)).one()
    assert close(desk, "cadre").status_code == 409
    assert hand(desk, "administrator", "cadre", "pairings", "stranger", [key]).status_code == 302
    with desk.app.app_context():
        old, new = db.session.scalars(db.select(Pairing).order_by(Pairing.id))
        today = clock.today()
        assert old.until_on == today - timedelta(days=1)
        assert (new.person_id, new.from_on, new.enterprise_id) == (
            desk.world.people["stranger"],
            today,
            desk.world.enterprise_id,
        )
    assert close(desk, "cadre").status_code == 302
    with desk.app.app_context():
        assert org_queries.posts_of(desk.world.people["cadre"], today + timedelta(days=1)) == []


def test_two_at_once_one_wins_and_the_other_is_told(desk: Desk) -> None:
    with desk.app.app_context():
        key = db.session.scalars(db.select(Pairing.id)).one()
    first = hand(desk, "administrator", "cadre", "pairings", "stranger", [key])
    second = hand(desk, "administrator", "cadre", "pairings", "reporter", [key])
    assert (first.status_code, second.status_code) == (302, 409)
    assert "已经不在某cadre名下" in text_of(second)
    with desk.app.app_context():
        assert db.session.query(HandedOver).count() == 1


def test_all_or_none_when_one_of_several_is_gone(desk: Desk) -> None:
    keys = [desk.at("handling"), desk.at("handling")]
    assert hand(desk, "group_lead", "handler", "problems", "other_handler", [*keys, 999]).status_code == 409
    with desk.app.app_context():
        held = {db.session.get_one(Problem, key).handler_id for key in keys}
        assert held == {desk.world.people["handler"]}
        assert db.session.query(HandedOver).count() == 0
    assert hand(desk, "group_lead", "handler", "problems", "other_handler", keys).status_code == 302


def test_a_seat_that_nobody_else_holds_goes_to_a_successor_before_the_account_closes(desk: Desk) -> None:
    desk.at("assigned")
    assert close(desk, "group_lead").status_code == 409
    with desk.app.app_context():
        post = org_queries.posts_of(desk.world.people["group_lead"], clock.today())[0].id
    assert hand(desk, "administrator", "group_lead", "seats", "other_handler", [post]).status_code == 302
    assert close(desk, "group_lead").status_code == 302
    page = visitor(desk.app, desk.world, "other_handler").get("/")
    assert "签收" in text_of(page)


def test_a_seat_that_others_hold_too_keeps_nobody(desk: Desk) -> None:
    desk.at("reported")
    assert close(desk, "dispatcher").status_code == 302


def test_drafts_go_along_and_a_returned_report_waits_for_its_writer(desk: Desk) -> None:
    with desk.app.app_context():
        draft = Problem(
            state="draft",
            phase="start",
            round=1,
            reporter_id=desk.world.people["reporter"],
            created_at=clock.now(),
            changed_at=clock.now(),
            state_since_at=clock.now(),
        )
        db.session.add(draft)
        db.session.commit()
        key = draft.id
    returned = desk.at("returned")
    assert hand(desk, "administrator", "reporter", "drafts", "stranger", [key]).status_code == 302
    with desk.app.app_context():
        assert db.session.get_one(Problem, key).reporter_id == desk.world.people["stranger"]
    assert hand(desk, "administrator", "reporter", "returned", "stranger", [returned]).status_code == 409
    answer = close(desk, "reporter")
    assert (answer.status_code, "等他补充的上报" in text_of(answer)) == (409, True)


def test_whoever_stood_in_for_others_is_replaced_for_the_days_that_are_left(desk: Desk) -> None:
    people, today = desk.world.people, clock.today()
    with desk.app.app_context():
        naming = Substitute(
            person_id=people["handler"],
            substitute_id=people["other_handler"],
            from_on=today - timedelta(days=2),
            until_on=today + timedelta(days=5),
            named_at=clock.now(),
            named_by_id=people["handler"],
        )
        db.session.add(naming)
        db.session.commit()
        key = naming.id
    refused = hand(desk, "administrator", "other_handler", "substitutions", "supervisor", [key])
    assert (refused.status_code, "督查考核办公室" in text_of(refused)) == (422, True)
    assert hand(desk, "administrator", "other_handler", "substitutions", "group_lead", [key]).status_code == 302
    with desk.app.app_context():
        old, new = db.session.scalars(db.select(Substitute).order_by(Substitute.id))
        assert old.ended_at is not None
        assert (new.substitute_id, new.from_on, new.until_on) == (people["group_lead"], today, old.until_on)
    assert close(desk, "other_handler").status_code == 302


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("given", [{"pairings-reason": ""}, {"pairings-successor": ""}, {"keys": []}])
def test_what_is_missing_is_said_and_nothing_changes(desk: Desk, given: dict[str, Any]) -> None:
    with desk.app.app_context():
        key = db.session.scalars(db.select(Pairing.id)).one()
    page = hand(desk, "administrator", "cadre", "pairings", "stranger", [key], given)
    assert page.status_code == 422
    assert 'class="error-summary"' in page.text
    with desk.app.app_context():
        assert db.session.query(HandedOver).count() == 0


def test_talents_are_kept_in_touch_with_by_the_successor_and_the_enterprise_s_story_tells(desk: Desk) -> None:
    people = desk.world.people
    with desk.app.app_context():
        talent = Talent(enterprise_id=desk.world.enterprise_id, name="郑博士", keeper_id=people["stranger"])
        db.session.add(talent)
        db.session.commit()
        key = talent.id
    page = close(desk, "stranger")
    assert (page.status_code, "联系的人才 1 项" in text_of(page)) == (409, True)
    assert "郑博士" not in page.text
    assert hand(desk, "administrator", "stranger", "talents", "cadre", [key]).status_code == 302
    with desk.app.app_context():
        assert db.session.get_one(Talent, key).keeper_id == people["cadre"]
        assert "改由 某cadre 联系" in db.session.scalars(db.select(RegisterChange)).all()[-1].words
    assert close(desk, "stranger").status_code == 302
