"""The same rows as page, workbook and JSON; what a workbook looks like; the export log."""

from datetime import datetime
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from helpdesk.db import db
from helpdesk.listings import queries
from helpdesk.listings.catalogue import LISTINGS
from helpdesk.listings.models import Export
from helpdesk.listings.terms import Kind
from tests.desk import Desk
from tests.lines import MADE
from tests.lists import json_of, page_rows, plain, sheet_rows, workbook
from tests.visitors import at

READER = {"mine": "reporter"}
LATER = at("2026-09-02 10:00")


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """Overdue ones (the urgent one since the first hour), ones due soon, a closed one and a draft."""
    desk.at(
        "handling", title='=HYPERLINK("http://example.org")', urgency="urgent", detail="+1 还没有路灯，天黑危险得很"
    )
    desk.at("handling", title="@SUM(1+1)*cmd|' /C calc'!A0")
    desk.at("reviewing", title="-2+3 号车间<b>漏水</b>")
    desk.at("closed", title="食堂排队时间太长")
    desk.at("draft", title="还没想好", category=None, urgency=None)
    return desk


def reader(desk: Desk, name: str) -> FlaskClient:
    return desk.browser(READER.get(name, "supervisor"))


def in_workbook(value: Any, kind: str) -> Any:
    return (value["words"] if value else None) if kind == "lamp" else value


def test_page_workbook_and_json_hold_the_same_rows(filled: Desk) -> None:
    for state in ("closing", "calling_back"):
        filled.at(state)
    for make in MADE.values():
        make(filled)
    with time_machine.travel(LATER, tick=False):
        for name in LISTINGS:
            the_same_rows(reader(filled, name), name, "?phase=all" if name == "problems" else "")


def the_same_rows(client: FlaskClient, name: str, query: str) -> None:
    found = json_of(client, name, query)
    sheet = sheet_rows(client, name, query)
    page = page_rows(client, f"/lists/{name}{query}")
    assert found["count"] == len(found["rows"]) == len(sheet) == len(page) > 0
    kinds = {column["label"]: column["kind"] for column in found["columns"]}
    names = {column["label"]: column["name"] for column in found["columns"]}
    assert list(sheet[0]) == list(names)
    for row, cells, shown in zip(found["rows"], sheet, page, strict=True):
        for label, key in names.items():
            assert plain(cells[label]) == in_workbook(row[key], kinds[label]), label
        for label, words in shown.items():
            if kinds.get(label) in ("text", "link", "official"):
                assert words == row[names[label]], label
            if kinds.get(label) == "lamp":
                assert words.replace(" ", "") == row["lamp"]["words"].replace(" ", "")


def test_nothing_that_somebody_typed_becomes_a_formula(filled: Desk) -> None:
    sheet = workbook(filled.browser("supervisor"), "problems", "?phase=all").worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.value for cell in cells} >= {
        '=HYPERLINK("http://example.org")',
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "+1 还没有路灯，天黑危险得很",
    }
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert not [cell.value for cell in cells if cell.hyperlink]


def test_a_page_shows_what_somebody_typed_as_text(filled: Desk) -> None:
    text = filled.browser("supervisor").get("/lists/problems").text
    assert "&lt;b&gt;漏水&lt;/b&gt;" in text
    assert "<b>漏水" not in text


def test_days_in_a_workbook_are_days_and_numbers_are_numbers(filled: Desk) -> None:
    with time_machine.travel(LATER, tick=False):
        client = filled.browser("supervisor")
        overdue, everything = sheet_rows(client, "overdue"), sheet_rows(client, "problems", "?phase=all")
    assert {row["应办"] for row in overdue} == {datetime(2026, 9, 1)}
    assert {row["上报日期"] for row in everything} == {datetime(2026, 9, 1)}
    assert all(isinstance(row["逾期（个工作日）"], int) for row in overdue)
    assert [row["序号"] for row in everything] == [1, 2, 3, 4]


