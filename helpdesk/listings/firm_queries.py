"""Reading enterprises and pairings for their lists."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise, Pairing, Tag
from helpdesk.enterprises.queries import current, matching, paired_at_all, paired_with
from helpdesk.listings.queries import NONE, Order
from helpdesk.org.models import Person, Post, Unit
from helpdesk.problems.cases import Standing

Condition = ColumnElement[bool]

# -- Enterprises -------------------------------------------------------------------------------------------------------


def enterprises(_: Standing) -> Select[Any]:
    """Every enterprise of the register, doubles apart: everybody who reports may know them."""
    return select(Enterprise.id).where(Enterprise.merged_into_id.is_(None))


def enterprise_lines(keys: Select[Any], *, longest: int) -> Select[Any]:
    """What the register shows of each."""
    columns = ("id", "name", "uscc", "industry", "street_id", "address", "size", "status", "above_scale", "is_key")
    rows = select(*(getattr(Enterprise, name) for name in columns), Unit.name.label("street"))
    return rows.outerjoin(Unit, Unit.id == Enterprise.street_id).where(Enterprise.id.in_(keys))


BY_SOUND = Order((Enterprise.initials, Enterprise.id), (Enterprise.initials.desc(), Enterprise.id.desc()))


def holding(words: str) -> Condition:
    """Whose name, former name, code or pinyin initials hold these words."""
    return matching(words)


def having(name: str, value: Any) -> Condition:
    """Whose field has this value; NONE: that have none."""
    column = getattr(Enterprise, name)
    return column.is_(None) if value == NONE else column == value


def tagged(word: str) -> Condition:
    """Marked with that word."""
    return Enterprise.id.in_(select(Tag.enterprise_id).where(Tag.word == word))


def tag_words() -> list[str]:
    """Every word that some enterprise is marked with."""
    return list(db.session.scalars(select(Tag.word).distinct().order_by(Tag.word)))


def with_cadre(value: str, today: date) -> Condition:
    """Paired with that person on that day; NONE: with nobody."""
    if value == NONE:
        return Enterprise.id.not_in(paired_at_all(today))
    return Enterprise.id.in_(paired_with(int(value), today))


# -- Pairings ----------------------------------------------------------------------------------------------------------


def pairings(me: Standing) -> Select[Any]:
    """Every pairing for those who see the district; else one's own, and those with the same enterprises."""
    rows = select(Pairing.id)
    if me.sees_district:
        return rows
    beside = (Pairing.enterprise_id.in_(paired_with(each, me.today)) for each in me.himself)
    return rows.where(or_(Pairing.person_id.in_(me.himself), *beside))


def pairing_lines(keys: Select[Any], *, longest: int) -> Select[Any]:
    """What the list shows of each pairing."""
    columns: tuple[Any, ...] = (
        *(Pairing.id, Pairing.enterprise_id, Pairing.person_id, Pairing.paired_as, Pairing.from_on, Pairing.until_on),
        *(Enterprise.name.label("enterprise"), Enterprise.status, Unit.name.label("street")),
        *(Person.name.label("person"), Person.title),
    )
    rows = select(*columns).join(Enterprise, Enterprise.id == Pairing.enterprise_id)
    rows = rows.join(Person, Person.id == Pairing.person_id).outerjoin(Unit, Unit.id == Enterprise.street_id)
    return rows.where(Pairing.id.in_(keys))


SINCE = Order((Pairing.from_on, Pairing.id), (Pairing.from_on.desc(), Pairing.id.desc()))


def of_enterprises(condition: Condition) -> Condition:
    """Pairings with enterprises for which this holds."""
    return Pairing.enterprise_id.in_(select(Enterprise.id).where(condition))


def of_person(person_id: int) -> Condition:
    """Pairings of that person."""
    return Pairing.person_id == person_id


def paired_as(part: str) -> Condition:
    """Pairings in that part."""
    return Pairing.paired_as == part


def running(today: date) -> Condition:
    """Pairings that run on that day."""
    return current(today)


def over(today: date) -> Condition:
    """Pairings that have ended before that day."""
    return and_(Pairing.until_on.is_not(None), Pairing.until_on < today)


def units_of(person_ids: set[int], today: date) -> dict[int, str]:
    """The unit of the first post that each of these holds on that day."""
    rows = (
        select(Post.person_id, Unit.name)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.person_id.in_(person_ids), Post.from_on <= today)
        .where((Post.until_on.is_(None)) | (Post.until_on >= today))
        .order_by(Post.id.desc())
    )
    return {row.person_id: row.name for row in db.session.execute(rows)}
