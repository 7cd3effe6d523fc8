"""Which clocks the sweep must look at."""

from datetime import datetime

from sqlalchemy import or_, select

from helpdesk.db import db
from helpdesk.problems.models import ProblemClock


def running_clocks(*, after: int, not_due_at: datetime, limit: int) -> list[ProblemClock]:
    """Clocks that run and that the sweep need not look at yet, by key, locked; those with a key beyond ``after``."""
    wanted = (
        select(ProblemClock)
        .where(
            ProblemClock.id > after,
            ProblemClock.stopped_at.is_(None),
            ProblemClock.waiting_since_at.is_(None),
            or_(ProblemClock.strike_at.is_(None), ProblemClock.strike_at > not_due_at),
        )
        .order_by(ProblemClock.id)
        .limit(limit)
        .with_for_update(of=ProblemClock)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(wanted))
