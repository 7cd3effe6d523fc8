"""Names and codes are kept in one spelling; codes are checked against real ones."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from helpdesk.enterprises.naming import WrongCodeError, initials_of, plain_code, plain_name

REAL_CODES = Path(__file__).resolve().parents[4] / "shared" / "data" / "cn_uscc_codes" / "uscc_codes.csv"
GOOD = "91110000600037341L"


@pytest.mark.skipif(not REAL_CODES.exists(), reason=f"no collection of real codes at {REAL_CODES.name} beside the tree")
def test_387_real_and_wrong_codes_are_told_apart() -> None:
    with REAL_CODES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 380
    for row in rows:
        if row["expected"] == "valid":
            assert plain_code(row["code"]) == row["code"]
        else:
            with pytest.raises(WrongCodeError):
                plain_code(row["code"])


@pytest.mark.parametrize(
    "typed",
    ["9111 0000 6000 3734 1l", " 91110000600037341L ", "９１１１００００６０００３７３４１Ｌ", "91110000-600037341L"],
)
def test_a_code_may_be_typed_in_many_ways(typed: str) -> None:
    assert plain_code(typed) == GOOD


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        (GOOD[:-1], "应为 18 位，现在是 17 位"),
        (GOOD[:-1] + "M", "校验位不对"),
        (GOOD[:-1] + "O", "不允许的字符"),
        ("汉" * 18, "不允许的字符"),
        ("", "应为 18 位，现在是 0 位"),
    ],
)
def test_what_is_wrong_with_a_code_is_said(typed: str, complaint: str) -> None:
    with pytest.raises(WrongCodeError, match=complaint):
        plain_code(typed)


@given(at=st.integers(0, 17), to=st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_every_single_mistyped_character_is_noticed(at: int, to: str) -> None:
    mistyped = GOOD[:at] + to + GOOD[at + 1 :]
    if mistyped == GOOD:
        assert plain_code(mistyped) == GOOD
    else:
        with pytest.raises(WrongCodeError):
            plain_code(mistyped)


def test_collectives_in_villages_have_codes_that_begin_with_a_letter() -> None:
    body = "N2220105MF1234567"
    good = body + uscc.calc_check_digit(body)
    assert plain_code(good) == good
    with pytest.raises(WrongCodeError, match="校验位不对"):
        plain_code(body + ("0" if good[-1] != "0" else "1"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("宏达(长春) 有限公司", "宏达（长春）有限公司"),
        ("　长春 宏达　机械有限公司 ", "长春宏达机械有限公司"),
        ("ABC 科技有限公司", "ABC科技有限公司"),
        ("Jilin Example Co Ltd", "Jilin Example Co Ltd"),
    ],
)
def test_one_name_has_one_spelling(typed: str, kept: str) -> None:
    assert plain_name(typed) == kept


@pytest.mark.parametrize(
    ("name", "initials"),
    [("长春宏达机械有限公司", "cchdjxyxgs"), ("重庆ABC科技（集团）", "cqabckjjt"), ("3号仓储", "3hcc")],
)
def test_initials_follow_the_sounds_of_the_words(name: str, initials: str) -> None:
    assert initials_of(name) == initials


@given(st.text(max_size=300))
def test_no_name_is_too_strange_for_initials(name: str) -> None:
    found = initials_of(plain_name(name))
    assert len(found) <= 100
    assert found == "" or found.isalnum()
