"""Sensible answers to whatever a table asks, chosen by dice that fall alike in every run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from helpdesk.files import Kept
from workflows.terms import Action, Field, Kind, Moment

ODDS: dict[str, tuple[tuple[str, int], ...]] = {
    "urgency": (("ordinary", 9), ("urgent", 1)),
    "difficulty": (("ordinary", 6), ("complex", 3), ("major", 1)),
    "solved": (("yes", 8), ("no", 1)),
    "satisfaction": (("satisfied", 6), ("fair", 2), ("dissatisfied", 1)),
    "contacted": (("yes", 9), ("no", 1)),
    "answered": (("yes", 9), ("no", 1)),
    "reached": (("yes", 3), ("no", 2)),
}
FIXED = {"contact_name": "王经理", "contact_phone": "15000000625"}
PHOTO = Kept("现场照片.jpg", "image/jpeg", 1000, "0" * 64, "simulated/photo.jpg")


@dataclass(frozen=True)
class House:
    """What answers can name; all in an order that is the same in every run."""

    groups: tuple[int, ...]
    handlers: dict[int, tuple[int, ...]]  # by group
    enterprises: tuple[tuple[int, str | None], ...]  # with the contact's mailbox
    mains: tuple[int, ...]  # problems into which others can be merged


@dataclass(frozen=True)
class Asked:
    """One wish: the action, its questions, who asks them of whom."""

    action: Action
    fields: Sequence[Field]
    moment: Moment
    key: str
    group_id: int | None
    problem_id: int | None


class CannotAnswer(Exception):  # noqa: N818
    """There is nothing to choose from."""


def answers(asked: Asked, house: House, dice: Random) -> dict[str, Any]:
    """Answers to all questions; CannotAnswer when one has none."""
    place = dice.randrange(len(house.enterprises))
    given: dict[str, Any] = {}
    for question in asked.fields:
        given[question.name] = _answer(question, asked, house, dice, place)
    return {name: _without_lead(value, given) for name, value in given.items()}


def _without_lead(value: Any, given: dict[str, Any]) -> Any:
    """Who leads does not help himself."""
    is_choice_of_groups = isinstance(value, list) and given.get("group") in value
    return [each for each in value if each != given["group"]] if is_choice_of_groups else value


def _answer(question: Field, asked: Asked, house: House, dice: Random, place: int) -> Any:
    known = {
        "title": f"{asked.key} 厂区门前道路积水",
        "contact_email": house.enterprises[place][1],
        "enterprise": house.enterprises[place][0],
        **FIXED,
    }
    if question.name in known:
        return known[question.name]
    if question.name in ODDS:
        values, weights = zip(*ODDS[question.name], strict=True)
        return dice.choices(values, weights)[0]
    if make := BY_KIND.get(question.kind):
        return make(question, asked, house, dice)
    return f"{question.label}：已按要求办理并作记录（{asked.key}）"


def _day(question: Field, asked: Asked, house: House, dice: Random) -> date | None:
    today = asked.moment.today
    if not question.required and dice.random() < 0.5:
        return None
    if question.future is False:
        return today
    first, last = today + timedelta(days=1), today + timedelta(days=20)
    if question.bounds:
        first, last = (
            bound or usual for bound, usual in zip(question.bounds(asked.moment), (first, last), strict=True)
        )
    if last < first:
        raise CannotAnswer
    return first + timedelta(days=dice.randint(0, (last - first).days))


def _choice(question: Field, asked: Asked, house: House, dice: Random) -> str:
    return dice.choice(question.choice_values)


def _group(question: Field, asked: Asked, house: House, dice: Random) -> int | None:
    others = [group for group in house.groups if group != asked.group_id]
    if not question.required and dice.random() < 0.7:
        return None
    return _one_of(others, dice)


def _groups(question: Field, asked: Asked, house: House, dice: Random) -> list[int]:
    return [_one_of(house.groups, dice)] if dice.random() < 0.25 else []


def _handler(question: Field, asked: Asked, house: House, dice: Random) -> int:
    return _one_of(house.handlers.get(asked.group_id or 0, ()), dice)


def _main(question: Field, asked: Asked, house: House, dice: Random) -> int | None:
    if not question.required:
        return None
    return _one_of([each for each in house.mains if each != asked.problem_id], dice)


def _one_of(choice: Sequence[int], dice: Random) -> int:
    if not choice:
        raise CannotAnswer
    return dice.choice(choice)


def _files(question: Field, asked: Asked, house: House, dice: Random) -> list[Kept]:
    return [PHOTO] if question.required or dice.random() < 0.1 else []


Make = Callable[[Field, Asked, House, Random], Any]
BY_KIND: dict[Kind, Make] = {
    Kind.CHOICE: _choice,
    Kind.YES_NO: _choice,
    Kind.DAY: _day,
    Kind.MOMENT: lambda question, asked, house, dice: asked.moment.now,
    Kind.FILES: _files,
    Kind.GROUP: _group,
    Kind.GROUPS: _groups,
    Kind.HANDLER: _handler,
    Kind.PROBLEM: _main,
    Kind.EMAIL: lambda question, asked, house, dice: None,
}
