"""问题台账 as a paper: the lines of a list in the words of its fields."""

from collections.abc import Sequence
from typing import Any

from helpdesk.listings.words import Reading, reported_on
from helpdesk.papers.facts import CAMPAIGN
from helpdesk.papers.filling import day_on_paper
from helpdesk.papers.terms import Facts
from workflows.fields import CATEGORIES, SATISFACTIONS
from workflows.problem import PROBLEM

MOST_ROWS = 2000
LONGEST_WORD = 120  # characters of the newest progress in a cell


def ledger_facts(
    lines: Sequence[Any], reading: Reading, filters: Sequence[tuple[str, str]], *, district: str, by: str
) -> Facts:
    """The facts of the paper; ``filters`` in words, ``by``: who makes it."""
    return {
        "title": f"{district}{CAMPAIGN}问题台账",
        "filters": "；".join(f"{label}：{words}" for label, words in filters),
        "count": len(lines),
        "made_on": reading.today,
        "made_by": by,
        "rows": [_row(index, line, reading) for index, line in enumerate(lines, 1)],
    }


def _row(index: int, line: Any, reading: Reading) -> dict[str, Any]:
    word = line.last_word or ""
    return {
        "index": index,
        "number": line.number or "草稿",
        "reported_on": reported_on(line, reading),
        "enterprise": line.enterprise,
        "title": line.title,
        "category": dict(CATEGORIES).get(line.category or ""),
        "group": line.group,
        "handler": line.handler,
        "state": PROBLEM.state(line.state).label,
        "due": f"{day_on_paper(line.due_on)}{'（暂定）' if line.provisional else ''}" if line.due_on else "",
        "last_word": f"{word[:LONGEST_WORD]}…" if len(word) > LONGEST_WORD else word,
        "satisfaction": dict(SATISFACTIONS).get(line.satisfaction or ""),
        "closed_on": line.closed_on,
    }
