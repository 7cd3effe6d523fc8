"""The lists of legs: the figures of 各环节用时, and 环节明细, the rows behind them; their filters and columns."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from helpdesk.clock import local
from helpdesk.db import once
from helpdesk.listings import leg_queries, queries
from helpdesk.listings.choosing import day_of
from helpdesk.listings.fairness import FEW, HALF, MOST, NO_UNIT, leg_label, share_in_time, time_of
from helpdesk.listings.terms import Asked, Asks, Choices, Column, Condition, Filter, Kind, Listing
from helpdesk.listings.whose import cadre_filter, street_filter
from helpdesk.listings.words import Reading, short_day
from helpdesk.org.queries import units_by_id
from helpdesk.org.roles import SEATS
from helpdesk.problems.legs import how_of, late_by_of, result_words, used_of
from helpdesk.problems.words import amount_words, limit_words
from workflows.accounts import BY_THE_HOUR
from workflows.book import CLOCKS, LEGS
from workflows.fields import CATEGORIES
from workflows.telling_days import UNIT_WORDS
from workflows.terms import Unit

RECENT_DAYS = 90

# -- Filters -----------------------------------------------------------------------------------------------------------

PERIODS: Choices = (
    ("", "全部"),
    ("recent", f"近 {RECENT_DAYS} 天"),
    ("month", "本月"),
    ("last_month", "上月"),
    ("year", "本年"),
    ("last_year", "上年"),
)


def span_of(asked: Asked) -> tuple[date | None, date | None]:
    """The first and last day that a period means; days chosen one by one come before it."""
    first, last = (day_of(asked.values.get(name, "")) for name in ("from", "until"))
    if first or last:
        return first, last
    return span_of_period(asked.values.get("period", ""), asked.me.today)


def last_day_of(asked: Asked) -> date:
    """The last day of what was chosen, today at the latest."""
    _, last = span_of(asked)
    return min(last or asked.me.today, asked.me.today)


def span_of_period(name: str, today: date) -> tuple[date | None, date | None]:
    """The first and last day of a period of that name; None where it has no end."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    spans = {
        "recent": (today - timedelta(days=RECENT_DAYS), today),
        "month": (month, today),
        "last_month": (before.replace(day=1), before),
        "year": (date(today.year, 1, 1), today),
        "last_year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    }
    return spans.get(name, (None, None))


def _within(_: str, asked: Asked) -> Condition | None:
    return leg_queries.ended_between(*span_of(asked), asked.me)


LEGS_OF_ALL = (("", "全部"), *((name, clock.label) for name, clock in LEGS.items() if name not in queries.NOT_OURS))
RESULTS: Choices = (
    ("", "全部"),
    ("rated", "计入按期率的"),
    ("in_time", "按时"),
    ("late", "超时（含还没办完的）"),
    ("overdue", "已经逾期，还没办完"),
    ("ended", "已经办完的"),
    ("void", "转出，不计"),
)
PERIOD = Filter("period", "结束时间", _within, choices=lambda _: PERIODS)
"""It speaks for the two days beside it as well, which have no condition of their own."""
LEG = Filter("leg", "环节", lambda value, _: queries.of_leg(value) if value else None, choices=lambda _: LEGS_OF_ALL)
RESULT = Filter(
    "result",
    "结果",
    lambda value, asked: leg_queries.went(value, asked.me) if value else None,
    choices=lambda _: RESULTS,
)
COUNTED_IN = Filter(
    "unit",
    "计时单位",
    lambda value, _: leg_queries.counted_in(value) if value else None,
    choices=lambda _: (("", "全部"), *((unit.value, words) for unit, words in UNIT_WORDS.items())),
)


def _unit_choices(_: Asked) -> Choices:
    """Every unit that answers for legs, also when nobody sits there today: old legs stay with it."""
    return (("", "全部"), *once("answering units", _answering_units), (NOBODY, NO_UNIT))


def _answering_units() -> Choices:
    return tuple((str(key), unit.name) for key, unit in units_by_id().items() if unit.kind in ANSWERING)


NOBODY = "none"  # instead of a unit's key
ANSWERING = frozenset(seat.kind for seat in SEATS.values())
UNIT = Filter(
    "group",
    "责任单位",
    lambda value, _: queries.answered_by(None if value == NOBODY else int(value)) if value else None,
    choices=_unit_choices,
)
FROM = Filter("from", "自选从", lambda *_: None, Asks.DAY)
UNTIL = Filter("until", "到", lambda *_: None, Asks.DAY)
BOTH = (PERIOD, FROM, UNTIL, UNIT, LEG)
ABOUT = (
    Filter(
        "category",
        "问题类别",
        lambda value, _: leg_queries.of_problems(queries.of_category(value)) if value else None,
        choices=lambda _: (("", "全部"), *CATEGORIES, (NOBODY, "没有类别的")),
        quiet=True,
    ),
    street_filter(lambda value: leg_queries.of_problems(queries.of_street(value)), quiet=True),
    cadre_filter(
        lambda value, day: leg_queries.of_problems(queries.of_cadre(value, day)),
        day=last_day_of,
        quiet=True,
    ),
)
"""What the figures of 统计数据 are narrowed by as well."""
"""What both lists are narrowed by."""


# -- The lists ---------------------------------------------------------------------------------------------------------


