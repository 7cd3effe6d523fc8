"""An act leaves its marks: written from the decision, in the same transaction as the entry that tells of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.org.queries import own_office_of
from helpdesk.problems.actors import Scene, Wish
from helpdesk.problems.mark_queries import latest_day
from helpdesk.problems.marks import CALL, LINK, Mark
from helpdesk.problems.models import ClockStep
from workflows.accounts import StepKind
from workflows.book import PROCESSES
from workflows.counts import BEGINS_HANDLING, BEGINS_THE_WAY, OF_THE_NEW_GROUP, Counts
from workflows.engine import Decision

ASKED = frozenset({Counts.ANSWERED, Counts.UNREACHED})
SPANS = {Counts.FINISHED: BEGINS_HANDLING, Counts.CLOSED: BEGINS_THE_WAY}
"""Marks that say how many working days it took, and the marks from which these are counted."""


def write_marks(
    decision: Decision, scene: Scene, wish: Wish, steps: Sequence[ClockStep], former: Mapping[str, int | None]
) -> None:
    """What this act counts as; ``former``: group and handler that had the problem until now."""
    entry, problem = scene.entry, scene.problem
    assert entry is not None
    begun: dict[str, date] = {}
    for kind in decision.counts:
        stays = kind not in OF_THE_NEW_GROUP
        group_id = former["group"] if stays else problem.group_id
        handler_id = former["handler"] if stays else None
        mark = Mark(
            kind=kind.value,
            at=entry.at,
            day=scene.today,
            entry_id=entry.id,
            problem_id=problem.id,
            enterprise_id=problem.enterprise_id,
            category=problem.category,
            round=scene.case.round,
            group_id=group_id,
            handler_id=handler_id,
            unit_id=(own_office_of(handler_id, scene.today) if handler_id else None) or group_id,
            **_facts(kind, decision, scene, wish, steps, begun),
        )
        begun[kind] = scene.today
        db.session.add(mark)


def _facts(
    kind: Counts, decision: Decision, scene: Scene, wish: Wish, steps: Sequence[ClockStep], begun: Mapping[str, date]
) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if kind in ASKED:
        facts["via"] = CALL if wish.by.link_id is None else LINK
    if kind is Counts.ANSWERED:
        facts |= {name: decision.keeps.get(name) for name in ("contacted", "solved", "satisfaction")}
    if kind in SPANS:
        facts["days"] = _days_since(SPANS[kind], scene, begun)
    if kind is Counts.EXTENDED:
        facts |= _put_off(decision, scene, steps)
    return facts


def _days_since(kinds: Collection[Counts], scene: Scene, begun: Mapping[str, date]) -> int | None:
    """Working days since the latest mark of these kinds; None where the record does not reach back so far."""
    now = next((begun[kind] for kind in kinds if kind in begun), None)
    since = now or latest_day(scene.problem.id, kinds)
    return max(calendar().between(since, scene.today), 0) if since else None


def _put_off(decision: Decision, scene: Scene, steps: Sequence[ClockStep]) -> dict[str, Any]:
    """The due day that was put off, and how early that was asked for."""
    due_on = next((step.due_before_on for step in steps if step.kind == StepKind.EXTENDED), None)
    kinds = {
        (process.name, kind)
        for process in PROCESSES.values()
        for action in process.actions
        for kind, name in action.does.items()
        if name == decision.action.name
    }
    asked = next((each for each in reversed(scene.matters) if (each.process, each.kind) in kinds), None)
    if due_on is None or asked is None:
        return {"due_on": due_on}
    return {"due_on": due_on, "lead": calendar().between(calendar().day_of(asked.opened_at), due_on)}
