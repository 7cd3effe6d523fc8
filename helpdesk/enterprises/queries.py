"""Reading enterprises and pairing."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select

from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise, Pairing


def paired(enterprise_ids: Collection[int], today: date) -> dict[int, list[int]]:
    """The keys of the people paired with each of these enterprises on that day."""
    found: dict[int, list[int]] = {}
    if not enterprise_ids:
        return found
    rows = db.session.execute(
        select(Pairing.enterprise_id, Pairing.person_id)
        .where(Pairing.enterprise_id.in_(enterprise_ids), _current(today))
        .order_by(Pairing.id)
    )
    for enterprise_id, person_id in rows:
        found.setdefault(enterprise_id, []).append(person_id)
    return found


def paired_with(person_id: int, today: date):  # type: ignore[no-untyped-def]  # a subquery of keys
    """The keys of the enterprises that person is paired with, as a SELECT to be used inside another."""
    return select(Pairing.enterprise_id).where(Pairing.person_id == person_id, _current(today))


def _current(today: date):  # type: ignore[no-untyped-def]
    return (Pairing.from_on <= today) & or_(Pairing.until_on.is_(None), Pairing.until_on >= today)


def find_enterprise(enterprise_id: int | None) -> Enterprise | None:
    """That enterprise, or None."""
    return db.session.get(Enterprise, enterprise_id) if enterprise_id else None
