"""Reading and writing the clocks that a notice moves: thousands of rows in a few statements."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import bindparam, insert, select, update

from helpdesk import chain
from helpdesk.db import db
from helpdesk.org.models import Unit
from helpdesk.problems import queries
from helpdesk.problems.models import ClockStep, Entry, Matter, Problem, ProblemClock, Strike

AT_ONCE = 2000  # keys in one statement
T = TypeVar("T")


def _parts(keys: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(keys)
    while some := list(islice(rest, AT_ONCE)):
        yield some


CLOCK = [
    getattr(ProblemClock, name)
    for name in (
        *("id", "problem_id", "matter_id", "name", "amount", "counted_in", "branch", "started_at", "started_on"),
        *("due_on", "due_at", "provisional", "unspent", "unit_id", "policy_id"),
    )
]


def active_clocks(names: Collection[str] | None = None, *, only: Collection[int] | None = None) -> list[Any]:
    """Clocks that have not stopped, running or waiting, with number, title and group of their problems, by problem."""
    group, answering = Unit.__table__.alias("its_group"), Unit.__table__.alias("answering")
    wanted = (
        select(
            *CLOCK,
            Problem.number,
            Problem.title,
            group.c.name.label("group"),
            answering.c.name.label("unit"),
        )
        .join(Problem, Problem.id == ProblemClock.problem_id)
        .outerjoin(group, group.c.id == Problem.group_id)
        .outerjoin(answering, answering.c.id == ProblemClock.unit_id)
        .where(ProblemClock.stopped_at.is_(None))
        .order_by(ProblemClock.problem_id, ProblemClock.id)
    )
    if names is not None:
        wanted = wanted.where(ProblemClock.name.in_(names))
    if only is None:
        return list(db.session.execute(wanted))
    return [row for some in _parts(only) for row in db.session.execute(wanted.where(ProblemClock.id.in_(some)))]


def steps_of(clock_ids: Collection[int]) -> dict[int, list[ClockStep]]:
    """What happened to these clocks, oldest first."""
    found: dict[int, list[ClockStep]] = {}
    for some in _parts(clock_ids):
        found.update(queries.steps_of(some))
    return found


def struck_of(clock_ids: Collection[int]) -> dict[int, list[Strike]]:
    """The ledger of these clocks."""
    found: dict[int, list[Strike]] = {}
    for some in _parts(clock_ids):
        found.update(queries.struck_of(some))
    return found


def lock_problems(keys: Collection[int]) -> list[Problem]:
    """These problems, locked one after the other in the order of their keys.

    Their keys do not change: whoever only refers to them, such as the sweep with its entries, need not wait, and there
    is no circle with the clocks it has locked.
    """
    found: list[Problem] = []
    for some in _parts(sorted(keys)):
        rows = (
            select(Problem)
            .where(Problem.id.in_(some))
            .order_by(Problem.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        found += db.session.scalars(rows)
    return found


def matters(keys: Collection[int]) -> dict[int, Matter]:
    """These matters by key."""
    rows = (db.session.scalars(select(Matter).where(Matter.id.in_(some))) for some in _parts(keys))
    return {matter.id: matter for some in rows for matter in some}


def clocks_of(problem_ids: Collection[int]) -> list[Any]:
    """The active clocks of these problems, as far as their summaries need them."""
    columns = [
        getattr(ProblemClock, name)
        for name in ("id", "problem_id", "matter_id", "due_on", "due_at", "provisional", "unspent", "stopped_at")
    ]
    wanted = select(*columns).where(ProblemClock.stopped_at.is_(None))
    return [
        row
        for some in _parts(problem_ids)
        for row in db.session.execute(wanted.where(ProblemClock.problem_id.in_(some)))
    ]


# -- Writing -----------------------------------------------------------------------------------------------------------

MOVED = ("due_on", "due_at", "provisional", "unspent", "strike_at", "amount", "counted_in", "policy_id")
SUMMARY = ("due_on", "due_at", "waiting", "provisional")


def write_clocks(rows: list[dict[str, Any]]) -> None:
    """New dates of clocks; each row has the key and every column of ``MOVED``."""
    _overwrite(ProblemClock, MOVED, rows)


def write_problems(rows: list[dict[str, Any]]) -> None:
    """The pressing dates of problems; their versions stay, for nothing that people do is made stale by it."""
    _overwrite(Problem, SUMMARY, rows)


def write_matters(rows: list[dict[str, Any]]) -> None:
    """The pressing dates of matters."""
    _overwrite(Matter, SUMMARY, rows)


def _overwrite(model: Any, columns: Iterable[str], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    table = model.__table__
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
    statement = update(table).where(table.c.id == bindparam("key")).values(new)
    named = [{"key": row["id"], **{f"new_{name}": row[name] for name in new}} for row in rows]
    db.session.connection().execute(statement, named)


def write_entries(rows: list[dict[str, Any]]) -> list[int]:
    """Lines of the timelines of problems that are locked; their keys in the same order."""
    return chain.write(Entry, rows)


def write_steps(rows: list[dict[str, Any]]) -> None:
    """What happened to clocks."""
    db.session.execute(insert(ClockStep), rows)


def write_provisional(last_year: int) -> None:
    """Which dates of active clocks, and of problems and matters, are provisional when that is the last known year."""
    end = date(last_year, 12, 31)
    for model, active in (
        (ProblemClock, ProblemClock.stopped_at.is_(None)),
        (Problem, Problem.due_on.is_not(None)),
        (Matter, Matter.due_on.is_not(None)),
    ):
        for provisional, beyond in ((True, model.due_on > end), (False, model.due_on <= end)):
            statement = update(model).where(active, beyond, model.provisional != provisional)
            db.session.execute(statement.values(provisional=provisional).execution_options(synchronize_session=False))
