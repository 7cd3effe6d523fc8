"""The pictures of the office: where problems stand, how old they are, how far the ladder went; each number is a list's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from helpdesk.listings import queries as lists
from helpdesk.listings.catalogue import LISTINGS, PROBLEMS
from helpdesk.listings.choosing import choose
from helpdesk.listings.showing import keys_of
from helpdesk.listings.strike_lists import RUNGS
from helpdesk.listings.terms import Keys
from helpdesk.listings.words import Reading
from helpdesk.office import queries
from helpdesk.office.charts import Chart, Point, Series, Shape, largest
from workflows.problem import PROBLEM
from workflows.terms import Phase


@dataclass(frozen=True)
class Looking:
    """Somebody looks at the pictures of a period. ``narrowed``: group and category, as filters of the lists."""

    reading: Reading
    first_on: date
    until_on: date
    narrowed: Mapping[str, str]
    to_list: Callable[..., str]  # (listing, **filters) -> address

    @property
    def period(self) -> dict[str, str]:
        """The period as filters of the lists."""
        return {"from": self.first_on.isoformat(), "until": self.until_on.isoformat()}

    def keys(self, listing: str, **values: str) -> Keys:
        """The keys of a list that is narrowed to the same group and category."""
        found = LISTINGS[listing]
        return keys_of(found, choose(found, {**self.narrowed, **values}, self.reading), self.reading)

    def point(self, listing: str, size: int, **values: str) -> Point:
        """A number with the way to its rows."""
        return Point(size, f"{size:,}", self.to_list(listing, **self.narrowed, **values))


# -- Where problems stand ----------------------------------------------------------------------------------------------

OPEN_STATES = tuple(state for state in PROBLEM.states if state.phase is Phase.OPEN)


def flow(looking: Looking) -> Chart:
    """How many problems are in each state now, and how many of them are overdue."""
    found = queries.by_state(looking.keys(PROBLEMS.name), looking.reading.me)
    sizes = [found.get(state.name, (0, 0)) for state in OPEN_STATES]
    every = [
        looking.point("problems", size, state=state.name) for state, (size, _) in zip(OPEN_STATES, sizes, strict=True)
    ]
    late = [
        looking.point("problems", number, state=state.name, lamp=lists.LATE)
        for state, (_, number) in zip(OPEN_STATES, sizes, strict=True)
    ]
    labels = [state.label for state in OPEN_STATES]
    return Chart(
        "flow",
        "问题现在到哪一步",
        _flow_words(labels, sizes),
        Shape.NESTED,
        "状态",
        tuple(labels),
        (Series("在办", tuple(every), "blue"), Series("其中逾期", tuple(late), "orange")),
    )


def _flow_words(labels: list[str], sizes: list[tuple[int, int]]) -> str:
    every, late = sum(size for size, _ in sizes), sum(number for _, number in sizes)
    if not every:
        return "没有在办的问题"
    most = largest(labels, [size for size, _ in sizes])
    latest = largest(labels, [number for _, number in sizes])
    says = f"在办 {every:,} 件，最多的是{most[0]}（{most[1]:,} 件）" if most else ""
    return f"{says}；逾期 {late:,} 件，{latest[0]}最多" if latest else f"{says}；没有逾期"


# -- How old they are --------------------------------------------------------------------------------------------------

AGES = (("7 天以内", 0, 7), ("8 至 30 天", 8, 30), ("31 至 90 天", 31, 90), ("90 天以上", 91, None))
"""Days since the report."""


def ages(looking: Looking) -> Chart:
    """How many open problems were reported how long ago."""
    chosen = [_days_ago(looking.reading.today, least, most) for _, least, most in AGES]
    found = queries.counts({str(place): looking.keys("problems", **days) for place, days in enumerate(chosen)})
    points = [looking.point("problems", found[str(place)], **days) for place, days in enumerate(chosen)]
    labels = [label for label, *_ in AGES]
    old = found[str(len(AGES) - 1)]
    every = sum(found.values())
    message = f"在办的 {every:,} 件里，上报超过 90 天的有 {old:,} 件" if every else "没有在办的问题"
    return Chart(
        "ages", "在办问题上报多久了", message, Shape.BARS, "上报以来", tuple(labels), (Series("在办", tuple(points)),)
    )


def _days_ago(today: date, least: int, most: int | None) -> dict[str, str]:
    days = {"until": (today - timedelta(days=least)).isoformat()}
    return days if most is None else days | {"from": (today - timedelta(days=most)).isoformat()}


# -- The ladder --------------------------------------------------------------------------------------------------------

STRIKES = "strikes"


def ladder(looking: Looking) -> Chart:
    """How often the clocks reminded, 催办, 督办 in the period."""
    rungs = [(name, label) for name, label, _ in RUNGS]
    found = queries.counts({name: looking.keys(STRIKES, rung=name, **looking.period) for name, _ in rungs})
    points = [looking.point(STRIKES, found[name], rung=name, **looking.period) for name, _ in rungs]
    message = "，".join(f"{label} {found[name]:,} 次" for name, label in rungs)
    return Chart(
        "ladder",
        "提醒、催办、督办",
        message,
        Shape.BARS,
        "节点",
        tuple(label for _, label in rungs),
        (Series("到点次数", tuple(points), "purple"),),
        "次",
    )
