"""Reading proceedings, their clocks and timelines, and whose turn they are."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import joinedload

from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.problems.cases import Standing
from helpdesk.proceedings.models import Proceeding, ProceedingClock, ProceedingEntry, ProceedingStrike
from helpdesk.proceedings.standing import roles_towards
from workflows.book import APART, PROCESSES
from workflows.roles import Role
from workflows.terms import Phase

NOT_THERE = "没有找到这份文书，或者您无权查看"
PAGE = 50


def get_for_change(proceeding_id: int) -> Proceeding:
    """That row, locked where the database locks rows; NotFoundError when there is none."""
    row = db.session.scalars(
        select(Proceeding)
        .where(Proceeding.id == proceeding_id)
        .options(joinedload(Proceeding.unit))
        .with_for_update(of=Proceeding)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFoundError(NOT_THERE)
    return row


def find(proceeding_id: int, process: str) -> Proceeding | None:
    """That proceeding, if there is one of that process."""
    rows = select(Proceeding).where(Proceeding.id == proceeding_id, Proceeding.process == process)
    return db.session.scalars(rows.options(joinedload(Proceeding.unit))).one_or_none()


def get_for(me: Standing, proceeding_id: int) -> Proceeding:
    """That proceeding, if this person plays any part in it; NotFoundError otherwise."""
    found = by_key([proceeding_id]).get(proceeding_id)
    if found is None or not roles_towards(me.person_id, found.process, found, me.seating):
        raise NotFoundError(NOT_THERE)
    return found


def by_key(keys: Collection[int]) -> dict[int, Proceeding]:
    """These proceedings as they are in the database now."""
    rows = select(Proceeding).where(Proceeding.id.in_(keys)).execution_options(populate_existing=True)
    return {row.id: row for row in db.session.scalars(rows)}


def running_dates(keys: Collection[int]) -> dict[int, date]:
    """The clocks of these proceedings that have not stopped, each with its due day."""
    rows = select(ProceedingClock.id, ProceedingClock.due_on).where(
        ProceedingClock.proceeding_id.in_(keys), ProceedingClock.stopped_at.is_(None)
    )
    return {row.id: row.due_on for row in db.session.execute(rows)}


def with_running_clocks() -> list[int]:
    """The keys of the proceedings of which a clock has not stopped, in the order in which they are locked."""
    rows = select(ProceedingClock.proceeding_id).where(ProceedingClock.stopped_at.is_(None)).distinct()
    return list(db.session.scalars(rows.order_by(ProceedingClock.proceeding_id)))


def running_clocks(proceeding_id: int) -> list[ProceedingClock]:
    """The clocks of a proceeding that have not stopped."""
    rows = select(ProceedingClock).where(
        ProceedingClock.proceeding_id == proceeding_id, ProceedingClock.stopped_at.is_(None)
    )
    return list(db.session.scalars(rows.order_by(ProceedingClock.id).execution_options(populate_existing=True)))


def clocks_of(proceeding_id: int) -> list[ProceedingClock]:
    """All clocks of a proceeding in the order in which they began."""
    rows = select(ProceedingClock).where(ProceedingClock.proceeding_id == proceeding_id)
    return list(db.session.scalars(rows.order_by(ProceedingClock.id)))


def to_strike(now: datetime, limit: int, *, but: Collection[int] = ()) -> list[tuple[int, int]]:
    """Clocks whose next milestone has come, each with its proceeding: keys only, nothing is locked yet."""
    rows = (
        select(ProceedingClock.id, ProceedingClock.proceeding_id)
        .where(ProceedingClock.strike_at <= now, ProceedingClock.id.not_in(but))
        .order_by(ProceedingClock.strike_at, ProceedingClock.id)
        .limit(limit)
    )
    return [(clock_id, proceeding_id) for clock_id, proceeding_id in db.session.execute(rows)]


def clock_for_change(clock_id: int) -> ProceedingClock:
    """That clock as it is now; its proceeding has been locked before."""
    rows = select(ProceedingClock).where(ProceedingClock.id == clock_id).execution_options(populate_existing=True)
    return db.session.scalars(rows).one()


def struck_of(clock_ids: Collection[int]) -> dict[int, list[ProceedingStrike]]:
    """What has struck, by clock."""
    found: dict[int, list[ProceedingStrike]] = defaultdict(list)
    for each in db.session.scalars(select(ProceedingStrike).where(ProceedingStrike.clock_id.in_(clock_ids))):
        found[each.clock_id].append(each)
    return found


def entry_by_request(key: str) -> ProceedingEntry | None:
    """What the form with that key has done already."""
    return db.session.scalars(select(ProceedingEntry).where(ProceedingEntry.request_key == key)).one_or_none()


def entries_of(proceeding_id: int) -> list[ProceedingEntry]:
    """The timeline, newest first."""
    rows = select(ProceedingEntry).where(ProceedingEntry.proceeding_id == proceeding_id)
    return list(db.session.scalars(rows.order_by(ProceedingEntry.id.desc())))


def doers_of(proceeding_id: int, actions: Collection[str]) -> set[int]:
    """Who has done one of these, and for whom."""
    rows = select(ProceedingEntry.by_id, ProceedingEntry.for_id).where(
        ProceedingEntry.proceeding_id == proceeding_id, ProceedingEntry.action.in_(actions)
    )
    return {key for row in db.session.execute(rows) for key in row if key is not None}


def children_of(proceeding_id: int) -> list[Proceeding]:
    """What hangs on it, in order."""
    rows = select(Proceeding).where(Proceeding.parent_id == proceeding_id).options(joinedload(Proceeding.unit))
    return list(db.session.scalars(rows.order_by(Proceeding.id)))


# -- Who -------------------------------------------------------------------------------------------------------------


def addressed_units(me: Standing) -> frozenset[int]:
    """The units for which this person signs what is addressed to them."""
    held = (each for each in me.seating.sitters if each.person_id == me.person_id)
    return frozenset(each.unit_id for each in held if each.duty in ("lead", "liaison"))


def in_my_turn(me: Standing) -> Select[tuple[Proceeding]]:
    """Proceedings that wait for this person, drafts too, the most pressing first."""
    wanted = [
        and_(Proceeding.process == process.name, Proceeding.state == state.name, who)
        for process in (PROCESSES[name] for name in APART)
        for state in process.states
        for role in state.turn
        if (who := _plays(me, role)) is not None
    ]
    rows = select(Proceeding).where(Proceeding.phase != Phase.CLOSED, or_(false(), *wanted))
    rows = rows.options(joinedload(Proceeding.unit))
    return rows.order_by(Proceeding.due_at.is_(None), Proceeding.due_at, Proceeding.id)


def my_turn(me: Standing) -> list[Proceeding]:
    """A page of what waits for this person."""
    return list(db.session.scalars(in_my_turn(me).limit(PAGE)))


def _plays(me: Standing, role: Role) -> ColumnElement[bool] | None:
    if role is Role.ADDRESSEE:
        units = addressed_units(me)
        return Proceeding.unit_id.in_(units) if units else None
    if role is Role.ASKER:
        return Proceeding.opened_by_id.in_(me.himself)
    if not (units := me.units(role)):
        return None
    return Proceeding.unit_id.in_(units) if role in (Role.GROUP_LEAD, Role.LEADER) else Proceeding.id.is_not(None)
