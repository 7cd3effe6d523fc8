"""审计日志: who may read it, how it is searched, and that taking it out is on record too."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from helpdesk.audit.commands import record, seal
from helpdesk.db import begin_writing, db
from helpdesk.operations.proving import prove
from helpdesk.org.models import AdminRole, Person
from tests.people import SEATS, District, found_district, sign_in
from tests.visitors import at, text_of, visitor

MORNING = at("2026-11-24 08:30")


@pytest.fixture
def world(app: Flask) -> District:
    """The small district; no application context stays open."""
    with app.app_context():
        return found_district()


def administrator(app: Flask, duty: str) -> FlaskClient:
    """The browser of whoever holds that duty."""
    with app.app_context():
        role = db.session.query(AdminRole).filter_by(name=duty).one_or_none() or AdminRole(name=duty)
        person = Person(username=duty, name=f"某{duty}", active=True, fs_uniquifier=uuid4().hex, roles=[role])
        db.session.add(person)
        db.session.commit()
        return sign_in(app.test_client(), person)


@pytest.fixture
def auditor(app: Flask, world: District) -> FlaskClient:
    """The browser of the 审计管理员."""
    return administrator(app, "audit")


def put(app: Flask, kind: str, about: str, **facts: Any) -> None:
    usual: dict[str, Any] = {"by_id": None, "by_name": "李四（li.si）", "now": MORNING, "address": "10.1.2.3"}
    with app.app_context():
        begin_writing()
        record(kind, about=about, **(usual | facts))
        db.session.commit()


def test_the_auditor_reads_everything(app: Flask, auditor: FlaskClient) -> None:
    put(app, "export", "问题台账（xlsx，12 行）", details={"筛选": "逾期", "姓名": ("甲", "乙")})
    page = text_of(auditor.get("/audit"))
    for words in ("问题台账（xlsx，12 行）", "李四（li.si）", "10.1.2.3", "甲 → 乙", "2026-11-24 08:30:00", "导出"):
        assert words in page


@pytest.mark.parametrize("path", ["/audit", "/audit/log.xlsx", "/audit/log.json"])
def test_nobody_else_reads_anything(app: Flask, world: District, path: str) -> None:
    put(app, "export", "只给审计看的内容")
    clients = {part: visitor(app, world, part) for part in [*SEATS, "administrator"]}
    clients["security"] = administrator(app, "security")
    for part, client in clients.items():
        answer = client.get(path)
        assert answer.status_code == 403, part
        assert "只供审计管理员使用" in (answer.text if not path.endswith("json") else answer.json["message"]), part
        assert "只给审计看的内容" not in answer.text
    assert app.test_client().get(path).status_code in (302, 401)


def test_it_stands_in_the_menu_of_the_auditor_alone(app: Flask, world: District, auditor: FlaskClient) -> None:
    assert 'href="/audit"' in auditor.get("/admin").text
    assert 'href="/audit"' not in visitor(app, world, "administrator").get("/admin").text


@pytest.fixture
def many(app: Flask, auditor: FlaskClient) -> FlaskClient:
    """Five different events."""
    put(app, "sign_in", "登录", by_name="张三（zhang）", now=MORNING - timedelta(days=3))
    put(app, "sign_in_failed", "账号 王五（wang）", by_name="未登录人员", ok=False, details={"原因": "密码不正确"})
    put(app, "export", "企业名录（xlsx，3 行）", details={"行业": "制造业"})
    put(app, "number_revealed", "王经理的电话", number="〔2026〕0012")
    put(app, "turned_away", "/audit", by_name="张三（zhang）", ok=False)
    return auditor


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 5),
        ("q=企业名录", 1),
        ("q=制造业", 1),  # stands in the details alone, where JSON may write it otherwise
        ("q=密码 wang", 1),
        ("q=100%25", 0),
        ("q=_", 0),
        ("who=zhang", 2),
        ("who=王五", 1),
        ("kind=export", 1),
        ("kind=*登录", 2),
        ("kind=nonsense", 5),
        ("result=no", 2),
        ("result=yes&who=张三", 1),
        ("number=0012", 1),
        ("since=2026-11-24", 4),
        ("until=2026-11-23", 1),
        ("since=2026-11-25", 0),
        ("since=gestern", 5),
        ("page=99999999999", 5),
    ],
)
def test_it_is_searched(many: FlaskClient, query: str, found: int) -> None:
    page = many.get(f"/audit?{query}")
    assert page.status_code == 200
    assert f"共 {found} 条" in page.text
    assert ("看不懂" in page.text) == ("gestern" in query)


def test_what_was_not_found_says_so_and_leads_back(many: FlaskClient) -> None:
    page = text_of(many.get("/audit?who=没有这个人"))
    assert "没有符合条件的记录" in page
    assert "清除筛选" in page


def test_a_long_log_is_turned_page_by_page(app: Flask, auditor: FlaskClient) -> None:
    for n in range(60):
        put(app, "export", f"第{n}号清单", now=MORNING + timedelta(minutes=n))
    first, second = auditor.get("/audit?kind=export"), auditor.get("/audit?kind=export&page=2")
    assert "第59号清单" in first.text
    assert "第9号清单" not in first.text
    assert "第9号清单" in second.text
    assert "kind=export" in first.text[first.text.index('rel="next"') - 40 : first.text.index('rel="next"') + 200]


def test_taking_it_out_is_on_record_too(many: FlaskClient) -> None:
    answer = many.get("/audit/log.json?who=zhang", buffered=True)
    rows = json.loads(answer.data)["rows"]
    assert len(rows) == 2
    assert many.get("/audit/log.xlsx", buffered=True).data[:2] == b"PK"
    page = text_of(many.get("/audit?kind=export"))
    assert "审计日志（json，2 行）" in page
    assert "审计日志（xlsx，6 行）" in page


def test_words_of_visitors_are_shown_as_words(app: Flask, auditor: FlaskClient) -> None:
    put(app, "turned_away", "/<script>alert(1)</script>", by_name="<b>某</b>")
    page = auditor.get("/audit").text
    assert "<script>alert" not in page
    assert "<b>某" not in page


# -- The state on top --------------------------------------------------------------------------------------------------


def test_the_state_is_unknown_before_the_first_night(auditor: FlaskClient) -> None:
    page = text_of(auditor.get("/audit"))
    assert "还没有核验过" in page
    assert "完好" not in page


def test_the_state_after_a_good_night(app: Flask, auditor: FlaskClient) -> None:
    with time_machine.travel(MORNING, tick=False):
        put(app, "export", "一份清单")
        with app.app_context():
            seal(MORNING)
            assert prove(MORNING).trouble == ""
        page = text_of(administrator_again(app, auditor).get("/audit"))
    assert "完好" in page
    assert "第 1 号" in page
    with time_machine.travel(MORNING + timedelta(days=3), tick=False):
        assert "超过两天没有核验" in text_of(administrator_again(app, auditor).get("/audit"))


def administrator_again(app: Flask, client: FlaskClient) -> FlaskClient:
    """On another day he signs in anew."""
    with app.app_context():
        return sign_in(client, db.session.query(Person).filter_by(username="audit").one())
