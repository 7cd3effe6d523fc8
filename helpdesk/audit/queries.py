"""Reading what was audited."""

from datetime import datetime

from sqlalchemy import select

from helpdesk.audit.models import LONGEST_ABOUT, AuditEvent
from helpdesk.db import db


def noted_since(moment: datetime, *, kind: str, by_id: int, about: str) -> bool:
    """Whether that person has an event of that kind about the same since then."""
    same = (AuditEvent.lane == by_id, AuditEvent.kind == kind, AuditEvent.about == about[:LONGEST_ABOUT])
    return db.session.scalar(select(AuditEvent.id).where(*same, AuditEvent.at >= moment).limit(1)) is not None
