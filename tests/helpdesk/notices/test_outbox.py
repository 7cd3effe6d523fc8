"""The outbox: when a notice may leave, what it says to whom, and that nothing inside reaches the enterprise."""

from datetime import UTC, datetime

import pytest

from helpdesk.clock import calendar
from helpdesk.notices import rendering
from helpdesk.notices.models import NO_ADDRESS, WAITING
from helpdesk.notices.outbox import Letter, Origin, Reader, rows, send_after
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import Pace, Tell

LETTER = Letter(
    number="〔2026〕0001",
    title="厂区门前道路积水",
    enterprise="示例一号机械有限公司",
    state="办理中",
    round=2,
    by="李四（基础设施保障组）",
    action="首次反馈",
    answers=(("办理打算", "三天内疏通", True), ("内部说明", "管线归属有争议", False)),
    group="基础设施保障组",
    handler="王五",
    clock="签收",
    milestone="一级督办",
    due="9月2日（周三）24:00 前",
    late_days=3,
)
ORIGIN = Origin("e1", 1, "/problems/1")


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("now", "pace", "leaves"),
    [
        ("2026-09-01T10:00", Pace.AT_ONCE, "2026-09-01T10:00"),
        ("2026-09-01T07:00", Pace.AT_ONCE, "2026-09-01T08:30"),
        ("2026-09-01T17:30", Pace.AT_ONCE, "2026-09-02T08:30"),
        ("2026-09-04T20:00", Pace.AT_ONCE, "2026-09-07T08:30"),  # Friday evening
        ("2026-09-19T10:00", Pace.AT_ONCE, "2026-09-20T08:30"),  # the Sunday is a declared working day
        ("2026-09-20T10:00", Pace.AT_ONCE, "2026-09-20T10:00"),
        ("2026-02-13T18:00", Pace.AT_ONCE, "2026-02-14T08:30"),  # the Saturday before Spring Festival
        ("2026-02-14T18:00", Pace.AT_ONCE, "2026-02-24T08:30"),  # and the whole festival
        ("2026-09-01T10:00", Pace.DIGEST, "2026-09-02T08:30"),
        ("2026-09-01T08:00", Pace.DIGEST, "2026-09-01T08:30"),
        ("2026-09-30T09:00", Pace.DIGEST, "2026-10-08T08:30"),
    ],
)
def test_mails_leave_in_working_hours_of_working_days(now: str, pace: Pace, leaves: str) -> None:
    assert send_after(pace, local(now), calendar(), urgent=False) == local(leaves)


def test_urgent_ones_leave_at_once_and_catch_up_in_the_next_working_moment() -> None:
    night = local("2026-02-15T03:00")
    assert send_after(Pace.DIGEST, night, calendar(), urgent=True) == night
    day = local("2026-09-01T10:00")
    assert send_after(Pace.DIGEST, day, calendar(), urgent=False, catch_up=True) == day


def test_every_notice_of_the_table_has_a_template_and_every_template_a_notice() -> None:
    assert {tell.notice for tell in PROBLEM.tells} == rendering.names()


@pytest.mark.parametrize("name", sorted({tell.notice for tell in PROBLEM.tells}))
@pytest.mark.parametrize("role", [Role.HANDLER, Role.ENTERPRISE])
def test_every_notice_says_which_problem_it_is_about(name: str, role: Role) -> None:
    subject, body = rendering.render(name, LETTER, role)
    assert LETTER.number in subject
    assert LETTER.title in body
    assert "{" not in subject + body


@pytest.mark.parametrize("name", sorted({tell.notice for tell in PROBLEM.tells if Role.ENTERPRISE in tell.to}))
def test_the_enterprise_reads_nothing_of_the_inside(name: str) -> None:
    subject, body = rendering.render(name, LETTER, Role.ENTERPRISE)
    for inside in ("管线归属有争议", "李四", "王五", "签收", "督办"):
        assert inside not in subject + body
    assert "您" in body


def test_each_reader_gets_a_row_and_nobody_without_an_address_waits_for_a_mail() -> None:
    readers = [
        Reader(7, "张三", "zhang@example.org", Role.HANDLER),
        Reader(None, "王经理", None, Role.ENTERPRISE, link_id=3),
    ]
    tell = Tell("responded", (Role.HANDLER, Role.ENTERPRISE))
    first, second = rows(tell, readers, LETTER, ORIGIN, now=datetime(2026, 9, 1, 2, tzinfo=UTC), calendar=calendar())
    assert (first["reader"], first["status"], first["path"], first["link_id"]) == ("p7", WAITING, "/problems/1", None)
    assert (second["reader"], second["status"], second["path"], second["link_id"]) == ("l3", NO_ADDRESS, None, 3)
    assert "承办人" in first["why"]


def test_both_parts_of_a_mail_carry_the_link_and_why_it_came() -> None:
    text, html = rendering.mail_parts("甲<乙", why="您是这个问题的组长", url="http://x/problems/1", district="二道区")
    for part in (text, html):
        assert "http://x/problems/1" in part
        assert "您是这个问题的组长" in part
    assert "甲&lt;乙" in html
