"""Reading the outbox: what is due to be mailed, what somebody was told, and what could not be delivered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.notices.models import DROPPED, FAILED, MAIL, NO_ADDRESS, SENT, URGENT, WAITING, Notice
from helpdesk.org.models import SINGLE, Person
from workflows.terms import Pace

COUNTED = 100  # unread notices are counted up to here: 99+ on the bell


# -- For the person who was told ---------------------------------------------------------------------------------------


def told_to(person_id: int, *, start: int, count: int) -> list[Notice]:
    """What that person was told, newest first; without what lapsed before it was sent."""
    told = select(Notice).where(Notice.person_id == person_id, Notice.status != DROPPED, Notice.channel == MAIL)
    return list(db.session.scalars(told.order_by(Notice.id.desc()).offset(start).limit(count)))


def unread_by(person_id: int) -> int:
    """How many notices that person has not opened yet, counted up to 100."""
    unread = (
        select(Notice.id)
        .where(
            Notice.person_id == person_id,
            Notice.read_at.is_(None),
            Notice.status != DROPPED,
            Notice.channel == MAIL,
        )
        .limit(COUNTED)
    )
    return db.session.scalar(select(func.count()).select_from(unread.subquery())) or 0


def get_notice_of(person_id: int, notice_id: int) -> Notice:
    """That notice, if it is this person's; NotFoundError otherwise."""
    notice = db.session.get(Notice, notice_id)
    if notice is None or notice.person_id != person_id:
        raise NotFoundError("没有找到这条通知")
    return notice


def told_of(name: str, cause: str) -> set[str]:
    """Which readers have been told that for that cause already."""
    told = select(Notice.reader).where(Notice.cause == cause, Notice.name == name)
    return set(db.session.scalars(told))


# -- For the post ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """What may leave now by one channel: at night only what is urgent, what is told late only ``caught_up``."""

    now: datetime
    channel: str = MAIL
    open_hours: bool = True
    caught_up: bool = True

    @property
    def rows(self) -> ColumnElement[bool]:
        """Waiting, its hour has come, and nobody is at it."""
        free = or_(Notice.claimed_until_at.is_(None), Notice.claimed_until_at <= self.now)
        due = (Notice.status == WAITING) & (Notice.send_after_at <= self.now) & free & (Notice.channel == self.channel)
        if not self.open_hours:
            due &= Notice.pace == URGENT
        return due if self.caught_up else due & ~Notice.catch_up


def due_heads(due: Due, limit: int) -> list[Any]:
    """The first notice of each mail that is due, locked; (id, person_id, pace).

    Notices that leave at once are a mail each; the digest notices of one person are one mail, and whoever has locked
    the first of them has them all. Mails that another process is taking are passed over.
    """
    digest = Notice.pace == Pace.DIGEST.value
    first_of_digests = select(func.min(Notice.id)).where(due.rows, digest).group_by(Notice.person_id)
    heads = (
        select(Notice.id, Notice.person_id, Notice.pace)
        .where(due.rows, or_(~digest, Notice.id.in_(first_of_digests)))
        .order_by(Notice.send_after_at, Notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(db.session.execute(heads))


def wanting_single_mails(person_ids: Collection[int]) -> frozenset[int]:
    """Which of these people want every reminder as a mail of its own."""
    chosen = select(Person.id).where(Person.id.in_(person_ids), Person.reminders == SINGLE)
    return frozenset(db.session.scalars(chosen))


def chat_addresses(person_ids: Collection[int]) -> dict[int, str]:
    """Where these people can be reached by another way than mail, as far as they want to."""
    if not person_ids:
        return {}
    chosen = select(Person.id, Person.chat_address).where(Person.id.in_(person_ids), Person.chat_address.is_not(None))
    return {row.id: row.chat_address for row in db.session.execute(chosen)}


def reminded_since(person_ids: Collection[int], since: datetime, names: Collection[str]) -> dict[int, frozenset[int]]:
    """Of which problems these people have been, or are just being, reminded by mails of their own since that moment."""
    if not person_ids:
        return {}
    rows = select(Notice.person_id, Notice.problem_id).where(
        Notice.person_id.in_(person_ids),
        Notice.name.in_(names),
        Notice.status.in_((WAITING, SENT)),
        Notice.send_after_at >= since,
        Notice.problem_id.is_not(None),
    )
    found: dict[int, set[int]] = {}
    for person_id, problem_id in db.session.execute(rows):
        if person_id and problem_id:
            found.setdefault(person_id, set()).add(problem_id)
    return {person_id: frozenset(problems) for person_id, problems in found.items()}


def without_account(person_ids: Collection[int]) -> set[int]:
    """Which of these people have left: their accounts are closed."""
    gone = select(Person.id).where(Person.id.in_(person_ids), Person.active.is_(False))
    return set(db.session.scalars(gone))


# -- For the administrator ---------------------------------------------------------------------------------------------


def undelivered(status: str, limit: int) -> list[Notice]:
    """The newest notices that failed, or that have no address."""
    found = select(Notice).where(Notice.status == status).order_by(Notice.send_after_at.desc(), Notice.id.desc())
    return list(db.session.scalars(found.limit(limit)))


def count_of(*statuses: str) -> dict[str, int]:
    """How many notices have each of these statuses."""
    counted = (
        select(Notice.status, func.count().label("notices")).where(Notice.status.in_(statuses)).group_by(Notice.status)
    )
    return dict.fromkeys(statuses, 0) | {row.status: row.notices for row in db.session.execute(counted)}


def count_due(now: datetime) -> int:
    """How many notices should have left by now."""
    due = select(func.count()).select_from(Notice).where(Notice.status == WAITING, Notice.send_after_at <= now)
    return db.session.scalar(due) or 0


def get_undelivered(notice_id: int) -> Notice:
    """A notice that failed or has no address, locked for a change; NotFoundError when it is not such a one."""
    wanted = select(Notice).where(Notice.id == notice_id, Notice.status.in_((FAILED, NO_ADDRESS))).with_for_update()
    if notice := db.session.scalars(wanted).one_or_none():
        return notice
    raise NotFoundError("这封邮件已经重新发送，或者没有这封邮件")


# -- For the demo ------------------------------------------------------------------------------------------------------


def newest(*, start: int, count: int, words: str = "") -> list[Notice]:
    """The newest notices of all, whoever they are for; ``words`` is part of a subject or of a reader's name."""
    found = select(Notice).order_by(Notice.id.desc()).offset(start).limit(count)
    if words:
        fields = (Notice.subject, Notice.reader_name, Notice.address)
        found = found.where(or_(*(field.contains(words, autoescape=True) for field in fields)))
    return list(db.session.scalars(found))
