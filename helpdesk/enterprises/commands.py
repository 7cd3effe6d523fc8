"""Changes to the register: an enterprise is entered or corrected; its contacts, projects and talents."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from helpdesk.db import begin_writing, db
from helpdesk.enterprises import merging, pairing, pairing_queries, queries
from helpdesk.enterprises.facts import Facts, fill, in_words, note, note_difference, remember_name
from helpdesk.enterprises.models import Contact, ContactLink, Enterprise, Pairing, Project, Talent
from helpdesk.org.models import Person
from helpdesk.org.queries import get_person
from helpdesk.pages import masked_name
from workflows.engine import Missing, NotNow


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


def enter(facts: Facts, contact: Reachable | None, *, by: Person, now: datetime) -> Enterprise:
    """A new enterprise, with the first contact if there is one; TakenError when it is in the register already."""
    begin_writing()
    enterprise = Enterprise(added_at=now)
    with db.session.no_autoflush:
        fill(enterprise, facts)
    db.session.add(enterprise)
    if contact:
        enterprise.contacts.append(_filled(Contact(), contact))
    _save(facts, lambda: note(enterprise, "entered", "登记这家企业", by=by, now=now, details={}))
    return enterprise


def correct(
    enterprise_id: int,
    facts: Facts,
    *,
    by: Person,
    now: datetime,
    today: date,
    misspelt: bool = False,
) -> Enterprise:
    """Better facts about an enterprise; TakenError when another one has the name or code, NotFoundError when unknown.

    A name that changes is kept as a former one, until today, unless it was ``misspelt``.
    """
    begin_writing()
    enterprise = queries.get_enterprise_for_change(enterprise_id)
    before = in_words(enterprise)
    with db.session.no_autoflush:
        fill(enterprise, facts)
        if not misspelt:
            remember_name(enterprise, before["name"], today)
    _save(facts, lambda: note_difference(enterprise, before, by=by, now=now), but=enterprise_id)
    return enterprise


def _save(facts: Facts, put_on_record: Callable[[], Any], *, but: int | None = None) -> None:
    """The database decides whether a name or code is taken: somebody else may enter it at this very moment."""
    try:
        db.session.flush()
        put_on_record()
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        for field, existing in queries.holders(facts.name, facts.uscc, but=but):
            raise TakenError(field, existing) from error
        raise


def keep_contact(
    enterprise_id: int, contact: Reachable, *, by: Person, now: datetime, contact_id: int | None = None
) -> Contact:
    """A new contact, or a better version of that one; NotFoundError when the enterprise has no such contact."""
    begin_writing()
    enterprise = queries.get_enterprise(enterprise_id)
    row = queries.get_contact(enterprise_id, contact_id) if contact_id else Contact(enterprise_id=enterprise.id)
    db.session.add(_filled(row, contact))
    what = "修改" if contact_id else "添加"
    note(enterprise, "contact_kept", f"{what}联系人 {masked_name(contact.name)}", by=by, now=now, details={})
    db.session.commit()
    return row


def _filled(row: Contact, contact: Reachable) -> Contact:
    row.name, row.phone, row.title, row.email = contact.name, contact.phone, contact.title, contact.email
    return row


def make_link(enterprise_id: int, contact_id: int, *, by: Person, now: datetime) -> ContactLink:
    """A new link for that contact; the former one ends at once."""
    begin_writing()
    enterprise = queries.get_enterprise_for_change(enterprise_id)  # two at once: one after the other
    contact = queries.get_contact(enterprise_id, contact_id)
    former = queries.link_of_contact(contact_id)
    if former:
        former.revoked_at = now
    link = ContactLink(contact_id=contact_id, made_at=now, made_by_id=by.id)
    db.session.add(link)
    words = f"{'更换' if former else '生成'}联系人 {masked_name(contact.name)}的专属链接"
    note(enterprise, "link_made", words, by=by, now=now, details={})
    db.session.commit()
    return link


def revoke_link(enterprise_id: int, contact_id: int, *, by: Person, now: datetime) -> None:
    """The contact's link opens nothing any more; NotNow when he has none."""
    begin_writing()
    enterprise = queries.get_enterprise_for_change(enterprise_id)
    contact, link = queries.get_contact(enterprise_id, contact_id), queries.link_of_contact(contact_id)
    if link is None:
        db.session.rollback()
        raise NotNow("这位联系人没有正在使用的链接")
    link.revoked_at = now
    note(enterprise, "link_revoked", f"停用联系人 {masked_name(contact.name)}的专属链接", by=by, now=now, details={})
    db.session.commit()


