"""From rows to what the rules know of a proceeding: its case, and who plays which part towards it."""

from helpdesk.org.roles import Seating
from helpdesk.problems.cases import NamedPeople
from helpdesk.proceedings import queries
from helpdesk.proceedings.models import Proceeding
from workflows import engine
from workflows.book import PROCESSES
from workflows.roles import Role
from workflows.terms import NEW, Case, Phase

SIGNS = ("lead", "liaison")
"""The duties of those who sign for their unit, whatever its kind."""


def case_of(proceeding: Proceeding | None, seating: Seating) -> Case:
    """What the rules may know of a proceeding; None for one that does not exist yet."""
    if proceeding is None:
        return Case(state=NEW)
    return Case(
        state=proceeding.state,
        asked_by=proceeding.opened_by_id,
        workers=workers_on(proceeding),
        level=proceeding.facts.get("level"),
        signers=len(signers_of(proceeding.unit_id, seating)) if proceeding.unit_id else None,
    )


def workers_on(proceeding: Proceeding) -> frozenset[int]:
    """Whoever did something of which the table says that it is work on it, and those he did it for (independence)."""
    works = [action.name for action in PROCESSES[proceeding.process].actions if action.works]
    return frozenset(queries.doers_of(proceeding.id, works)) if works else frozenset()


def signers_of(unit_id: int | None, seating: Seating) -> tuple[int, ...]:
    """Who signs for a unit himself, everybody once."""
    signing = (each for each in seating.sitters if each.unit_id == unit_id and each.duty in SIGNS)
    return tuple(dict.fromkeys(each.person_id for each in signing if each.for_id is None))


def named_people(unit_id: int | None, opened_by_id: int | None, seating: Seating) -> NamedPeople:
    """The parts that are named with a proceeding: who signs for the unit it is addressed to, and who opened it."""
    return {
        Role.ADDRESSEE: signers_of(unit_id, seating),
        Role.ASKER: (opened_by_id,) if opened_by_id else (),
    }


def roles_towards(
    person_id: int, process: str, proceeding: Proceeding | None, seating: Seating, unit_id: int | None = None
) -> frozenset[Role]:
    """Every part a person plays; a draft is nobody's business but of those who can go on with it."""
    unit_id = proceeding.unit_id if proceeding else unit_id
    named = named_people(unit_id, proceeding.opened_by_id if proceeding else None, seating)
    roles = seating.roles_of(person_id, unit_id, named)
    if proceeding is None or proceeding.phase != Phase.START:
        return roles
    working = {
        role for action in PROCESSES[process].actions if proceeding.state in action.sources for role in action.roles
    }
    return roles & working


def refusal(
    person_id: int, proceeding: Proceeding, name: str, seating: Seating, **wishing: object
) -> engine.Refused | None:
    """Why this person may not do that to a proceeding now; None when he may."""
    roles = roles_towards(person_id, proceeding.process, proceeding, seating)
    case = case_of(proceeding, seating)
    return engine.refusal(PROCESSES[proceeding.process], case, name, roles=roles, **wishing)  # type: ignore[arg-type]


def offers(person_id: int, proceeding: Proceeding, seating: Seating, **wishing: object) -> tuple[engine.Offer, ...]:
    """What this person may do with a proceeding now."""
    roles = roles_towards(person_id, proceeding.process, proceeding, seating)
    return engine.offers(PROCESSES[proceeding.process], case_of(proceeding, seating), roles=roles, **wishing)  # type: ignore[arg-type]
