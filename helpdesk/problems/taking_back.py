"""Taking back what moved in from an old ledger: while nobody has acted on any of it, all of it at once.

History is never rewritten: each history gets one last line, the problem stands outside all lists and its number is free.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from helpdesk.problems import bringing_in_queries as queries
from helpdesk.problems import words
from helpdesk.problems.bringing_in import MOVE_IN, Mover, mark_of
from helpdesk.problems.cases import case_of
from helpdesk.problems.models import Problem
from helpdesk.rules import rules_on
from workflows.engine import Decision, decide
from workflows.problem import PROBLEM
from workflows.roles import Role

UNDO = "undo_move"
NO_ACT = (MOVE_IN, "strike")
"""Lines of a history that nobody wrote by acting: the move itself, and milestones that the clocks told of."""

BUILT_UPON: list[Callable[[Collection[int]], set[int]]] = [queries.followed]
"""Which of these problems something else rests on; features above add theirs."""


def touched(ids: Collection[int]) -> set[int]:
    """Those of these problems that somebody has acted on, or that something rests on, since they moved in."""
    return queries.touched(ids, NO_ACT).union(*(rests(ids) for rests in BUILT_UPON))


def take_back(ids: Sequence[int], mover: Mover, *, reason: str) -> None:
    """Take these problems back; nothing is committed. Raises NotNow when one of them has been acted upon."""
    problems = queries.held(ids)
    acted_on = touched(ids)
    decisions = [_decided(problem, acted_on, mover, reason) for problem in problems]
    queries.stop_clocks(ids, mover.now)
    for problem, decision in zip(problems, decisions, strict=True):
        _write(problem, decision, mover)
    pairs = list(zip(problems, decisions, strict=True))
    lines = queries.write_entries([_entry(problem, decision, mover, reason) for problem, decision in pairs])
    marks = [_marks(*pair, line, mover) for pair, line in zip(pairs, lines, strict=True)]
    queries.write_marks([mark for some in marks for mark in some])
    queries.forget_words(ids)


def _decided(problem: Problem, acted_on: set[int], mover: Mover, reason: str) -> Decision:
    return decide(
        rules_on(mover.today).process(PROBLEM.name),
        replace(case_of(problem, ()), untouched=problem.id not in acted_on),
        UNDO,
        roles={Role.SYSTEM},
        actor=mover.person_id,
        given={"reason": reason},
        now=mover.now,
        today=mover.today,
    )


def _write(problem: Problem, decision: Decision, mover: Mover) -> None:
    for column, value in decision.keeps.items():
        setattr(problem, column, value)
    problem.came_from, problem.state = problem.state, decision.dest
    problem.phase = PROBLEM.state(decision.dest).phase
    problem.state_since_at = problem.changed_at = mover.now
    problem.closed_on = problem.due_on = problem.due_at = None
    problem.waiting = problem.provisional = False


def _entry(problem: Problem, decision: Decision, mover: Mover, reason: str) -> dict[str, Any]:
    action = decision.action
    return {
        "problem_id": problem.id,
        "at": mover.now,
        "action": action.name,
        "label": action.label,
        "by_id": mover.person_id,
        "by_name": mover.name,
        "by_role": Role.SYSTEM.value,
        "source": decision.source,
        "dest": decision.dest,
        "round": decision.round,
        "version": problem.version,
        "answers": words.answers(action.asks, {"reason": reason}, mover.today),
        "internal": True,
        "works": False,
        "request_key": None,
    }


def _marks(problem: Problem, decision: Decision, line: int, mover: Mover) -> list[dict[str, Any]]:
    return [mark_of(kind, problem, line, mover) for kind in decision.counts]
