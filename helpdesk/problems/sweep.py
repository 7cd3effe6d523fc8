"""The sweep: clocks whose next milestone has come are struck, once, in order, whoever sweeps and however late.

What strikes when, and who is told, stands in ``workflows/ladders.py``; this file only carries it out.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from helpdesk import chain
from helpdesk.clock import calendar
from helpdesk.db import begin_writing, db
from helpdesk.org.queries import seating
from helpdesk.org.roles import Seating
from helpdesk.problems import following, queries, telling, ticking, words
from helpdesk.problems.cases import named_people, named_with_matter
from helpdesk.problems.cases import ticking as as_ticking
from helpdesk.problems.commands import SYSTEM, act
from helpdesk.problems.models import Entry, Problem, ProblemClock, Strike
from helpdesk.problems.sweep_queries import running_clocks
from helpdesk.rules import Rules, rules_on, strikes_follow, strikes_now_follow
from workflows import clocks
from workflows.book import CLOCKS, PROCESSES
from workflows.engine import Refused

log = logging.getLogger(__name__)

BATCH = 100
RECKONED = 500  # clocks whose next strike is reckoned anew in one transaction
AGAIN_AFTER = timedelta(hours=1)
"""A clock that cannot be swept is left alone for so long, so that one broken row does not spin the loop."""


ALSO_RECKONED: list[Callable[[Rules, datetime], int]] = []
"""What reckons the next strikes of clocks that are not of problems anew, under these rules; each commits what it did."""


@dataclass
class Swept:
    """What a sweep did."""

    struck: int = 0
    lapsed_reminders: int = 0
    ran_out: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return (
            f"struck {self.struck}, reminders lapsed {self.lapsed_reminders}, "
            f"ran out {self.ran_out}, failed {self.failed}"
        )


def sweep(now: datetime) -> Swept:
    """Strike everything that is due at ``now``; safe to run twice, late, or in several processes at once."""
    swept = Swept()
    failed: set[int] = set()
    follow_rules(now)
    while True:
        begin_writing()
        rows = queries.clocks_to_strike(now, BATCH, but=failed)
        if not rows:
            db.session.rollback()
            return swept
        ids = [row.id for row in rows]
        try:
            run_out = _strike_all(rows, now, swept)
        except Exception:
            db.session.rollback()
            log.warning("a batch of clocks could not be struck together; trying one by one", exc_info=True)
            run_out = [each for clock_id in ids for each in _alone(clock_id, now, swept, failed)]
        for each in run_out:
            _run_out(each, now, swept, failed)


# -- Another version holds ---------------------------------------------------------------------------------------------


def follow_rules(now: datetime) -> int:
    """Reckon the next strikes of all running clocks anew where another version holds than they were reckoned by.

    Any number of processes may do it at once, and again; how many clocks were looked at. Those that the sweep is due
    to look at are left to it: what they missed struck under the rules that held then.
    """
    rules = rules_on(calendar().day_of(now))
    if strikes_follow() == rules.version_id:
        return 0
    looked_at = last_id = 0
    while rows := _next_batch(last_id, now):
        _reckon(rows, rules)
        looked_at, last_id = looked_at + len(rows), rows[-1].id
        db.session.commit()
    for reckon in ALSO_RECKONED:
        looked_at += reckon(rules, now)
    strikes_now_follow(rules.version_id)
    db.session.commit()
    log.info("the next strikes of %s clocks follow %s", looked_at, rules.policy.name)
    return looked_at


def _next_batch(last_id: int, now: datetime) -> list[ProblemClock]:
    begin_writing()
    return running_clocks(after=last_id, not_due_at=now, limit=RECKONED)


def _reckon(rows: list[ProblemClock], rules: Rules) -> None:
    struck = queries.struck_of([row.id for row in rows])
    for row in rows:
        try:
            row.strike_at = ticking.look_again(row, struck.get(row.id, ()), rules)
        except Exception:
            log.exception("clock %s could not be reckoned anew", row.id)


# -- Striking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RunOut:
    """A clock that has run out, its problem, the action that follows, and when that truly happened."""

    clock_id: int
    problem_id: int
    action: str
    at: datetime


def _alone(clock_id: int, now: datetime, swept: Swept, failed: set[int]) -> list[RunOut]:
    try:
        begin_writing()
        return _strike_all(queries.clocks_to_strike(now, 1, only=clock_id), now, swept)
    except Exception:
        db.session.rollback()
        log.exception("clock %s could not be struck", clock_id)
        _leave_alone(clock_id, now, swept, failed)
        return []


def _leave_alone(clock_id: int, now: datetime, swept: Swept, failed: set[int]) -> None:
    failed.add(clock_id)
    begin_writing()
    row = db.session.get(ProblemClock, clock_id, with_for_update=True)
    if row is None or row.stopped_at is not None:  # somebody was faster, and it strikes no more
        db.session.rollback()
        return
    swept.failed += 1
    row.strike_at = now + AGAIN_AFTER
    db.session.commit()


@dataclass
class _Batch:
    """What the strikes of one transaction have in common, read once."""

    now: datetime
    rules: Rules
    seating: Seating
    strikes: dict[int, list[Strike]]
    cadres: dict[int, list[int]]
    people: dict[int, Any]
    ledger: list[dict[str, Any]] = field(default_factory=list)
    causes: list[tuple[Problem, clocks.Strike, ProblemClock]] = field(default_factory=list)


def _strike_all(rows: Sequence[ProblemClock], now: datetime, swept: Swept) -> list[RunOut]:
    """Strike these clocks in one transaction; what has run out is answered, to be acted upon one by one."""
    today = calendar().day_of(now)
    batch = _Batch(
        now,
        rules_on(today),
        seating(today),
        queries.struck_of([row.id for row in rows]),
        queries.paired({row.problem.enterprise_id for row in rows if row.problem.enterprise_id}, today),
        queries.people_named([row.problem for row in rows]),
    )
    for row in rows:
        _strike(row, batch, swept)
    _write(batch)
    run_out = [
        RunOut(row.id, row.problem_id, action, _true_moment(row, now))
        for row in rows
        if (action := batch.rules.clock(row.name).lapses)
        and clocks.has_run_out(batch.rules.clock(row.name), as_ticking(row), now)
    ]
    db.session.commit()
    return run_out


def _true_moment(row: ProblemClock, now: datetime) -> datetime:
    """When what follows from a clock's end happened: at its end, unless something else happened to the problem since."""
    return row.due_at if row.problem.changed_at <= row.due_at <= now else now


