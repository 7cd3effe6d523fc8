"""``act()``: the one way in which a problem changes, whoever asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from helpdesk.clock import calendar
from helpdesk.db import begin_writing, db
from helpdesk.errors import NotFoundError, StaleError
from helpdesk.org.queries import seating
from helpdesk.problems import queries, telling, ticking, words
from helpdesk.problems.actors import SYSTEM, Actor, Scene
from helpdesk.problems.cases import case_of, named_people, roles_towards
from helpdesk.problems.cases import ticking as as_ticking
from helpdesk.problems.links import VALID, standing_of
from helpdesk.problems.models import Entry, Link, Problem
from helpdesk.problems.numbering import next_number
from helpdesk.problems.recording import write_entry
from helpdesk.problems.references import check_references
from workflows import clocks
from workflows.engine import Decision, NotNow, decide
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import NEW, SELF, Action, Phase

__all__ = ["SYSTEM", "Acted", "Actor", "act"]


@dataclass(frozen=True)
class Acted:
    """What was done; ``repeated`` when this very form had done it before."""

    problem_id: int
    entry_id: int
    action: Action
    repeated: bool = False


def act(
    problem_id: int | None,
    name: str,
    *,
    by: Actor,
    given: Mapping[str, Any],
    now: datetime,
    version: int | None = None,
    request_key: str | None = None,
) -> Acted:
    """Do an action to a problem, or to a new one when ``problem_id`` is None; commits once or changes nothing.

    ``given``: typed answers by question. ``version``: the version the person was looking at. ``request_key``: random
    per form shown, so that a second click does nothing. Raises NotFoundError, NotYours, NotNow, Missing, StaleError.
    """
    try:
        begin_writing()
        acted = _repeated(request_key) or _act(problem_id, name, by, given, now, version, request_key)
        db.session.commit()
    except StaleDataError as error:
        db.session.rollback()
        raise StaleError("别人刚刚处理了这个问题，请看最新情况") from error
    except IntegrityError as error:
        db.session.rollback()
        if repeated := _repeated(request_key):
            return repeated
        raise error
    except Exception:
        db.session.rollback()
        raise
    return acted


def _repeated(request_key: str | None) -> Acted | None:
    entry = queries.entry_by_request(request_key) if request_key else None
    return Acted(entry.problem_id, entry.id, PROBLEM.action(entry.action), repeated=True) if entry else None


def _act(
    problem_id: int | None,
    name: str,
    by: Actor,
    given: Mapping[str, Any],
    now: datetime,
    version: int | None,
    request_key: str | None,
) -> Acted:
    scene = _scene(problem_id, by, now)
    if version is not None and version != scene.problem.version:
        _refuse_if_stale(scene.problem, name, version)
    link = _own_link(PROBLEM.action(name), by, now)
    decision = decide(
        PROBLEM,
        scene.case,
        name,
        roles=scene.roles,
        actor=by.person_id,
        given=given,
        now=now,
        today=calendar().day_of(now),
    )
    scene.named_rows = check_references(decision.action, given, scene.problem, calendar().day_of(now))
    if link:
        link.used_at = now
    entry = _apply(decision, scene, by, given, request_key)
    if decision.moved and (frees := PROBLEM.state(decision.dest).frees):
        for follower in queries.merged_into(scene.problem.id):
            _act(follower.id, frees, SYSTEM, {}, now, None, None)
    return Acted(scene.problem.id, entry.id, decision.action)


def _scene(problem_id: int | None, by: Actor, now: datetime) -> Scene:
    seats = seating(calendar().day_of(now))
    problem = queries.get_for_change(problem_id) if problem_id else _new_problem(by, now)
    named = queries.named_with(problem, calendar().day_of(now))
    roles = by.roles or roles_towards(by.person_id or 0, problem, seats, named)
    if not roles:
        raise NotFoundError(queries.NOT_THERE)
    rows = queries.clocks_of(problem.id) if problem_id else []
    workers = queries.workers_on(problem.id) if problem_id else set()
    return Scene(problem, rows, seats, named, roles, case_of(problem, rows, workers), now)


def _new_problem(by: Actor, now: datetime) -> Problem:
    return Problem(
        state=NEW,
        phase=Phase.START,
        round=1,
        reporter_id=by.person_id,
        objected=False,
        appealed=False,
        unreached_calls=0,
        closed_late=False,
        created_at=now,
        changed_at=now,
        state_since_at=now,
    )


def _refuse_if_stale(problem: Problem, name: str, version: int) -> None:
    """Only what changes the ground under this act makes it stale: the problem moved on, or the same was done."""
    action = PROBLEM.action(name)
    if all(move.dest == SELF for move in action.moves) and not action.stops:
        return
    since = queries.entries_since(problem.id, version)
    if any(entry.source != entry.dest or entry.action == name for entry in since):
        today = calendar().day_of(since[-1].at)
        happened = tuple(f"{words.moment_words(entry.at, today)} {entry.by_name}{entry.label}" for entry in since)
        raise StaleError("您填写的时候，这个问题已经有了新情况", happened)


def _own_link(action: Action, by: Actor, now: datetime) -> Link | None:
    """The link that this act uses up, if it does; NotNow when another or a used one was taken."""
    if by.link_id is None or action.uses_link is None:
        return None
    link = queries.find_link(by.link_id)
    if link is None or link.purpose != action.uses_link or standing_of(link, now) != VALID:
        raise NotNow("这个链接已经用过或者过期，不能再次提交")
    return link


def _apply(decision: Decision, scene: Scene, by: Actor, given: Mapping[str, Any], request_key: str | None) -> Entry:
    problem, now = scene.problem, scene.now
    former = {name: getattr(problem, f"{name}_id") for name in ("enterprise", "group", "handler")}
    with db.session.no_autoflush:  # the row and its summary are written once, together
        _write_problem(decision, problem, now)
        db.session.add(problem)
        _write_clocks(decision, scene, given)
    entry = write_entry(decision, scene, by, given, request_key)
    changed = [name for name, key in former.items() if getattr(problem, f"{name}_id") != key]
    if changed:
        db.session.expire(problem, changed)
    if "enterprise" not in changed:
        named = named_people(problem, scene.named[Role.CADRE])
    else:
        named = queries.named_with(problem, calendar().day_of(now))
    audience = telling.Audience(problem, scene.seating, named, now, former["group"])
    cause = telling.Cause(
        f"e{entry.id}", telling.letter_after(problem, decision, entry, now), urgent=problem.urgency == "urgent"
    )
    rows = telling.notices(decision.tells, audience, cause, actor_id=by.person_id)
    telling.write(rows + telling.followers_news(decision.tells, problem, cause, scene.seating, now))
    return entry


def _write_problem(decision: Decision, problem: Problem, now: datetime) -> None:
    today = calendar().day_of(now)
    numbers = _numbers(decision.action, today)  # first: a query in between would write half a change
    for column, value in {**decision.keeps, **numbers}.items():
        setattr(problem, column, value)
    if main_id := decision.keeps.get("merged_into_id"):
        for follower in queries.merged_into(problem.id):  # nobody follows one that follows another
            follower.merged_into_id = main_id
    for counter in decision.adds:
        setattr(problem, counter, getattr(problem, counter) + 1)
    if decision.assigned:
        problem.assigned_at, problem.handler_id = now, None  # the group names its own handler
    if decision.moved:
        problem.came_from, problem.state, problem.state_since_at = problem.state, decision.dest, now
    problem.round, problem.changed_at = decision.round, now
    problem.phase = PROBLEM.state(decision.dest).phase
    problem.closed_on = (problem.closed_on or today) if problem.phase == Phase.CLOSED else None
    if problem.phase != Phase.START and problem.reported_at is None:
        problem.reported_at = now


def _numbers(action: Action, today: date) -> dict[str, str]:
    if (column := action.numbers) is None:
        return {}
    return {column: next_number(column, district=current_app.config["DISTRICT"], year=today.year)}


def _write_clocks(decision: Decision, scene: Scene, given: Mapping[str, Any]) -> None:
    problem = scene.problem
    active = [row for row in scene.rows if row.stopped_at is None]
    after = replace(case_of(problem, scene.rows), state=decision.dest, round=decision.round)
    changes = clocks.follow(
        PROBLEM,
        case=after,
        action=decision.action,
        given=given,
        ticking=[as_ticking(row) for row in active],
        assigned=decision.assigned,
        now=scene.now,
        calendar=calendar(),
    )
    struck = queries.struck_of([change.id for change in changes if isinstance(change, clocks.Resume)])
    ticking.apply(changes, problem, active, seating=scene.seating, struck=struck, now=scene.now)
