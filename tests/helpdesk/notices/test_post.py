"""The post against a real SMTP server: what it hands over, what it tries again, and that nothing goes out twice."""

import email
import email.message
import email.policy
import itertools
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from helpdesk.db import db
from helpdesk.notices import post as posting
from helpdesk.notices.delivery import Posted
from helpdesk.notices.letters import Line
from helpdesk.notices.models import Notice
from helpdesk.notices.post import CLAIM, post
from helpdesk.notices.rechecking import PAUSES, Knowledge
from helpdesk.org.models import Person
from helpdesk.problems.models import Link
from helpdesk.security import read_link
from tests.mail import Postbox
from tests.walking import Walker

pytestmark = [pytest.mark.smtp, pytest.mark.usefixtures("inside")]

TUESDAY_9 = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
numbers = itertools.count(1)


@pytest.fixture
def settings(smtp_server: Postbox) -> dict[str, Any]:
    return {**smtp_server.settings, "MAIL_TIMEOUT": 1}


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        for key, name in enumerate(("张三", "李四", "王五"), 1):
            person = Person(username=f"u{key}", name=name, email=f"u{key}@example.org", fs_uniquifier=f"f{key}")
            db.session.add(person)
            db.session.flush()
            assert person.id == key
        db.session.commit()
        yield


def queue(person: int | None = 1, **facts: Any) -> int:
    """One more notice in the outbox; its key."""
    number = next(numbers)
    usual = {
        "name": "signed",
        "cause": f"e{number}",
        "reader": f"p{person}",
        "person_id": person,
        "reader_name": "张三",
        "role": "handler",
        "address": f"u{person}@example.org",
        "path": f"/problems/{number}",
        "subject": f"【承办】〔2026〕{number:04d} 示例公司：道路积水",
        "body": "某某指定您承办这个问题。\n\n请在9月2日前办理。",
        "why": "您收到这封邮件，是因为您是这个问题的承办人。",
        "pace": "at_once",
        "written_at": TUESDAY_9,
        "send_after_at": TUESDAY_9,
        "status": "waiting",
        "tries": 0,
    }
    notice = Notice(**(usual | facts))
    db.session.add(notice)
    db.session.commit()
    return notice.id


def row(key: int) -> Notice:
    db.session.expire_all()
    notice = db.session.get(Notice, key)
    assert notice is not None
    return notice


def parts(message: email.message.EmailMessage) -> tuple[str, str]:
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


# -- What is handed over -----------------------------------------------------------------------------------------------


def test_a_mail_has_two_parts_one_link_and_says_why_it_came(smtp_server: Postbox) -> None:
    key = queue(body="甲<乙>说：\n请办理。\n\n请在9月2日前办理。", path="/problems/77")
    assert post(TUESDAY_9) == Posted(sent=1)
    [message] = smtp_server.messages
    assert message["Subject"].startswith("【承办】〔2026〕")
    assert message["To"].addresses[0].display_name == "张三"
    assert message["To"].addresses[0].addr_spec == "u1@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = parts(message)
    for part in (text, html):
        assert part.count("http://localhost/problems/77") == 1
        assert "张三，您好" in part
        assert "您是这个问题的承办人" in part
    assert "甲<乙>" in text
    assert "甲&lt;乙&gt;" in html
    assert "style=" not in html
    assert message["Message-ID"].startswith(f"<notice-{key}.")


def test_the_servers_answer_and_the_message_id_are_kept(smtp_server: Postbox) -> None:
    first, second = queue(), queue(2)
    post(TUESDAY_9 + MINUTE)
    assert [row(key).server_answer for key in (first, second)] == ["250 OK queued as 1", "250 OK queued as 2"]
    assert [row(key).message_id for key in (first, second)] == [m["Message-ID"] for m in smtp_server.messages]
    assert (row(first).status, row(first).sent_at, row(first).tries) == ("sent", TUESDAY_9 + MINUTE, 1)


def test_the_longest_paragraph_fits_the_lines_of_smtp(smtp_server: Postbox) -> None:
    queue(body="办" * 4000)
    post(TUESDAY_9)
    [message] = smtp_server.messages
    assert max(len(line) for line in message.as_bytes().splitlines()) < 998
    assert "办" * 4000 in parts(message)[0]


