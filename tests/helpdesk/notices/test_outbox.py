"""The outbox: when a notice may leave, what it says to whom, and that nothing inside reaches the enterprise."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices import rendering
from helpdesk.notices.hours import next_digest, next_mailing_time
from helpdesk.notices.models import NO_ADDRESS, WAITING, Notice
from helpdesk.notices.outbox import Letter, Reader, rows, write
from helpdesk.org.models import Person
from tests.walking import Walker
from workflows.book import PROCESSES
from workflows.messages import MESSAGES
from workflows.problem import PROBLEM
from workflows.roles import Role, Whose
from workflows.terms import Pace, Tell

LETTER = Letter(
    number="〔2026〕0001",
    title="厂区门前道路积水",
    enterprise="示例一号机械有限公司",
    state="办理中",
    round=2,
    by="李四（调度室）",
    action="首次反馈",
    answers=(("办理打算", "三天内疏通", True), ("内部说明", "管线归属有争议", False)),
    group="基础设施保障组",
    handler="王五",
    clock="签收",
    milestone="一级督办",
    due="9月2日（周三）24:00 前",
    late_days=3,
)
TUESDAY_10 = datetime(2026, 9, 1, 2, tzinfo=UTC)
HANDLER = Reader(7, "张三", "zhang@example.org", Role.HANDLER)
ENTERPRISE = Reader(None, "王经理", "wang@example.org", Role.ENTERPRISE, link_id=3)
NAMES = sorted({tell.notice for tell in PROBLEM.tells})
FOR_OFFICE = [name for name in NAMES if rendering.FOR_OFFICE in rendering.template_of(name).blocks]


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def told(tell: Tell, *readers: Reader, now: datetime = TUESDAY_10, **how: Any) -> list[dict[str, Any]]:
    about: dict[str, Any] = {"cause": "e1", "problem_id": 1, "path": "/problems/1", "calendar": calendar()}
    return rows(tell, readers, LETTER, now=now, **(about | how))


# -- When --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2026-09-01T10:00", "2026-09-01T10:00"),
        ("2026-09-01T08:30", "2026-09-01T08:30"),
        ("2026-09-01T07:00", "2026-09-01T08:30"),
        ("2026-09-01T17:29", "2026-09-01T17:29"),
        ("2026-09-01T17:30", "2026-09-02T08:30"),
        ("2026-09-04T20:00", "2026-09-07T08:30"),  # Friday evening
        ("2026-09-19T10:00", "2026-09-20T08:30"),  # the Sunday is a declared working day
        ("2026-09-20T10:00", "2026-09-20T10:00"),
        ("2026-02-13T18:00", "2026-02-14T08:30"),  # the Saturday before Spring Festival
        ("2026-02-14T18:00", "2026-02-24T08:30"),  # and the whole festival
    ],
)
def test_what_leaves_at_once_leaves_in_working_hours_of_working_days(now: str, leaves: str) -> None:
    assert next_mailing_time(local(now), calendar()) == local(leaves)
    [row] = told(Tell("signed", (Role.HANDLER,)), HANDLER, now=local(now))
    assert (row["send_after_at"], row["pace"]) == (local(leaves), "at_once")


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2026-09-01T10:00", "2026-09-02T08:30"),
        ("2026-09-01T08:30", "2026-09-01T08:30"),
        ("2026-09-01T00:01", "2026-09-01T08:30"),
        ("2026-09-30T09:00", "2026-10-08T08:30"),  # National Day
    ],
)
def test_a_digest_leaves_on_the_next_morning_of_a_working_day(now: str, leaves: str) -> None:
    assert next_digest(local(now), calendar()) == local(leaves)
    [row] = told(Tell("approved", (Role.HANDLER,), Pace.DIGEST), HANDLER, now=local(now))
    assert (row["send_after_at"], row["pace"]) == (local(leaves), "digest")


def test_what_is_urgent_leaves_at_night_too_but_copies_wait_for_the_day() -> None:
    night = local("2026-02-15T03:00")
    [row] = told(Tell("signed", (Role.HANDLER,)), HANDLER, now=night, urgent=True)
    assert row["send_after_at"] == night
    [copy] = told(Tell("approved", (Role.HANDLER,), Pace.DIGEST), HANDLER, now=night, urgent=True)
    assert copy["send_after_at"] == local("2026-02-24T08:30")


def test_a_reminder_that_missed_the_morning_is_not_kept_until_it_is_wrong() -> None:
    [row] = told(
        Tell("due_today", (Whose.TURN,), Pace.DIGEST), HANDLER, now=local("2026-09-01T09:10"), clock_id=5, cause="s5"
    )
    assert (row["send_after_at"], row["pace"]) == (local("2026-09-01T09:10"), "digest")


def test_after_an_outage_people_get_one_mail_and_enterprises_their_own_in_the_next_mailing_time() -> None:
    person, firm = told(
        Tell("closed", (Role.HANDLER, Role.ENTERPRISE)),
        HANDLER,
        ENTERPRISE,
        now=local("2026-09-05T10:00"),
        urgent=True,
        catch_up=True,
    )
    assert (person["pace"], firm["pace"]) == ("digest", "at_once")
    assert {row["send_after_at"] for row in (person, firm)} == {local("2026-09-07T08:30")}


# -- What ---------------------------------------------------------------------------------------------------------------


def test_every_notice_and_message_has_a_template_and_every_template_one_of_them() -> None:
    told = {tell.notice for process in PROCESSES.values() for tell in process.tells}
    assert rendering.names() == told | set(MESSAGES)


@pytest.mark.parametrize("tell", PROBLEM.tells, ids=lambda tell: tell.notice)
def test_a_notice_has_words_for_everybody_it_is_meant_for(tell: Tell) -> None:
    blocks = rendering.template_of(tell.notice).blocks
    assert (Role.ENTERPRISE in tell.to) <= (rendering.FOR_ENTERPRISE in blocks)
    assert (set(tell.to) != {Role.ENTERPRISE}) <= (rendering.FOR_OFFICE in blocks)


@pytest.mark.parametrize("name", NAMES)
def test_a_notice_without_a_recipient_outside_has_no_words_for_outside(name: str) -> None:
    outside = any(Role.ENTERPRISE in tell.to for tell in PROBLEM.tells if tell.notice == name)
    assert (rendering.FOR_ENTERPRISE in rendering.template_of(name).blocks) == outside


@pytest.mark.parametrize("name", FOR_OFFICE)
@pytest.mark.parametrize("role", [Role.HANDLER, Role.GROUP_LEAD, Role.SUPERVISOR, Role.REPORTER])
def test_every_notice_for_the_office_says_which_problem_and_what_to_do(name: str, role: Role) -> None:
    words = rendering.Wording(name, LETTER).for_role(role)
    assert words is not None
    assert words.subject.startswith("【")
    assert words.subject.endswith(f"】{LETTER.number} {LETTER.enterprise}：{LETTER.title}")
    assert len(words.body) > 10
    assert "{" not in words.body
    assert words.body.endswith(("。", "！"))


@pytest.mark.parametrize("name", sorted({tell.notice for tell in PROBLEM.tells if Role.ENTERPRISE in tell.to}))
def test_the_enterprise_reads_nothing_of_the_inside(name: str) -> None:
    words = rendering.Wording(name, LETTER).for_role(Role.ENTERPRISE)
    assert words is not None
    for inside in ("管线归属有争议", "内部说明", "李四", "王五", "签收", "督办", "挂账", "销号", "并案"):
        assert inside not in words.subject + words.body
    assert "您" in words.body
    assert LETTER.title in words.body


def test_a_notice_that_has_no_words_for_outside_is_never_written_for_the_enterprise() -> None:
    assert told(Tell("urged", (Whose.TURN,)), ENTERPRISE) == []


def test_public_answers_reach_both_and_internal_ones_the_office_only() -> None:
    person, firm = told(Tell("responded", (Role.ENTERPRISE, Role.REPORTER)), HANDLER, ENTERPRISE)
    assert "三天内疏通" in person["body"]
    assert "管线归属有争议" in person["body"]
    assert "三天内疏通" in firm["body"]


@pytest.mark.parametrize(
    "state", ["assigned", "closed", "calling_back", "referred", "withdrawn", "terminated", "merged"]
)
@pytest.mark.databases("sqlite")
def test_no_notice_on_the_way_has_a_hole_in_it(walker: Walker, state: str) -> None:
    walker.to(state)
    told = db.session.execute(select(Notice.name, Notice.subject, Notice.body)).all()
    assert told
    assert [name for name, subject, body in told if "None" in subject + body] == []


def test_what_was_just_named_stands_in_the_notice(walker: Walker) -> None:
    walker.to("handling")
    bodies = dict(db.session.execute(select(Notice.name, Notice.body)).all())
    assert "交办给基础设施保障组" in bodies["assigned"]
    assert "基础设施保障组已签收，承办人某handler" in bodies["signed_copy"]


def test_a_title_of_many_lines_cannot_break_the_subject() -> None:
    letter = Letter(**{**LETTER.__dict__, "title": "第一行\nBcc: x@example.org\r\n" + "长" * 300})
    [row] = rows(
        Tell("signed", (Role.HANDLER,)),
        [HANDLER],
        letter,
        cause="e1",
        problem_id=1,
        path="/",
        now=TUESDAY_10,
        calendar=calendar(),
    )
    assert len(row["subject"]) == 200
    assert row["subject"].splitlines() == [row["subject"]]


# -- Who ---------------------------------------------------------------------------------------------------------------


def test_each_reader_gets_a_row_and_nobody_without_an_address_waits_for_a_mail() -> None:
    silent = Reader(None, "王经理", None, Role.ENTERPRISE, link_id=3)
    first, second = told(Tell("responded", (Role.HANDLER, Role.ENTERPRISE)), HANDLER, silent)
    assert (first["reader"], first["status"], first["path"], first["link_id"]) == ("p7", WAITING, "/problems/1", None)
    assert (second["reader"], second["status"], second["path"], second["link_id"]) == ("l3", NO_ADDRESS, None, 3)
    assert "承办人" in first["why"]


def test_the_same_person_is_not_told_twice_of_the_same_cause(app: Flask) -> None:
    with app.app_context():
        db.session.add(Person(id=7, username="zhang", name="张三", fs_uniquifier="x"))
        db.session.commit()
        once = told(Tell("signed", (Role.HANDLER,)), HANDLER, problem_id=None)
        write(once)
        db.session.commit()
        with pytest.raises(IntegrityError):
            write(once)
        db.session.rollback()
        write(told(Tell("signed", (Role.HANDLER,)), HANDLER, problem_id=None, cause="e2"))
        db.session.commit()


def test_next_years_days_are_counted_too() -> None:
    assert next_digest(local("2026-12-31T18:00"), calendar()).astimezone(calendar().zone).date() >= date(2027, 1, 1)
