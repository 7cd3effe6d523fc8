"""Reading what a single clock's explanation needs: its row, and who was told what because of it."""

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.notices.models import Notice
from helpdesk.problems.models import ProblemClock


def get_clock(problem_id: int, clock_id: int) -> ProblemClock:
    """That clock of that problem; NotFoundError when there is none."""
    wanted = select(ProblemClock).where(ProblemClock.id == clock_id, ProblemClock.problem_id == problem_id)
    row = db.session.scalars(wanted.options(joinedload(ProblemClock.unit))).one_or_none()
    if row is None:
        raise NotFoundError("没有找到这个时限")
    return row


def told_of(problem_id: int, clock_id: int) -> list[Notice]:
    """Who was told what because of a milestone of that clock, oldest first."""
    because = or_(Notice.clock_id == clock_id, Notice.cause.startswith(f"s{clock_id}.", autoescape=True))
    return list(db.session.scalars(select(Notice).where(Notice.problem_id == problem_id, because).order_by(Notice.id)))
