"""Papers of many problems: one file or a zip, and whole lists as 问题台账."""

import zipfile
from io import BytesIO

import pytest
from docx.oxml.ns import qn
from werkzeug.test import TestResponse

from helpdesk.db import db
from helpdesk.listings.models import Export
from helpdesk.papers import many_views
from tests.desk import Desk
from tests.papers import downloaded, opened, rows, texts


def made(
    desk: Desk, ids: list[int], *, paper: str = "assignment", how: str = "one", part: str = "dispatcher"
) -> TestResponse:
    return desk.browser(part).post("/papers/made", data={"ids": ids, "paper": paper, "how": how}, buffered=True)


def test_the_papers_of_ticked_problems_are_offered_with_how_many_there_are(desk: Desk) -> None:
    ids = [desk.at("assigned"), desk.at("handling"), desk.at("declined"), desk.at("reported")]
    page = desk.browser("dispatcher").post("/papers/choose", data={"ids": ids}).text
    assert "已选 4 件" in page
    assert "交办单（2 份）" in page
    assert "不予受理告知书（1 份）" in page
    assert "销号审批单" not in page
    assert "生成公文" in desk.browser("dispatcher").get("/lists/problems").text


def test_one_file_holds_each_paper_on_a_new_page_that_counts_from_one(desk: Desk) -> None:
    ids = [desk.at("assigned") for _ in range(3)]
    content = made(desk, ids).data
    assert texts(content).count("企业问题交办单") == 3
    sections = opened(content).sections
    assert len(sections) == 3
    assert {each._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) for each in sections} == {"1"}
    assert {round(each.top_margin.mm) for each in sections} == {37}
    with desk.app.app_context():
        taken = db.session.query(Export).one()
        assert (taken.listing, taken.rows) == ("paper-assignment", 3)


def test_a_zip_holds_a_file_each_under_its_own_name(desk: Desk) -> None:
    ids = [desk.at("assigned") for _ in range(3)]
    with zipfile.ZipFile(BytesIO(made(desk, ids, how="zip").data)) as archive:
        assert sorted(archive.namelist()) == [f"交办单〔2026〕000{number}.docx" for number in (1, 2, 3)]
        for name in archive.namelist():
            assert texts(archive.read(name))[0] == "企业问题交办单"


def test_problems_of_others_are_left_out_and_strangers_get_nothing(desk: Desk) -> None:
    mine = desk.at("assigned")
    with desk.walking() as walker:
        other = walker.to("reported")
        walker.do(other, "assign", group=desk.world.other_group_id)
    assert texts(made(desk, [mine, other], part="group_lead").data).count("企业问题交办单") == 1
    assert made(desk, [mine, other], part="stranger").status_code == 404
    assert made(desk, [mine], part="administrator").status_code == 403
    assert desk.browser("administrator").post("/papers/choose", data={"ids": [mine]}).status_code == 403
    assert "没有可以生成的公文" in desk.browser("stranger").post("/papers/choose", data={"ids": [mine]}).text


def test_nonsense_makes_no_paper(desk: Desk) -> None:
    key = desk.at("assigned")
    for data in (
        {"ids": [key], "paper": "nothing"},
        {"ids": [], "paper": "assignment"},
        {"ids": ["x", -1, 2**40], "paper": "assignment"},
    ):
        assert desk.browser("dispatcher").post("/papers/made", data=data).status_code == 404


def test_too_many_are_said_to_be_too_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [desk.at("assigned") for _ in range(3)]
    monkeypatch.setattr(many_views, "MOST_AT_ONCE", 2)
    page = desk.browser("dispatcher").post("/papers/choose", data={"ids": ids}).text
    assert "一次最多 2 件，还有 1 件没有列入" in page


# -- 问题台账 -----------------------------------------------------------------------------------------------------------


def test_the_ledger_lists_what_the_page_lists_across_the_sheet(desk: Desk) -> None:
    desk.at("assigned", title="厂区停水")
    desk.at("reported", title="道路积水")
    client = desk.browser("dispatcher")
    content = downloaded(client, "/papers/ledger/problems.docx?q=停水")
    assert texts(content)[0] == "二道区“万人助万企”问题台账"
    assert "范围：查找：停水" in texts(content)[1]
    table = rows(content)
    assert len(table) == 2
    assert dict(zip(table[0], table[1], strict=True))["问题"] == "厂区停水"
    section = opened(content).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    assert opened(content).tables[0].rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    assert "/papers/ledger/problems.docx?q=" in client.get("/lists/problems?q=停水").text


def test_an_empty_ledger_is_a_ledger(desk: Desk) -> None:
    assert len(rows(downloaded(desk.browser("dispatcher"), "/papers/ledger/problems.docx"))) == 1


def test_a_ledger_that_word_could_not_bear_says_what_to_do(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        desk.at("reported")
    monkeypatch.setattr(many_views, "MOST_ROWS", 2)
    answer = desk.browser("dispatcher").get("/papers/ledger/problems.docx")
    assert answer.status_code == 422
    assert "超过 2 件" in answer.text
    assert "用筛选缩小范围" in answer.text
    assert desk.count(Export) == 0


def test_a_ledger_holds_what_its_reader_may_see(desk: Desk) -> None:
    desk.at("assigned")
    assert len(rows(downloaded(desk.browser("handler"), "/papers/ledger/problems.docx"))) <= 2
    assert len(rows(downloaded(desk.browser("stranger"), "/papers/ledger/problems.docx"))) == 1
    assert desk.browser("administrator").get("/papers/ledger/problems.docx").status_code == 403
    assert desk.browser("dispatcher").get("/papers/ledger/overdue.docx").status_code == 404
