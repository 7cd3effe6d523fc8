"""Reading units, people and posts."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, lazyload

from helpdesk.db import db, once
from helpdesk.errors import NotFoundError
from helpdesk.org.models import Duty, Person, Post, Substitute, Unit, UnitKind
from helpdesk.org.roles import SEATS, Seating, Sitter, seated
from helpdesk.org.standing_in import StandIn

MOST_NAMINGS = 100  # of one person on one page
SIGNING = (Duty.LEAD, Duty.LIAISON)  # for whatever unit, what is addressed to it
SEAT_KINDS = sorted({seat.kind.value for seat in SEATS.values()})


def seating(today: date) -> Seating:
    """Who sits where on a local day, in units that handle problems, who leads any other unit, and who stands in for whom.

    Inactive people sit nowhere, stand in for nobody, and nobody stands in for them.
    """
    return once(("seating", today), lambda: _seating(today))


def _seating(today: date) -> Seating:
    rows = db.session.execute(
        select(Person.id, Person.name, Person.email, Unit.id, Unit.name, Unit.kind, Post.duty)
        .join(Post, Post.person_id == Person.id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Person.active, or_(Unit.kind.in_(SEAT_KINDS), Post.duty.in_(SIGNING)), _current(today))
        .order_by(Post.id)
    )
    return seated((Sitter(*row) for row in rows), substitutes_on(today))


def substitutes_on(day: date) -> list[StandIn]:
    """Who has been named by whom for that day, the earliest naming first; without the chains that follow from it."""
    away, here = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(here.id, here.name, here.email, away.id, away.name, Substitute.until_on)
        .join(here, here.id == Substitute.substitute_id)
        .join(away, away.id == Substitute.person_id)
        .where(Substitute.ended_at.is_(None), Substitute.from_on <= day, Substitute.until_on >= day)
        .where(here.active, away.active)
        .order_by(Substitute.id)
    )
    return [StandIn(*row) for row in rows]


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


OWN_OFFICES = (UnitKind.DEPARTMENT, UnitKind.STREET, UnitKind.TASK_FORCE, UnitKind.COORDINATION)
"""Where people of a functional group come from: 部门、街道、专班."""


def own_office_of(person_id: int, today: date) -> int | None:
    """The key of the office from which somebody was sent into a group; None for those who have no other post."""
    return db.session.scalars(
        select(Unit.id)
        .join(Post, Post.unit_id == Unit.id)
        .where(Post.person_id == person_id, Unit.kind.in_(OWN_OFFICES), _current(today))
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


def groups(*, of_all_times: bool = False) -> list[Unit]:
    """The functional groups, in their official order; ``of_all_times``: also those that were dissolved."""
    rows = select(Unit).where(Unit.kind == UnitKind.GROUP)
    return list(db.session.scalars((rows if of_all_times else rows.where(Unit.ended_on.is_(None))).order_by(Unit.id)))


def streets() -> list[Unit]:
    """The streets and towns, in their official order."""
    standing = (Unit.kind == UnitKind.STREET, Unit.ended_on.is_(None))
    return list(db.session.scalars(select(Unit).where(*standing).order_by(Unit.id)))


def units_by_id() -> dict[int, Unit]:
    """Every unit by key."""
    return {each.id: each for each in db.session.scalars(select(Unit))}


def find_unit_of_kind(kind: UnitKind) -> Unit | None:
    """The one unit of a kind that there is once, such as 调度室."""
    standing = (Unit.kind == kind, Unit.ended_on.is_(None))
    return db.session.scalars(select(Unit).where(*standing).order_by(Unit.id)).first()


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


def get_person(person_id: int) -> Person:
    """That person; NotFoundError when there is none."""
    if person := db.session.get(Person, person_id):
        return person
    raise NotFoundError("没有找到这个人")


def get_person_for_change(person_id: int) -> Person:
    """That person's row, locked where the database locks rows; NotFoundError when there is none."""
    person = db.session.scalars(
        select(Person)
        .where(Person.id == person_id)
        .options(lazyload(Person.roles))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if person is None:
        raise NotFoundError("没有找到这个人")
    return person


def find_by_username(username: str) -> Person | None:
    """Whoever signs in under that name, or None."""
    return db.session.scalars(select(Person).where(Person.username == username)).one_or_none()


def posts_of(person_id: int, today: date) -> list[Post]:
    """The posts somebody holds on that day, with their units, the first one first."""
    rows = select(Post).join(Post.unit).where(Post.person_id == person_id, _current(today))
    return list(db.session.scalars(rows.options(contains_eager(Post.unit)).order_by(Post.id)))


def everybody(
    today: date, *, words: str = "", unit_id: int | None = None, inactive: bool = False, limit: int = 1000
) -> list[tuple[Person, Post | None]]:
    """Everybody with each of his posts of that day, by unit; ``words`` is part of a name, a title or a unit.

    ``inactive``: also those whose accounts were closed.
    """
    rows = (
        select(Person, Post)
        .outerjoin(Post, and_(Post.person_id == Person.id, _current(today)))
        .outerjoin(Post.unit)
        .options(lazyload(Person.roles), contains_eager(Post.unit))
        .order_by(Unit.id.is_(None), Unit.id, Post.id, Person.id)
    )
    if words:
        fields = (Person.name, Person.username, Person.title, Unit.name)
        rows = rows.where(or_(*(field.contains(words, autoescape=True) for field in fields)))
    if unit_id:
        rows = rows.where(Unit.id == unit_id)
    if not inactive:
        rows = rows.where(Person.active)
    return [(person, post) for person, post in db.session.execute(rows.limit(limit))]


def units_with_posts(today: date) -> list[Unit]:
    """The units in which somebody holds a post on that day, in their order."""
    held = select(Post.unit_id).where(_current(today))
    return list(db.session.scalars(select(Unit).where(Unit.id.in_(held)).order_by(Unit.id)))


def people_with_posts(today: date) -> list[tuple[int, str]]:
    """Everybody who holds a post on that day: key, and name with the unit of his first post, by unit."""
    rows = db.session.execute(
        select(Person.id, Person.name, Unit.name)
        .join(Post, Post.person_id == Person.id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Person.active, _current(today))
        .order_by(Unit.id, Post.id)
    )
    found: dict[int, str] = {}
    for person_id, name, unit in rows:
        found.setdefault(person_id, f"{name}（{unit}）")
    return list(found.items())


# -- Substitutes -------------------------------------------------------------------------------------------------------


def substitutes_named(person_id: int) -> list[Substitute]:
    """Everybody that person ever named to stand in for him, the latest days first."""
    return _namings(Substitute.person_id == person_id)


def namings_for(person_id: int) -> list[Substitute]:
    """Everybody who ever named that person as his substitute, the latest days first."""
    return _namings(Substitute.substitute_id == person_id)


def _namings(*conditions: ColumnElement[bool]) -> list[Substitute]:
    rows = (
        select(Substitute)
        .where(*conditions)
        .options(
            joinedload(Substitute.person).lazyload(Person.roles),
            joinedload(Substitute.substitute).lazyload(Person.roles),
        )
        .order_by(Substitute.from_on.desc(), Substitute.id.desc())
        .limit(MOST_NAMINGS)
    )
    return list(db.session.scalars(rows))


def colleagues(unit_id: int, today: date) -> list[Person]:
    """Whoever holds a post in that unit on that day."""
    held = select(Post.person_id).where(Post.unit_id == unit_id, _current(today))
    return list(db.session.scalars(select(Person).where(Person.id.in_(held)).options(lazyload(Person.roles))))


def naming_in(person_id: int, from_on: date, until_on: date) -> Substitute | None:
    """The first naming of that person that covers one of these days, if any."""
    rows = select(Substitute).where(Substitute.person_id == person_id, *_covers(from_on, until_on))
    return db.session.scalars(rows.order_by(Substitute.from_on)).first()


def days_of_change(from_on: date, until_on: date) -> list[date]:
    """The days in this span from which on somebody stands in for somebody, and its first day."""
    rows = select(Substitute.from_on).where(*_covers(from_on, until_on)).distinct()
    return sorted({from_on, *(day for day in db.session.scalars(rows) if day > from_on)})


def _covers(from_on: date, until_on: date) -> tuple[ColumnElement[bool], ...]:
    return Substitute.ended_at.is_(None), Substitute.from_on <= until_on, Substitute.until_on >= from_on


def get_naming_for_change(naming_id: int) -> Substitute:
    """That naming's row, locked where the database locks rows; NotFoundError when there is none."""
    row = db.session.scalars(
        select(Substitute).where(Substitute.id == naming_id).with_for_update(of=Substitute)
    ).first()
    if row is None:
        raise NotFoundError("没有找到这次代理")
    return row


def one_naming_at_a_time() -> None:
    """Wait until nobody else names a substitute: two namings that each are right may make a circle together."""
    db.session.execute(select(Unit.id).order_by(Unit.id).limit(1).with_for_update(key_share=True))


def administrators() -> set[int]:
    """Everybody who holds a duty of the 三员."""
    return set(db.session.scalars(select(Person.id).where(Person.roles.any())))
