"""From a decision to the rows: the problem or the matter, and their clocks."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask import current_app

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.problems import queries, ticking, words
from helpdesk.problems.actors import Scene, Wish
from helpdesk.problems.cases import NamedPeople, case_of, matter_case
from helpdesk.problems.models import ClockStep, Entry, Matter, Problem
from helpdesk.problems.numbering import next_number
from workflows import clocks
from workflows.engine import Decision
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import Action, Case, Phase, Process

LONGEST_REASON = 300


def write_problem(decision: Decision, problem: Problem, now: datetime) -> None:
    """The columns that change; nothing is flushed meanwhile."""
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


def renamed(named: NamedPeople, problem: Problem) -> NamedPeople:
    """The named people once the handler may have changed."""
    return {**named, Role.HANDLER: (problem.handler_id,) if problem.handler_id else ()}


def write_clocks(decision: Decision, scene: Scene, given: Mapping[str, Any]) -> list[ClockStep]:
    """What every clock of the problem does now; the steps that are to go on record."""
    after = replace(case_of(scene.problem, scene.rows), state=decision.dest, round=decision.round)
    return _follow(scene.rules.process(PROBLEM.name), after, decision, scene, given)


def write_matter(process: Process, decision: Decision, scene: Scene, wish: Wish) -> Matter:
    """The matter's row, made when there is none."""
    matter = scene.matter or _new_matter(process, decision, scene, wish)
    for column, value in decision.keeps.items():
        if column in ("kind", "unit_id"):
            setattr(matter, column, value)
    if decision.moved:
        matter.came_from, matter.state, matter.state_since_at = matter.state, decision.dest, scene.now
    matter.phase = process.state(decision.dest).phase
    matter.ended_at = scene.now if matter.phase == Phase.CLOSED else None
    scene.problem.changed_at = scene.now
    db.session.add(matter)
    if scene.matter is None:
        scene.matters.append(matter)
    return matter


def _new_matter(process: Process, decision: Decision, scene: Scene, wish: Wish) -> Matter:
    return Matter(
        problem=scene.problem,
        process=process.name,
        state=decision.source,
        round=scene.problem.round,
        opened_at=scene.now,
        opened_by_id=scene.part.stands_in.for_id if scene.part.stands_in else wish.by.person_id,
        state_since_at=scene.now,
        asked={
            question.name: words.plain(wish.given[question.name])
            for question in decision.action.asks
            if wish.given.get(question.name) not in (None, "", [])
        },
    )


def write_matter_clocks(
    process: Process, decision: Decision, scene: Scene, given: Mapping[str, Any]
) -> list[ClockStep]:
    """What the matter's own clocks do now."""
    after = replace(matter_case(scene.matter, scene.case), state=decision.dest)
    return _follow(process, after, decision, scene, given)


def _follow(
    process: Process, after: Case, decision: Decision, scene: Scene, given: Mapping[str, Any]
) -> list[ClockStep]:
    """``scene.rows`` holds clocks of the problem and of its matters: only those of the subject follow."""
    subject = scene.matter.id if scene.matter else None
    active = [row for row in scene.rows if row.stopped_at is None and row.matter_id == subject]
    steps = queries.steps_of([row.id for row in active])
    changes = clocks.follow(
        process,
        case=after,
        action=decision.action,
        given=given,
        ticking=[ticking.seen(row, steps.get(row.id, ())) for row in active],
        assigned=decision.assigned,
        now=scene.now,
        calendar=calendar(),
    )
    resumed = [change.id for change in changes if isinstance(change, clocks.Resume | clocks.Extend)]
    return ticking.apply(changes, scene, active, struck=queries.struck_of(resumed), past=steps)


def put_on_record(steps: Iterable[ClockStep], entry: Entry) -> None:
    """The entry that tells of an act is the reason of what it did to clocks."""
    said = next((each["words"] for each in entry.answers if each["name"] == "reason"), "")
    for step in steps:
        step.entry_id, step.by_name = entry.id, entry.by_name
        step.reason = "：".join(part for part in (step.reason, said.rstrip("。")) if part)[:LONGEST_REASON]
        db.session.add(step)
