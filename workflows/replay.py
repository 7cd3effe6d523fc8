"""What a draft of a policy would have done: the clocks of a past period run once as it was and once under the draft.

People are taken to have acted as they did; only limits, due days and reminders are other ones.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import pairwise

from workflows.accounts import Account, CountError, account
from workflows.book import CLOCKS
from workflows.calendar import Calendar
from workflows.clocks import limit_on, strike_day
from workflows.policy import Policy, Rule
from workflows.roles import Recipient, Role, Whose
from workflows.steps import BY_THE_HOUR, Due, History, Step, StepKind
from workflows.terms import Limit, Milestone


@dataclass(frozen=True, slots=True)
class Leg:
    """One clock of the period as it is on record; ``late`` once it has stopped."""

    id: int
    clock: str
    unit_id: int | None  # who answers for it
    group_id: int | None  # the group that has the problem
    history: History
    branch: str | None = None
    stopped_at: datetime | None = None
    late: bool | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """How a leg went, or would have gone; ``due`` is None where the draft's limit cannot be counted."""

    due: Due | None
    late: bool
    told: tuple[tuple[str, Recipient], ...]  # milestone, to whom


@dataclass(frozen=True, slots=True)
class Outcome:
    """A leg both ways."""

    leg: Leg
    before: Side
    after: Side

    @property
    def changed(self) -> bool:
        """Whether it would have been late and was not, or the other way round."""
        return self.before.late is not self.after.late


@dataclass
class Tally:
    """Legs of one unit and clock: how many, how many late both ways."""

    legs: int = 0
    late_before: int = 0
    late_after: int = 0


Place = tuple[Recipient, int | None]
"""A recipient; of those whom every group has its own of, with the group."""
IN_A_GROUP = frozenset({Role.GROUP_LEAD, Role.HANDLER, Role.LEADER})


@dataclass
class Replayed:
    """The sums, and every leg."""

    outcomes: list[Outcome] = field(default_factory=list)
    tallies: dict[tuple[str, int | None], Tally] = field(default_factory=dict)
    told_before: Counter[Place] = field(default_factory=Counter)
    told_after: Counter[Place] = field(default_factory=Counter)

    @property
    def changed(self) -> list[Outcome]:
        """The legs that would have ended otherwise."""
        return [each for each in self.outcomes if each.changed]


Versions = Sequence[tuple[date, Policy]]
"""Policies with the local day on which each came into force, the earliest first; the first one holds before as well."""


def replay(legs: Iterable[Leg], draft: Policy, *, versions: Versions, now: datetime, calendar: Calendar) -> Replayed:
    """Run the legs through the draft, side by side with the versions that were in force; clocks still run until ``now``."""
    replayed, counter = Replayed(), _Counter(calendar)
    for leg in legs:
        before = _side(leg, leg.history, versions, now, counter, recorded=leg.late)
        after = _side(leg, _under(leg, draft), [(date.min, draft)], now, counter)
        _add(replayed, Outcome(leg, before, after))
    return replayed


def _add(replayed: Replayed, outcome: Outcome) -> None:
    leg, before, after = outcome.leg, outcome.before, outcome.after
    replayed.outcomes.append(outcome)
    if CLOCKS[leg.clock].owner is not Role.ENTERPRISE:  # nobody in the district is late with it
        tally = replayed.tallies.setdefault((leg.clock, leg.unit_id), Tally())
        tally.legs += 1
        tally.late_before += before.late
        tally.late_after += after.late
    replayed.told_before.update(_place(leg, who) for _, who in before.told)
    replayed.told_after.update(_place(leg, who) for _, who in after.told)


def _place(leg: Leg, who: Recipient) -> Place:
    if who in (Whose.TURN, Role.ASSIST):
        return who, leg.unit_id
    if who not in IN_A_GROUP:
        return who, None
    return who, leg.unit_id if CLOCKS[leg.clock].owner in IN_A_GROUP else leg.group_id


def _under(leg: Leg, draft: Policy) -> History:
    """The same history with the draft's limit from the start on."""
    history = leg.history
    rule = draft.limits.get(leg.clock, CLOCKS[leg.clock].limit)
    limit = limit_on(rule, _branch(leg, rule)) or Limit(min(history.limit.amount, _most(rule)), history.limit.unit)
    steps = tuple(step for step in history.steps if step.kind is not StepKind.RETIMED)
    if limit == history.limit:
        return replace(history, steps=steps)
    return replace(history, steps=(Step(history.started_at, StepKind.RETIMED, limit=limit), *steps))


