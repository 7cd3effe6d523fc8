"""Visits through the doors: planned, recorded, corrected, moved, dropped, handed over; and who may."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from helpdesk.clock import now
from helpdesk.db import begin_writing, db
from helpdesk.enterprises.models import Enterprise
from helpdesk.operations.queries import referred
from helpdesk.problems.actors import Actor
from helpdesk.problems.models import Problem
from helpdesk.visits.commands import hand_over
from helpdesk.visits.models import Visit, VisitChange, VisitFile, VisitProblem
from tests import visits
from tests.desk import PNG, REPORT, Desk, errors_beside, hidden, upload, value_of
from tests.lists import json_of
from tests.visitors import text_of
from workflows.engine import Missing

TODAY = date(2026, 9, 1)
JSON = {"Accept": "application/json"}
FORM = {**visits.RECORD, "enterprise": "示例一号机械有限公司"}


def send(desk: Desk, part: str, url: str = "/visits/new", **given: Any) -> TestResponse:
    """Fill in the form of a record as a browser does."""
    client = desk.browser(part)
    shown = hidden(client.get(url))
    return client.post(url, data={**shown, **FORM, **given}, content_type="multipart/form-data")


def count(desk: Desk, model: Any) -> int:
    """How many rows there are."""
    with desk.app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


# -- Recording ---------------------------------------------------------------------------------------------------------


def test_a_cadre_records_a_visit_with_a_photo_and_no_problem(desk: Desk) -> None:
    answer = send(desk, "cadre", files=upload("厂房.png", PNG), follow_up="下月再去")
    assert answer.status_code == 302
    page = desk.browser("cadre").get(answer.location)
    words = text_of(page)
    for said in ("本次走访没有发现问题", "王经理（办公室）", "正在扩建二号厂房", "下月再去", "厂房.png", "某cadre"):
        assert said in words
    photo = re.search(r'href="(/visits/files/\d+)"', page.text)
    assert photo
    assert desk.browser("cadre").get(photo[1], buffered=True).data == PNG
    with desk.app.app_context():
        stored = db.session.scalars(select(VisitFile.stored_as)).one()
        assert referred([stored, "nothing"]) == {stored}


def test_the_story_of_the_enterprise_tells_of_a_visit_to_those_who_see_it(desk: Desk) -> None:
    send(desk, "cadre")
    base = f"/enterprises/{desk.world.enterprise_id}"
    assert "某cadre实地走访，没有发现问题" in text_of(desk.browser("cadre").get(base))
    assert "某cadre实地走访" not in text_of(desk.browser("stranger").get(base))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "perhaps"}, "outcome"),
        ({"way": ""}, "way"),
        ({"situation": "好"}, "situation"),
        ({"people_met": ""}, "people_met"),
        ({"done_on": "2026-09-02"}, "done_on"),
        ({"done_on": "昨天"}, "done_on"),
        ({"enterprise": "没有这家"}, "enterprise"),
        ({"enterprise": ""}, "enterprise"),
    ],
)
def test_what_is_missing_is_said_beside_its_question_and_the_rest_stays(
    desk: Desk, given: dict[str, str], field: str
) -> None:
    answer = send(desk, "cadre", **given)
    assert answer.status_code == 422
    assert field in errors_beside(answer)
    if field != "people_met":
        assert value_of(answer, "people_met") == FORM["people_met"]
    assert count(desk, Visit) == 0


def test_the_same_form_sent_again_is_answered_with_the_first_visit(desk: Desk) -> None:
    client = desk.browser("cadre")
    data = {**FORM, "request_key": "abcdefgh12345678"}
    first = client.post("/visits/new", data=data, headers=JSON)
    second = client.post("/visits/new", data={**data, "situation": "换了别的话也不算"}, headers=JSON)
    third = client.post("/visits/new", data=data)
    assert first.get_json()["repeated"] is False
    assert second.get_json() == {"url": first.get_json()["url"], "repeated": True}
    assert third.location == first.get_json()["url"]
    assert count(desk, Visit) == count(desk, VisitChange) == 1
    client.post("/visits/new", data={**data, "request_key": "another-12345678"})
    assert count(desk, Visit) == 2


def test_a_key_that_somebody_else_used_shows_him_nothing(desk: Desk) -> None:
    visits.record(desk.app, desk.world, "cadre", request_key="abcdefgh12345678")
    stranger = desk.browser("stranger")
    answer = stranger.post("/visits/new", data={**FORM, "request_key": "abcdefgh12345678"})
    assert stranger.get(answer.location).status_code == 404


def test_a_program_is_told_what_is_wrong(desk: Desk) -> None:
    answer = desk.browser("cadre").post("/visits/new", data={**FORM, "outcome": ""}, headers=JSON)
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == {"outcome": "请选择有没有发现问题"}


def test_whoever_was_paired_on_the_day_of_the_visit_may_still_record_it(desk: Desk) -> None:
    dispatcher = desk.browser("dispatcher")
    assert dispatcher.post(f"/enterprises/{desk.world.enterprise_id}/pairings/1/end").status_code == 302
    assert send(desk, "cadre").status_code == 403
    assert send(desk, "cadre", done_on="2026-08-31").status_code == 302


# -- Planning ----------------------------------------------------------------------------------------------------------


def plan(desk: Desk, part: str, **given: str) -> TestResponse:
    """Fill in the form of a plan."""
    data = {"planned_on": "2026-09-03", "purpose": "了解用电", "person": str(desk.world.people[part]), **given}
    return desk.browser(part).post(f"/visits/plan?enterprise={desk.world.enterprise_id}", data=data)


def test_a_planned_visit_is_in_my_visits_and_the_calendar_until_it_is_recorded(desk: Desk) -> None:
    assert plan(desk, "cadre", planned_on="2026-09-01").status_code == 302
    cadre = desk.browser("cadre")
    assert "示例一号机械有限公司" in cadre.get("/visits/").text.split('id="planned"')[0]
    assert "计划" in text_of(cadre.get("/visits/calendar?month=2026-09"))
    assert send(desk, "cadre", "/visits/1/record").status_code == 302
    assert "今天没有要去的走访" in cadre.get("/visits/").text
    assert visits.visit(desk.app, 1).planned_on == TODAY
    assert cadre.get("/visits/1/record").location == "/visits/1"
    again = cadre.post("/visits/1/record", data=FORM)
    assert again.status_code == 409
    assert count(desk, Visit) == 1


def test_a_plan_wants_a_day_that_is_not_over_and_a_purpose(desk: Desk) -> None:
    assert errors_beside(plan(desk, "cadre", planned_on="2026-08-31")).keys() == {"planned_on"}
    assert errors_beside(plan(desk, "cadre", purpose="", planned_on="")).keys() == {"planned_on", "purpose"}
    assert count(desk, Visit) == 0


def test_the_dispatch_office_plans_for_the_paired_cadre_but_for_nobody_else(desk: Desk) -> None:
    people = desk.world.people
    assert plan(desk, "dispatcher", person=str(people["cadre"])).status_code == 302
    assert visits.visit(desk.app, 1).person_id == people["cadre"]
    assert plan(desk, "dispatcher", person=str(people["stranger"])).status_code == 422
    assert plan(desk, "cadre", person=str(people["dispatcher"])).status_code == 422


def test_a_plan_is_moved_or_dropped_with_a_reason_that_stays(desk: Desk) -> None:
    visits.plan(desk.app, desk.world, "cadre", TODAY)
    cadre = desk.browser("cadre")
    assert cadre.post("/visits/1/move", data={"planned_on": "2026-09-04", "reason": ""}).status_code == 422
    assert cadre.post("/visits/1/move", data={"planned_on": "2026-08-04", "reason": "企业盘点"}).status_code == 422
    assert cadre.post("/visits/1/move", data={"planned_on": "2026-09-04", "reason": "企业盘点"}).status_code == 302
    words = text_of(cadre.get("/visits/1"))
    assert "改期：企业盘点" in words
    assert "2026-09-01" in words
    assert cadre.post("/visits/1/drop", data={"reason": "企业搬迁"}).status_code == 302
    assert "取消计划：企业搬迁" in text_of(cadre.get("/visits/1"))
    assert cadre.post("/visits/1/drop", data={"reason": "企业搬迁"}).status_code == 409
    assert cadre.get("/visits/1/correct").status_code == 409
    assert json_of(cadre, "visits")["count"] == 0


def test_planned_visits_are_handed_over_and_done_ones_stay(desk: Desk) -> None:
    visits.record(desk.app, desk.world, "cadre")
    planned = visits.plan(desk.app, desk.world, "cadre", TODAY + timedelta(days=3))
    people = desk.world.people
    with desk.app.app_context():
        by = Actor.person(desk.world.person("dispatcher"))
        begin_writing()
        assert hand_over(people["cadre"], people["reporter"], enterprise_ids=[999], by=by, now=now()) == []
        moved = hand_over(people["cadre"], people["reporter"], by=by, now=now())
        assert [each.id for each in moved] == [planned]
        db.session.rollback()
    assert visits.visit(desk.app, planned).person_id == people["cadre"], "it is the caller who commits"
    with desk.app.app_context():
        begin_writing()
        hand_over(people["cadre"], people["reporter"], by=Actor.person(desk.world.person("dispatcher")), now=now())
        db.session.commit()
    assert visits.visit(desk.app, planned).person_id == people["reporter"]
    assert visits.visit(desk.app, 1).person_id == people["cadre"]
    assert "由某cadre交接给某reporter" in text_of(desk.browser("reporter").get(f"/visits/{planned}"))


# -- Correcting --------------------------------------------------------------------------------------------------------


def test_a_record_is_corrected_with_a_reason_and_the_former_text_stays_visible(desk: Desk) -> None:
    visits.record(desk.app, desk.world, "cadre")
    cadre = desk.browser("cadre")
    better = {**FORM, "situation": "订单下降，正在裁减班次。", "reason": "听错了"}
    assert cadre.post("/visits/1/correct", data={**better, "reason": ""}).status_code == 422
    assert cadre.post("/visits/1/correct", data={**FORM, "reason": "看看"}).status_code == 422, "nothing was changed"
    assert cadre.post("/visits/1/correct", data=better).status_code == 302
    words = text_of(cadre.get("/visits/1"))
    assert "订单下降，正在裁减班次。" in words
    assert "原企业情况 订单稳定，正在扩建二号厂房。" in words
    assert "更正记录：听错了" in words
    assert "原见到的人" not in words


# -- Problems ----------------------------------------------------------------------------------------------------------


def test_a_problem_raised_from_a_visit_begins_with_its_words_and_stands_on_both_pages(desk: Desk) -> None:
    visit_id = visits.record(desk.app, desk.world, "cadre", outcome="found", needs="厂区门前积水，货车进不来。")
    cadre = desk.browser("cadre")
    assert f'href="/problems/new?visit={visit_id}"' in cadre.get(f"/visits/{visit_id}").text
    shown = cadre.get(f"/problems/new?visit={visit_id}")
    assert value_of(shown, "enterprise") == "示例一号机械有限公司"
    assert value_of(shown, "detail") == "厂区门前积水，货车进不来。"
    assert value_of(shown, "visit_on") == "2026-09-01"
    data = {**hidden(shown), **REPORT, "do": "report"}
    answer = cadre.post(f"/problems/new?visit={visit_id}", data=data)
    assert answer.status_code == 302
    cadre.post(f"/problems/new?visit={visit_id}", data=data)
    assert count(desk, VisitProblem) == count(desk, Problem) == 1
    assert f'href="/visits/{visit_id}"' in cadre.get(answer.location).text
    assert REPORT["title"] in cadre.get(f"/visits/{visit_id}").text
    assert [row["problems"] for row in json_of(cadre, "visits")["rows"]] == [1]


def test_a_problem_cannot_be_hung_on_somebody_elses_visit(desk: Desk) -> None:
    visit_id = visits.record(desk.app, desk.world, "cadre")
    stranger = desk.browser("stranger")
    assert stranger.get(f"/problems/new?visit={visit_id}").status_code == 404
    answer = stranger.post(f"/problems/new?visit={visit_id}", data={**REPORT, "do": "report"})
    assert answer.status_code == 404
    assert count(desk, Problem) == 0, "neither is entered without the other"


def test_a_call_comes_back_to_a_visit(desk: Desk) -> None:
    visit_id = visits.record(desk.app, desk.world, "cadre")
    assert (
        send(
            desk, "cadre", f"/visits/new?enterprise=1&way=phone&follows={visit_id}", way="phone", follows="1"
        ).status_code
        == 302
    )
    assert visits.visit(desk.app, 2).follows_id == visit_id
    assert 'href="/visits/2"' in desk.browser("cadre").get("/visits/1").text


# -- Who ---------------------------------------------------------------------------------------------------------------

EVERYBODY = (
    *("dispatcher", "dispatch_lead", "group_lead", "handler", "leader", "other_lead", "supervisor", "chief"),
    *("reporter", "cadre", "stranger"),
)
SEES = {"dispatcher", "dispatch_lead", "supervisor", "chief", "cadre"}
VISITS = {"dispatcher", "dispatch_lead", "cadre"}


@pytest.mark.parametrize("part", EVERYBODY)
def test_who_sees_and_who_changes_a_visit(desk: Desk, part: str) -> None:
    visits.record(desk.app, desk.world, "cadre", files=[])
    visits.plan(desk.app, desk.world, "cadre", TODAY)
    client = desk.browser(part)
    sees, may = part in SEES, part in VISITS
    assert client.get("/visits/1").status_code == (200 if sees else 404)
    assert client.get("/visits/1/forms/needs.docx", buffered=True).status_code == (200 if sees else 404)
    assert client.get("/enterprises/1/forms/basics.xlsx", buffered=True).status_code == (200 if sees else 403)
    assert json_of(client, "visits")["count"] == (2 if sees else 0)
    assert json_of(client, "visit_warnings")["count"] == 0
    closed = 403 if sees else 404
    for url in ("/visits/1/correct", "/visits/2/record", "/visits/2/move", "/visits/2/drop"):
        assert client.get(url).status_code == (200 if may else closed), url
        if not may:
            assert client.post(url, data={**FORM, "reason": "改一改", "planned_on": "2026-09-05"}).status_code == closed
    assert client.get("/visits/plan?enterprise=1").status_code == (200 if may else 403)
    assert (client.post("/visits/new", data=FORM).status_code == 302) is may
    for url in ("/visits/", "/visits/calendar?whose=all", "/visits/plan", "/visits/new"):
        assert client.get(url).status_code == 200, url
    assert ("示例一号" in client.get("/visits/calendar?whose=all&month=2026-09").text) is sees
    assert ("走访</h2>" in client.get("/enterprises/1").text) is sees


def test_the_administrators_take_no_part(desk: Desk) -> None:
    client = desk.browser("administrator")
    for url in ("/visits/", "/visits/new", "/visits/plan", "/visits/calendar"):
        assert client.get(url).status_code == 403, url
    assert client.post("/visits/new", data=FORM).status_code == 403


def test_a_photo_is_for_those_who_see_the_visit(desk: Desk) -> None:
    send(desk, "cadre", files=upload("厂房.png", PNG))
    assert desk.browser("supervisor").get("/visits/files/1", buffered=True).status_code == 200
    assert desk.browser("stranger").get("/visits/files/1").status_code == 404


# -- Too few, too many -------------------------------------------------------------------------------------------------


def warned_of(desk: Desk) -> list[str]:
    """What the list of warnings says."""
    return [row["said"] for row in json_of(desk.browser("supervisor"), "visit_warnings")["rows"]]


@pytest.mark.parametrize(("days", "warned"), [(90, False), (91, True)])
def test_an_enterprise_not_visited_for_long_is_warned_of(desk: Desk, days: int, warned: bool) -> None:
    visits.record(desk.app, desk.world, "cadre", done_on=TODAY - timedelta(days=days))
    visits.record(desk.app, desk.world, "cadre", way="phone")
    assert bool(warned_of(desk)) is warned
    assert (f"已有 {days} 天没有实地走访" in desk.browser("cadre").get("/enterprises/1").text) is warned
    assert "没有实地走访" not in desk.browser("stranger").get("/enterprises/1").text


def test_a_new_enterprise_has_time_until_it_is_warned_of(desk: Desk) -> None:
    assert len(warned_of(desk)) == 1
    with desk.app.app_context():
        firm = db.session.get(Enterprise, desk.world.enterprise_id)
        assert firm is not None
        firm.added_at = now() - timedelta(days=20)
        db.session.commit()
    assert warned_of(desk) == []


def test_more_visits_than_the_limit_are_a_burden_and_a_plan_says_so_but_is_taken(desk: Desk) -> None:
    for number in range(4):
        visits.record(desk.app, desk.world, "cadre", done_on=TODAY - timedelta(days=29 - number))
    assert warned_of(desk) == []
    planning = desk.browser("cadre").get("/visits/plan?enterprise=1").text
    assert "避免增加企业负担" in planning, "the one being planned would be the fifth"
    assert plan(desk, "cadre").status_code == 302
    visits.record(desk.app, desk.world, "dispatcher", done_on=TODAY)
    assert "近 30 天各方已实地走访 5 次" in warned_of(desk)[0]
    assert "近 30 天各方已实地走访 5 次" in desk.browser("cadre").get("/enterprises/1").text
    supervisor = desk.browser("supervisor")
    assert json_of(supervisor, "visit_warnings", "?kind=often")["count"] == 1
    assert json_of(supervisor, "visit_warnings", "?kind=seldom")["count"] == 0


def test_visits_to_a_double_are_visits_to_the_enterprise(desk: Desk) -> None:
    with desk.app.app_context():
        kept = Enterprise(name="保留的厂", initials="bldc", no_uscc_reason="演示", added_at=now() - timedelta(days=400))
        db.session.add(kept)
        db.session.commit()
        kept_id = kept.id
    for number in range(5):
        visits.record(desk.app, desk.world, "dispatcher", done_on=TODAY - timedelta(days=number))
    with desk.app.app_context():
        db.session.get_one(Enterprise, desk.world.enterprise_id).merged_into_id = kept_id
        db.session.commit()
    rows = json_of(desk.browser("supervisor"), "visit_warnings")["rows"]
    assert [(row["name"], row["lately"], row["last_on"]) for row in rows] == [("保留的厂", 5, TODAY.isoformat())]
    assert "近 30 天各方已实地走访 5 次" in desk.browser("supervisor").get(f"/enterprises/{kept_id}").text


def test_visits_of_more_than_thirty_days_ago_are_no_burden_any_more(desk: Desk) -> None:
    for number in range(6):
        visits.record(desk.app, desk.world, "cadre", done_on=TODAY - timedelta(days=30 + number))
    assert warned_of(desk) == []


# -- The list ----------------------------------------------------------------------------------------------------------


def test_every_filter_of_the_list_keeps_what_it_says(desk: Desk) -> None:
    people = desk.world.people
    visits.record(desk.app, desk.world, "cadre", done_on=date(2026, 8, 3), outcome="found", needs="用电")
    visits.record(desk.app, desk.world, "dispatcher", way="phone")
    visits.plan(desk.app, desk.world, "cadre", date(2026, 9, 9))
    supervisor = desk.browser("supervisor")

    def kept(query: str) -> list[int]:
        return [row["id"] for row in json_of(supervisor, "visits", f"?{query}")["rows"]]

    assert kept("") == [3, 2, 1]
    assert kept("sort=day") == [1, 2, 3]
    assert kept(f"cadre={people['cadre']}") == [3, 1]
    assert kept("way=phone") == [2]
    assert kept("state=planned") == [3]
    assert kept("problems=with") == [1]
    assert kept("problems=without") == [2]
    assert kept("from=2026-09-01&until=2026-09-01") == [2]
    assert kept("street=none") == [3, 2, 1]
    assert kept("q=用电") == [1]
    assert kept("q=100%") == []


# -- What contradicts itself -------------------------------------------------------------------------------------------


def test_no_problem_and_a_need_are_not_put_on_record_together(desk: Desk) -> None:
    answer = send(desk, "cadre", outcome="none", needs="希望增设公交站")
    assert "请选“发现问题，要登记”" in errors_beside(answer)["outcome"]
    assert "希望增设公交站" in answer.text
    assert count(desk, Visit) == 0


def test_a_visit_from_which_a_problem_was_raised_cannot_say_there_was_none(desk: Desk) -> None:
    key = visits.record(desk.app, desk.world, "cadre", outcome="found", needs="门前积水")
    problem = desk.at("reported")
    with desk.app.app_context():
        db.session.add(VisitProblem(problem_id=problem, visit_id=key))
        db.session.commit()
    answer = send(desk, "cadre", f"/visits/{key}/correct", outcome="none", needs="", reason="看错了")
    assert "已经登记了 1 件问题" in errors_beside(answer)["outcome"]
    assert visits.visit(desk.app, key).outcome == "found"


def test_the_same_visit_is_not_planned_twice(desk: Desk) -> None:
    day = TODAY + timedelta(days=3)
    key = visits.plan(desk.app, desk.world, "cadre", day)
    with pytest.raises(Missing):
        visits.plan(desk.app, desk.world, "cadre", day)
    assert (visits.visit(desk.app, key).planned_on, count(desk, Visit)) == (day, 1)


def test_a_record_of_years_ago_is_a_slip_but_one_that_stands_may_be_corrected(desk: Desk) -> None:
    answer = send(desk, "cadre", done_on="2016-09-01")
    assert "两年以前" in errors_beside(answer)["done_on"]
    key = visits.record(desk.app, desk.world, "cadre")
    with desk.app.app_context():
        db.session.get_one(Visit, key).done_on = date(2016, 9, 1)
        db.session.commit()
    better = {"done_on": "2016-09-01", "situation": "当年已经扩建二号厂房", "reason": "补充"}
    assert send(desk, "cadre", f"/visits/{key}/correct", **better).status_code == 302


def test_a_correction_does_not_deny_what_stands_beside_it(desk: Desk) -> None:
    key = visits.record(desk.app, desk.world, "cadre", needs="门前积水")
    denied = {"outcome": "none", "needs": "门前积水", "reason": "看错了"}
    assert "请选“发现问题" in errors_beside(send(desk, "cadre", f"/visits/{key}/correct", **denied))["outcome"]
    with desk.app.app_context():
        db.session.get_one(Visit, key).outcome = "none"  # as records of earlier versions may be
        db.session.commit()
    kept = {**denied, "situation": "正在扩建三号厂房", "reason": "笔误"}
    assert send(desk, "cadre", f"/visits/{key}/correct", **kept).status_code == 302


def test_a_visit_is_not_moved_onto_another_plan(desk: Desk) -> None:
    visits.plan(desk.app, desk.world, "cadre", TODAY + timedelta(days=3))
    key = visits.plan(desk.app, desk.world, "cadre", TODAY + timedelta(days=4))
    client = desk.browser("cadre")
    answer = client.post(f"/visits/{key}/move", data={"planned_on": "2026-09-04", "reason": "企业盘点"})
    assert answer.status_code == 422
    assert "已经有这位同志的走访计划" in answer.text
    assert (
        client.post(f"/visits/{key}/move", data={"planned_on": "2026-09-07", "reason": "企业盘点"}).status_code == 302
    )


def test_a_former_day_is_told_as_people_write_it(desk: Desk) -> None:
    key = visits.plan(desk.app, desk.world, "cadre", TODAY + timedelta(days=3))
    client = desk.browser("cadre")
    client.post(f"/visits/{key}/move", data={"planned_on": "2026-09-08", "reason": "企业盘点"})
    words = text_of(client.get(f"/visits/{key}"))
    assert "9月4日" in words
    assert "2026-09-04" not in words


def test_nobody_is_reminded_of_an_enterprise_that_is_no_more(desk: Desk) -> None:
    def warned() -> list[str]:
        return [row["name"] for row in json_of(desk.browser("supervisor"), "visit_warnings")["rows"]]

    assert warned() == ["示例一号机械有限公司"]
    with desk.app.app_context():
        db.session.get_one(Enterprise, desk.world.enterprise_id).status = "cancelled"
        db.session.commit()
    assert warned() == []
