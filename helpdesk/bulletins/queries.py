"""Reading bulletins, and the list behind one: a line for every problem of the period with the facts of this moment."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, insert, literal, or_, select, text, true
from sqlalchemy.orm import aliased

from helpdesk.bulletins.models import Bulletin, Issue, Row
from helpdesk.bulletins.periods import Period, Span
from helpdesk.calendars.models import Declaration, DeclaredDay
from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise
from helpdesk.errors import NotFoundError
from helpdesk.listings.queries import NOT_OURS
from helpdesk.problems.marks import Mark
from helpdesk.problems.models import Entry, Problem, ProblemClock
from helpdesk.proceedings.models import Proceeding
from workflows.counts import NO_EVENT, Counts
from workflows.terms import Phase

GONE = ("bulletin_discarded", "bulletin_withdrawn")
"""A bulletin in one of these states tells nobody anything any more."""
CHUNK = 2_000
"""Rows fetched at a time: memory does not grow with the list."""


@dataclass(frozen=True)
class About:
    """What a list is about, and as of when; ``soon_days``: extensions asked for later than so many days are 临期."""

    period: Period
    group_id: int | None
    now: datetime
    soon_days: int


# -- Bulletins ---------------------------------------------------------------------------------------------------------


def get(bulletin_id: int) -> Bulletin:
    """That bulletin; NotFoundError when there is none."""
    found = db.session.get(Bulletin, bulletin_id)
    if found is None:
        raise NotFoundError("没有找到这份通报")
    return found


def find(bulletin_id: int | None) -> Bulletin | None:
    """That bulletin, or None."""
    return db.session.get(Bulletin, bulletin_id) if bulletin_id else None


def everyone(*, only_issued: bool) -> list[Bulletin]:
    """All bulletins, the newest first; those who do not write them see the issued ones."""
    wanted = select(Bulletin).join(Proceeding, Proceeding.id == Bulletin.id).order_by(Bulletin.id.desc())
    if only_issued:
        wanted = wanted.join(Issue, Issue.bulletin_id == Bulletin.id)
    return list(db.session.scalars(wanted))


def numbered(number: str) -> Issue | None:
    """The issued bulletin of that number."""
    return db.session.scalar(select(Issue).where(Issue.number == number))


def numbers() -> list[Issue]:
    """Every issued bulletin, the newest first."""
    return list(db.session.scalars(select(Issue).order_by(Issue.id.desc()).limit(20)))


def issue_of(bulletin_id: int) -> Issue | None:
    """What was frozen when it was issued."""
    return db.session.scalar(select(Issue).where(Issue.bulletin_id == bulletin_id))


def issued_for(period: Period, group_id: int | None) -> Issue | None:
    """The newest bulletin in force on exactly these days and this scope."""
    wanted = _in_force().where(_on(period), _of_scope(group_id)).order_by(Issue.id.desc())
    return db.session.scalar(wanted.limit(1))


def overlapping(period: Period, group_id: int | None, *, but: int | None = None) -> list[Bulletin]:
    """Bulletins of the same scope, not dropped or withdrawn, that tell of some of these days too."""
    wanted = (
        select(Bulletin)
        .join(Proceeding, Proceeding.id == Bulletin.id)
        .where(
            Bulletin.first_on <= period.until_on,
            Bulletin.until_on >= period.first_on,
            Proceeding.state.not_in(GONE),
            _of_scope(group_id),
        )
    )
    return list(db.session.scalars((wanted.where(Bulletin.id != but) if but else wanted).order_by(Bulletin.id)))


def _in_force() -> Select[Issue]:
    return (
        select(Issue)
        .join(Bulletin, Bulletin.id == Issue.bulletin_id)
        .join(Proceeding, Proceeding.id == Bulletin.id)
        .where(Proceeding.state.not_in(GONE))
    )


def _on(period: Period) -> ColumnElement[bool]:
    return and_(Bulletin.first_on == period.first_on, Bulletin.until_on == period.until_on)


def _of_scope(group_id: int | None) -> ColumnElement[bool]:
    return Bulletin.group_id.is_(None) if group_id is None else Bulletin.group_id == group_id


def period_of(bulletin: Bulletin) -> Period:
    """The days it is about."""
    return Period(Span(bulletin.span), bulletin.first_on, bulletin.until_on)


# -- The list ----------------------------------------------------------------------------------------------------------

FACTS = (
    *("problem_id", "number", "enterprise_id", "enterprise", "street_id", "title", "category", "group_id", "state"),
    *("round", "reported_on", "closed_on", "satisfaction", "objected", "extended", "last_minute"),
    *("late_leg", "late_unit_id", "due_on", "late_days"),
)
"""The columns of a line that say something, in their order."""


def lines(about: About, late_days: Mapping[date, int]) -> Select[Any]:
    """A line for every problem about which something happened in the period, or which is still open.

    ``late_days``: how many working days ago each due day was (``due_days`` says which there are).
    """
    did, late = _happened(about), _late(about.now)
    days = case(late_days, value=late.c.due_on, else_=None) if late_days else literal(None)
    wanted = or_(did.c.touched > 0, Problem.phase == Phase.OPEN.value)
    found: Any = (
        select(
            Problem.id.label("problem_id"),
            Problem.number,
            Problem.enterprise_id,
            Enterprise.name.label("enterprise"),
            Enterprise.street_id,
            Problem.title,
            Problem.category,
            Problem.group_id,
            Problem.state,
            Problem.round,
            did.c.reported_on,
            Problem.closed_on,
            Problem.satisfaction,
            did.c.objected,
            did.c.extended,
            did.c.last_minute,
            late.c.name.label("late_leg"),
            late.c.unit_id.label("late_unit_id"),
            late.c.due_on,
            days.label("late_days"),
        )
        .join(did, did.c.problem_id == Problem.id)
        .outerjoin(Enterprise, Enterprise.id == Problem.enterprise_id)
        .outerjoin(late, and_(late.c.problem_id == Problem.id, late.c.nth == 1))
        .where(Problem.number.is_not(None), wanted, _in(about.group_id))
    )
    chosen: Select[Any] = found
    return chosen


def _in(group_id: int | None) -> ColumnElement[bool]:
    return true() if group_id is None else Problem.group_id == group_id


def _happened(about: About) -> Any:
    """By problem: when it was reported, and what happened to it in the period."""
    within = and_(Mark.day >= about.period.first_on, Mark.day <= about.period.until_on)

    def times(*conditions: ColumnElement[bool]) -> Any:
        return func.sum(case((and_(within, *conditions), 1), else_=0))

    extended = Mark.kind == Counts.EXTENDED.value
    return (
        select(
            Mark.problem_id,
            func.min(case((Mark.kind == Counts.REPORTED.value, Mark.day))).label("reported_on"),
            times(Mark.kind.not_in([kind.value for kind in NO_EVENT])).label("touched"),
            times(Mark.kind == Counts.OBJECTED.value).label("objected"),
            times(extended).label("extended"),
            times(extended, Mark.lead <= about.soon_days).label("last_minute"),
        )
        .group_by(Mark.problem_id)
        .subquery()
    )


def overdue(now: datetime) -> ColumnElement[bool]:
    """Clocks of the offices that have run out and run on."""
    return and_(
        ProblemClock.stopped_at.is_(None),
        ProblemClock.waiting_since_at.is_(None),
        ProblemClock.due_at <= now,
        ProblemClock.name.not_in(NOT_OURS),
    )


def _late(now: datetime) -> Any:
    """Of every problem its clocks that have run out, numbered from the one that did so first."""
    first = func.row_number().over(
        partition_by=ProblemClock.problem_id, order_by=(ProblemClock.due_at, ProblemClock.id)
    )
    columns = (ProblemClock.problem_id, ProblemClock.name, ProblemClock.unit_id, ProblemClock.due_on)
    return select(*columns, first.label("nth")).where(overdue(now)).subquery()


def due_days(now: datetime) -> list[date]:
    """The due days of all clocks that have run out."""
    return list(db.session.scalars(select(ProblemClock.due_on).where(overdue(now)).distinct()))


def insert_lines(bulletin_id: int, about: About, late_days: Mapping[date, int]) -> int:
    """Freeze the list: one statement, nothing of it passes through this process; how many lines it has."""
    chosen = lines(about, late_days).order_by(Problem.id)
    wanted = chosen.with_only_columns(literal(bulletin_id), *chosen.selected_columns)
    result: Any = db.session.execute(insert(Row).from_select(["bulletin_id", *FACTS], wanted, include_defaults=False))
    return int(result.rowcount)


def rows_of(bulletin_id: int) -> Iterator[Any]:
    """The frozen list, in its order, a chunk at a time."""
    columns = [getattr(Row, name) for name in FACTS]
    wanted = select(Row.id, *columns).where(Row.bulletin_id == bulletin_id).order_by(Row.id)
    with db.session.execute(wanted.execution_options(yield_per=CHUNK)) as found:
        yield from found


def first_rows(bulletin_id: int, limit: int) -> list[Any]:
    """The beginning of the frozen list: what was late longest first."""
    columns = [getattr(Row, name) for name in FACTS]
    wanted = select(Row.id, *columns).where(Row.bulletin_id == bulletin_id)
    return list(db.session.execute(wanted.order_by(func.coalesce(Row.late_days, -1).desc(), Row.id).limit(limit)))


def anything_until(day: date) -> bool:
    """Whether anything that counts had happened by the end of that local day."""
    return db.session.scalar(select(Mark.id).where(Mark.day <= day).limit(1)) is not None


# -- Sums over the list ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sums:
    """What a list comes to: lines by state, what is late by unit (how many, most days), lines of the period by category."""

    states: Mapping[str, int]
    late: Mapping[int | None, tuple[int, int]]
    topics: Mapping[str | None, int]


def sums(about: About, late_days: Mapping[date, int]) -> Sums:
    """What the list would come to now."""
    chosen = lines(about, late_days).subquery()
    return _sums(chosen, about, true())


def frozen_sums(bulletin_id: int, about: About) -> Sums:
    """What the frozen list comes to."""
    return _sums(Row.__table__, about, Row.bulletin_id == bulletin_id)


def _sums(chosen: Any, about: About, which: ColumnElement[bool]) -> Sums:
    """Every line is read once, however many sums there are; they are folded from what is alike in all of them."""
    columns = chosen.c
    first, until = about.period.first_on, about.period.until_on
    reported = case((and_(columns.reported_on >= first, columns.reported_on <= until), 1), else_=0)
    late = case((columns.late_leg.is_not(None), 1), else_=0)
    lines = select(
        columns.state,
        columns.category,
        columns.late_unit_id,
        columns.late_days,
        reported.label("new"),
        late.label("late"),
    )
    alike = lines.where(which).subquery().c
    keys = (alike.state, alike.category, alike.late_unit_id, alike.new, alike.late)
    wanted = select(*keys, func.count().label("size"), func.max(alike.late_days).label("days")).group_by(*keys)
    return _folded(db.session.execute(wanted))


def _folded(rows: Iterable[Any]) -> Sums:
    states, topics = Counter[str](), Counter[str | None]()
    late: dict[int | None, tuple[int, int]] = {}
    for row in rows:
        states[row.state] += row.size
        if row.new:
            topics[row.category] += row.size
        if row.late:
            size, days = late.get(row.late_unit_id, (0, 0))
            late[row.late_unit_id] = (size + row.size, max(days, row.days or 0))
    return Sums(states, late, topics)


def declared_since(moment: datetime, until_on: date) -> list[str]:
    """What notices of days off were called that were entered later and are about days before that one.

    Those that came with the program were known before anybody issued anything.
    """
    wanted = (
        select(Declaration.title)
        .where(Declaration.entered_by_id.is_not(None), Declaration.entered_at > moment)
        .where(Declaration.days.any(DeclaredDay.day <= until_on))
        .order_by(Declaration.id)
    )
    return list(db.session.scalars(wanted))


# -- The timeline ------------------------------------------------------------------------------------------------------

NEWEST = aliased(Entry)


def newest_entry() -> Any:
    """Key, moment and hash of the newest line of the timeline; None where nothing ever happened."""
    return db.session.execute(
        select(NEWEST.id, NEWEST.at, NEWEST.row_hash).order_by(NEWEST.id.desc()).limit(1)
    ).one_or_none()


def lock_timeline() -> None:
    """PostgreSQL: nobody adds to the timeline until the transaction ends; waits for those who are adding."""
    db.session.execute(text("LOCK TABLE entries IN SHARE MODE"))


def latest_moment(since: datetime) -> datetime | None:
    """The latest moment on record after that one: clocks of several machines differ by a little."""
    return db.session.scalar(select(func.max(Entry.at)).where(Entry.at > since))