def _most(rule: Rule) -> int:
    return getattr(rule, "most", 0)


def _branch(leg: Leg, rule: Rule) -> str | None:
    """The branch on record; for clocks older than that record, the one that is shipped with the limit they had."""
    limits: Mapping[str | None, Limit] = getattr(CLOCKS[leg.clock].limit, "limits", {})
    if leg.branch is not None or not hasattr(rule, "limits"):
        return leg.branch
    return next((branch for branch, limit in limits.items() if limit == leg.history.limit), None)


# -- One side ----------------------------------------------------------------------------------------------------------


class _Counter:
    """Accounts, each counted once: limits in days depend on the day of the start alone."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._known: dict[History, Account | None] = {}

    def account(self, history: History) -> Account | None:
        """The account; None for a limit that cannot be counted."""
        key = history
        if not history.steps and history.limit.unit not in BY_THE_HOUR:
            key = replace(history, started_at=self.calendar.at(self.calendar.day_of(history.started_at)))
        if key not in self._known:
            try:
                self._known[key] = account(key, self.calendar)
            except CountError:
                self._known[key] = None
        return self._known[key]


def _side(
    leg: Leg, history: History, versions: Versions, now: datetime, counter: _Counter, *, recorded: bool | None = None
) -> Side:
    found, end = counter.account(history), leg.stopped_at or now
    if found is None:
        return Side(None, late=False, told=())
    late = _is_late(found, end) if recorded is None else recorded
    return Side(found.due, late, tuple(_told(leg, history, versions, end, counter)))


def _is_late(found: Account, end: datetime) -> bool:
    return found.unspent < 0 if found.unspent is not None else end >= found.due.at


def _told(
    leg: Leg, history: History, versions: Versions, end: datetime, counter: _Counter
) -> Iterator[tuple[str, Recipient]]:
    done: set[tuple[str, date | None]] = set()
    for since, until, due_on in _stretches(history, end, counter):
        for begins, ends, policy in _in_force(versions, since, until, counter.calendar):
            marks = policy.ladders.get(leg.clock, CLOCKS[leg.clock].milestones)
            for mark in _strikes(marks, history, due_on, (begins, ends), done, counter.calendar):
                yield from ((mark.name, who) for who in _readers(mark, leg.clock))


Stretch = tuple[datetime, datetime, date]
"""Between these moments the clock ran with that due day."""


def _stretches(history: History, end: datetime, counter: _Counter) -> Iterator[Stretch]:
    moments = [history.started_at, *(max(step.at, history.started_at) for step in history.steps), end]
    for taken, (since, until) in enumerate(pairwise(moments)):
        if since >= until:
            continue
        found = counter.account(replace(history, steps=history.steps[:taken]))
        if found is not None and not found.waiting:
            yield since, until, found.due.on


def _in_force(
    versions: Versions, since: datetime, until: datetime, calendar: Calendar
) -> Iterator[tuple[datetime, datetime, Policy]]:
    """A stretch by the versions in force in it."""
    for number, (_, policy) in enumerate(versions):
        begins = since if number == 0 else max(since, calendar.at(versions[number][0]))
        ends = until if number + 1 == len(versions) else min(until, calendar.at(versions[number + 1][0]))
        if begins < ends:
            yield begins, ends, policy


def _strikes(
    marks: Iterable[Milestone],
    history: History,
    due_on: date,
    stretch: tuple[datetime, datetime],
    done: set[tuple[str, date | None]],
    calendar: Calendar,
) -> Iterator[Milestone]:
    """What strikes in a stretch, as the sweep does it: escalations once ever, reminders once for each due day."""
    begins, ends = stretch
    first, started_on = calendar.day_of(begins), calendar.day_of(history.started_at)
    for mark in sorted(marks, key=lambda mark: mark.days):
        day, key = strike_day(mark, due_on, calendar), (mark.name, None if mark.severity else due_on)
        if key in done or max(calendar.at(day), begins) >= ends or not (mark.severity or day > started_on):
            continue
        done.add(key)
        if mark.severity or day >= first:  # a reminder whose day has passed lapses
            yield mark


def _readers(mark: Milestone, clock: str) -> Collection[Recipient]:
    """Whom a milestone tells, each once; the turn is that of whoever answers for the clock."""
    owner = CLOCKS[clock].owner
    found = [owner if who is Whose.TURN else who for tell in mark.tells for who in tell.to]
    return dict.fromkeys(found)
