"""What stands beside a problem on its page: requests and assisting tasks, and what may be asked for now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from helpdesk.clock import calendar
from helpdesk.errors import NotFoundError
from helpdesk.problems.cases import (
    NamedPeople,
    Standing,
    first_held,
    in_place_of,
    matter_case,
    named_people,
    named_with_matter,
    roles_towards,
)
from helpdesk.problems.models import Entry, Matter, Problem
from helpdesk.problems.words import day_words, due_words, holder_words, named_holders, typed
from helpdesk.rules import rules_on
from workflows import clocks, engine
from workflows.book import ACTIONS, PROCESSES
from workflows.roles import Role
from workflows.terms import Action, Case, Kind, Phase

BESIDE = tuple(name for name, process in PROCESSES.items() if process.lives_in)
"""The processes that live beside a problem."""


@dataclass(frozen=True)
class Opening:
    """Something that may be asked for now."""

    process: str
    offer: engine.Offer


@dataclass(frozen=True)
class Block:
    """One request or assisting task as the page shows it."""

    matter: Matter
    label: str
    state_label: str
    open: bool
    lamp: clocks.Lamp | None
    due: str
    turn: list[str]
    opened: Entry | None
    asked: list[tuple[str, str]]
    said: list[tuple[str, str, str]]  # who did what when it was decided: sentence start, label, words
    offers: tuple[engine.Offer, ...]


def known_action(process: str, name: str) -> Action:
    """The action of that process; NotFoundError for names the tables do not know."""
    try:
        return PROCESSES[process if process in BESIDE else ""].action(name)
    except KeyError as error:
        raise NotFoundError("没有这个办理事项") from error


def openings(me: Standing, problem_case: Case, roles: frozenset[Role]) -> list[Opening]:
    """What this person may ask for beside a problem."""
    case = matter_case(None, problem_case)
    return [Opening(name, offer) for name in BESIDE for offer in _offers(me, name, case, roles)]


def _offers(me: Standing, process: str, case: Case, roles: frozenset[Role]) -> tuple[engine.Offer, ...]:
    return engine.offers(
        PROCESSES[process],
        case,
        roles=roles,
        **me.wishing,
    )


def matter_offers(
    me: Standing, problem: Problem, matter: Matter, problem_case: Case, named: NamedPeople
) -> tuple[engine.Offer, ...]:
    """What this person may do with one matter."""
    roles = roles_towards(me.person_id, problem, me.seating, named_with_matter(matter, named, me.seating))
    return _offers(me, matter.process, matter_case(matter, problem_case), roles)


def refusal(
    me: Standing, problem: Problem, matter: Matter | None, problem_case: Case, named: NamedPeople, action: Action
) -> engine.Refused | None:
    """Why this person may not do this now; None when he may."""
    people = named_with_matter(matter, named, me.seating) if matter else named
    process = next(name for name in BESIDE if action in PROCESSES[name].actions)
    return engine.refusal(
        PROCESSES[process],
        matter_case(matter, problem_case),
        action.name,
        roles=roles_towards(me.person_id, problem, me.seating, people),
        **me.wishing,
    )


# -- Blocks ------------------------------------------------------------------------------------------------------------


def blocks(
    me: Standing,
    problem: Problem,
    matters: Sequence[Matter],
    problem_case: Case,
    named: NamedPeople,
    entries: Iterable[Entry],
) -> list[Block]:
    """The matters of a problem, the newest first."""
    by_matter: dict[int, list[Entry]] = {}
    for entry in entries:  # newest first
        if entry.matter_id and entry.action in ACTIONS:  # what struck stands in the timeline
            by_matter.setdefault(entry.matter_id, []).append(entry)
    return [_block(me, problem, each, problem_case, named, by_matter.get(each.id, [])) for each in reversed(matters)]


def _block(
    me: Standing, problem: Problem, matter: Matter, problem_case: Case, named: NamedPeople, entries: list[Entry]
) -> Block:
    process = PROCESSES[matter.process]
    at_work = matter.phase == Phase.OPEN
    return Block(
        matter=matter,
        label=label_of(matter),
        state_label=process.state(matter.state).label,
        open=at_work,
        lamp=lamp_of(matter, me),
        due=due_words(matter.due_on, matter.due_at, me.today) if matter.due_on and matter.due_at else "",
        turn=_turn(me, problem, matter, named) if at_work else [],
        opened=entries[-1] if entries else None,
        asked=asked_words(matter, me.today),
        said=[_said(entry) for entry in entries[:-1]],
        offers=matter_offers(me, problem, matter, problem_case, named) if at_work else (),
    )


def label_of(matter: Matter) -> str:
    """申请延期; 协办：营商环境组."""
    if matter.unit:
        return f"{PROCESSES[matter.process].label}：{matter.unit.name}"
    return opening_of(matter).label


def asked_words(matter: Matter, today: date) -> list[tuple[str, str]]:
    """What was asked for, in the words of its questions."""
    action = opening_of(matter)
    given = typed(action, matter.asked)
    return [
        (
            question.label,
            day_words(given[question.name], today) if question.kind is Kind.DAY else str(given[question.name]),
        )
        for question in action.asks
        if question.name in given and question.keep != "unit_id"
    ]


def opening_of(matter: Matter) -> Action:
    """The act by which such a matter is opened."""
    actions = PROCESSES[matter.process].actions
    return next(action for action in actions if action.sets.get("kind") == matter.kind)


def lamp_of(matter: Matter, me: Standing) -> clocks.Lamp | None:
    """The lamp of an open matter."""
    if matter.phase != Phase.OPEN or matter.due_on is None or matter.due_at is None:
        return None
    policy = rules_on(me.today).policy
    return clocks.lamp(
        matter.due_on,
        matter.due_at,
        waiting=matter.waiting,
        now=me.now,
        calendar=calendar(),
        soon_days=policy.soon_days,
        long_days=policy.long_days,
    )


def _turn(me: Standing, problem: Problem, matter: Matter, named: NamedPeople) -> list[str]:
    people = named_with_matter(matter, named, me.seating)
    role = first_held(PROCESSES[matter.process].state(matter.state).turn, problem, me.seating, people)
    if role is None:
        return []
    if role in people:
        return named_holders(me.seating, people[role])
    return [holder_words(each) for each in me.seating.holders(role, problem.group_id)]


def _said(entry: Entry) -> tuple[str, str, str]:
    words = "；".join(f"{each['label']}：{each['words']}" for each in entry.answers)
    return entry.by_name, entry.label, words


# -- Whose turn --------------------------------------------------------------------------------------------------------


def rows(matters: Iterable[Matter], me: Standing, url: Any) -> list[dict[str, Any]]:
    """Matters that wait for somebody as lines of the first page."""
    return [
        {
            "lamp": lamp_of(matter, me),
            "title": f"{label_of(matter)}：{matter.problem.title}",
            "about": f"{matter.problem.number} · {matter.problem.enterprise.name if matter.problem.enterprise else ''}",
            "do": _verb(matter),
            "state": PROCESSES[matter.process].state(matter.state).label,
            "due": due_words(matter.due_on, matter.due_at, me.today) if matter.due_on and matter.due_at else "",
            "urgent": matter.problem.urgency == "urgent",
            "url": url(matter.problem),
            "in_place_of": _in_place_of(matter, me),
        }
        for matter in matters
    ]


def _in_place_of(matter: Matter, me: Standing) -> str | None:
    turn = PROCESSES[matter.process].state(matter.state).turn
    named = named_with_matter(matter, named_people(matter.problem, ()), me.seating)
    return in_place_of(me, turn, matter.problem, named)


def _verb(matter: Matter) -> str:
    """What whoever has the turn is expected to do: the first act of theirs."""
    process = PROCESSES[matter.process]
    turn = process.state(matter.state).turn
    fitting = (each for each in process.actions if matter.state in each.sources and set(turn) & set(each.roles))
    action = next(fitting, None)
    return action.label if action else ""
