"""What people see before they decide: every problem that is under way, with all that the rules know of it, read at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import or_, select

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.enterprises.models import Contact, Enterprise
from helpdesk.enterprises.queries import paired
from helpdesk.org.models import Person
from helpdesk.org.queries import groups, handlers_of, seating
from helpdesk.org.roles import Seating
from helpdesk.problems.cases import NamedPeople, case_of, leads_of, named_people
from helpdesk.problems.models import Entry, Matter, Problem, ProblemClock
from helpdesk.rules import Rules, rules_on
from simulate.answering import House
from workflows.roles import Role
from workflows.terms import Case, Phase

REMEMBERED = timedelta(days=20)
"""For so long people come back to what is closed."""


def key_of(problem: Problem) -> str:
    """What a problem is called in every run."""
    return (problem.title or "").partition(" ")[0]


@dataclass
class Look:
    """The district in one slot of a day."""

    now: datetime
    problems: list[Problem]
    seating: Seating
    rules: Rules
    house: House
    names: dict[int, str]  # user names by key
    cadres: dict[int, list[int]]  # by enterprise
    clocks: dict[int, list[ProblemClock]]  # these by problem
    matters: dict[int, list[Matter]]
    workers: dict[int, set[int]]

    @cached_property
    def today(self) -> date:
        """The local date."""
        return calendar().day_of(self.now)

    @cached_property
    def away(self) -> frozenset[int]:
        """Those in whose place somebody else acts today."""
        return frozenset(person for person in self.names if self.seating.substitutes_of(person))

    def case(self, problem: Problem) -> Case:
        """What the rules know of that problem."""
        rows, matters = self.clocks.get(problem.id, []), self.matters.get(problem.id, [])
        return case_of(problem, rows, self.workers.get(problem.id, ()), matters=matters, today=self.today)

    def named(self, problem: Problem) -> NamedPeople:
        """The parts that are named with that problem."""
        helping = [each.unit_id for each in self.matters.get(problem.id, []) if each.unit_id]
        cadres = self.cadres.get(problem.enterprise_id or 0, ())
        return named_people(problem, cadres, leads_of(helping, self.seating))

    def players(self, role: Role, problem: Problem, named: NamedPeople) -> list[int]:
        """Who can act in that role today, in an order that is the same in every run."""
        found = set(named.get(role, ())) or {each.person_id for each in self.seating.holders(role, problem.group_id)}
        found |= {other for person in found for other in self.seating.substitutes_of(person)}
        return sorted(found - self.away, key=self.names.__getitem__)


def look(now: datetime) -> Look:
    """Read everything that people may act upon now."""
    today = calendar().day_of(now)
    problems = _problems(today)
    ids = [each.id for each in problems]
    return Look(
        now=now,
        problems=problems,
        seating=seating(today),
        rules=rules_on(today),
        house=_house(problems, today),
        names=dict(db.session.execute(select(Person.id, Person.username)).tuples().all()),
        cadres=paired({each.enterprise_id for each in problems if each.enterprise_id}, today),
        clocks=_by_problem(_rows(ProblemClock, ids)),
        matters=_by_problem(_rows(Matter, ids)),
        workers=_workers(ids),
    )


def _problems(today: date) -> list[Problem]:
    wanted = or_(Problem.phase != Phase.CLOSED, Problem.closed_on >= today - REMEMBERED)
    return sorted(db.session.scalars(select(Problem).where(wanted)), key=key_of)


def _rows(table: Any, ids: list[int]) -> Iterable[Any]:
    return db.session.scalars(select(table).where(table.problem_id.in_(ids)).order_by(table.id))


def _by_problem(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.problem_id, []).append(row)
    return found


def _workers(ids: list[int]) -> dict[int, set[int]]:
    """As the product counts them: whoever worked, and whom he stood in for."""
    rows = select(Entry.problem_id, Entry.by_id, Entry.for_id).where(Entry.problem_id.in_(ids), Entry.works)
    found: dict[int, set[int]] = {}
    for problem_id, *people in db.session.execute(rows):
        found.setdefault(problem_id, set()).update(each for each in people if each)
    return found


def _house(problems: list[Problem], today: date) -> House:
    units, handlers, enterprises = _fixed(today)
    mains = tuple(each.id for each in problems if each.state in ("handling", "assigned"))
    return House(units, handlers, enterprises, mains)


@lru_cache(maxsize=1)
def _fixed(today: date) -> tuple[Any, Any, Any]:
    """What stays the same for a day: groups, handlers, enterprises with their mailboxes."""
    units = tuple(unit.id for unit in groups())
    mailboxes = select(Enterprise.id, Contact.email).join(Contact).order_by(Enterprise.id)
    handlers = {unit: tuple(person.id for person in handlers_of(unit, today)) for unit in units}
    return units, handlers, tuple(map(tuple, db.session.execute(mailboxes)))
