"""Which questions an act asks of this person now, and what is wrong with the answers, in the user's words."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from workflows.calendar import BEIJING
from workflows.terms import Action, Field, Kind, Moment

PICKED = frozenset(
    {Kind.CHOICE, Kind.YES_NO, Kind.GROUP, Kind.GROUPS, Kind.HANDLER, Kind.ENTERPRISE, Kind.DAY, Kind.MOMENT}
)


def questions(action: Action, moment: Moment) -> tuple[Field, ...]:
    """The questions that apply in this state and to this person; conditional ones are among them."""
    return tuple(
        field
        for field in action.asks
        if (not field.only_in or moment.case.state in field.only_in)
        and (not field.asked_of or moment.roles.intersection(field.asked_of))
    )


def complaints(asked: tuple[Field, ...], given: Mapping[str, Any], today: date, *, lenient: bool) -> dict[str, str]:
    """What is missing or wrong, by question; a lenient act (a draft) may leave anything out."""
    errors = {}
    for field in map(_eased, asked) if lenient else asked:
        if field.only_if and given.get(field.only_if[0]) != field.only_if[1]:
            continue
        if error := _complaint(field, given.get(field.name), today):
            errors[field.name] = error
    return errors


def _eased(field: Field) -> Field:
    return replace(field, required=False, shortest=0)


def _complaint(field: Field, value: Any, today: date) -> str | None:
    if value is None or value in ("", []) or (isinstance(value, str) and not value.strip()):
        return _please(field) if field.required else None
    check = CHECKS.get(field.kind)
    return check(field, value, today) if check else None


def _please(field: Field) -> str:
    verb = "选择" if field.kind in PICKED else "上传" if field.kind is Kind.FILES else "填写"
    return f"请{verb}“{field.label}”"


def _text(field: Field, value: str, today: date) -> str | None:
    length = len(value.strip())
    if length < field.shortest:
        return f"请写明“{field.label}”，至少 {field.shortest} 个字"
    if length > field.longest:
        return f"“{field.label}”最多 {field.longest} 个字，现在有 {length} 个"
    return None


def _choice(field: Field, value: str, today: date) -> str | None:
    return None if value in field.choice_values else f"“{field.label}”没有这个选项，请重新选择"


def _day(field: Field, value: date, today: date) -> str | None:
    if field.future is True and value <= today:
        return f"“{field.label}”要晚于今天"
    if field.future is False and value > today:
        return f"“{field.label}”不能晚于今天"
    return None


def _moment(field: Field, value: datetime, today: date) -> str | None:
    return _day(field, value.astimezone(BEIJING).date(), today)


Check = Callable[[Field, Any, date], str | None]
CHECKS: dict[Kind, Check] = {
    Kind.LINE: _text,
    Kind.TEXT: _text,
    Kind.PHONE: _text,
    Kind.EMAIL: _text,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _choice,
    Kind.DAY: _day,
    Kind.MOMENT: _moment,
}
