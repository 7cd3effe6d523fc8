"""Running clocks of proceedings get the due day that the calendar in force gives them: on record, and told once a person."""

from datetime import datetime
from typing import Any

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices.messages import write_messages
from helpdesk.notices.outbox import Reader
from helpdesk.org.queries import seating
from helpdesk.problems import words
from helpdesk.problems.cases import ticking
from helpdesk.problems.ticking import look_again
from helpdesk.proceedings import queries
from helpdesk.proceedings.models import Proceeding, ProceedingClock, ProceedingEntry
from helpdesk.proceedings.telling import Audience
from helpdesk.proceedings.ticking import summarise
from helpdesk.rules import rules_on
from workflows.accounts import account
from workflows.book import CLOCKS
from workflows.roles import Whose

MOVED, LABEL = "moved", "应办日期调整"
Told = dict[int, list[tuple[Reader, tuple[str, str, str, str]]]]


def move_proceedings(*, reason: str, by_name: str, now: datetime, cause: str, path: str) -> int:
    """Move what another calendar moves, within the running transaction; how many clocks moved."""
    moved, told = 0, Told()
    for key in queries.with_running_clocks():
        proceeding = queries.get_for_change(key)  # before its clocks are read, as whoever acts on it does
        rows = queries.running_clocks(key)
        lines = [line for row in rows if (line := _move(row, now))]
        summarise(proceeding, rows)
        if not lines:
            continue
        proceeding.changed_at = now
        db.session.flush()
        _put_on_record(proceeding, lines, reason, by_name, now)
        _note_readers(proceeding, lines, told, now)
        moved += len(lines)
    _tell(told, reason, now, f"{cause}p", path)
    return moved


def _move(row: ProceedingClock, now: datetime) -> tuple[str, str] | None:
    """The clock and its dates in words; None where it stays."""
    today = calendar().day_of(now)
    due = account(ticking(row).history, calendar()).due
    if (due.on, due.at) == (row.due_on, row.due_at):
        row.provisional = due.provisional
        return None
    said = f"{words.day_words(row.due_on, today)} → {words.day_words(due.on, today)}"
    row.due_on, row.due_at, row.provisional = due.on, due.at, due.provisional
    struck = queries.struck_of([row.id]).get(row.id, ())
    row.strike_at = look_again(row, struck, rules_on(today))
    return CLOCKS[row.name].label, said


def _put_on_record(
    proceeding: Proceeding, lines: list[tuple[str, str]], reason: str, by_name: str, now: datetime
) -> None:
    said = [*lines, ("原因", reason)]
    db.session.add(
        ProceedingEntry(
            proceeding_id=proceeding.id,
            at=now,
            action=MOVED,
            label=LABEL,
            by_name=by_name,
            by_role="system",
            source=proceeding.state,
            dest=proceeding.state,
            version=proceeding.version,
            answers=[
                {"name": MOVED, "label": label, "value": each, "words": each, "public": False} for label, each in said
            ],
        )
    )


def _note_readers(proceeding: Proceeding, lines: list[tuple[str, str]], told: Told, now: datetime) -> None:
    audience = Audience(proceeding, seating(calendar().day_of(now)))
    for reader in audience.readers(Whose.TURN):
        for label, dates in lines:
            line = (proceeding.number or "", proceeding.title, label, dates)
            told.setdefault(reader.person_id or 0, []).append((reader, line))


def _tell(told: Told, reason: str, now: datetime, cause: str, path: str) -> None:
    for heard in told.values():
        lines: list[Any] = [line for _, line in heard]
        facts = {"reason": reason, "count": len(lines), "problems": len({line[0] for line in lines}), "lines": lines}
        write_messages("dates_moved", [heard[0][0]], facts | {"more": 0}, cause=cause, path=path, now=now)
