"""Reading enterprises and pairing."""

from collections.abc import Collection
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, CompoundSelect, and_, false, or_, select, true, union_all
from sqlalchemy.orm import joinedload

from helpdesk.db import db, once
from helpdesk.enterprises.models import (
    Contact,
    ContactLink,
    Enterprise,
    FormerName,
    Pairing,
    Project,
    RegisterChange,
    Talent,
)
from helpdesk.errors import NotFoundError
from helpdesk.org.models import Person, UnitKind
from helpdesk.org.queries import posts_of

NOT_THERE = "名录里没有这家企业"
CADRES_COME_FROM = frozenset({UnitKind.DEPARTMENT, UnitKind.STREET, UnitKind.TASK_FORCE})
Beside = TypeVar("Beside", Project, Talent)
NOBODY = -1  # instead of a cadre's or a street's key: enterprises that have none


def paired(enterprise_ids: Collection[int], today: date) -> dict[int, list[int]]:
    """The keys of the people paired with each of these enterprises on that day."""
    if not enterprise_ids:
        return {}
    return once(("paired", frozenset(enterprise_ids), today), lambda: _paired(enterprise_ids, today))


def _paired(enterprise_ids: Collection[int], today: date) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    own = select(Pairing.enterprise_id, Pairing.person_id, Pairing.id).where(
        Pairing.enterprise_id.in_(enterprise_ids), current(today)
    )
    of_doubles = (
        select(Enterprise.id, Pairing.person_id, Pairing.id)
        .join(Pairing, Pairing.enterprise_id == Enterprise.merged_into_id)
        .where(Enterprise.id.in_(enterprise_ids), current(today))
    )
    rows = union_all(own, of_doubles).subquery()
    for enterprise_id, person_id, _ in db.session.execute(select(rows).order_by(rows.c[2])):
        found.setdefault(enterprise_id, []).append(person_id)
    return found


def paired_with(person_id: int, today: date) -> CompoundSelect[int]:
    """The keys of the enterprises that person is paired with, and of their doubles, to be used inside another SELECT."""
    return _with_doubles(Pairing.person_id == person_id, current(today))


def paired_at_all(today: date) -> CompoundSelect[int]:
    """The keys of the enterprises that anybody is paired with, and of their doubles, to be used inside another SELECT."""
    return _with_doubles(current(today))


def _with_doubles(*conditions: ColumnElement[bool]) -> CompoundSelect[int]:
    of_doubles = select(Enterprise.id).join(Pairing, Pairing.enterprise_id == Enterprise.merged_into_id)
    return union_all(select(Pairing.enterprise_id).where(*conditions), of_doubles.where(*conditions))


def current(today: date) -> ColumnElement[bool]:
    """Pairings that run on that day."""
    return (Pairing.from_on <= today) & or_(Pairing.until_on.is_(None), Pairing.until_on >= today)


def find_enterprise(enterprise_id: int | None) -> Enterprise | None:
    """That enterprise, or None."""
    return db.session.get(Enterprise, enterprise_id) if enterprise_id else None


def find_enterprise_named(words: str) -> Enterprise | None:
    """The enterprise of that full name, former name or 统一社会信用代码, or None; for a double what it is merged into."""
    had = select(FormerName.enterprise_id).where(FormerName.name == words)
    is_it = or_(Enterprise.name == words, Enterprise.uscc == words.upper())
    rows = select(Enterprise).where(or_(is_it, Enterprise.id.in_(had))).order_by(is_it.desc(), Enterprise.id)
    found = db.session.scalars(rows).first()
    return found.merged_into or found if found else None


def find_contact_link(link_id: int) -> ContactLink | None:
    """That link, or None."""
    return db.session.get(ContactLink, link_id)


def link_of_contact(contact_id: int) -> ContactLink | None:
    """The link in force of that contact, or None."""
    rows = select(ContactLink).where(ContactLink.contact_id == contact_id, ContactLink.revoked_at.is_(None))
    return db.session.scalars(rows.order_by(ContactLink.id.desc())).first()


def doubles_of(enterprise_id: int) -> list[Enterprise]:
    """The entries that are merged into this one."""
    return list(db.session.scalars(select(Enterprise).where(Enterprise.merged_into_id == enterprise_id)))


def family(enterprise_id: int) -> list[int]:
    """The keys of that entry and of its doubles."""
    rows = select(Enterprise.id).where(Enterprise.merged_into_id == enterprise_id).order_by(Enterprise.id)
    return [enterprise_id, *db.session.scalars(rows)]


def those(enterprise_ids: Collection[int]) -> list[Enterprise]:
    """These entries."""
    return list(db.session.scalars(select(Enterprise).where(Enterprise.id.in_(enterprise_ids))))


def changes_of(enterprise_ids: Collection[int], *, kind: str | None = None, limit: int = 200) -> list[RegisterChange]:
    """What was changed in the register about these, the newest first."""
    rows = select(RegisterChange).where(RegisterChange.enterprise_id.in_(enterprise_ids))
    if kind:
        rows = rows.where(RegisterChange.kind == kind)
    return list(db.session.scalars(rows.order_by(RegisterChange.id.desc()).limit(limit)))


