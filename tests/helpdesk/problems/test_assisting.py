"""Assisting tasks: another group helps the leading one, and the leading one waits for it or says why not."""

from datetime import date

import pytest
from flask import Flask

from helpdesk.db import db
from helpdesk.notices.models import Notice
from helpdesk.problems import queries, turn_queries
from helpdesk.problems.models import Matter
from tests.people import found_district
from tests.visitors import at
from tests.walking import Walker, problem
from workflows.engine import Missing, NotNow, NotYours

MONDAY = at("2026-09-07 09:00")


@pytest.fixture
def walker(app: Flask) -> Walker:
    """Somebody who walks problems, on an ordinary Monday."""
    with app.app_context():
        yield Walker(found_district(), MONDAY)


def task() -> Matter:
    """The only matter there is."""
    db.session.expire_all()
    return db.session.query(Matter).one()


def test_help_is_asked_for_with_the_assignment(walker: Walker) -> None:
    key = walker.to("reported")
    walker.do(key, "assign", assisting=[walker.world.other_group_id], instruction="请营商环境组配合")
    assert (task().state, task().unit_id) == ("asked", walker.world.other_group_id)
    row = next(each for each in queries.clocks_of(key) if each.matter_id)
    assert (row.name, row.due_on, row.unit_id) == ("assist", date(2026, 9, 10), walker.world.other_group_id)
    asked = db.session.query(Notice).filter_by(problem_id=key, name="assist_asked").one()
    assert asked.person_id == walker.world.people["other_lead"]


def test_the_leading_group_cannot_assist_itself(walker: Walker) -> None:
    key = walker.to("reported")
    with pytest.raises(Missing) as refused:
        walker.do(key, "assign", assisting=[walker.world.group_id])
    assert "assisting" in refused.value.errors
    assert problem(key).state == "reported"


def test_the_result_waits_for_the_opinion(walker: Walker) -> None:
    key = walker.to("handling")
    walker.do(key, "respond")
    walker.beside(key, "ask_assist", by="group_lead")
    with pytest.raises(NotNow, match="协办"):
        walker.do(key, "submit")
    walker.beside(key, "accept_assist", by="other_lead")
    walker.beside(key, "finish_assist", by="other_lead", opinion="已协调完成，可以办理")
    walker.do(key, "submit")
    assert problem(key).state == "reviewing"
    assert db.session.query(Notice).filter_by(problem_id=key, name="assist_done").count() == 2


def test_the_lead_may_go_on_with_a_reason(walker: Walker) -> None:
    key = walker.to("handling")
    walker.do(key, "respond")
    walker.beside(key, "ask_assist", by="dispatcher")
    with pytest.raises(NotYours):
        walker.beside(key, "waive_assist", by="handler")
    walker.beside(key, "waive_assist", by="group_lead", reason="协办事项已经不影响办理")
    walker.do(key, "submit")
    assert any("不影响办理" in each["words"] for entry in queries.timeline(key) for each in entry.answers)


def test_a_task_is_returned_with_a_reason_and_the_group_takes_no_more_part(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_assist", by="group_lead")
    lead = walker.world.people["other_lead"]
    me = queries.standing(lead, walker.now)
    assert queries.get_problem_for(me, key).id == key
    walker.beside(key, "return_assist", by="other_lead", reason="不属于本组职责")
    with pytest.raises(queries.NotFoundError):
        queries.get_problem_for(queries.standing(lead, walker.now), key)


def test_assisting_groups_see_the_problem_in_their_lists_and_may_note_progress(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_assist", by="group_lead")
    me = queries.standing(walker.world.people["other_lead"], walker.now)
    assert turn_queries.matters_in_my_turn(me) == [task()]
    walker.do(key, "progress", by="other_lead")
    other = queries.standing(walker.world.people["stranger"], walker.now)
    assert turn_queries.matters_in_my_turn(other) == []


def test_the_same_group_is_not_asked_twice_at_once(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_assist", by="group_lead")
    with pytest.raises(Missing) as refused:
        walker.beside(key, "ask_assist", by="dispatcher")
    assert "unit" in refused.value.errors


def test_whoever_assisted_is_not_independent_any_more(walker: Walker) -> None:
    key = walker.to("handling")
    walker.do(key, "respond")
    walker.beside(key, "ask_assist", by="group_lead")
    walker.beside(key, "finish_assist", by="other_lead")
    assert walker.world.people["other_lead"] in queries.workers_on(key)


def test_a_task_ends_with_the_problem(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_assist", by="group_lead")
    walker.do(key, "merge")
    assert task().state == "dropped"


def test_a_task_ends_when_its_group_gets_the_problem(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_assist", by="group_lead")
    walker.do(key, "reassign", group=walker.world.other_group_id)
    assert task().state == "dropped"


def test_a_task_lives_on_when_another_group_takes_the_lead(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_assist", by="group_lead")
    walker.do(key, "elevate", by="group_lead")
    assert task().state == "asked"


def urged(walker: Walker, key: int) -> dict[int | None, str]:
    """Who is told when somebody urges now, with what the mail says."""
    walker.do(key, "urge", by="supervisor")
    rows = db.session.query(Notice).filter_by(problem_id=key, name="urged").all()
    return {row.person_id: row.body for row in rows}


def test_who_is_late_with_his_part_is_urged_with_his_own_date_and_nobody_else(walker: Walker) -> None:
    key = walker.to("reported")
    walker.do(key, "assign", assisting=[walker.world.other_group_id], instruction="请营商环境组配合")
    walker.do(key, "sign")
    walker.do(key, "respond")
    walker.now = at("2026-09-11 09:00")
    told = urged(walker, key)
    assert set(told) == {walker.world.people["other_lead"]}
    assert "9月10日" in told[walker.world.people["other_lead"]]


def test_who_has_the_turn_is_urged_too_once_he_is_late(walker: Walker) -> None:
    key = walker.to("reported")
    walker.do(key, "assign", assisting=[walker.world.other_group_id], instruction="请营商环境组配合")
    walker.now = at("2026-09-11 09:00")
    people = walker.world.people
    assert set(urged(walker, key)) >= {people["other_lead"], people["group_lead"]}


def test_without_anything_late_beside_it_those_with_the_turn_are_urged(walker: Walker) -> None:
    key = walker.to("reported")
    walker.do(key, "assign", assisting=[walker.world.other_group_id], instruction="请营商环境组配合")
    told = urged(walker, key)
    assert walker.world.people["group_lead"] in told
    assert walker.world.people["other_lead"] not in told
