"""The sweep of proceedings: their milestones strike once, in order, whoever sweeps and however late."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from helpdesk import chain
from helpdesk.clock import calendar
from helpdesk.db import begin_writing, db
from helpdesk.notices import outbox
from helpdesk.org.queries import seating
from helpdesk.org.roles import Seating
from helpdesk.problems import following, words
from helpdesk.problems.actors import SYSTEM
from helpdesk.problems.sweep import ALSO_RECKONED
from helpdesk.problems.ticking import look_again
from helpdesk.proceedings import queries, telling
from helpdesk.proceedings.models import ProceedingClock, ProceedingEntry, ProceedingStrike
from helpdesk.rules import Rules, rules_on
from workflows import clocks
from workflows.book import CLOCKS
from workflows.roles import Role

log = logging.getLogger(__name__)

BATCH = 50
AGAIN_AFTER = timedelta(hours=1)
"""A clock that cannot be swept is left alone for so long."""


@dataclass
class Swept:
    """What a sweep did."""

    struck: int = 0
    drafted: int = 0
    failed: int = 0


def sweep(now: datetime) -> Swept:
    """Strike everything that is due at ``now``; safe to run twice, late, or in several processes at once."""
    swept, failed = Swept(), set[int]()
    while found := queries.to_strike(now, BATCH, but=failed):
        for clock_id, proceeding_id in found:
            _one(clock_id, proceeding_id, now, swept, failed)
    db.session.rollback()
    return swept


def _one(clock_id: int, proceeding_id: int, now: datetime, swept: Swept, failed: set[int]) -> None:
    """One clock in one transaction, its proceeding locked first, as whoever acts on it does."""
    try:
        begin_writing()
        queries.get_for_change(proceeding_id)
        row = queries.clock_for_change(clock_id)
        if row.strike_at is not None and row.strike_at <= now:  # else another process was faster
            swept.struck += _strike(row, now)
        db.session.commit()
    except Exception:
        db.session.rollback()
        log.exception("clock %s of a proceeding could not be struck", clock_id)
        _leave_alone(clock_id, proceeding_id, now, swept, failed)


def _leave_alone(clock_id: int, proceeding_id: int, now: datetime, swept: Swept, failed: set[int]) -> None:
    failed.add(clock_id)
    swept.failed += 1
    begin_writing()
    queries.get_for_change(proceeding_id)
    row = queries.clock_for_change(clock_id)
    row.strike_at = None if row.stopped_at else now + AGAIN_AFTER
    db.session.commit()


def _strike(row: ProceedingClock, now: datetime) -> int:
    today = calendar().day_of(now)
    known = queries.struck_of([row.id]).get(row.id, [])
    seats, struck = seating(today), 0
    for strike in following.strikes(row, known, today):
        known.append(
            ProceedingStrike(
                clock_id=row.id,
                milestone=strike.milestone.name,
                due_on=row.due_on,
                struck_on=strike.on,
                noted_at=now,
                lapsed=strike.lapsed,
            )
        )
        db.session.add(known[-1])
        if not strike.lapsed:
            struck += 1
            _note(row, strike, now)
            outbox.write(_notices(row, strike, now, seats))
    db.session.flush()
    row.strike_at = look_again(row, known, rules_on(today))
    if row.strike_at is not None and row.strike_at <= now:
        log.error("clock %s of a proceeding is to be struck although nothing is left to strike", row.id)
        row.strike_at = now + AGAIN_AFTER
    return struck


def _note(row: ProceedingClock, strike: clocks.Strike, now: datetime) -> None:
    said = f"{CLOCKS[row.name].label}应于{words.day_words(row.due_on, calendar().day_of(now))}前完成"
    proceeding = row.proceeding
    line = {
        "proceeding_id": proceeding.id,
        "at": calendar().at(strike.on) if strike.late else now,
        "action": "strike",
        "label": strike.milestone.label,
        "by_id": None,
        "for_id": None,
        "by_name": SYSTEM.name,
        "by_role": Role.SYSTEM.value,
        "source": proceeding.state,
        "dest": proceeding.state,
        "version": proceeding.version,
        "answers": [{"name": "clock", "label": "环节", "value": row.name, "words": said, "public": False}],
        "request_key": None,
    }
    chain.write(ProceedingEntry, [line])


def _notices(row: ProceedingClock, strike: clocks.Strike, now: datetime, seats: Seating) -> list[dict[str, Any]]:
    today = calendar().day_of(now)
    letter = telling.letter_of(
        row.proceeding,
        now,
        clock=CLOCKS[row.name].label,
        milestone=strike.milestone.label,
        due=words.due_words(row.due_on, row.due_at, today),
        late_days=max(calendar().between(row.due_on, today), 0),
    )
    if strike.late:
        letter = replace(letter, true_day=words.day_words(strike.on, today))
    cause = f"ps{row.id}.{strike.milestone.name}.{row.due_on:%y%m%d}"
    audience = telling.Audience(row.proceeding, seats)
    return telling.notices(strike.milestone.tells, audience, letter, cause=cause, now=now, catch_up=strike.late)


# -- Another version of the rules holds --------------------------------------------------------------------------------


def reckon_anew(rules: Rules, now: datetime) -> int:
    """The next strikes of running clocks under other rules; those that are due already are left to the sweep."""
    begin_writing()
    looked_at = 0
    for proceeding_id in queries.with_running_clocks():
        queries.get_for_change(proceeding_id)
        for row in queries.running_clocks(proceeding_id):
            if row.strike_at is None or row.strike_at > now:
                row.strike_at = look_again(row, queries.struck_of([row.id]).get(row.id, ()), rules)
                looked_at += 1
    db.session.commit()
    return looked_at


ALSO_RECKONED.append(reckon_anew)
