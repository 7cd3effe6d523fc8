"""Reading which notices about problems at work were never delivered."""

from typing import Any

from sqlalchemy import Select, select

from helpdesk.enterprises.models import Enterprise
from helpdesk.listings.queries import Condition, Keys, Order
from helpdesk.notices.models import FAILED, Notice
from helpdesk.problems.cases import Standing
from helpdesk.problems.models import Problem
from helpdesk.problems.queries import visible_to
from workflows.terms import Phase

WRITTEN = Order((Notice.written_at, Notice.id), (Notice.written_at.desc(), Notice.id.desc()))


def undelivered(me: Standing) -> Keys:
    """Notices that failed for good, of problems at work that this person may see."""
    at_work = select(Problem.id).where(Problem.phase == Phase.OPEN, visible_to(me))
    return select(Notice.id).where(Notice.status == FAILED, Notice.problem_id.in_(at_work))


def as_role(role: str) -> Condition:
    """Notices whose reader was told in that role."""
    return Notice.role == role


def of_problems(condition: Condition) -> Condition:
    """Notices about problems for which this holds."""
    return Notice.problem_id.in_(select(Problem.id).where(condition))


def notice_lines(keys: Any, *, longest: int) -> Select[Any]:
    """The lines of these notices, each with its problem; ``longest`` plays no part, nothing in them is long."""
    wanted = keys.subquery()
    columns: tuple[Any, ...] = (
        *(Problem.id, Problem.number, Problem.title, Problem.phase, Enterprise.name.label("enterprise")),
        *(Notice.subject, Notice.reader_name, Notice.role, Notice.written_at, Notice.tries),
    )
    return (
        select(*columns)
        .select_from(Notice)
        .join(wanted, wanted.c.id == Notice.id)
        .join(Problem, Problem.id == Notice.problem_id)
        .outerjoin(Enterprise, Enterprise.id == Problem.enterprise_id)
    )
