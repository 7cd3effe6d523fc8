"""What happens inside the transaction of one act on a proceeding: ask the engine, write, tell, let others take part."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.errors import NotFoundError, StaleError
from helpdesk.org.queries import seating
from helpdesk.org.roles import Seating
from helpdesk.problems import words
from helpdesk.problems.actors import Part, Wish
from helpdesk.problems.numbering import next_issue
from helpdesk.problems.recording import by_name_of, part_of
from helpdesk.proceedings import following, queries, telling, ticking
from helpdesk.proceedings.models import Proceeding, ProceedingEntry
from helpdesk.proceedings.standing import case_of, named_people, roles_towards
from helpdesk.rules import rules_on
from workflows.engine import Decision, decide
from workflows.roles import Role
from workflows.terms import Action, Phase, Process


@dataclass(frozen=True)
class Opening:
    """What a new proceeding is, beside the answers of the act that opens it."""

    title: str = ""
    unit_id: int | None = None
    parent_id: int | None = None
    kind_facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Proceeded:
    """What was done; ``repeated`` when this very form had done it before."""

    proceeding_id: int
    entry_id: int
    action: Action
    repeated: bool = False


def proceed_within(process_name: str, key: int | None, wish: Wish, opening: Opening | None = None) -> Proceeded:
    """Do an action to a proceeding, or open one when ``key`` is None; everything but the commit.

    Raises NotFoundError, NotYours, NotNow, Missing, StaleError.
    """
    today = calendar().day_of(wish.now)
    rules, seats = rules_on(today), seating(today)
    process = rules.process(process_name)
    proceeding = _found(process_name, key)
    opening = opening or Opening()
    roles = wish.by.roles or roles_towards(
        wish.by.person_id or 0, process_name, proceeding, seats, unit_id=opening.unit_id
    )
    if not roles and proceeding is not None:
        raise NotFoundError(queries.NOT_THERE)
    if wish.version is not None and proceeding is not None and wish.version != proceeding.version:
        raise StaleError("您填写的时候，这份文书已经有了新情况，请看最新内容", ())
    decision = _decided(process, proceeding, wish, roles, seats)
    part = _part(decision, wish, proceeding, seats)
    row = _written(process, proceeding, decision, wish, opening)
    ticking.follow(process, decision, row, wish, rules, seats)
    entry = _entered(decision, row, wish, part)
    telling.tell(process, decision, row, entry, wish, seats)
    following.follow(process_name, row, entry, decision, wish)
    db.session.flush()
    return Proceeded(row.id, entry.id, decision.action)


def _found(process: str, key: int | None) -> Proceeding | None:
    if key is None:
        return None
    proceeding = queries.get_for_change(key)
    if proceeding.process != process:
        raise NotFoundError(queries.NOT_THERE)
    return proceeding


def _decided(
    process: Process, proceeding: Proceeding | None, wish: Wish, roles: frozenset[Role], seats: Seating
) -> Decision:
    return decide(
        process,
        case_of(proceeding, seats),
        wish.name,
        roles=roles,
        actor=wish.by.person_id,
        given=wish.given,
        now=wish.now,
        today=calendar().day_of(wish.now),
        standing_for=seats.standing_for(wish.by.person_id),
    )


def _part(decision: Decision, wish: Wish, proceeding: Proceeding | None, seats: Seating) -> Part:
    unit_id = proceeding.unit_id if proceeding else None
    return part_of(
        decision,
        wish.by,
        group_id=unit_id,
        seating=seats,
        named=named_people(unit_id, proceeding.opened_by_id if proceeding else None, seats),
        today=calendar().day_of(wish.now),
    )


def _written(
    process: Process, proceeding: Proceeding | None, decision: Decision, wish: Wish, opening: Opening
) -> Proceeding:
    row = proceeding or _new(process, decision, wish, opening)
    keeps = {name: words.plain(value) for name, value in decision.keeps.items()}
    row.title = keeps.pop("title", None) or row.title
    row.facts = {**row.facts, **keeps}
    row.changed_at = wish.now
    if decision.moved:
        row.state, row.state_since_at = decision.dest, wish.now
    row.phase = process.state(decision.dest).phase
    row.ended_at = wish.now if row.phase == Phase.CLOSED else None
    if decision.action.numbers:
        year = calendar().day_of(wish.now).year
        row.number = next_issue(process.series, district=current_app.config["DISTRICT"], year=year)
    db.session.add(row)
    db.session.flush()
    return row


def _new(process: Process, decision: Decision, wish: Wish, opening: Opening) -> Proceeding:
    return Proceeding(
        process=process.name,
        state=decision.dest,
        title=opening.title,
        unit_id=opening.unit_id,
        parent_id=opening.parent_id,
        opened_by_id=wish.by.person_id,
        opened_at=wish.now,
        state_since_at=wish.now,
        facts=dict(opening.kind_facts),
        provisional=False,
    )


def _entered(decision: Decision, row: Proceeding, wish: Wish, part: Part) -> ProceedingEntry:
    action = decision.action
    numbered = [{"name": "number", "label": "文号", "value": row.number, "words": row.number, "public": True}]
    entry = ProceedingEntry(
        proceeding_id=row.id,
        at=wish.now,
        action=action.name,
        label=action.label,
        by_id=wish.by.person_id,
        for_id=part.stands_in.for_id if part.stands_in else None,
        by_name=by_name_of(wish.by, part),
        by_role=part.role,
        source=decision.source,
        dest=decision.dest,
        version=row.version,
        answers=[
            *(numbered if action.numbers else ()),
            *words.answers(action.asks, wish.given, calendar().day_of(wish.now)),
        ],
        request_key=wish.request_key,
    )
    db.session.add(entry)
    db.session.flush()
    return entry
