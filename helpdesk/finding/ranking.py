"""What comes first: numbers and titles that hold the words, then enterprises, then texts; among equals the newest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from helpdesk.enterprises.models import Enterprise
from helpdesk.enterprises.queries import matches
from helpdesk.finding import queries
from helpdesk.finding.marking import Piece, around, pieces, sought
from helpdesk.indexing.tokens import normal
from helpdesk.listings.queries import COUNTED
from helpdesk.problems.cases import Standing
from workflows.problem import PROBLEM

SHOWN, ENTERPRISES_SHOWN = 20, 10
LONGEST_QUERY = 100
IN_NUMBER, IN_TITLE, IN_ENTERPRISE = 4, 2, 1
"""What a word counts that stands there; a word that stands in a text only counts nothing."""


@dataclass(frozen=True)
class Hit:
    """A problem that was found. ``said``: the question whose answer holds the words, and a piece of that answer."""

    problem_id: int
    number: str
    title: list[Piece]
    enterprise: list[Piece]
    state: str
    said: tuple[str, list[Piece]] | None


@dataclass(frozen=True)
class Found:
    """Everything that was found. ``more``: there are more problems than could be counted."""

    problems: list[Hit]
    total: int
    more: bool
    enterprises: list[tuple[Enterprise, list[Piece]]]


def find(me: Standing, words: str) -> Found:
    """Look everything up that holds all of these words and that this person may see."""
    wanted = sought(words[:LONGEST_QUERY])
    if not wanted:
        return Found([], 0, False, [])
    rows, total = queries.problems_holding(me, words[:LONGEST_QUERY])
    shown = sorted(rows, key=lambda row: -_rank(row, wanted))[:SHOWN]
    texts = queries.texts_of([row.id for row in shown])
    hits = [_hit(row, texts[row.id], wanted) for row in shown]
    named = matches(words[:LONGEST_QUERY], ENTERPRISES_SHOWN)
    return Found(hits, min(total, COUNTED), total > COUNTED, [(each, pieces(each.name, wanted)) for each in named])


def _rank(row: Any, wanted: Sequence[str]) -> int:
    places = ((row.number, IN_NUMBER), (row.title, IN_TITLE), (row.enterprise, IN_ENTERPRISE))
    return sum(worth for text, worth in places for word in wanted if word in normal(text or ""))


def _hit(row: Any, texts: Sequence[tuple[str, str]], wanted: Sequence[str]) -> Hit:
    seen = normal(f"{row.title or ''} {row.enterprise or ''} {row.number or ''}")
    missing = [word for word in wanted if word not in seen]
    said = _said(texts, missing) if missing else None
    return Hit(
        row.id,
        row.number or "草稿",
        pieces(row.title or "（还没有标题的草稿）", wanted),
        pieces(row.enterprise or "", wanted),
        PROBLEM.state(row.state).label,
        said,
    )


def _said(texts: Sequence[tuple[str, str]], missing: Sequence[str]) -> tuple[str, list[Piece]] | None:
    """The answer in which most of these words stand, the newest first."""
    best = max(texts, key=lambda each: sum(word in normal(each[1]) for word in missing), default=None)
    piece = around(best[1], missing) if best else []
    return (best[0], piece) if best and piece else None


def as_lines(found: Found) -> list[str]:
    """For the command line: a line for each, the words between asterisks."""
    lines = [
        f"{hit.number}  {_starred(hit.title)}  {_starred(hit.enterprise)}  {hit.state}"
        + (f"\n    {hit.said[0]}：{_starred(hit.said[1])}" if hit.said else "")
        for hit in found.problems
    ]
    return [*lines, *(f"企业  {_starred(name)}" for _, name in found.enterprises)]


def _starred(parts: Sequence[Piece]) -> str:
    return "".join(f"*{part.words}*" if part.hit else part.words for part in parts)
