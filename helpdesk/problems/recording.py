"""What a change leaves in the timeline: the entry, who did it as he was called then, and the files that came with it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from helpdesk.db import db
from helpdesk.org.queries import unit_name_of
from helpdesk.org.roles import Seating, Sitter
from helpdesk.problems import words
from helpdesk.problems.actors import Actor, Part, Scene, Wish
from helpdesk.problems.cases import NamedPeople
from helpdesk.problems.indexed import index
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
    part = scene.part
    entry = Entry(
        problem_id=problem.id,
        at=scene.now,
        action=action.name,
        label=action.label,
        by_id=by.person_id,
        for_id=part.stands_in.for_id if part.stands_in else None,
        by_name=by_name_of(by, part),
        by_role=part.role,
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
    index(entry, problem)
    return entry


def part_played(decision: Decision, scene: Scene, by: Actor) -> Part:
    """In which role somebody does what was decided about a problem; asked before anything is written."""
    return part_of(
        decision, by, group_id=scene.problem.group_id, seating=scene.seating, named=scene.named, today=scene.today
    )


def part_of(
    decision: Decision, by: Actor, *, group_id: int | None, seating: Seating, named: NamedPeople, today: date
) -> Part:
    """In which role somebody does what was decided: one of his own, else one of somebody he stands in for.

    Asked before anything is written, for the act may take the matter out of his hands.
    """
    if by.person_id is None:
        return Part(next(iter(decision.roles), None), None)
    ways = [(seating.played_for(by.person_id, role, group_id, named), role) for role in decision.roles]
    stands_in, role = next((way for way in ways if way[0] is None), ways[0] if ways else (None, None))
    sitting = seating.holders(role, group_id) if role else ()
    return Part(role, _unit_of(stands_in.for_id if stands_in else by.person_id, sitting, seating, today), stands_in)


def _unit_of(person_id: int, holders: Iterable[Sitter], seating: Seating, today: date) -> str | None:
    """The unit for which that person has the role, else the one of his first post."""
    own = [each for each in seating.sitters if each.person_id == person_id and each.for_id is None]
    if held := [each for each in holders if each in own]:
        return held[0].unit
    return own[0].unit if own else unit_name_of(person_id, today)


def by_name_of(by: Actor, part: Part) -> str:
    """李四（基础设施保障组）; 李四（代王五，基础设施保障组） where he acts for another."""
    if by.person_id is None:
        return f"{by.name}（{LABELS[Role.ENTERPRISE]}）" if part.role is Role.ENTERPRISE else by.name
    about = [f"代{part.stands_in.for_name}"] if part.stands_in else []
    words = "，".join([*about, *([part.unit] if part.unit else [])])
    return f"{by.name}（{words}）" if words else by.name


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
