"""What a change leaves in the timeline: the entry, who did it as he was called then, and the files that came with it."""

from collections.abc import Mapping
from typing import Any

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.org.queries import unit_name_of
from helpdesk.problems import words
from helpdesk.problems.actors import Actor, Scene, Wish
from helpdesk.problems.models import Attachment, Entry
from helpdesk.problems.numbering import on_record
from workflows.engine import Decision
from workflows.roles import LABELS, Role
from workflows.terms import Action, Kind


def write_entry(decision: Decision, scene: Scene, wish: Wish) -> Entry:
    """Write the line of the timeline that tells of a decision which has been carried out.

    What happens beside a problem leaves its state alone, and is no news for the enterprise.
    """
    problem, action, by = scene.problem, decision.action, wish.by
    db.session.flush()
    role = next((role for role in action.roles if role in scene.roles), None)
    entry = Entry(
        problem_id=problem.id,
        at=scene.now,
        action=action.name,
        label=action.label,
        by_id=by.person_id,
        by_name=_by_name(by, role, scene),
        by_role=role,
        matter_id=scene.matter.id if scene.matter else None,
        source=problem.state if scene.matter else decision.source,
        dest=problem.state if scene.matter else decision.dest,
        round=decision.round,
        version=problem.version,
        answers=[
            *words.answers(action.asks, wish.given, scene.today),
            *on_record(action.numbers, getattr(problem, action.numbers or "number")),
        ],
        internal=scene.matter is not None or wish.given.get("shown") == "internal",
        works=action.works,
        request_key=wish.request_key,
    )
    db.session.add(entry)
    db.session.flush()
    _write_files(action, wish.given, entry)
    return entry


def _by_name(by: Actor, role: Role | None, scene: Scene) -> str:
    if by.person_id is None:
        return f"{by.name}（{LABELS[Role.ENTERPRISE]}）" if role is Role.ENTERPRISE else by.name
    sitting = [each for each in scene.seating.sitters if each.person_id == by.person_id]
    if role and (held := [each for each in scene.seating.holders(role, scene.problem.group_id) if each in sitting]):
        return f"{by.name}（{held[0].unit}）"
    unit = sitting[0].unit if sitting else unit_name_of(by.person_id, calendar().day_of(scene.now))
    return f"{by.name}（{unit}）" if unit else by.name


def _write_files(action: Action, given: Mapping[str, Any], entry: Entry) -> None:
    for field in action.asks:
        for kept in given.get(field.name) or () if field.kind is Kind.FILES else ():
            db.session.add(
                Attachment(
                    problem_id=entry.problem_id,
                    entry_id=entry.id,
                    name=kept.name,
                    media_type=kept.media_type,
                    size=kept.size,
                    sha256=kept.sha256,
                    stored_as=kept.stored_as,
                )
            )