def test_the_enterprise_gets_its_own_link(smtp_server: Postbox, app: Flask, walker: Walker) -> None:
    walker.to("evaluating")
    post(walker.now)
    mails = {m["Subject"]: m for m in smtp_server.messages if m["To"].addresses[0].addr_spec == "wang@example.org"}
    [evaluation] = [m for subject, m in mails.items() if subject.startswith("【请您评价】")]
    [address] = [line for line in parts(evaluation)[0].splitlines() if line.startswith("http")]
    link_id = read_link(address.rpartition("/e/")[2])
    link = db.session.get(Link, link_id)
    assert link is not None
    assert link.purpose == "evaluate"
    assert app.url_map.bind("localhost").match(address.removeprefix("http://localhost"))[0] == "link.show"


def test_nothing_leaves_before_its_hour(smtp_server: Postbox) -> None:
    key = queue(send_after_at=TUESDAY_9 + MINUTE)
    assert post(TUESDAY_9) == Posted()
    assert row(key).status == "waiting"
    assert post(TUESDAY_9 + MINUTE) == Posted(sent=1)
    assert post(TUESDAY_9 + 2 * MINUTE) == Posted()
    assert len(smtp_server.messages) == 1


@pytest.mark.parametrize("settings", [{"MAIL_SERVER": ""}])
def test_without_a_mail_server_mails_become_files(app: Flask) -> None:
    queue()
    assert post(TUESDAY_9) == Posted(sent=1)
    [path] = Path(app.config["MAIL_DIR"]).glob("*.eml")
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert message["Subject"].startswith("【承办】")


# -- Digests -----------------------------------------------------------------------------------------------------------


LINES = (
    Line("今天到期", 11, "〔2026〕0011 甲公司：停水", "签收，9月1日（周二）24:00 前", "/problems/11"),
    Line("逾期", 12, "〔2026〕0012 乙公司：停电", "提交办理结果，已逾期 2 个工作日", "/problems/12"),
    Line("等您办理", 13, "〔2026〕0013 丙公司：用地", "审核通过，9月3日（周四）24:00 前", "/problems/13"),
)


def waits(people: Any, now: datetime) -> dict[int, tuple[Line, ...]]:
    return dict.fromkeys(people, LINES)


KNOWS = Knowledge(waits=waits)


def queue_morning(person: int = 1, **facts: Any) -> int:
    return queue(person, name="morning", role="message", pace="digest", path="/notices", **facts)


def test_what_one_person_has_in_the_morning_is_one_mail_under_headings(smtp_server: Postbox) -> None:
    morning = queue_morning()
    news = [queue(1, name=name, pace="digest", subject=f"【{name}】一号") for name in ("commented", "overdue_copy")]
    other = queue(2, name="commented", pace="digest")
    at_once = queue(1)
    assert post(TUESDAY_9, knows=KNOWS) == Posted(sent=5)
    digest, single, letter = smtp_server.messages
    assert digest["Subject"] == "【每日提醒】今天到期 1 件，逾期 1 件，等您办理 1 件，新的消息 2 件"
    for part in parts(digest):
        headings = [part.index(each) for each in ("今天到期（1", "逾期（1", "等您办理（1", "新的消息（2")]
        assert headings == sorted(headings)
        for line in LINES:
            assert line.subject in part
            assert line.body in part
            assert part.count(f"http://localhost{line.path}") == 1
        assert all(f"【{name}】一号" in part for name in ("commented", "overdue_copy"))
    assert {row(key).message_id for key in (morning, *news)} == {digest["Message-ID"]}
    assert {row(key).server_answer for key in (morning, *news)} == {"250 OK queued as 1"}
    assert row(other).message_id == single["Message-ID"]
    assert row(at_once).message_id == letter["Message-ID"]


def test_the_ledger_keeps_what_a_morning_said_and_nobody_has_to_open_it_again(smtp_server: Postbox) -> None:
    key = queue_morning()
    post(TUESDAY_9, knows=KNOWS)
    kept = row(key)
    assert kept.subject == "【每日提醒】今天到期 1 件，逾期 1 件，等您办理 1 件"
    assert all(line.subject in kept.body and line.body in kept.body for line in LINES)
    assert kept.read_at == TUESDAY_9


def test_a_morning_on_which_nothing_waits_any_more_is_dropped_and_the_news_goes_out(smtp_server: Postbox) -> None:
    morning = queue_morning()
    news = queue(1, name="commented", pace="digest", subject="【留言】一号")
    assert post(TUESDAY_9) == Posted(sent=1, dropped=1)
    assert row(morning).dropped_why == "没有到期、逾期和等待办理的事项"
    assert smtp_server.messages[0]["Subject"] == "【留言】一号"
    assert row(news).status == "sent"


