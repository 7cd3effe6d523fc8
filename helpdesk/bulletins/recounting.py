"""The independent recount of a bulletin: every figure and every line of its list, from the timeline up to its entry alone.

Nothing here reads a mark, a problem's state, or a query of the figures; plain loops count what ``queries.py`` and
``helpdesk.figures`` had the database count.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from helpdesk.bulletins.gathering import COMPARED, TOLD
from helpdesk.bulletins.periods import Period
from helpdesk.bulletins.record_queries import History, put_off
from helpdesk.figures import reckoning
from helpdesk.listings.queries import NOT_OURS
from helpdesk.problems.legs import ANSWERABLE
from helpdesk.problems.recounting import Counted, marks_from
from workflows.accounts import StepKind
from workflows.calendar import ONE_DAY, Calendar
from workflows.clocks import Ended
from workflows.counts import NO_EVENT, Counts
from workflows.policy import Weights
from workflows.problem import PROBLEM
from workflows.terms import Phase

TAKEN_AWAY = {Counts.ASSIGNED, Counts.REASSIGNED, Counts.EXCUSED, Counts.MERGED, Counts.WITHDRAWN}
ALL = ""
"""The key of all groups together."""


@dataclass(frozen=True)
class Terms:
    """As of which entry and moment, which scope, and by which rules it was counted."""

    period: Period
    group_id: int | None
    entry_id: int
    now: datetime
    soon_days: int
    weights: Weights
    calendar: Calendar
    office_of: Callable[[int, date], int | None]

    @property
    def today(self) -> date:
        """The local day of the moment."""
        return self.calendar.day_of(self.now)


# -- One problem -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Retold:
    """A problem as its history tells it: its line of the list (None: not in it), its marks, how its legs went."""

    line: dict[str, Any] | None
    marks: list[Counted]
    legs: list[tuple[int | None, datetime | None, str]]  # unit, when it ended (None: overdue), in_time | late | void


def retold(history: History, terms: Terms) -> Retold:
    """All that the record says of one problem."""
    marks = list(
        marks_from(history.entries, calendar=terms.calendar, office_of=terms.office_of, put_off=put_off(history))
    )
    late = sorted(_late_clocks(history, terms))
    return Retold(_line(history, marks, late, terms), marks, list(_legs(history, late, terms)))


def _line(history: History, marks: list[Counted], late: list[Any], terms: Terms) -> dict[str, Any] | None:
    facts, last = _facts(history.entries), history.entries[-1]
    within = [mark for mark in marks if terms.period.first_on <= mark.day <= terms.period.until_on]
    is_open = PROBLEM.state(last.dest).phase is Phase.OPEN
    happened = any(mark.kind not in NO_EVENT for mark in within)
    if not (happened or is_open) or (terms.group_id is not None and facts.get("group_id") != terms.group_id):
        return None
    kinds = Counter(mark.kind for mark in within)
    _, _, name, unit_id, due_on = late[0] if late else (None, None, None, None, None)
    return {
        "problem_id": history.problem_id,
        "number": history.number,
        "enterprise_id": facts.get("enterprise_id"),
        "title": facts.get("title"),
        "category": facts.get("category"),
        "group_id": facts.get("group_id"),
        "state": last.dest,
        "round": last.round,
        "reported_on": next((mark.day for mark in marks if mark.kind == Counts.REPORTED), None),
        "closed_on": _closed_on(history.entries, terms.calendar),
        "satisfaction": facts.get("satisfaction"),
        "objected": kinds[Counts.OBJECTED],
        "extended": kinds[Counts.EXTENDED],
        "last_minute": sum(_last_minute(mark, terms) for mark in within),
        "late_leg": name,
        "late_unit_id": unit_id,
        "due_on": due_on,
        "late_days": max(terms.calendar.between(due_on, terms.today), 0) if due_on else None,
    }


def _facts(entries: Iterable[Any]) -> dict[str, Any]:
    """The columns of the problem as its answers filled them."""
    facts: dict[str, Any] = {}
    for entry in entries:
        if entry.action not in ACTIONS:
            continue
        action, given = ACTIONS[entry.action], {each["name"]: each["value"] for each in entry.answers}
        facts |= action.sets
        facts |= {
            question.keep: given[question.name]
            for question in action.asks
            if question.keep and question.name in given and (not question.only_in or entry.source in question.only_in)
        }
    return facts


ACTIONS = {action.name: action for action in PROBLEM.actions}
CLOSED_ON = {question.name for action in PROBLEM.actions for question in action.asks if question.keep == "closed_on"}


def _closed_on(entries: Iterable[Any], calendar: Calendar) -> date | None:
    closed = None
    for entry in entries:
        if PROBLEM.state(entry.dest).phase is not Phase.CLOSED:
            closed = None
        elif closed is None:
            closed = _told_day(entry) or calendar.day_of(entry.at)
    return closed


def _told_day(entry: Any) -> date | None:
    """The day of its end that an old ledger told of."""
    told = next((each["value"] for each in entry.answers if each["name"] in CLOSED_ON), None)
    return date.fromisoformat(told) if told else None


def _last_minute(mark: Counted, terms: Terms) -> bool:
    return mark.kind == Counts.EXTENDED and mark.lead is not None and mark.lead <= terms.soon_days


# -- Its clocks, as they stood then ------------------------------------------------------------------------------------


def _late_clocks(history: History, terms: Terms) -> Iterator[tuple[datetime, int, str, int | None, date]]:
    """Those that had run out and ran on: due moment, key, name, unit, due day."""
    for clock in history.clocks:
        if clock.name in NOT_OURS or not _running(history, clock, terms):
            continue
        due_on, due_at = _due_then(history, clock, terms)
        if due_at <= terms.now:
            yield due_at, clock.id, clock.name, clock.unit_id, due_on


def _running(history: History, clock: Any, terms: Terms) -> bool:
    started = _happened(history, clock.started_at, terms)
    stopped = clock.stopped_at is not None and _happened(history, clock.stopped_at, terms)
    waits = [
        step.kind
        for step in history.steps.get(clock.id, ())
        if step.kind in (StepKind.WAITED, StepKind.RESUMED) and _counts(step, terms)
    ]
    return started and not stopped and waits[-1:] != [StepKind.WAITED]


def _happened(history: History, moment: datetime, terms: Terms) -> bool:
    """Whether it was on record already: what is written later may bear an earlier moment."""
    return moment <= terms.now and moment not in history.later


def _counts(step: Any, terms: Terms) -> bool:
    return bool(step.at <= terms.now if step.entry_id is None else step.entry_id <= terms.entry_id)


def _due_then(history: History, clock: Any, terms: Terms) -> tuple[date, datetime]:
    """The due day before anything that happened to the clock later."""
    moved = (
        step.due_before_on
        for step in history.steps.get(clock.id, ())
        if step.due_before_on is not None and not _counts(step, terms)
    )
    before = next(moved, None)
    if before is None or before == clock.due_on:
        return clock.due_on, clock.due_at
    return before, terms.calendar.at(before + ONE_DAY)


def _legs(history: History, late: list[Any], terms: Terms) -> Iterator[tuple[int | None, datetime | None, str]]:
    for clock in history.clocks:
        if clock.name not in NOT_OURS and clock.stopped_at and _happened(history, clock.stopped_at, terms):
            yield clock.unit_id, clock.stopped_at, _went(clock)
    for _, _, _, unit_id, _ in late:
        yield unit_id, None, "late"


def _went(clock: Any) -> str:
    if clock.late:
        return "late"
    left = clock.ended == Ended.LEFT and clock.name in ANSWERABLE
    return "void" if left or clock.ended == Ended.HANDED_OVER else "in_time"


# -- Counting ----------------------------------------------------------------------------------------------------------

PLAIN = tuple(kind.value for kind in Counts)


@dataclass
class Tally:
    """What happened in one period, by group (``ALL`` for the whole)."""

    period: Period
    terms: Terms
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    times: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, problem: Retold) -> None:
        """Count one problem."""
        for n, mark in enumerate(problem.marks):
            if self.period.first_on <= mark.day <= self.period.until_on and self._in_scope(mark.group_id):
                for key in (ALL, str(mark.group_id or "none")):
                    self._count(mark, problem.marks[n + 1 :], key)
        for unit_id, ended_at, went in problem.legs:
            if self._in_scope(unit_id) and self._ended_within(ended_at):
                for key in (ALL, str(unit_id or "none")):
                    self.counts[key][f"legs {went}"] += 1

    def _in_scope(self, unit_id: int | None) -> bool:
        return self.terms.group_id in (None, unit_id)

    def _ended_within(self, ended_at: datetime | None) -> bool:
        day = self.terms.today if ended_at is None else self.terms.calendar.day_of(ended_at)
        return self.period.first_on <= day <= self.period.until_on

    def _count(self, mark: Counted, later: list[Counted], key: str) -> None:
        count = self.counts[key]
        count[mark.kind] += 1
        after = [each.kind for each in later if each.entry_id > mark.entry_id]
        if mark.kind == Counts.ASSIGNED:
            fate = _first(after, {*TAKEN_AWAY, Counts.FINISHED})
            count["to_finish"] += fate not in TAKEN_AWAY
            count["done"] += fate == Counts.FINISHED
        elif mark.kind == Counts.FINISHED:
            count["called"] += _first(after, {Counts.ANSWERED, Counts.FINISHED}) == Counts.ANSWERED
            if mark.days is not None:
                self.times[key][mark.days] += 1
        elif mark.kind == Counts.ANSWERED:
            count["contacted"] += mark.contacted == "yes"
            count["solved"] += mark.solved == "yes"
            count[f"said {mark.satisfaction}"] += 1
        count["last_minute"] += _last_minute(mark, self.terms)

    def figures(self, key: str) -> dict[str, tuple[Any, Any, Any]]:
        """By name: value, numerator, denominator."""
        count, times, weights = self.counts[key], self.times[key], self.terms.weights
        answered, pleased, fair = count[Counts.ANSWERED], count["said satisfied"], count["said fair"]
        content = round(pleased + fair * weights.fair / 100, 2)
        legs_good, legs = count["legs in_time"], count["legs in_time"] + count["legs late"]
        told: dict[str, tuple[Any, Any, Any]] = {name: (count[name], None, None) for name in PLAIN}
        told |= {name: (count[name], None, None) for name in ("contacted", "solved", "last_minute")}
        told |= {
            "content": (pleased + fair, None, None),
            "dissatisfied": (count["said dissatisfied"], None, None),
            "finish_rate": _share(count["done"], count["to_finish"]),
            "coverage": _share(count["called"], count[Counts.FINISHED]),
            "response": _share(count["contacted"], answered),
            "solution": _share(count["solved"], answered),
            "in_time": _share(legs_good, legs),
            "deviation": _share(count[Counts.DEVIATED], count[Counts.SAMPLED]),
            "mean_days": (reckoning.mean(times), None, sum(times.values())),
            "most_days": (reckoning.most_within(times), None, sum(times.values())),
        }
        satisfied = reckoning.satisfaction(pleased, fair, answered, fair_weight=weights.fair)
        points = reckoning.overall(count["contacted"], count["solved"], pleased, fair, answered, weights=weights)
        told |= {"satisfaction": (satisfied, content, answered), "overall": (points, None, answered)}
        return {name: told[name] for name in TOLD}

    def values(self) -> dict[str, Any]:
        """What an earlier period is compared by."""
        told = self.figures(ALL)
        return {name: told[name][0] for name in COMPARED}


def _first(kinds: Iterable[str], wanted: set[Any]) -> str | None:
    return next((kind for kind in kinds if kind in wanted), None)


def _share(part: int, whole: int) -> tuple[Any, Any, Any]:
    return reckoning.share(part, whole), part, whole


@dataclass
class Summed:
    """What the lines come to; the same as ``queries.Sums``, added up here."""

    states: Counter[str] = field(default_factory=Counter)
    late: dict[int | None, tuple[int, int]] = field(default_factory=dict)
    topics: Counter[str | None] = field(default_factory=Counter)

    def add(self, line: Mapping[str, Any], period: Period) -> None:
        """One line more."""
        self.states[line["state"]] += 1
        if line["late_leg"] is not None:
            size, days = self.late.get(line["late_unit_id"], (0, 0))
            self.late[line["late_unit_id"]] = (size + 1, max(days, line["late_days"]))
        if line["reported_on"] and period.first_on <= line["reported_on"] <= period.until_on:
            self.topics[line["category"]] += 1
