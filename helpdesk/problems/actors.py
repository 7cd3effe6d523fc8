"""Who wants a change, and everything that it needs to know, read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpdesk.org.models import Person
from helpdesk.org.roles import Seating
from helpdesk.problems.cases import NamedPeople
from helpdesk.problems.models import Link, Problem, ProblemClock
from workflows.roles import Role
from workflows.terms import Case


@dataclass(frozen=True)
class Actor:
    """Who wants it: a person, the enterprise through its link, or the clocks."""

    person_id: int | None
    name: str
    roles: frozenset[Role] | None = None  # known beforehand for the enterprise and the clocks
    link_id: int | None = None

    @classmethod
    def person(cls, person: Person) -> "Actor":
        """Somebody who is signed in; his roles follow from his posts and from the problem."""
        return cls(person.id, person.name)

    @classmethod
    def enterprise(cls, link: Link) -> "Actor":
        """The enterprise's contact, through the link that was sent to him."""
        return cls(None, link.problem.contact_name or "企业联系人", frozenset({Role.ENTERPRISE}), link.id)


SYSTEM = Actor(None, "系统", frozenset({Role.SYSTEM}))


@dataclass
class Scene:
    """All that one act needs, read once."""

    problem: Problem
    rows: list[ProblemClock]
    seating: Seating
    named: NamedPeople
    roles: frozenset[Role]
    case: Case
    now: datetime
    named_rows: Sequence[Any] = ()  # of the answers; held so that they are read only once
