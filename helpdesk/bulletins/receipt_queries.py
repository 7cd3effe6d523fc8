"""Reading which units have signed which bulletins, as a list; its lines lead to the bulletin."""

from typing import Any

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import aliased

from helpdesk.listings.queries import Keys, Order
from helpdesk.org.models import Unit
from helpdesk.problems.cases import Standing
from helpdesk.proceedings import queries as proceedings
from helpdesk.proceedings.models import Proceeding
from workflows.bulletin import RECEIPT

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
