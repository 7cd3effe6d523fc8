"""Reading which units have signed which bulletins, as a list; its lines lead to the bulletin."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, true
from sqlalchemy.orm import aliased

from helpdesk.db import db
from helpdesk.listings.queries import Keys, Order
from helpdesk.notices.models import Notice
from helpdesk.org.models import Unit
from helpdesk.problems.cases import Standing
from helpdesk.proceedings import queries as proceedings
from helpdesk.proceedings.models import Proceeding
from workflows.bulletin import RECEIPT

SIGNED = next(move.dest for action in RECEIPT.actions if action.does.get("all") for move in action.moves)
"""Where a receipt is once a unit has signed; one that was stopped because its bulletin was withdrawn is not."""

BULLETIN = aliased(Proceeding)
DUE = Order(
    (Proceeding.due_at.nulls_last(), Proceeding.id), (Proceeding.due_at.desc().nulls_last(), Proceeding.id.desc())
)


def receipts(me: Standing) -> Keys:
    """The receipts of every issued bulletin; of whoever does not see the district those of his own units."""
    seen = true() if me.sees_district else Proceeding.unit_id.in_(proceedings.addressed_units(me))
    return select(Proceeding.id).where(Proceeding.process == RECEIPT.name, seen)


def in_state(state: str) -> ColumnElement[bool]:
    """Receipts in that state."""
    return Proceeding.state == state


def of_unit(unit_id: int) -> ColumnElement[bool]:
    """Receipts of that unit."""
    return Proceeding.unit_id == unit_id


def receipt_lines(keys: Any, *, longest: int) -> Select[Any]:
    """The lines of these receipts; ``id`` is the bulletin's. ``longest`` plays no part, nothing in them is long."""
    wanted = keys.subquery()
    columns: tuple[Any, ...] = (
        *(BULLETIN.id, BULLETIN.number, BULLETIN.title, Proceeding.phase, Proceeding.state),
        *(Unit.name.label("unit"), Proceeding.due_on, Proceeding.due_at, Proceeding.opened_at, Proceeding.ended_at),
    )
    return (
        select(*columns)
        .select_from(Proceeding)
        .join(wanted, wanted.c.id == Proceeding.id)
        .join(BULLETIN, BULLETIN.id == Proceeding.parent_id)
        .outerjoin(Unit, Unit.id == Proceeding.unit_id)
    )


# -- By bulletin ----------------------------------------------------------------------------------------------------------


def sent_to(unit_ids: Collection[int]) -> bool:
    """Whether any bulletin was sent to one of these units."""
    if not unit_ids:
        return False
    wanted = select(Proceeding.id).where(Proceeding.process == "receipt", Proceeding.unit_id.in_(unit_ids))
    return db.session.scalar(wanted.limit(1)) is not None


def receipts_by_bulletin(bulletin_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """By bulletin: how many units have signed, and how many it was sent to."""
    signed = func.sum(case((Proceeding.state == SIGNED, 1), else_=0))
    wanted = select(Proceeding.parent_id, signed, func.count()).where(Proceeding.parent_id.in_(bulletin_ids))
    return {key: (int(done), size) for key, done, size in db.session.execute(wanted.group_by(Proceeding.parent_id))}


def readings_of(receipt_ids: Collection[int]) -> dict[int, Any]:
    """By receipt: when somebody of the unit first opened it on our site, and who."""
    wanted = (
        select(Notice.proceeding_id, Notice.read_at, Notice.reader_name)
        .where(Notice.proceeding_id.in_(receipt_ids), Notice.read_at.is_not(None))
        .order_by(Notice.read_at.desc())
    )
    return {row.proceeding_id: row for row in db.session.execute(wanted)}


def bulletins_by_receipt(receipt_ids: Collection[int]) -> dict[int, int]:
    """By receipt: the bulletin that it is about."""
    wanted = select(Proceeding.id, Proceeding.parent_id).where(
        Proceeding.id.in_(receipt_ids), Proceeding.parent_id.is_not(None)
    )
    return {key: parent for key, parent in db.session.execute(wanted) if parent is not None}
