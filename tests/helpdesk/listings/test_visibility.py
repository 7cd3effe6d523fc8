"""Who finds which problems in which list, and who may not open it at all."""

import pytest
import time_machine

from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise
from helpdesk.listings.catalogue import LISTINGS
from helpdesk.listings.models import Export
from tests.desk import Desk
from tests.lists import json_of, page_rows, sheet_rows, titles
from tests.visitors import at, text_of
from workflows.roles import Role

TWO_WEEKS_LATER = at("2026-09-15 10:00")
EVERYTHING = {"在基础设施保障组", "在营商环境组", "还没有受理"}


@pytest.fixture
def three_problems(desk: Desk) -> Desk:
    """One with each group, one with none; the paired cadre's enterprise has only the first."""
    with desk.app.app_context():
        other = Enterprise(
            name="示例二号食品有限公司", initials="slehspyxgs", no_uscc_reason="演示", added_at=at("2026-01-05 09:00")
        )
        db.session.add(other)
        db.session.commit()
        other_id = other.id
    desk.at("handling", title="在基础设施保障组")
    with desk.walking() as walker:
        problem_id = walker.do(None, "report", title="在营商环境组", enterprise=other_id)
        walker.do(problem_id, "assign", group=desk.world.other_group_id)
        walker.do(None, "report", title="还没有受理", enterprise=other_id)
    return desk


BUSINESS: dict[str, set[str]] = {
    "dispatcher": EVERYTHING,
    "supervisor": EVERYTHING,
    "chief": EVERYTHING,
    "group_lead": {"在基础设施保障组"},
    "leader": {"在基础设施保障组"},
    "other_lead": {"在营商环境组"},
    "other_leader": {"在营商环境组"},
    "reporter": EVERYTHING,
    "handler": {"在基础设施保障组"},
    "other_handler": set(),
    "cadre": {"在基础设施保障组"},
    "stranger": set(),
}


def test_everybody_finds_in_every_format_what_is_his_business_and_nothing_else(three_problems: Desk) -> None:
    for part, sees in BUSINESS.items():
        client = three_problems.browser(part)
        assert set(titles(client, "problems")) == sees, part
        assert {row["问题"] for row in sheet_rows(client, "problems")} == sees, part
        assert {row["问题"] for row in page_rows(client, "/lists/problems")} == sees, part


def test_the_overdue_list_is_limited_in_the_same_way_with_its_subtotals(three_problems: Desk) -> None:
    with time_machine.travel(TWO_WEEKS_LATER, tick=False):
        for part in ("dispatcher", "group_lead", "other_leader"):
            found = json_of(three_problems.browser(part), "overdue")
            assert {row["title"] for row in found["rows"]} == BUSINESS[part], part
            assert sum(group["count"] for group in found["groups"]) == found["count"]


def test_drafts_are_in_nobodys_list_but_their_writers(desk: Desk) -> None:
    desk.at("draft", title="还没想好")
    assert titles(desk.browser("reporter"), "mine") == ["还没想好"]
    assert titles(desk.browser("reporter"), "problems", "?phase=all") == []
    assert titles(desk.browser("dispatcher"), "problems", "?phase=all") == []


def test_mine_is_what_one_reported_and_not_what_one_handles(desk: Desk) -> None:
    desk.at("handling")
    desk.at("closed")
    assert len(titles(desk.browser("reporter"), "mine")) == 2
    assert titles(desk.browser("handler"), "mine") == []


def test_lists_for_those_in_charge_are_closed_to_others_and_say_where_to_look(desk: Desk) -> None:
    client = desk.browser("stranger")
    for address in (f"/lists/{name}{ending}" for name in ("overdue", "due-soon") for ending in ("", ".xlsx", ".json")):
        answer = client.get(address)
        assert answer.status_code == 403, address
        assert "问题台账" in (answer.get_json()["message"] if answer.is_json else text_of(answer))


def test_administrators_take_no_part_in_handling_and_see_no_list(desk: Desk) -> None:
    desk.at("reported", title="厂区门前道路积水")
    client = desk.browser("administrator")
    for address in (f"/lists/{name}{ending}" for name in LISTINGS for ending in ("", ".xlsx", ".json")):
        answer = client.get(address)
        assert answer.status_code == 403, address
        assert "积水" not in answer.text, address


def test_who_may_not_open_a_list_leaves_no_trace_in_the_export_log(desk: Desk) -> None:
    desk.browser("stranger").get("/lists/overdue.xlsx")
    assert desk.count(Export) == 0


def test_a_list_that_does_not_exist_is_not_found(desk: Desk) -> None:
    client = desk.browser("dispatcher")
    for address in ("/lists/nothing", "/lists/nothing.json", "/lists/nothing.xlsx", "/lists/overdue.csv"):
        assert client.get(address).status_code == 404, address


def test_the_seats_that_open_a_list_are_real_ones() -> None:
    for listing in LISTINGS.values():
        assert listing.by is None or listing.by <= set(Role)
