"""What the rules say of clocks, written onto their rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.org.models import UnitKind
from helpdesk.org.roles import SEATS, Seating
from helpdesk.problems.cases import ticking
from helpdesk.problems.models import Problem, ProblemClock, Strike
from workflows import clocks
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import Clock

OF_THE_GROUP = (Role.GROUP_LEAD, Role.HANDLER, Role.LEADER)


def apply(
    changes: Iterable[clocks.Change],
    problem: Problem,
    rows: list[ProblemClock],
    *,
    seating: Seating,
    struck: dict[int, list[Strike]],
    now: datetime,
) -> None:
    """Carry out the changes; started clocks are added to ``rows``, then the problem's own columns follow."""
    by_id = {row.id: row for row in rows}
    for change in changes:
        if isinstance(change, clocks.Start):
            rows.append(_start(change, problem, seating, now))
        elif isinstance(change, clocks.Stop):
            _stop(by_id[change.id], change, problem, now)
        elif isinstance(change, clocks.Wait):
            _wait(by_id[change.id], change, now)
        else:
            _resume(by_id[change.id], change, struck.get(change.id, []))
    summarise(problem, rows)


def done(strikes: Iterable[Strike], row: ProblemClock) -> set[str]:
    """The milestones that will not strike again: escalations ever, reminders for this very due day."""
    severe = {mark.name for mark in PROBLEM.clock(row.name).milestones if mark.severity}
    return {each.milestone for each in strikes if each.milestone in severe or each.due_on == row.due_on}


def look_again(row: ProblemClock, strikes: Iterable[Strike]) -> datetime | None:
    """The moment at which the sweep must look at this clock again."""
    return clocks.next_strike_at(PROBLEM.clock(row.name), ticking(row), done(strikes, row), calendar())


def _start(change: clocks.Start, problem: Problem, seating: Seating, now: datetime) -> ProblemClock:
    row = ProblemClock(
        problem=problem,
        name=change.clock.name,
        round=problem.round,
        amount=change.limit.amount,
        counted_in=change.limit.unit.value,
        started_at=now,
        started_on=calendar().day_of(now),
        due_on=change.due.on,
        due_at=change.due.at,
        provisional=change.due.provisional,
        unit_id=answering_unit(change.clock, problem, seating),
    )
    row.strike_at = look_again(row, ())
    db.session.add(row)
    return row


def answering_unit(clock: Clock, problem: Problem, seating: Seating) -> int | None:
    """The unit that answers for a leg; None where a single person or the enterprise does."""
    if clock.owner in OF_THE_GROUP:
        return problem.group_id
    seat = SEATS.get(clock.owner)
    if seat is None or seat.kind is UnitKind.GROUP:
        return None
    return next((each.unit_id for each in seating.sitters if each.kind == seat.kind), None)


def _stop(row: ProblemClock, change: clocks.Stop, problem: Problem, now: datetime) -> None:
    left = row.unspent
    row.late = left < 0 if left is not None else now >= row.due_at
    row.stopped_at, row.ended, row.strike_at = now, change.ended.value, None
    row.waiting_since_at = row.unspent = None
    if PROBLEM.clock(row.name).owner is Role.HANDLER:
        row.person_id = problem.handler_id
    problem.closed_late = problem.closed_late or row.late


def _wait(row: ProblemClock, change: clocks.Wait, now: datetime) -> None:
    row.waiting_since_at, row.unspent, row.strike_at = now, change.unspent, None


def _resume(row: ProblemClock, change: clocks.Resume, strikes: Sequence[Strike]) -> None:
    row.waiting_since_at = row.unspent = None
    row.due_on, row.due_at, row.provisional = change.due.on, change.due.at, change.due.provisional
    row.strike_at = look_again(row, strikes)


def summarise(problem: Problem, rows: Iterable[ProblemClock]) -> None:
    """The most pressing clock, kept on the problem so that lists need no join."""
    active = [row for row in rows if row.stopped_at is None]
    running = [row for row in active if row.unspent is None]
    pressing = min(running or active, key=lambda row: row.due_at, default=None)
    problem.waiting = bool(active) and not running
    problem.due_on = pressing.due_on if pressing else None
    problem.due_at = pressing.due_at if pressing else None
    problem.provisional = pressing.provisional if pressing else False
