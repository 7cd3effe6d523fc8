"""What the rules say of a proceeding's clocks, written onto their rows."""

from collections.abc import Iterable

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.org.roles import Seating
from helpdesk.problems.actors import Wish
from helpdesk.problems.cases import ticking
from helpdesk.problems.ticking import look_again
from helpdesk.proceedings import queries
from helpdesk.proceedings.models import Proceeding, ProceedingClock
from helpdesk.proceedings.standing import case_of
from helpdesk.rules import Rules
from workflows import clocks
from workflows.engine import Decision
from workflows.terms import Process


def follow(
    process: Process, decision: Decision, proceeding: Proceeding, wish: Wish, rules: Rules, seats: Seating
) -> None:
    """Clocks start and stop as the table says; the most pressing one is kept on the proceeding's row."""
    rows = queries.running_clocks(proceeding.id)
    changes = clocks.follow(
        process,
        case=case_of(proceeding, seats),
        action=decision.action,
        given=wish.given,
        ticking=[ticking(row) for row in rows],
        assigned=False,
        now=wish.now,
        calendar=calendar(),
    )
    by_id = {row.id: row for row in rows}
    for change in changes:
        if isinstance(change, clocks.Start):
            rows.append(_started(change, proceeding, wish, rules))
        elif isinstance(change, clocks.Stop):
            _stop(by_id[change.id], wish)
        else:
            raise NotImplementedError(f"clocks of proceedings neither wait nor are extended: {change}")
    summarise(proceeding, rows)


def _started(change: clocks.Start, proceeding: Proceeding, wish: Wish, rules: Rules) -> ProceedingClock:
    row = ProceedingClock(
        proceeding=proceeding,
        name=change.clock.name,
        amount=change.limit.amount,
        counted_in=change.limit.unit.value,
        branch=change.branch,
        policy_id=rules.version_id,
        started_at=wish.now,
        started_on=calendar().day_of(wish.now),
        due_on=change.due.on,
        due_at=change.due.at,
        provisional=change.due.provisional,
    )
    row.strike_at = look_again(row, (), rules)
    db.session.add(row)
    return row


def _stop(row: ProceedingClock, wish: Wish) -> None:
    row.stopped_at, row.strike_at, row.late = wish.now, None, wish.now >= row.due_at
    row.late_by = max(calendar().between(row.due_on, calendar().day_of(wish.now)), 0) if row.late else 0


def summarise(proceeding: Proceeding, rows: Iterable[ProceedingClock]) -> None:
    """The most pressing clock, so that lists need no join."""
    running = [row for row in rows if row.stopped_at is None]
    pressing = min(running, key=lambda row: row.due_at, default=None)
    proceeding.due_on = pressing.due_on if pressing else None
    proceeding.due_at = pressing.due_at if pressing else None
    proceeding.provisional = pressing.provisional if pressing else False
