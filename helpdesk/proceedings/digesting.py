"""What the post must know of proceedings at the moment of sending: what waits for whom, and what is no longer true."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from helpdesk.clock import calendar
from helpdesk.notices.letters import LATE, TODAY, YOURS, Line
from helpdesk.org.queries import seating
from helpdesk.problems import words
from helpdesk.problems.cases import Standing
from helpdesk.problems.queries import standing
from helpdesk.proceedings import queries
from helpdesk.proceedings.models import Proceeding
from helpdesk.proceedings.standing import roles_towards
from helpdesk.proceedings.telling import path_of
from workflows.book import PROCESSES
from workflows.terms import Phase


def waits(person_ids: Collection[int], now: datetime) -> dict[int, list[Line]]:
    """Which proceedings, drafts too, wait for each of these people, the most pressing first; who has none is left out."""
    found = {person_id: _lines(standing(person_id, now)) for person_id in sorted(person_ids)}
    return {person_id: lines for person_id, lines in found.items() if lines}


def _lines(me: Standing) -> list[Line]:
    return [_line(each, me) for each in queries.my_turn(me)]


def _line(proceeding: Proceeding, me: Standing) -> Line:
    process = PROCESSES[proceeding.process]
    due = _due(proceeding, me)
    return Line(
        heading=_heading(proceeding, me),
        problem_id=-proceeding.id,  # no problem's key: mails about problems say nothing of it
        subject=f"{proceeding.number or process.label} {proceeding.title}",
        body="，".join(part for part in (process.state(proceeding.state).label, due) if part),
        path=path_of(proceeding),
    )


def _heading(proceeding: Proceeding, me: Standing) -> str:
    if proceeding.due_at is None:
        return YOURS
    if proceeding.due_at <= me.now:
        return LATE
    return TODAY if proceeding.due_on == me.today else YOURS


def _due(proceeding: Proceeding, me: Standing) -> str:
    if proceeding.due_on is None or proceeding.due_at is None:
        return ""
    by = words.due_words(proceeding.due_on, proceeding.due_at, me.today)
    if proceeding.due_at > me.now:
        return by
    days = calendar().between(proceeding.due_on, me.today)
    return f"应在{by}完成，已逾期{f' {days} 个工作日' if days > 0 else ''}"


def moot(notices: Collection[Any], now: datetime) -> Mapping[int, str]:
    """Which of these waiting notices are no longer true, and why, in the words of the ledger."""
    about = [each for each in notices if each.proceeding_id]
    if not about:
        return {}
    keys = {each.proceeding_id for each in about}
    known, running = queries.by_key(keys), queries.running_dates(keys)
    found = {}
    for each in about:
        if why := _why_moot(each, known[each.proceeding_id], running, now):
            found[each.id] = why
    return found


def _why_moot(notice: Any, proceeding: Proceeding, running: Mapping[int, date], now: datetime) -> str:
    if notice.turn_since_at and not _has_turn(notice, proceeding, now):
        return "已不再轮到收件人办理"
    if notice.cause.startswith("ps"):
        due_on = running.get(int(notice.cause[2:].partition(".")[0]))
        if due_on is None:
            return "已经办理，不必再提醒"
        if not notice.cause.endswith(f".{due_on:%y%m%d}"):
            return "时限已经调整，不必再提醒"
    if proceeding.phase == Phase.CLOSED and notice.written_at < proceeding.state_since_at:
        return f"{PROCESSES[proceeding.process].state(proceeding.state).label}，不必再通知"
    return ""


def _has_turn(notice: Any, proceeding: Proceeding, now: datetime) -> bool:
    """Whoever was told because it had come to him: it is still there, and he still signs for the unit."""
    if notice.turn_since_at != proceeding.state_since_at:
        return False
    turn = PROCESSES[proceeding.process].state(proceeding.state).turn
    seats = seating(calendar().day_of(now))
    return not roles_towards(notice.person_id, proceeding.process, proceeding, seats).isdisjoint(turn)
