"""Reading what an enterprise's contact reported himself or stands for."""

from sqlalchemy import Select, select

from helpdesk.db import db
from helpdesk.enterprises.queries import family
from helpdesk.problems.models import Problem
from workflows.terms import Phase

MOST = 100


def reported_by(enterprise_id: int, phone: str) -> list[Problem]:
    """The reported problems of that enterprise whose contact has this telephone, the newest first."""
    return list(db.session.scalars(_of(enterprise_id, phone).order_by(Problem.id.desc()).limit(MOST)))


def find_reported_by(enterprise_id: int, phone: str, problem_id: int) -> Problem | None:
    """One of them, or None."""
    return db.session.scalars(_of(enterprise_id, phone).where(Problem.id == problem_id)).first()


def _of(enterprise_id: int, phone: str) -> Select[Problem]:
    return select(Problem).where(
        Problem.enterprise_id.in_(family(enterprise_id)),
        Problem.contact_phone == phone,
        Problem.phase != Phase.START,
    )
