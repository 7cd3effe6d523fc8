"""Reading people, their posts and pairings for an import."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete as sql_delete
from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, lazyload

from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise, Pairing
from helpdesk.ledgers.reference_queries import some
from helpdesk.org.models import Person, Post, Unit


def everybody() -> list[Person]:
    """Everybody who has an account, closed ones too."""
    return list(db.session.scalars(select(Person).options(lazyload(Person.roles)).order_by(Person.id)))


def units() -> list[Unit]:
    """Every unit."""
    return list(db.session.scalars(select(Unit).order_by(Unit.id)))


def posts_on(day: date) -> list[Post]:
    """Every post held on that day, with its unit."""
    current = (Post.from_on <= day) & or_(Post.until_on.is_(None), Post.until_on >= day)
    rows = select(Post).join(Post.unit).where(current).options(contains_eager(Post.unit), lazyload(Post.person))
    return list(db.session.scalars(rows.order_by(Post.id)))


def posts_with(keys: Collection[int]) -> dict[int, Post]:
    """These posts by key, as far as they still are there."""
    found = (db.session.scalars(select(Post).where(Post.id.in_(part))) for part in some(keys))
    return {each.id: each for rows in found for each in rows}


def posts_of(person_id: int) -> list[int]:
    """The keys of all posts of somebody, over or not."""
    return list(db.session.scalars(select(Post.id).where(Post.person_id == person_id)))


def posts_in(unit_id: int) -> list[int]:
    """The keys of all posts in a unit, over or not."""
    return list(db.session.scalars(select(Post.id).where(Post.unit_id == unit_id)))


def people_with(keys: Collection[int]) -> dict[int, Person]:
    """These people by key, to be changed, locked where the database locks rows."""
    rows = select(Person).options(lazyload(Person.roles)).order_by(Person.id).with_for_update(of=Person)
    return {each.id: each for part in some(keys) for each in db.session.scalars(rows.where(Person.id.in_(part)))}


def delete_posts(keys: Collection[int]) -> None:
    """Delete posts that an import made; within the running transaction."""
    for part in some(keys):
        db.session.execute(sql_delete(Post).where(Post.id.in_(part)), execution_options=QUIET)


def delete_units(keys: Collection[int]) -> None:
    """Delete units that an import made; within the running transaction."""
    for part in some(keys):
        db.session.execute(sql_delete(Unit).where(Unit.id.in_(part)), execution_options=QUIET)


def delete_people(keys: Collection[int]) -> None:
    """Delete people whom an import made; within the running transaction."""
    for part in some(keys):
        db.session.execute(sql_delete(Person).where(Person.id.in_(part)), execution_options=QUIET)


QUIET = {"synchronize_session": False}
"""The rows are not looked at again in the running transaction."""


# -- Pairing -----------------------------------------------------------------------------------------------------------


def enterprises_of(codes: Collection[str], names: Collection[str], *, for_change: bool) -> list[Enterprise]:
    """The enterprises with these codes or names, in the order of their keys."""
    conditions = [*(Enterprise.uscc.in_(part) for part in some(codes))]
    conditions += [Enterprise.name.in_(part) for part in some(names)]
    found: dict[int, Enterprise] = {}
    for condition in conditions:
        rows = select(Enterprise).where(condition).options(lazyload("*")).order_by(Enterprise.id)
        for each in db.session.scalars(rows.with_for_update(of=Enterprise) if for_change else rows):
            found[each.id] = each
    return list(found.values())


def pairings_of(enterprise_ids: Collection[int]) -> list[Pairing]:
    """Every pairing of these enterprises, over or not."""
    quiet = (lazyload(Pairing.enterprise), lazyload(Pairing.person))
    rows = select(Pairing).options(*quiet).order_by(Pairing.id)
    return [
        each
        for part in some(enterprise_ids)
        for each in db.session.scalars(rows.where(Pairing.enterprise_id.in_(part)))
    ]


def pairings_with(keys: Collection[int]) -> dict[int, Pairing]:
    """These pairings by key, as far as they still are there."""
    quiet = (lazyload(Pairing.enterprise), lazyload(Pairing.person))
    rows = select(Pairing).options(*quiet)
    return {each.id: each for part in some(keys) for each in db.session.scalars(rows.where(Pairing.id.in_(part)))}


def delete_pairings(keys: Collection[int]) -> None:
    """Delete pairings that an import made; within the running transaction."""
    for part in some(keys):
        db.session.execute(sql_delete(Pairing).where(Pairing.id.in_(part)), execution_options=QUIET)
