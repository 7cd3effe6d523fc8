"""Walks the real problems through the real commands over the past months, sweeping and posting on the way."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from helpdesk.clock import calendar, local
from helpdesk.db import db
from helpdesk.demo import beside
from helpdesk.demo.answering import Situation, answers
from helpdesk.demo.problems import STORIES, Record, Step, steps_of
from helpdesk.enterprises.models import Enterprise, Pairing
from helpdesk.org.models import Unit, UnitKind
from helpdesk.org.queries import handlers_of, seating
from helpdesk.org.roles import Seating
from helpdesk.problems import queries
from helpdesk.problems.commands import Actor, act
from helpdesk.problems.links import link_for
from helpdesk.problems.models import Problem
from workflows.book import ACTIONS
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import NEW, Action

OPENS, CLOSES = time(8, 40), time(17, 30)
URGENT_MINUTES, MINUTES = (6, 15), (20, 70)
"""Between two steps on the same day."""
GROUP_FIRST_WRONG = ("assign:other", "reassign")
"""A problem that goes to another group later was given to the wrong one first."""


@dataclass(frozen=True, order=True)
class Planned:
    """A step and its moment."""

    at: datetime
    record_id: str
    number: int
    step: Step


@dataclass
class Traveller:
    """A problem on its way, with what its next answers depend on."""

    record: Record
    draw: random.Random
    enterprise: Enterprise
    reporter_id: int
    group_id: int
    wrong_group_id: int
    problem_id: int | None = None
    said_progress: int = 0
    was_called: bool = False

    @property
    def first_group_id(self) -> int:
        """Where it is sent first."""
        steps = STORIES[self.record.story].steps
        return self.wrong_group_id if any(word in steps for word in GROUP_FIRST_WRONG) else self.group_id


def timetable(records: Iterable[Record], now: datetime) -> list[Planned]:
    """Every step of every story in the order of time; none is later than ``now``, all lie in office hours."""
    return sorted(planned for record in records for planned in _planned(record, now))


def _planned(record: Record, now: datetime) -> Iterator[Planned]:
    draw = random.Random(f"{record.id} when")
    story = STORIES[record.story]
    steps = list(steps_of(story, draw))
    days = _days(steps, calendar().add(_last_office_day(now), -draw.randint(*story.ago)))
    minutes = URGENT_MINUTES if "urgent" in story.steps else MINUTES
    at = now
    for number, (step, day) in enumerate(zip(steps, days, strict=True)):
        same_day = number > 0 and day == days[number - 1]
        start = at if same_day else calendar().at(day, OPENS)
        at = start + timedelta(minutes=draw.randint(*minutes), seconds=draw.randint(0, 59))
        yield Planned(at, record.id, number, step)


def _days(steps: list[Step], last: date) -> list[date]:
    """The day of each step, counted back from the last one's."""
    days = [last]
    for step in reversed(steps[1:]):
        days.append(calendar().add(days[-1], -step.days))
    return days[::-1]


def _last_office_day(now: datetime) -> date:
    """The last working day whose office hours are over."""
    today = calendar().day_of(now)
    over = calendar().is_working(today) and local(now).time() >= CLOSES
    return today if over else calendar().add(today, -1)


Round = tuple[datetime, Callable[[datetime], object]]
"""Something that the scheduler would have done at that moment."""


