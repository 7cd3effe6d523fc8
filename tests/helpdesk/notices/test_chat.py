"""Chats beside the mail, against a real HTTP server: short texts with a link, own tries, off unless switched on."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from config import complaints
from helpdesk.db import db
from helpdesk.notices import commands, queries
from helpdesk.notices.channels.chat import complaint_about
from helpdesk.notices.messages import write_messages
from helpdesk.notices.models import CHAT, DROPPED, FAILED, MAIL, NO_ADDRESS, SENT, WAITING, Notice
from helpdesk.notices.post import post
from helpdesk.notices.rechecking import PAUSES, Knowledge
from helpdesk.org.models import Person
from helpdesk.problems import digesting
from helpdesk.problems.sweep import sweep
from tests.visitors import text_of, visitor
from tests.walking import Walker
from workflows.engine import Missing

pytestmark = pytest.mark.databases("sqlite")
KINDS = ("json", "dingtalk")
TUESDAY_9 = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)


@dataclass
class ChatServer:
    """Takes what Apprise's json:// sends, and answers with this status."""

    status: int = 200
    taken: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0

    def address(self, who: str) -> str:
        return f"json://127.0.0.1:{self.port}/{who}"


@pytest.fixture
def chat_server() -> Iterator[ChatServer]:
    chat = ChatServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if chat.status == 200:
                chat.taken.append({"path": self.path, **json.loads(body)})
            self.send_response(chat.status)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    chat.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield chat
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"CHAT": True, "CHAT_KINDS": KINDS}


def chats_at(walker: Walker, part: str, address: str | None) -> None:
    walker.world.person(part).chat_address = address
    db.session.commit()


def of(part: str, walker: Walker, **facts: Any) -> list[Notice]:
    db.session.expire_all()
    rows = select(Notice).filter_by(person_id=walker.world.people[part], **facts).order_by(Notice.id)
    return list(db.session.scalars(rows))


def test_what_is_told_at_once_also_goes_to_the_chat_short_and_with_its_link(
    walker: Walker, chat_server: ChatServer
) -> None:
    chats_at(walker, "group_lead", chat_server.address("lead"))
    problem_id = walker.to("assigned")
    [mail] = of("group_lead", walker, channel=MAIL)
    [chat] = of("group_lead", walker, channel=CHAT)
    assert (chat.cause, chat.name, chat.status, chat.address) == (mail.cause, mail.name, WAITING, "json")
    assert post(walker.now).trouble == ""
    [taken] = chat_server.taken
    assert taken["path"] == "/lead"
    said = f"{taken['title']} {taken['message']}"
    assert "【交办】〔2026〕0001" in said
    assert f"http://localhost/problems/{problem_id}" in said
    for secret in ("王经理", "15000000625", "wang@example.org", "积水"):
        assert secret not in said
    [chat] = of("group_lead", walker, channel=CHAT)
    assert (chat.status, chat.server_answer) == (SENT, "taken by json")


def test_what_waits_for_the_morning_and_reminders_do_not_go_to_the_chat(
    walker: Walker, chat_server: ChatServer
) -> None:
    chats_at(walker, "handler", chat_server.address("handler"))
    chats_at(walker, "reporter", chat_server.address("reporter"))
    walker.to("handling")
    sweep(walker.now + timedelta(days=2))
    assert {each.pace for each in of("handler", walker, channel=CHAT)} == {"at_once"}
    assert not [each for each in of("reporter", walker, channel=CHAT) if each.name.endswith("copy")]


def test_escalations_go_there_also_when_they_are_told_late(walker: Walker, chat_server: ChatServer) -> None:
    walker.to("assigned")
    chats_at(walker, "group_lead", chat_server.address("lead"))
    chats_at(walker, "dispatcher", chat_server.address("dispatcher"))
    sweep(walker.now + timedelta(days=3))
    told = of("group_lead", walker, channel=CHAT)
    assert {(each.name, each.pace, each.catch_up) for each in told} == {("overdue", "at_once", True)}
    assert of("dispatcher", walker, channel=CHAT) == [], "copies are for the digest"
    assert post(walker.now + timedelta(days=3), knows=Knowledge(moot=digesting.moot)).sent > 0
    assert [each["path"] for each in chat_server.taken] == ["/lead"]


def test_the_inbox_shows_it_once(app: Flask, walker: Walker, chat_server: ChatServer) -> None:
    chats_at(walker, "group_lead", chat_server.address("lead"))
    walker.to("assigned")
    lead = walker.world.people["group_lead"]
    assert len(queries.told_to(lead, start=0, count=10)) == queries.unread_by(lead) == 1
    page = visitor(app, walker.world, "group_lead").get("/notices")
    assert page.text.count("work__row") == 1


def test_a_chat_that_does_not_answer_is_tried_again_and_holds_up_no_mail(
    walker: Walker, chat_server: ChatServer
) -> None:
    chat_server.status = 500
    chats_at(walker, "group_lead", chat_server.address("lead"))
    walker.to("assigned")
    now = walker.now
    for number in range(1, len(PAUSES) + 2):
        post(now)
        [chat] = of("group_lead", walker, channel=CHAT)
        assert chat.tries == number
        now = chat.send_after_at
    assert chat.status == FAILED
    assert chat.server_answer
    assert [each.status for each in of("group_lead", walker, channel=MAIL)] == [SENT]
    assert walker.world.person("group_lead").address_failed_at is None, "that says nothing of his mail address"


