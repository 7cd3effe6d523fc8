"""Reading samples: what can be drawn, what was, who was involved, and how often the record did not hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, Select, case, cast, func, or_, select
from sqlalchemy.orm import joinedload

from helpdesk.closing.judging import JUDGING
from helpdesk.closing.models import Sample, SampleItem
from helpdesk.db import db, once
from helpdesk.enterprises.models import Enterprise
from helpdesk.errors import NotFoundError
from helpdesk.listings.queries import Condition, Keys, Order
from helpdesk.org.models import Unit
from helpdesk.problems.cases import Standing
from helpdesk.problems.models import Entry, Problem
from helpdesk.problems.queries import visible_to
from workflows.problem import PROBLEM
from workflows.sampling import SAMPLING, Frame
from workflows.terms import Phase

DONE = "done"
ENDS = frozenset(PROBLEM.names_in(Phase.CLOSED))
INVOLVES = tuple(
    action.name for action in PROBLEM.actions if action in JUDGING or any(move.dest in ENDS for move in action.moves)
)
"""Acts after which somebody has had a part in how it ended: he called it back, closed it, let it be withdrawn."""
_PART = or_(Entry.works, Entry.action.in_(INVOLVES))


def frame_of(kind: str, first_on: date, until_on: date) -> Frame:
    """What ended so in that period, by key: the problems among which is drawn, each with its group."""
    rows = select(Problem.id, Problem.group_id).where(
        Problem.state == kind, Problem.closed_on >= first_on, Problem.closed_on <= until_on
    )
    return [(key, group) for key, group in db.session.execute(rows.order_by(Problem.id))]


def records_of(problem_ids: Sequence[int]) -> dict[int, Problem]:
    """These problems by key."""
    return {each.id: each for each in db.session.scalars(select(Problem).where(Problem.id.in_(problem_ids)))}


def involved_in(problem_id: int) -> frozenset[int]:
    """Whoever worked on a problem, called it back, or ended it; with those they stood in for."""
    rows = select(Entry.by_id, Entry.for_id).where(Entry.problem_id == problem_id, _PART)
    return frozenset(key for row in db.session.execute(rows.distinct()) for key in row if key)


def involves(entry: Entry) -> bool:
    """Whether that entry gives a colleague a part in how a problem ended; the enterprise's own word does not."""
    return entry.by_id is not None and (entry.works or entry.action in INVOLVES)


def took_part_in(me: Standing) -> frozenset[int]:
    """Of the problems ever drawn: those in which this person, or somebody he stands in for, had a part."""
    return once(("took part", me.himself), lambda: _took_part_in(me))


def _took_part_in(me: Standing) -> frozenset[int]:
    his = or_(Entry.by_id.in_(me.himself), Entry.for_id.in_(me.himself))
    rows = select(Entry.problem_id).where(_PART, his, Entry.problem_id.in_(select(SampleItem.problem_id)))
    return frozenset(db.session.scalars(rows.distinct()))


WAITING = tuple(state.name for state in SAMPLING.states if state.phase is Phase.OPEN)
DRAWN = Order((SampleItem.id,), (SampleItem.id.desc(),))


def waiting(me: Standing) -> Keys:
    """What was drawn and has to be called, of problems that this person may see."""
    seen = SampleItem.problem_id.in_(select(Problem.id).where(visible_to(me)))
    return select(SampleItem.id).where(SampleItem.state.in_(WAITING), seen)


def of_group(group_id: int) -> Condition:
    """What was drawn of that group."""
    return SampleItem.group_id == group_id


def waiting_lines(keys: Any, *, longest: int) -> Select[Any]:
    """The lines of these; ``longest`` plays no part, nothing in them is long."""
    wanted = keys.subquery()
    columns: tuple[Any, ...] = (
        *(Problem.id, Problem.number, Problem.title, Problem.phase, Enterprise.name.label("enterprise")),
        *(Unit.name.label("group"), SampleItem.id.label("item_id"), SampleItem.state, Sample.kind, Sample.drawn_at),
    )
    return (
        select(*columns)
        .select_from(SampleItem)
        .join(wanted, wanted.c.id == SampleItem.id)
        .join(Sample, Sample.id == SampleItem.sample_id)
        .join(Problem, Problem.id == SampleItem.problem_id)
        .outerjoin(Enterprise, Enterprise.id == Problem.enterprise_id)
        .outerjoin(Unit, Unit.id == SampleItem.group_id)
    )


def samples() -> list[tuple[Sample, int, int, int]]:
    """Every sample, newest first, with how many were drawn, are finished, and deviate."""
    over = [state.name for state in SAMPLING.states if state.phase is Phase.CLOSED]
    finished = func.sum(case((SampleItem.state.in_(over), 1), else_=0))
    rows = (
        select(Sample, func.count(SampleItem.id), finished, func.sum(cast(SampleItem.deviates, Integer)))
        .join(SampleItem, SampleItem.sample_id == Sample.id)
        .options(joinedload(Sample.drawn_by))
        .group_by(Sample.id)
        .order_by(Sample.id.desc())
    )
    return [(sample, size, done or 0, deviating or 0) for sample, size, done, deviating in db.session.execute(rows)]


def get_sample(sample_id: int) -> Sample:
    """That sample; NotFoundError when there is none."""
    if sample := db.session.get(Sample, sample_id):
        return sample
    raise NotFoundError("没有找到这次抽查")


def find_by_key(request_key: str) -> Sample | None:
    """The sample that this very form has drawn, or None."""
    return db.session.scalars(select(Sample).where(Sample.request_key == request_key)).one_or_none()


def items_of(sample_id: int) -> list[SampleItem]:
    """What was drawn, in the order of the official numbers, with all that its page names."""
    rows = (
        select(SampleItem)
        .where(SampleItem.sample_id == sample_id)
        .join(SampleItem.problem)
        .options(
            joinedload(SampleItem.problem).joinedload(Problem.enterprise),
            joinedload(SampleItem.group),
            joinedload(SampleItem.called_by),
        )
    )
    return list(db.session.scalars(rows.order_by(Problem.number)))


def get_item(item_id: int, *, lock: bool = False) -> SampleItem:
    """That one, if need be locked where the database locks rows; NotFoundError when there is none."""
    wanted = select(SampleItem).where(SampleItem.id == item_id)
    if lock:
        wanted = wanted.with_for_update(of=SampleItem).execution_options(populate_existing=True)
    if item := db.session.scalars(wanted).one_or_none():
        return item
    raise NotFoundError("没有找到这一件抽查")


@dataclass(frozen=True)
class Deviation:
    """Of those of a group that were reached in samples of a kind: how many say otherwise than the record."""

    group_id: int | None
    group: str
    kind: str
    numerator: int
    denominator: int


def deviations(first_on: date, until_on: date) -> list[Deviation]:
    """偏差 by group and kind, of samples whose period lies within these days; only those who were reached count."""
    rows = (
        select(
            SampleItem.group_id,
            Unit.name,
            Sample.kind,
            func.sum(cast(SampleItem.deviates, Integer)),
            func.count(SampleItem.id),
        )
        .join(Sample, Sample.id == SampleItem.sample_id)
        .outerjoin(Unit, Unit.id == SampleItem.group_id)
        .where(Sample.first_on >= first_on, Sample.until_on <= until_on, SampleItem.state == DONE)
        .group_by(SampleItem.group_id, Unit.name, Sample.kind)
        .order_by(SampleItem.group_id.nulls_last(), Sample.kind)
    )
    return [
        Deviation(key, name or "没有责任组", kind, deviating or 0, reached)
        for key, name, kind, deviating, reached in db.session.execute(rows)
    ]
