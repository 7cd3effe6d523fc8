"""Enterprises, people and one's own notices as files: the rows of their pages, in Excel and in JSON."""

from io import BytesIO

from flask import Flask
from openpyxl import load_workbook

from tests.desk import Desk


def test_page_workbook_and_json_hold_the_same_enterprises(app: Flask) -> None:
    desk = Desk(app)
    desk.at("handling")
    browser = desk.browser("dispatcher")
    page = browser.get("/lists/enterprises").text
    answer = browser.get("/lists/enterprises.json", buffered=True).get_json()
    sheet = load_workbook(BytesIO(browser.get("/lists/enterprises.xlsx", buffered=True).data)).active
    [row] = answer["rows"]
    assert row["name"] in page
    assert (row["cadres"], row["open"]) == ("某cadre", 1)
    lines = list(sheet.values)
    headings = lines[2]
    assert dict(zip(headings, lines[3], strict=True))["企业名称"] == row["name"]
    assert len(lines) == 4
    assert "/lists/enterprises.xlsx" in page


def test_filters_of_the_page_hold_for_the_file_and_nothing_found_is_a_file_too(app: Flask) -> None:
    browser = Desk(app).browser("dispatcher")
    assert browser.get("/lists/enterprises.json?q=没有这家", buffered=True).get_json()["count"] == 0
    assert browser.get("/lists/enterprises.xlsx?q=没有这家", buffered=True).status_code == 200


def test_a_visitor_who_is_not_signed_in_gets_no_file(app: Flask) -> None:
    Desk(app)
    assert app.test_client().get("/lists/enterprises.json").status_code in (302, 401)


def test_people_are_listed_with_masked_telephones_for_those_who_need_not_call(app: Flask) -> None:
    desk = Desk(app)
    seen = {
        part: desk.browser(part).get("/lists/people.json", buffered=True).get_json() for part in ("cadre", "dispatcher")
    }
    assert {row["phone"] for row in seen["cadre"]["rows"]} == {"139****0625"}
    assert {row["phone"] for row in seen["dispatcher"]["rows"]} == {"13900000625"}
    assert seen["cadre"]["count"] == seen["dispatcher"]["count"] > 10
    assert "/lists/people.xlsx" in desk.browser("cadre").get("/people").text


def test_the_file_of_notices_holds_only_my_own(app: Flask) -> None:
    desk = Desk(app)
    desk.at("assigned")
    told = {
        part: desk.browser(part).get("/lists/notices.json", buffered=True).get_json()["rows"]
        for part in ("group_lead", "stranger")
    }
    assert any("交办" in row["subject"] for row in told["group_lead"])
    assert told["stranger"] == []
    assert desk.browser("group_lead").get("/lists/notices.xlsx", buffered=True).status_code == 200
