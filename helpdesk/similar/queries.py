"""Reading what was learned, and problems that hold the same pairs of characters."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import and_, case, delete, func, insert, literal, select, union_all

from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise
from helpdesk.indexing.queries import holding
from helpdesk.problems.cases import Standing
from helpdesk.problems.indexed import PROBLEM_KIND
from helpdesk.problems.models import Problem
from helpdesk.problems.queries import visible_to
from helpdesk.similar.models import GroupCount, PairCount
from helpdesk.similar.suggesting import Learned
from helpdesk.similar.weighing import Weights
from workflows.terms import Phase

ALL = ""
"""The pair under which the number of all problems stands."""


# -- What was learned --------------------------------------------------------------------------------------------------


def weights_for(pairs: Collection[str]) -> Weights:
    """How much each of these pairs says, as of the last time it was counted."""
    rows = select(PairCount.pair, PairCount.problems).where(PairCount.pair.in_([*pairs, ALL]))
    counts = {row.pair: row.problems for row in db.session.execute(rows)}
    return Weights(counts.pop(ALL, 0), counts)


def learned_about(pairs: Collection[str]) -> Learned:
    """To which groups problems with these pairs went, as of the last time it was counted."""
    rows = select(GroupCount.pair, GroupCount.unit_id, GroupCount.problems).where(GroupCount.pair.in_([*pairs, ALL]))
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    for pair, unit_id, problems in db.session.execute(rows):
        counts[pair][unit_id] = problems
    return Learned(counts.pop(ALL, {}), counts)


def sample(most: int) -> Iterator[Any]:
    """Title, detail and group of reported problems: of all, or of so many that are spread evenly over all."""
    step = (db.session.scalar(select(func.max(Problem.id))) or 0) // most + 1
    rows = select(Problem.title, Problem.detail, Problem.group_id)
    yield from db.session.execute(rows.where(Problem.phase != Phase.START, Problem.id % step == 0))


def write_counts(problems: Counter[str], groups: Mapping[int, Counter[str]]) -> None:
    """Put these counts in the place of those that were there; nothing is committed."""
    db.session.execute(delete(PairCount))
    db.session.execute(delete(GroupCount))
    rows = [{"pair": pair, "problems": count} for pair, count in problems.items()]
    of_groups = [
        {"pair": pair, "unit_id": unit_id, "problems": count}
        for unit_id, counts in groups.items()
        for pair, count in counts.items()
    ]
    if rows:
        db.session.execute(insert(PairCount), rows)
    if of_groups:
        db.session.execute(insert(GroupCount), of_groups)


# -- Problems that hold the same pairs ---------------------------------------------------------------------------------


def candidates(
    me: Standing,
    weighed: Mapping[str, float],
    *,
    enterprise_id: int | None,
    but: int | None,
    phases: Collection[Phase],
    most: int,
) -> list[Any]:
    """The problems of these phases that hold most of these pairs, by weight, and the newest of the enterprise.

    ``seen``: whether this person may see it. What he may not see is for counting alone.
    """
    parts = [
        select(holding(PROBLEM_KIND, pair).subquery().c.subject_id.label("key"), literal(weight).label("weight"))
        for pair, weight in weighed.items()
    ]
    if not parts:
        return []
    found = union_all(*parts).subquery()
    in_phase = Problem.phase.in_(phases)
    weight = func.sum(found.c.weight)
    best = select(found.c.key).join(Problem, and_(Problem.id == found.c.key, in_phase)).group_by(found.c.key)
    keys = set(db.session.scalars(best.order_by(weight.desc(), found.c.key.desc()).limit(most)))
    if enterprise_id is not None:
        own = select(Problem.id).where(Problem.enterprise_id == enterprise_id, in_phase)
        keys.update(db.session.scalars(own.order_by(Problem.id.desc()).limit(most)))
    return _with_facts(me, keys - {but})


def _with_facts(me: Standing, keys: Collection[int | None]) -> list[Any]:
    rows = select(
        Problem.id,
        Problem.number,
        Problem.title,
        Problem.detail,
        Problem.state,
        Problem.phase,
        Problem.answer,
        Problem.group_id,
        Problem.enterprise_id,
        Enterprise.name.label("enterprise"),
        case((visible_to(me), 1), else_=0).label("seen"),
    ).join(Enterprise, Enterprise.id == Problem.enterprise_id)
    return list(db.session.execute(rows.where(Problem.id.in_(keys)).order_by(Problem.id.desc()))) if keys else []


def kindred_of(problem: Problem) -> list[Problem]:
    """The problems that are linked with this one as being of the same kind, whichever of them says so."""
    wanted = Problem.kindred_id == problem.id
    if problem.kindred_id:
        wanted = wanted | (Problem.id == problem.kindred_id)
    return list(db.session.scalars(select(Problem).where(wanted, Problem.phase != Phase.START).order_by(Problem.id)))
