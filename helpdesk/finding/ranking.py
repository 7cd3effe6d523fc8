"""What comes first: numbers and titles that hold the words, then enterprises, then texts; among equals the newest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from helpdesk.enterprises.models import Enterprise
from helpdesk.enterprises.queries import matches
from helpdesk.finding import queries
from helpdesk.finding.marking import Piece, around, pieces, sought
from helpdesk.indexing.tokens import normal
from helpdesk.listings.queries import COUNTED
from helpdesk.problems.cases import Standing
from helpdesk.visits.indexed import texts_of
from helpdesk.visits.models import STATES, WAYS, State, Way
from workflows.problem import PROBLEM

SHOWN, ENTERPRISES_SHOWN, VISITS_SHOWN = 20, 10, 10
LONGEST_QUERY = 100
IN_NUMBER, IN_TITLE, IN_ENTERPRISE = 4, 2, 1
"""What a word counts that stands there; a word that stands in a text only counts nothing."""
IN_NEEDS = 2
"""Of a visit: what the enterprise needs comes before what else was written down."""


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
class Named:
    """An enterprise that was found. ``former``: the name it had before, where that and not its own holds the words."""

    enterprise: Enterprise
    name: list[Piece]
    former: list[Piece]


@dataclass(frozen=True)
class VisitHit:
    """A visit that was found. ``said``: what part of the record holds the words, and a piece of it."""

    visit_id: int
    day: date
    how: str
    person: str
    enterprise: list[Piece]
    said: tuple[str, list[Piece]] | None


@dataclass(frozen=True)
class Found:
    """Everything that was found. ``more``, ``more_visits``: there are more than could be counted."""

    problems: list[Hit]
    total: int
    more: bool
    enterprises: list[Named]
    visits: list[VisitHit]
    visits_total: int
    more_visits: bool

    @property
    def nothing(self) -> bool:
        """Whether nothing at all was found."""
        return not (self.problems or self.enterprises or self.visits)


def find(me: Standing, words: str) -> Found:
    """Look everything up that holds all of these words and that this person may see."""
    wanted = sought(words[:LONGEST_QUERY])
    if not wanted:
        return Found([], 0, False, [], [], 0, False)
    rows, total = queries.problems_holding(me, words[:LONGEST_QUERY])
    shown = sorted(rows, key=lambda row: -_rank(row, wanted))[:SHOWN]
    texts = queries.texts_of([row.id for row in shown])
    hits = [_hit(row, texts[row.id], wanted) for row in shown]
    named = [_named(each, wanted) for each in matches(words[:LONGEST_QUERY], ENTERPRISES_SHOWN)]
    went, visits = _visits(me, words[:LONGEST_QUERY], wanted)
    return Found(
        hits, min(total, COUNTED), total > COUNTED, named, went, min(visits, COUNTED), more_visits=visits > COUNTED
    )


def _named(enterprise: Enterprise, wanted: Sequence[str]) -> Named:
    name = pieces(enterprise.name, wanted)
    had = [pieces(each.name, wanted) for each in enterprise.former_names]
    former = next((each for each in had if any(piece.hit for piece in each)), [])
    return Named(enterprise, name, [] if any(piece.hit for piece in name) else former)


def _visits(me: Standing, words: str, wanted: Sequence[str]) -> tuple[list[VisitHit], int]:
    rows, total = queries.visits_holding(me, words)
    shown = sorted(rows, key=lambda row: -_visit_rank(row, wanted))[:VISITS_SHOWN]
    return [_visit_hit(row, wanted) for row in shown], total


def _visit_rank(row: Any, wanted: Sequence[str]) -> int:
    places = ((row.needs, IN_NEEDS), (row.enterprise, IN_ENTERPRISE))
    return sum(worth for text, worth in places for word in wanted if word in normal(text or ""))


def _visit_hit(row: Any, wanted: Sequence[str]) -> VisitHit:
    missing = [word for word in wanted if word not in normal(row.enterprise)]
    how = dict(WAYS)[Way(row.way)] if row.way else dict(STATES)[State(row.state)]
    said = _said(texts_of(row), missing) if missing else None
    return VisitHit(row.id, row.day, how, row.person, pieces(row.enterprise, wanted), said)


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
    firms = [f"企业  {_starred(each.name)}{_before(each.former)}" for each in found.enterprises]
    visits = [
        f"走访  {hit.day}  {_starred(hit.enterprise)}  {hit.how}，{hit.person}"
        + (f"\n    {hit.said[0]}：{_starred(hit.said[1])}" if hit.said else "")
        for hit in found.visits
    ]
    return [*lines, *firms, *visits]


def _before(former: Sequence[Piece]) -> str:
    return f"（曾用名：{_starred(former)}）" if former else ""


def _starred(parts: Sequence[Piece]) -> str:
    return "".join(f"*{part.words}*" if part.hit else part.words for part in parts)
