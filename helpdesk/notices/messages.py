"""Messages about no single problem, such as 时限更正: worded from their template and put into the outbox once a reader."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices import outbox, queries, rendering
from helpdesk.notices.models import NO_ADDRESS, URGENT, WAITING
from helpdesk.notices.outbox import LONGEST_NAME, Reader, shortened
from helpdesk.org.models import Person
from workflows.messages import MESSAGES
from workflows.terms import Pace

ROLE = "message"
"""What stands in the column ``role`` of a row that no part played towards one problem explains."""


def write_messages(
    name: str,
    readers: Iterable[Reader | Person],
    facts: Mapping[str, Any],
    *,
    cause: str,
    path: str,
    now: datetime,
    urgent: bool = False,
    pace: Pace = Pace.AT_ONCE,
) -> int:
    """Tell these readers, within the running transaction; how many were told who had not been told of it before.

    ``facts`` are the variables of the template ``notices/<name>.txt``; ``cause`` (40 characters at most) says once and
    for all what is told: the same name and cause reach the same reader once, however often and from however many
    processes this is called. ``urgent`` leaves now, at any hour when it is no part of a digest. KeyError for a name
    that ``workflows.messages`` lacks.
    """
    words, why = rendering.message(name, facts), f"您收到这封邮件，是因为您是{MESSAGES[name]}。"
    told = {
        "name": name,
        "cause": cause,
        "role": ROLE,
        "path": path,
        "subject": shortened(words.subject),
        "body": words.body,
        "why": why,
        "pace": URGENT if urgent and pace is Pace.AT_ONCE else pace.value,
        "written_at": now,
        "send_after_at": now if urgent else outbox.leaves(pace, now, calendar()),
        "tries": 0,
    }
    wanted = {reader.key: reader for reader in map(_reader, readers)}
    return _write_once([told | _addressed(reader) for reader in wanted.values()])


def _reader(whom: Reader | Person) -> Reader:
    return whom if isinstance(whom, Reader) else Reader(whom.id, whom.name, whom.email)


def _addressed(reader: Reader) -> dict[str, Any]:
    return {
        "reader": reader.key,
        "person_id": reader.person_id,
        "reader_name": reader.name[:LONGEST_NAME],
        "address": reader.address,
        "status": WAITING if reader.address else NO_ADDRESS,
    }


def _write_once(rows: list[dict[str, Any]]) -> int:
    """Write what is not there yet; another process that writes the same at the same moment does no harm."""
    fresh = _not_told(rows)
    try:
        with db.session.begin_nested():
            outbox.write(fresh)
    except IntegrityError:
        return sum(_write_one(row) for row in _not_told(rows))
    return len(fresh)


def _write_one(row: dict[str, Any]) -> int:
    try:
        with db.session.begin_nested():
            outbox.write([row])
    except IntegrityError:
        return 0
    return 1


def _not_told(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not rows:
        return []
    told = queries.told_of(rows[0]["name"], rows[0]["cause"])
    return [row for row in rows if row["reader"] not in told]
