"""A picture as data: what it says in words, its numbers with their rows, the same for the chart and for the table behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Shape(StrEnum):
    """How a chart is drawn."""

    BARS = "bars"  # lying, a bar for each category
    NESTED = "nested"  # the same, with the second series drawn over the first, of which it is a part
    STACK = "stack"  # lying, the series of a category one after the other
    LINES = "lines"  # over time


@dataclass(frozen=True)
class Point:
    """One number: its words (83.3%（样本少）), and the rows behind it. ``value`` None where nothing is to be counted."""

    value: float | int | None
    words: str
    url: str | None = None


@dataclass(frozen=True)
class Series:
    """Numbers of one kind, one for each category; ``colour`` is a name of the palette in ``charts.js``."""

    label: str
    points: tuple[Point, ...]
    colour: str = "blue"


@dataclass(frozen=True)
class Chart:
    """A picture. ``message``: one sentence that says what it shows, so that nobody has to guess."""

    name: str
    title: str
    message: str
    shape: Shape
    axis: str  # what the categories are: 状态, 月份
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = "件"

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(point.value for each in self.series for point in each.points)

    @property
    def drawing(self) -> dict[str, Any]:
        """What ``charts.js`` draws."""
        return {
            "shape": self.shape.value,
            "unit": self.unit,
            "categories": self.categories,
            "series": [
                {
                    "label": each.label,
                    "colour": each.colour,
                    "values": [point.value for point in each.points],
                    "words": [point.words for point in each.points],
                    "urls": [point.url for point in each.points],
                }
                for each in self.series
            ],
        }

    @property
    def table(self) -> list[tuple[str, list[Point]]]:
        """The rows of the table: a category with its number of each series."""
        return [(name, [each.points[place] for each in self.series]) for place, name in enumerate(self.categories)]


def largest(names: Sequence[str], values: Sequence[float | int | None]) -> tuple[str, float | int] | None:
    """The name with the largest value, the first of equals; None where all are nothing."""
    known = [(value, -place, name) for place, (name, value) in enumerate(zip(names, values, strict=True)) if value]
    if not known:
        return None
    value, _, name = max(known)
    return name, value
