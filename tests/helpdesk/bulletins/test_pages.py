"""The pages of bulletins: who may open what, what comes back with an error, files, JSON, and the mail a unit gets."""

import html
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
import time_machine
from docx import Document
from flask import Flask
from openpyxl import load_workbook

from helpdesk.bulletins import queries
from helpdesk.bulletins.papering import FEW_NOTE
from helpdesk.notices.post import post
from helpdesk.proceedings import queries as proceedings
from helpdesk.scheduler import KNOWS
from tests.helpdesk.bulletins.conftest import SEPTEMBER, Weeks, lived
from tests.mail import Postbox
from tests.visitors import text_of, visitor

READERS = ("supervisor", "dispatcher", "dispatch_lead", "chief", "group_lead", "other_lead", "leader")
OTHERS = ("handler", "reporter", "cadre", "stranger", "administrator")


@pytest.fixture
def days(app: Flask) -> Iterator[Weeks]:
    """No application context stays open: each request has its own."""
    with app.app_context():
        found = lived(problems=4, acts=12)
    with time_machine.travel(found.now, tick=False):
        yield found


def version_on(page: Any) -> str:
    """Which version of the draft the form was shown with."""
    found = re.search(r'name="version"[^>]*value="(\d+)"', page.get_data(as_text=True))
    assert found is not None
    return found[1]


def seen_on(page: Any) -> list[str]:
    """The figures that the form of issuing shows."""
    return [html.unescape(each) for each in re.findall(r'name="seen" value="([^"]*)"', page.get_data(as_text=True))]


def get(app: Flask, days: Weeks, part: str, path: str) -> Any:
    return visitor(app, days.world, part).get(path)


def moved(days: Weeks) -> Any:
    return time_machine.travel(days.now, tick=False)


def test_an_issued_bulletin_is_read_by_those_on_a_seat_and_by_nobody_else(app: Flask, days: Weeks) -> None:
    with app.app_context():
        key = days.issued()
    with moved(days):
        for path in (
            f"/bulletins/{key}",
            f"/bulletins/{key}.json",
            f"/bulletins/{key}.docx",
            f"/bulletins/{key}.xlsx",
            "/bulletins",
        ):
            assert {part: get(app, days, part, path).status_code for part in OTHERS} == dict.fromkeys(OTHERS, 404), path
        for path in (f"/bulletins/{key}", "/bulletins"):
            assert {part: get(app, days, part, path).status_code for part in READERS} == dict.fromkeys(READERS, 200), (
                path
            )
        assert app.test_client().get(f"/bulletins/{key}").status_code == 302


def test_a_draft_is_seen_by_those_who_write_it_only(app: Flask, days: Weeks) -> None:
    with app.app_context():
        key = days.draft()
    with moved(days):
        seen = {part: get(app, days, part, f"/bulletins/{key}").status_code for part in (*READERS, *OTHERS)}
        assert [part for part, code in seen.items() if code != 404] == ["supervisor"]
        assert "草稿" not in text_of(get(app, days, "group_lead", "/bulletins"))
        assert get(app, days, "group_lead", f"/bulletins/{key}/edit").status_code == 404
        assert get(app, days, "group_lead", "/bulletins/new").status_code == 403


