"""Which figures stand where: the three tables of the page, and the columns of its files."""

from collections.abc import Callable
from typing import Any

from helpdesk.figures.catalogue import COUNTS, EXPLAINED
from helpdesk.figures.scope import Dimension
from helpdesk.listings.terms import Column, Kind

Table = tuple[str, str, tuple[str, ...]]

TABLES: tuple[Table, ...] = (
    ("evaluated", "企业评价", ("answered", "coverage", "response", "solution", "satisfaction", "overall")),
    (
        "handled",
        "办理情况",
        ("reported", "assigned", "finished", "finish_rate", "in_time", "mean_days", "most_days", "late", "overdue"),
    ),
    (
        "events",
        "退单、延期、重办、抽查",
        ("objected", "excused", "extended", "last_minute", "redone", "reopened", "withdrawn", "deviation"),
    ),
)
"""Name, heading and figures of each."""
NOT_FOR_GROUPS = frozenset({"reported"})
"""Nobody has a problem yet while it is reported."""
OF_GROUPS = frozenset({Dimension.GROUP, Dimension.UNIT})
PHONE = frozenset(
    {"answered", "satisfaction", "overall", "finished", "finish_rate", "in_time", "objected", "extended", "redone"}
)
"""What is shown on a phone; all of it stands on a wider page and in the files."""


def shown_in(names: tuple[str, ...], dimension: Dimension) -> tuple[str, ...]:
    """Those of these figures that mean something for lines of that kind."""
    return tuple(name for name in names if dimension not in OF_GROUPS or name not in NOT_FOR_GROUPS)


RATES = ("finish_rate", "coverage", "response", "solution", "satisfaction", "overall", "in_time", "deviation")
SPANS = ("mean_days", "most_days", "way_mean", "way_most")
LATE = (("late", "超时"), ("overdue", "现在逾期"))


def _value(name: str) -> Callable[[Any, Any], Any]:
    return lambda row, _: row.figures[name].value


def _whole(name: str) -> Callable[[Any, Any], Any]:
    return lambda row, _: row.figures[name].denominator


def _part(name: str) -> Callable[[Any, Any], Any]:
    return lambda row, _: row.figures[name].numerator


def _few(row: Any, _: Any) -> str | None:
    labels = [row.figures[name].label for name in (*RATES, *SPANS) if row.figures[name].few]
    return "、".join(labels) or None


def _rate_columns(name: str) -> list[Column]:
    label = EXPLAINED[name][0]
    unit = "分" if name == "overall" else "%"
    found = [Column(name, f"{label}（{unit}）", _value(name), Kind.NUMBER, 10)]
    if name != "overall":
        found.append(Column(f"{name}_of", f"{label}·分子", _part(name), Kind.NUMBER, 10))
    return [*found, Column(f"{name}_from", f"{label}·分母", _whole(name), Kind.NUMBER, 10)]


FILE_COLUMNS = (
    Column("label", "项目", lambda row, _: row.label, width=24),
    *(column for name in RATES for column in _rate_columns(name)),
    *(Column(name, f"{EXPLAINED[name][0]}（工作日）", _value(name), Kind.NUMBER, 10) for name in SPANS),
    *(Column(name, label, _value(name), Kind.NUMBER, 8) for name, label in LATE),
    *(Column(name, count.label, _value(name), Kind.NUMBER, 8) for name, count in COUNTS.items()),
    Column("few", "样本少的指标", _few, width=30),
)
