"""The formulas, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.figures import reckoning
from helpdesk.figures.scope import month_of, months_in
from workflows.policy import Weights

AS_SHIPPED = Weights()


def test_nothing_of_nothing_is_no_hundred_per_cent() -> None:
    assert reckoning.share(0, 0) is None
    assert reckoning.satisfaction(0, 0, 0, fair_weight=90) is None
    assert reckoning.overall(0, 0, 0, 0, 0, weights=AS_SHIPPED) is None
    assert reckoning.mean({}) is None
    assert reckoning.most_within({}) is None


def test_ten_answers_by_hand() -> None:
    # 10 answers: 9 contacted, 8 solved, 6 satisfied, 2 fairly satisfied, 2 not.
    # 满意率 = (6 + 0.9 x 2) / 10 = 7.8 / 10 = 78 %; 综合 = 100 x (0.1 x 0.9 + 0.5 x 0.8 + 0.4 x 0.78) = 9 + 40 + 31.2 = 80.2
    assert reckoning.share(9, 10) == 90
    assert reckoning.share(8, 10) == 80
    assert reckoning.satisfaction(6, 2, 10, fair_weight=90) == 78
    assert reckoning.overall(9, 8, 6, 2, 10, weights=AS_SHIPPED) == 80.2


def test_points_are_counted_from_exact_rates_and_not_from_rounded_ones() -> None:
    # 3 answers, 1 contacted, 1 solved, 1 satisfied: exactly a third of everything.
    assert reckoning.overall(1, 1, 1, 0, 3, weights=AS_SHIPPED) == 33.3


def test_other_weights_count() -> None:
    # 5 answers, all contacted, none solved, all fair: 20 + 0 + 30 x 0.8 = 44
    assert reckoning.overall(5, 0, 0, 5, 5, weights=Weights(20, 50, 30, 80)) == 44


@pytest.mark.parametrize("part", [1999, 1])
def test_a_hundred_per_cent_is_shown_only_when_it_is_all(part: int) -> None:
    assert (reckoning.share(part, 2000) or 0) < 100
    assert reckoning.share(2000, 2000) == 100
    assert (reckoning.satisfaction(1999, 1, 2000, fair_weight=90) or 0) < 100
    assert (reckoning.overall(2000, 2000, 1999, 1, 2000, weights=AS_SHIPPED) or 0) < 100


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 100), st.integers(0, 100))
def test_no_figure_leaves_its_scale(satisfied: int, fair: int, rest: int, heard: int, solved: int) -> None:
    answered = satisfied + fair + rest
    points = reckoning.overall(
        min(heard, answered), min(solved, answered), satisfied, fair, answered, weights=AS_SHIPPED
    )
    rate = reckoning.satisfaction(satisfied, fair, answered, fair_weight=90)
    assert (points is None) == (rate is None) == (answered == 0)
    if answered:
        assert 0 <= (points or 0) <= 100
        assert 0 <= (rate or 0) <= 100


def test_silence_never_counts_as_satisfied() -> None:
    # Of 4 answers 3 are satisfied, and one more was reached that said nothing of it: it stays in the denominator.
    assert reckoning.satisfaction(3, 0, 4, fair_weight=90) == 75


def test_days_by_hand() -> None:
    # ten results: 1, 1, 2, 2, 3, 3, 4, 5, 9, 20 -> mean 5.0; nine of ten within 9
    times = {1: 2, 2: 2, 3: 2, 4: 1, 5: 1, 9: 1, 20: 1}
    assert (reckoning.mean(times), reckoning.most_within(times)) == (5.0, 9)


@pytest.mark.parametrize(("size", "few"), [(0, False), (1, True), (4, True), (5, False)])
def test_less_than_five_is_few(size: int, few: bool) -> None:
    assert reckoning.few(size) is few


def test_months_of_a_period() -> None:
    first, last = month_of("2026-12")
    assert months_in(first.replace(month=11), last) == ["2026-11", "2026-12"]
    assert [day.isoformat() for day in month_of("2028-02")] == ["2028-02-01", "2028-02-29"]
