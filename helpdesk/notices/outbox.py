"""Writing to the outbox: from a Tell to one rendered row a reader, with the moment before which it must not leave."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import insert

from helpdesk.db import db
from helpdesk.notices import rendering
from helpdesk.notices.models import NO_ADDRESS, WAITING, Notice
from workflows.calendar import ONE_DAY, Calendar
from workflows.roles import LABELS, Role
from workflows.terms import Pace, Tell

OPENS, CLOSES = time(8, 30), time(17, 30)
"""Mails leave between these local times of working days, unless urgent."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One person who is told, in the part that makes it his business; ``person_id`` is None for the enterprise."""

    person_id: int | None
    name: str
    address: str | None
    role: Role
    link_id: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What a notice may say of a problem. ``answers``: label, words, and whether the enterprise may read them."""

    number: str
    title: str
    enterprise: str
    state: str
    round: int
    by: str
    action: str
    answers: tuple[tuple[str, str, bool], ...]
    group: str | None
    handler: str | None
    clock: str | None
    milestone: str | None
    due: str | None
    late_days: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a notice comes from: the key that makes "twice" impossible, and what it is about."""

    cause: str
    problem_id: int
    path: str
    clock_id: int | None = None
    urgent: bool = False
    catch_up: bool = False  # told late, after an outage: everything for one person in one mail


def rows(
    tell: Tell, readers: Sequence[Reader], letter: Letter, origin: Origin, *, now: datetime, calendar: Calendar
) -> list[dict[str, Any]]:
    """The outbox rows of one Tell; subject and body are rendered once for each part that is told."""
    pace = Pace.DIGEST if origin.catch_up else tell.pace
    leaves = send_after(pace, now, calendar, urgent=origin.urgent, catch_up=origin.catch_up)
    texts = {role: rendering.render(tell.notice, letter, role) for role in {reader.role for reader in readers}}
    return [_row(tell, reader, texts[reader.role], origin, pace, now, leaves) for reader in readers]


def _row(
    tell: Tell,
    reader: Reader,
    text: tuple[str, str],
    origin: Origin,
    pace: Pace,
    now: datetime,
    leaves: datetime,
) -> dict[str, Any]:
    subject, body = text
    return {
        "name": tell.notice,
        "cause": origin.cause,
        "reader": f"p{reader.person_id}" if reader.person_id else f"l{reader.link_id}",
        "person_id": reader.person_id,
        "reader_name": reader.name,
        "role": reader.role.value,
        "address": reader.address,
        "problem_id": origin.problem_id,
        "clock_id": origin.clock_id,
        "link_id": reader.link_id,
        "path": None if reader.link_id else origin.path,
        "subject": subject[:200],
        "body": body,
        "why": f"您是这个问题的{LABELS[reader.role]}",
        "pace": (Pace.AT_ONCE if reader.person_id is None else pace).value,  # the enterprise gets no digests
        "written_at": now,
        "send_after_at": leaves,
        "status": WAITING if reader.address else NO_ADDRESS,
        "tries": 0,
    }


def write(written: Iterable[dict[str, Any]]) -> None:
    """Put rows into the outbox, in the running transaction and in one statement."""
    if written := list(written):
        db.session.execute(insert(Notice), written)


def send_after(pace: Pace, now: datetime, calendar: Calendar, *, urgent: bool, catch_up: bool = False) -> datetime:
    """The moment before which a notice must not leave: now, the next working hours, or the next morning digest."""
    if urgent:
        return now
    if pace is Pace.DIGEST and not catch_up:
        return _next_opening(now, calendar)
    return now if _is_open(now, calendar) else _next_opening(now, calendar)


def _is_open(now: datetime, calendar: Calendar) -> bool:
    local = now.astimezone(calendar.zone)
    return calendar.is_working(local.date()) and OPENS <= local.time() < CLOSES


def _next_opening(now: datetime, calendar: Calendar) -> datetime:
    """The next 8:30 of a working day, today's when it is still to come."""
    local = now.astimezone(calendar.zone)
    day = local.date() if local.time() <= OPENS else local.date() + ONE_DAY
    return calendar.at(calendar.roll_forward(day), OPENS)
