"""Reading what was audited: searched by its auditors, and how the last proof ended."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, func, or_, select

from helpdesk.audit.models import LONGEST_ABOUT, AuditEvent
from helpdesk.db import db

VERIFIED = "audit_verified"
COUNTED = 10_000
"""So many are counted; a list that is longer is "more than" so many."""


@dataclass(frozen=True)
class Search:
    """What is looked for; what is empty narrows nothing."""

    words: str = ""  # in what it is about, and in the details
    who: str = ""  # in the name of whoever did it, or of the account it is about
    kinds: tuple[str, ...] = ()
    ok: bool | None = None
    number: str = ""  # of the problem
    since: datetime | None = None
    before: datetime | None = None


def noted_since(moment: datetime, *, kind: str, by_id: int, about: str) -> bool:
    """Whether that person has an event of that kind about the same since then."""
    same = (AuditEvent.lane == by_id, AuditEvent.kind == kind, AuditEvent.about == about[:LONGEST_ABOUT])
    return db.session.scalar(select(AuditEvent.id).where(*same, AuditEvent.at >= moment).limit(1)) is not None


def found(search: Search, *, start: int, count: int) -> Sequence[AuditEvent]:
    """Events from the newest on."""
    rows = select(AuditEvent).where(*_conditions(search)).order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
    return db.session.scalars(rows.offset(start).limit(count)).all()


def count(search: Search) -> int:
    """How many there are, up to COUNTED."""
    some = select(AuditEvent.id).where(*_conditions(search)).limit(COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def last_verified() -> AuditEvent | None:
    """How the last proof of the whole record ended."""
    newest = select(AuditEvent).where(AuditEvent.kind == VERIFIED).order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
    return db.session.scalars(newest.limit(1)).one_or_none()


def _conditions(search: Search) -> list[Any]:
    conditions: list[Any] = []
    for word in search.words.split():
        in_json = json.dumps(word)[1:-1]  # as it stands in the column, whatever the database makes of JSON
        details = cast(AuditEvent.details, Text)
        conditions.append(or_(AuditEvent.about.contains(word, autoescape=True), _has(details, in_json)))
    if search.who:
        who = (column.contains(search.who, autoescape=True) for column in (AuditEvent.by_name, AuditEvent.about))
        conditions.append(or_(*who))
    if search.kinds:
        conditions.append(AuditEvent.kind.in_(search.kinds))
    if search.ok is not None:
        conditions.append(AuditEvent.ok == search.ok)
    if search.number:
        conditions.append(AuditEvent.number.contains(search.number, autoescape=True))
    if search.since:
        conditions.append(AuditEvent.at >= search.since)
    if search.before:
        conditions.append(AuditEvent.at < search.before)
    return conditions


def _has(column: Any, words: str) -> Any:
    return column.contains(words, autoescape=True)
