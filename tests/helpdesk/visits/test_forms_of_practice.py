"""The three forms of practice as Word files and workbooks; each download is in the export log."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from docx import Document
from sqlalchemy import select

from helpdesk.db import db
from helpdesk.listings.models import Export
from tests import visits
from tests.desk import Desk

WORDS = {
    "basics": ("企业基本情况表", "正在扩建二号厂房", "制造业"),
    "needs": ("企业需求情况表", "=1+1 用电容量不够", "王经理（办公室）"),
    "services": ("包联服务情况表", "实地走访", "下月再去"),
}


def words_of_docx(content: bytes) -> str:
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in document.paragraphs), *cells])


def words_of_xlsx(content: bytes) -> str:
    sheet: Any = openpyxl.load_workbook(BytesIO(content)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row), "nothing becomes a formula"
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)


READ = {"docx": words_of_docx, "xlsx": words_of_xlsx}


def taken(desk: Desk, part: str, url: str) -> str:
    """The words of the file at that address."""
    answer = desk.browser(part).get(url, buffered=True)
    assert answer.status_code == 200
    return READ[url.rpartition(".")[2]](answer.data)


@pytest.mark.parametrize("ext", ["docx", "xlsx"])
@pytest.mark.parametrize("name", WORDS)
def test_each_form_tells_what_it_is_for(desk: Desk, name: str, ext: str) -> None:
    visits.record(desk.app, desk.world, "cadre", needs="=1+1 用电容量不够", outcome="found", follow_up="下月再去")
    for url in (f"/enterprises/1/forms/{name}.{ext}", f"/visits/1/forms/{name}.{ext}"):
        words = taken(desk, "cadre", url)
        for said in (*WORDS[name], "示例一号机械有限公司", "某cadre"):
            assert said in words, (url, said)
    with desk.app.app_context():
        logged = db.session.scalars(select(Export)).all()
        assert [(each.listing, each.form) for each in logged] == [(f"form-{name}", ext)] * 2


def test_a_form_without_visits_is_a_form_all_the_same(desk: Desk) -> None:
    assert "还没有走访记录" in taken(desk, "cadre", "/enterprises/1/forms/basics.docx")
    for name in WORDS:
        for ext in READ:
            assert WORDS[name][0] in taken(desk, "cadre", f"/enterprises/1/forms/{name}.{ext}")


def test_phones_are_whole_only_for_those_who_visit(desk: Desk) -> None:
    assert "15000000625" in taken(desk, "cadre", "/enterprises/1/forms/basics.xlsx")
    seen = taken(desk, "supervisor", "/enterprises/1/forms/basics.xlsx")
    assert "15000000625" not in seen
    assert "150****0625" in seen


def test_other_forms_and_plans_have_no_file(desk: Desk) -> None:
    from tests.visitors import at

    planned = visits.plan(desk.app, desk.world, "cadre", at("2026-09-02").date())
    cadre = desk.browser("cadre")
    assert cadre.get(f"/visits/{planned}/forms/needs.docx").status_code == 404
    assert cadre.get("/enterprises/1/forms/else.docx").status_code == 404
