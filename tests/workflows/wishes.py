"""Wishes as tests make them: fitting answers to any question, and cases in which every guard holds or one fails."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from tests.workflows.days import CALENDAR, at, day
from workflows.book import PROCESSES
from workflows.roles import Role
from workflows.terms import Action, By, Case, Field, Guard, Kind

NOW = at("2026-11-23", "10:00")
TODAY = day("2026-11-23")
ACTOR = 7
PROCESS_OF = {action.name: process for process in PROCESSES.values() for action in process.actions}
STATES_OF = {name: ("new", *(state.name for state in process.states)) for name, process in PROCESSES.items()}
STATES = STATES_OF["problem"]
ACTIONS = tuple(PROCESS_OF)

FAVOURABLE: dict[str, dict[str, Any]] = {
    "independent": {"workers": frozenset({ACTOR + 1})},
    "not_writer": {"workers": frozenset({ACTOR + 1})},
    "not_objected_before": {"objected": False},
    "before_sign_due": {"due_at": {"sign": NOW + timedelta(seconds=1)}},
    "not_appealed_before": {"appealed": False},
    "first_response_given": {"finished": frozenset({"respond"})},
    "not_responded_yet": {"finished": frozenset()},
    "within_reopen_days": {"closed_on": TODAY - timedelta(30)},
    "referred": {"state": "referred"},
    "tasks_done": {"open_tasks": 0},
    "untouched": {"untouched": True},
    "no_open_request": {"open_request": False},
    "clock_runs": {"days_left": 1},
    "not_extended_twice": {"extended": 1},
    "early_enough": {"days_left": 1},
    "not_expired": {"kind": "extension", "days_left": 0},
    "not_own_request": {"asked_by": ACTOR + 1},
    "somebody_signs": {"signers": 1},
    "higher_level": {"level": None},
    "is_in_at_dispatch": {"state": "at_dispatch"},
    "is_in_at_supervision": {"state": "at_supervision"},
    "is_in_at_leader": {"state": "at_leader"},
    "beside_handling": {"beside": "handling"},
    "beside_handling_suspended": {"beside": "suspended"},
    "beside_assigned_objected_handling_suspended_elevated_referred": {"beside": "objected"},
}
"""The facts of a case that make a guard hold, by hand, so that no test asks the guard itself."""

ADVERSE: dict[str, dict[str, Any]] = {
    "independent": {"workers": frozenset({ACTOR, ACTOR + 1})},
    "not_writer": {"workers": frozenset({ACTOR, ACTOR + 1})},
    "not_objected_before": {"objected": True},
    "before_sign_due": {"due_at": {"sign": NOW}},
    "not_appealed_before": {"appealed": True},
    "first_response_given": {"finished": frozenset()},
    "not_responded_yet": {"finished": frozenset({"respond"})},
    "within_reopen_days": {"closed_on": TODAY - timedelta(31)},
    "referred": {"state": "handling"},
    "tasks_done": {"open_tasks": 1},
    "untouched": {"untouched": False},
    "no_open_request": {"open_request": True},
    "clock_runs": {"days_left": None},
    "not_extended_twice": {"extended": 2},
    "early_enough": {"days_left": 0},
    "not_expired": {"kind": "extension", "days_left": -1},
    "not_own_request": {"asked_by": ACTOR},
    "somebody_signs": {"signers": 0},
    "higher_level": {"level": "3"},
    "is_in_at_dispatch": {"state": "at_leader"},
    "is_in_at_supervision": {"state": "at_dispatch"},
    "is_in_at_leader": {"state": "at_dispatch"},
    "beside_handling": {"beside": "reviewing"},
    "beside_handling_suspended": {"beside": "elevated"},
    "beside_assigned_objected_handling_suspended_elevated_referred": {"beside": "reviewing"},
}
"""The facts that make it fail, at the very edge where there is one."""

BY_NAME: dict[str, Any] = {
    "solved": "yes",
    "answered": "yes",
    "satisfaction": "satisfied",
    "reached": "yes",
    "shown": "public",
    "basis": "visited",
}


def answer(field: Field, today: date = TODAY) -> Any:
    """Something sensible that the question takes."""
    by_kind = {
        Kind.CHOICE: field.choices[0][0] if field.choices else None,
        Kind.YES_NO: "yes",
        Kind.DAY: today + timedelta(days=7) if field.future else today,
        Kind.MOMENT: CALENDAR.at(today),
        Kind.FILES: ["a file"],
        Kind.ENTERPRISE: 1,
        Kind.GROUP: 1,
        Kind.GROUPS: [1],
        Kind.HANDLER: 1,
        Kind.PROBLEM: 1,
    }
    return BY_NAME.get(field.name, by_kind.get(field.kind, "写得清楚，也足够长的一段文字"))


def answers(action: Action, today: date = TODAY, **given: Any) -> dict[str, Any]:
    """Sensible answers to everything an action may ask, but for what is given."""
    return {field.name: answer(field, today) for field in action.asks} | given


def needs_of(action: Action, role: Role) -> tuple[Guard, ...]:
    """Every guard that must hold for that role, read off the table."""
    own = [by.needs for by in action.by if isinstance(by, By) and by.role is role]
    return (*(own[0] if own else ()), *action.needs)


def case(state: str, action: Action, role: Role) -> Case:
    """A problem in that state in which all that the action needs is given, as far as facts can give it."""
    found = Case(
        state, has_group=True, difficulty="ordinary", urgency="ordinary", came_from="handling", closed_on=TODAY
    )
    for guard in needs_of(action, role):
        found = replace(found, **{name: fact for name, fact in FAVOURABLE[guard.name].items() if name != "state"})
    return found


def states_of(action: Action, role: Role) -> set[str]:
    """The states in which the table lets that role do it."""
    sources = {source for move in action.moves for source in move.sources}
    limited = [FAVOURABLE[guard.name].get("state") for guard in needs_of(action, role)]
    return sources.intersection(*({state} for state in limited if state))


def roles_of(action: Action) -> tuple[Role, ...]:
    """The roles the table names for an action."""
    return tuple(by.role if isinstance(by, By) else by for by in action.by)


def actor_of(role: Role) -> int | None:
    """The enterprise and the clocks have no key."""
    return None if role in (Role.ENTERPRISE, Role.SYSTEM) else ACTOR
