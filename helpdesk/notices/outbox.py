"""What the rules want said becomes rows of the outbox: worded once per notice and role, addressed, and given an hour."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpdesk.db import db
from helpdesk.notices import chatting, rendering
from helpdesk.notices.hours import next_digest, next_mailing_time
from helpdesk.notices.models import MAIL, NO_ADDRESS, URGENT, WAITING, Notice
from workflows.calendar import Calendar
from workflows.roles import LABELS, Role
from workflows.terms import Pace, Tell

LONGEST_SUBJECT = 200
LONGEST_NAME = 60
LONGEST_KEY = 110
STANDS_IN = re.compile("您收到这封邮件，是因为您代理(.+?)，")


@dataclass(frozen=True)
class Reader:
    """Somebody who is told: a person with an account, the enterprise's contact with a link of his own, or an address."""

    person_id: int | None
    name: str
    address: str | None
    role: Role | None = None  # the part that is why he is told; None for messages about no single problem
    link_id: int | None = None
    for_name: str | None = None  # whose substitute he is, where that is why he is told
    turn_since_at: datetime | None = None  # told because of a turn that began then: of no use once it is over

    @property
    def key(self) -> str:
        """What makes this reader the same one in another row."""
        if self.person_id or self.link_id:
            return f"p{self.person_id}" if self.person_id else f"l{self.link_id}"
        return f"m{self.address}"[:LONGEST_KEY]


@dataclass(frozen=True)
class Letter:
    """All that a notice may say. ``answers``: label, words, and whether the enterprise may read them."""

    number: str
    title: str
    enterprise: str
    state: str
    round: int
    by: str
    action: str
    answers: tuple[tuple[str, str, bool], ...] = ()
    group: str | None = None
    handler: str | None = None
    clock: str | None = None
    milestone: str | None = None
    due: str | None = None  # in words: 11月23日（周一）24:00 前
    late_days: int = 0  # working days
    matter: str | None = None  # a request or assisting task beside the problem: 申请延期
    matter_state: str | None = None
    true_day: str | None = None  # in words, where it is told late: the day on which it happened


def rows(  # noqa: PLR0913  (each is named where it is called)
    tell: Tell,
    readers: Iterable[Reader],
    letter: Letter,
    *,
    cause: str,
    problem_id: int | None,
    path: str,
    now: datetime,
    calendar: Calendar,
    clock_id: int | None = None,
    urgent: bool = False,
    catch_up: bool = False,
) -> list[dict[str, Any]]:
    """The rows of one notice, ready for ``write``.

    A notice that has no words for the enterprise is not written for it: nothing of the inside gets out by mistake.
    """
    worded = rendering.Wording(tell.notice, letter)
    hurries = urgent and not catch_up and tell.pace is Pace.AT_ONCE
    departs = now if hurries else leaves(tell.pace, now, calendar, today=urgent or catch_up or clock_id is not None)
    found = []
    for reader in readers:
        role = reader.role or Role.SYSTEM
        if (words := worded.for_role(role)) is None:
            continue
        pace = URGENT if hurries else _pace(tell.pace, reader, catch_up=catch_up).value
        found.append(
            {
                "name": tell.notice,
                "cause": cause,
                "reader": reader.key,
                "person_id": reader.person_id,
                "reader_name": reader.name[:LONGEST_NAME],
                "role": role.value,
                "address": reader.address,
                "problem_id": problem_id,
                "clock_id": clock_id,
                "link_id": reader.link_id,
                "path": None if reader.link_id else path,
                "subject": shortened(words.subject),
                "body": words.body,
                "why": why(role, reader.for_name),
                "pace": pace,
                "written_at": now,
                "send_after_at": departs,
                "catch_up": catch_up,
                "turn_since_at": reader.turn_since_at,
                "status": WAITING if reader.address else NO_ADDRESS,
                "tries": 0,
            }
        )
    return found


def _pace(pace: Pace, reader: Reader, *, catch_up: bool) -> Pace:
    """Digests are for people; the enterprise's mails each carry their own link."""
    if reader.person_id is None:
        return Pace.AT_ONCE
    return Pace.DIGEST if catch_up else pace


def leaves(pace: Pace, now: datetime, calendar: Calendar, *, today: bool = False) -> datetime:
    """When it may leave; what is true ``today`` and has missed the morning digest does not wait for the next one."""
    return next_mailing_time(now, calendar) if today or pace is Pace.AT_ONCE else next_digest(now, calendar)


def why(role: Role, for_name: str | None = None) -> str:
    """The footer of the mail: why this reader gets it; ``for_name``: whose substitute he is."""
    if role is Role.ENTERPRISE:
        return "您收到这封邮件，是因为贵单位向我们反映了这个问题，并留下了这个邮箱。"
    if for_name:
        return f"您收到这封邮件，是因为您代理{for_name}，{for_name}是这个问题的{LABELS[role]}。"
    return f"您收到这封邮件，是因为您是这个问题的{LABELS[role]}。"


def stands_in_for(why_words: str) -> str | None:
    """Whose substitute the reader was, read back from the footer."""
    found = STANDS_IN.match(why_words)
    return found[1] if found else None


def shortened(subject: str) -> str:
    """A subject in one line that its column can hold."""
    line = " ".join(subject.split())
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"


def write(rows: list[dict[str, Any]]) -> None:
    """Put the rows into the outbox in one statement, within the running transaction."""
    if rows:
        mails = [{"channel": MAIL, **row} for row in rows]
        db.session.execute(Notice.__table__.insert(), mails + chatting.copies(mails))
