"""Reading problems and the people of groups for an import."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select

from helpdesk.db import db
from helpdesk.ledgers.reference_queries import some
from helpdesk.org.queries import handlers_of
from helpdesk.problems.models import Problem


def with_numbers(numbers: Collection[str]) -> dict[str, tuple[int | None, str | None]]:
    """Of the problems that have one of these numbers: number → enterprise and title."""
    columns = (Problem.number, Problem.enterprise_id, Problem.title)
    parts = (db.session.execute(select(*columns).where(Problem.number.in_(part))) for part in some(numbers))
    return {str(row.number): (row.enterprise_id, row.title) for rows in parts for row in rows}


def handlers_by_name(group_id: int, today: date) -> dict[str, Sequence[int]]:
    """Who can be a group's handler on that day, by name."""
    found: dict[str, list[int]] = {}
    for person in handlers_of(group_id, today):
        found.setdefault(person.name, []).append(person.id)
    return dict(found)
