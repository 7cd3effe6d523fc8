"""What is asked of whom, and which answers are refused in which words."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.workflows.days import at, day
from tests.workflows.wishes import NOW, TODAY, answers
from workflows import fields as ask
from workflows.answers import complaints
from workflows.engine import Decision, Missing, decide, offers
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import Case, Field, Kind

LINE = Field("line", "一行字", Kind.LINE, shortest=2, longest=5)


def complaint(field: Field, value: Any, today: date = TODAY) -> str | None:
    return complaints((field,), {field.name: value}, today, lenient=False).get(field.name)


@pytest.mark.parametrize("empty", [None, "", "   ", "\n", []])
def test_nothing_and_blanks_are_no_answer(empty: Any) -> None:
    assert complaint(LINE, empty) == "请填写“一行字”"
    assert complaint(replace(LINE, required=False), empty) is None


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (ask.URGENCY, "请选择“紧急程度”"),
        (ask.GROUP, "请选择“责任组”"),
        (ask.EXPECTED_ON, "请选择“预计办结日期”"),
        (ask.FILES_WANTED, "请上传“照片和附件”"),
        (ask.TITLE, "请填写“问题标题”"),
    ],
)
def test_the_verb_fits_the_kind_of_question(field: Field, words: str) -> None:
    assert complaint(field, None) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("一", "请写明“一行字”，至少 2 个字"),
        (" 一 ", "请写明“一行字”，至少 2 个字"),
        ("一二", None),
        ("一二三四五", None),
        ("  一二三四五  ", None),
        ("一二三四五六", "“一行字”最多 5 个字，现在有 6 个"),
    ],
)
def test_too_short_and_too_long_are_told_with_the_number(text: str, words: str | None) -> None:
    assert complaint(LINE, text) == words


def test_a_choice_that_is_not_on_the_list_is_refused() -> None:
    assert complaint(ask.SATISFACTION, "delighted") == "“您满意吗？”没有这个选项，请重新选择"
    assert complaint(ask.SATISFACTION, "fair") is None


@pytest.mark.parametrize(("days", "words"), [(-1, "要晚于今天"), (0, "要晚于今天"), (1, None)])
def test_a_day_to_come_comes_after_today(days: int, words: str | None) -> None:
    said = complaint(ask.EXPECTED_ON, TODAY + timedelta(days))
    assert (said is None) if words is None else (said is not None and words in said)


@pytest.mark.parametrize(("days", "words"), [(-1, None), (0, None), (1, "不能晚于今天")])
def test_a_day_gone_by_is_today_at_the_latest(days: int, words: str | None) -> None:
    said = complaint(ask.VISIT_ON, TODAY + timedelta(days))
    assert (said is None) if words is None else (said is not None and words in said)


def test_a_moment_is_judged_by_its_day_in_beijing() -> None:
    today = day("2026-11-23")
    assert complaint(ask.CALLED_AT, at("2026-11-23", "23:59"), today) is None
    assert complaint(ask.CALLED_AT, at("2026-11-24", "00:00"), today) == "“回访时间”不能晚于今天"


def test_a_question_that_depends_on_another_answer_is_only_then_missed() -> None:
    asked = (ask.REACHED, ask.CALL_SOLVED)
    assert complaints(asked, {"reached": "no"}, TODAY, lenient=False) == {}
    assert set(complaints(asked, {"reached": "yes"}, TODAY, lenient=False)) == {"solved"}
    assert set(complaints(asked, {}, TODAY, lenient=False)) == {"reached"}


def test_a_lenient_act_takes_less_but_not_what_is_wrong() -> None:
    assert complaints((LINE, ask.TITLE), {"title": "短"}, TODAY, lenient=True) == {}
    assert set(complaints((LINE, ask.TITLE), {"title": "长" * 61}, TODAY, lenient=True)) == {"title"}


def questions_of(name: str, state: str, role: Role) -> set[str]:
    found = offers(PROBLEM, Case(state, has_group=True), roles={role}, actor=None, now=NOW, today=TODAY)
    return {field.name for offer in found if offer.action.name == name for field in offer.fields}


def test_a_new_group_is_asked_for_in_an_elevation_only() -> None:
    assert "group" in questions_of("instruct", "elevated", Role.LEADER)
    assert questions_of("instruct", "handling", Role.LEADER) == {"instruction"}


def test_the_next_review_is_asked_for_where_a_review_runs() -> None:
    assert "review_on" in questions_of("progress", "suspended", Role.HANDLER)
    assert "review_on" in questions_of("progress", "referred", Role.DISPATCHER)
    assert "review_on" not in questions_of("progress", "handling", Role.HANDLER)


def test_the_enterprise_is_not_asked_to_whom_its_words_are_shown() -> None:
    assert questions_of("comment", "handling", Role.ENTERPRISE) == {"comment"}
    assert questions_of("comment", "handling", Role.REPORTER) == {"comment", "shown"}


def suspended_until(on: date) -> Decision:
    given = answers(PROBLEM.action("suspend"), review_on=on)
    lead = {Role.DISPATCH_LEAD}
    return decide(
        PROBLEM, Case("handling"), "suspend", roles=lead, actor=1, given=given, now=NOW, today=TODAY, via="request"
    )


def test_a_review_lies_thirty_days_ahead_at_most() -> None:
    assert suspended_until(TODAY + timedelta(30)).keeps["review_on"] == TODAY + timedelta(30)
    with pytest.raises(Missing) as refused:
        suspended_until(TODAY + timedelta(31))
    assert refused.value.errors == {"review_on": "最迟 30 天之内"}


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Missing) as refused:
        decide(PROBLEM, Case("closing"), "close", roles={Role.SUPERVISOR}, actor=1, given={}, now=NOW, today=TODAY)
    assert str(refused.value) == "请选择“销号依据”；请填写“销号意见”"


def test_every_choice_can_be_told_from_the_others() -> None:
    for field in {field for action in PROBLEM.actions for field in action.asks}:
        assert len(set(field.choice_values)) == len(field.choices)
        assert len({label for _, label in field.choices}) == len(field.choices)
        assert bool(field.choices) is (field.kind in (Kind.CHOICE, Kind.YES_NO)), field.name
