"""Reading marks."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from helpdesk.db import db
from helpdesk.problems.marks import Mark
from workflows.counts import Counts


def latest_day(problem_id: int, kinds: Collection[Counts]) -> date | None:
    """The local day of the newest mark of these kinds; None where the record does not reach back so far."""
    wanted = select(Mark.day).where(Mark.problem_id == problem_id, Mark.kind.in_([kind.value for kind in kinds]))
    return db.session.scalar(wanted.order_by(Mark.entry_id.desc()).limit(1))