@pytest.mark.parametrize("name", ["due_today", "due_soon"])
def test_a_reminder_of_what_stands_in_the_digest_is_not_said_again(
    smtp_server: Postbox, walker: Walker, name: str
) -> None:
    problem_id = walker.to("handling")
    line = Line("今天到期", problem_id, "〔2026〕0001 甲公司：停水", "提交办理结果", f"/problems/{problem_id}")
    morning = queue_morning()
    reminder = queue(1, name=name, pace="digest", problem_id=problem_id, subject="【今天到期】同一件")
    unrelated = queue(1, name=name, pace="digest", subject="【今天到期】另一件")
    knows = Knowledge(waits=lambda people, now: {key: [line] for key in people})
    db.session.execute(update(Notice).where(Notice.cause.like("e%"), Notice.id < morning).values(status="dropped"))
    db.session.commit()
    assert post(TUESDAY_9, knows=knows) == Posted(sent=3)
    [digest] = smtp_server.messages
    for part in parts(digest):
        assert "【今天到期】同一件" not in part
        assert "【今天到期】另一件" in part
    assert {row(key).message_id for key in (morning, reminder, unrelated)} == {digest["Message-ID"]}


def test_a_reminder_without_a_morning_is_never_swallowed(smtp_server: Postbox) -> None:
    for _ in range(2):
        queue(1, name="due_today", pace="digest")
    assert post(TUESDAY_9, knows=KNOWS) == Posted(sent=2)
    [digest] = smtp_server.messages
    assert digest["Subject"] == "【消息汇总】新的消息 2 件"


def test_a_digest_of_one_is_an_ordinary_letter(smtp_server: Postbox) -> None:
    queue(1, name="due_today", pace="digest", subject="【今天到期】一号")
    post(TUESDAY_9)
    assert smtp_server.messages[0]["Subject"] == "【今天到期】一号"


def test_what_is_more_than_a_page_is_counted_and_left_to_the_first_page(smtp_server: Postbox) -> None:
    lines = [Line("等您办理", number, f"第{number}号", "签收", f"/problems/{number}") for number in range(40)]
    queue_morning()
    post(TUESDAY_9, knows=Knowledge(waits=lambda people, now: dict.fromkeys(people, lines)))
    [digest] = smtp_server.messages
    assert digest["Subject"] == "【每日提醒】等您办理 40 件"
    text, _ = parts(digest)
    assert "第29号" in text
    assert "第30号" not in text
    assert "其余 10 件" in text


# -- As the reader likes -----------------------------------------------------------------------------------------------


def test_who_wants_single_mails_gets_each_reminder_by_itself_and_it_is_not_said_twice(smtp_server: Postbox) -> None:
    likes_single(1)
    queue_morning()
    for number in (1, 2):
        queue(1, name="due_today", pace="digest", subject=f"【今天到期】{number}号")
    queue(1, name="commented", pace="digest", subject="【留言】一号")
    assert post(TUESDAY_9, knows=KNOWS) == Posted(sent=4)
    subjects = [message["Subject"] for message in smtp_server.messages]
    assert subjects == [
        "【每日提醒】今天到期 1 件，逾期 1 件，等您办理 1 件，新的消息 1 件",
        "【今天到期】1号",
        "【今天到期】2号",
    ]


def test_what_a_single_mail_tells_today_is_left_out_of_the_digest(smtp_server: Postbox, walker: Walker) -> None:
    likes_single(1)
    problem_id = walker.to("handling")
    db.session.execute(update(Notice).values(status="dropped"))
    line = Line("今天到期", problem_id, "〔2026〕0001 甲公司：停水", "提交办理结果", f"/problems/{problem_id}")
    queue(1, name="due_today", pace="digest", problem_id=problem_id, subject="【今天到期】一号")
    queue_morning()
    post(TUESDAY_9, knows=Knowledge(waits=lambda people, now: {key: [line, LINES[1]] for key in people}))
    assert [message["Subject"] for message in smtp_server.messages] == ["【今天到期】一号", "【每日提醒】逾期 1 件"]


@pytest.mark.parametrize("name", ["overdue", "supervise"])
def test_nobody_can_choose_to_hear_less_of_what_is_overdue(smtp_server: Postbox, name: str) -> None:
    for person in (1, 2):
        queue(person, name=name, subject="【催办通知书】一号")
    likes_single(2)
    assert post(TUESDAY_9) == Posted(sent=2)
    assert [message["Subject"] for message in smtp_server.messages] == ["【催办通知书】一号"] * 2


def likes_single(person_id: int) -> None:
    person = db.session.get(Person, person_id)
    assert person is not None
    person.reminders = "single"
    db.session.commit()