def test_a_failed_chat_is_sent_again_to_the_chat(walker: Walker, chat_server: ChatServer) -> None:
    chat_server.status = 500
    chats_at(walker, "group_lead", chat_server.address("lead"))
    walker.to("assigned")
    [chat] = of("group_lead", walker, channel=CHAT)
    chat.tries = len(PAUSES)
    db.session.commit()
    post(walker.now)
    chat_server.status = 200
    assert commands.send_again(chat.id, walker.now)
    post(walker.now)
    [chat] = of("group_lead", walker, channel=CHAT)
    assert (chat.status, chat.address, len(chat_server.taken)) == (SENT, "json", 1)


def test_whoever_has_given_it_up_meanwhile_is_left_alone(walker: Walker, chat_server: ChatServer) -> None:
    chats_at(walker, "group_lead", chat_server.address("lead"))
    walker.to("assigned")
    chats_at(walker, "group_lead", None)
    post(walker.now)
    [chat] = of("group_lead", walker, channel=CHAT)
    assert (chat.status, chat.dropped_why) == (DROPPED, "收件人不再用这种方式接收")
    assert chat_server.taken == []


def test_who_has_no_mail_address_is_reached_by_chat_all_the_same(walker: Walker, chat_server: ChatServer) -> None:
    lead = walker.world.person("group_lead")
    lead.email = None
    chats_at(walker, "group_lead", chat_server.address("lead"))
    walker.to("assigned")
    post(walker.now)
    assert [each.status for each in of("group_lead", walker, channel=MAIL)] == [NO_ADDRESS]
    assert len(chat_server.taken) == 1


def test_messages_go_there_once_however_often_they_are_written(walker: Walker, chat_server: ChatServer) -> None:
    chats_at(walker, "administrator", chat_server.address("admin"))
    administrator = walker.world.person("administrator")
    for _ in range(2):
        facts = {"since": "8月31日 10:00", "until": "9月1日 10:00"}
        write_messages("sweep_late", [administrator], facts, cause="l1", path="/admin", now=TUESDAY_9, urgent=True)
        db.session.commit()
    post(TUESDAY_9)
    [taken] = chat_server.taken
    assert "【系统停运】" in taken["title"]
    assert "http://localhost/admin" in taken["message"]


# -- Whose choice it is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("dingtalk://abcdefgh12345678", None),
        ("json://127.0.0.1/x", None),
        ("file:///etc/passwd", "开头"),
        ("http://127.0.0.1:5432/", "开头"),
        ("", "开头"),
        ("dingtalk://abcdefgh12345678?rto=86400", "去掉"),
        ("dingtalk://", "无法识别"),
    ],
)
def test_only_what_the_installation_allows_can_be_named(address: str, wrong: str | None) -> None:
    found = complaint_about(address, KINDS)
    assert found is None if wrong is None else found and wrong in found


def test_it_is_chosen_on_ones_own_page_and_kept_to_oneself(app: Flask, walker: Walker) -> None:
    client = visitor(app, walker.world, "group_lead")
    assert "chat_address" in client.get("/account/notices").text
    refused = client.post("/account/notices", data={"reminders": "digest", "chat_address": "file:///etc/passwd"})
    assert refused.status_code == 422
    assert "file:///etc/passwd" in refused.text, "the form comes back filled in"
    assert "开头" in refused.text
    given = {"reminders": "single", "chat_address": "dingtalk://abcdefgh12345678"}
    assert client.post("/account/notices", data=given).status_code == 302
    db.session.expire_all()
    lead = walker.world.person("group_lead")
    assert (lead.reminders, lead.chat_address) == ("single", "dingtalk://abcdefgh12345678")
    assert "abcdefgh" not in text_of(client.get("/account"))
    for part in ("dispatcher", "administrator", "stranger"):
        other = visitor(app, walker.world, part)
        for path in ("/account/notices", "/people", "/admin", f"/people/{lead.id}"):
            with app.app_context():  # a context a look, as outside tests
                assert "abcdefgh" not in other.get(path).text


class TestSwitchedOff:
    """Without CHAT."""

    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {}

    def test_nothing_is_written_for_chats_and_nothing_offered(self, app: Flask, walker: Walker) -> None:
        chats_at(walker, "group_lead", "dingtalk://abcdefgh12345678")
        walker.to("assigned")
        assert of("group_lead", walker, channel=CHAT) == []
        client = visitor(app, walker.world, "group_lead")
        assert "chat_address" not in client.get("/account/notices").text
        client.post("/account/notices", data={"reminders": "single", "chat_address": ""})
        db.session.expire_all()
        assert walker.world.person("group_lead").chat_address == "dingtalk://abcdefgh12345678", "kept for later"


def test_switched_on_without_the_library_is_a_complaint(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert complaints(app.config) == []
    monkeypatch.setattr("config.find_spec", lambda name: None)
    [complaint] = complaints(app.config)
    assert complaint.startswith("CHAT is set")
    monkeypatch.setattr("helpdesk.notices.channels.chat.find_spec", lambda name: None)
    assert complaint_about("dingtalk://abcdefgh12345678", KINDS) == "系统没有安装 Apprise，暂时不能使用其他通知方式"


def test_a_way_to_be_told_that_does_not_exist_is_refused(walker: Walker) -> None:
    person = walker.world.person("handler")
    with pytest.raises(Missing, match="请选择一种提醒方式"):
        commands.choose(person.id, reminders="off", chat_address=None)
    assert db.session.get(Person, person.id).reminders == "digest"
