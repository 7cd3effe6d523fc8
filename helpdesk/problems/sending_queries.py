"""Reading what decides, at the moment of sending, whether a notice is still true."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from helpdesk.db import db
from helpdesk.problems.models import Link, Matter, Problem, ProblemClock
from workflows.terms import Phase

EVALUATE = "evaluate"


class ClockNow(NamedTuple):
    """How a clock stands now."""

    due_on: date
    stopped: bool
    waiting: bool


def clocks_now(ids: Collection[int]) -> dict[int, ClockNow]:
    """These clocks by key."""
    if not ids:
        return {}
    columns = (ProblemClock.id, ProblemClock.due_on, ProblemClock.stopped_at, ProblemClock.waiting_since_at)
    rows = db.session.execute(select(*columns).where(ProblemClock.id.in_(ids)))
    return {key: ClockNow(due_on, stopped is not None, since is not None) for key, due_on, stopped, since in rows}


def problems_now(ids: Collection[int]) -> dict[int, Problem]:
    """These problems by key, as they are in the database now."""
    if not ids:
        return {}
    rows = select(Problem).where(Problem.id.in_(ids)).execution_options(populate_existing=True)
    return {each.id: each for each in db.session.scalars(rows)}


def open_matters_of(problem_ids: Collection[int]) -> dict[int, list[Matter]]:
    """Requests and assisting tasks that are open beside these problems, by problem."""
    found: dict[int, list[Matter]] = {}
    if problem_ids:
        rows = select(Matter).where(Matter.problem_id.in_(problem_ids), Matter.phase == Phase.OPEN)
        for matter in db.session.scalars(rows.options(joinedload(Matter.unit))):
            found.setdefault(matter.problem_id, []).append(matter)
    return found


def used_links(ids: Collection[int]) -> set[int]:
    """Which of these links have served their one purpose: the enterprise has evaluated."""
    if not ids:
        return set()
    used = select(Link.id).where(Link.id.in_(ids), Link.purpose == EVALUATE, Link.used_at.is_not(None))
    return set(db.session.scalars(used))


def is_behind(now: datetime) -> bool:
    """Whether a clock is still to be struck for a moment that has passed: there is more to be told."""
    return db.session.scalar(select(ProblemClock.id).where(ProblemClock.strike_at <= now).limit(1)) is not None
