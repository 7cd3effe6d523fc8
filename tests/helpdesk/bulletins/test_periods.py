"""Which days a bulletin is about, and which it is compared with."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.bulletins.periods import Period, Span, asked_for, containing
from workflows.engine import Missing

TODAY = date(2026, 11, 28)
DAYS = st.dates(date(2010, 1, 1), date(2040, 12, 31))
WHOLE = st.sampled_from([Span.WEEK, Span.MONTH, Span.QUARTER])


@given(DAYS, WHOLE)
def test_whole_periods_follow_one_another_without_gap(day: date, span: Span) -> None:
    found = containing(span, day)
    assert found.first_on <= day <= found.until_on
    assert found.previous.until_on + timedelta(days=1) == found.first_on
    assert containing(span, found.previous.first_on) == found.previous


@given(DAYS, DAYS)
def test_the_days_before_chosen_days_are_as_many(first: date, until: date) -> None:
    found = Period(Span.CUSTOM, min(first, until), max(first, until))
    before = found.previous
    assert before.until_on + timedelta(days=1) == found.first_on
    assert before.until_on - before.first_on == found.until_on - found.first_on


@pytest.mark.parametrize(
    ("period", "year_before"),
    [
        (containing(Span.MONTH, date(2024, 2, 29)), (date(2023, 2, 1), date(2023, 2, 28))),
        (containing(Span.QUARTER, date(2026, 5, 1)), (date(2025, 4, 1), date(2025, 6, 30))),
        (containing(Span.WEEK, date(2026, 11, 18)), (date(2025, 11, 17), date(2025, 11, 23))),
        (Period(Span.CUSTOM, date(2024, 2, 29), date(2024, 3, 5)), (date(2023, 2, 28), date(2023, 3, 5))),
    ],
)
def test_the_same_days_a_year_before(period: Period, year_before: tuple[date, date]) -> None:
    assert (period.last_year.first_on, period.last_year.until_on) == year_before


@pytest.mark.parametrize(
    ("span", "first", "until", "says"),
    [
        (Span.CUSTOM, None, None, "开始日期"),
        (Span.CUSTOM, date(2026, 11, 1), None, "结束日期"),
        (Span.CUSTOM, date(2026, 11, 20), date(2026, 11, 10), "之前"),
        (Span.CUSTOM, date(2026, 12, 1), date(2026, 12, 2), "还没有开始"),
        (Span.CUSTOM, date(2026, 11, 1), date(2026, 11, 29), "还没有到"),
        (Span.MONTH, date(2026, 11, 3), None, "还没有结束"),
        (Span.WEEK, date(2026, 12, 3), None, "还没有开始"),
        (Span.CUSTOM, date(2020, 1, 1), date(2026, 11, 1), "最多"),
    ],
)
def test_periods_that_will_not_do(span: Span, first: date | None, until: date | None, says: str) -> None:
    with pytest.raises(Missing) as refused:
        asked_for(span, first, until, TODAY)
    assert says in "".join(refused.value.errors.values())


def test_periods_in_words() -> None:
    assert containing(Span.MONTH, TODAY).words == "2026年11月"
    assert containing(Span.QUARTER, TODAY).words == "2026年第四季度"
    assert containing(Span.WEEK, TODAY).words == "2026年11月23日至29日"
    assert Period(Span.CUSTOM, date(2025, 12, 30), date(2026, 1, 2)).words == "2025年12月30日至2026年1月2日"