def _strike(row: ProblemClock, batch: _Batch, swept: Swept) -> None:
    known = batch.strikes.get(row.id, [])
    today = calendar().day_of(batch.now)
    for strike in following.strikes(row, known, today):
        batch.ledger.append(
            {
                "clock_id": row.id,
                "milestone": strike.milestone.name,
                "due_on": row.due_on,
                "struck_on": strike.on,
                "noted_at": batch.now,
                "lapsed": strike.lapsed,
            }
        )
        known.append(Strike(milestone=strike.milestone.name, due_on=row.due_on))
        if strike.lapsed:
            swept.lapsed_reminders += 1
            continue
        swept.struck += 1
        batch.causes.append((row.problem, strike, row))
    row.strike_at = _not_at_once(row, ticking.look_again(row, known, batch.rules), batch)


def _not_at_once(row: ProblemClock, at: datetime | None, batch: _Batch) -> datetime | None:
    """That moment; should it have come already although everything has struck, later, or the sweep would never end."""
    if at is None or at > batch.now or clocks.has_run_out(batch.rules.clock(row.name), as_ticking(row), batch.now):
        return at
    log.error("clock %s is to be struck at %s although nothing is left to strike", row.id, at)
    return batch.now + AGAIN_AFTER


def _write(batch: _Batch) -> None:
    if batch.ledger:
        db.session.execute(insert(Strike), batch.ledger)
    batch.causes.sort(key=lambda cause: cause[1].on)  # several clocks of one problem: in the order of their days
    if batch.causes:
        chain.write(Entry, [_entry(*cause, batch.now) for cause in batch.causes])
    notices = [row for cause in batch.causes for row in _notices(*cause, batch)]
    telling.write(notices)


def _entry(problem: Problem, strike: clocks.Strike, row: ProblemClock, now: datetime) -> dict[str, Any]:
    rule = CLOCKS[row.name]
    said = f"{rule.label_in(problem.state)}应于{words.day_words(row.due_on, calendar().day_of(now))}前完成"
    return {
        "problem_id": problem.id,
        "at": calendar().at(strike.on) if strike.late else now,
        "action": "strike",
        "label": strike.milestone.label,
        "by_id": None,
        "by_name": SYSTEM.name,
        "by_role": "system",
        "source": problem.state,
        "dest": problem.state,
        "round": problem.round,
        "version": problem.version,
        "matter_id": row.matter_id,
        "answers": [{"name": "clock", "label": "环节", "value": row.name, "words": said, "public": False}],
        "internal": True,
        "works": False,
        "request_key": None,
    }


def _notices(problem: Problem, strike: clocks.Strike, row: ProblemClock, batch: _Batch) -> list[dict[str, Any]]:
    rule, matter = CLOCKS[row.name], row.matter
    today = calendar().day_of(batch.now)
    letter = telling.letter_of(
        problem,
        batch.now,
        clock=rule.label_in(problem.state),
        milestone=strike.milestone.label,
        due=words.due_words(row.due_on, row.due_at, today),
        late_days=max(calendar().between(row.due_on, today), 0),
    )
    if strike.late:
        letter = replace(letter, true_day=words.day_words(strike.on, today))
    if matter:
        letter = replace(letter, **telling.matter_facts(PROCESSES[matter.process], matter, today))
    cause = telling.Cause(
        f"s{row.id}.{strike.milestone.name}.{row.due_on:%y%m%d}",
        letter,
        clock_id=row.id,
        urgent=problem.urgency == "urgent",
        catch_up=strike.late,
    )
    named = named_people(problem, batch.cadres.get(problem.enterprise_id or 0, ()))
    audience = telling.Audience(problem, batch.seating, named, batch.now, people=batch.people)
    if matter:
        audience.named = named_with_matter(matter, named, batch.seating)
        audience.turn, audience.turn_since_at = (
            PROCESSES[matter.process].state(matter.state).turn,
            matter.state_since_at,
        )
    return telling.notices(strike.milestone.tells, audience, cause, actor_id=None)


def _run_out(out: RunOut, now: datetime, swept: Swept, failed: set[int]) -> None:
    try:
        act(out.problem_id, out.action, by=SYSTEM, given={}, now=out.at, noted_at=now)
        swept.ran_out += 1
    except Refused as refused:
        log.info("problem %s: %s was not needed any more (%s)", out.problem_id, out.action, refused.message)
        _leave_alone(out.clock_id, now, swept, failed)
    except Exception:
        log.exception("problem %s: %s failed", out.problem_id, out.action)
        _leave_alone(out.clock_id, now, swept, failed)
