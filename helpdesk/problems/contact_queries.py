"""Reading what an enterprise's contact reported himself or is the contact of."""

from sqlalchemy import Select, or_, select

from helpdesk.db import db
from helpdesk.enterprises.models import Contact
from helpdesk.enterprises.queries import family
from helpdesk.problems.models import Problem
from workflows.terms import Phase

MOST = 100


def reported_by(contact: Contact) -> list[Problem]:
    """The reported problems of his enterprise that bear his name or his telephone, the newest first."""
    return list(db.session.scalars(_of(contact).order_by(Problem.id.desc()).limit(MOST)))


def find_reported_by(contact: Contact, problem_id: int) -> Problem | None:
    """One of them, or None."""
    return db.session.scalars(_of(contact).where(Problem.id == problem_id)).first()


def _of(contact: Contact) -> Select[Problem]:
    """His name counts, too: his telephone may be another one by now."""
    return select(Problem).where(
        Problem.enterprise_id.in_(family(contact.enterprise_id)),
        or_(Problem.contact_phone == contact.phone, Problem.contact_name == contact.name),
        Problem.phase != Phase.START,
    )
