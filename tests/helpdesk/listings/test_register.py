"""The register of enterprises as a file: the rows of its page, in Excel and in JSON."""

from io import BytesIO

from flask import Flask
from openpyxl import load_workbook

from tests.desk import Desk


def test_page_workbook_and_json_hold_the_same_enterprises(app: Flask) -> None:
    desk = Desk(app)
    desk.at("handling")
    browser = desk.browser("dispatcher")
    page = browser.get("/enterprises").text
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
