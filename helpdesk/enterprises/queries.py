"""Reading enterprises and pairing."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import joinedload

from helpdesk.db import db, once
from helpdesk.enterprises.models import Contact, Enterprise, Pairing
from helpdesk.errors import NotFoundError
from helpdesk.org.models import Person

NOT_THERE = "名录里没有这家企业"
NOBODY = -1  # instead of a cadre's or a street's key: enterprises that have none


def paired(enterprise_ids: Collection[int], today: date) -> dict[int, list[int]]:
    """The keys of the people paired with each of these enterprises on that day."""
    if not enterprise_ids:
        return {}
    return once(("paired", frozenset(enterprise_ids), today), lambda: _paired(enterprise_ids, today))


def _paired(enterprise_ids: Collection[int], today: date) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = db.session.execute(
        select(Pairing.enterprise_id, Pairing.person_id)
        .where(Pairing.enterprise_id.in_(enterprise_ids), _current(today))
        .order_by(Pairing.id)
    )
    for enterprise_id, person_id in rows:
        found.setdefault(enterprise_id, []).append(person_id)
    return found


def paired_with(person_id: int, today: date) -> Select[int]:
    """The keys of the enterprises that person is paired with, as a SELECT to be used inside another."""
    return select(Pairing.enterprise_id).where(Pairing.person_id == person_id, _current(today))


def paired_at_all(today: date) -> Select[int]:
    """The keys of the enterprises that anybody is paired with, as a SELECT to be used inside another."""
    return select(Pairing.enterprise_id).where(_current(today))


def _current(today: date) -> ColumnElement[bool]:
    return (Pairing.from_on <= today) & or_(Pairing.until_on.is_(None), Pairing.until_on >= today)


def find_enterprise(enterprise_id: int | None) -> Enterprise | None:
    """That enterprise, or None."""
    return db.session.get(Enterprise, enterprise_id) if enterprise_id else None


def find_enterprise_named(words: str) -> Enterprise | None:
    """The enterprise of that full name or that 统一社会信用代码, or None."""
    return db.session.scalars(
        select(Enterprise).where(or_(Enterprise.name == words, Enterprise.uscc == words.upper()))
    ).first()


def get_enterprise(enterprise_id: int) -> Enterprise:
    """That enterprise; NotFoundError when there is none."""
    if enterprise := db.session.get(Enterprise, enterprise_id):
        return enterprise
    raise NotFoundError(NOT_THERE)


def get_enterprise_for_change(enterprise_id: int) -> Enterprise:
    """That enterprise's row, locked where the database locks rows; NotFoundError when there is none."""
    if enterprise := db.session.get(Enterprise, enterprise_id, with_for_update=True, populate_existing=True):
        return enterprise
    raise NotFoundError(NOT_THERE)


def get_contact(enterprise_id: int, contact_id: int) -> Contact:
    """That contact of that enterprise; NotFoundError when it has no such one."""
    contact = db.session.get(Contact, contact_id)
    if contact is None or contact.enterprise_id != enterprise_id:
        raise NotFoundError("没有找到这位联系人")
    return contact


def get_pairing(enterprise_id: int, pairing_id: int) -> Pairing:
    """That pairing of that enterprise; NotFoundError when it has no such one."""
    pairing = db.session.get(Pairing, pairing_id)
    if pairing is None or pairing.enterprise_id != enterprise_id:
        raise NotFoundError("没有找到这段包保关系")
    return pairing


def holders(name: str, uscc: str | None, *, but: int | None = None) -> list[tuple[str, Enterprise]]:
    """Who else has this name or code, with the field they share."""
    shared = or_(Enterprise.name == name, Enterprise.uscc == uscc if uscc else false())
    rows = db.session.scalars(select(Enterprise).where(shared, Enterprise.id != (but or 0)).order_by(Enterprise.id))
    return [("name" if each.name == name else "uscc", each) for each in rows]


def _matching(words: str) -> ColumnElement[bool]:
    """Name, code or pinyin initials hold these words; several words must all be there."""
    return and_(true(), *(_holds(word) for word in words.split()))


