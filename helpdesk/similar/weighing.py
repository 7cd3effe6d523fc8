"""How alike two texts are: the cosine of their pairs of characters, each weighing the more the fewer problems hold it.

Words are not cut by a dictionary, as in the index: 变压器 is 变压 and 压器. What both texts hold is told as words again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import log, sqrt

from helpdesk.indexing.tokens import PAIR, runs

LONGEST_READ = 1_000
"""Characters of a text that are compared."""
EVERYWHERE = 0.2
"""A pair in more than this share of all problems (企业, 希望) says nothing of what a problem is about."""


def pairs_of(*texts: str | None) -> set[str]:
    """The pairs of characters in these texts; numbers alone tell nothing."""
    return {
        run[at : at + PAIR]
        for text in texts
        for run in runs((text or "")[:LONGEST_READ])
        for at in range(len(run) - 1)
        if not run[at : at + PAIR].isdecimal()
    }


@dataclass(frozen=True)
class Weights:
    """How much a pair says. ``problems``: how many were counted; ``counts``: in how many of them a pair stands."""

    problems: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    _known: dict[str, float] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of(self, pair: str) -> float:
        """ln of how many problems there are for each that holds it; 0 where it stands nearly everywhere."""
        if (known := self._known.get(pair)) is None:
            known = self._known[pair] = self._of(pair)
        return known

    def _of(self, pair: str) -> float:
        if self.problems < FEWEST_COUNTED:
            return 1.0
        share = max(self.counts.get(pair, 0), 1) / self.problems
        return -log(share) if share <= EVERYWHERE else 0.0

    def rarest(self, pairs: Collection[str], *, most: int) -> list[str]:
        """Those of the pairs that say most, the rarest that are known first, then those that nobody wrote yet."""
        telling = [pair for pair in pairs if self.of(pair)]
        return sorted(telling, key=lambda pair: (pair not in self.counts, -self.of(pair), pair))[:most]


FEWEST_COUNTED = 20
"""Fewer problems do not tell what is rare: then every pair weighs the same."""


def likeness(some: Collection[str], others: Collection[str], weights: Weights) -> float:
    """0 (nothing in common) to 1 (the same pairs)."""
    shared = sum(weights.of(pair) ** 2 for pair in some if pair in others)
    return shared / (_length(some, weights) * _length(others, weights)) if shared else 0.0


def _length(pairs: Iterable[str], weights: Weights) -> float:
    return sqrt(sum(weights.of(pair) ** 2 for pair in pairs))


def words_of(text: str, pairs: Collection[str]) -> list[str]:
    """The stretches of a text made of these pairs, as they are compared: 变压 and 压器 are 变压器; each once."""
    return list(dict.fromkeys(word for run in runs(text[:LONGEST_READ]) for word in _stretches(run, pairs)))


def _stretches(run: str, pairs: Collection[str]) -> Iterator[str]:
    start: int | None = None
    for at in range(len(run)):
        goes_on = run[at : at + PAIR] in pairs
        if goes_on and start is None:
            start = at
        if not goes_on and start is not None:
            yield run[start : at + 1]
            start = None


def telling_words(texts: Iterable[str], pairs: Collection[str], weights: Weights, *, most: int) -> list[str]:
    """The words these pairs make in the texts, those first that say most; what is part of another is left out."""
    found = {word: _worth(word, weights) for text in texts for word in words_of(text, pairs)}
    chosen: list[str] = []
    for word in sorted(found, key=lambda word: (-found[word], word)):
        if not any(word in other for other in chosen):
            chosen.append(word)
    return chosen[:most]


def _worth(word: str, weights: Weights) -> float:
    return sum(weights.of(word[at : at + PAIR]) for at in range(len(word) - 1))