# -- Only in the hours of mail -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["2026-09-01T07:59", "2026-09-01T17:30", "2026-09-05T10:00", "2026-10-01T09:00"])
def test_what_is_late_does_not_leave_at_night_nor_on_a_day_off(smtp_server: Postbox, moment: str) -> None:
    key, urgent = queue(send_after_at=TUESDAY_9 - timedelta(days=1)), queue(2, pace="urgent")
    now = datetime.fromisoformat(f"{moment}+08:00")
    db.session.execute(update(Notice).values(send_after_at=now - MINUTE))
    db.session.commit()
    assert post(now) == Posted(sent=1)
    assert (row(key).status, row(urgent).status) == ("waiting", "sent")
    assert [message["To"].addresses[0].addr_spec for message in smtp_server.messages] == ["u2@example.org"]


def test_an_urgent_mail_that_failed_is_tried_again_at_night(smtp_server: Postbox) -> None:
    smtp_server.refuse("u1@example.org", "451 4.7.1 greylisted")
    evening = datetime(2026, 9, 1, 12, tzinfo=UTC)
    key = queue(pace="urgent", send_after_at=evening)
    assert post(evening) == Posted(retried=1)
    assert row(key).send_after_at == evening + MINUTE


# -- Looked at again ---------------------------------------------------------------------------------------------------


def test_what_is_no_longer_true_is_dropped_and_recorded(smtp_server: Postbox) -> None:
    done, still = (queue(name="due_today", pace="digest") for _ in range(2))
    assert post(TUESDAY_9, knows=Knowledge(moot=lambda rows, now: {done: "已经办理，不必再提醒"})) == Posted(
        sent=1, dropped=1
    )
    assert (row(done).status, row(done).dropped_why, row(done).sent_at) == ("dropped", "已经办理，不必再提醒", None)
    assert row(still).status == "sent"
    assert len(smtp_server.messages) == 1


def test_a_reminder_of_yesterday_lapses_but_an_escalation_goes_out(smtp_server: Postbox) -> None:
    reminder, escalation = queue(name="due_today", pace="digest"), queue(name="overdue")
    assert post(TUESDAY_9 + timedelta(days=1)) == Posted(sent=1, dropped=1)
    assert row(reminder).dropped_why == "提醒的日子已过"
    assert row(escalation).status == "sent"


def test_whoever_has_left_gets_no_mail(smtp_server: Postbox) -> None:
    key = queue(2)
    person = db.session.get(Person, 2)
    assert person is not None
    person.active = False
    db.session.commit()
    assert post(TUESDAY_9) == Posted(dropped=1)
    assert row(key).status == "dropped"
    assert smtp_server.messages == []


# -- What goes wrong ---------------------------------------------------------------------------------------------------


def test_come_again_later_is_obeyed_with_growing_pauses_until_it_has_failed(smtp_server: Postbox) -> None:
    smtp_server.refuse("u1@example.org", "451 4.7.1 greylisted")
    key = queue()
    moments, now = [], TUESDAY_9
    for _ in PAUSES:
        assert post(now) == Posted(retried=1)
        assert post(now) == Posted()
        now = row(key).send_after_at
        moments.append(f"{now.astimezone(TUESDAY_9.tzinfo):%d %H:%M}")
    assert moments == ["01 01:01", "01 01:06", "01 01:36", "01 03:36", "02 00:30"]  # six hours on it is evening
    assert post(now) == Posted(failed=1)
    assert (row(key).status, row(key).tries, row(key).server_answer) == ("failed", 6, "451 4.7.1 greylisted")


def test_a_second_try_that_works_keeps_the_good_answer(smtp_server: Postbox) -> None:
    smtp_server.refuse("u1@example.org", "451 4.7.1 greylisted")
    key = queue()
    post(TUESDAY_9)
    smtp_server.refusals.clear()
    assert post(TUESDAY_9 + MINUTE) == Posted(sent=1)
    assert (row(key).tries, row(key).server_answer) == (2, "250 OK queued as 1")


def test_a_mailbox_that_does_not_exist_fails_at_once_and_blocks_nobody(smtp_server: Postbox) -> None:
    smtp_server.refuse("u2@example.org", "550 5.1.1 no such mailbox")
    keys = [queue(person) for person in (1, 2, 3)]
    assert post(TUESDAY_9) == Posted(sent=2, failed=1)
    assert [row(key).status for key in keys] == ["sent", "failed", "sent"]
    assert row(keys[1]).server_answer == "550 5.1.1 no such mailbox"


