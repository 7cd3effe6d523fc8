"""Reading what staffing needs: who has a login or an address, posts of all times, units with their people."""

from collections import Counter
from collections.abc import Collection
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.org.models import Duty, Person, Post, Unit, UnitEvent, UnitKind

KINDS = tuple(UnitKind)


def find_by_email(email: str) -> Person | None:
    """Whoever has that address, whatever its case."""
    return db.session.scalars(select(Person).where(func.lower(Person.email) == email.lower())).first()


def same_post(person_id: int, unit_id: int, duty: Duty, from_on: date, until_on: date | None) -> Post | None:
    """A post of that person in that unit with that duty that covers one of these days."""
    rows = select(Post).where(Post.person_id == person_id, Post.unit_id == unit_id, Post.duty == duty)
    rows = rows.where(or_(Post.until_on.is_(None), Post.until_on >= from_on))
    return db.session.scalars(rows.where(Post.from_on <= until_on) if until_on else rows).first()


def post_for_change(post_id: int) -> Post | None:
    """That post's row, locked where the database locks rows."""
    rows = select(Post).where(Post.id == post_id).with_for_update(of=Post)
    return db.session.scalars(rows.execution_options(populate_existing=True)).one_or_none()


def all_posts_of(person_id: int) -> list[Post]:
    """Every post somebody ever held, holds or is going to hold, with its unit, the latest first."""
    rows = select(Post).where(Post.person_id == person_id).options(joinedload(Post.unit))
    return list(db.session.scalars(rows.order_by(Post.from_on.desc(), Post.id.desc())))


# -- Units -------------------------------------------------------------------------------------------------------------


def get_unit(unit_id: int) -> Unit:
    """That unit, also one that is no more; NotFoundError when there is none."""
    if unit := db.session.get(Unit, unit_id):
        return unit
    raise NotFoundError("没有找到这个单位")


def get_units_for_change(keys: Collection[int]) -> dict[int, Unit]:
    """These units' rows, locked in the order of their keys where the database locks rows."""
    rows = select(Unit).where(Unit.id.in_(keys)).order_by(Unit.id).options(lazyload(Unit.merged_into))
    found = db.session.scalars(rows.with_for_update().execution_options(populate_existing=True))
    return {each.id: each for each in found}


def find_unit_named(name: str) -> Unit | None:
    """The unit of that name, also one that is no more."""
    return db.session.scalars(select(Unit).where(Unit.name == name)).first()


def all_units() -> list[Unit]:
    """Every unit there is or was, in the official order."""
    return sorted(db.session.scalars(select(Unit)), key=lambda unit: (KINDS.index(UnitKind(unit.kind)), unit.id))


def standing_units() -> list[Unit]:
    """The units that there are, in the official order."""
    return [each for each in all_units() if each.ended_on is None]


def heads(today: date) -> Counter[int]:
    """How many people hold a post in each unit on that day."""
    rows = select(Post.unit_id, func.count(func.distinct(Post.person_id))).join(Person).where(Person.active)
    rows = rows.where(Post.from_on <= today, or_(Post.until_on.is_(None), Post.until_on >= today))
    return Counter({row[0]: row[1] for row in db.session.execute(rows.group_by(Post.unit_id))})


def posts_in(unit_id: int, today: date) -> list[Post]:
    """The posts that are held in a unit on that day or later, with their people."""
    rows = select(Post).join(Post.person).where(Post.unit_id == unit_id, Person.active)
    rows = rows.where(or_(Post.until_on.is_(None), Post.until_on >= today))
    rows = rows.options(contains_eager(Post.person).lazyload(Person.roles))
    order = list(Duty)
    return sorted(db.session.scalars(rows), key=lambda post: (order.index(Duty(post.duty)), post.id))


def events_of(unit_id: int) -> list[UnitEvent]:
    """What became of a unit, and what was merged into it, the latest first."""
    rows = select(UnitEvent).where(or_(UnitEvent.unit_id == unit_id, UnitEvent.other_id == unit_id))
    rows = rows.options(joinedload(UnitEvent.other))
    return list(db.session.scalars(rows.order_by(UnitEvent.from_on.desc(), UnitEvent.id.desc())))


def former_names() -> dict[int, list[str]]:
    """曾用名 of every unit that has one, the latest first."""
    found: dict[int, list[str]] = {}
    rows = select(UnitEvent.unit_id, UnitEvent.former_name).where(UnitEvent.former_name.is_not(None))
    for unit_id, name in db.session.execute(rows.order_by(UnitEvent.id.desc())):
        found.setdefault(unit_id, []).append(name or "")
    return found


def name_on(unit: Unit, day: date) -> str:
    """What that unit was called on a day: old papers stay true."""
    rows = select(UnitEvent).where(UnitEvent.unit_id == unit.id, UnitEvent.former_name.is_not(None))
    later = db.session.scalars(rows.where(UnitEvent.from_on > day).order_by(UnitEvent.from_on, UnitEvent.id)).first()
    return later.former_name if later and later.former_name else unit.name


def children_of(unit_id: int) -> list[Unit]:
    """The units right below one, that are still there."""
    return list(db.session.scalars(select(Unit).where(Unit.parent_id == unit_id, Unit.ended_on.is_(None))))
