"""Clocks for property tests: any start, any limit in any unit, and everything that may happen to one."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tests.workflows.days import CALENDAR
from workflows.accounts import History, Step, StepKind
from workflows.terms import Limit, Unit

SECOND = timedelta(seconds=1)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)).map(
    lambda naive: naive.replace(tzinfo=UTC, microsecond=0)
)
MOST = {Unit.WORKING_DAYS: 30, Unit.NATURAL_DAYS: 40, Unit.HOURS: 100, Unit.WORKING_HOURS: 60}
UNITS = st.sampled_from(list(Unit))


@st.composite
def limits(draw: st.DrawFn, unit: st.SearchStrategy[Unit] = UNITS) -> Limit:
    """At least one of any unit."""
    counted_in = draw(unit)
    return Limit(draw(st.integers(1, MOST[counted_in])), counted_in)


@st.composite
def histories(draw: st.DrawFn, *, most: int = 6) -> History:
    """Waits, goings-on and extensions at moments that only go forward, in any order, senseless ones too."""
    started_at, limit = draw(MOMENTS), draw(limits())
    moment, steps = started_at, []
    kinds = st.sampled_from([StepKind.WAITED, StepKind.RESUMED, StepKind.EXTENDED, StepKind.MOVED])
    for kind in draw(st.lists(kinds, max_size=most)):
        moment += draw(st.timedeltas(timedelta(0), timedelta(days=12))) // SECOND * SECOND
        until_on = CALENDAR.day_of(moment) + timedelta(draw(st.integers(-5, 30)))
        steps.append(Step(moment, kind, until_on=until_on if kind is StepKind.EXTENDED else None))
    return History(started_at, limit, tuple(steps))
