"""各环节用时: per unit and leg how many, in time, late, and how long they took; each figure from one function."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from helpdesk.listings import leg_queries
from helpdesk.listings.terms import Keys
from helpdesk.listings.words import Reading
from helpdesk.org.queries import units_by_id
from helpdesk.problems.legs import How, how_of, used_of
from workflows.accounts import BY_THE_HOUR
from workflows.book import CLOCKS
from workflows.telling_days import UNIT_WORDS
from workflows.terms import Unit

FEW = 5
"""A share of fewer legs than these says little, and says so."""
HALF, MOST = 50, 90  # per cent
NO_UNIT = "上报人"
"""Who answers for a leg for which no unit does."""

# -- Figures -----------------------------------------------------------------------------------------------------------

Histogram = Mapping[int, int]
"""Used time (days, minutes for limits in hours) -> how many legs took it."""


@dataclass(frozen=True)
class Figures:
    """What happened to one leg in one unit, counted in one unit of time."""

    unit_id: int | None
    unit: str
    name: str
    counted_in: Unit
    in_time: int
    late: int  # those that are overdue still with them
    void: int  # the problem went elsewhere: neither in time nor late
    times: Histogram  # of those that have ended, in time or late

    @property
    def id(self) -> str:
        """Its key among the figures of one reading."""
        return f"{self.unit_id or 0}.{self.name}.{self.counted_in.value}"

    @property
    def legs(self) -> int:
        """How many are rated: ended, or overdue now."""
        return self.in_time + self.late

    @property
    def ended(self) -> int:
        """Of how many the used time is known."""
        return sum(self.times.values())


def share_in_time(in_time: int, legs: int) -> float | None:
    """按期率 in per cent with one decimal, 100 only when all were; None where nothing is to be rated."""
    if not legs:
        return None
    share = round(100 * in_time / legs, 1)
    return min(share, 99.9) if in_time < legs else share


def quantile(times: Histogram, per_cent: int) -> int | None:
    """The shortest time within which so many per cent of the legs ended; it has happened. None where none has ended."""
    wanted = -(-sum(times.values()) * per_cent // 100)
    reached = 0
    for used in sorted(times):
        reached += times[used]
        if reached >= wanted:
            return used
    return None


def figures_of(keys: Keys, reading: Reading) -> list[Figures]:
    """The figures of these legs: units in the order in which they were founded, legs in the order of the process."""
    rows = leg_queries.histogram(keys)
    counts: dict[tuple[int | None, str, str], dict[str, int]] = {}
    times: dict[tuple[int | None, str, str], dict[int, int]] = {}
    for row in rows:
        key = (row.unit_id, row.name, row.counted_in)
        of_key = counts.setdefault(key, dict.fromkeys(How, 0))
        of_key[row.how] += row.size
        if row.used is not None and row.how != How.VOID:
            times.setdefault(key, {})[row.used] = times.get(key, {}).get(row.used, 0) + row.size
    if any(row.used is None and row.how in (How.IN_TIME, How.LATE) for row in rows):
        _add_unwritten(times, keys, reading)
    names = {key: unit.name for key, unit in units_by_id().items()}
    return [_figures(key, counts[key], times.get(key, {}), names) for key in sorted(counts, key=_place)]


def _add_unwritten(times: dict[tuple[int | None, str, str], dict[int, int]], keys: Keys, reading: Reading) -> None:
    """Legs of times in which nobody wrote down what was used: counted out now."""
    for row in leg_queries.without_used(keys):
        if how_of(row, reading.me.now) is not How.VOID:
            of_key = times.setdefault((row.unit_id, row.name, row.counted_in), {})
            used = used_of(row, (), reading.me.now)
            used = used // leg_queries.MINUTE if row.counted_in in BY_THE_HOUR else used
            of_key[used] = of_key.get(used, 0) + 1


PLACES = {name: place for place, name in enumerate(CLOCKS)}


def _place(key: tuple[int | None, str, str]) -> tuple[bool, int, int, str]:
    unit_id, name, counted_in = key
    return unit_id is None, unit_id or 0, PLACES.get(name, len(PLACES)), counted_in


def _figures(
    key: tuple[int | None, str, str], counts: Mapping[str, int], times: Histogram, names: Mapping[int, str]
) -> Figures:
    unit_id, name, counted_in = key
    return Figures(
        unit_id,
        names.get(unit_id, NO_UNIT) if unit_id else NO_UNIT,
        name,
        Unit(counted_in),
        in_time=counts[How.IN_TIME],
        late=counts[How.LATE] + counts[How.OVERDUE],
        void=counts[How.VOID],
        times=times,
    )


# -- Words -------------------------------------------------------------------------------------------------------------


def leg_label(name: str, counted_in: Unit) -> str:
    """首次反馈; with its unit where the same leg is counted in hours as well."""
    return CLOCKS[name].label + ("（按小时）" if counted_in in BY_THE_HOUR else "")


def share_words(share: float | None, legs: int) -> str:
    """83.3%, marked where it rests on few legs; – where there are none."""
    if share is None:
        return "–"
    return f"{share:g}%{'（样本少）' if legs < FEW else ''}"


def time_of(row: Figures, per_cent: int) -> float | int | None:
    found = quantile(row.times, per_cent)
    return round(found / 60, 1) if found is not None and row.counted_in in BY_THE_HOUR else found


def time_words(value: float | int | None, row: Figures) -> str:
    """3 个工作日, 1.5 小时; – where none has ended."""
    return "–" if value is None else f"{value:g} {UNIT_WORDS[row.counted_in]}"


# -- The page ----------------------------------------------------------------------------------------------------------

LINKS = {
    "legs": "rated",
    "in_time": "in_time",
    "late": "late",
    "share": "rated",
    "void": "void",
    "half": "ended",
    "most": "ended",
}
"""Figure -> which legs are behind it."""


def shown(figures: Iterable[Figures], link: Callable[..., str]) -> list[dict[str, Any]]:
    """The figures as groups of a table: each a word and the address of the legs behind it."""
    groups: dict[tuple[int | None, str], list[dict[str, Any]]] = {}
    for row in figures:
        groups.setdefault((row.unit_id, row.unit), []).append(_shown_row(row, link))
    return [{"label": unit, "words": "", "rows": rows} for (_, unit), rows in groups.items()]


def _shown_row(row: Figures, link: Callable[..., str]) -> dict[str, Any]:
    share = share_in_time(row.in_time, row.legs)
    words = {
        "legs": f"{row.legs:,}",
        "in_time": f"{row.in_time:,}",
        "late": f"{row.late:,}",
        "share": share_words(share, row.legs),
        "void": f"{row.void:,}",
        "half": time_words(time_of(row, HALF), row),
        "most": time_words(time_of(row, MOST), row),
    }
    behind = {"group": row.unit_id or "none", "leg": row.name, "unit": row.counted_in.value}
    return {"leg": leg_label(row.name, row.counted_in)} | {
        name: {"words": said, "url": link(result=LINKS[name], **behind)} for name, said in words.items()
    }
