"""What is said of a problem in words: who did something, what was answered, by when something is due."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from helpdesk.clock import calendar, local
from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise
from helpdesk.org.models import Person, Unit
from helpdesk.org.queries import people_by_id
from helpdesk.org.roles import Seating, Sitter
from helpdesk.pages import day_words, moment_words
from helpdesk.problems.models import Problem
from workflows.steps import BY_THE_HOUR
from workflows.telling_days import UNIT_WORDS, span_of
from workflows.terms import Action, Field, Kind
from workflows.terms import Unit as CountedIn


def due_words(due_on: date, due_at: datetime, today: date) -> str:
    """11月23日（周一）24:00 前; with its own time where the limit is counted in hours, 暂定 in a year not published yet."""
    return f"{day_words(due_on, today)}{due_time(due_on, due_at)} 前{sure_words(due_on)}"


def sure_words(day: date) -> str:
    """（暂定） behind a day whose year is not published yet."""
    return "（暂定）" if calendar().is_provisional(day) else ""


def holder_words(sitter: Sitter) -> str:
    """李四（基础设施保障组）; 李四（代王五，基础设施保障组） for a substitute."""
    absent = f"代{sitter.for_name}，" if sitter.for_name else ""
    return f"{sitter.name}（{absent}{sitter.unit}）"


def named_holders(seating: Seating, keys: Iterable[int]) -> list[str]:
    """The names of people who are named with a problem, and of whoever stands in for them."""
    people = people_by_id(set(keys))
    here = [person.name for person in people.values()]
    return here + [f"{each.name}（代{each.for_name}）" for key in people for each in seating.stand_ins_for(key)]


def due_time(due_on: date, due_at: datetime) -> str:
    """24:00 for limits in days, the minute for limits in hours."""
    end = local(due_at)
    return f"{end:%H:%M}" if end.date() == due_on else "24:00"


def limit_words(amount: int, unit: CountedIn) -> str:
    """7 个工作日."""
    return f"{amount} {UNIT_WORDS[unit]}"


def amount_words(used: int, unit: CountedIn) -> str:
    """3 个工作日; of seconds 4 小时 30 分."""
    return span_of(used) if unit in BY_THE_HOUR else limit_words(used, unit)


ROWS: dict[Kind, tuple[type, str]] = {
    Kind.ENTERPRISE: (Enterprise, "name"),
    Kind.GROUP: (Unit, "name"),
    Kind.HANDLER: (Person, "name"),
    Kind.PROBLEM: (Problem, "number"),
}


def answers(asked: tuple[Field, ...], given: Mapping[str, Any], today: date) -> list[dict[str, Any]]:
    """The answers as the timeline keeps them: with the words as they were then, so that history needs no look-up."""
    return [
        {
            "name": field.name,
            "label": field.label,
            "value": plain(given[field.name]),
            "words": _words(field, given[field.name], today),
            "public": field.public,
        }
        for field in asked
        if given.get(field.name) not in (None, "", []) and _applies(field, given)
    ]


def _applies(field: Field, given: Mapping[str, Any]) -> bool:
    return not field.only_if or given.get(field.only_if[0]) == field.only_if[1]


def plain(value: Any) -> Any:
    """An answer as JSON keeps it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [each if isinstance(each, int) else each.name for each in value]
    return value


def _words(field: Field, value: Any, today: date) -> str:
    if field.choices:
        return dict(field.choices).get(value, str(value))
    if isinstance(value, datetime):
        return moment_words(value, today)
    if isinstance(value, date):
        return day_words(value, today)
    if field.kind is Kind.GROUPS:
        return "、".join(str(getattr(db.session.get(Unit, key), "name", key)) for key in value)
    if isinstance(value, list):
        return "、".join(each.name for each in value)
    if field.kind in ROWS:
        table, column = ROWS[field.kind]
        return str(getattr(db.session.get(table, value), column, value))
    return str(value)


def typed(action: Action, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answers kept with a matter as they were given."""
    days = {question.name for question in action.asks if question.kind is Kind.DAY}
    return {
        name: date.fromisoformat(value) if name in days and value else value
        for name, value in asked.items()
        if any(question.name == name for question in action.asks)
    }
