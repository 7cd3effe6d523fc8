"""The independent recount: the marks that a timeline entails, derived from its entries alone.

Nothing here reads a mark or a problem's row. What was written with an act (``marking.py``) must be the same; the tests
compare both on random ways, and whoever doubts a figure can do so on the record.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from workflows import sampling
from workflows.book import PROCESSES
from workflows.calendar import Calendar
from workflows.counts import BEGINS_HANDLING, BEGINS_THE_WAY, OF_THE_NEW_GROUP, Counts
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import NEW, ORIGIN, SELF, Action, Case, Moment, Move


class Line(Protocol):
    """What a recount reads of a timeline entry."""

    id: Any
    problem_id: Any
    at: Any
    action: Any
    by_role: Any
    source: Any
    dest: Any
    round: Any
    answers: Any
    matter_id: Any


@dataclass(frozen=True)
class Counted:
    """A mark as the timeline entails it; the columns of ``Mark``."""

    kind: str
    at: datetime
    day: date
    entry_id: int
    problem_id: int
    enterprise_id: int | None
    category: str | None
    round: int
    group_id: int | None
    handler_id: int | None
    unit_id: int | None
    via: str | None = None
    contacted: str | None = None
    solved: str | None = None
    satisfaction: str | None = None
    days: int | None = None
    due_on: date | None = None
    lead: int | None = None


OfficeOf = Callable[[int, date], int | None]


@dataclass
class _Way:
    """A problem as far as its timeline has been read."""

    round: int = 1
    facts: dict[str, Any] = field(default_factory=dict)  # columns of the problem, as the answers fill them
    latest: dict[str, date] = field(default_factory=dict)  # the day of the newest mark of each kind
    asked: dict[str, date] = field(default_factory=dict)  # by the act that follows: when it was asked for


KEPT = ("enterprise_id", "category", "group_id", "handler_id", "unreached_calls")
"""The columns that marks or the ways an act can go depend on."""


def marks_from(
    entries: Iterable[Line],
    *,
    calendar: Calendar,
    office_of: OfficeOf = lambda *_: None,
    put_off: Mapping[int, date] | None = None,
) -> Iterator[Counted]:
    """The marks of these entries, of whichever problems, in the order of their keys.

    ``office_of``: the office that a handler came from on a day; ``put_off``: by entry, the due day that an extension
    put off (both stand in the record beside the timeline: posts, and steps of clocks).
    """
    ways: dict[int, _Way] = {}
    for entry in entries:
        way = ways.setdefault(entry.problem_id, _Way())
        if entry.action in PROBLEM_ACTIONS:
            yield from _read(entry, PROBLEM_ACTIONS[entry.action], way, calendar, office_of, put_off or {})
            way.round = entry.round
        elif entry.action == sampling.IN_TIMELINE:
            yield from _sampled(entry, way, calendar)
        else:
            _note_request(entry, way, calendar)


PROBLEM_ACTIONS: dict[str, Action] = {action.name: action for action in PROBLEM.actions}
FOLLOWING: dict[str, tuple[str, ...]] = {
    opens.name: tuple(
        decides.does[opens.sets["kind"]] for decides in process.actions if opens.sets.get("kind") in decides.does
    )
    for process in PROCESSES.values()
    for opens in process.actions
    if NEW in opens.sources
}
"""By the act that asks: what follows for the problem once that is granted."""


def _sampled(entry: Line, way: _Way, calendar: Calendar) -> Iterator[Counted]:
    """A call of a sample: it counts for the group that had the problem when it was drawn."""
    given = {each["name"]: each["value"] for each in entry.answers}
    group_id = given[sampling.GROUP_OF_DRAW]
    for kind in sampling.counts(reached=given["reached"] == "yes", deviates=sampling.DIFFERS in given):
        yield Counted(
            **_shared(kind, entry, way, calendar.day_of(entry.at)),
            group_id=group_id,
            handler_id=None,
            unit_id=group_id,
            via="call",
        )


def _shared(kind: Counts, entry: Line, way: _Way, day: date) -> dict[str, Any]:
    """What every mark says: what it is, when, and about what."""
    return {
        "kind": kind.value,
        "at": entry.at,
        "day": day,
        "entry_id": entry.id,
        "problem_id": entry.problem_id,
        "enterprise_id": way.facts.get("enterprise_id"),
        "category": way.facts.get("category"),
        "round": way.round,
    }


def _note_request(entry: Line, way: _Way, calendar: Calendar) -> None:
    for name in FOLLOWING.get(entry.action, ()):
        way.asked[name] = calendar.day_of(entry.at)


def _read(
    entry: Line,
    action: Action,
    way: _Way,
    calendar: Calendar,
    office_of: OfficeOf,
    put_off: Mapping[int, date],
) -> Iterator[Counted]:
    given = {each["name"]: each["value"] for each in entry.answers}
    move = _move_of(entry, action, given, way)
    before = dict(way.facts)
    answers = _kept_answers(entry, action, given)
    _follow(way, action, move, answers)
    assigned = (Counts.ASSIGNED,) if answers.get("group_id") and not action.takes_over else ()
    kinds = (*action.counts, *(move.counts if move else ()), *assigned)
    day = calendar.day_of(entry.at)
    for kind in kinds:
        had = way.facts if kind in OF_THE_NEW_GROUP else before
        group_id, handler_id = had.get("group_id"), had.get("handler_id")
        yield Counted(
            **_shared(kind, entry, way, day),
            group_id=group_id,
            handler_id=handler_id,
            unit_id=(office_of(handler_id, day) if handler_id else None) or group_id,
            **_told(kind, entry, given),
            **_counted_out(kind, entry, way, day, calendar, put_off),
        )
        way.latest.pop(kind, None)  # the newest last
        way.latest[kind] = day


def _move_of(entry: Line, action: Action, given: Mapping[str, Any], way: _Way) -> Move | None:
    """Which way it went: the first that fits to where it came from, where it led, and what was answered."""
    case = Case(
        entry.source,
        round=way.round,
        has_group=way.facts.get("group_id") is not None,
        unreached_calls=way.facts.get("unreached_calls") or 0,
    )
    moment = Moment(case, None, given, entry.at, entry.at.date())
    return next((each for each in action.moves if _fits(each, entry, moment)), None)


def _fits(move: Move, entry: Line, moment: Moment) -> bool:
    dest = {SELF: entry.source, ORIGIN: entry.dest}.get(move.dest, move.dest)
    return entry.source in move.sources and dest == entry.dest and (move.when is None or move.when(moment))


def _kept_answers(entry: Line, action: Action, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that became columns of the problem; what was not asked in that state was no answer."""
    return {
        question.keep: given[question.name]
        for question in action.asks
        if question.keep in KEPT
        and question.name in given
        and (not question.only_in or entry.source in question.only_in)
    }


