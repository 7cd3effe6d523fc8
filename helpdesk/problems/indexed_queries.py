"""Reading the timelines of many problems, to fill the index of words."""

from typing import Any

from sqlalchemy import Connection, func, select

from helpdesk.problems.models import Entry, Problem


def last_written_about(connection: Connection) -> int:
    """The highest key of a problem with a timeline; 0 where there is none."""
    return connection.scalar(select(func.max(Entry.problem_id))) or 0


def lines(connection: Connection, start: int, end: int) -> Any:
    """Problem, its number, and answers of every line about the problems of these keys, one problem after the other."""
    rows = (
        select(Entry.problem_id, Problem.number, Entry.answers)
        .join(Problem, Problem.id == Entry.problem_id)
        .where(Entry.problem_id >= start, Entry.problem_id < end)
    )
    return connection.execute(rows.order_by(Entry.problem_id, Entry.id))
