"""The arithmetic of figures, without rows: shares, the weighted rate, means; a zero denominator has no value."""

from collections.abc import Mapping

from helpdesk.listings.fairness import FEW, quantile, share_in_time
from workflows.policy import Weights

HUNDRED = 100
MOST_OF_ALL = 90
"""九成 in per cent."""


def share(part: int, whole: int) -> float | None:
    """``part`` of ``whole`` in per cent with one decimal, 100 only when it is all; None of nothing."""
    return share_in_time(part, whole)


def satisfaction(satisfied: int, fair: int, answered: int, *, fair_weight: int) -> float | None:
    """满意率 in per cent: 基本满意 counts ``fair_weight`` hundredths; 100 only when all are 满意. None of nothing."""
    if not answered:
        return None
    rate = round((HUNDRED * satisfied + fair_weight * fair) / answered, 1)
    return min(rate, 99.9) if satisfied < answered else rate


def overall(contacted: int, solved: int, satisfied: int, fair: int, answered: int, *, weights: Weights) -> float | None:
    """综合 of 100 points from the exact rates, not from rounded ones; 100 only when all is well. None of nothing."""
    if not answered:
        return None
    content = (HUNDRED * satisfied + weights.fair * fair) / HUNDRED
    points = (weights.response * contacted + weights.solution * solved + weights.satisfaction * content) / answered
    best = contacted == solved == satisfied == answered
    return HUNDRED if best else min(round(points, 1), 99.9)


def mean(times: Mapping[int, int]) -> float | None:
    """The mean of a histogram (days -> how many) with one decimal; None where it is empty."""
    size = sum(times.values())
    return round(sum(days * many for days, many in times.items()) / size, 1) if size else None


def most_within(times: Mapping[int, int]) -> int | None:
    """The days within which nine of ten were done; it has happened. None where none was."""
    return quantile(times, MOST_OF_ALL)


def few(size: int) -> bool:
    """Whether a figure rests on so little that it says little."""
    return 0 < size < FEW
