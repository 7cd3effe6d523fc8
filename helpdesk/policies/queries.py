"""Reading policy versions, and the clocks of a past period that a draft is tried on."""

from collections.abc import Collection
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import Select, func, select

from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.policies.models import PolicyVersion
from helpdesk.problems.cases import ticking
from helpdesk.problems.models import ClockStep, Problem, ProblemClock
from helpdesk.rules import Rules, Versions
from workflows.policy_document import from_kept
from workflows.replay import Leg

NOT_THERE = "没有找到这个版本的时限规则"
CHUNK = 500  # keys of one statement


# -- Versions ----------------------------------------------------------------------------------------------------------


def versions() -> Versions:
    """The published versions with their dates of effect, the earliest first; of one day the one published last holds."""
    rows = db.session.scalars(_published().order_by(PolicyVersion.effective_on, PolicyVersion.number))
    return [(row.effective_on, _rules(row)) for row in rows if row.effective_on]


def _rules(row: PolicyVersion) -> Rules:
    """One value for each version and application, so that what is made from it can be kept.

    A publication that is rolled back leaves a draft behind that may change: by its row's version it is another one.
    """
    known: dict[tuple[int, int], Rules] = current_app.extensions["rules"].more.setdefault("policies", {})
    key = (row.id, row.version)
    if key not in known:
        known[key] = Rules(from_kept(row.document), row.id, row.effective_on)
    return known[key]


def _published() -> Select[PolicyVersion]:
    return select(PolicyVersion).where(PolicyVersion.published_at.is_not(None))


def published() -> list[PolicyVersion]:
    """The published versions, the newest number first."""
    return list(db.session.scalars(_published().order_by(PolicyVersion.number.desc())))


def drafts() -> list[PolicyVersion]:
    """What is being prepared, the one changed last first."""
    rows = select(PolicyVersion).where(PolicyVersion.published_at.is_(None))
    return list(db.session.scalars(rows.order_by(PolicyVersion.changed_at.desc(), PolicyVersion.id.desc())))


def get_version(version_id: int) -> PolicyVersion:
    """That version or draft; NotFoundError when there is none."""
    if row := db.session.get(PolicyVersion, version_id):
        return row
    raise NotFoundError(NOT_THERE)


def get_version_for_change(version_id: int) -> PolicyVersion:
    """The same, locked where the database locks rows."""
    row = db.session.scalars(
        select(PolicyVersion)
        .where(PolicyVersion.id == version_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFoundError(NOT_THERE)
    return row


def find_numbered(number: int) -> PolicyVersion | None:
    """The published version of that number, or None."""
    return db.session.scalars(select(PolicyVersion).where(PolicyVersion.number == number)).one_or_none()


def next_number() -> int:
    """The number that the next published version gets."""
    return (db.session.scalar(select(func.max(PolicyVersion.number))) or 0) + 1


# -- A past period -----------------------------------------------------------------------------------------------------


def legs_between(first: date, last: date, limit: int | None = None) -> list[Leg]:
    """The clocks that started on these local days, the newest first; at most ``limit``."""
    columns = (
        *(ProblemClock.id, ProblemClock.name, ProblemClock.unit_id, ProblemClock.branch, ProblemClock.amount),
        *(ProblemClock.counted_in, ProblemClock.started_on, ProblemClock.started_at, ProblemClock.due_on),
        *(ProblemClock.due_at, ProblemClock.unspent, ProblemClock.stopped_at, ProblemClock.late, Problem.group_id),
    )
    rows = select(*columns).join(Problem, Problem.id == ProblemClock.problem_id)
    rows = rows.where(ProblemClock.started_on.between(first, last)).order_by(ProblemClock.id.desc()).limit(limit)
    found: Any = db.session.execute(rows).all()
    steps = _steps_of([row.id for row in found])
    return [
        Leg(
            id=row.id,
            clock=row.name,
            unit_id=row.unit_id,
            group_id=row.group_id,
            history=ticking(row, steps.get(row.id, ())).history,
            branch=row.branch,
            stopped_at=row.stopped_at,
            late=row.late,
        )
        for row in found
    ]


def _steps_of(clock_ids: Collection[int]) -> dict[int, list[ClockStep]]:
    """What happened to these clocks, a few statements for however many."""
    found: dict[int, list[ClockStep]] = {}
    ids = sorted(clock_ids)
    for start in range(0, len(ids), CHUNK):
        wanted = select(ClockStep).where(ClockStep.clock_id.in_(ids[start : start + CHUNK])).order_by(ClockStep.id)
        for row in db.session.scalars(wanted):
            found.setdefault(row.clock_id, []).append(row)
    return found


def problems_of(clock_ids: Collection[int]) -> dict[int, tuple[int, str, str]]:
    """The key, number and title of the problem of each of these clocks."""
    rows = select(ProblemClock.id, Problem.id, Problem.number, Problem.title).join(ProblemClock.problem)
    found = db.session.execute(rows.where(ProblemClock.id.in_(clock_ids)))
    return {clock_id: (key, number or "", title or "") for clock_id, key, number, title in found}
