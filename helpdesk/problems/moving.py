"""Running clocks get another due day at once, because a calendar or the rules changed: on record, and told once a person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from helpdesk import rules as rules_in_force
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices.messages import write_messages
from helpdesk.notices.outbox import Reader
from helpdesk.org.queries import seating
from helpdesk.org.roles import Seating
from helpdesk.problems import moving_queries as queries
from helpdesk.problems import ticking
from helpdesk.problems.cases import named_people, named_with_matter
from helpdesk.problems.models import Matter, Problem
from helpdesk.problems.moves import Move, from_to, moves_under, retime_moves
from helpdesk.problems.queries import paired, people_named
from helpdesk.problems.telling import Audience
from helpdesk.rules import Rules
from workflows.accounts import StepKind
from workflows.book import PROCESSES
from workflows.roles import Role, Whose
from workflows.terms import Phase

__all__ = ["Move", "carry_out", "moves_under", "retime_moves", "settle_provisional"]

ACTION, LABEL = "moved", "应办日期调整"
MOST_TOLD = 30
"""So many lines of a correction notice; the others are counted."""
LONGEST_REASON = 300


# -- Carrying it out ---------------------------------------------------------------------------------------------------


def carry_out(
    moves: Sequence[Move],
    *,
    kind: StepKind,
    reason: str,
    by_name: str,
    now: datetime,
    cause: str,
    path: str = "/",
) -> list[Move]:
    """Move these clocks within the running transaction; what was moved.

    Every clock gets a step, every problem a line in its timeline, every person concerned one correction notice, which
    ``cause`` (40 characters at most) makes the only one. What has changed since the moves were reckoned is left out:
    for MOVED reckon again afterwards. The problems are locked first, in the order of their keys; nothing is committed.
    """
    problems = {each.id: each for each in queries.lock_problems({move.problem_id for move in moves})}
    moves = _still_true(moves)
    if not moves:
        return []
    _write_clocks(moves, now)
    _summarise(moves)
    entries = _write_entries(moves, problems, reason, by_name, now)
    _write_steps(moves, entries, kind, reason, by_name, now)
    _tell(moves, problems, reason, now, cause, path)
    db.session.expire_all()  # rows were changed behind the session's back
    return list(moves)


def settle_provisional(last_year: int) -> None:
    """Dates within the published years are sure, those beyond are not; within the running transaction."""
    queries.write_provisional(last_year)
    db.session.expire_all()


def _still_true(moves: Sequence[Move]) -> list[Move]:
    """Those whose clocks have neither stopped nor got another date while their problems were being locked."""
    now = {row.id: row for row in queries.active_clocks(only=[move.clock_id for move in moves])}
    return [move for move in moves if move.clock_id in now and _same(move.row, now[move.clock_id])]


def _same(before: Any, now: Any) -> bool:
    columns = ("due_on", "due_at", "unspent", "amount", "counted_in")
    return all(getattr(before, name) == getattr(now, name) for name in columns)


def _write_clocks(moves: Sequence[Move], now: datetime) -> None:
    known = rules_in_force.rules_on(calendar().day_of(now))
    struck = queries.struck_of([move.clock_id for move in moves])
    queries.write_clocks([_clock_row(move, struck.get(move.clock_id, ()), known) for move in moves])


def _clock_row(move: Move, strikes: Iterable[Any], known: Rules) -> dict[str, Any]:
    limit = move.new_limit or move.limit
    row = SimpleNamespace(**move.row._mapping)
    row.due_on, row.due_at, row.provisional, row.unspent = move.after, move.after_at, move.provisional, move.unspent
    row.amount, row.counted_in = limit.amount, limit.unit.value
    row.strike_at = ticking.look_again(row, strikes, known)  # type: ignore[arg-type]
    columns = {name: getattr(row, name) for name in queries.MOVED if name != "policy_id"}
    return {"id": move.clock_id, **columns, "policy_id": move.policy_id if move.new_limit else move.row.policy_id}


def _summarise(moves: Iterable[Move]) -> None:
    """The most pressing clocks of the problems and matters concerned."""
    by_subject: dict[tuple[int, int | None], list[Any]] = defaultdict(list)
    for row in queries.clocks_of({move.problem_id for move in moves}):
        by_subject[row.problem_id, row.matter_id].append(row)
    concerned = {(move.problem_id, move.matter_id) for move in moves}
    problems: list[dict[str, Any]] = []
    matters: list[dict[str, Any]] = []
    for problem_id, matter_id in concerned:
        summary = SimpleNamespace()
        ticking.summarise(summary, by_subject[problem_id, matter_id])  # type: ignore[arg-type]
        (matters if matter_id else problems).append({"id": matter_id or problem_id, **vars(summary)})
    queries.write_problems(problems)
    queries.write_matters(matters)


# -- On record ---------------------------------------------------------------------------------------------------------

Subject = tuple[int, int | None]


def _subject(move: Move) -> Subject:
    return move.problem_id, move.matter_id


def _write_entries(
    moves: Sequence[Move], problems: dict[int, Problem], reason: str, by_name: str, now: datetime
) -> dict[Subject, int]:
    """One line in the timeline for each problem or matter, however many of its clocks move; their keys."""
    by_subject: dict[Subject, list[Move]] = defaultdict(list)
    for move in moves:
        by_subject[_subject(move)].append(move)
    today = calendar().day_of(now)
    rows = [
        _entry(problems[subject[0]], subject[1], some, reason, by_name, now, today)
        for subject, some in by_subject.items()
    ]
    return dict(zip(by_subject, queries.write_entries(rows), strict=True))


def _entry(
    problem: Problem, matter_id: int | None, moves: list[Move], reason: str, by_name: str, now: datetime, today: date
) -> dict[str, Any]:
    said = [_answer(move.name, move.label, from_to(move, today)) for move in moves]
    return {
        "problem_id": problem.id,
        "matter_id": matter_id,
        "at": now,
        "action": ACTION,
        "label": LABEL,
        "by_id": None,
        "by_name": by_name,
        "by_role": "system",
        "source": problem.state,
        "dest": problem.state,
        "round": problem.round,
        "version": problem.version,
        "answers": [*said, _answer("reason", "原因", reason)],
        "internal": False,
        "works": False,
        "request_key": None,
    }


def _answer(name: str, label: str, said: str) -> dict[str, Any]:
    return {"name": name, "label": label, "value": said, "words": said, "public": False}


def _write_steps(
    moves: Sequence[Move], entries: dict[Subject, int], kind: StepKind, reason: str, by_name: str, now: datetime
) -> None:
    rows = []
    for move in moves:
        step = {
            "clock_id": move.clock_id,
            "at": now,
            "kind": kind.value,
            "reason": reason[:LONGEST_REASON],
            "by_name": by_name,
            "entry_id": entries[_subject(move)],
            "until_on": None,
            "amount": move.new_limit.amount if move.new_limit else None,
            "counted_in": move.new_limit.unit.value if move.new_limit else None,
            "due_before_on": move.before,
            "due_after_on": move.after,
        }
        rows.append(step)
        if move.fixed_on:  # the old fixed point was one of the old limit
            rows.append(
                step | {"kind": StepKind.FIXED.value, "until_on": move.fixed_on, "amount": None, "counted_in": None}
            )
    queries.write_steps(rows)


# -- Telling -----------------------------------------------------------------------------------------------------------


def _tell(
    moves: Sequence[Move], problems: dict[int, Problem], reason: str, now: datetime, cause: str, path: str
) -> None:
    today = calendar().day_of(now)
    heard: dict[int, list[Move]] = defaultdict(list)
    readers: dict[int, Reader] = {}
    audience = _Concerned(problems, _matters(moves), seating(today), now)
    for move in moves:
        for reader in audience.of(move):
            assert reader.person_id is not None
            readers[reader.person_id] = reader
            heard[reader.person_id].append(move)
    for person_id, reader in readers.items():
        write_messages(
            "dates_moved", [reader], _facts(heard[person_id], reason, today), cause=cause, path=path, now=now
        )


def _matters(moves: Iterable[Move]) -> dict[int, Matter]:
    return queries.matters({move.matter_id for move in moves if move.matter_id})


def _facts(moves: list[Move], reason: str, today: date) -> dict[str, Any]:
    lines = [(move.number, move.title, move.label, from_to(move, today)) for move in moves[:MOST_TOLD]]
    return {
        "reason": reason,
        "count": len(moves),
        "problems": len({move.problem_id for move in moves}),
        "lines": lines,
        "more": len(moves) - len(lines),
    }


class _Concerned:
    """Who hears of a moved date: whoever has the turn, and the leads of the group."""

    def __init__(self, problems: dict[int, Problem], matters: dict[int, Matter], seats: Seating, now: datetime) -> None:
        self.problems, self.matters, self.seats, self.now = problems, matters, seats, now
        today = calendar().day_of(now)
        self.cadres = paired({each.enterprise_id for each in problems.values() if each.enterprise_id}, today)
        self.people = people_named(list(problems.values()))

    def of(self, move: Move) -> list[Reader]:
        """Each person once; the enterprise is not among them."""
        problem = self.problems[move.problem_id]
        named = named_people(problem, self.cadres.get(problem.enterprise_id or 0, ()))
        audience = Audience(problem, self.seats, named, self.now, people=self.people)
        if matter := self.matters.get(move.matter_id or 0):
            audience.named = named_with_matter(matter, named, self.seats)
            audience.turn = PROCESSES[matter.process].state(matter.state).turn
        told = audience.readers(Whose.TURN, "progress") if problem.phase != Phase.CLOSED else []
        told += audience.readers(Role.GROUP_LEAD, "progress")
        return list({each.person_id: each for each in told if each.person_id}.values())
