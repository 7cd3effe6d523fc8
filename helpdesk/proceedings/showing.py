"""Proceedings as lines of the first page."""

from typing import Any

from helpdesk.problems.cases import Standing, clock_lamp
from helpdesk.problems.words import due_words
from helpdesk.proceedings import queries
from helpdesk.proceedings.models import Proceeding
from helpdesk.proceedings.telling import path_of
from workflows.book import PROCESSES
from workflows.terms import SELF, Phase


def rows(me: Standing) -> list[dict[str, Any]]:
    """What waits for this person, in the words of 轮到我办."""
    return [_row(each, me) for each in queries.my_turn(me)]


def _row(proceeding: Proceeding, me: Standing) -> dict[str, Any]:
    process = PROCESSES[proceeding.process]
    state = process.state(proceeding.state)
    runs = proceeding.due_on is not None and proceeding.due_at is not None
    fitting = (
        each for each in process.actions if proceeding.state in each.sources and set(state.turn) & set(each.roles)
    )
    leading = [each for each in fitting if any(move.dest != SELF for move in each.moves)]
    action = min(leading, key=lambda each: each.danger, default=None)  # what leads it on comes first
    return {
        "lamp": clock_lamp(proceeding.due_on, proceeding.due_at, waiting=False, now=me.now) if runs else None,  # type: ignore[arg-type]
        "title": proceeding.title,
        "about": " · ".join(part for part in (_called(proceeding), _to(proceeding)) if part),
        "do": action.label if action else "",
        "state": state.label,
        "due": due_words(proceeding.due_on, proceeding.due_at, me.today) if runs else "",  # type: ignore[arg-type]
        "urgent": False,
        "url": path_of(proceeding),
        "in_place_of": None,
    }


def _called(proceeding: Proceeding) -> str:
    """Its number; a draft by what it is, and what never gets a number by where it stands."""
    process = PROCESSES[proceeding.process]
    unnumbered = f"{process.label}草稿" if proceeding.phase == Phase.START else process.state(proceeding.state).label
    return proceeding.number or unnumbered


def _to(proceeding: Proceeding) -> str:
    return f"主送{proceeding.unit.name}" if proceeding.unit else ""
