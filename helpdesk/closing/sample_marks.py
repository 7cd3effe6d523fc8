"""What a sampled call leaves behind: what its line in the timeline says beside the answers, and what it counts as."""

from datetime import date
from typing import Any

from helpdesk.closing.models import SampleItem
from helpdesk.problems.marks import CALL, Mark
from helpdesk.problems.models import Entry, Problem
from workflows import sampling

NO_GROUP = "没有责任组"


def told(item: SampleItem) -> list[dict[str, Any]]:
    """Whose problem it was when it was drawn, and what differs; with these the line can be counted by itself."""
    group = item.group.name if item.group else NO_GROUP
    found = [_answer(sampling.GROUP_OF_DRAW, "抽取时的责任组", item.group_id, group)]
    if item.differs:
        found.append(_answer(sampling.DIFFERS, "偏差", "yes", "；".join(item.differs)))
    return found


def _answer(name: str, label: str, value: Any, words: str) -> dict[str, Any]:
    return {"name": name, "label": label, "value": value, "words": words, "public": False}


def marks_of(item: SampleItem, problem: Problem, entry: Entry, today: date) -> list[Mark]:
    """Its marks, for the group that had the problem when it was drawn; ``recounting.py`` derives the same from the line."""
    return [
        Mark(
            kind=kind.value,
            at=entry.at,
            day=today,
            entry_id=entry.id,
            problem_id=problem.id,
            enterprise_id=problem.enterprise_id,
            category=problem.category,
            round=problem.round,
            group_id=item.group_id,
            unit_id=item.group_id,
            via=CALL,
        )
        for kind in sampling.counts(reached=bool(item.said), deviates=item.deviates)
    ]
