"""The whole beside a table is the same whether it is counted by itself or folded from the lines."""

from datetime import date, timedelta

import pytest

from helpdesk.figures.scope import Dimension, Scope, district
from helpdesk.figures.tables import by, totals, with_totals
from helpdesk.problems.sweep import sweep
from tests.helpdesk.figures.test_rows_behind import noon
from tests.walking import Walker


@pytest.fixture
def scope(walker: Walker) -> Scope:
    """Two months in which everything happened, to two groups and to nobody's."""
    for day, state in ((1, "handling"), (3, "evaluating"), (8, "closed"), (15, "reported"), (24, "objected")):
        walker.now = noon(date(2026, 9, day))
        walker.to(state, category="finance" if day % 2 else "other")
    walker.now = noon(date(2026, 10, 8))
    walker.to("assigned", group=walker.world.other_group_id)
    now = noon(date(2026, 10, 30))
    sweep(now)
    return Scope(date(2026, 9, 1), date(2026, 10, 31), district(now + timedelta(minutes=1)))


@pytest.mark.parametrize("dimension", Dimension)
def test_rows_and_whole(scope: Scope, dimension: Dimension) -> None:
    rows, whole = with_totals(scope, dimension)
    assert rows == by(scope, dimension)
    assert whole == totals(scope)
    assert whole["reported"].value == 6
    assert whole["late"].value, "a history in which nobody was late proves little"
    assert whole["mean_days"].value is not None
