"""Reading sessions."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.org.models import SignedIn


def by_token(digest: str) -> SignedIn | None:
    """The session whose token has this digest."""
    return db.session.scalars(select(SignedIn).where(SignedIn.token == digest)).one_or_none()


def running(digest: str, person_id: int) -> tuple[int, datetime] | None:
    """Key and last sight of that session, unless it was ended or is somebody else's."""
    rows = select(SignedIn.id, SignedIn.seen_at).where(
        SignedIn.token == digest, SignedIn.person_id == person_id, SignedIn.ended_at.is_(None)
    )
    found = db.session.execute(rows).one_or_none()
    return (found[0], found[1]) if found else None


def sessions_of(person_id: int, *, since: datetime, seen: datetime) -> list[SignedIn]:
    """That person's sessions that have not been ended and are not over by their time, the latest first."""
    rows = select(SignedIn).where(
        SignedIn.person_id == person_id,
        SignedIn.ended_at.is_(None),
        SignedIn.since_at > since,
        SignedIn.seen_at > seen,
    )
    return list(db.session.scalars(rows.order_by(SignedIn.seen_at.desc(), SignedIn.id.desc())))


def get_session_of(person_id: int, session_id: int) -> SignedIn:
    """That session of that person; NotFoundError when there is none."""
    row = db.session.get(SignedIn, session_id)
    if row is None or row.person_id != person_id:
        raise NotFoundError("没有找到这处登录")
    return row


def end_all(person_id: int, now: datetime, *, but: str = "") -> int:
    """End all sessions of that person but that of this digest, in the running transaction; how many there were."""
    rows = update(SignedIn).where(SignedIn.person_id == person_id, SignedIn.ended_at.is_(None), SignedIn.token != but)
    return len(db.session.scalars(rows.values(ended_at=now).returning(SignedIn.id)).all())


def seeing(session_id: int, now: datetime) -> Any:
    """The statement that says when a session was last seen."""
    return update(SignedIn).where(SignedIn.id == session_id).values(seen_at=now)