def _follow(way: _Way, action: Action, move: Move | None, answers: Mapping[str, Any]) -> None:
    way.facts |= {column: value for column, value in action.sets.items() if column in KEPT}
    way.facts |= answers
    if answers.get("group_id") and not action.takes_over:
        way.facts["handler_id"] = None  # the group names its own handler
    for counter in move.adds if move else ():
        way.facts[counter] = (way.facts.get(counter) or 0) + 1


def _told(kind: Counts, entry: Line, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the enterprise said, and how it was asked."""
    if kind not in (Counts.ANSWERED, Counts.UNREACHED):
        return {}
    told: dict[str, Any] = {"via": "link" if entry.by_role == Role.ENTERPRISE else "call"}
    if kind is Counts.ANSWERED:
        told |= {name: given.get(name) for name in ("contacted", "solved", "satisfaction")}
    return told


def _counted_out(
    kind: Counts, entry: Line, way: _Way, day: date, calendar: Calendar, put_off: Mapping[int, date]
) -> dict[str, Any]:
    """How many working days it took, or how early a longer limit was asked for."""
    if kind is Counts.EXTENDED:
        due_on, asked_on = put_off.get(entry.id), way.asked.get(entry.action)
        return {"due_on": due_on, "lead": calendar.between(asked_on, due_on) if due_on and asked_on else None}
    begins = {Counts.FINISHED: BEGINS_HANDLING, Counts.CLOSED: BEGINS_THE_WAY}.get(kind)
    if begins is None:
        return {}
    since = [latest for each, latest in way.latest.items() if each in begins]
    return {"days": max(calendar.between(since[-1], day), 0) if since else None}