def _holds(word: str) -> ColumnElement[bool]:
    fields = [Enterprise.name.contains(word, autoescape=True)]
    if word.isascii():
        fields.append(Enterprise.uscc.contains(word.upper(), autoescape=True))
        fields.append(Enterprise.initials.contains(word.lower(), autoescape=True))
    return or_(*fields)


def matches(words: str, limit: int) -> list[Enterprise]:
    """The first enterprises that fit what somebody types; those whose name begins so come first."""
    begins = or_(
        Enterprise.name.startswith(words, autoescape=True),
        Enterprise.initials.startswith(words.lower(), autoescape=True),
    )
    rows = select(Enterprise).where(_matching(words)).order_by(begins.desc(), Enterprise.initials, Enterprise.id)
    return list(db.session.scalars(rows.limit(limit)))


def register(
    today: date,
    *,
    words: str = "",
    industry: str | None = None,
    cadre_id: int | None = None,
    street_id: int | None = None,
) -> Select[Enterprise]:
    """The register by the sound of the names, narrowed down; ``cadre_id`` and ``street_id`` may be NOBODY."""
    rows = select(Enterprise).where(_matching(words)).order_by(Enterprise.initials, Enterprise.id)
    if industry:
        rows = rows.where(Enterprise.industry == industry)
    if street_id:
        where = Enterprise.street_id.is_(None) if street_id == NOBODY else Enterprise.street_id == street_id
        rows = rows.where(where)
    if cadre_id == NOBODY:
        return rows.where(Enterprise.id.not_in(select(Pairing.enterprise_id).where(_current(today))))
    return rows.where(Enterprise.id.in_(paired_with(cadre_id, today))) if cadre_id else rows


def page_of_register(rows: Select[Enterprise], page: int, size: int) -> tuple[list[Enterprise], int]:
    """One page of it (the first is 1), and how many there are in all."""
    total = db.session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    return list(db.session.scalars(rows.limit(size).offset((page - 1) * size))), total


def all_of(rows: Select[Enterprise]) -> list[Enterprise]:
    """All of it, for a file."""
    return list(db.session.scalars(rows))


def cadre_names(enterprise_ids: Collection[int], today: date) -> dict[int, list[str]]:
    """The names of the cadres paired with each of these enterprises on that day; one query."""
    found: dict[int, list[str]] = {}
    rows = (
        select(Pairing.enterprise_id, Person.name)
        .join(Person, Person.id == Pairing.person_id)
        .where(Pairing.enterprise_id.in_(enterprise_ids), _current(today))
        .order_by(Pairing.id)
    )
    for enterprise_id, name in db.session.execute(rows) if enterprise_ids else ():
        found.setdefault(enterprise_id, []).append(name)
    return found


def cadres(today: date) -> list[tuple[int, str]]:
    """Everybody who is paired with some enterprise on that day: key and name."""
    keys = select(Pairing.person_id).where(_current(today))
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(keys)).order_by(Person.id))
    return [(person_id, name) for person_id, name in rows]


def names_of_cadres(keys: Collection[int]) -> list[tuple[int, str]]:
    """Key and name of these people, in the order of their keys."""
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(keys)).order_by(Person.id))
    return [(person_id, name) for person_id, name in rows]


def pairings_of(enterprise_id: int) -> list[Pairing]:
    """Every pairing of an enterprise, now and before, the newest first."""
    rows = (
        select(Pairing)
        .where(Pairing.enterprise_id == enterprise_id)
        .options(joinedload(Pairing.person).lazyload(Person.roles))
        .order_by(Pairing.from_on.desc(), Pairing.id.desc())
    )
    return list(db.session.scalars(rows))


def paired_enterprises(person_ids: Collection[int], today: date) -> list[Enterprise]:
    """The enterprises these people are paired with on that day, by the sound of their names."""
    keys = select(Pairing.enterprise_id).where(Pairing.person_id.in_(person_ids), _current(today))
    rows = select(Enterprise).where(Enterprise.id.in_(keys)).order_by(Enterprise.initials, Enterprise.id)
    return list(db.session.scalars(rows))
