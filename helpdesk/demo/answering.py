"""What somebody in the demo answers to the questions of an action: from the record, the variant and the table of texts."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from helpdesk.clock import calendar
from helpdesk.demo.problems import Record, Step
from helpdesk.demo.texts import DETAIL, MEASURES, PLANS, PROGRESS, SAID
from workflows.terms import Action, Field, Kind

UNREACHED = {"reached": "no", "contacted": None, "solved": None, "answered": None, "satisfaction": None}
NOT_CONTENT = {"contacted": "yes", "solved": "no", "satisfaction": "dissatisfied"}
VARIANTS: dict[tuple[str, str], dict[str, Any]] = {
    ("report", "urgent"): {"urgency": "urgent"},
    ("assign", "complex"): {"difficulty": "complex"},
    ("assign", "major"): {"difficulty": "major"},
    ("progress", "internal"): {"shown": "internal"},
    ("evaluate", "no"): NOT_CONTENT,
    ("evaluate", "fair"): {"satisfaction": "fair"},
    ("call_back", "unreached"): UNREACHED,
    ("decline", "legal_channel"): {"ground": "legal_channel"},
    ("decline", "outside"): {"ground": "outside"},
    ("close", "unrated"): {"basis": "unrated"},
}
USUAL: dict[str, tuple[Any, ...]] = {
    "urgency": ("ordinary",),
    "difficulty": ("ordinary",),
    "outcome": ("solved", "solved", "solved", "partly", "explained"),
    "satisfaction": ("satisfied", "satisfied", "satisfied", "fair"),
    "contacted": ("yes",),
    "answered": ("yes",),
    "solved": ("yes",),
    "reached": ("yes",),
    "shown": ("public",),
    "contacted_how": ("visit", "visit", "phone", "meeting"),
}
EXPECTED_DAYS = 6  # working days until what a handler promises
REVIEW_DAYS = 25  # natural days until a suspended problem is looked at again


@dataclass
class Situation:
    """What the answers of one step depend on."""

    record: Record
    step: Step
    draw: random.Random
    now: datetime
    state: str
    said_progress: int  # how many times this problem's progress was told
    was_called: bool  # whether the enterprise was called because it did not evaluate
    contact: dict[str, str | None]  # name, phone, email
    keys: dict[str, Any] = field(default_factory=dict)  # enterprise, group, handler, unit, main, until_on …

    @property
    def today(self) -> date:
        """The local day of the step."""
        return calendar().day_of(self.now)


def answers(action: Action, situation: Situation) -> dict[str, Any]:
    """An answer to everything the action asks, None where nothing is said."""
    given = {question.name: _answer(action, question, situation) for question in action.asks}
    return given | VARIANTS.get((situation.step.action, situation.step.variant), {})


def _answer(action: Action, question: Field, situation: Situation) -> Any:
    if question.only_in and situation.state not in question.only_in:
        return None
    if question.name in situation.keys:
        return situation.keys[question.name]
    by_kind: dict[Kind, Callable[[Action, Field, Situation], Any]] = {
        Kind.DAY: _day,
        Kind.MOMENT: lambda *_: situation.now - timedelta(minutes=situation.draw.randint(6, 25)),
        Kind.FILES: lambda *_: [],
        Kind.GROUP: lambda *_: None,
        Kind.GROUPS: lambda *_: [],
        Kind.PROBLEM: lambda *_: None,
        Kind.CHOICE: _choice,
        Kind.YES_NO: _choice,
    }
    return by_kind.get(question.kind, _words)(action, question, situation)


def _day(action: Action, question: Field, situation: Situation) -> date:
    if question.name == "review_on":
        return situation.today + timedelta(days=REVIEW_DAYS)
    if question.future:
        return calendar().add(situation.today, EXPECTED_DAYS)
    return situation.today


def _choice(action: Action, question: Field, situation: Situation) -> str:
    if question.name == "category":
        return situation.record.category
    if question.name == "basis":
        return "called" if situation.was_called else "evaluated"
    return str(situation.draw.choice(USUAL.get(question.name, question.choice_values)))


def _words(action: Action, question: Field, situation: Situation) -> str | None:
    record, name = situation.record, question.name
    fixed = {
        "title": record.title,
        "contact_name": situation.contact["name"],
        "contact_phone": situation.contact["phone"],
        "contact_email": situation.contact["email"],
        "contacted_whom": situation.contact["name"],
    }
    if name in fixed:
        return fixed[name]
    text = situation.draw.choice(_choices(action, name, situation))
    said = text.format(
        title=record.title,
        problem=record.problem,
        measure=_measure(record),
        contact=situation.contact["name"],
        year=situation.today.year,
        serial=situation.draw.randint(3, 68),
    )
    return said or None


def _choices(action: Action, name: str, situation: Situation) -> tuple[str, ...]:
    record, step = situation.record, situation.step
    if name == "detail":
        return DETAIL
    if name == "plan":
        return PLANS[record.group]
    if name == "progress" and step.variant != "internal":
        told = PROGRESS[record.group]
        return (told[situation.said_progress % len(told)],)
    keys = (f"{action.name}.{step.variant}.{name}", f"{action.name}.{name}", name)
    return next(SAID[key] for key in keys if key in SAID)


def _measure(record: Record) -> str:
    """What was done, without its full stop; an office's usual way when the record does not tell."""
    return (record.measure or MEASURES[record.group][len(record.title) % len(MEASURES[record.group])]).rstrip("。")
