"""The beginning of a mail day: a digest for whoever has something waiting, and what failed, for the administrators."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from helpdesk.clock import calendar
from helpdesk.db import begin_writing, db
from helpdesk.notices.hours import is_mailing_time
from helpdesk.notices.messages import write_messages
from helpdesk.notices.outbox import Reader
from helpdesk.notices.reminders import MORNING
from helpdesk.operations import queries
from helpdesk.operations.commands import this_process
from helpdesk.operations.models import DayTaken
from helpdesk.org.models import Person
from helpdesk.pages import moment_words
from workflows.terms import Pace

SHOWN = 20
"""Failed mails named one by one in the summary; the page of the administrators has them all."""

Waits = Callable[[Collection[int], datetime], Collection[int]]
"""For which of these people something waits at that moment."""


def begin_mail_day(now: datetime, waits: Waits) -> int:
    """Once a working day, as soon as its first mailing window is open: a digest for everybody for whom something waits.

    Called before any mail leaves, so that what is in the outbox goes into the same mail; what stands in it is looked up
    when it is sent. How many people get one; 0 where it is not the time, or another process has done it.
    """
    day = calendar().day_of(now)
    if not is_mailing_time(now, calendar()) or queries.day_is_taken(MORNING, day):
        return 0
    readers, administrators = _readers(queries.mailed_people(), now, waits), _as_readers(queries.administrators())
    failures = _failures(day)
    begin_writing()
    try:
        db.session.execute(insert(DayTaken).values(job=MORNING, day=day, by=this_process(), taken_at=now))
    except IntegrityError:
        db.session.rollback()
        return 0
    cause, about = f"d{day:%Y%m%d}", {"day": f"{day.month}月{day.day}日"}
    written = write_messages(
        MORNING, readers, about, cause=cause, path="/notices", now=now, urgent=True, pace=Pace.DIGEST
    )
    if failures["count"]:
        write_messages("mail_failures", administrators, failures, cause=cause, path="/admin", now=now)
    db.session.commit()
    return written


def _readers(people: list[Person], now: datetime, waits: Waits) -> list[Reader]:
    everybody = _as_readers(people)
    waiting = set(waits([each.person_id for each in everybody if each.person_id], now))
    return [each for each in everybody if each.person_id in waiting]


def _as_readers(people: list[Person]) -> list[Reader]:
    """As values, which outlast the transaction they were read in."""
    return [Reader(each.id, each.name, each.email) for each in people]


def _failures(day: date) -> dict[str, Any]:
    """The facts of the summary: what failed since the last morning."""
    since = queries.last_taken(MORNING, before=day)
    failed = queries.failed_since(since)
    return {
        "since": moment_words(since, day) if since else "启用",
        "count": len(failed),
        "failures": [
            (each.reader_name, each.address or "没有地址", each.server_answer or "") for each in failed[:SHOWN]
        ],
    }