def _result(line: Any, reading: Reading) -> str:
    now = reading.me.now
    return result_words(how_of(line, now), late_by_of(line, now))


def _used(line: Any, reading: Reading) -> float | int | None:
    if line.stopped_at is None:
        return None
    used = used_of(line, (), reading.me.now)
    return round(used / 3600, 1) if line.counted_in in BY_THE_HOUR else used


def _spent(line: Any, reading: Reading) -> str:
    """用 3，限 7 个工作日."""
    unit = Unit(line.counted_in)
    limit = f"限 {limit_words(line.amount, unit)}"
    if line.stopped_at is None:
        return limit
    used = amount_words(used_of(line, (), reading.me.now), unit)
    return f"用 {used.removesuffix(f' {UNIT_WORDS[unit]}')}，{limit}"


def _responsible(line: Any, _: Reading) -> str:
    return " ".join((line.unit or NO_UNIT, line.person or "")).strip()


def _day(value: Any, _: Any, reading: Reading) -> str:
    return short_day(local(value).date(), reading.today) if value else "还没办完"


def plain(name: str) -> Callable[[Any, Reading], Any]:
    """The value of a line as it is."""
    return lambda line, _: getattr(line, name)


LEG_COLUMNS = (
    Column("responsible", "责任单位/承办人", _responsible, look="name", file=False),
    Column("unit", "责任单位", lambda line, _: line.unit or NO_UNIT, width=22, page=False),
    Column("person", "承办人", plain("person"), width=10, page=False),
    Column("leg", "环节", lambda line, _: CLOCKS[line.clock].label, width=10, look="narrow"),
    Column("round", "轮次", plain("round"), Kind.NUMBER, 6, page=False),
    Column("started_at", "开始", plain("started_at"), Kind.MOMENT, 17, phone=False, words=_day),
    Column("stopped_at", "结束", plain("stopped_at"), Kind.MOMENT, 17, sort="ended", words=_day),
    Column("due_on", "应办", plain("due_on"), Kind.DAY, 12),
    Column("spent", "用时", _spent, look="name", file=False),
    Column("limit", "时限", lambda line, _: limit_words(line.amount, Unit(line.counted_in)), page=False),
    Column("used", "已用", _used, Kind.NUMBER, 8, page=False),
    Column("counted_in", "计时单位", lambda line, _: UNIT_WORDS[Unit(line.counted_in)], width=10, page=False),
    Column(
        "late_by",
        "超时（个工作日）",
        lambda line, reading: late_by_of(line, reading.me.now),
        Kind.NUMBER,
        10,
        page=False,
    ),
    Column("result", "结果", _result, width=22, look="name"),
)


def legs_listing(columns: Sequence[Column]) -> Listing:
    """环节明细: the rows behind the figures. ``columns``: what says which problem it is."""
    return Listing(
        "legs",
        "环节明细",
        "已经结束的环节，和已经逾期、还没办完的环节，一个环节一行",
        keys=leg_queries.counted_legs,
        lines=leg_queries.leg_lines,
        filters=(*BOTH, RESULT, COUNTED_IN, *ABOUT),
        columns=(*columns, *LEG_COLUMNS),
        orders={"ended": leg_queries.ENDED},
        order="-ended",
        by=frozenset(SEATS),
        empty=("还没有结束的环节", "环节结束或者逾期以后会列在这里。"),
        unit="个",
    )


FIGURE_COLUMNS = (
    Column("unit", "责任单位", lambda row, _: row.unit, width=24, page=False),
    Column("leg", "环节", lambda row, _: leg_label(row.name, row.counted_in), width=18),
    Column("legs", "计入（次）", lambda row, _: row.legs, Kind.NUMBER, 10),
    Column("in_time", "按时（次）", lambda row, _: row.in_time, Kind.NUMBER, 10),
    Column("late", "超时（次）", lambda row, _: row.late, Kind.NUMBER, 10),
    Column("share", "按期率（%）", lambda row, _: share_in_time(row.in_time, row.legs), Kind.NUMBER, 12),
    Column("few", "样本少", lambda row, _: "是" if 0 < row.legs < FEW else None, width=8, page=False),
    Column("void", "转出不计（次）", lambda row, _: row.void, Kind.NUMBER, 12),
    Column("half", "一半在此之内", lambda row, _: time_of(row, HALF), Kind.NUMBER, 12),
    Column("most", "九成在此之内", lambda row, _: time_of(row, MOST), Kind.NUMBER, 12),
    Column("counted_in", "计时单位", lambda row, _: UNIT_WORDS[row.counted_in], width=10, page=False),
)
LEG_TIMES = Listing(
    "leg-times",
    "各环节用时",
    "每个单位、每个环节：按时还是超时，用了多久。挂账等暂停的时间不算；改派、退单之前用掉的时间记在原来的单位名下",
    keys=leg_queries.counted_legs,
    lines=leg_queries.leg_lines,
    filters=BOTH,
    columns=FIGURE_COLUMNS,
    orders={},
    order="",
    by=frozenset(SEATS),
    empty=("这段时间还没有结束的环节", "换一段时间，或者清除筛选。"),
    unit="行",
)
"""Figures, not rows: ``fairness.figures_of`` makes them of the keys, and they have a page of their own."""
