"""Looked at again at the moment of sending: what is no longer true is dropped, and what waits is said as it is now."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from helpdesk.clock import calendar
from helpdesk.notices import queries
from helpdesk.notices.channels import Attached
from helpdesk.notices.hours import next_mailing_time
from helpdesk.notices.letters import NOTHING_KNOWN, Known, Line, lines_of
from helpdesk.notices.models import CHAT, URGENT
from helpdesk.notices.reminders import MORNING, REMINDERS
from workflows.calendar import ONE_DAY, Calendar
from workflows.terms import Pace

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""After the first failure, after the second ...; after the last one it has failed for good."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Knowledge:
    """What those above the post know, asked anew whenever mails are taken; without them nothing is known of problems."""

    moot: Callable[[Collection[Any], datetime], Mapping[int, str]] = (
        lambda rows, now: {}
    )  # what is not true any more, why
    waits: Callable[[Collection[int], datetime], Mapping[int, Sequence[Line]]] = lambda people, now: {}  # by person
    standstill: Callable[[datetime], Span | None] = lambda now: None  # the newest span in which nothing ran
    is_behind: Callable[[datetime], bool] = lambda now: False  # whether what happened meanwhile is still being told
    attached: Callable[[Collection[Any], datetime], Mapping[int, tuple[Attached, ...]]] = lambda rows, now: {}  # by row


@dataclass
class Findings:
    """What became of the rows of a claim: ``dropped`` and ``next_try`` by row, ``known`` by person."""

    dropped: dict[int, str]
    known: dict[int, Known] = field(default_factory=dict)
    next_try: dict[int, datetime] = field(default_factory=dict)
    single: frozenset[int] = frozenset()  # who wants each reminder as a mail of its own
    chat_addresses: dict[int, str] = field(default_factory=dict)  # by person
    attached: Mapping[int, tuple[Attached, ...]] = field(default_factory=dict)  # by row

    def known_of(self, row: Any) -> Known:
        """What is known for the reader of that row."""
        return self.known.get(row.person_id, NOTHING_KNOWN)

    def joins(self, row: Any) -> bool:
        """Whether that row goes into one mail with the others of its reader."""
        return row.pace == Pace.DIGEST.value and not (row.person_id in self.single and row.name in REMINDERS)


def look_again(rows: Sequence[Any], knows: Knowledge, now: datetime) -> Findings:
    """All that has to be known of these rows before they leave; reads only."""
    days = calendar()
    people = {row.person_id for row in rows if row.person_id}
    findings = Findings(_out_of_date(rows, people, days, now) | dict(knows.moot(rows, now)))
    findings.chat_addresses = queries.chat_addresses({row.person_id for row in rows if row.channel == CHAT})
    findings.dropped |= {
        row.id: "收件人不再用这种方式接收"
        for row in rows
        if row.channel == CHAT and row.person_id not in findings.chat_addresses
    }
    findings.single = queries.wanting_single_mails(people)
    findings.next_try = {row.id: _next_try(row, days, now) for row in rows}
    late_words = _late_words(knows.standstill(now), days, now) if any(row.catch_up for row in rows) else ""
    mornings = {row.person_id for row in rows if row.name == MORNING and row.id not in findings.dropped}
    lines = knows.waits(mornings, now) if mornings else {}
    told = queries.reminded_since(mornings & findings.single, days.at(days.day_of(now)), REMINDERS)
    for person in people:
        findings.known[person] = Known(lines.get(person, ()), late_words, told.get(person, frozenset()))
    findings.dropped |= _empty(rows, findings)
    findings.attached = knows.attached([row for row in rows if row.id not in findings.dropped], now)
    return findings


def _out_of_date(rows: Iterable[Any], people: Collection[int], days: Calendar, now: datetime) -> dict[int, str]:
    gone, today = queries.without_account(people), days.day_of(now)
    dropped = {row.id: "收件人的账号已停用" for row in rows if row.person_id in gone}
    return dropped | {
        row.id: "提醒的日子已过"
        for row in rows
        if row.name in REMINDERS | {MORNING} and days.day_of(row.send_after_at) < today
    }


def _empty(rows: Iterable[Any], findings: Findings) -> dict[int, str]:
    """Mornings on which nothing waits."""
    return {
        row.id: "没有到期、逾期和等待办理的事项"
        for row in rows
        if row.name == MORNING and row.id not in findings.dropped and not lines_of([row], findings.known_of(row))
    }


def _next_try(row: Any, days: Calendar, now: datetime) -> datetime:
    """When it is tried again should it fail now: after a growing pause, within the windows unless it is urgent."""
    moment = now + PAUSES[min(row.tries, len(PAUSES) - 1)]
    return moment if row.pace == URGENT else next_mailing_time(moment, days)


def _late_words(span: Span | None, days: Calendar, now: datetime) -> str:
    if span is None or now - span[1] > ONE_DAY:
        return "以下事项未能当时告知，按真实日期补报。"
    since, until = (_moment_words(each, days) for each in span)
    return f"系统自 {since} 至 {until} 停运，以下事项按真实日期补报。"


def _moment_words(moment: datetime, days: Calendar) -> str:
    here = moment.astimezone(days.zone)
    return f"{here.year}年{here.month}月{here.day}日 {here:%H:%M}"
