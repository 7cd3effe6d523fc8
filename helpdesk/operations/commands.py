"""Writing down that a job has run or none ran, taking a daily job for one process, giving back what nobody will finish."""

import os
import socket
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, update
from sqlalchemy.exc import IntegrityError

from helpdesk.clock import calendar
from helpdesk.db import begin_writing, db
from helpdesk.notices.messages import write_messages
from helpdesk.notices.models import WAITING, Notice
from helpdesk.operations import queries
from helpdesk.operations.models import DayTaken, Heartbeat, Standstill
from helpdesk.pages import moment_words

LONGEST = 300
FAR_AHEAD = timedelta(days=1)
"""No claim lasts so long: one that ends later was made by a clock that has been moved back since."""


def this_process() -> str:
    """Machine and process, as it stands in ledgers."""
    return f"{socket.gethostname()[:45]}:{os.getpid()}"


def beat(job: str, *, at: datetime, did: str) -> None:
    """A run of this job has ended well."""
    _note(job, {"ended_at": at, "succeeded_at": at, "by": this_process(), "did": did[:LONGEST], "error": None})


def stumble(job: str, *, at: datetime, error: str) -> None:
    """A run of this job has failed; when the last good one was stays on the record."""
    _note(job, {"ended_at": at, "by": this_process(), "error": error[:LONGEST]})


def _note(job: str, facts: dict[str, Any]) -> None:
    begin_writing()
    if not _overwrite(job, facts):
        try:
            with db.session.begin_nested():
                db.session.execute(insert(Heartbeat).values(job=job, **facts))
        except IntegrityError:  # another process has just written the first one
            _overwrite(job, facts)
    db.session.commit()


def _overwrite(job: str, facts: dict[str, Any]) -> bool:
    found = db.session.execute(update(Heartbeat).where(Heartbeat.job == job).values(**facts))
    return bool(found.rowcount)  # type: ignore[attr-defined]


def take_day(job: str, day: date, *, now: datetime) -> bool:
    """Whether this process is the one that does a daily job of that local day."""
    begin_writing()
    taken = insert(DayTaken).values(job=job, day=day, by=this_process(), taken_at=now)
    try:
        db.session.execute(taken)
    except IntegrityError:
        db.session.rollback()
        return False
    db.session.commit()
    return True


def give_day_back(job: str, day: date) -> None:
    """The daily job failed: whoever looks next may try again."""
    begin_writing()
    db.session.execute(delete(DayTaken).where(DayTaken.job == job, DayTaken.day == day))
    db.session.commit()


def notice_standstill(now: datetime, *, job: str, late_after: timedelta) -> bool:
    """Whether this is the first run after a span without any; then it goes on record and the administrators are told.

    Several processes may notice it at the same moment: one of them writes it down, and once.
    """
    beat = queries.heartbeats().get(job)
    if beat is None or beat.succeeded_at is None or now - beat.succeeded_at <= late_after:
        return False
    since = beat.succeeded_at
    begin_writing()
    try:
        db.session.execute(insert(Standstill).values(since_at=since, until_at=now, noticed_by=this_process()))
    except IntegrityError:
        db.session.rollback()
        return False
    day = calendar().day_of(now)
    facts = {"since": moment_words(since, day), "until": moment_words(now, day)}
    cause = f"l{since.astimezone(UTC):%Y%m%d%H%M%S%f}"
    write_messages("sweep_late", queries.administrators(), facts, cause=cause, path="/admin", now=now, urgent=True)
    db.session.commit()
    return True


def release_stale_claims(now: datetime) -> int:
    """Notices claimed by a process that died are free again; how many there were.

    Also those of a process whose clock was far ahead: a day is many times longer than a claim may last.
    """
    begin_writing()
    lost = or_(Notice.claimed_until_at <= now, Notice.claimed_until_at > now + FAR_AHEAD)
    stale = (Notice.status == WAITING, lost)
    freed = db.session.execute(update(Notice).where(*stale).values(claimed_by=None, claimed_until_at=None))
    db.session.commit()
    return int(freed.rowcount)  # type: ignore[attr-defined]
