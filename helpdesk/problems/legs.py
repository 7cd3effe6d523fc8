"""Each leg of a problem on record: who had the turn, from when to when, how long was allowed and used, how late it was."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from helpdesk.clock import calendar
from helpdesk.problems.cases import ticking
from helpdesk.problems.models import ClockStep, Entry, ProblemClock
from helpdesk.problems.ticking import allowed
from workflows import clocks
from workflows.accounts import StepKind
from workflows.book import CLOCKS, PROCESSES
from workflows.roles import Role, Whose
from workflows.terms import Unit

ANSWERABLE = frozenset(name for process in PROCESSES.values() for action in process.actions for name in action.stops)
"""Clocks that an act of their own answers; leaving their states is no answer."""

QUESTIONS = {
    column: frozenset(
        field.name
        for process in PROCESSES.values()
        for action in process.actions
        for field in action.asks
        if field.keep == column
    )
    for column in ("handler_id", "group_id")
}
"""The questions whose answers name a handler, or a group that has the problem from then on."""


class How(StrEnum):
    """How a leg went, or stands."""

    IN_TIME = "in_time"
    LATE = "late"
    VOID = "void"  # the problem went elsewhere before the leg was due: neither in time nor late
    RUNNING = "running"
    OVERDUE = "overdue"  # still running
    WAITING = "waiting"


WORDS = {
    How.IN_TIME: "按时",
    How.LATE: "超时",
    How.VOID: "转出，不计",
    How.RUNNING: "正在计时",
    How.OVERDUE: "已逾期，还在办",
    How.WAITING: "暂停计时",
}
COLOURS = {
    How.IN_TIME: "blue",
    How.LATE: "red",
    How.VOID: "grey",
    How.RUNNING: "green",
    How.OVERDUE: "red",
    How.WAITING: "grey",
}


@dataclass(frozen=True)
class Pause:
    """A stretch of a leg that is nobody's used time."""

    from_at: datetime
    until_at: datetime | None  # None: it still waits
    reason: str


@dataclass(frozen=True)
class Leg:
    """One leg. ``allowed`` and ``used`` in days of ``counted_in``, in seconds for limits in hours."""

    clock_id: int
    name: str
    label: str
    round: int
    unit: str | None  # None: a single person answers for it, or the enterprise
    people: tuple[str, ...]
    from_at: datetime
    until_at: datetime | None  # None: it still runs
    counted_in: Unit
    allowed: int
    used: int
    late_by: int  # working days after the due day
    extended: int
    how: How
    pauses: tuple[Pause, ...]


def result_words(how: How, late_by: int) -> str:
    """超时 3 个工作日; 已逾期 1 个工作日，还在办."""
    words = WORDS[how]
    if not late_by:
        return words
    first, comma, rest = words.partition("，")
    return f"{first} {late_by} 个工作日{comma}{rest}"


def how_of(row: ProblemClock, now: datetime) -> How:
    """How a leg went, or stands at ``now``."""
    if row.stopped_at is None:
        if row.unspent is not None:
            return How.WAITING
        return How.OVERDUE if now >= row.due_at else How.RUNNING
    if row.late:
        return How.LATE
    left = row.ended == clocks.Ended.LEFT and row.name in ANSWERABLE
    return How.VOID if left or row.ended == clocks.Ended.HANDED_OVER else How.IN_TIME


def used_of(row: ProblemClock, steps: Sequence[ClockStep], now: datetime) -> int:
    """What was used of it, without waits: as it was written down when it stopped, else counted out now."""
    if row.used is not None:
        return row.used
    left = row.unspent
    if left is None:
        left = clocks.unspent(ticking(row, steps), row.stopped_at or now, calendar())
    return max(allowed(row, steps) - left, 0)


def late_by_of(row: ProblemClock, now: datetime) -> int:
    """How many working days after its due day it ended, or is now; 0 while it waits, as it may still be in time."""
    if row.late_by is not None:
        return row.late_by
    late = row.late if row.stopped_at else row.unspent is None and now >= row.due_at
    return max(calendar().between(row.due_on, calendar().day_of(row.stopped_at or now)), 0) if late else 0


def pauses_of(row: ProblemClock, steps: Iterable[ClockStep]) -> tuple[Pause, ...]:
    """When it stood still, and why."""
    found: list[Pause] = []
    since: ClockStep | None = None
    for step in steps:
        if step.kind == StepKind.WAITED:
            since = step
        elif step.kind == StepKind.RESUMED and since:
            found.append(Pause(since.at, step.at, since.reason))
            since = None
    if since:
        found.append(Pause(since.at, row.stopped_at, since.reason))
    return tuple(found)


def legs_of(
    rows: Iterable[ProblemClock],
    steps: Mapping[int, Sequence[ClockStep]],
    entries: Sequence[Entry],
    units: Mapping[int, str],
    now: datetime,
) -> list[Leg]:
    """Every leg in the order in which they began; ``entries``: the timeline, oldest first; ``units``: names by key."""
    handlers = tenures(entries)
    found = []
    for row in sorted(rows, key=lambda each: (each.started_at, each.id)):
        past = steps.get(row.id, ())
        found.append(
            Leg(
                clock_id=row.id,
                name=row.name,
                label=CLOCKS[row.name].label,
                round=row.round,
                unit=units.get(row.unit_id) if row.unit_id else None,
                people=_people(row, entries, handlers),
                from_at=row.started_at,
                until_at=row.stopped_at,
                counted_in=Unit(row.counted_in),
                allowed=allowed(row, past),
                used=used_of(row, past, now),
                late_by=late_by_of(row, now),
                extended=row.extended,
                how=how_of(row, now),
                pauses=pauses_of(row, past),
            )
        )
    return found


# -- Who had the turn --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tenure:
    """Somebody was the handler for a while."""

    name: str
    from_at: datetime
    until_at: datetime | None


def tenures(entries: Iterable[Entry]) -> list[Tenure]:
    """Who was the handler from when to when, read from the timeline (oldest first)."""
    found: list[Tenure] = []
    for entry in entries:
        named = _answer(entry, "handler_id")
        if named is None and _answer(entry, "group_id") is None:
            continue
        if found and found[-1].until_at is None:
            found[-1] = Tenure(found[-1].name, found[-1].from_at, entry.at)
        if named:
            found.append(Tenure(named, entry.at, None))
    return found


def _answer(entry: Entry, column: str) -> str | None:
    names = QUESTIONS[column]
    return next((each["words"] for each in entry.answers if each["name"] in names), None)


def _people(row: ProblemClock, entries: Sequence[Entry], handlers: Iterable[Tenure]) -> tuple[str, ...]:
    """The handlers of that time by name; of other legs whoever brought it to its end, if he answers for such legs."""
    owner = CLOCKS[row.name].owner
    if owner is Role.HANDLER:
        during = [each.name for each in handlers if _overlap(each, row)]
        return tuple(dict.fromkeys(during))
    last = [each for each in entries if each.at == row.stopped_at and each.by_role != Role.SYSTEM]
    return tuple(dict.fromkeys(each.by_name for each in last if owner is Whose.TURN or each.by_role == owner))


def _overlap(tenure: Tenure, row: ProblemClock) -> bool:
    begins_before_end = row.stopped_at is None or tenure.from_at < row.stopped_at
    return begins_before_end and (tenure.until_at is None or tenure.until_at > row.started_at)
