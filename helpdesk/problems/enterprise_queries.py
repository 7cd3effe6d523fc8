"""Reading what became of an enterprise's problems, for its story."""

from collections.abc import Collection

from sqlalchemy import select

from helpdesk.db import db
from helpdesk.problems.cases import Standing
from helpdesk.problems.marks import Mark
from helpdesk.problems.models import Entry, Problem
from helpdesk.problems.queries import visible_to
from workflows.counts import Counts

TOLD = frozenset(Counts) - {Counts.URGED, Counts.ASSIGNED, Counts.REASSIGNED, Counts.SENT_BACK, Counts.UPHELD}
"""What an enterprise's story tells; the inside of the offices stays on the problems' own pages."""


def milestones_of(me: Standing, enterprise_ids: Collection[int], limit: int = 100) -> list[tuple[Entry, Problem]]:
    """What happened to those problems of these enterprises that this person may see, the newest first."""
    of_them = select(Problem.id).where(Problem.enterprise_id.in_(enterprise_ids))
    kinds = [kind.value for kind in TOLD]
    marked = select(Mark.entry_id).where(Mark.problem_id.in_(of_them), Mark.kind.in_(kinds))
    rows = (
        select(Entry, Problem)
        .join(Problem, Problem.id == Entry.problem_id)
        .where(Problem.enterprise_id.in_(enterprise_ids), visible_to(me), Entry.id.in_(marked), ~Entry.internal)
        .order_by(Entry.id.desc())
        .limit(limit)
    )
    return [(entry, problem) for entry, problem in db.session.execute(rows)]