def test_a_broken_row_blocks_nobody(smtp_server: Postbox, caplog: pytest.LogCaptureFixture) -> None:
    broken = queue(address="two@example.org\nBcc: everybody@example.org")
    good = queue(2)
    assert post(TUESDAY_9) == Posted(sent=1, failed=1)
    assert (row(broken).status, row(good).status) == ("failed", "sent")
    assert f"[{broken}]" in caplog.text


def test_a_silent_server_is_given_up_and_nothing_is_lost(smtp_server: Postbox) -> None:
    keys = [queue(person) for person in (1, 2, 3)]
    smtp_server.silent = True
    posted = post(TUESDAY_9)
    assert (posted.sent, posted.failed, posted.retried) == (0, 0, 0)
    assert "timed out" in posted.trouble
    assert [(row(key).status, row(key).tries) for key in keys] == [("waiting", 0)] * 3
    smtp_server.silent = False
    assert post(TUESDAY_9 + MINUTE) == Posted(sent=3)


def test_one_mail_that_times_out_is_tried_again_later(smtp_server: Postbox) -> None:
    key = queue()
    smtp_server.silent = True
    assert post(TUESDAY_9) == Posted(retried=1)
    assert (row(key).status, row(key).send_after_at) == ("waiting", TUESDAY_9 + MINUTE)


def test_mails_at_which_the_server_hangs_up_do_not_hold_up_the_others(smtp_server: Postbox) -> None:
    keys = [queue(person) for person in (1, 1, 2, 3)]
    smtp_server.silent = True
    post(TUESDAY_9)
    smtp_server.silent = False
    assert post(TUESDAY_9) == Posted(sent=2), "the two that went missing stand behind the others"
    assert [row(key).status for key in keys] == ["waiting", "waiting", "sent", "sent"]


def test_a_claim_lasts_from_when_it_is_made_not_from_when_the_run_began(
    smtp_server: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        queue()
    claims: list[datetime] = []
    monkeypatch.setattr(posting, "CLAIMED", 1)
    monkeypatch.setattr(posting, "time", SimpleNamespace(monotonic=itertools.count(0, 100).__next__))

    def note(rows: Any, now: datetime) -> dict[int, str]:
        claims.extend(db.session.scalars(select(Notice.claimed_until_at).where(Notice.claimed_by.is_not(None))))
        return {}

    post(TUESDAY_9, knows=Knowledge(moot=note))
    assert claims[1] - claims[0] >= timedelta(seconds=100)


@pytest.mark.parametrize("settings", [{"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": 9}])
def test_an_unreachable_server_counts_against_no_mail() -> None:
    keys = [queue(), queue(2)]
    for _ in range(8):
        posted = post(TUESDAY_9)
    assert posted.trouble
    assert [(row(key).status, row(key).tries, row(key).claimed_by) for key in keys] == [("waiting", 0, None)] * 2


def test_asked_to_stop_it_gives_back_what_it_has_not_begun(smtp_server: Postbox) -> None:
    keys = [queue() for _ in range(3)]
    answers = itertools.chain([True, True], itertools.repeat(False))
    assert post(TUESDAY_9, go_on=lambda: next(answers)) == Posted(sent=1)
    assert [row(key).claimed_by for key in keys] == [None] * 3
    assert post(TUESDAY_9) == Posted(sent=2)


# -- Several at once ---------------------------------------------------------------------------------------------------


def test_what_a_dead_process_had_claimed_is_mailed_later_under_the_same_message_id(smtp_server: Postbox) -> None:
    key = queue()
    post(TUESDAY_9)
    notice = row(key)  # as if the process had died before it could write the result
    notice.status, notice.sent_at, notice.message_id = "waiting", None, None
    notice.claimed_by, notice.claimed_until_at = "dead", TUESDAY_9 + CLAIM
    db.session.commit()
    assert post(TUESDAY_9 + MINUTE) == Posted()
    assert post(TUESDAY_9 + CLAIM) == Posted(sent=1)
    first, again = smtp_server.messages
    assert first["Message-ID"] == again["Message-ID"]


@pytest.mark.databases("postgresql")
def test_two_posts_at_once_mail_nothing_twice(app: Flask, smtp_server: Postbox) -> None:
    for _ in range(60):
        queue(1)
    for _ in range(30):
        queue(2, name="overdue_copy", pace="digest")
        queue(3, name="overdue_copy", pace="digest")
    gate = threading.Barrier(3)
    done: list[Posted] = []

    def run() -> None:
        with app.app_context():
            gate.wait()
            done.append(post(TUESDAY_9))
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each.sent for each in done) == 120
    assert len(smtp_server.messages) == 62
    assert len({m["Message-ID"] for m in smtp_server.messages}) == 62
    assert set(db.session.scalars(select(Notice.status))) == {"sent"}
