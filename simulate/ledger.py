"""The ledger of a run by natural keys: what is written in two databases can be compared, whatever the rows' numbers are."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select

from helpdesk.calendars.models import Declaration
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices.models import Notice
from helpdesk.org.models import Person, Unit
from helpdesk.policies.models import PolicyVersion
from helpdesk.problems.models import ClockStep, Entry, Link, Matter, Problem, ProblemClock, Strike
from workflows.book import CLOCKS

Line = tuple[Any, ...]
"""One fact of a run in plain values; the first one says of which problem."""
CAUSE = re.compile(r"(?P<kind>[es]|calendar|policy)(?P<key>\d+)(?P<rest>.*)")
STRIKE = "strike"
LABELS = {(clock.name, mark.name): mark.label for clock in CLOCKS.values() for mark in clock.milestones}
ESCALATIONS = frozenset(mark.name for clock in CLOCKS.values() for mark in clock.milestones if mark.severity)
FOLLOWER = re.compile(r"\.f(\d+)$")


@dataclass
class Ledger:
    """Every section is a bag of lines, so that what happened twice is there twice."""

    sections: dict[str, Counter[Line]]
    recorded: Counter[Line]  # milestones in the timelines
    told: Counter[Line]  # milestones that struck and did not lapse
    notices: dict[Line, tuple[str, str]]  # who was told what for which cause -> status, Message-ID
    lapsed: dict[Line, bool]  # strikes, and whether they lapsed
    claimed: int  # notices somebody has taken and not given back
    escalations: int


def read() -> Ledger:
    """All of it."""
    return _Reader().read()


def _minutes(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else None


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


class _Reader:
    def read(self) -> Ledger:
        notices = {self._notice(row): (row.status, row.message_id or "") for row in self.notices}
        if len(notices) != len(self.notices):
            raise AssertionError("two notices tell one reader the same for the same cause")
        return Ledger(
            sections={
                "problems": Counter(map(self._problem, self.problems.values())),
                "timeline": Counter(self._entry(row) for row in self.entries.values() if row.action != STRIKE),
                "clocks": Counter(map(self._clock, self.clocks.values())),
                "steps of clocks": Counter(map(self._step, _all(ClockStep))),
                "requests and tasks": Counter(map(self._matter, self.matters.values())),
                "links": Counter(map(self._link, self.links.values())),
                "strikes": Counter(map(self._strike, self.strikes)),
            },
            notices=notices,
            recorded=Counter(self._recorded(row) for row in self.entries.values() if row.action == STRIKE),
            told=Counter(self._told(row) for row in self.strikes if not row.lapsed),
            lapsed={self._strike(row): row.lapsed for row in self.strikes},
            claimed=sum(row.claimed_by is not None for row in self.notices),
            escalations=sum(not row.lapsed and row.milestone in ESCALATIONS for row in self.strikes),
        )

    # -- Rows ----------------------------------------------------------------------------------------------------------

    @cached_property
    def problems(self) -> dict[int, Problem]:
        return _by_id(Problem)

    @cached_property
    def entries(self) -> dict[int, Entry]:
        return _by_id(Entry)

    @cached_property
    def clocks(self) -> dict[int, ProblemClock]:
        return _by_id(ProblemClock)

    @cached_property
    def matters(self) -> dict[int, Matter]:
        return _by_id(Matter)

    @cached_property
    def links(self) -> dict[int, Link]:
        return _by_id(Link)

    @cached_property
    def strikes(self) -> list[Strike]:
        return _all(Strike)

    @cached_property
    def notices(self) -> list[Notice]:
        return _all(Notice)

    @cached_property
    def declarations(self) -> dict[int, str]:
        return {key: row.title for key, row in _by_id(Declaration).items()}

    @cached_property
    def policies(self) -> dict[int, str]:
        return {key: row.name for key, row in _by_id(PolicyVersion).items()}

    @cached_property
    def people(self) -> dict[int, str]:
        return dict(db.session.execute(select(Person.id, Person.username)).tuples().all())

    @cached_property
    def units(self) -> dict[int, str]:
        return dict(db.session.execute(select(Unit.id, Unit.name)).tuples().all())

    # -- Lines ---------------------------------------------------------------------------------------------------------

    def _key(self, problem_id: int | None) -> str:
        problem = self.problems.get(problem_id or 0)
        return (problem.title or "").partition(" ")[0] if problem else ""

    def _problem(self, row: Problem) -> Line:
        return (
            self._key(row.id),
            *(row.number, row.state, row.phase, row.round, row.difficulty, row.urgency, row.unreached_calls),
            *(row.closing_number, _day(row.closed_on), row.closed_late, row.satisfaction, row.solved),
            *(self.units.get(row.group_id or 0), self.people.get(row.handler_id or 0), self._key(row.merged_into_id)),
            *(_minutes(row.state_since_at), _minutes(row.reported_at), _minutes(row.assigned_at)),
            *(_day(row.due_on), _minutes(row.due_at), row.waiting, row.provisional),
        )

    def _entry(self, row: Entry) -> Line:
        matter = self.matters.get(row.matter_id or 0)
        return (
            self._key(row.problem_id),
            *(_minutes(row.at), row.action, row.label, row.by_name, row.by_role, self.people.get(row.for_id or 0)),
            *(row.source, row.dest, row.round, self._matter(matter)[1:5] if matter else None),
        )

    def _recorded(self, row: Entry) -> Line:
        """A milestone as the timeline tells it: it belongs to a day, everything else to a moment."""
        clock = next(each["value"] for each in row.answers if each["name"] == "clock")
        return (self._key(row.problem_id), clock, row.label, _day(calendar().day_of(row.at)))

    def _told(self, row: Strike) -> Line:
        """The same milestone as the ledger of strikes has it."""
        clock = self.clocks[row.clock_id]
        return (self._key(clock.problem_id), clock.name, LABELS[clock.name, row.milestone], _day(row.struck_on))

    def _clock(self, row: ProblemClock) -> Line:
        return (
            *self._clock_name(row),
            *(row.amount, row.counted_in, row.branch, _day(row.due_on), _minutes(row.due_at), row.provisional),
            *(_minutes(row.stopped_at), row.ended, row.late, row.used, row.late_by, row.extended),
            *(_minutes(row.waiting_since_at), row.unspent, self.units.get(row.unit_id or 0)),
            *(self.people.get(row.person_id or 0), _minutes(row.strike_at), row.policy_id is not None),
        )

    def _clock_name(self, row: ProblemClock) -> Line:
        matter = self.matters.get(row.matter_id or 0)
        of_matter = self._matter(matter)[1:5] if matter else None
        return (self._key(row.problem_id), row.name, row.round, _minutes(row.started_at), of_matter)

    def _step(self, row: ClockStep) -> Line:
        return (
            *self._clock_name(self.clocks[row.clock_id]),
            *(_minutes(row.at), row.kind, row.reason, row.by_name, _day(row.until_on), row.amount, row.counted_in),
            *(_day(row.due_before_on), _day(row.due_after_on)),
        )

    def _matter(self, row: Matter) -> Line:
        return (
            self._key(row.problem_id),
            *(row.process, row.kind, self.units.get(row.unit_id or 0), _minutes(row.opened_at)),
            *(row.state, row.phase, row.round, self.people.get(row.opened_by_id or 0), _minutes(row.ended_at)),
            *(_day(row.due_on), row.waiting, row.provisional, repr(sorted(row.asked.items()))),
        )

    def _link(self, row: Link) -> Line:
        return (
            self._key(row.problem_id),
            *(row.purpose, row.round, _minutes(row.issued_at), _minutes(row.expires_at), _minutes(row.used_at)),
        )

    def _strike(self, row: Strike) -> Line:
        clock = self.clocks[row.clock_id]
        return (*self._clock_name(clock), row.milestone, _day(row.due_on), _day(row.struck_on))

    def _notice(self, row: Notice) -> Line:
        return (self._key(row.problem_id), row.name, self._reader(row), row.role, self._cause(row.cause))

    def _reader(self, row: Notice) -> Any:
        if row.person_id:
            return self.people[row.person_id]
        link = self.links.get(row.link_id or 0)
        return (self._key(link.problem_id), link.purpose, link.round) if link else row.reader

    def _cause(self, cause: str) -> Any:
        """The entry or the strike behind a notice, named as in every run."""
        found = CAUSE.fullmatch(cause)
        if found is None:
            return cause
        kind, key, rest = found["kind"], int(found["key"]), FOLLOWER.sub("", found["rest"])
        if kind in ("calendar", "policy"):
            return (kind, (self.declarations if kind == "calendar" else self.policies)[key], rest)
        if kind == "s" and key in self.clocks:
            return ("strike", *self._clock_name(self.clocks[key]), rest)
        return ("entry", *self._entry(self.entries[key])[:3], rest) if key in self.entries else cause


def _by_id(table: Any) -> dict[int, Any]:
    return {row.id: row for row in _all(table)}


def _all(table: Any) -> list[Any]:
    return list(db.session.scalars(select(table).order_by(table.id)))
