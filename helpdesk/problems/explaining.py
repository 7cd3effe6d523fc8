"""Why this date: everything that a clock's due day follows from, gathered once, counted out by the one ``account()``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from helpdesk.clock import calendar
from helpdesk.notices.models import Notice
from helpdesk.problems import clock_queries, queries, ticking
from helpdesk.problems.cases import ticking as seen
from helpdesk.problems.legs import How, Leg, legs_of
from helpdesk.problems.models import ClockStep, Entry, Problem, ProblemClock, Strike
from helpdesk.rules import Rules, rules_on
from workflows import clocks
from workflows.accounts import Account, History, Step, StepKind, account
from workflows.engine import NotNow
from workflows.problem import PROBLEM
from workflows.request import FOLLOWS
from workflows.roles import LABELS
from workflows.terms import Clock, Tell

OPENING = time(8, 30)
"""When work goes on after a suspension that is only imagined."""
SUSPENDED = PROBLEM.action(FOLLOWS["suspension"]).moves[0].dest
STARTS_WITHIN = PROBLEM.action(FOLLOWS["suspension"]).label


@dataclass(frozen=True)
class Basis:
    """The policy version a clock started under; ``number`` None: the rules that the program is shipped with."""

    name: str
    number: int | None = None
    effective_on: date | None = None
    approved_by: str | None = None


@dataclass(frozen=True)
class Happened:
    """A step of the clock with the line of the timeline that tells of it, where there is one."""

    step: ClockStep
    entry: Entry | None


@dataclass(frozen=True)
class Told:
    """A milestone that has struck, with everybody who was told because of it."""

    strike: Strike
    label: str
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class Ahead:
    """A milestone that is still to strike, under the version in force today."""

    label: str
    on: date
    to: tuple[str, ...]  # the parts of those who will be told


@dataclass(frozen=True)
class Supposed:
    """What the due day would be, if it were suspended today, or went on again, until that day."""

    until_on: date
    due: clocks.Due


@dataclass(frozen=True)
class Why:
    """A clock counted out. ``account.due`` is its due day; ``row`` what is on record."""

    problem: Problem
    row: ProblemClock
    clock: Clock  # as it is named and reminded of today
    account: Account
    start: Entry | None
    happened: tuple[Happened, ...]
    told: tuple[Told, ...]
    ahead: tuple[Ahead, ...]
    leg: Leg
    basis: Basis
    in_force: Rules
    now: datetime
    today: date

    @property
    def how(self) -> How:
        """How it went, or stands."""
        return self.leg.how

    @property
    def from_record(self) -> bool:
        """Whether the way to the date is not on record: it was taken over as it was."""
        return any(each.step.kind == StepKind.FIXED for each in self.happened)

    @property
    def can_be_suspended(self) -> bool:
        """Whether a suspension would make this clock wait."""
        return self.how in (How.RUNNING, How.OVERDUE) and SUSPENDED in self.clock.waits_in

    @property
    def can_be_tried(self) -> bool:
        """Whether it makes sense to suppose that it waited until some day."""
        return self.how is How.WAITING or self.can_be_suspended


def history_of(row: ProblemClock, steps: Iterable[ClockStep], *more: Step) -> History:
    """All that the due day of a clock follows from, with further steps that are only supposed."""
    known = seen(row, steps).history
    return History(known.started_at, known.limit, (*known.steps, *more))


def counted_out(history: History) -> Account:
    """The account under the calendar in force; NotNow says in Chinese why it cannot be counted."""
    try:
        return account(history, calendar())
    except ValueError as error:
        raise NotNow(f"这个日期现在数不出来：{error}") from error


def why(problem: Problem, row: ProblemClock, basis: Basis, now: datetime) -> Why:
    """Gather what a clock's page shows: six queries, whatever happened to it."""
    today = calendar().day_of(now)
    steps = queries.steps_of([row.id]).get(row.id, [])
    entries = queries.timeline(problem.id)[::-1]
    strikes = sorted(queries.struck_of([row.id]).get(row.id, []), key=lambda each: (each.struck_on, each.id))
    rules = rules_on(today)
    clock = rules.clock(row.name)
    units = {row.unit_id: row.unit.name} if row.unit_id and row.unit else {}
    by_key = {entry.id: entry for entry in entries}
    return Why(
        problem=problem,
        row=row,
        clock=clock,
        account=counted_out(history_of(row, steps)),
        start=_start(row, clock, entries),
        happened=tuple(Happened(step, by_key.get(step.entry_id or 0)) for step in steps),
        told=_told(row, clock, strikes, clock_queries.told_of(problem.id, row.id) if strikes else []),
        ahead=_ahead(row, clock, strikes, rules, today) if row.stopped_at is None else (),
        leg=legs_of([row], {row.id: steps}, entries, units, now)[0],
        basis=basis,
        in_force=rules,
        now=now,
        today=today,
    )


def _start(row: ProblemClock, clock: Clock, entries: Sequence[Entry]) -> Entry | None:
    """The act that made the clock start: of several at one moment the one that led to where it runs."""
    then = [each for each in entries if each.at == row.started_at and each.matter_id == row.matter_id]
    return next((each for each in then if each.dest in clock.runs_in), then[0] if then else None)


def _told(row: ProblemClock, clock: Clock, strikes: Iterable[Strike], notices: Sequence[Notice]) -> tuple[Told, ...]:
    labels = {mark.name: mark.label for mark in clock.milestones}
    return tuple(
        Told(
            strike,
            labels.get(strike.milestone, "提醒"),
            tuple(each for each in notices if each.cause.startswith(_cause(row, strike))),
        )
        for strike in strikes
    )


def _cause(row: ProblemClock, strike: Strike) -> str:
    return f"s{row.id}.{strike.milestone}.{strike.due_on:%y%m%d}"


def _ahead(row: ProblemClock, clock: Clock, strikes: Sequence[Strike], rules: Rules, today: date) -> tuple[Ahead, ...]:
    """None while it waits: nobody is reminded of what stands still, nor of a day that has passed."""
    if row.unspent is not None:
        return ()
    coming = clocks.ahead(clock, seen(row), ticking.done(strikes, row, rules), calendar())
    left = ((max(day, today), mark) for day, mark in coming if mark.severity or day >= today)
    return tuple(Ahead(mark.label, day, _recipients(mark.tells)) for day, mark in left)


def _recipients(tells: Iterable[Tell]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(LABELS[each] for tell in tells for each in tell.to))


def supposed(found: Why, until_on: date) -> Supposed | None:
    """The due day if it were suspended today until that day, or if it went on again then; None where neither can be."""
    again = Step(calendar().at(until_on, OPENING), StepKind.RESUMED)
    if found.how is How.WAITING:
        more: tuple[Step, ...] = (again,)
    elif found.can_be_suspended:
        more = (Step(found.now, StepKind.WAITED, STARTS_WITHIN), again)
    else:
        return None
    steps = [each.step for each in found.happened]
    return Supposed(until_on, counted_out(history_of(found.row, steps, *more)).due)
