"""Changes to notices: read, mailed once more; and how a person wants to be told."""

from datetime import datetime

from flask import current_app
from sqlalchemy.exc import IntegrityError

from helpdesk.db import begin_writing, db
from helpdesk.notices import queries
from helpdesk.notices.channels.chat import complaint_about
from helpdesk.notices.models import FAILED, MAIL, WAITING, Notice
from helpdesk.org.models import DIGEST, SINGLE
from helpdesk.org.queries import find_person, get_person_for_change
from workflows.engine import Missing


def open_notice(person_id: int, notice_id: int, now: datetime) -> Notice:
    """That person has opened a notice of his; NotFoundError when it is not his."""
    begin_writing()
    notice = queries.get_notice_of(person_id, notice_id)
    notice.read_at = notice.read_at or now
    db.session.commit()
    return notice


def read_all(person_id: int, now: datetime) -> None:
    """That person has read everything."""
    begin_writing()
    unread = (Notice.person_id == person_id) & Notice.read_at.is_(None)
    db.session.query(Notice).where(unread).update({"read_at": now}, synchronize_session=False)
    db.session.commit()


def send_again(notice_id: int, now: datetime) -> bool:
    """Mail an undelivered notice once more, to the reader's present address; False when he still has none."""
    begin_writing()
    notice = queries.get_undelivered(notice_id)
    _freshen(notice, now)
    db.session.commit()
    return notice.status == WAITING


def send_all_again(now: datetime, limit: int) -> int:
    """Mail everything that failed once more; how many there were."""
    begin_writing()
    failed = queries.undelivered(FAILED, limit)
    for notice in failed:
        _freshen(notice, now)
    db.session.commit()
    return len(failed)


def choose(person_id: int, *, reminders: str, chat_address: str | None) -> None:
    """How that person wants to be told from now on; Missing when he cannot be told like that."""
    if reminders not in (DIGEST, SINGLE):
        raise Missing({"reminders": "请选择一种提醒方式"})
    if chat_address and (wrong := complaint_about(chat_address, current_app.config["CHAT_KINDS"])):
        raise Missing({"chat_address": wrong})
    begin_writing()
    person = get_person_for_change(person_id)
    person.reminders, person.chat_address = reminders, chat_address or None
    db.session.commit()


def change_address(person_id: int, email: str) -> None:
    """Mail to that person goes to this address from now on; Missing when it is somebody else's."""
    begin_writing()
    person = get_person_for_change(person_id)
    person.email = email
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise Missing({"email": "这个邮箱已经是另一个人的"}) from error


def _freshen(notice: Notice, now: datetime) -> None:
    person = find_person(notice.person_id) if notice.person_id else None
    if notice.channel == MAIL:
        notice.address = (person.email if person else None) or notice.address
    if notice.address:
        notice.status, notice.tries, notice.send_after_at = WAITING, 0, now
        notice.claimed_by = notice.claimed_until_at = None
