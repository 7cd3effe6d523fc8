"""Writing down that a job has run, taking a daily job for one process, and giving back what nobody will finish."""

import os
import socket
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from helpdesk.db import begin_writing, db
from helpdesk.notices.models import WAITING, Notice
from helpdesk.operations.models import DayTaken, Heartbeat

LONGEST = 300


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


def release_stale_claims(now: datetime) -> int:
    """Notices claimed by a process that died are free again; how many there were."""
    begin_writing()
    stale = (Notice.status == WAITING, Notice.claimed_until_at <= now)
    freed = db.session.execute(update(Notice).where(*stale).values(claimed_by=None, claimed_until_at=None))
    db.session.commit()
    return int(freed.rowcount)  # type: ignore[attr-defined]
