"""What a figure is: numerator and denominator, the value, and the way to the rows behind each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Number = int | float
LARGE = 100_000
"""From here on decimals say nothing."""


def number_words(value: Number) -> str:
    """1,204; 12.7."""
    return f"{value:,g}" if value < LARGE else f"{value:,.0f}"


@dataclass(frozen=True)
class Behind:
    """A list narrowed to certain rows; ``size`` is how many they are."""

    listing: str
    values: Mapping[str, str]
    size: int


@dataclass(frozen=True)
class Figure:
    """One figure. ``value`` is None where the denominator is zero, or where nothing can be said yet.

    ``rows``: what the denominator counts, or the whole figure where it is a plain count; ``part``: what the numerator
    counts. ``numerator`` differs from the size of ``part`` only where 基本满意 counts less than one.
    """

    name: str
    label: str
    unit: str  # % | 分 | 个工作日 | 件次 | 次
    value: Number | None
    numerator: Number | None = None
    denominator: int | None = None
    few: bool = False
    rows: Behind | None = None
    part: Behind | None = None
    note: str = ""  # why there is no value

    @property
    def link(self) -> Behind | None:
        """The rows that the figure rests on."""
        return self.rows

    @property
    def words(self) -> str:
        """83.3%, 3.5 个工作日, 1,204; – where there is nothing to say."""
        if self.value is None:
            return "–"
        said = number_words(round(self.value, 1))
        return f"{said}%" if self.unit == "%" else said

    @property
    def mark(self) -> str:
        """What must be said beside it: 样本少."""
        return "样本少" if self.few else ""


@dataclass(frozen=True)
class Row:
    """The figures of one group, street, month …; ``key`` is its value as a filter, "" for all together."""

    key: str
    label: str
    figures: Mapping[str, Figure] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its key among the lines of a table."""
        return self.key or "all"

    def __getitem__(self, name: str) -> Figure:
        """The figure of that name; KeyError for one that is not there."""
        return self.figures[name]
