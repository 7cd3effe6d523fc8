"""What is like a text: problems that say the same, why, and how many there are that the reader may not see."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from helpdesk.problems.cases import Standing
from helpdesk.problems.models import Problem
from helpdesk.similar import queries
from helpdesk.similar.suggesting import advice
from helpdesk.similar.weighing import FEWEST_COUNTED, Weights, likeness, pairs_of, telling_words
from workflows.problem import PROBLEM
from workflows.terms import Phase

MOST_PAIRS = 12
"""So many of the rarest pairs are looked up."""
MOST_READ = 0.03
"""The share of the index that is read at most, as far as is known beforehand; this bounds the time."""
COMPARED = 60
SHOWN = 5
ALIKE, ALIKE_AT_HOME = 0.28, 0.2
"""From this likeness on a problem is shown; one of the same enterprise earlier."""
REPEATED, REPEATED_AT_HOME = 0.5, 0.35
"""From this likeness on a problem looks like the same one reported again."""
FEWEST_PAIRS = 3
WORDS = 6
REPORTED = (Phase.OPEN, Phase.CLOSED)


@dataclass(frozen=True)
class Draft:
    """What is compared with everything: the words, whose they are, and which problem they belong to already."""

    title: str
    detail: str
    enterprise_id: int | None = None
    problem_id: int | None = None

    @cached_property
    def title_pairs(self) -> set[str]:
        """The pairs of the title alone."""
        return pairs_of(self.title)

    @cached_property
    def pairs(self) -> set[str]:
        """The pairs of title and text."""
        return pairs_of(self.title, self.detail)


@dataclass(frozen=True)
class Alike:
    """A problem that is like a text. ``words``: what both say, that of most weight first."""

    problem_id: int
    number: str
    title: str
    enterprise: str
    state: str
    is_open: bool
    same_enterprise: bool
    answer: str
    likeness: float
    words: list[str]

    @property
    def likely_repeat(self) -> bool:
        """Whether it looks like the same problem reported twice."""
        return self.likeness >= (REPEATED_AT_HOME if self.same_enterprise else REPEATED)


@dataclass(frozen=True)
class Found:
    """The problems like a text, those of the enterprise first; ``unseen``: how many more the reader may not see."""

    alike: list[Alike]
    unseen: int


def look(me: Standing, draft: Draft, *, only_open: bool = False) -> Found:
    """Look for problems that say the same as this draft, as far as this person may see them."""
    if len(draft.pairs) < FEWEST_PAIRS:
        return Found([], 0)
    phases = (Phase.OPEN,) if only_open else REPORTED
    rows, weights = _candidates(me, draft, phases)
    scored = [(_likeness(row, draft, weights), _of_enterprise(row, draft), row) for row in rows]
    near = [each for each in scored if each[0] >= (ALIKE_AT_HOME if each[1] else ALIKE)]
    seen = sorted((each for each in near if each[2].seen), key=lambda each: (not each[1], -each[0], -each[2].id))
    shown = [_alike(row, draft, weights, likeness=score) for score, _, row in seen[:SHOWN]]
    return Found(shown, sum(not row.seen for *_, row in near))


def _candidates(me: Standing, draft: Draft, phases: Collection[Phase]) -> tuple[list[Any], Weights]:
    """What may be like a draft, and the weights of all pairs in it."""
    weights = queries.weights_for(draft.pairs)
    rows = queries.candidates(
        me,
        _looked_up(draft.pairs, weights),
        enterprise_id=draft.enterprise_id,
        but=draft.problem_id,
        phases=phases,
        most=COMPARED,
    )
    return rows, queries.weights_for(
        draft.pairs | pairs_of(*(text for row in rows for text in (row.title, row.detail)))
    )


def _of_enterprise(row: Any, draft: Draft) -> bool:
    return draft.enterprise_id is not None and bool(row.enterprise_id == draft.enterprise_id)


def _looked_up(pairs: Collection[str], weights: Weights) -> dict[str, float]:
    """The pairs by which candidates are found: the rarest, until the index would have to read too many lines."""
    chosen: dict[str, float] = {}
    lines = 0
    for pair in weights.rarest(pairs, most=MOST_PAIRS):
        lines += weights.counts.get(pair, 0)
        if chosen and lines > MOST_READ * weights.problems and weights.problems >= FEWEST_COUNTED:
            break
        chosen[pair] = weights.of(pair)
    return chosen


def _likeness(row: Any, draft: Draft, weights: Weights) -> float:
    """Of the titles or of the whole texts, whichever is greater: while a title is typed there is no text yet."""
    its = pairs_of(row.title)
    of_all = likeness(draft.pairs, its | pairs_of(row.detail), weights)
    return max(likeness(draft.title_pairs, its, weights), of_all)


def _alike(row: Any, draft: Draft, weights: Weights, *, likeness: float) -> Alike:
    texts = (row.title, row.detail or "")
    return Alike(
        problem_id=row.id,
        number=row.number,
        title=row.title,
        enterprise=row.enterprise,
        state=PROBLEM.state(row.state).label,
        is_open=row.phase == Phase.OPEN,
        same_enterprise=_of_enterprise(row, draft),
        answer=row.answer or "" if row.phase == Phase.CLOSED else "",
        likeness=likeness,
        words=telling_words(texts, pairs_of(*texts) & draft.pairs, weights, most=WORDS),
    )


# -- Which group -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Suggestion:
    """A group that the words of a problem speak for, with why. ``like_it``: similar ones this group has or had."""

    unit_id: int
    words: list[str]
    like_it: int
    compared: int


def suggestion(me: Standing, problem: Problem) -> Suggestion | None:
    """The group that problems with the same words were given to; None where that is not clear."""
    draft = Draft(problem.title or "", problem.detail or "", problem_id=problem.id)
    given = advice(draft.pairs, queries.learned_about(draft.pairs))
    if given is None:
        return None
    rows, weights = _candidates(me, draft, REPORTED)
    near = [row for row in rows if row.group_id and row.seen and _likeness(row, draft, weights) >= ALIKE]
    return Suggestion(
        given.unit_id,
        telling_words((draft.title, draft.detail), given.pairs, weights, most=WORDS),
        sum(row.group_id == given.unit_id for row in near),
        len(near),
    )
