"""What the figures say, as pictures: where problems stand, 三率 with what they are shares of, trend, answers, ages, heat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from helpdesk.figures import pictures as figures
from helpdesk.figures.terms import Figure, number_words
from helpdesk.listings.queries import LATE
from helpdesk.office import queries
from helpdesk.office.charts import Chart, Point, Series, Shape, largest
from helpdesk.office.pictures import Looking

BY_WEEKS = timedelta(days=120)
"""A longer period is drawn by months."""
COLOURS = {"reported": "orange", "closed": "blue"}


# -- Key numbers -------------------------------------------------------------------------------------------------------

KEYS = ("reported", "closed", "response", "solution", "satisfaction", "overall", "coverage", "in_time")


@dataclass(frozen=True)
class Key:
    """A number by itself. ``of``: numerator and denominator in words; ``few``: it rests on little."""

    label: str
    words: str
    of: str
    url: str | None
    few: bool = False
    name: str = ""


def keys(looking: Looking) -> list[Key]:
    """The figures of the period that the leading group asks for first."""
    return [_key(looking, looking.whole[name]) for name in KEYS]


def _key(looking: Looking, figure: Figure) -> Key:
    share = figure.denominator is not None
    of = "" if not share else f"{_said(figure.numerator)} / {_said(figure.denominator)}"
    if share and figure.numerator is None:
        of = f"有效回访 {_said(figure.denominator)}"
    return Key(figure.label, figure.words, of, looking.url(figure.rows), figure.few, figure.name)


def _said(number: float | int | None) -> str:
    return "–" if number is None else number_words(number)


# -- Where problems stand ----------------------------------------------------------------------------------------------


def flow(looking: Looking) -> Chart:
    """How many problems are in each state now, and how many of them are overdue."""
    parts = figures.flow(looking.scope)
    late = queries.late_by_state(looking.keys("problems"), looking.reading.me)
    overdue = [looking.point("problems", late.get(part.key, 0), state=part.key, lamp=LATE) for part in parts]
    labels = tuple(part.label for part in parts)
    return Chart(
        "flow",
        "问题现在到哪一步",
        _flow_words(labels, [part.size for part in parts], [int(point.value or 0) for point in overdue]),
        Shape.NESTED,
        "状态",
        labels,
        (Series("在办", _points(looking, parts), "blue"), Series("其中逾期", tuple(overdue), "orange")),
    )


def _flow_words(labels: Sequence[str], sizes: Sequence[int], late: Sequence[int]) -> str:
    most, latest = largest(labels, sizes), largest(labels, late)
    if most is None:
        return "没有在办的问题"
    says = f"在办 {sum(sizes):,} 件，最多的是{most[0]}（{most[1]:,} 件）"
    return f"{says}；逾期 {sum(late):,} 件，{latest[0]}最多" if latest else f"{says}；没有逾期"


def standing(looking: Looking, drawn: Chart) -> list[Key]:
    """How much is at work, and how much of it is overdue: the sums of where problems stand."""
    sums = [sum(int(point.value or 0) for point in series.points) for series in drawn.series]
    ways = (looking.point("problems", sums[0]), looking.point("problems", sums[1], lamp=LATE))
    return [
        Key("在办", ways[0].words, "现在", ways[0].url, name="open"),
        Key("在办逾期", ways[1].words, "现在", ways[1].url, name="late" if sums[1] else ""),
    ]


# -- Trend and answers -------------------------------------------------------------------------------------------------


def trend(looking: Looking) -> Chart:
    """How many were reported and closed, week by week or month by month."""
    weeks = looking.until_on - looking.first_on <= BY_WEEKS
    found = figures.trend(looking.scope, step="week" if weeks else "month")
    series = tuple(Series(each.label, _points(looking, each.parts), COLOURS.get(each.name, "grey")) for each in found)
    said = "，".join(f"{each.label} {sum(part.size for part in each.parts):,} 件" for each in found)
    axis = "从这一天起的一周" if weeks else "月份"
    return Chart(
        "trend", "上报和销号", f"期间{said}", Shape.LINES, axis, tuple(part.label for part in found[0].parts), series
    )


def answers(looking: Looking) -> Chart:
    """What the enterprises said; silence is not counted as satisfied."""
    parts = figures.answers(looking.whole)
    sizes = {part.key: part.size for part in parts}
    said = sum(size for key, size in sizes.items() if key != "unreached")
    message = f"有效回访 {said:,} 件次，其中不满意 {sizes.get('dissatisfied', 0):,} 件次" if said else "还没有有效回访"
    points = (Series("件次", _points(looking, parts), "green"),)
    return Chart(
        "answers", "企业怎么说", message, Shape.BARS, "回答", tuple(part.label for part in parts), points, "件次"
    )


def ages(looking: Looking) -> Chart:
    """How many open problems were reported how many working days ago."""
    parts = figures.ageing(looking.scope)
    every, old = sum(part.size for part in parts), parts[-1]
    message = f"在办的 {every:,} 件里，{old.label}的有 {old.size:,} 件" if every else "没有在办的问题"
    points = (Series("在办", _points(looking, parts)),)
    return Chart(
        "ages", "在办问题上报多久了", message, Shape.BARS, "上报以来", tuple(part.label for part in parts), points
    )


def _points(looking: Looking, parts: Sequence[figures.Part]) -> tuple[Point, ...]:
    return tuple(Point(part.size, f"{part.size:,}", looking.url(part.rows)) for part in parts)


# -- Groups by legs ----------------------------------------------------------------------------------------------------

STEPS = (60, 80, 90, 100)
"""Per cent below which a cell has the first, second … colour; the number stands in it in any case."""


@dataclass(frozen=True)
class Cell:
    """按期率 of one leg in one group; ``step`` 0 is the worst, None where nothing, or too little, is to be rated."""

    words: str
    of: str
    url: str | None
    step: int | None
    few: bool


@dataclass(frozen=True)
class HeatTable:
    """Groups as rows, legs as columns."""

    legs: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    message: str

    @property
    def empty(self) -> bool:
        """Whether no leg of any group has ended or is overdue."""
        return not self.legs


def heat(looking: Looking) -> HeatTable:
    """按期率 of every leg, group by group, in the official order."""
    found = figures.heat(looking.scope)
    rows = tuple((name, tuple(_cell(looking, each) for each in line)) for _, name, line in found.rows)
    return HeatTable(tuple(label for _, label in found.legs), rows, _heat_words(found))


def _cell(looking: Looking, figure: Figure) -> Cell:
    if figure.value is None:
        return Cell("–", "", None, None, False)
    step = None if figure.few else sum(figure.value >= bound for bound in STEPS)
    of = f"{_said(figure.numerator)}/{_said(figure.denominator)}"
    return Cell(figure.words, of, looking.url(figure.rows), step, figure.few)


def _heat_words(found: figures.Heat) -> str:
    every = [(figure, name) for _, name, line in found.rows for figure in line if figure.value is not None]
    solid = [(figure, name) for figure, name in every if not figure.few]
    if not every:
        return "这段时间还没有结束或者逾期的环节"
    if not solid:
        return "每一格都不足 5 次，样本少，只供参考"
    figure, name = min(solid, key=lambda pair: pair[0].value or 0)
    return f"按期率最低的是{name}的{figure.label.removesuffix('按期率')}，{figure.words}"
