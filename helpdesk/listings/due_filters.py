"""Filters of lists of clocks: late by how much, newly late, due by when, 暂定."""

from dataclasses import dataclass
from datetime import date

from helpdesk.clock import local
from helpdesk.listings import due_queries, queries
from helpdesk.listings.terms import Asked, Choices, Condition, Filter
from helpdesk.pages import day_words

# -- Overdue by how much -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Band:
    """Overdue by so many working days; 0 means less than one. ``most`` None: and more."""

    name: str
    label: str
    least: int
    most: int | None


BANDS = (
    Band("5", "5 个工作日以内", 0, 5),
    Band("10", "6 至 10 个工作日", 6, 10),
    Band("more", "10 个工作日以上", 11, None),
)
"""Every overdue clock lies in exactly one; the ladder's 督办 begin at the fifth and the tenth day."""


def band_condition(name: str, today: date) -> Condition:
    """The overdue clocks of that band."""
    band = next(each for each in BANDS if each.name == name)
    return due_queries.late_between(band.least, band.most, today)


LATE_BY = Filter(
    "late",
    "逾期天数",
    lambda value, asked: band_condition(value, asked.me.today) if value else None,
    choices=lambda _: (("", "全部"), *((band.name, band.label) for band in BANDS)),
)

# -- Newly overdue -----------------------------------------------------------------------------------------------------


def since_words(today: date) -> str:
    """11月27日（周五）8:30: from when on what fell overdue is new."""
    opened = local(due_queries.last_opening_day(today))
    return f"{day_words(opened.date(), today)}{opened.hour}:{opened:%M}"


NEW = Filter(
    "new",
    "新增",
    lambda value, asked: due_queries.due_after(due_queries.last_opening_day(asked.me.today)) if value else None,
    choices=lambda asked: (("", "全部"), ("yes", f"{since_words(asked.me.today)} 以来逾期的")),
)

# -- Due by when -------------------------------------------------------------------------------------------------------


def _within(value: str, asked: Asked) -> Condition | None:
    today, sunday = asked.me.today, due_queries.sunday_of(asked.me.today)
    ends = {"today": today, "week": sunday, "next": sunday + due_queries.WEEK}
    if value in ends:
        return due_queries.due_by(ends[value])
    return None if value == "all" else queries.clock_with_lamp("yellow", asked.me)


WITHIN_CHOICES: Choices = (
    ("", "黄灯"),
    ("today", "今天到期"),
    ("week", "本周日以前"),
    ("next", "下周日以前"),
    ("all", "全部还没到期的"),
)
WITHIN = Filter("within", "到期", _within, choices=lambda _: WITHIN_CHOICES)
PROVISIONAL = Filter(
    "provisional",
    "是否暂定",
    lambda value, _: due_queries.provisional() if value else None,
    choices=lambda _: (("", "全部"), ("yes", "暂定")),
)
