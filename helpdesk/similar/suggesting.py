"""Which group a problem is for, by its words: what the dispatchers decided about those with the same words.

A sum that can be followed: each pair of characters speaks for a group as much as it stands more often in the group's
problems than in all others (naive Bayes with log-odds, smoothed). Where the sum does not clearly say one group, nothing
is said; nothing is ever decided.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import log

SMOOTHING = 0.5
FEWEST_LEARNED = 30
"""Problems with a group that must be known before anything is suggested."""
FEWEST_OF_GROUP = 3
SURE = 2.0
"""How far the first group must be before the second, in the mean of what each pair adds times the root of their number."""
FEWEST_PAIRS = 3
"""Pairs that must speak for a group."""
SPEAKS = 0.7
"""From this log-odds on a pair speaks for a group: it is twice as frequent there as elsewhere."""


@dataclass(frozen=True)
class Learned:
    """``totals``: problems of each group; ``counts``: of these, how many hold a pair, by pair and group."""

    totals: Mapping[int, int]
    counts: Mapping[str, Mapping[int, int]]


@dataclass(frozen=True)
class Advice:
    """A group with what speaks for it: the pairs, the strongest first."""

    unit_id: int
    pairs: tuple[str, ...]
    margin: float


def advice(pairs: Collection[str], learned: Learned) -> Advice | None:
    """The group that the words speak for; None where too little is known or they do not clearly speak for one."""
    if sum(learned.totals.values()) < FEWEST_LEARNED:
        return None
    found = ranked(pairs, learned)
    if len(found) < 2:
        return None
    (unit_id, odds, first), (_, _, second) = found[0], found[1]
    speaking = sorted((pair for pair in odds if odds[pair] >= SPEAKS), key=lambda pair: (-odds[pair], pair))
    margin = first - second
    if margin < SURE or len(speaking) < FEWEST_PAIRS:
        return None
    return Advice(unit_id, tuple(speaking), margin)


def ranked(pairs: Collection[str], learned: Learned) -> list[tuple[int, dict[str, float], float]]:
    """Every group with what each known pair says for it and its whole score, the likeliest first."""
    known = [pair for pair in pairs if pair in learned.counts]
    groups = [unit for unit, total in learned.totals.items() if total >= FEWEST_OF_GROUP]
    scored = []
    for unit in groups:
        odds = {pair: log_odds(unit, learned.counts[pair], learned.totals) for pair in known}
        # Pairs overlap and stand together, so they are no independent witnesses: many count as their root.
        score = sum(odds.values()) / max(len(known), 1) ** 0.5 + _prior(unit, learned.totals)
        scored.append((unit, odds, score))
    return sorted(scored, key=lambda each: (-each[2], each[0]))


def log_odds(unit: int, held: Mapping[int, int], totals: Mapping[int, int]) -> float:
    """ln of how much more frequent a pair is in this group's problems than in those of all others."""
    mine, others = totals[unit], sum(totals.values()) - totals[unit]
    of_mine, of_others = held.get(unit, 0), sum(held.values()) - held.get(unit, 0)
    return log((of_mine + SMOOTHING) / (mine + 1)) - log((of_others + SMOOTHING) / (others + 1))


def _prior(unit: int, totals: Mapping[int, int]) -> float:
    return log(totals[unit] / sum(totals.values()))