def likely_doubles(enterprise: Enterprise, limit: int = 5) -> list[Enterprise]:
    """Entries that may be the same enterprise: the same telephone of a contact, or the same sounds of the name."""
    phones = select(Contact.phone).where(Contact.enterprise_id == enterprise.id)
    same_phone = select(Contact.enterprise_id).where(Contact.phone.in_(phones))
    rows = select(Enterprise).where(
        or_(Enterprise.initials == enterprise.initials, Enterprise.id.in_(same_phone)),
        Enterprise.id != enterprise.id,
        Enterprise.merged_into_id.is_(None),
    )
    return list(db.session.scalars(rows.order_by(Enterprise.id).limit(limit)))


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
    """That contact of that enterprise or of one of its doubles; NotFoundError when it has no such one."""
    contact = db.session.get(Contact, contact_id)
    if contact is None or contact.enterprise_id not in family(enterprise_id):
        raise NotFoundError("没有找到这位联系人")
    return contact


def get_beside(kind: type[Beside], enterprise_id: int, key: int) -> Beside:
    """That project or talent of that enterprise; NotFoundError when it has no such one."""
    row = db.session.get(kind, key)
    if row is None or row.enterprise_id not in family(enterprise_id):
        raise NotFoundError("这家企业没有这条登记")
    return row


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


def matching(words: str) -> ColumnElement[bool]:
    """Name, code or pinyin initials hold these words; several words must all be there."""
    return and_(true(), *(_holds(word) for word in words.split()))


def _holds(word: str) -> ColumnElement[bool]:
    former = FormerName.name.contains(word, autoescape=True)
    fields = [Enterprise.name.contains(word, autoescape=True)]
    if word.isascii():
        former = or_(former, FormerName.initials.contains(word.lower(), autoescape=True))
        fields.append(Enterprise.uscc.contains(word.upper(), autoescape=True))
        fields.append(Enterprise.initials.contains(word.lower(), autoescape=True))
    return or_(*fields, Enterprise.id.in_(select(FormerName.enterprise_id).where(former)))


def name_holds(word: str) -> ColumnElement[bool]:
    """The name holds this word, as it is now or as it was before; large and small letters are the same."""
    before = select(FormerName.enterprise_id).where(FormerName.name.icontains(word, autoescape=True))
    return or_(Enterprise.name.icontains(word, autoescape=True), Enterprise.id.in_(before))


def matches(words: str, limit: int) -> list[Enterprise]:
    """The first enterprises that fit what somebody types; those whose name begins so come first."""
    begins = or_(
        Enterprise.name.startswith(words, autoescape=True),
        Enterprise.initials.startswith(words.lower(), autoescape=True),
    )
    rows = select(Enterprise).where(matching(words), Enterprise.merged_into_id.is_(None))
    rows = rows.order_by(begins.desc(), Enterprise.initials, Enterprise.id)
    return list(db.session.scalars(rows.limit(limit)))


def cadre_names(enterprise_ids: Collection[int], today: date) -> dict[int, list[str]]:
    """The names of the cadres paired with each of these enterprises on that day; one query."""
    found: dict[int, list[str]] = {}
    rows = (
        select(Pairing.enterprise_id, Person.name)
        .join(Person, Person.id == Pairing.person_id)
        .where(Pairing.enterprise_id.in_(enterprise_ids), current(today))
        .order_by(Pairing.id)
    )
    for enterprise_id, name in db.session.execute(rows) if enterprise_ids else ():
        found.setdefault(enterprise_id, []).append(name)
    return found


def cadres(today: date) -> list[tuple[int, str]]:
    """Everybody who is paired with some enterprise on that day: key and name."""
    keys = select(Pairing.person_id).where(current(today))
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(keys)).order_by(Person.id))
    return [(person_id, name) for person_id, name in rows]


def visits_enterprises(person_id: int, today: date) -> bool:
    """Whether that person is a cadre of a department, a street or a task force, or is paired with any enterprise."""
    cadre = any(post.unit.kind in CADRES_COME_FROM for post in posts_of(person_id, today))
    return cadre or person_id in dict(cadres(today))


def names_of_cadres(keys: Collection[int]) -> list[tuple[int, str]]:
    """Key and name of these people, in the order of their keys."""
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(keys)).order_by(Person.id))
    return [(person_id, name) for person_id, name in rows]


def contacts_of(enterprise_ids: Collection[int]) -> list[Contact]:
    """Everybody whom one can call at these."""
    return list(
        db.session.scalars(select(Contact).where(Contact.enterprise_id.in_(enterprise_ids)).order_by(Contact.id))
    )


def beside(kind: type[Beside], enterprise_ids: Collection[int]) -> list[Beside]:
    """The projects or talents of these."""
    return list(db.session.scalars(select(kind).where(kind.enterprise_id.in_(enterprise_ids)).order_by(kind.id)))


def pairings_of(enterprise_ids: Collection[int]) -> list[Pairing]:
    """Every pairing of these, now and before, the newest first."""
    rows = (
        select(Pairing)
        .where(Pairing.enterprise_id.in_(enterprise_ids))
        .options(joinedload(Pairing.person).lazyload(Person.roles))
        .order_by(Pairing.from_on.desc(), Pairing.id.desc())
    )
    return list(db.session.scalars(rows))


def paired_enterprises(person_ids: Collection[int], today: date) -> list[Enterprise]:
    """The enterprises these people are paired with on that day, by the sound of their names."""
    keys = select(Pairing.enterprise_id).where(Pairing.person_id.in_(person_ids), current(today))
    rows = select(Enterprise).where(Enterprise.id.in_(keys)).order_by(Enterprise.initials, Enterprise.id)
    return list(db.session.scalars(rows))
