"""Which clocks are late by how much and since when, and which fall due by a certain day: conditions in SQL."""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, true

from helpdesk.clock import calendar
from helpdesk.listings import queries
from helpdesk.problems.models import ProblemClock

Condition = ColumnElement[bool]
WEEK = timedelta(days=7)


def late_between(least: int, most: int | None, today: date) -> Condition:
    """Overdue clocks late by so many working days or more, up to and with ``most``; 0 is less than one day."""
    bounds = []
    if least:
        bounds.append(queries.due_before(queries.late_by_no_more(least - 1, today), *DUE))
    if most is not None:
        bounds.append(queries.due_from(queries.late_by_no_more(most, today), *DUE))
    return and_(true(), *bounds)


DUE = (ProblemClock.due_on, ProblemClock.due_at)


def last_opening_day(today: date) -> datetime:
    """When the offices opened on the last working day before this one."""
    day = calendar().add(today, -1)
    return next((opens for opens, _ in calendar().open_spans(day)), calendar().at(day))


def due_after(moment: datetime) -> Condition:
    """Clocks that ran out after that moment, or will."""
    return ProblemClock.due_at > moment


def due_by(day: date) -> Condition:
    """Clocks due on that day or earlier."""
    return queries.due_before(day + timedelta(days=1), *DUE)


def sunday_of(day: date) -> date:
    """The last day of its week."""
    return day + timedelta(days=6 - day.weekday())


def provisional() -> Condition:
    """Clocks whose due day lies in a year whose days off are not published yet."""
    return ProblemClock.provisional.is_(True)
