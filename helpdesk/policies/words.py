"""A policy version as its page shows it: limits by leg, ladders by the clocks that share them, when it holds."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from helpdesk.pages import day_words
from helpdesk.policies.models import PolicyVersion
from helpdesk.policies.replaying import Changed, Report
from helpdesk.problems.moves import Move, from_to
from workflows.book import PROCESSES
from workflows.policy import Policy, branches
from workflows.policy_words import amount_words, branch_words, tell_words
from workflows.policy_words import day_words as mark_day
from workflows.roles import LABELS
from workflows.terms import Milestone

AS_SHIPPED = "出厂规则"


def title_of(version: PolicyVersion | None) -> str:
    """第 2 版“13710（2027 年修订）”; 草案“…”; the rules that the program is shipped with."""
    if version is None:
        return AS_SHIPPED
    return f"第 {version.number} 版“{version.name}”" if version.number else f"草案“{version.name}”"


def standing_of(version: PolicyVersion | None, in_force: int | None, today: date) -> str:
    """现行, 明年才生效, 已被取代, or 草案."""
    if version is not None and version.published_at is None:
        return "草案"
    if (version.id if version else None) == in_force:
        return "现行"
    if version is not None and version.effective_on and version.effective_on > today:
        return f"{day_words(version.effective_on, today)}起生效"
    return "已被取代"


def limit_rows(policy: Policy) -> list[dict[str, Any]]:
    """A row for each clock: its leg, who answers for it, its limits."""
    return [
        {
            "name": clock.name,
            "label": clock.label,
            "process": process.label,
            "owner": LABELS[clock.owner],
            "limits": [
                (branch_words(clock, branch), amount_words(limit))
                for branch, limit in branches(policy.limits.get(clock.name, clock.limit)).items()
            ],
        }
        for process in PROCESSES.values()
        for clock in process.clocks
    ]


@dataclass(frozen=True)
class Ladder:
    """Milestones that several clocks share."""

    labels: list[str]
    names: list[str]
    marks: list[dict[str, Any]]


def ladders(policy: Policy) -> list[Ladder]:
    """The ladders, each once with all clocks that have it."""
    found: dict[tuple[Milestone, ...], Ladder] = {}
    for process in PROCESSES.values():
        for clock in process.clocks:
            marks = policy.ladders.get(clock.name, clock.milestones)
            ladder = found.setdefault(marks, Ladder([], [], [_mark(mark) for mark in marks]))
            ladder.labels.append(clock.label)
            ladder.names.append(clock.name)
    return list(found.values())


def _mark(mark: Milestone) -> dict[str, Any]:
    return {"label": mark.label, "day": mark_day(mark.days), "tells": [tell_words(tell) for tell in mark.tells]}


# -- Replay and re-timing ----------------------------------------------------------------------------------------------


def replay_rows(found: Report, today: date, url: Callable[[int], str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the three tables of a replay."""
    return {
        "late": [vars(each) | {"change": _change(each.before, each.after)} for each in found.late],
        "changed": [_changed_row(each, today, url) for each in found.changed],
        "told": [vars(each) | {"change": _change(each.before, each.after)} for each in found.told],
    }


def _change(before: int, after: int) -> str:
    """+3, −2; "" where nothing changes."""
    return f"{'+' if after > before else '−'}{abs(after - before)}" if after != before else ""


def _changed_row(changed: Changed, today: date, url: Callable[[int], str]) -> dict[str, Any]:
    return vars(changed) | {
        "url": url(changed.problem_id),
        "was": _outcome(changed.due_before, today, late=changed.late_before),
        "would": _outcome(changed.due_after, today, late=changed.late_after),
    }


def _outcome(due_on: date | None, today: date, *, late: bool) -> str:
    due = f"，{day_words(due_on, today)}到期" if due_on else ""
    return f"{'逾期' if late else '按时'}{due}"


def digest_of(moves: Iterable[Move]) -> str:
    """What tells one list of moves from another: only what was seen is carried out."""
    told = "\n".join(sorted(f"{each.clock_id} {each.after_at.isoformat()}" for each in moves))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def moves_by_group(moves: Iterable[Move], today: date, url: Callable[[int], str]) -> list[dict[str, Any]]:
    """Clocks whose due day would move, by the unit that answers for them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for move in moves:
        row = {"number": move.number, "title": move.title, "url": url(move.problem_id), "clock": move.label}
        found.setdefault(move.group, []).append(row | {"change": from_to(move, today)})
    return [{"label": label, "rows": rows, "words": f"{len(rows)} 个"} for label, rows in found.items()]
