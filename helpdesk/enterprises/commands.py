"""Changes to the register: an enterprise is entered or corrected, contacts, and pairing with cadres."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError

from helpdesk.db import begin_writing, db
from helpdesk.enterprises import queries
from helpdesk.enterprises.models import Contact, Enterprise, Pairing
from helpdesk.enterprises.naming import initials_of
from workflows.engine import Missing, NotNow


@dataclass(frozen=True)
class Facts:
    """What the register holds of an enterprise; name and code already in their kept form."""

    name: str
    uscc: str | None
    no_uscc_reason: str | None
    industry: str | None
    address: str | None
    street_id: int | None = None  # 街道、乡镇


@dataclass(frozen=True)
class Reachable:
    """Somebody at the enterprise whom one can call."""

    name: str
    phone: str
    title: str | None = None
    email: str | None = None


class TakenError(Missing):
    """Another enterprise, ``existing``, has that name or code (``field``) already."""

    def __init__(self, field: str, existing: Enterprise) -> None:
        what = "名称" if field == "name" else "统一社会信用代码"
        super().__init__({field: f"这个{what}已经登记过了：{existing.name}"})
        self.field = field
        self.existing = existing


def enter(facts: Facts, contact: Reachable | None, *, now: datetime) -> Enterprise:
    """A new enterprise, with the first contact if there is one; TakenError when it is in the register already."""
    begin_writing()
    enterprise = Enterprise(added_at=now)
    _fill(enterprise, facts)
    db.session.add(enterprise)
    if contact:
        enterprise.contacts.append(_filled(Contact(), contact))
    _save(facts)
    return enterprise


def correct(enterprise_id: int, facts: Facts) -> Enterprise:
    """Better facts about an enterprise; TakenError when another one has the name or code, NotFoundError when unknown."""
    begin_writing()
    enterprise = queries.get_enterprise(enterprise_id)
    _fill(enterprise, facts)
    _save(facts, but=enterprise_id)
    return enterprise


def _fill(enterprise: Enterprise, facts: Facts) -> None:
    enterprise.name, enterprise.initials = facts.name, initials_of(facts.name)
    enterprise.uscc = facts.uscc
    enterprise.no_uscc_reason = None if facts.uscc else facts.no_uscc_reason
    enterprise.industry, enterprise.address = facts.industry, facts.address
    enterprise.street_id = facts.street_id


def _save(facts: Facts, *, but: int | None = None) -> None:
    """The database decides whether a name or code is taken: somebody else may enter it at this very moment."""
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        for field, existing in queries.holders(facts.name, facts.uscc, but=but):
            raise TakenError(field, existing) from error
        raise


def keep_contact(enterprise_id: int, contact: Reachable, *, contact_id: int | None = None) -> Contact:
    """A new contact, or a better version of that one; NotFoundError when the enterprise has no such contact."""
    begin_writing()
    enterprise = queries.get_enterprise(enterprise_id)
    row = queries.get_contact(enterprise_id, contact_id) if contact_id else Contact(enterprise_id=enterprise.id)
    db.session.add(_filled(row, contact))
    db.session.commit()
    return row


def _filled(row: Contact, contact: Reachable) -> Contact:
    row.name, row.phone, row.title, row.email = contact.name, contact.phone, contact.title, contact.email
    return row


def pair(enterprise_id: int, person_id: int, *, today: date) -> Pairing:
    """From today on this cadre is paired with the enterprise; Missing when he is already."""
    begin_writing()
    enterprise = queries.get_enterprise_for_change(enterprise_id)
    if person_id in queries.paired([enterprise_id], today).get(enterprise_id, ()):
        db.session.rollback()
        raise Missing({"person": "这位同志已经是这家企业的包保干部"})
    pairing = Pairing(enterprise=enterprise, person_id=person_id, from_on=today)
    db.session.add(pairing)
    db.session.commit()
    return pairing


def end_pairing(enterprise_id: int, pairing_id: int, *, today: date) -> None:
    """The cadre is paired no more, at once; one that began today has never been. NotNow when it has ended before."""
    begin_writing()
    pairing = queries.get_pairing(enterprise_id, pairing_id)
    if pairing.until_on is not None and pairing.until_on < today:
        raise NotNow("这段包保关系已经结束")
    if pairing.from_on >= today:
        db.session.delete(pairing)
    else:
        pairing.until_on = today - timedelta(days=1)
    db.session.commit()
