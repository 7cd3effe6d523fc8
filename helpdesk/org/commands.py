"""Changes to people's accounts: sign-ins, passwords, locks, being active; and who stands in for whom."""

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import uuid4

from flask_security import hash_password
from sqlalchemy.exc import IntegrityError, OperationalError

from helpdesk.db import begin_writing, db
from helpdesk.errors import NotFoundError, StaleError
from helpdesk.org import session_queries, sessions
from helpdesk.org.auditing import audited, called
from helpdesk.org.models import Person, SignedIn, Substitute
from helpdesk.org.passwords import new_first_password
from helpdesk.org.queries import (
    find_person,
    get_naming_for_change,
    get_person,
    get_person_for_change,
    one_naming_at_a_time,
)
from helpdesk.org.substituting import Naming, objections
from workflows.engine import Missing, NotNow

T = TypeVar("T")
TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
log = logging.getLogger(__name__)


def in_one_transaction(do: Callable[[], T]) -> T:
    """What ``do`` changes about people, posts and units, committed once or not at all; its refusals come through.

    ``do`` reads what it changes itself: what was read before is forgotten. StaleError when somebody was faster.
    """
    try:
        begin_writing()
        done = do()
        db.session.commit()
    except IntegrityError as collision:
        db.session.rollback()
        raise StaleError("刚才有人办了同样的事，请刷新后再看") from collision
    except Exception:
        db.session.rollback()
        raise
    return done


def begin_attempt(person_id: int, now: datetime) -> Person | None:
    """Count a sign-in before its password is looked at, so that guesses sent at once cannot slip through.

    None while the account is locked.
    """
    begin_writing()
    person = get_person_for_change(person_id)
    if person.locked_until_at and now < person.locked_until_at:
        db.session.rollback()
        return None
    if person.locked_until_at:
        person.failed_logins, person.locked_until_at = 0, None
    person.failed_logins += 1
    if person.failed_logins >= TRIES:
        person.locked_until_at = now + LOCKED_FOR
    db.session.commit()
    return person


def forgive_attempts(person_id: int) -> None:
    """The password was right: nothing is held against the account any more.

    The transaction stays open: Flask-Security writes into it that somebody signed in, and commits.
    """
    begin_writing()
    person = get_person_for_change(person_id)
    person.failed_logins, person.locked_until_at = 0, None


def unlock(person_id: int, *, by: Person, now: datetime) -> Person:
    """Let somebody try again at once."""
    begin_writing()
    person = get_person_for_change(person_id)
    person.failed_logins, person.locked_until_at = 0, None
    return _done(person, by, "account_unlocked", now)


def give_first_password(person_id: int, *, by: Person, now: datetime) -> tuple[Person, str]:
    """A new first password, to be told once and changed at the first sign-in; all his sessions end."""
    begin_writing()
    person = get_person_for_change(person_id)
    password = new_first_password()
    person.password = hash_password(password)
    person.must_change_password = True
    _out_everywhere(person, now)
    person.failed_logins, person.locked_until_at = 0, None
    return _done(person, by, "first_password", now), password


Left = Callable[[int], Sequence[str]]
"""What somebody would leave behind, in words: what is of his turn and not handed over."""


def deactivate(person_id: int, *, by: Person, now: datetime, left: Left) -> Person:
    """Nobody signs in with this account any more, and its posts stop to count; refused as by ``close_account``."""
    by_id = by.id

    def close() -> Person:
        person = get_person_for_change(person_id)
        close_account(person, by=get_person(by_id), now=now, left=left)
        return person

    return in_one_transaction(close)


def close_account(person: Person, *, by: Person, now: datetime, left: Left) -> None:
    """The same in the running transaction.

    NotNow for one's own account, and while something is left that nobody else would do: it is named.
    """
    if person.id == by.id:
        raise NotNow("不能停用自己的账号，请另一位系统管理员来办")
    if not person.active:
        raise NotNow(f"{person.name}的账号已经停用")
    if remaining := left(person.id):
        raise NotNow(
            f"{person.name}手上还有没有交接的事，账号不能停用：{'；'.join(remaining)}。请先在“离任交接”里转交。"
        )
    person.active = False
    _out_everywhere(person, now)
    audited("account_deactivated", by=by, about=f"账号 {called(person)}", now=now)
    db.session.flush()


def activate(person_id: int, *, by: Person, now: datetime) -> Person:
    """The account may be used again."""
    begin_writing()
    person = get_person_for_change(person_id)
    person.active = True
    return _done(person, by, "account_activated", now)


