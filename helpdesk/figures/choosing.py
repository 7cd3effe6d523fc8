"""What somebody wants to see of 统计数据: a period, by what it is divided, and what it is narrowed to."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from helpdesk.figures import mark_list
from helpdesk.figures.page_columns import FILE_COLUMNS
from helpdesk.figures.queries import known_marks, mark_lines
from helpdesk.figures.scope import LABELS, Dimension, Scope, months_in
from helpdesk.listings.choosing import Chosen, day_of
from helpdesk.listings.leg_lists import RECENT_DAYS
from helpdesk.listings.terms import Asks, Choices, Filter, Listing
from helpdesk.listings.words import Reading

MOST_MONTHS = 60
"""So many lines a table by months has at most."""
PERIODS: Choices = (
    ("", "本月"),
    ("last_month", "上月"),
    ("quarter", "本季度"),
    ("recent", f"近 {RECENT_DAYS} 天"),
    ("year", "本年"),
    ("last_year", "上年"),
)
PERIOD = Filter("period", "时间", lambda *_: None, choices=lambda _: PERIODS)
BY = Filter(
    "by",
    "分列",
    lambda *_: None,
    choices=lambda _: (("", LABELS[Dimension.GROUP]), *((each.value, LABELS[each]) for each in list(Dimension)[1:])),
)
FIGURES = Listing(
    "figures",
    "统计数据",
    "办得怎么样、企业怎么说：每个数字都注明分子分母，点开就是后面的一件一件",
    keys=known_marks,
    lines=mark_lines,
    filters=(
        PERIOD,
        Filter("from", "自选从", lambda *_: None, Asks.DAY),
        Filter("until", "到", lambda *_: None, Asks.DAY),
        BY,
        *mark_list.ABOUT_WHOM,
    ),
    columns=FILE_COLUMNS,
    orders={},
    order="",
    unit="行",
)
"""Figures, not rows: ``tables.by`` makes them, and they have a page of their own."""


@dataclass(frozen=True)
class Wanted:
    """A scope with its dimension; ``wrong``: why there can be no figures, in the reader's words."""

    scope: Scope
    dimension: Dimension
    wrong: str = ""

    @property
    def days(self) -> str:
        """2026年9月1日至9月30日."""
        return span_words(self.scope.first_on, self.scope.until_on)


def wanted(chosen: Chosen, reading: Reading) -> Wanted:
    """What was chosen, as a scope; a period that makes no sense is said, not guessed."""
    values, today = chosen.values, reading.today
    first, last = days_of(values, today)
    narrowed: dict[str, Any] = {name: values.get(name) for name in ("group", "unit", "cadre", "category", "street")}
    scope = Scope(first, last, reading.me, **narrowed)
    dimension = Dimension(values.get("by") or Dimension.GROUP)
    return Wanted(scope, dimension, _wrong(scope, dimension))


def _wrong(scope: Scope, dimension: Dimension) -> str:
    if scope.first_on > scope.until_on:
        return "开始日期晚于结束日期，请重新选择时间"
    if scope.begins_later:
        return f"这段时间从{_day(scope.first_on)}开始，还没有到，没有数据可以统计"
    if dimension is Dimension.MONTH and len(months_in(scope.first_on, scope.until_on)) > MOST_MONTHS:
        return f"按月分列最多看 {MOST_MONTHS} 个月，请把时间选短一些"
    return ""


def days_of(values: Any, today: date) -> tuple[date, date]:
    """The first and the last day of what was chosen; days chosen one by one come before a period."""
    first, last = (day_of(values.get(name, "")) for name in ("from", "until"))
    if first or last:
        return first or date((last or today).year, 1, 1), last or max(today, first or today)
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    spans = {
        "last_month": (before.replace(day=1), before),
        "quarter": (date(today.year, (today.month - 1) // 3 * 3 + 1, 1), today),
        "recent": (today - timedelta(days=RECENT_DAYS), today),
        "year": (date(today.year, 1, 1), today),
        "last_year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    }
    return spans.get(values.get("period", ""), (month, today))


def span_words(first: date, last: date) -> str:
    """2026年9月1日至9月30日; with the second year where it is another."""
    if first == last:
        return _day(first)
    return f"{_day(first)}至{_day(last).removeprefix(f'{first.year}年')}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
