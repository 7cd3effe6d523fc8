"""What the rules say of clocks, written onto their rows; every change of a date leaves a step on record."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.org.models import UnitKind
from helpdesk.org.roles import SEATS, Seating
from helpdesk.problems.actors import Scene
from helpdesk.problems.cases import ticking as seen
from helpdesk.problems.models import ClockStep, Matter, Problem, ProblemClock, Strike
from helpdesk.rules import Rules
from workflows import clocks
from workflows.accounts import StepKind, account
from workflows.book import CLOCKS
from workflows.problem import PROBLEM
from workflows.roles import Role, Whose
from workflows.terms import Clock, Unit

__all__ = ["allowed", "answering_unit", "apply", "done", "look_again", "seen", "summarise"]

OF_THE_GROUP = (Role.GROUP_LEAD, Role.HANDLER, Role.LEADER)
SECONDS = (Unit.HOURS, Unit.WORKING_HOURS)
"""Units whose unspent rest is kept in seconds."""


def apply(
    changes: Iterable[clocks.Change],
    scene: Scene,
    rows: list[ProblemClock],
    *,
    struck: Mapping[int, Sequence[Strike]],
    past: Mapping[int, Sequence[ClockStep]],
) -> list[ClockStep]:
    """Carry out the changes on the subject's active ``rows``, then its own columns follow; the steps to be recorded.

    ``struck``: the ledger of clocks that get a new date; ``past``: the steps that are on record already.
    """
    by_id = {row.id: row for row in rows}
    steps: list[ClockStep] = []
    for change in changes:
        if isinstance(change, clocks.Start):
            rows.append(_start(change, scene))
        elif isinstance(change, clocks.Stop):
            _stop(by_id[change.id], change, scene, past.get(change.id, ()))
        elif isinstance(change, clocks.Wait):
            steps.append(_wait(by_id[change.id], change, scene))
        else:
            steps.append(_new_due(by_id[change.id], change, scene, struck.get(change.id, [])))
    summarise(scene.matter or scene.problem, rows)
    return steps


def done(strikes: Iterable[Strike], row: ProblemClock, rules: Rules) -> set[str]:
    """The milestones that will not strike again: escalations ever, reminders for this very due day."""
    severe = {mark.name for mark in rules.clock(row.name).milestones if mark.severity}
    return {each.milestone for each in strikes if each.milestone in severe or each.due_on == row.due_on}


def look_again(row: ProblemClock, strikes: Iterable[Strike], rules: Rules) -> datetime | None:
    """The moment at which the sweep must look at this clock again."""
    return clocks.next_strike_at(rules.clock(row.name), seen(row), done(strikes, row, rules), calendar())


def _start(change: clocks.Start, scene: Scene) -> ProblemClock:
    row = ProblemClock(
        problem=scene.problem,
        matter=scene.matter,
        name=change.clock.name,
        round=scene.problem.round,
        amount=change.limit.amount,
        counted_in=change.limit.unit.value,
        branch=change.branch,
        policy_id=scene.rules.version_id,
        started_at=scene.now,
        started_on=scene.today,
        due_on=change.due.on,
        due_at=change.due.at,
        provisional=change.due.provisional,
        unit_id=answering_unit(change.clock, scene.problem, scene.seating, scene.matter),
        extended=0,
    )
    row.strike_at = look_again(row, (), scene.rules)
    db.session.add(row)
    return row


def answering_unit(clock: Clock, problem: Problem, seating: Seating, matter: Matter | None = None) -> int | None:
    """The unit that answers for a leg; None where a single person or the enterprise does."""
    owner = clock.owner
    if owner is Whose.TURN:
        owner = PROBLEM.state(problem.state).turn[0]
    if owner is Role.ASSIST:
        return matter.unit_id if matter else None
    if owner in OF_THE_GROUP:
        return problem.group_id
    seat = SEATS.get(Role(owner))
    if seat is None or seat.kind is UnitKind.GROUP:
        return None
    return next((each.unit_id for each in seating.sitters if each.kind == seat.kind), None)


def _stop(row: ProblemClock, change: clocks.Stop, scene: Scene, past: Sequence[ClockStep]) -> None:
    waiting, now = row.unspent is not None, scene.now
    left = row.unspent if row.unspent is not None else clocks.unspent(seen(row, past), now, calendar())
    row.late = left < 0 if waiting else now >= row.due_at
    row.late_by = _late_by(row, left, scene) if row.late else 0
    row.used = max(allowed(row, past) - left, 0)
    row.stopped_at, row.ended, row.strike_at = now, change.ended.value, None
    row.waiting_since_at = row.unspent = None
    if CLOCKS[row.name].owner is Role.HANDLER:
        row.person_id = scene.problem.handler_id
    if scene.matter is None:
        scene.problem.closed_late = scene.problem.closed_late or row.late


def allowed(row: ProblemClock, past: Sequence[ClockStep]) -> int:
    """The limit with what was granted since; seconds for limits in hours."""
    if row.extended:
        return account(seen(row, past).history, calendar()).allowed
    return row.amount * 3600 if Unit(row.counted_in) in SECONDS else row.amount


def _late_by(row: ProblemClock, left: int, scene: Scene) -> int:
    """Working days after the due day; what is left of a waiting clock is counted in its own days."""
    if row.unspent is not None and Unit(row.counted_in) not in SECONDS:
        return -left
    return max(calendar().between(row.due_on, scene.today), 0)


def _wait(row: ProblemClock, change: clocks.Wait, scene: Scene) -> ClockStep:
    row.waiting_since_at, row.unspent, row.strike_at = scene.now, change.unspent, None
    return _step(row, StepKind.WAITED, scene, reason=PROBLEM.state(scene.problem.state).label, due_before_on=row.due_on)


def _new_due(
    row: ProblemClock, change: clocks.Resume | clocks.Extend, scene: Scene, strikes: Sequence[Strike]
) -> ClockStep:
    before = row.due_on
    row.due_on, row.due_at, row.provisional = change.due.on, change.due.at, change.due.provisional
    if isinstance(change, clocks.Resume):
        row.waiting_since_at = row.unspent = None
        step = _step(row, StepKind.RESUMED, scene, due_before_on=before, due_after_on=row.due_on)
    else:
        row.extended += 1
        step = _step(
            row, StepKind.EXTENDED, scene, until_on=change.until_on, due_before_on=before, due_after_on=row.due_on
        )
    row.strike_at = look_again(row, strikes, scene.rules)
    return step


def _step(row: ProblemClock, kind: StepKind, scene: Scene, *, reason: str = "", **dates: object) -> ClockStep:
    return ClockStep(clock_id=row.id, at=scene.now, kind=kind.value, reason=reason, by_name="", **dates)


def summarise(subject: Problem | Matter, rows: Iterable[ProblemClock]) -> None:
    """The most pressing clock of a problem or a matter, kept on its row so that lists need no join."""
    active = [row for row in rows if row.stopped_at is None]
    running = [row for row in active if row.unspent is None]
    pressing = min(running or active, key=lambda row: row.due_at, default=None)
    subject.waiting = bool(active) and not running
    subject.due_on = pressing.due_on if pressing else None
    subject.due_at = pressing.due_at if pressing else None
    subject.provisional = pressing.provisional if pressing else False
