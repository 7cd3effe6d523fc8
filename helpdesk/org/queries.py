"""Reading units, people and posts."""

from datetime import date

from sqlalchemy import ColumnElement, or_, select

from helpdesk.db import db
from helpdesk.org.models import Duty, Person, Post, Unit, UnitKind
from helpdesk.org.roles import SEATS, Seating, Sitter

SEAT_KINDS = sorted({seat.kind.value for seat in SEATS.values()})


def seating(today: date) -> Seating:
    """Who sits where on a local day, in units that handle problems; inactive people sit nowhere."""
    rows = db.session.execute(
        select(Person.id, Person.name, Person.email, Unit.id, Unit.name, Unit.kind, Post.duty)
        .join(Post, Post.person_id == Person.id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Person.active, Unit.kind.in_(SEAT_KINDS), _current(today))
        .order_by(Post.id)
    )
    return Seating(tuple(Sitter(*row) for row in rows))


def _current(today: date) -> ColumnElement[bool]:
    return (Post.from_on <= today) & or_(Post.until_on.is_(None), Post.until_on >= today)


def unit_name_of(person_id: int, today: date) -> str | None:
    """The name of the unit in which that person holds the first of his posts."""
    return db.session.scalars(
        select(Unit.name)
        .join(Post, Post.unit_id == Unit.id)
        .where(Post.person_id == person_id, _current(today))
        .order_by(Post.id)
    ).first()


def find_person(person_id: int) -> Person | None:
    """That person, or None."""
    return db.session.get(Person, person_id)


def people_by_id(ids: set[int]) -> dict[int, Person]:
    """These people by key; one query, none for an empty set."""
    if not ids:
        return {}
    return {each.id: each for each in db.session.scalars(select(Person).where(Person.id.in_(ids)))}


def groups() -> list[Unit]:
    """The functional groups, in their official order."""
    return list(db.session.scalars(select(Unit).where(Unit.kind == UnitKind.GROUP).order_by(Unit.id)))


def units_by_id() -> dict[int, Unit]:
    """Every unit by key."""
    return {each.id: each for each in db.session.scalars(select(Unit))}


def find_unit_of_kind(kind: UnitKind) -> Unit | None:
    """The one unit of a kind that there is once, such as 调度室."""
    return db.session.scalars(select(Unit).where(Unit.kind == kind).order_by(Unit.id)).first()


def handlers_of(group_id: int | None, today: date) -> list[Person]:
    """Who may be named 承办人 in a group: its handlers, members, liaison and lead, in that order."""
    if group_id is None:
        return []
    order = [Duty.HANDLER, Duty.MEMBER, Duty.LIAISON, Duty.LEAD]
    rows = db.session.execute(
        select(Person, Post.duty)
        .join(Post, Post.person_id == Person.id)
        .where(
            Person.active,
            Post.unit_id == group_id,
            Post.duty.in_(order),
            _current(today),
        )
        .order_by(Person.id)
    ).all()
    ranked = sorted(rows, key=lambda row: order.index(Duty(row.duty)))
    return list(dict.fromkeys(row.Person for row in ranked))
