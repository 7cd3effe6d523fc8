"""Policies: derived from the tables, kept as documents that come back the same, compared in words."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.days import CALENDAR
from tests.workflows.policies import laddered, limited, mark, marked, policies
from workflows.book import CLOCKS, PROCESSES
from workflows.clocks import Ticking, due, struck
from workflows.ladders import can_strike, fitted, ladder, reach
from workflows.policy import SHIPPED, applied, branches, candidates
from workflows.policy_document import PolicyError, from_document, from_kept, same, to_document
from workflows.policy_words import Pair, compared, diff, limit_words, lines
from workflows.roles import Role, Whose
from workflows.terms import Clock, Limit, Milestone, Tell, Unit

# -- The tables are the only place the process is told -----------------------------------------------------------------


def test_the_shipped_policy_says_what_the_tables_say() -> None:
    for name, clock in CLOCKS.items():
        assert SHIPPED.limits[name] == clock.limit
        assert SHIPPED.ladders[name] == clock.milestones
    for process in PROCESSES.values():
        assert applied(SHIPPED, process) is process


def test_another_policy_changes_limits_and_reminders_and_nothing_else() -> None:
    process = applied(marked("sign", "overdue", limited("sign", Limit(2)), days=2), PROCESSES["problem"])
    assert (process.states, process.actions) == (PROCESSES["problem"].states, PROCESSES["problem"].actions)
    assert process.clock("sign").limit == Limit(2)
    assert [each.days for each in process.clock("sign").milestones] == [0, 2, 5, 10]
    assert process.clock("review") == CLOCKS["review"]


def test_no_shipped_reminder_is_too_early_for_every_limit_of_its_clock() -> None:
    for clock in CLOCKS.values():
        assert all(can_strike(each, clock.limit) for each in clock.milestones), clock.name
    assert [each.name for each in CLOCKS["sign"].milestones if not each.severity] == ["due_today"]
    assert [each.name for each in CLOCKS["verify"].milestones if not each.severity] == ["due_next", "due_today"]
    assert [each.name for each in CLOCKS["handle"].milestones if not each.severity] == [
        "due_soon",
        "due_next",
        "due_today",
    ]


@given(
    st.builds(Limit, st.integers(1, 60), st.sampled_from(Unit)),
    st.integers(-12, 0),
    st.datetimes(date_min := CALENDAR.at(date(2025, 1, 2)).replace(tzinfo=None), date_min.replace(year=2026)),
)
def test_what_is_said_never_to_strike_never_does(limit: Limit, days: int, start: Any) -> None:
    from datetime import UTC, timedelta

    started_at = start.replace(tzinfo=UTC)
    found = due(started_at, limit, CALENDAR)
    reminder = Milestone("early", "早", days, ())
    clock = Clock("any", "任意", limit, ("here",), Role.HANDLER, milestones=(reminder,))
    row = Ticking(1, "any", limit, CALENDAR.day_of(started_at), found.on, found.at, started_at)
    strikes = struck(clock, row, (), found.on + timedelta(days=1), CALENDAR)
    if not can_strike(reminder, limit):
        assert strikes == ()
        assert fitted([clock])[0].milestones == ()
    if limit.unit is Unit.WORKING_DAYS:
        assert bool(strikes) is can_strike(reminder, limit)


def test_an_escalation_always_fits_and_a_reminder_fits_where_one_of_the_limits_is_long_enough() -> None:
    assert can_strike(Milestone("overdue", "催办", 1, (), severity=1), Limit(1, Unit.HOURS))
    rule = CLOCKS["respond"].limit
    assert can_strike(Milestone("due_next", "明日", -1, ()), rule)
    assert not can_strike(Milestone("due_soon", "将到期", -3, ()), rule)
    assert reach(Limit(24, Unit.HOURS)) == 1
    assert reach(Limit(25, Unit.HOURS)) == 2


# -- Documents ---------------------------------------------------------------------------------------------------------


@given(policies())
def test_a_policy_comes_back_from_its_document_as_it_was(policy: Any) -> None:
    document = json.loads(json.dumps(to_document(policy), ensure_ascii=False))
    again = from_document(document)
    assert to_document(again) == document == to_document(from_kept(document))
    assert (again.limits, again.ladders, again.mail_hours) == (policy.limits, policy.ladders, policy.mail_hours)
    assert (again.name, again.soon_days, again.long_days) == (policy.name, policy.soon_days, policy.long_days)


def broken(*path: Any, to: Any) -> dict[str, Any]:
    document = deepcopy(to_document(SHIPPED))
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return document


@pytest.mark.parametrize(
    ("document", "place", "words"),
    [
        ("no mapping", "文件", "一组名称和值"),
        (broken("soon_days", to=None), "文件", "缺少“soon_days”"),
        (broken("extra", to=1), "文件", "不认识“extra”"),
        (broken("name", to=" "), "名称", "一行文字"),
        (broken("name", to="长" * 61), "名称", "最多 60 个字"),
        (broken("soon_days", to=3.5), "黄灯天数", "整数"),
        (broken("long_days", to=True), "紫灯天数", "整数"),
        (broken("long_days", to=10_000), "紫灯天数", "不能超过"),
        (broken("limits", to=[]), "时限", "一组名称和值"),
        (broken("limits", "sign", to=None), "时限", "缺少“sign”"),
        (broken("limits", "nap", to={}), "时限", "不认识“nap”"),
        (broken("limits", "sign", "amount", to="1"), "时限·签收", "整数"),
        (broken("limits", "sign", "unit", to="weeks"), "时限·签收", "不在可选的值里"),
        (broken("limits", "handle", "major", to=None), "时限·办理", "缺少“major”"),
        (broken("limits", "handle", "major", "amount", to=None), "时限·办理（handle）·重大", "缺少“amount”"),
        (broken("limits", "review_date", "most", to="x"), "时限·复核", "整数"),
        (broken("ladders", "sign", to={}), "提醒和督办·签收", "列表"),
        (broken("ladders", "sign", 1, "days", to="1"), "提醒和督办·签收（sign）第 2 项·天数", "整数"),
        (broken("ladders", "sign", 0, "name", to="今日"), "提醒和督办·签收（sign）第 1 项·名称", "小写英文"),
        (broken("ladders", "sign", 0, "label", to="长" * 31), "第 1 项·叫法", "最多 30 个字"),
        (broken("ladders", "sign", 0, "tells", 0, "to", 0, to="boss"), "通知第 1 项·对象第 1 项", "“boss”不在"),
        (broken("ladders", "sign", 0, "tells", 0, "to", 0, to="system"), "对象第 1 项", "“system”不在"),
        (broken("ladders", "sign", 0, "tells", 0, "pace", to="soon"), "快慢", "“soon”不在"),
        (broken("mail_hours", to=[["8:30"]]), "发信时间第 1 项", "开始和结束"),
        (broken("mail_hours", to=[["8:30", "25:00"]]), "发信时间第 1 项", "开始和结束"),
    ],
)
def test_what_is_wrong_with_a_document_is_said_with_its_place(document: Any, place: str, words: str) -> None:
    with pytest.raises(PolicyError) as refused:
        from_document(document)
    assert any(place in each.partition("：")[0] and words in each for each in refused.value.complaints)
    assert len(refused.value.complaints) == 1


def test_all_complaints_come_at_once() -> None:
    document = broken("soon_days", to="x")
    document["limits"]["sign"]["amount"] = "y"
    document["mail_hours"] = "z"
    with pytest.raises(PolicyError) as refused:
        from_document(document)
    assert len(refused.value.complaints) == 3


def test_a_kept_version_is_read_also_when_the_tables_have_changed_since() -> None:
    kept = to_document(limited("sign", Limit(4)))
    kept["limits"]["a_clock_of_old"] = {"amount": 1, "unit": "working_days"}
    del kept["limits"]["close"]
    kept["limits"]["handle"] = {"amount": 9, "unit": "working_days"}
    kept["ladders"]["sign"][0]["tells"][0]["to"] = ["a_role_of_old"]
    policy = from_kept(kept)
    assert policy.limits["sign"] == Limit(4)
    for name in ("close", "handle"):
        assert policy.limits[name] == CLOCKS[name].limit
    assert policy.ladders["sign"] == CLOCKS["sign"].milestones


# -- In words, side by side --------------------------------------------------------------------------------------------


def test_the_same_policy_differs_in_nothing() -> None:
    assert diff(SHIPPED, from_document(to_document(SHIPPED))) == ()
    assert all(not pair.differs for pair in compared(SHIPPED, SHIPPED))


def test_a_difference_is_told_in_words_on_both_sides() -> None:
    assert diff(SHIPPED, limited("handle", Limit(10), "ordinary")) == (
        Pair("时限", "办理·一般", "7 个工作日", "10 个工作日"),
    )
    assert diff(SHIPPED, marked("handle", "due_soon", days=-5)) == (
        Pair(
            "提醒和督办",
            "办理·将到期提醒",
            "到期前 3 个工作日；当前责任人（随每日摘要）",
            "到期前 5 个工作日；当前责任人（随每日摘要）",
        ),
    )
    without = laddered("sign", *SHIPPED.ladders["sign"][:-1])
    (gone,) = diff(SHIPPED, without)
    assert (gone.label, gone.after) == ("签收·二级督办", None)
    assert gone.before
    (back,) = diff(without, SHIPPED)
    assert (back.before, back.after) == (None, gone.before)
    hours = replace(SHIPPED, mail_hours=((time(8, 30), time(11, 30)), (time(13, 30), time(17))))
    assert diff(SHIPPED, hours) == (Pair("发信时间", "工作日", "8:30–17:30", "8:30–11:30、13:30–17:00"),)


def test_what_no_form_can_change_still_shows_when_a_file_changed_it() -> None:
    tell = Tell("overdue", (Whose.TURN,))
    for changed in (
        marked("sign", "due_today", severity=1),
        marked("sign", "due_today", label="最后一天"),
        marked("sign", "due_today", tells=(replace(mark(SHIPPED, "sign", "due_today").tells[0], notice="overdue"),)),
        laddered("evaluate", *SHIPPED.ladders["evaluate"], Milestone("one_more", "再提醒", 0, (tell,))),
    ):
        assert diff(SHIPPED, changed)


@given(policies(), policies())
def test_two_policies_differ_in_words_exactly_when_they_differ(one: Any, other: Any) -> None:
    unlike = {
        name
        for name in CLOCKS
        for part in ("limits", "ladders")
        if getattr(one, part)[name] != getattr(other, part)[name]
    }
    unlike |= {
        name
        for name in ("soon_days", "long_days", "mail_hours", "weights")
        if getattr(one, name) != getattr(other, name)
    }
    assert bool(unlike) is not same(one, other)
    if not unlike:
        assert diff(one, other) == ()


def test_every_rule_has_a_line_and_no_two_have_the_same_key() -> None:
    keys = [line.key for line in lines(SHIPPED)]
    assert len(keys) == len(set(keys))
    limits = sum(len(branches(clock.limit)) for clock in CLOCKS.values())
    assert (
        len(keys) == limits + sum(len(clock.milestones) for clock in CLOCKS.values()) + 5
    )  # lamps, weights, mailing hours


def test_limits_are_said_as_people_say_them() -> None:
    assert limit_words(CLOCKS["sign"]) == "1 个工作日"
    assert limit_words(CLOCKS["respond"]) == "紧急 1 小时；其他 3 个工作日"
    assert limit_words(CLOCKS["handle"]) == "一般 7 个工作日；复杂 20 个工作日；重大 30 个工作日；再次办理 5 个工作日"
    assert limit_words(CLOCKS["review_date"]) == "自定日期，最长 30 天"


def test_a_clock_can_be_given_every_milestone_of_its_kind() -> None:
    plain = [each.name for each in ladder(None)]
    assert [each.name for each in candidates("sign")] == plain
    assert candidates("sign")[3] == mark(SHIPPED, "sign", "overdue")
    assert [each.name for each in candidates("evaluate")] == ["evaluate_soon"]