def keep_beside(
    kind: type[Project] | type[Talent],
    enterprise_id: int,
    values: Mapping[str, Any],
    *,
    by: Person,
    now: datetime,
    key: int | None = None,
) -> None:
    """A new project or talent of an enterprise, or a better version of that one; NotFoundError when it has no such."""
    begin_writing()
    enterprise = queries.get_enterprise(enterprise_id)
    row = queries.get_beside(kind, enterprise_id, key) if key else kind(enterprise_id=enterprise_id)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)
    words = f"{'修改' if key else '登记'}{WHAT[kind]} {_called(row)}"
    note(enterprise, f"{kind.__name__.lower()}_kept", words, by=by, now=now, details={})
    db.session.commit()


def drop_beside(kind: type[Project] | type[Talent], enterprise_id: int, key: int, *, by: Person, now: datetime) -> None:
    """Take a project or talent off the register; the record says that it was there."""
    begin_writing()
    enterprise, row = queries.get_enterprise(enterprise_id), queries.get_beside(kind, enterprise_id, key)
    note(enterprise, f"{kind.__name__.lower()}_dropped", f"移除{WHAT[kind]} {_called(row)}", by=by, now=now, details={})
    db.session.delete(row)
    db.session.commit()


def _called(row: Project | Talent) -> str:
    """By its name; people are not named in what everybody reads."""
    return masked_name(row.name) if isinstance(row, Talent) else row.name


WHAT: dict[type, str] = {Project: "项目", Talent: "联系人才"}


# -- Pairing -----------------------------------------------------------------------------------------------------------


def pair(
    enterprise_id: int, person_id: int, paired_as: str, *, most: int, by: Person, now: datetime, today: date
) -> Pairing:
    """From today on that person is paired with the enterprise; Missing when he is already, or has too many."""
    begin_writing()
    enterprise = queries.get_enterprise_for_change(enterprise_id)
    try:
        row = pairing.begin(enterprise, get_person(person_id), paired_as, most=most, by=by, now=now, today=today)
    except Missing:
        db.session.rollback()
        raise
    db.session.commit()
    return row


def end_pairing(enterprise_id: int, pairing_id: int, *, by: Person, now: datetime, today: date) -> None:
    """He is paired no more, at once. NotNow when it has ended before."""
    begin_writing()
    row = queries.get_pairing(enterprise_id, pairing_id)
    if row.until_on is not None and row.until_on < today:
        raise NotNow("这段包联关系已经结束")
    pairing.end(row, by=by, now=now, today=today)
    db.session.commit()


def move_pairings(
    pairing_ids: Collection[int], person_id: int, *, most: int, by: Person, now: datetime, today: date
) -> int:
    """These pairings go on with somebody else, all or none; how many it were. Missing when they are too many for him."""
    begin_writing()
    to = get_person(person_id)
    wanted = pairing_queries.those(pairing_ids, today)
    try:
        pairing.move(wanted, to, most=most, by=by, now=now, today=today)
    except Missing:
        db.session.rollback()
        raise
    db.session.commit()
    return len(wanted)


# -- Doubles -----------------------------------------------------------------------------------------------------------


def merge(double_id: int, into_id: int, *, by: Person, now: datetime, today: date) -> None:
    """One entry is said to be another one; Missing or NotNow where that cannot be."""
    begin_writing()
    try:
        double, into = merging.both_for_change(double_id, into_id)
        merging.merge(double, into, by=by, now=now, today=today)
    except (Missing, NotNow):
        db.session.rollback()
        raise
    db.session.commit()


def undo_merge(double_id: int, *, by: Person, now: datetime, today: date) -> Enterprise:
    """They are two entries again; NotNow when the entry is merged into none."""
    begin_writing()
    double = queries.get_enterprise_for_change(double_id)
    if double.merged_into_id is None:
        db.session.rollback()
        raise NotNow("这条登记没有并入别的企业，或者已经撤销")
    into = queries.get_enterprise_for_change(double.merged_into_id)
    merging.undo(double, into, by=by, now=now, today=today)
    db.session.commit()
    return double
