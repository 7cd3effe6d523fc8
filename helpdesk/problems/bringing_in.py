"""Problems of an old ledger move in (迁入): each with its number, state and dates, told by one line of its history.

What happened before is not played again: no act, notice or mark is made up for it (ADR 19). Rows are checked beforehand
(``wrong_with``), then written in bulk within the caller's transaction; from there they live on like all others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from flask import current_app

from helpdesk.clock import calendar
from helpdesk.org.queries import own_office_of
from helpdesk.problems import bringing_in_clocks as legs
from helpdesk.problems import bringing_in_queries as queries
from helpdesk.problems import words
from helpdesk.problems.bringing_in_clocks import Leg
from helpdesk.problems.indexed import texts_of
from helpdesk.problems.models import WITH_A_GROUP, Problem
from helpdesk.problems.numbering import next_number
from helpdesk.rules import Rules, rules_on
from workflows import moving_in
from workflows.counts import Counts
from workflows.engine import Decision, Missing, decide
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import NEW, Case, Phase

MOVE_IN = "move_in"
ENDED = PROBLEM.names_in(Phase.CLOSED)
NEEDS_GROUP = tuple(name.strip(" '") for name in WITH_A_GROUP.split(","))
MARKED = "原"
"""Before the old number it is the 销号编号 of what was closed before; the running series does not know it."""


@dataclass(frozen=True)
class Old:
    """One problem as its old ledger tells of it. ``row``: which sheet and row, in words; dates are local days."""

    row: str
    state: str
    enterprise_id: int
    title: str
    reported_on: date
    number: str | None = None  # None: it gets the next one of the running series
    detail: str | None = None
    category: str | None = None
    urgency: str | None = None
    reporter_id: int | None = None  # None: whoever moves it in is asked where somebody must be
    reported_by: str | None = None  # as the ledger calls him
    contact_name: str | None = None
    contact_phone: str | None = None
    group_id: int | None = None
    handler_id: int | None = None
    due_on: date | None = None
    progress: str | None = None
    result: str | None = None
    closed_on: date | None = None
    closing_number: str | None = None
    solved: str | None = None  # yes | no
    satisfaction: str | None = None
    remarks: str | None = None


@dataclass(frozen=True)
class Mover:
    """Who moves them in, from which file, when."""

    person_id: int | None  # None: the command line, for nobody
    name: str  # as the history calls him: 李四（调度室）
    file: str
    now: datetime
    offices: dict[int, int | None] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The local day."""
        return calendar().day_of(self.now)

    def office_of(self, person_id: int) -> int | None:
        """The office from which a handler came into his group."""
        if person_id not in self.offices:
            self.offices[person_id] = own_office_of(person_id, self.today)
        return self.offices[person_id]


def wrong_with(old: Old, mover: Mover) -> dict[str, str]:
    """What keeps a row from moving in, by question of the act ``move_in``; empty when nothing does.

    What only the database knows is asked for many rows at once: ``numbers_taken``.
    """
    given = _given(old, mover, old.number or "-")
    errors = moving_in.complaints(given, needs_group=NEEDS_GROUP, ended=ENDED)
    try:
        _decided(given, mover, rules_on(mover.today))
    except Missing as missing:
        errors = dict(missing.errors) | errors
    return errors


def numbers_taken(numbers: Sequence[str]) -> set[str]:
    """Which of these old numbers problems have already, of this house or of another ledger."""
    return queries.numbers_taken(numbers)


def move_in(olds: Sequence[Old], mover: Mover) -> list[int]:
    """Write these problems; their keys in the same order. Nothing is committed and nobody is told.

    Raises Missing for a row that ``wrong_with`` would complain of, IntegrityError for a number that is taken.
    """
    rules = rules_on(mover.today)
    held = queries.rows_named(  # so that their names are found without asking again
        {old.enterprise_id for old in olds}, {old.group_id for old in olds}, {old.handler_id for old in olds}
    )
    moves = [_moved(old, mover, rules) for old in olds]
    queries.keep_series_behind([move.given["old_number"] for move in moves])
    keys = queries.write_problems([move.row for move in moves])
    entries = queries.write_entries([_entry(move, key, mover) for move, key in zip(moves, keys, strict=True)])
    for move, key, entry_id in zip(moves, keys, entries, strict=True):
        move.problem_id, move.entry_id = key, entry_id
    legs.write([leg for move in moves for leg in move.legs_written()], mover.name, mover.now)
    queries.write_marks([mark for move, key in zip(moves, keys, strict=True) for mark in _marks(move, key, mover)])
    queries.write_words((move.problem_id, texts_of(move.answers)) for move in moves)
    held.clear()
    return keys


# -- One of them -------------------------------------------------------------------------------------------------------


