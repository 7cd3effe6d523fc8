"""A counted out clock as JSON: the same values as on its page, and the words with them."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from helpdesk.clock import local
from helpdesk.notices.models import Notice
from helpdesk.problems.explaining import Happened, Supposed, Told, Why
from helpdesk.problems.facts import STATUS_WORDS
from helpdesk.problems.legs import WORDS, How
from helpdesk.problems.why_words import ahead_words, basis_words, day_lines, doubts, speech, step_words, supposed_words
from workflows.accounts import Day


def as_json(why: Why, supposed: Supposed | None = None) -> dict[str, Any]:
    """Everything; days as 2026-09-01, moments in local time."""
    row, waits = why.row, why.how is How.WAITING
    return {
        "problem": {"id": why.problem.id, "number": why.problem.number, "title": why.problem.title},
        "clock": {"id": row.id, "name": row.name, "label": why.clock.label, "round": row.round},
        "state": why.how.value,
        "state_words": WORDS[why.how],
        "speech": speech(why),
        "due": None if waits else {"on": row.due_on, "at": _moment(row.due_at), "provisional": row.provisional},
        "counted_due_on": None if waits else why.account.due.on,
        "doubts": doubts(why),
        "started_at": _moment(row.started_at),
        "started_by": {"who": why.start.by_name, "act": why.start.label} if why.start else None,
        "limit": {"amount": row.amount, "unit": row.counted_in},
        "policy": asdict(why.basis) | {"words": basis_words(why.basis, why.today)},
        "allowed": why.leg.allowed,
        "used": why.leg.used,
        "unspent": why.account.unspent,
        "late_by": why.leg.late_by,
        "ended_at": _moment(row.stopped_at),
        "days": [_day(day) for day in why.account.days],
        "lines": day_lines(why),
        "steps": [_step(each, why.today) for each in why.happened],
        "told": [_told(each) for each in why.told],
        "ahead": [
            {"label": each.label, "on": each.on, "to": each.to, "words": ahead_words(each, why.today)}
            for each in why.ahead
        ],
        "supposed": _supposed(why, supposed) if supposed else None,
    }


def _moment(moment: datetime | None) -> str | None:
    return local(moment).isoformat(timespec="minutes") if moment else None


def _day(day: Day) -> dict[str, Any]:
    return asdict(day) | {"on": day.on, "kind": day.kind.value}


def _step(happened: Happened, today: date) -> dict[str, Any]:
    step = happened.step
    return {
        "at": _moment(step.at),
        "kind": step.kind,
        "reason": step.reason,
        "by": step.by_name,
        "until_on": step.until_on,
        "limit": {"amount": step.amount, "unit": step.counted_in} if step.amount else None,
        "due_before_on": step.due_before_on,
        "due_after_on": step.due_after_on,
        "words": step_words(happened, today),
    }


def _told(told: Told) -> dict[str, Any]:
    strike = told.strike
    return {
        "milestone": strike.milestone,
        "label": told.label,
        "due_on": strike.due_on,
        "struck_on": strike.struck_on,
        "noted_at": _moment(strike.noted_at),
        "lapsed": strike.lapsed,
        "notices": [_notice(each) for each in told.notices],
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "to": notice.reader_name,
        "subject": notice.subject,
        "channel": notice.channel,
        "catch_up": notice.catch_up,
        "status": notice.status,
        "status_words": STATUS_WORDS.get(notice.status, notice.status),
        "written_at": _moment(notice.written_at),
        "sent_at": _moment(notice.sent_at),
        "dropped_why": notice.dropped_why,
    }


def _supposed(why: Why, supposed: Supposed) -> dict[str, Any]:
    due = supposed.due
    return {
        "until_on": supposed.until_on,
        "due_on": due.on,
        "provisional": due.provisional,
        "words": supposed_words(why, supposed),
    }
