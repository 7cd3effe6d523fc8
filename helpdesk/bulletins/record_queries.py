"""Reading the record as far as one timeline entry: lines of the timeline, clocks and their steps, problem by problem."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise
from helpdesk.problems.models import ClockStep, Entry, Problem, ProblemClock
from workflows.accounts import StepKind
from workflows.moving_in import OLD_NUMBER, TAKEN_BACK

AT_ONCE = 500
"""Problems read at a time; a span of keys, so that each is read by an index."""


@dataclass
class History:
    """What is on record of one problem: until the entry, and the moments of what came later."""

    problem_id: int
    number: str
    entries: list[Any] = field(default_factory=list)
    clocks: list[Any] = field(default_factory=list)
    steps: dict[int, list[Any]] = field(default_factory=dict)  # by clock, also the later ones
    later: set[datetime] = field(default_factory=set)  # moments of entries that do not count

    def named(self) -> "History":
        """With its number, also where it lost it later: it had moved in and was taken back."""
        self.number = self.number or _number_lost(self.entries)
        return self


def histories(entry_id: int) -> Iterator[History]:
    """Of every problem that has or had a number, with a line of the timeline up to that entry, in the order of their keys."""
    last = db.session.scalar(select(func.max(Problem.id))) or 0
    for first in range(1, last + 1, AT_ONCE):
        yield from _some(first, first + AT_ONCE, entry_id)


def _some(first: int, end: int, entry_id: int) -> Iterator[History]:
    found = _numbered(first, end)
    for row in db.session.execute(_entries(first, end)):
        if (history := found.get(row.problem_id)) is None:
            continue
        if row.id <= entry_id:
            history.entries.append(row)
        else:
            history.later.add(row.at)
    of_clock = {}
    for row in db.session.execute(_clocks(first, end)):
        if history := found.get(row.problem_id):
            history.clocks.append(row)
            of_clock[row.id] = history
    for row in db.session.execute(_steps(first, end)):
        if history := of_clock.get(row.clock_id):
            history.steps.setdefault(row.clock_id, []).append(row)
    yield from (found[key].named() for key in sorted(found) if found[key].entries)
    db.session.expire_all()


def _numbered(first: int, end: int) -> dict[int, History]:
    known = or_(Problem.number.is_not(None), Problem.state == TAKEN_BACK.name)
    numbers = select(Problem.id, Problem.number).where(Problem.id >= first, Problem.id < end, known)
    return {key: History(key, number or "") for key, number in db.session.execute(numbers)}


def _number_lost(entries: list[Any]) -> str:
    """The number under which a problem had moved in that was taken back later."""
    answers = (each for entry in entries for each in entry.answers)
    return next((str(each["value"]) for each in answers if each["name"] == OLD_NUMBER.name), "")


def _entries(first: int, end: int) -> Any:
    names = ("id", "problem_id", "at", "action", "by_role", "source", "dest", "round", "answers", "matter_id")
    columns = [getattr(Entry, name) for name in names]
    return (
        select(*columns).where(Entry.problem_id >= first, Entry.problem_id < end).order_by(Entry.problem_id, Entry.id)
    )


def _clocks(first: int, end: int) -> Any:
    names = ("id", "problem_id", "name", "unit_id", "counted_in", "started_at", "stopped_at", "ended", "late")
    columns = [getattr(ProblemClock, name) for name in (*names, "due_on", "due_at")]
    within = and_(ProblemClock.problem_id >= first, ProblemClock.problem_id < end)
    return select(*columns).where(within).order_by(ProblemClock.id)


def _steps(first: int, end: int) -> Any:
    columns = (ClockStep.clock_id, ClockStep.at, ClockStep.kind, ClockStep.entry_id, ClockStep.due_before_on)
    return (
        select(*columns)
        .join(ProblemClock, ProblemClock.id == ClockStep.clock_id)
        .where(ProblemClock.problem_id >= first, ProblemClock.problem_id < end)
        .order_by(ClockStep.id)
    )


def put_off(history: History) -> dict[int, Any]:
    """By entry: the due day that an extension put off."""
    steps = (step for each in history.steps.values() for step in each)
    return {step.entry_id: step.due_before_on for step in steps if step.kind == StepKind.EXTENDED and step.entry_id}


def enterprises(ids: set[int]) -> dict[int, Any]:
    """Name and street of these enterprises, as they stand in the register now."""
    columns = (Enterprise.id, Enterprise.name, Enterprise.street_id)
    return {row.id: row for row in db.session.execute(select(*columns).where(Enterprise.id.in_(ids)))}