def test_drafted_edited_reviewed_issued_and_signed_by_hand(app: Flask, days: Weeks) -> None:
    """All through the forms, as people do it."""
    with moved(days):
        writer, chief = visitor(app, days.world, "supervisor"), visitor(app, days.world, "chief")
        lead = visitor(app, days.world, "group_lead")
        days_of = {"span": "month", "first_on": "2026-09-10", "group": ""}
        made = writer.post("/bulletins/new", data=days_of)
        assert made.status_code == 302, text_of(made)
        page = made.headers["Location"]
        form = {
            "bulletin_title": "九月份通报",
            "overview": "本期受理〔上报〕。",
            "demands": "请 3 个工作日内整改。",
        }
        form["version"] = version_on(writer.get(f"{page}/edit"))
        wrong = writer.post(f"{page}/edit", data=form | {"overview": "满意率 95%，〔满意度〕。"})
        assert wrong.status_code == 422
        assert "数字不能手写" in text_of(wrong)
        assert "满意率 95%，〔满意度〕。" in wrong.get_data(as_text=True), "what was written is lost"
        assert writer.post(f"{page}/edit", data=form).status_code == 302
        assert writer.post(f"{page}/do/submit_bulletin").status_code == 302
        assert writer.get(f"{page}/do/issue_bulletin").status_code == 409
        stale = chief.post(f"{page}/do/issue_bulletin", data={"seen": "上报=3 件次"})
        assert stale.status_code == 409
        assert "上报：3 件次 → 4 件次" in text_of(stale)
        issued = chief.post(f"{page}/do/issue_bulletin", data={"seen": seen_on(chief.get(f"{page}/do/issue_bulletin"))})
        assert issued.status_code == 302, text_of(issued)
        shown = text_of(lead.get(page))
        assert "本期受理4件次。" in shown.replace(" ", "")
        with app.app_context():
            sent = proceedings.children_of(queries.numbers()[0].bulletin_id)
            receipt_id = next(each.id for each in sent if each.unit_id == days.world.group_id)
        assert visitor(app, days.world, "other_lead").get(f"/bulletins/receipts/{receipt_id}").status_code == 404
        assert lead.post(f"/bulletins/receipts/{receipt_id}", data={"remark": "立即整改"}).status_code == 302
        assert lead.post(f"/bulletins/receipts/{receipt_id}", data={"remark": "再签"}).status_code == 409
        assert "立即整改" in text_of(writer.get(page))
        assert lead.post(f"{page}/remind").status_code == 403
        assert writer.post(f"{page}/remind").status_code == 302


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"span": "month", "first_on": "2026-12-01"}, "还没有开始"),
        ({"span": "custom", "first_on": "2026-09-20", "until_on": "2026-09-10"}, "之前"),
        ({"span": "month", "first_on": "明天"}, "读不出来"),
        ({"span": "month", "first_on": "2020-01-01"}, ""),
    ],
)
def test_days_that_will_not_do_come_back_in_the_form(app: Flask, days: Weeks, sent: dict[str, str], says: str) -> None:
    with moved(days):
        answer = visitor(app, days.world, "supervisor").post("/bulletins/new", data={"group": ""} | sent)
    if says:
        assert answer.status_code == 422
        assert says in text_of(answer)
    else:  # open problems are told of, whatever the period
        assert answer.status_code in (302, 409)


def test_the_files_hold_what_the_page_says(app: Flask, days: Weeks) -> None:
    with app.app_context():
        key = days.issued(SEPTEMBER)
    with moved(days):
        reader = visitor(app, days.world, "group_lead")
        document = Document(BytesIO(reader.get(f"/bulletins/{key}.docx").data))
        words = "\n".join(each.text for each in document.paragraphs)
        book = load_workbook(BytesIO(reader.get(f"/bulletins/{key}.xlsx").data))
        told = reader.get(f"/bulletins/{key}.json").get_json()
    assert "通报〔2026〕1号" in words
    assert "〔" not in words.replace("〔2026〕", ""), "a field was not filled in"
    assert "受理企业问题4 件次" in words
    assert book["问题清单"].max_row == 2 + 4
    sheet = book["办理情况"]
    assert any("*" in cell.text for row in document.tables[0].rows for cell in row.cells), "four problems are few"
    assert FEW_NOTE in words
    assert sheet.cell(sheet.max_row, 1).value == FEW_NOTE
    headings = [cell.value for cell in sheet[2]]
    rates = [place for place, heading in enumerate(headings) if heading.endswith("（%）")]
    assert rates
    for row in sheet.iter_rows(min_row=3, max_row=sheet.max_row - 1, values_only=True):
        assert all(row[place] == "–" or isinstance(row[place], int | float) for place in rates)
    assert told["figures"]["totals"]["reported"]["value"] == 4
    assert told["frozen"] is True


class TestMail:
    """What a unit is sent."""

    @pytest.fixture
    def settings(self, smtp_server: Postbox) -> dict[str, Any]:
        return smtp_server.settings

    @pytest.mark.databases("sqlite")
    def test_the_mail_carries_paper_and_workbook(self, app: Flask, smtp_server: Postbox, days: Weeks) -> None:
        with app.app_context():
            days.issued()
            post(days.now, knows=KNOWS)
        sent = next(each for each in smtp_server.messages if "【通报】" in str(each["Subject"]))
        files = {part.get_filename(): part.get_content() for part in sent.iter_attachments()}
        assert [name.rpartition(".")[2] for name in files if name] == ["docx", "xlsx"]
        assert all(name.startswith("通报〔2026〕1号") for name in files if name)
        Document(BytesIO(next(content for name, content in files.items() if name and name.endswith("docx"))))
        body = sent.get_body(("plain",))
        assert body is not None
        assert "签收" in body.get_content()