class Walk:
    """Carries the timetable out as if it happened then."""

    def __init__(self, records: Iterable[Record], now: datetime) -> None:
        self.records = {record.id: record for record in records}
        self.planned = timetable(self.records.values(), now)
        self.seating: Seating = seating(calendar().day_of(now))
        self.travellers = {record.id: _traveller(record) for record in self.records.values()}

    def go(self, rounds: Iterable[Round], *, each_step: Callable[[], None] = lambda: None) -> None:
        """Do every step and, in between, every round whose moment has come; ``rounds`` are in order."""
        waiting = list(rounds)[::-1]
        for planned in self.planned:
            while waiting and waiting[-1][0] <= planned.at:
                moment, do = waiting.pop()
                do(moment)
            self._do(planned)
            each_step()
        for moment, do in reversed(waiting):
            do(moment)

    def _do(self, planned: Planned) -> None:
        traveller, action = self.travellers[planned.record_id], ACTIONS[planned.step.action]
        problem = db.session.get(Problem, traveller.problem_id) if traveller.problem_id else None
        if problem and (action.via or action not in PROBLEM.actions):
            self._do_beside(traveller, planned, problem)
            return
        given = answers(action, self._situation(traveller, planned, problem))
        actor = self._actor(traveller, action, problem, planned.at)
        acted = act(traveller.problem_id, action.name, by=actor, given=given, now=planned.at)
        traveller.problem_id = acted.problem_id
        traveller.said_progress += action.name == "progress"
        traveller.was_called = traveller.was_called or action.name == "call_back"

    def _do_beside(self, traveller: Traveller, planned: Planned, problem: Problem) -> None:
        situation = self._situation(traveller, planned, problem)
        situation.keys |= beside.keys(problem.id, traveller.wrong_group_id)
        beside.do(
            planned.step.action,
            problem.id,
            seating=self.seating,
            draw=traveller.draw,
            now=planned.at,
            answer=lambda action: answers(action, situation),
        )

    def _situation(self, traveller: Traveller, planned: Planned, problem: Problem | None) -> Situation:
        contact = traveller.enterprise.contacts[0]
        return Situation(
            record=traveller.record,
            step=planned.step,
            draw=traveller.draw,
            now=planned.at,
            state=problem.state if problem else NEW,
            said_progress=traveller.said_progress,
            was_called=traveller.was_called,
            contact={"name": contact.name, "phone": contact.phone, "email": contact.email},
            keys=dict(self._keys(traveller, planned, problem)),
        )

    def _keys(self, traveller: Traveller, planned: Planned, problem: Problem | None) -> dict[str, int | None]:
        main = self.travellers.get(traveller.record.into)
        objecting = problem is not None and problem.group_id == traveller.group_id
        keys: dict[str, int | None] = {
            "enterprise": traveller.enterprise.id,
            "suggested_group": traveller.wrong_group_id if objecting else traveller.group_id,
            "main": main.problem_id if main else None,
        }
        if planned.step.action in ("assign", "reassign"):
            again = problem is not None and problem.group_id is not None
            keys["group"] = traveller.group_id if again else traveller.first_group_id
        if planned.step.action in ("sign", "hand_over") and problem:
            able = [each.id for each in handlers_of(problem.group_id, calendar().day_of(planned.at))]
            keys["handler"] = traveller.draw.choice([key for key in able[:3] if key != problem.handler_id])
        return keys

    def _actor(self, traveller: Traveller, action: Action, problem: Problem | None, now: datetime) -> Actor:
        role = action.roles[0]
        if role is Role.REPORTER:
            return self._person(traveller.reporter_id)
        assert problem is not None
        if role is Role.ENTERPRISE:
            actor = Actor.enterprise(link_for(problem, action.uses_link or "progress", now))
            db.session.commit()
            return actor
        if role is Role.HANDLER and problem.handler_id:
            return self._person(problem.handler_id)
        workers = queries.workers_on(problem.id)
        able = [each for each in self.seating.holders(role, problem.group_id) if each.person_id not in workers]
        chosen = traveller.draw.choice(able or self.seating.holders(role, problem.group_id))
        return Actor(chosen.person_id, chosen.name)

    def _person(self, person_id: int) -> Actor:
        person = queries.people_by_id({person_id})[person_id]
        return Actor.person(person)


def _traveller(record: Record) -> Traveller:
    draw = random.Random(f"{record.id} what")
    enterprise, reporter_id = _enterprise(record, draw)
    groups = {unit.name: unit.id for unit in db.session.scalars(select(Unit).where(Unit.kind == UnitKind.GROUP))}
    others = sorted(key for name, key in groups.items() if name != record.group)
    return Traveller(record, draw, enterprise, reporter_id, groups[record.group], draw.choice(others))


def _enterprise(record: Record, draw: random.Random) -> tuple[Enterprise, int]:
    """An enterprise of the record's branch, and the cadre who visits it."""
    paired = select(Enterprise, Pairing.person_id).join(Pairing, Pairing.enterprise_id == Enterprise.id)
    rows = db.session.execute(paired.where(Enterprise.industry == record.industry).order_by(Enterprise.id)).all()
    row = draw.choice(rows)
    return row.Enterprise, row.person_id
