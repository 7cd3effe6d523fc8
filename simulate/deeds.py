"""Something that somebody wants done, decided beforehand, and how it is carried out through the real commands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from helpdesk.db import db
from helpdesk.errors import NotFoundError, StaleError
from helpdesk.org.queries import find_by_username
from helpdesk.problems import queries
from helpdesk.problems.actors import Actor
from helpdesk.problems.commands import act, act_beside
from helpdesk.problems.links import link_for
from helpdesk.problems.models import Problem
from workflows.engine import Refused

ENTERPRISE = "enterprise"
DONE, REPEATED, REFUSED = "done", "repeated", "refused"


@dataclass(frozen=True)
class Deed:
    """Who does what to which problem when, with which answers; ``request_key`` as of a form that is sent once."""

    at: datetime
    key: str  # of the problem, in all runs the same
    problem_id: int | None
    name: str
    by: str  # a user name, or ENTERPRISE
    request_key: str
    process: str = "problem"
    matter_id: int | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    link: str = "progress"  # through which of its links the enterprise acts

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}Z {self.key}: {self.by} {self.name}"


def carry_out(deed: Deed) -> str:
    """Do it; DONE, REPEATED when this very deed was done before, or REFUSED and why."""
    try:
        by = _actor(deed)
        how: dict[str, Any] = {"by": by, "given": deed.given, "now": deed.at, "request_key": deed.request_key}
        if deed.process == "problem":
            acted = act(deed.problem_id, deed.name, **how)
        else:
            assert deed.problem_id is not None
            acted = act_beside(deed.problem_id, deed.process, deed.matter_id, deed.name, **how)
    except (Refused, StaleError, NotFoundError) as refused:
        return f"{REFUSED}: {refused}"
    return REPEATED if acted.repeated else DONE


def _actor(deed: Deed) -> Actor:
    if deed.by != ENTERPRISE:
        person = find_by_username(deed.by)
        assert person is not None
        return Actor.person(person)
    assert deed.problem_id is not None
    problem = db.session.get(Problem, deed.problem_id)
    assert problem is not None
    number = problem.round if deed.link == "evaluate" else 0
    found = queries.find_link_for(problem.id, deed.link, number) or link_for(problem, deed.link, deed.at)
    return Actor.enterprise(found)
