"""Data for pictures: each part as many as its rows, and classes that leave nothing out."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.clock import calendar, published_calendar
from helpdesk.figures import pictures
from helpdesk.figures.scope import Scope, district
from helpdesk.figures.tables import totals
from helpdesk.problems.sweep import sweep
from tests.helpdesk.figures.test_rows_behind import noon, rows_of
from tests.walking import Walker

SEPTEMBER = (date(2026, 9, 1), date(2026, 9, 30))


@pytest.fixture
def scope(walker: Walker) -> Scope:
    """A September in which something stood in every state."""
    for day, state in ((1, "handling"), (3, "evaluating"), (8, "closed"), (15, "reported"), (24, "objected")):
        walker.now = noon(date(2026, 9, day))
        walker.to(state, category="finance")
    now = noon(date(2026, 9, 30))
    sweep(now)
    return Scope(*SEPTEMBER, district(now))


def check(parts: Any, scope: Scope) -> int:
    for part in parts:
        assert part.size == part.rows.size == rows_of(part.rows, scope.me), part
    return sum(part.size for part in parts)


def test_the_trend_by_week_and_by_month(scope: Scope) -> None:
    months, weeks = pictures.trend(scope), pictures.trend(scope, "week")
    assert [series.name for series in months] == ["reported", "closed"]
    assert [part.label for part in months[0].parts] == ["2026年9月"]
    assert len(weeks[0].parts) == 5  # Tuesday the 1st to Sunday the 6th, and four more that begin on Mondays
    for by_month, by_week in zip(months, weeks, strict=True):
        assert check(by_month.parts, scope) == check(by_week.parts, scope)
    assert check(months[0].parts, scope) == 5


def test_where_problems_stand_and_how_old_they_are(scope: Scope) -> None:
    assert check(pictures.flow(scope), scope) == check(pictures.ageing(scope), scope) == 4
    sizes = {part.key: part.size for part in pictures.flow(scope)}
    assert (sizes["reported"], sizes["handling"], sizes["objected"]) == (1, 1, 1)


def test_the_heat_of_groups_and_legs(scope: Scope) -> None:
    found = pictures.heat(scope)
    assert [name for _, name, _ in found.rows] == ["基础设施保障组", "营商环境组"]
    assert {"sign", "respond", "handle"} <= {name for name, _ in found.legs}
    for _, _, figures in found.rows:
        for figure in figures:
            assert figure.rows is not None
            assert figure.part is not None
            assert figure.denominator == rows_of(figure.rows, scope.me)
            assert figure.numerator == rows_of(figure.part, scope.me)


def test_what_the_enterprises_said_and_how_late_it_is(scope: Scope) -> None:
    assert check(pictures.answers(totals(scope)), scope) == 1
    assert check(pictures.ladder(scope), scope) > 0


@given(st.dates(date(2025, 1, 1), date(2026, 12, 31)), st.integers(0, 400))
def test_every_day_of_report_has_exactly_one_class_of_age(today: date, ago: int) -> None:
    day = today - timedelta(days=ago)
    classes = pictures._classes(today)
    here = [key for key, _, first, last in classes if (first or date.min) <= day <= (last or date.max)]
    age = published_calendar().between(day, today)
    assert calendar().between(day, today) == age
    expected = next((f"to_{most}" for most in pictures.AGES if age <= most), "over")
    assert here == [expected]