@dataclass
class _Moved:
    """A row on its way: what was decided, and the columns of the problem."""

    old: Old
    given: Mapping[str, Any]
    decision: Decision
    row: dict[str, Any]
    clocks: list[Leg]
    answers: list[dict[str, Any]]
    problem_id: int = 0
    entry_id: int = 0

    def legs_written(self) -> list[Leg]:
        """Its clocks, now that the keys are known."""
        return [replace(leg, problem_id=self.problem_id, entry_id=self.entry_id) for leg in self.clocks]


def _moved(old: Old, mover: Mover, rules: Rules) -> _Moved:
    given = _given(old, mover, old.number or _next(mover))
    if errors := moving_in.complaints(given, needs_group=NEEDS_GROUP, ended=ENDED):
        raise Missing(errors)
    decision = _decided(given, mover, rules)
    row = _row(decision, old, mover)
    started = legs.started(Problem(**row), decision, given, mover.now, rules)
    row |= legs.summary(started)
    answers = words.answers(PROBLEM.action(MOVE_IN).asks, given, mover.today)
    return _Moved(old, given, decision, row, started, answers)


def _next(mover: Mover) -> str:
    return next_number("number", district=current_app.config["DISTRICT"], year=mover.today.year)


def _decided(given: Mapping[str, Any], mover: Mover, rules: Rules) -> Decision:
    return decide(
        rules.process(PROBLEM.name),
        Case(NEW),
        MOVE_IN,
        roles={Role.SYSTEM},
        actor=mover.person_id,
        given=given,
        now=mover.now,
        today=mover.today,
    )


def _given(old: Old, mover: Mover, number: str) -> dict[str, Any]:
    """The answers of the act, as far as the ledger gives them."""
    given = {
        "old_number": number,
        "state_now": old.state,
        "enterprise": old.enterprise_id,
        "title": old.title,
        "detail": old.detail,
        "category": old.category,
        "urgency": old.urgency,
        "reported_by": old.reported_by,
        "contact_name": old.contact_name,
        "contact_phone": old.contact_phone,
        "reported_on": old.reported_on,
        "group": old.group_id,
        "handler": old.handler_id,
        "old_due_on": old.due_on,
        "progress": old.progress,
        "result": old.result,
        "old_closed_on": old.closed_on,
        "old_closing_number": _closing_number(old, number),
        "solved": old.solved,
        "satisfaction": old.satisfaction,
        "remarks": old.remarks,
        "source": f"{mover.file}，{old.row}",
    }
    return {name: value for name, value in given.items() if value is not None}


def _closing_number(old: Old, number: str) -> str | None:
    """Only 已销号 has one: that of the ledger, or the problem's own number, marked as an old one."""
    return (old.closing_number or f"{MARKED}{number}"[:20]) if old.state == moving_in.STRUCK_OFF else None


def _row(decision: Decision, old: Old, mover: Mover) -> dict[str, Any]:
    """The columns of the problem."""
    reported_at = calendar().at(old.reported_on)
    ended = calendar().at(old.closed_on) if old.closed_on else None
    return {
        **dict.fromkeys(queries.MAY_BE_EMPTY),
        "objected": False,
        "appealed": False,
        "unreached_calls": 0,
        **decision.keeps,
        "state": decision.dest,
        "phase": PROBLEM.state(decision.dest).phase.value,
        "round": decision.round,
        "reporter_id": old.reporter_id or mover.person_id,
        "reported_at": reported_at,
        "assigned_at": reported_at if old.group_id else None,
        "created_at": mover.now,
        "changed_at": mover.now,
        "state_since_at": ended or mover.now,
        "closed_late": bool(old.closed_on and old.due_on and old.closed_on > old.due_on),
    }


def _entry(move: _Moved, problem_id: int, mover: Mover) -> dict[str, Any]:
    action = move.decision.action
    return {
        "problem_id": problem_id,
        "at": mover.now,
        "action": action.name,
        "label": action.label,
        "by_id": mover.person_id,
        "by_name": mover.name,
        "by_role": Role.SYSTEM.value,
        "source": move.decision.source,
        "dest": move.decision.dest,
        "round": move.decision.round,
        "version": 1,
        "answers": move.answers,
        "internal": False,
        "works": action.works,
        "request_key": None,
    }


def _marks(move: _Moved, key: int, mover: Mover) -> list[dict[str, Any]]:
    problem = Problem(**move.row)
    problem.id = key
    return [mark_of(kind, problem, move.entry_id, mover) for kind in move.decision.counts]


def mark_of(kind: Counts, problem: Problem, entry_id: int, mover: Mover) -> dict[str, Any]:
    """A mark about the ledger: with whom the problem is, or was until then."""
    handler_id = problem.handler_id
    return {
        "kind": kind.value,
        "at": mover.now,
        "day": mover.today,
        "entry_id": entry_id,
        "problem_id": problem.id,
        "enterprise_id": problem.enterprise_id,
        "category": problem.category,
        "round": problem.round,
        "group_id": problem.group_id,
        "handler_id": handler_id,
        "unit_id": (mover.office_of(handler_id) if handler_id else None) or problem.group_id,
    }
