"""Pages of requests and assisting tasks: who finds which button, forms that come back, and refusals that say who may."""

from collections.abc import Iterator

import pytest
from flask import Flask

from helpdesk.problems.models import Matter
from tests.desk import Desk, errors_beside, hidden, open_desk, value_of

REASON = "权属单位的会签意见还没有返回"


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """Problems on the desk."""
    with open_desk(app) as opened:
        yield opened


def asked(desk: Desk, key: int, part: str = "handler", until: str = "2026-09-15") -> None:
    """A longer limit is asked for through the page."""
    url = f"/problems/{key}/request/ask_extension"
    browser = desk.browser(part)
    form = hidden(browser.get(url))
    answer = browser.post(url, data=form | {"until_on": until, "reason": REASON})
    assert answer.status_code == 302, answer.text


def matter_key(desk: Desk) -> int:
    """The newest matter."""
    with desk.app.app_context():
        return max(key for (key,) in Matter.query.with_entities(Matter.id))


OPENINGS = {
    "handler": {"ask_extension"},
    "group_lead": {"ask_extension", "ask_suspension", "ask_assist"},
    "dispatcher": {"ask_assist"},
    "dispatch_lead": {"ask_termination", "ask_assist"},
    "leader": set(),
    "supervisor": set(),
    "reporter": set(),
    "cadre": set(),
}


@pytest.mark.parametrize("part", OPENINGS)
def test_the_page_offers_to_ask_what_the_part_may_ask(desk: Desk, part: str) -> None:
    key = desk.at("handling")
    page = desk.browser(part).get(f"/problems/{key}").text
    every = set().union(*OPENINGS.values())
    assert {name for name in every if f'/{name}"' in page} == OPENINGS[part]


def test_a_stranger_finds_nothing_to_ask(desk: Desk) -> None:
    key = desk.at("handling")
    for address in ("request/ask_extension", "assist/ask_assist", "request/1/grant"):
        for method in ("get", "post"):
            assert getattr(desk.browser("stranger"), method)(f"/problems/{key}/{address}").status_code == 404


def test_what_is_asked_stands_on_the_page_and_waits_on_the_deciders_desk(desk: Desk) -> None:
    key = desk.at("handling")
    asked(desk, key)
    page = desk.browser("handler").get(f"/problems/{key}").text
    assert "申请与协办" in page
    assert REASON in page
    assert "待调度室审批" in page
    assert "申请延期：厂区门前道路积水" in desk.browser("dispatch_lead").get("/").text
    assert "申请延期" not in desk.browser("supervisor").get("/").text


def test_it_is_granted_through_the_page(desk: Desk) -> None:
    key = desk.at("handling")
    asked(desk, key)
    url = f"/problems/{key}/request/{matter_key(desk)}/grant"
    browser = desk.browser("dispatch_lead")
    form = browser.get(url)
    assert REASON in form.text  # what is to be decided stands above the decision
    assert browser.post(url, data=hidden(form)).status_code == 302
    page = desk.browser("handler").get(f"/problems/{key}").text
    assert "已批准" in page
    assert desk.problem(key).due_on is not None
    assert "9月15日" in page


def test_granting_twice_with_the_same_form_does_nothing_twice(desk: Desk) -> None:
    key = desk.at("handling")
    asked(desk, key)
    url = f"/problems/{key}/request/{matter_key(desk)}/grant"
    browser = desk.browser("dispatch_lead")
    form = hidden(browser.get(url))
    assert [browser.post(url, data=form).status_code for _ in range(2)] == [302, 302]
    late = browser.post(url, data=hidden(browser.get(f"/problems/{key}")) | {"opinion": ""})
    assert late.status_code == 409
    assert "已批准" in late.text


@pytest.mark.parametrize("part", ["handler", "group_lead", "dispatcher", "supervisor", "leader", "reporter"])
def test_who_may_not_decide_is_told_who_does(desk: Desk, part: str) -> None:
    key = desk.at("handling")
    asked(desk, key)
    answer = desk.browser(part).get(f"/problems/{key}/request/{matter_key(desk)}/grant")
    assert answer.status_code in (403, 409)
    assert "调度室主任" in answer.text or "不由您审批" in answer.text


def test_a_form_with_a_wrong_day_comes_back_filled_in(desk: Desk) -> None:
    key = desk.at("handling")
    url = f"/problems/{key}/request/ask_extension"
    browser = desk.browser("handler")
    answer = browser.post(url, data=hidden(browser.get(url)) | {"until_on": "2026-12-31", "reason": REASON})
    assert answer.status_code == 422
    assert "最晚是" in errors_beside(answer)["until_on"]
    assert value_of(answer, "reason") == REASON


def test_an_unknown_act_or_matter_is_an_unknown_page(desk: Desk) -> None:
    key = desk.at("handling")
    browser = desk.browser("dispatch_lead")
    for address in ("request/explode", "assist/ask_extension", "request/999/grant", "nothing/ask_extension"):
        assert browser.get(f"/problems/{key}/{address}").status_code == 404, address


def test_another_group_is_asked_to_help_and_finds_the_task_on_its_desk(desk: Desk) -> None:
    key = desk.at("handling")
    url = f"/problems/{key}/assist/ask_assist"
    browser = desk.browser("group_lead")
    given = {"unit": str(desk.world.other_group_id), "wanted": "请核实政策口径"}
    assert browser.post(url, data=hidden(browser.get(url)) | given).status_code == 302
    lead = desk.browser("other_lead")
    assert "协办：营商环境组" in lead.get("/").text
    page = lead.get(f"/problems/{key}")
    assert page.status_code == 200
    for label in ("签收协办", "提交协办意见", "退回协办"):
        assert label in page.text
    assert "不再等待协办" not in page.text
    assert "不再等待协办" in browser.get(f"/problems/{key}").text


def test_groups_are_ticked_with_the_assignment(desk: Desk) -> None:
    key = desk.at("reported")
    browser = desk.browser("dispatcher")
    url = f"/problems/{key}/do/assign"
    form = browser.get(url)
    assert 'type="checkbox" name="assisting"' in form.text
    given = {"group": str(desk.world.group_id), "difficulty": "ordinary", "assisting": [str(desk.world.group_id)]}
    answer = browser.post(url, data=hidden(form) | given)
    assert answer.status_code == 422
    assert "不能同时做协办组" in errors_beside(answer)["assisting"]
    given["assisting"] = [str(desk.world.other_group_id)]
    assert browser.post(url, data=hidden(form) | given).status_code == 302
    assert desk.count(Matter) == 1


def test_the_enterprise_finds_nothing_of_a_request_on_its_page(desk: Desk) -> None:
    key = desk.at("handling")
    asked(desk, key)
    page = desk.app.test_client().get(f"/e/{desk.token(key)}").text
    assert REASON not in page
    assert "申请延期" not in page
