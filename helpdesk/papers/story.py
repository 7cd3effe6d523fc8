"""A problem with its history, read once, and what was so at an earlier moment: papers tell the day they belong to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from helpdesk.clock import calendar
from helpdesk.org.queries import units_by_id
from helpdesk.papers.filling import day_on_paper
from helpdesk.problems import queries
from helpdesk.problems.cases import Standing, roles_towards
from helpdesk.problems.legs import Leg, legs_of, pauses_of
from helpdesk.problems.models import Attachment, ClockStep, Entry, Matter, Problem, ProblemClock
from helpdesk.problems.showing import CALLERS


@dataclass(frozen=True)
class Story:
    """All that papers about one problem can tell; ``entries`` oldest first."""

    me: Standing
    problem: Problem
    entries: Sequence[Entry]
    clocks: Sequence[ProblemClock]  # of the problem itself, oldest first
    steps: dict[int, list[ClockStep]]
    matters: Sequence[Matter]
    masked: bool  # whether the contact's phone is hidden from this person

    def until(self, entry_id: int | None) -> Sequence[Entry]:
        """What had happened when that entry was written, with it; everything for None."""
        return [each for each in self.entries if entry_id is None or each.id <= entry_id]

    @cached_property
    def files(self) -> dict[int, list[Attachment]]:
        """The files by the entry they came with."""
        return queries.attachments_of(self.problem.id)

    @cached_property
    def units(self) -> dict[int, str]:
        """The names of units by key."""
        return {key: unit.name for key, unit in units_by_id().items()}

    @cached_property
    def legs(self) -> list[Leg]:
        """Every leg on record."""
        return legs_of(self.clocks, self.steps, self.entries, self.units, self.me.now)


def story_of(me: Standing, problem_id: int) -> Story:
    """That problem's story, if this person plays any part in it; NotFoundError otherwise."""
    problem = queries.get_problem_for(me, problem_id)
    matters = queries.matters_of(problem.id)
    rows = [row for row in queries.clocks_of(problem.id) if row.matter_id is None]
    roles = roles_towards(me.person_id, problem, me.seating, queries.named_with(problem, me.today, matters))
    return Story(
        me=me,
        problem=problem,
        entries=queries.timeline(problem.id)[::-1],
        clocks=rows,
        steps=queries.steps_of([row.id for row in rows]),
        matters=matters,
        masked=not roles & CALLERS,
    )


# -- What was answered -------------------------------------------------------------------------------------------------


def answer(entry: Entry | None, *names: str) -> dict[str, Any]:
    """The answer to the first of these questions that an entry holds, as it was written down; empty where none does."""
    found = (each for name in names for each in (entry.answers if entry else ()) if each["name"] == name)
    return next(found, {})


def said(entry: Entry | None, *names: str) -> str:
    """The same in words; "" where nothing was answered."""
    return str(answer(entry, *names).get("words", ""))


def last_with(entries: Iterable[Entry], *names: str) -> Entry | None:
    """The newest entry that answers one of these questions."""
    return next((each for each in reversed(list(entries)) if answer(each, *names)), None)


# -- What was so -------------------------------------------------------------------------------------------------------


def day_of(moment: datetime) -> date:
    """The local day of a moment."""
    return calendar().day_of(moment)


def due_then(row: ProblemClock, steps: Sequence[ClockStep], at: datetime) -> date:
    """The due day of a clock as it stood at that moment: what moved it later is taken back."""
    later = (each for each in steps if each.at > at and each.due_before_on and each.due_after_on)
    moved = next(later, None)
    return moved.due_before_on if moved and moved.due_before_on else row.due_on


def due_words(row: ProblemClock, steps: Sequence[ClockStep], at: datetime) -> str:
    """The same for paper, 暂定 where the days off of that year are still not known."""
    day = due_then(row, steps, at)
    return f"{day_on_paper(day)}{'（暂定）' if calendar().is_provisional(day) else ''}"


def ran(row: ProblemClock, steps: Sequence[ClockStep], at: datetime) -> bool:
    """Whether a clock was running at that moment, and did not wait."""
    if row.started_at > at or (row.stopped_at is not None and row.stopped_at <= at):
        return False
    return not any(
        each.from_at <= at and (each.until_at is None or each.until_at > at) for each in pauses_of(row, steps)
    )
