"""``record()``: what was done goes on record in the transaction that does it, what was refused in one of its own."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from helpdesk.audit.models import LONGEST_ABOUT, LONGEST_NAME, NOBODY, AuditEvent
from helpdesk.audit.sealing import Sealed, next_seal
from helpdesk.db import begin_writing, db
from helpdesk.security import visitor_address
from workflows.audited import AUDITED

TRIES = 20
"""Each time another process was faster with an event of the same person."""
LONGEST_VALUE = 2000  # characters of a detail
log = logging.getLogger(__name__)

Details = Mapping[str, Any]
"""By label: a value, or a pair of what it was before and what it is now."""


def record(  # noqa: PLR0913  (each is named where it is called)
    kind: str,
    *,
    by_id: int | None,
    by_name: str,
    about: str,
    now: datetime,
    details: Details | None = None,
    number: str | None = None,
    address: str | None = None,
    ok: bool = True,
) -> AuditEvent:
    """Put an event on record within the running transaction, which was begun for writing; nothing is committed.

    ``kind``: one of ``workflows.audited``, KeyError for others. ``about``: what or whom it is about, in words.
    ``details``: by label a value, or a pair (before, after). ``number``: of the problem it is about. ``address``: where
    the request came from; left out, that of the running request.
    """
    facts = {
        "lane": by_id or NOBODY,
        "at": now,
        "kind": AUDITED[kind].name,
        "ok": ok,
        "by_id": by_id,
        "by_name": by_name[:LONGEST_NAME],
        "address": address or visitor_address(),
        "about": about[:LONGEST_ABOUT],
        "number": number,
        "details": [_detail(label, value) for label, value in (details or {}).items()],
    }
    for _ in range(TRIES):
        written = db.session.begin_nested()
        try:
            event = AuditEvent(**facts)
            db.session.add(event)
            db.session.flush()
        except IntegrityError:  # somebody else wrote the next event of the same person at the same moment
            written.rollback()
            continue
        written.commit()
        return event
    raise RuntimeError(f"no place for another event of person {by_id}")


def record_apart(kind: str, **facts: Any) -> None:
    """Put something on record in a transaction of its own, as ``record`` does; whatever is unfinished is rolled back.

    For what was refused: it never raises, so that the answer is the same whether or not it could be written down.
    """
    try:
        db.session.rollback()
        begin_writing()
        record(kind, **facts)
        db.session.commit()
    except Exception:
        db.session.rollback()
        log.exception("%s could not be put on record", kind)


def seal(now: datetime) -> Sealed:
    """Put everything that is new under a seal. Any number of processes may do it at once: one wins, the others do nothing."""
    db.session.rollback()
    due = next_seal(now)  # read before the transaction that writes: on SQLite nobody has to wait for it
    if due is None:
        db.session.rollback()
        return Sealed()
    rows = sum(part["count"] for part in due.parts)
    try:
        begin_writing()
        db.session.add(due)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return Sealed()
    return Sealed(due.number, rows)


def _detail(label: str, value: Any) -> dict[str, Any]:
    if isinstance(value, tuple):
        before, after = value
        return {"label": label, "before": _words(before), "after": _words(after)}
    return {"label": label, "value": _words(value)}


def _words(value: Any) -> str:
    return "" if value is None else str(value)[:LONGEST_VALUE]
