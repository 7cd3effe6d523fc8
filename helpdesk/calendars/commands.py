"""Changes of the calendar: a notice, days of the district, office hours; clocks move in the same transaction."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from helpdesk.calendars import queries
from helpdesk.calendars.models import Declaration, DeclaredDay, OfficeHours
from helpdesk.calendars.proposals import Proposal, entered_before, moves_in
from helpdesk.clock import calendar
from helpdesk.db import begin_writing, db
from helpdesk.errors import StaleError
from helpdesk.notices.messages import write_messages
from helpdesk.org.auditing import audited
from helpdesk.org.models import Person
from helpdesk.problems.moving import Move, carry_out, settle_provisional
from helpdesk.proceedings.moving import move_proceedings
from helpdesk.rules import calendar_changed
from workflows.accounts import StepKind
from workflows.calendar import Season, Windows, season_complaints
from workflows.engine import Missing, NotNow, NotYours

log = logging.getLogger(__name__)

PATH = "/calendar"
ENTERED = "这份安排已经录入，内容完全一样，不需要再录入一次"
LATECOMERS = timedelta(days=2)
"""So long after a change clocks are looked for that were started by somebody who did not know of it yet."""
LONGEST_REASON = 200


@dataclass(frozen=True)
class Published:
    """What was done."""

    declaration_id: int | None
    moves: tuple[Move, ...]


def may_change(person: Person) -> bool:
    """Whether that person keeps the calendar."""
    return any(role.name == queries.KEEPER for role in person.roles)


def refuse_unless_keeper(person: Person | None) -> None:
    """NotYours for all but the system administrators; None is whoever sits at the server."""
    if person is not None and not may_change(person):
        names = "、".join(each.name for each in queries.keepers())
        raise NotYours(f"日历由系统管理员{f'（{names}）' if names else ''}维护，您可以查看，不能修改", ())


def publish(proposal: Proposal, *, revision: int | None, by: Person | None, now: datetime) -> Published:
    """Days take effect, clocks move, each person concerned hears once: all of it or nothing.

    ``revision``: of the calendar that was looked at; StaleError when it is another one by now. Missing without a day,
    NotNow for what has been entered already.
    """
    if not proposal.days:
        raise Missing({"text": "没有任何日子"})
    keeper_id = _begin(revision, by)
    if entered_before(proposal):
        db.session.rollback()
        raise NotNow(ENTERED)
    declaration = Declaration(
        kind=proposal.kind,
        year=proposal.year,
        title=proposal.title,
        number=proposal.number,
        published_on=proposal.published_on,
        text=proposal.text,
        entered_at=now,
        entered_by_id=keeper_id,
        days=[DeclaredDay(day=each.on, working=each.working, name=each.name) for each in proposal.days],
    )
    db.session.add(declaration)
    db.session.flush()
    moves = _take_effect(proposal.reason, f"calendar{declaration.id}", by, now)
    found = Published(declaration.id, moves)
    days = {f"{each.on:%Y-%m-%d}": "上班" if each.working else "放假" for each in proposal.days}
    _audit(reason_of(declaration), by, now, {"变动的时限": len(moves), **days})
    db.session.commit()
    log.info("declaration %s takes effect, %s clocks moved", found.declaration_id, len(moves))
    return found


def set_hours(hours: Sequence[Season], *, revision: int | None, by: Person | None, now: datetime) -> Published:
    """Other office hours take effect; clocks that run in working hours move. Missing when they cannot be."""
    if wrong := season_complaints(tuple(hours)):
        raise Missing({"hours": "；".join(each.rstrip("。") for each in wrong)})
    _begin(revision, by)
    for row in queries.office_hours():
        db.session.delete(row)
    db.session.flush()
    for season in hours:
        month, day = season.begins
        db.session.add(
            OfficeHours(name=season.name, begins_month=month, begins_day=day, windows=kept_windows(season.windows))
        )
    moves = _take_effect("办公时间调整", f"hours{now:%Y%m%d%H%M%S}", by, now)
    seasons = {each.name: "、".join("—".join(span) for span in kept_windows(each.windows)) for each in hours}
    _audit("办公时间", by, now, {"变动的时限": len(moves), **seasons})
    db.session.commit()
    log.info("office hours were changed, %s clocks moved", len(moves))
    return Published(None, moves)


def _audit(about: str, by: Person | None, now: datetime, details: dict[str, Any]) -> None:
    audited("calendar_declared", by=by, about=about, now=now, details=details)


def kept_windows(windows: Windows) -> list[list[str]]:
    """Spans of the clock as they are kept."""
    return [[f"{begin:%H:%M}", "24:00" if end == time.min else f"{end:%H:%M}"] for begin, end in windows]


def _begin(revision: int | None, by: Person | None) -> int | None:
    """Nobody else changes the calendar until this is over; the key of whoever does it."""
    keeper_id = by.id if by else None
    begin_writing()
    keeper = db.session.get(Person, keeper_id) if keeper_id else None
    refuse_unless_keeper(keeper)
    if revision is not None and queries.lock_revision() != revision:
        db.session.rollback()
        raise StaleError("您核对的时候，日历已经有了变动（也可能是您点了两次“确认”），请看最新的日历再决定")
    return keeper_id


def _take_effect(reason: str, cause: str, by: Person | None, now: datetime) -> tuple[Move, ...]:
    calendar_changed()
    moved = _move(reason, cause, by.name if by else "系统", now)
    settle_provisional(calendar().last_year)
    return moved


def _move(reason: str, cause: str, by_name: str, now: datetime) -> tuple[Move, ...]:
    """Every running clock gets the date that the calendar in force gives it."""
    moves = moves_in(calendar(), now)
    words = reason[:LONGEST_REASON]
    move_proceedings(reason=words, by_name=by_name, now=now, cause=cause, path=PATH)
    return tuple(carry_out(moves, kind=StepKind.MOVED, reason=words, by_name=by_name, now=now, cause=cause, path=PATH))


def reason_of(declaration: Declaration) -> str:
    """How the record names a declaration."""
    return f"{declaration.title}（{declaration.number}）" if declaration.number else declaration.title


# -- Once a day --------------------------------------------------------------------------------------------------------


def look_after(now: datetime, *, gap: str | None) -> str | None:
    """What the day's housekeeping does for the calendar; what it did, in words for the log.

    Clocks that were started by somebody who had not heard of the newest notice yet get their right date. ``gap``: what
    there is to say of a missing year, if there is one: the administrators are told once a week.
    """
    done = [words for words in (_follow_up(now), _remind(gap, now) if gap else None) if words]
    return "; ".join(done) or None


def _follow_up(now: datetime) -> str | None:
    newest = queries.newest_declaration()
    if newest is None or newest.entered_by_id is None or newest.entered_at < now - LATECOMERS:
        return None
    reason, cause = reason_of(newest), f"calendar{newest.id}.{now:%y%m%d}"
    begin_writing()
    moved = _move(reason, cause, "系统", now)
    db.session.commit()
    return f"moved {len(moved)} clocks" if moved else None


def _remind(gap: str, now: datetime) -> str | None:
    begin_writing()
    missing = calendar().last_year + 1
    year, week, _ = calendar().day_of(now).isocalendar()
    facts = {"gap": gap, "year": missing, "count": queries.provisional_clocks()}
    cause = f"gap{missing}.{year}w{week:02}"
    told = write_messages("calendar_missing", queries.keepers(), facts, cause=cause, path=f"{PATH}/notice", now=now)
    db.session.commit()
    return f"told {told} administrators that {missing} is missing" if told else None
