"""Who wants a change, and everything that it needs to know, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from helpdesk.clock import calendar
from helpdesk.enterprises.models import Contact
from helpdesk.org.models import Person
from helpdesk.org.roles import Seating
from helpdesk.org.standing_in import StandIn
from helpdesk.problems.cases import NamedPeople
from helpdesk.problems.models import Entry, Link, Matter, Problem, ProblemClock
from helpdesk.rules import Rules, rules_on
from workflows.roles import Role
from workflows.terms import Action, Case


@dataclass(frozen=True)
class Actor:
    """Who wants it: a person, the enterprise through its link, or the clocks."""

    person_id: int | None
    name: str
    roles: frozenset[Role] | None = None  # known beforehand for the enterprise and the clocks
    link_id: int | None = None
    reporter_id: int | None = None  # who stands for what the enterprise itself reports

    @classmethod
    def person(cls, person: Person) -> "Actor":
        """Somebody who is signed in; his roles follow from his posts and from the problem."""
        return cls(person.id, person.name)

    @classmethod
    def enterprise(cls, link: Link) -> "Actor":
        """The enterprise's contact, through the link that was sent to him."""
        return cls(None, link.problem.contact_name or "企业联系人", frozenset({Role.ENTERPRISE}), link.id)

    @classmethod
    def contact(cls, contact: Contact, reporter_id: int) -> "Actor":
        """An enterprise's contact who reports through his own link; ``reporter_id`` answers for it inside."""
        return cls(None, contact.name, frozenset({Role.ENTERPRISE}), reporter_id=reporter_id)


SYSTEM = Actor(None, "系统", frozenset({Role.SYSTEM}))


@dataclass(frozen=True)
class Wish:
    """What somebody wants done, and the form he wants it with."""

    name: str
    by: Actor
    given: Mapping[str, Any]
    now: datetime
    version: int | None = None  # of the problem he was looking at
    request_key: str | None = None
    via: str | None = None  # the process whose decision leads to it
    noted_at: datetime | None = None  # when it is written down and told, where that is later than it happened


@dataclass(frozen=True)
class Acted:
    """What was done; ``repeated`` when this very form had done it before."""

    problem_id: int
    entry_id: int
    action: Action
    repeated: bool = False


@dataclass(frozen=True)
class Part:
    """In which role somebody acts: his own, or that of another whose substitute he is (代); with its unit."""

    role: Role | None
    unit: str | None
    stands_in: StandIn | None = None


@dataclass
class Scene:
    """All that one act needs, read once; ``matter`` when it is about something beside the problem."""

    problem: Problem
    rows: list[ProblemClock]
    matters: list[Matter]
    seating: Seating
    named: NamedPeople
    roles: frozenset[Role]
    case: Case
    now: datetime
    matter: Matter | None = None
    named_rows: Sequence[Any] = ()  # of the answers; held so that they are read only once
    part: Part = Part(None, None)  # in which role it is done, once that is decided
    entry: Entry | None = None  # what the act left in the timeline, once it is written
    today: date = field(init=False)
    rules: Rules = field(init=False)

    def __post_init__(self) -> None:
        self.today = calendar().day_of(self.now)
        self.rules = rules_on(self.today)
