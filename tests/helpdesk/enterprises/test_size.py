"""Size classes of 2017: every limit of the table from both sides, and what no limit can decide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.enterprises.models import INDUSTRIES
from helpdesk.enterprises.size import (
    ASSETS,
    BRANCHES,
    LARGE,
    MEDIUM,
    MICRO,
    PEOPLE,
    REVENUE,
    SMALL,
    branches_of,
    only_branch,
    size_of,
)

RANK = {MICRO: 0, SMALL: 1, MEDIUM: 2, LARGE: 3}


@pytest.mark.parametrize("branch", BRANCHES)
@pytest.mark.parametrize(("place", "size", "below"), [(0, LARGE, MEDIUM), (1, MEDIUM, SMALL), (2, SMALL, MICRO)])
def test_a_lower_limit_is_within_the_class_and_one_less_is_not(branch: str, place: int, size: str, below: str) -> None:
    limits = {name: each[place] for name, each in BRANCHES[branch].limits.items()}
    assert size_of(branch, limits) == size
    for name in limits:
        assert size_of(branch, limits | {name: limits[name] - 1}) == below


@pytest.mark.parametrize(
    ("branch", "figures", "size"),
    [
        ("industry", {PEOPLE: 1200, REVENUE: 39_999}, MEDIUM),  # 从业人员够大型，营业收入不够，下划一档
        ("industry", {PEOPLE: 19, REVENUE: 90_000}, MICRO),  # 一项低于小型下限即为微型
        ("wholesale", {PEOPLE: 20, REVENUE: 5_000}, MEDIUM),
        ("retail", {PEOPLE: 49, REVENUE: 30_000}, SMALL),
        ("estate", {REVENUE: 200_000, ASSETS: 9_999}, MEDIUM),
        ("other", {PEOPLE: 300}, LARGE),
    ],
)
def test_examples(branch: str, figures: dict[str, int], size: str) -> None:
    assert size_of(branch, figures) == size


@given(
    branch=st.sampled_from(sorted(BRANCHES)),
    figures=st.fixed_dictionaries({name: st.integers(0, 300_000) for name in (PEOPLE, REVENUE, ASSETS)}),
    more=st.integers(0, 50_000),
    name=st.sampled_from([PEOPLE, REVENUE, ASSETS]),
)
def test_who_grows_never_becomes_smaller(branch: str, figures: dict[str, int], more: int, name: str) -> None:
    before, after = size_of(branch, figures), size_of(branch, figures | {name: figures[name] + more})
    assert before is not None
    assert after is not None
    assert RANK[after] >= RANK[before]


def test_what_is_not_known_is_not_guessed() -> None:
    assert size_of("industry", {PEOPLE: 500}) is None
    assert size_of(None, {PEOPLE: 500, REVENUE: 500}) is None
    assert size_of("industry", {PEOPLE: 500, REVENUE: None}) is None


def test_industries_fall_under_the_lines_of_the_rule() -> None:
    letters = {letter for branch in BRANCHES.values() for letter in branch.letters}
    assert letters <= set(INDUSTRIES)
    assert only_branch("C") == "industry"
    assert only_branch("F") is None
    assert set(branches_of("F")) == {"wholesale", "retail"}
    assert only_branch("J") is None
    assert branches_of(None) == {}
