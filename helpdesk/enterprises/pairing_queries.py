"""Reading pairing (包联): who has which enterprises on a day, and how many enterprises have somebody."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from helpdesk.db import db
from helpdesk.enterprises.models import CADRE, CANCELLED, Enterprise, Pairing
from helpdesk.enterprises.queries import current
from helpdesk.org.models import Person, Unit


def current_of(enterprise_id: int, today: date) -> list[Pairing]:
    """Who is paired with that enterprise on that day."""
    rows = select(Pairing).where(Pairing.enterprise_id == enterprise_id, current(today)).order_by(Pairing.id)
    return list(db.session.scalars(rows))


def of_person(person_id: int, today: date) -> list[Pairing]:
    """Every pairing of that person on that day."""
    rows = select(Pairing).where(Pairing.person_id == person_id, current(today)).order_by(Pairing.enterprise_id)
    return list(db.session.scalars(rows.options(joinedload(Pairing.enterprise))))


def those(pairing_ids: Collection[int], today: date) -> list[Pairing]:
    """These pairings as far as they still run."""
    rows = select(Pairing).where(Pairing.id.in_(pairing_ids), current(today)).order_by(Pairing.enterprise_id)
    return list(db.session.scalars(rows.options(joinedload(Pairing.enterprise), joinedload(Pairing.person))))


def answers_for(enterprise_id: int, today: date) -> int | None:
    """Whoever answers for that enterprise on that day: its cadre, else whoever is paired with it; None for nobody."""
    kept = select(func.coalesce(Enterprise.merged_into_id, Enterprise.id)).where(Enterprise.id == enterprise_id)
    rows = select(Pairing.person_id).where(Pairing.enterprise_id == kept.scalar_subquery(), current(today))
    return db.session.scalars(rows.order_by((Pairing.paired_as == CADRE).desc(), Pairing.id)).first()


def enterprises_of(person_id: int, today: date) -> set[int]:
    """The keys of the enterprises that person is paired with."""
    rows = select(Pairing.enterprise_id).where(Pairing.person_id == person_id, current(today))
    return set(db.session.scalars(rows))


def counted(person_id: int, today: date) -> int:
    """How many enterprises that person has as a cadre."""
    rows = select(func.count()).select_from(Pairing)
    mine = (Pairing.person_id == person_id, Pairing.paired_as == CADRE, current(today))
    return db.session.scalar(rows.where(*mine)) or 0


@dataclass(frozen=True)
class Coverage:
    """How many enterprises of a street have a cadre; ``street`` is None for those without a street."""

    street_id: int | None
    street: str | None
    enterprises: int
    covered: int


def coverage(today: date) -> list[Coverage]:
    """包联覆盖率 by street: enterprises that are neither merged nor 注销, and those of them that have a cadre."""
    has_cadre = select(Pairing.enterprise_id).where(Pairing.paired_as == CADRE, current(today)).distinct().subquery()
    rows = (
        select(Enterprise.street_id, Unit.name, func.count(), func.count(has_cadre.c.enterprise_id))
        .outerjoin(Unit, Unit.id == Enterprise.street_id)
        .outerjoin(has_cadre, has_cadre.c.enterprise_id == Enterprise.id)
        .where(Enterprise.merged_into_id.is_(None), Enterprise.status != CANCELLED)
        .group_by(Enterprise.street_id, Unit.name)
        .order_by(Enterprise.street_id.nulls_last())
    )
    return [Coverage(*row) for row in db.session.execute(rows)]


def loads(today: date) -> list[tuple[int, str, int]]:
    """Everybody who is paired as a cadre: key, name, and how many enterprises; those with most first."""
    number = func.count()
    rows = (
        select(Person.id, Person.name, number)
        .join(Pairing, Pairing.person_id == Person.id)
        .where(Pairing.paired_as == CADRE, current(today))
        .group_by(Person.id, Person.name)
        .order_by(number.desc(), Person.id)
    )
    return [(key, name, size) for key, name, size in db.session.execute(rows)]