def test_every_workbook_can_be_filtered_and_prints_on_a4(desk: Desk) -> None:
    for name, listing in LISTINGS.items():
        sheet = workbook(reader(desk, name), name).worksheets[0]
        assert sheet.title == listing.title
        assert sheet["A1"].value == f"二道区{listing.title}"
        assert sheet["A2"].value.startswith("2026年9月1日 09:00　导出人：某")
        assert sheet.freeze_panes == "B4"
        assert sheet.auto_filter.ref.startswith("A3:")
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.page_setup.fitToWidth in (None, 1)  # one is what Excel takes when nothing is said
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$3:$3"


def test_the_second_sheet_of_the_overdue_list_holds_the_subtotals(filled: Desk) -> None:
    with time_machine.travel(LATER, tick=False):
        rows = list(workbook(filled.browser("supervisor"), "overdue").worksheets[1].iter_rows(values_only=True))
    assert rows == [
        ("责任单位", "逾期（项）", "最长逾期（个工作日）"),
        ("基础设施保障组", 1, 1),
        ("合计", 1, 1),
    ]


def test_a_workbook_says_what_it_was_narrowed_to(filled: Desk) -> None:
    book = workbook(filled.browser("supervisor"), "problems", "?urgency=urgent&from=2026-09-01&q=HYPER")
    assert book.worksheets[0]["A2"].value.endswith("范围：查找：HYPER；紧急程度：紧急；上报日期从：2026-09-01")
    assert book.worksheets[0].max_row == 4


@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_a_file_has_a_chinese_name_and_a_plain_one(desk: Desk, ending: str) -> None:
    answer = desk.browser("supervisor").get(f"/lists/overdue.{ending}", buffered=True)
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="overdue-20260901.{ending}"; '
        f"filename*=UTF-8''%E9%80%BE%E6%9C%9F%E6%B8%85%E5%8D%95-20260901.{ending}"
    )


def test_every_file_handed_out_is_in_the_export_log(filled: Desk) -> None:
    client = filled.browser("supervisor")
    json_of(client, "problems", "?phase=all")
    sheet_rows(client, "problems", "?q=漏水&page=3")
    with filled.app.app_context():
        log = [(each.listing, each.form, each.filters, each.rows, each.person_id) for each in db.session.query(Export)]
    person_id = filled.world.people["supervisor"]
    assert log == [
        ("problems", "json", [["范围", "全部"]], 4, person_id),
        ("problems", "xlsx", [["查找", "漏水"]], 1, person_id),
    ]


def test_looking_at_a_page_is_no_export(filled: Desk) -> None:
    filled.browser("supervisor").get("/lists/problems")
    assert filled.count(Export) == 0


def test_a_file_holds_all_rows_however_many_pages_and_chunks_they_make(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "CHUNK", 7)
    with desk.walking() as walker:
        for _ in range(52):
            walker.do(None, "report")
    client = desk.browser("dispatcher")
    assert [row["number"] for row in json_of(client, "problems")["rows"]] == [
        f"〔2026〕{number:04}" for number in range(52, 0, -1)
    ]
    assert len(sheet_rows(client, "problems")) == 52
    first, second = page_rows(client, "/lists/problems"), page_rows(client, "/lists/problems?page=2")
    assert [len(first), len(second)] == [50, 2]
    assert {row["编号"] for row in first} & {row["编号"] for row in second} == set()


def test_long_texts_are_cut_on_a_page_only(desk: Desk) -> None:
    words = "雨水管正在改造，" * 30
    problem_id = desk.at("handling")
    with desk.walking() as walker:
        walker.do(problem_id, "progress", progress=words)
    with time_machine.travel(at("2026-09-20 10:00"), tick=False):
        client = desk.browser("supervisor")
        [shown] = {row["最近进展"] for row in page_rows(client, "/lists/overdue")}
        [full] = {row["last_word"] for row in json_of(client, "overdue")["rows"]}
    assert full == words
    assert shown == f"{words[:50]}…"


def test_every_column_of_a_file_has_a_label_of_its_own() -> None:
    for listing in LISTINGS.values():
        labels = [column.label for column in listing.file_columns]
        assert len(set(labels)) == len(labels)
        assert sum(column.kind is Kind.LINK for column in listing.columns) == 1
