"""A house on paper: carries out what the rules say of one problem, without a database, and keeps everything to look at."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tests.workflows.days import CALENDAR
from tests.workflows.wishes import answers
from workflows.accounts import Step, StepKind
from workflows.clocks import (
    Ended,
    Extend,
    Resume,
    Start,
    Stop,
    Strike,
    Ticking,
    Wait,
    follow,
    has_run_out,
    next_strike_at,
    struck,
)
from workflows.engine import Decision, Offer, decide, offers
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import NEW, Case, Phase

FACTS = ("difficulty", "urgency", "objected", "appealed", "unreached_calls", "satisfaction", "answered")
"""The columns that the rules read again."""


@dataclass
class Row:
    """A clock on paper; ``done`` holds each milestone that has struck with the due day it belonged to."""

    ticking: Ticking
    started_at: datetime
    round: int
    ended: Ended | None = None
    done: list[tuple[Strike, object]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.ticking.name

    def silent(self) -> set[str]:
        """The milestones that will not strike again: escalations ever, reminders for this very due day."""
        due_on = self.ticking.due_on
        return {each.milestone.name for each, of in self.done if each.milestone.severity or of == due_on}


class PaperHouse:
    """One problem and its clocks, from the first wish on."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.case = Case(NEW)
        self.rows: list[Row] = []
        self.told: list[str] = []

    @property
    def state(self) -> str:
        return self.case.state

    @property
    def phase(self) -> Phase:
        return PROBLEM.state(self.state).phase if self.state != NEW else Phase.START

    @property
    def active(self) -> list[Row]:
        return [row for row in self.rows if row.ended is None]

    def clock(self, name: str) -> Ticking:
        """The clock of that name that has started and not stopped."""
        return next(row.ticking for row in self.active if row.name == name)

    def lasts(self) -> dict[str, str]:
        """The clocks that have started and not stopped, by how they stand."""
        return {row.name: "waits" if row.ticking.waiting else "runs" for row in self.active}

    def offers(self, roles: Collection[Role], actor: int | None = None) -> tuple[Offer, ...]:
        return offers(PROBLEM, self.seen(), roles=roles, actor=actor, now=self.now, today=CALENDAR.day_of(self.now))

    def seen(self) -> Case:
        """The case as the rules see it, clocks included."""
        since = [
            row for row in self.rows if row.ended and self.case.assigned_at and row.started_at >= self.case.assigned_at
        ]
        return replace(
            self.case,
            due_at={row.name: row.ticking.due_at for row in self.active},
            finished=frozenset(row.name for row in since if row.ended is Ended.ANSWERED),
            ended=frozenset(row.name for row in since),
        )

    def wait(self, **span: float) -> None:
        """Let time pass; what falls due strikes, and what runs out runs out, late or not."""
        self.now += timedelta(**span)
        self.sweep()

    def wait_until(self, moment: datetime) -> None:
        """Let time pass until then."""
        assert moment >= self.now
        self.now = moment
        self.sweep()

    def sweep(self) -> None:
        """Strike what is due, then let what has run out run out."""
        today = CALENDAR.day_of(self.now)
        for row in self.active:
            rule = PROBLEM.clock(row.name)
            found = struck(rule, row.ticking, row.silent(), today, CALENDAR)
            row.done += [(strike, row.ticking.due_on) for strike in found]
            if rule.lapses and has_run_out(rule, row.ticking, self.now):
                self.do(rule.lapses, Role.SYSTEM)

    def next_look(self) -> list[datetime]:
        """When each clock must be looked at again."""
        looks = [next_strike_at(PROBLEM.clock(row.name), row.ticking, row.silent(), CALENDAR) for row in self.active]
        return [look for look in looks if look is not None]

    def do(self, name: str, role: Role | None = None, *, actor: int | None = None, **given: Any) -> Decision:
        """One action with sensible answers, by the first role of the table when none is named."""
        action, today = PROBLEM.action(name), CALENDAR.day_of(self.now)
        wanted = answers(action, today, **given)
        roles = {role or action.roles[0]}
        decision = decide(
            PROBLEM,
            self.seen(),
            name,
            roles=roles,
            actor=actor,
            given=wanted,
            now=self.now,
            today=today,
            via=action.via,  # on paper every request is granted at once
        )
        self._write(decision, wanted, actor)
        return decision

    def walk(self, *names: str, **given: Any) -> "PaperHouse":
        """Several actions, one after the other, ten minutes apart."""
        for name in names:
            self.wait(minutes=10)
            self.do(name, **given)
        return self

    def _write(self, decision: Decision, given: Mapping[str, Any], actor: int | None) -> None:
        before, action = self.case, decision.action
        facts = {name: value for name, value in decision.keeps.items() if name in FACTS}
        for counter in decision.adds:
            facts[counter] = getattr(before, counter) + 1
        if "group_id" in decision.keeps:
            facts["has_group"] = decision.keeps["group_id"] is not None
        if decision.assigned:
            facts["assigned_at"] = self.now
        if decision.moved:
            facts["came_from"] = before.state
        if action.works and actor is not None:
            facts["workers"] = before.workers | {actor}
        self.case = replace(before, **facts, state=decision.dest, round=decision.round)
        closed = self.phase is Phase.CLOSED
        self.case = replace(self.case, closed_on=CALENDAR.day_of(self.now) if closed else None)
        self._write_clocks(decision, given)
        self.told += [tell.notice for tell in decision.tells]

    def _write_clocks(self, decision: Decision, given: Mapping[str, Any]) -> None:
        changes = follow(
            PROBLEM,
            case=self.seen(),
            action=decision.action,
            given=given,
            ticking=[row.ticking for row in self.active],
            assigned=decision.assigned,
            now=self.now,
            calendar=CALENDAR,
        )
        for change in changes:
            if isinstance(change, Start):
                self._start(change)
            else:
                self._change(change)

    def _start(self, change: Start) -> None:
        started_on, due = CALENDAR.day_of(self.now), change.due
        row = Ticking(len(self.rows), change.clock.name, change.limit, started_on, due.on, due.at, self.now)
        self.rows.append(Row(row, self.now, self.case.round))

    def _change(self, change: Wait | Resume | Extend | Stop) -> None:
        row = self.rows[change.id]
        if isinstance(change, Stop):
            row.ended = change.ended
        elif isinstance(change, Wait):
            self._step(row, Step(self.now, StepKind.WAITED), unspent=change.unspent)
        elif isinstance(change, Resume):
            due = change.due
            self._step(row, Step(self.now, StepKind.RESUMED), due_on=due.on, due_at=due.at, unspent=None)
        else:
            due, step = change.due, Step(self.now, StepKind.EXTENDED, until_on=change.until_on)
            self._step(row, step, due_on=due.on, due_at=due.at)

    def _step(self, row: Row, step: Step, **facts: Any) -> None:
        row.ticking = replace(row.ticking, steps=(*row.ticking.steps, step), **facts)
