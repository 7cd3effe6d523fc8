"""The text of a bulletin: fields stay bound to figures, and whatever will not do is named with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.bulletins import text
from workflows.engine import Missing

VALUES = {"满意率": "83.3%", "上报": "12 件次", "逾期单位": "无"}
WORDS = st.text(alphabet="问题办理情况良好，。 ", min_size=1, max_size=20)


def wrong_in(paragraph: str, section: str = "overview") -> list[str]:
    return [each.why for each in text.check({section: [paragraph]}, VALUES)]


@given(WORDS, st.sampled_from(sorted(VALUES)), WORDS)
def test_a_field_is_filled_in_and_the_words_around_it_stay(before: str, name: str, after: str) -> None:
    paragraph = f"{before}〔{name}〕{after}"
    assert wrong_in(paragraph) == []
    assert text.filled(paragraph, VALUES) == before + VALUES[name] + after
    assert "".join(part.words for part in text.parts(paragraph, VALUES)) == before + VALUES[name] + after


def test_the_year_of_an_official_number_is_no_field() -> None:
    assert wrong_in("见通报〔2026〕3号。") == []
    assert text.filled("见通报〔2026〕3号。", VALUES) == "见通报〔2026〕3号。"


def test_a_field_that_does_not_exist_is_named_with_section_and_paragraph() -> None:
    found = text.check({"asking": ["很好。", "满意率为〔满意度〕。"]}, VALUES)
    assert str(found[0]) == "“回访情况”第 2 段，“〔满意度〕”：没有这个数据项，请从右边的清单里选"


@pytest.mark.parametrize("broken", ["满意率为〔满意率。", "满意率为满意率〕。", "满意率为〔〔满意率〕。"])
def test_a_broken_field_is_an_error(broken: str) -> None:
    assert any("不成对" in why for why in wrong_in(broken))


@pytest.mark.parametrize("typed", ["95%", "９５％", "12 件", "3家", "2.5 个百分点", "上升 7 次"])
def test_nobody_types_over_a_figure(typed: str) -> None:
    assert any("数字不能手写" in why for why in wrong_in(f"本期完成{typed}。"))


@pytest.mark.parametrize("harmless", ["13710 工作法", "11月22日前", "7 个功能组", "第 2 季度", "30分钟"])
def test_days_and_names_may_be_written(harmless: str) -> None:
    assert wrong_in(f"按{harmless}。") == []


def test_what_is_to_be_done_may_name_days_by_hand() -> None:
    assert wrong_in("3 个工作日内整改，完成率达到 100%。", "demands") == []


def test_all_errors_of_a_section_are_said_at_once() -> None:
    with pytest.raises(Missing) as refused:
        text.refuse_wrong({"overview": ["〔没有〕", "95%"], "topics": ["〔也没有〕"]}, VALUES)
    assert set(refused.value.errors) == {"overview", "topics"}
    assert "第 1 段" in refused.value.errors["overview"]
    assert "第 2 段" in refused.value.errors["overview"]


def test_a_bulletin_without_a_word_is_refused() -> None:
    with pytest.raises(Missing, match="基本情况"):
        text.refuse_wrong({each.name: [] for each in text.SECTIONS}, VALUES)


def test_what_the_form_shows_is_what_it_reads() -> None:
    wanted = {each.name: [] for each in text.SECTIONS} | {"overview": ["第一段〔上报〕。", "第二段。"]}
    assert text.read(text.written(wanted)) == wanted


def test_sections_are_numbered_without_the_empty_ones() -> None:
    shown = text.sections({"overview": ["〔上报〕"], "topics": [], "demands": ["整改。"]}, VALUES)
    assert [each["heading"] for each in shown] == ["一、基本情况", "二、下步要求"]


@pytest.mark.parametrize("typed", ["满意率达到百分之九十九", "解决问题一百二十件", "共 120 件"])
def test_figures_in_words_are_figures_too(typed: str) -> None:
    assert text.check({"topics": [typed]}, {})


@pytest.mark.parametrize("words", ["进一步压实责任", "逐件销号、一家一策", "第三季度", "两级联动"])
def test_words_that_count_nothing_are_no_figures(words: str) -> None:
    assert text.check({"topics": [words]}, {}) == []


def test_no_figure_is_typed_into_the_title() -> None:
    text.refuse_figures_in("关于2026年11月企业问题办理情况的通报")
    with pytest.raises(Missing, match="99%"):
        text.refuse_figures_in("关于11月的通报，满意率99%")
