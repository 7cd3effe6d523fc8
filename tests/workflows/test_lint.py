"""What is wrong with a policy is said before anybody is bound by it, with its place; what ships is clean."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from hypothesis import given

from tests.workflows.policies import laddered, limited, mark, marked, policies
from workflows.lint import Finding, House, errors, lint
from workflows.policy import SHIPPED, Policy, Weights
from workflows.roles import Role, Whose
from workflows.terms import Limit, Milestone, Pace, Tell, Unit

HOUSE = House(
    notices={"due_soon", "due_today", "overdue", "overdue_copy", "supervise", "supervise_copy", "please_evaluate_soon"},
    for_enterprise={"please_evaluate_soon"},
)
TURN = (Tell("due_soon", (Whose.TURN,)),)


def said(policy: Policy, house: House = HOUSE) -> list[tuple[bool, str, str]]:
    return [(each.error, each.place, each.words) for each in lint(policy, house)]


def hours(*windows: tuple[str, str]) -> Policy:
    return replace(SHIPPED, mail_hours=tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in windows))


def test_what_ships_is_clean() -> None:
    assert lint(SHIPPED, HOUSE) == ()


ERRORS: dict[str, tuple[Policy, str, str]] = {
    "limit 0": (limited("sign", Limit(0)), "签收", "时限是 0"),
    "negative limit": (limited("handle", Limit(-3), "major"), "办理·重大", "时限是 -3"),
    "absurd limit": (limited("sign", Limit(2000)), "签收", "太长"),
    "absurd hours": (limited("respond", Limit(5000, Unit.HOURS), "urgent"), "首次反馈·紧急", "太长"),
    "a day nobody can choose": (limited("review_date", Limit(0, Unit.NATURAL_DAYS), "most"), "复核·最长", "时限是 0"),
    "a reminder before the start": (
        laddered("sign", Milestone("due_next", "明日到期提醒", -1, TURN), *SHIPPED.ladders["sign"]),
        "签收·明日到期提醒",
        "永远不会发出",
    ),
    "a reminder before the start of a short limit": (
        limited("verify", Limit(1)),
        "撤回核实·明日到期提醒",
        "永远不会发出",
    ),
    "an escalation before the due day": (marked("sign", "overdue", days=-1), "签收·催办通知书", "天数至少是 1"),
    "a ladder that goes down in days": (marked("sign", "overdue", days=6), "签收", "日子却更早"),
    "a ladder that goes down in severity": (marked("sign", "supervised", severity=0), "签收", "级别却更低"),
    "two on one day": (marked("sign", "supervised", days=1), "签收", "在同一天"),
    "two of one name": (marked("sign", "supervised", name="overdue"), "签收", "有 2 个"),
    "negative severity": (marked("sign", "due_today", severity=-1), "签收·今日到期", "级别不能是负数"),
    "no notice": (marked("sign", "overdue", tells=()), "签收·催办通知书", "没有告知任何人"),
    "no recipient": (marked("sign", "overdue", tells=(Tell("overdue", ()),)), "签收·催办通知书", "没有告知任何人"),
    "one notice without recipient": (
        marked("sign", "overdue", tells=(Tell("overdue", (Whose.TURN,)), Tell("overdue_copy", ()))),
        "签收·催办通知书",
        "没有写发给谁",
    ),
    "unknown notice": (
        marked("sign", "overdue", tells=(Tell("hurry", (Whose.TURN,)),)),
        "签收·催办通知书",
        "没有叫“hurry”",
    ),
    "nothing for the enterprise": (
        marked("sign", "overdue", tells=(Tell("overdue", (Role.ENTERPRISE,)),)),
        "签收·催办通知书",
        "企业收不到",
    ),
    "negative yellow": (replace(SHIPPED, soon_days=-1), "黄灯", "不能是负数"),
    "negative purple": (replace(SHIPPED, long_days=-1), "紫灯", "不能是负数"),
    "everything yellow": (replace(SHIPPED, soon_days=99), "黄灯", "没有意义"),
    "purple never": (replace(SHIPPED, long_days=100), "紫灯", "没有意义"),
    "weights that are no hundred": (replace(SHIPPED, weights=Weights(response=20)), "综合权重", "应当是 100"),
    "a negative weight": (replace(SHIPPED, weights=Weights(-10, 60, 50)), "综合权重", "负数"),
    "fair above satisfied": (replace(SHIPPED, weights=Weights(fair=110)), "综合权重", "不能比满意还多"),
    "no mailing hours": (hours(), "发信时间", "永远发不出去"),
    "an empty window": (hours(("08:30", "08:30")), "发信时间", "是空的"),
    "closing before opening": (hours(("17:30", "08:30")), "发信时间", "还没开始就结束"),
    "overlapping windows": (hours(("13:00", "17:00"), ("08:30", "13:30")), "发信时间", "重叠"),
    "nothing ever strikes": (replace(SHIPPED, ladders=dict.fromkeys(SHIPPED.ladders, ())), "提醒和督办", "形同虚设"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case: str) -> None:
    policy, place, words = ERRORS[case]
    assert any(error and where == place and words in what for error, where, what in said(policy)), said(policy)


DOUBTS: dict[str, tuple[Policy, str, str]] = {
    "a long limit": (limited("handle", Limit(150), "major"), "办理·重大", "很长"),
    "a clock nobody is reminded of": (laddered("sign"), "签收", "没有人知道"),
    "a clock that lapses in silence": (laddered("evaluate"), "评价", "没有任何提醒"),
    "days before a limit in hours": (
        laddered(
            "elevate",
            Milestone("due_next", "明日到期提醒", -1, TURN),
            policy=limited("elevate", Limit(72, Unit.HOURS)),
        ),
        "提级协调·明日到期提醒",
        "按小时计",
    ),
    "far away": (marked("sign", "supervised_again", days=70), "签收·二级督办", "请核对"),
    "twice the same": (
        marked("sign", "overdue", tells=(Tell("overdue", (Whose.TURN, Whose.TURN)),)),
        "签收·催办通知书",
        "写了 2 次",
    ),
    "never green": (replace(SHIPPED, soon_days=30), "黄灯", "没有绿灯"),
    "never red": (replace(SHIPPED, long_days=0), "紫灯", "红灯几乎不出现"),
    "mails at night": (hours(("06:00", "22:30")), "发信时间", "夜里"),
    "reminders only": (
        replace(
            SHIPPED,
            ladders={name: tuple(one for one in marks if not one.severity) for name, marks in SHIPPED.ladders.items()},
        ),
        "提醒和督办",
        "只有提醒",
    ),
}


@pytest.mark.parametrize("case", DOUBTS)
def test_doubts_do_not_keep_from_publishing(case: str) -> None:
    policy, place, words = DOUBTS[case]
    found = said(policy)
    assert any(not error and where == place and words in what for error, where, what in found), found
    assert [each for each in found if each[0]] == []


def test_a_role_nobody_holds_is_a_doubt_and_an_error_where_nobody_else_is_told() -> None:
    vacant = replace(HOUSE, held=set(Role) - {Role.LEADER})
    found = lint(SHIPPED, vacant)
    assert found
    assert {(each.error, "分管领导" in each.words) for each in found} == {(False, True)}
    alone = marked("sign", "overdue", tells=(Tell("overdue", (Role.LEADER,)),))
    assert (True, "签收·催办通知书", "只告知分管领导，而现在没有人担任") in said(alone, vacant)
    assert errors(lint(alone, HOUSE)) == ()


def test_a_reminder_that_one_of_the_limits_leaves_room_for_is_fine() -> None:
    assert mark(SHIPPED, "respond", "due_next").days == -1  # urgent ones have an hour, the others three days
    assert said(marked("handle", "due_soon", days=-6)) == []  # 再次办理 has five days, 一般 seven
    assert said(marked("handle", "due_soon", days=-30))[0][0] is True


def test_a_finding_says_where_it_is_to_be_corrected_and_errors_come_first() -> None:
    policy = limited("sign", Limit(0), policy=replace(SHIPPED, long_days=0))
    first, *others = lint(policy, HOUSE)
    assert first.clock == "sign"
    assert [each.error for each in (first, *others)] == sorted((each.error for each in (first, *others)), reverse=True)
    assert str(first).startswith("错误 签收：")
    assert any(each.clock is None and str(each).startswith("警告 紫灯：") for each in others)


def test_notices_are_looked_at_only_where_they_are_known() -> None:
    policy = marked("sign", "overdue", tells=(Tell("hurry", (Whose.TURN,), Pace.DIGEST),))
    assert lint(policy, House()) == ()


@given(policies())
def test_any_policy_at_all_is_judged_without_an_end_of_the_world(policy: Any) -> None:
    found = lint(policy, HOUSE)
    assert all(isinstance(each, Finding) and each.words and each.place for each in found)
    assert [each.error for each in found] == sorted((each.error for each in found), reverse=True)
