"""选择列: the choice stands in the address, holds for page and file alike, and never loses the link."""

import re

import pytest
import time_machine
from flask.testing import FlaskCliRunner

from helpdesk.db import db
from helpdesk.listings.catalogue import LISTINGS
from helpdesk.listings.models import Export
from helpdesk.listings.terms import Kind
from tests.desk import Desk
from tests.house.test_listings import READER, STATE, WHEN
from tests.lines import MADE
from tests.lists import json_of, page_rows, sheet_rows, workbook
from tests.visitors import at, text_of


def labels(names: list[str], listing: str = "problems") -> list[str]:
    by_name = {column.name: column.label for column in LISTINGS[listing].columns}
    return [by_name[name] for name in names]


def headings(page: str) -> list[str]:
    head = re.search(r"<thead>(.*?)</thead>", page, re.DOTALL)
    assert head
    cells = re.findall(r"<th(?![^>]*cell-tick)[^>]*>(.*?)</th>", head[1], re.DOTALL)
    return [re.sub(r"<[^>]+>|\s", "", cell) for cell in cells]


def test_the_chosen_columns_stand_on_the_page_in_the_file_and_in_its_explanation(desk: Desk) -> None:
    desk.at("handling")
    client = desk.browser("supervisor")
    wanted = ["number", "title", "reporter", "satisfaction"]
    query = f"?cols={'.'.join(wanted)}"
    assert headings(client.get(f"/lists/problems{query}").text) == labels(wanted)
    [row] = page_rows(client, f"/lists/problems{query}")
    assert row["上报人"] == "某reporter"  # a column that otherwise only files have
    assert list(sheet_rows(client, "problems", query)[0]) == labels(wanted)
    assert [each["name"] for each in json_of(client, "problems", query)["columns"]] == wanted
    said = dict(workbook(client, "problems", query)["导出说明"].iter_rows(values_only=True))
    assert said["选择的列"] == "、".join(labels(wanted))
    with desk.app.app_context():
        kept = db.session.query(Export).order_by(Export.id.desc()).first()
        assert kept
        assert ["选择的列", "、".join(labels(wanted))] in kept.filters


def test_without_a_choice_nothing_is_said_of_columns(desk: Desk) -> None:
    desk.at("handling")
    client = desk.browser("supervisor")
    said = dict(workbook(client, "problems")["导出说明"].iter_rows(values_only=True))
    assert "选择的列" not in said
    assert "恢复标准列" not in client.get("/lists/problems").text
    assert "恢复标准列" in client.get("/lists/problems?cols=title").text


def test_the_link_cannot_be_left_out_and_unknown_columns_are_named(desk: Desk) -> None:
    desk.at("handling")
    client = desk.browser("supervisor")
    page = client.get("/lists/problems?cols=number.secret.<b>.phone")
    assert headings(page.text) == labels(["number", "title"])
    assert "这个清单没有这些列：secret、 、phone，已经略过" in text_of(page).replace("&lt;b&gt;", " ")
    assert "<b>." not in page.text
    nothing = client.get("/lists/problems?cols=secret")
    assert headings(nothing.text) == [column.label for column in LISTINGS["problems"].page_columns]


def test_the_choice_goes_along_with_filters_orders_pages_and_files(desk: Desk) -> None:
    with desk.walking() as walker:
        for _ in range(51):
            walker.to("reported")
    page = desk.browser("supervisor").get("/lists/problems?cols=number.title.due_on&urgency=ordinary").text
    links = [each.replace("&amp;", "&") for each in re.findall(r'href="(/lists/problems[^"]*)"', page)]
    for part in ("sort=due", "page=2", ".xlsx", ".json?"):
        [link] = [each for each in links if part in each and "form=" not in each and "cols" in each][:1]
        assert "cols=number.title.due_on" in link
        assert "urgency=ordinary" in link
    assert '<input type="hidden" name="cols" value="number.title.due_on">' in page  # the filters send it again
    [practice] = [each for each in links if "form=practice" in each]
    assert "cols=" not in practice  # a form has its own columns


def test_ticked_boxes_lead_to_a_short_address_and_those_of_the_standard_to_none(desk: Desk) -> None:
    client = desk.browser("supervisor")
    answer = client.get("/lists/problems?q=水&cols=title&cols=lamp&cols=number")
    assert answer.location.endswith("cols=number.title.lamp")
    standard = "&".join(f"cols={column.name}" for column in LISTINGS["problems"].page_columns)
    assert client.get(f"/lists/problems?{standard}").location == "/lists/problems"


def test_every_column_of_every_list_can_be_chosen_for_page_and_file(desk: Desk) -> None:
    desk.at("reported")
    for state in STATE.values():
        desk.at(state)
    for name, listing in LISTINGS.items():
        if name in MADE:
            MADE[name](desk)
        query = "?cols=" + ".".join(column.name for column in listing.columns)
        with time_machine.travel(at(WHEN.get(name, "2026-09-01 10:00")), tick=False):
            client = desk.browser(READER.get(name, "supervisor"))
            assert page_rows(client, f"/lists/{name}{query}"), name
            assert headings(client.get(f"/lists/{name}{query}").text) == [column.label for column in listing.columns], (
                name
            )
            found = sheet_rows(client, name, query)
            assert found, name
            assert list(found[0]) == [column.label for column in listing.columns], name
            only_link = json_of(client, name, "?cols=" + next(c.name for c in listing.columns if c.kind is Kind.LINK))
            assert [each["kind"] for each in only_link["columns"]] == ["link"], name


def test_the_command_takes_the_same_columns_and_refuses_what_it_does_not_know(
    desk: Desk, runner: FlaskCliRunner, tmp_path: object
) -> None:
    desk.at("handling")
    made = runner.invoke(args=["export", "problems", f"{tmp_path}/a.json", "--columns", "number.title"])
    assert made.exit_code == 0, made.output
    refused = runner.invoke(args=["export", "problems", f"{tmp_path}/b.json", "--columns", "number.nonsense"])
    assert refused.exit_code != 0
    assert "unknown column nonsense" in refused.output


@pytest.mark.databases("sqlite")
def test_somebody_who_may_not_open_the_list_gets_no_columns_of_it(desk: Desk) -> None:
    answer = desk.browser("stranger").get("/lists/overdue?cols=number")
    assert answer.status_code == 403
    assert desk.browser("stranger").get("/lists/overdue.xlsx?cols=number").status_code == 403
