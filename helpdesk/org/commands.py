"""Changes to people's accounts: failed and successful sign-ins, passwords, locks, being active."""

import logging
from datetime import datetime, timedelta
from uuid import uuid4

from flask_security import hash_password

from helpdesk.db import begin_writing, db
from helpdesk.org.models import Person
from helpdesk.org.passwords import new_first_password
from helpdesk.org.queries import get_person_for_change
from workflows.engine import NotNow

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
log = logging.getLogger(__name__)


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


def unlock(person_id: int, *, by: Person) -> Person:
    """Let somebody try again at once."""
    begin_writing()
    person = get_person_for_change(person_id)
    person.failed_logins, person.locked_until_at = 0, None
    return _done(person, by, "unlocked")


def give_first_password(person_id: int, *, by: Person) -> tuple[Person, str]:
    """A new first password, to be told once and changed at the first sign-in; all his sessions end."""
    begin_writing()
    person = get_person_for_change(person_id)
    password = new_first_password()
    person.password = hash_password(password)
    person.must_change_password = True
    person.fs_uniquifier = uuid4().hex
    person.failed_logins, person.locked_until_at = 0, None
    return _done(person, by, "given a first password"), password


def deactivate(person_id: int, *, by: Person) -> Person:
    """Nobody signs in with this account any more, and its posts stop to count; NotNow for one's own."""
    if person_id == by.id:
        raise NotNow("不能停用自己的账号，请另一位系统管理员来办")
    begin_writing()
    person = get_person_for_change(person_id)
    person.active = False
    person.fs_uniquifier = uuid4().hex
    return _done(person, by, "deactivated")


def activate(person_id: int, *, by: Person) -> Person:
    """The account may be used again."""
    begin_writing()
    person = get_person_for_change(person_id)
    person.active = True
    return _done(person, by, "activated")


def sign_out_everywhere(person_id: int) -> None:
    """Every session of this person ends, on all devices."""
    begin_writing()
    get_person_for_change(person_id).fs_uniquifier = uuid4().hex
    db.session.commit()
    log.info("person %s signed out everywhere", person_id)


def _done(person: Person, by: Person, what: str) -> Person:
    db.session.commit()
    log.info("person %s was %s by person %s", person.id, what, by.id)
    return person
