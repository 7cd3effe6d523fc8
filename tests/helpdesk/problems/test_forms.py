"""Forms made from the table: every kind of answer is read back typed, and what cannot be read is said beside it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from helpdesk import clock
from helpdesk.forms import ActionForm, Choices, answers_of, blame, form_for, typed_words, values
from tests.visitors import at
from workflows.answers import complaints
from workflows.engine import Missing
from workflows.problem import PROBLEM
from workflows.terms import Field, Kind

TODAY = date(2026, 9, 1)
ENTERPRISES = {7: "示例一号机械有限公司", 8: "示例二号面粉有限公司"}
CHOICES = Choices(
    groups=[(1, "基础设施保障组"), (2, "营商环境组")],
    handlers=[(30 + n, f"承办人{n}") for n in range(9)],
    enterprise_named=lambda words: next((key for key, name in ENTERPRISES.items() if name == words), None),
    enterprise_name=ENTERPRISES.get,
    enterprises_url="/enterprises/find.json",
    problem_numbered=lambda number: 5 if number == "〔2026〕0001" else None,
)


@pytest.fixture(autouse=True)
def _request(tmp_path: Path) -> Iterator[None]:
    """Forms want an application around them, but no database."""
    app = Flask(__name__, template_folder=str(Path(clock.__file__).parent / "templates"))
    app.config.update(SECRET_KEY="s", WTF_CSRF_ENABLED=False)
    with app.test_request_context():
        yield


def asked(kind: Kind, **more: Any) -> Field:
    """One question."""
    return Field("q", "问题", kind, **more)


def sent(*questions: Field, **fields: str | list[str]) -> ActionForm:
    """A form with these questions, as it comes back from a browser."""
    return form_for(questions, choices=CHOICES)(formdata=MultiDict(fields))


def answer(question: Field, **fields: str) -> Any:
    """What one question is answered with."""
    return answers_of(sent(question, **fields), (question,), today=TODAY, lenient=False)["q"]


def complaint(question: Field, **fields: str) -> str:
    """What is said beside one question, by the form or else by the rules."""
    try:
        given = answers_of(sent(question, **fields), (question,), today=TODAY, lenient=False)
    except Missing as missing:
        return missing.errors["q"]
    return complaints((question,), given, TODAY, lenient=False)["q"]


@pytest.mark.parametrize("action", PROBLEM.actions, ids=lambda action: action.name)
def test_every_action_has_a_form_that_can_be_drawn(action: Any) -> None:
    from flask import render_template_string

    form = form_for(action.asks, choices=CHOICES)(formdata=None)
    page = render_template_string(
        '{% from "macros/fields.html" import render_fields with context %}{{ render_fields(form) }}', form=form
    )
    for question in action.asks:
        assert f'name="{question.name}"' in page
        assert question.label in page


@pytest.mark.parametrize(
    "words", ["2026-03-05", "2026/3/5", "2026年3月5日", "20260305", "２０２６-03-05", " 2026.3.5 "]
)
def test_days_are_understood_as_people_write_them(words: str) -> None:
    assert answer(asked(Kind.DAY), q=words) == date(2026, 3, 5)


@pytest.mark.parametrize("words", ["昨天", "2026-13-01", "2026-02-30", "5", "2026-03-05x"])
def test_a_day_that_cannot_be_read_is_said_and_kept(words: str) -> None:
    assert "读不出来" in complaint(asked(Kind.DAY), q=words)
    assert f'value="{words}"' in str(sent(asked(Kind.DAY), q=words)["q"]())


@pytest.mark.parametrize("words", ["2026-03-05T14:02", "2026-03-05 14:02", "2026年3月5日 14:02", "2026-03-05T14:02:00"])
def test_moments_are_local_and_aware(words: str) -> None:
    assert answer(asked(Kind.MOMENT), q=words) == at("2026-03-05 14:02")


def test_a_moment_of_tomorrow_morning_is_not_today() -> None:
    question = asked(Kind.MOMENT, future=False)
    form = sent(question, q="2026-09-02T05:00")
    given = answers_of(form, (question,), today=TODAY, lenient=False)
    assert given["q"].date() == date(2026, 9, 2), "the engine judges the local day"


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("13944000625", "13944000625"),
        ("139 4400 0625", "13944000625"),
        ("１３９４４０００６２５", "13944000625"),
        ("0431-84610000", "0431-84610000"),
        ("0431-84610000-801", "0431-84610000-801"),
        ("400-810-8888", "400-810-8888"),
        ("+86 139 4400 0625", "13944000625"),
        ("＋８６－１３９４４０００６２５", "13944000625"),
        ("(+86)13944000625", "13944000625"),
        ("008613944000625", "13944000625"),
        ("8613944000625", "13944000625"),
        ("\u202d13944000625\u202c", "13944000625"),
    ],
)
def test_phone_numbers_are_taken_as_people_write_them(words: str, number: str) -> None:
    assert answer(asked(Kind.PHONE), q=words) == number


@pytest.mark.parametrize("words", ["1394400", "电话没有", "23944000625", "84610000", "139٤٤٠٠٠٦٢٥"])
def test_a_wrong_phone_number_is_said(words: str) -> None:
    assert "电话号码不对" in complaint(asked(Kind.PHONE), q=words)


def test_a_wrong_phone_number_does_not_keep_a_draft_from_being_saved() -> None:
    question = asked(Kind.PHONE)
    assert answers_of(sent(question, q="139"), (question,), today=TODAY, lenient=True) == {"q": "139"}


def test_e_mail_addresses_are_looked_at() -> None:
    assert answer(asked(Kind.EMAIL), q=" wang@example.org ") == "wang@example.org"
    for words in ("wang", "wang@", "wang@example", "王@example.org x"):
        assert "邮箱地址不对" in complaint(asked(Kind.EMAIL), q=words)


def test_an_enterprise_is_picked_or_written_in_full() -> None:
    question = asked(Kind.ENTERPRISE)
    assert answer(question, q="示例一号机械有限公司", q_id="7") == 7
    assert answer(question, q="示例二号面粉有限公司") == 8
    assert answer(question, q="示例二号面粉有限公司", q_id="7") == 8, "the words count, not a stale key"
    assert "没有这家企业" in complaint(question, q="示例一号", q_id="")
    assert "没有这家企业" in complaint(question, q="示例三号", q_id="99999999999999999999")
    assert "请选择" in complaint(question, q="")


@pytest.mark.parametrize("words", ["〔2026〕0001", "2026-1", "[2026]1", "（2026）1号", "20260001", "〔2026〕1"])
def test_a_problem_is_named_by_its_official_number(words: str) -> None:
    assert answer(asked(Kind.PROBLEM), q=words) == 5


def test_a_number_that_is_not_there_or_none_at_all_is_said() -> None:
    assert "〔2026〕0002" in complaint(asked(Kind.PROBLEM), q="2026-2")
    assert "读不出来" in complaint(asked(Kind.PROBLEM), q="上次那个")


def test_only_offered_groups_and_handlers_are_taken() -> None:
    assert answer(asked(Kind.GROUP), q="2") == 2
    assert answer(asked(Kind.HANDLER), q="38") == 38
    assert "没有这个选项" in complaint(asked(Kind.GROUP), q="3")
    assert "没有这个选项" in complaint(asked(Kind.HANDLER), q="1 OR 1=1")
    assert "没有这个选项" in complaint(asked(Kind.CHOICE, choices=(("a", "甲"),)), q="b")


def test_what_was_chosen_stays_chosen() -> None:
    for kind, key in ((Kind.GROUP, "2"), (Kind.HANDLER, "38")):
        chosen = [option.value for option in sent(asked(kind), q=key)["q"].iter_choices() if option.selected]
        assert [str(value) for value in chosen] == [key]


def test_everything_that_is_wrong_is_said_in_one_go() -> None:
    day, reason = asked(Kind.DAY), Field("reason", "原因", Kind.TEXT, shortest=5)
    with pytest.raises(Missing) as refused:
        answers_of(sent(day, reason, q="某天", reason="短"), (day, reason), today=TODAY, lenient=False)
    assert set(refused.value.errors) == {"q", "reason"}


def test_a_conditional_question_is_not_answered_where_its_condition_does_not_hold() -> None:
    reached = Field("reached", "联系上了吗", Kind.YES_NO, choices=(("yes", "是"), ("no", "否")))
    solved = asked(Kind.LINE, only_if=("reached", "yes"))
    form = sent(reached, solved, reached="no", q="还留着的旧回答")
    assert values(form) == {"reached": "no", "q": None}
    assert 'data-shown-if-name="reached"' in str(form["q"]())


def test_words_are_taken_without_what_no_keyboard_types() -> None:
    assert answer(asked(Kind.TEXT), q="第一行\r\n第二行\x00\x07 ") == "第一行\n第二行"
    assert answer(asked(Kind.LINE), q="  一  行\n") == "一 行"


UNSEEN = "\u200b\u200d\u2060\ufeff\u00ad\u202e\u2066\ufffe\uffff\ufdd0\U0001fffe"


def test_what_nobody_sees_is_no_text() -> None:
    assert answer(asked(Kind.LINE), q=f"积水{UNSEEN}两处") == "积水两处"
    assert "至少 4 个字" in complaint(asked(Kind.LINE, shortest=4), q=f"积{UNSEEN}水")
    assert "请" in complaint(asked(Kind.TEXT), q=UNSEEN)


def test_rare_characters_of_names_are_kept() -> None:
    name = "㼆\U00031350\ue863\U0002ebf0 甲"  # of the newest block, of a private area, of the last block
    assert answer(asked(Kind.LINE), q=name) == name


def test_the_engines_words_stand_beside_the_fields_and_others_at_the_top() -> None:
    form = sent(asked(Kind.LINE), q="写过的")
    blame(form, {"q": "请写明“问题”", "elsewhere": "别处的错"})
    assert form["q"].errors == ["请写明“问题”"]
    assert form.form_errors == ["别处的错"]
    assert typed_words(form) == [("问题", "写过的")]


def test_a_forged_key_or_version_is_no_key_and_no_version() -> None:
    form = sent(asked(Kind.LINE), request_key="'; --", version="9" * 30)
    assert (form.key(), form.shown_version()) == (None, None)
