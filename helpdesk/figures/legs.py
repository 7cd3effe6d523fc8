"""按期率 and lateness of legs, of the same scopes; what counts as in time is decided by ``listings/leg_queries.py``."""

from collections.abc import Iterable, Mapping
from typing import Any

from helpdesk.figures import leg_queries, reckoning
from helpdesk.figures.catalogue import EXPLAINED, SHARE, TIMES
from helpdesk.figures.scope import Dimension, Scope
from helpdesk.figures.terms import Behind, Figure
from helpdesk.problems.legs import How
from workflows.book import CLOCKS

Outcomes = Mapping[str, Mapping[str, int]]
"""By leg: how many went how."""


def outcomes(scope: Scope, dimension: Dimension | None) -> dict[Any, dict[str, dict[str, int]]]:
    """How the legs of a scope went, by key of the dimension; legs count for the unit that answers for them."""
    found: dict[Any, dict[str, dict[str, int]]] = {}
    for row in leg_queries.outcomes(scope, dimension):
        found.setdefault(row.key, {}).setdefault(row.name, {})[row.how] = row.size
    return found


def figures(scope: Scope, went: Outcomes | None) -> Iterable[Figure]:
    """按期率 of all legs together and of each, how many were late, how many are overdue now."""
    went = went or {}
    yield in_time(scope, went.values(), "")
    for name, clock in CLOCKS.items():
        if name in went:
            yield in_time(scope, [went[name]], name, f"{clock.label}按期率")
    yield _count(scope, "late", "超时", went.values(), (How.LATE, How.OVERDUE), "late")
    yield _count(scope, "overdue", "现在逾期", went.values(), (How.OVERDUE,), "overdue")


def in_time(scope: Scope, went: Iterable[Mapping[str, int]], leg: str, label: str = "") -> Figure:
    """The share of legs that ended in time, of those that have ended or are overdue now."""
    went = list(went)
    good, rated = size_of(went, (How.IN_TIME,)), size_of(went, (How.IN_TIME, How.LATE, How.OVERDUE))
    return Figure(
        f"in_time.{leg}" if leg else "in_time",
        label or EXPLAINED["in_time"][0],
        SHARE,
        reckoning.share(good, rated),
        good,
        rated,
        reckoning.few(rated),
        behind(scope, rated, result="rated", leg=leg),
        behind(scope, good, result="in_time", leg=leg),
    )


def size_of(went: Iterable[Mapping[str, int]], hows: Iterable[How]) -> int:
    """How many of these legs went so."""
    wanted = tuple(hows)
    return sum(each.get(how.value, 0) for each in went for how in wanted)


def _count(
    scope: Scope, name: str, label: str, went: Iterable[Mapping[str, int]], hows: tuple[How, ...], result: str
) -> Figure:
    size = size_of(went, hows)
    return Figure(name, label, TIMES, size, rows=behind(scope, size, result=result, leg=""))


def behind(scope: Scope, size: int, **more: str) -> Behind | None:
    """The legs behind a figure: the list calls whoever answers for a leg its group, also where it is an office.

    None as of an entry: the list shows legs as they stand now.
    """
    if scope.until_entry_id is not None:
        return None
    values = scope.address()
    unit = values.pop("unit", None) or values.get("group")
    return Behind("legs", {**values, **({"group": unit} if unit else {}), **{k: v for k, v in more.items() if v}}, size)