def sign_out_everywhere(person_id: int, *, now: datetime) -> None:
    """Every session of this person ends, on all devices."""
    begin_writing()
    person = get_person_for_change(person_id)
    _out_everywhere(person, now)
    audited("sign_out_everywhere", by=person, about="退出全部设备上的登录", now=now)
    db.session.commit()
    log.info("person %s signed out everywhere", person_id)


def _out_everywhere(person: Person, now: datetime) -> None:
    person.fs_uniquifier = uuid4().hex
    session_queries.end_all(person.id, now)


def end_session(session_id: int, *, by_id: int, now: datetime) -> SignedIn:
    """One session of that person ends, on whichever device; NotFoundError when it is not his."""

    def end() -> SignedIn:
        row = session_queries.get_session_of(by_id, session_id)
        row.ended_at = row.ended_at or now
        audited("session_ended", by=get_person(by_id), about=f"退出{row.device}上的登录", now=now)
        return row

    return in_one_transaction(end)


def end_other_sessions(person_id: int, *, here: str, now: datetime) -> int:
    """Every session of that person ends but the one of that digest; how many there were.

    Sessions that began before they were listed end with their time (or by ``sign_out_everywhere``).
    """

    def end() -> int:
        count = session_queries.end_all(person_id, now, but=here)
        if count:
            audited("session_ended", by=get_person(person_id), about=f"退出其他 {count} 处登录", now=now)
        return count

    return in_one_transaction(end)


def end_session_of(token: str, now: datetime) -> None:
    """Whoever holds this token has signed out."""
    in_one_transaction(lambda: sessions.end(token, now))


def saw_session(session_id: int, now: datetime) -> None:
    """Somebody is at work in it; where the database is busy it is written down the next time."""
    try:
        begin_writing()
        db.session.execute(session_queries.seeing(session_id, now))
        db.session.commit()
    except OperationalError:
        db.session.rollback()


def _done(person: Person, by: Person, kind: str, now: datetime) -> Person:
    audited(kind, by=by, about=f"账号 {called(person)}", now=now)
    db.session.commit()
    log.info("%s: person %s by person %s", kind, person.id, by.id)
    return person


# -- Substitutes -------------------------------------------------------------------------------------------------------

Tell = Callable[[Substitute], None]
"""Writes the messages about a naming, in the running transaction."""


def name_substitute(
    person_id: int,
    substitute_id: int | None,
    days: tuple[date, date],
    *,
    reason: str | None,
    by: Person,
    now: datetime,
    today: date,
    tell: Tell,
) -> Substitute:
    """Somebody stands in for that person from the first to the last of ``days``; Missing says what speaks against it."""
    named_by = by.id
    begin_writing()
    one_naming_at_a_time()
    person, substitute = get_person_for_change(person_id), find_person(substitute_id or 0)
    wrong = objections(Naming(person, substitute, *days), today) if substitute else {"substitute": "请选择代理人"}
    if wrong or substitute is None:
        db.session.rollback()
        raise Missing(wrong)
    row = Substitute(
        person=person,
        substitute=substitute,
        from_on=days[0],
        until_on=days[1],
        reason=reason,
        named_at=now,
        named_by_id=named_by,
    )
    db.session.add(row)
    db.session.flush()
    tell(row)
    audited("substitute_named", by=find_person(named_by), about=_about(row), now=now, details={"事由": reason or ""})
    db.session.commit()
    log.info("person %s stands in for person %s, named by person %s", substitute_id, person_id, named_by)
    return row


def end_substitute(naming_id: int, *, person_id: int, by: Person, now: datetime, today: date, tell: Tell) -> Substitute:
    """Take a naming of that person back, from this moment on; NotNow when it is over already."""
    ended_by = by.id
    begin_writing()
    row = get_naming_for_change(naming_id)
    if row.person_id != person_id:
        raise NotFoundError("没有找到这次代理")
    if row.ended_at or row.until_on < today:
        raise NotNow("这次代理已经收回或者已经到期")
    row.ended_at = now
    tell(row)
    audited("substitute_ended", by=find_person(ended_by), about=_about(row), now=now)
    db.session.commit()
    log.info("naming %s of person %s was taken back by person %s", naming_id, person_id, ended_by)
    return row


def _about(row: Substitute) -> str:
    return f"{called(row.person)}由 {called(row.substitute)}代理，{row.from_on:%Y-%m-%d} 至 {row.until_on:%Y-%m-%d}"
