"""Reading the outbox: what is due to be mailed, what somebody was told, and what could not be delivered."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.notices.models import DROPPED, FAILED, NO_ADDRESS, WAITING, Notice
from helpdesk.org.models import Person
from workflows.terms import Pace

COUNTED = 100  # unread notices are counted up to here: 99+ on the bell


# -- For the person who was told ---------------------------------------------------------------------------------------


def told_to(person_id: int, *, start: int, count: int) -> list[Notice]:
    """What that person was told, newest first; without what lapsed before it was sent."""
    told = select(Notice).where(Notice.person_id == person_id, Notice.status != DROPPED)
    return list(db.session.scalars(told.order_by(Notice.id.desc()).offset(start).limit(count)))


def unread_by(person_id: int) -> int:
    """How many notices that person has not opened yet, counted up to 100."""
    unread = (
        select(Notice.id)
        .where(Notice.person_id == person_id, Notice.read_at.is_(None), Notice.status != DROPPED)
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


def is_due(now: datetime) -> ColumnElement[bool]:
    """Waiting, its hour has come, and nobody is at it."""
    free = or_(Notice.claimed_until_at.is_(None), Notice.claimed_until_at <= now)
    return (Notice.status == WAITING) & (Notice.send_after_at <= now) & free


def due_heads(now: datetime, limit: int) -> list[Any]:
    """The first notice of each mail that is due, locked; (id, person_id, pace).

    Notices that leave at once are a mail each; the digest notices of one person are one mail, and whoever has locked
    the first of them has them all. Mails that another process is taking are passed over.
    """
    digest = Notice.pace == Pace.DIGEST.value
    first_of_digests = select(func.min(Notice.id)).where(is_due(now), digest).group_by(Notice.person_id)
    heads = (
        select(Notice.id, Notice.person_id, Notice.pace)
        .where(is_due(now), or_(~digest, Notice.id.in_(first_of_digests)))
        .order_by(Notice.send_after_at, Notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(db.session.execute(heads))


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
