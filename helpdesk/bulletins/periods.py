"""The period a bulletin is about, and the two it is compared with (环比, 同比)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from workflows.engine import Missing

LONGEST = 1_100
"""Days of a period at most: three years, so that a whole campaign can be told of."""


class Span(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    CUSTOM = "custom"


LABELS = {Span.WEEK: "周", Span.MONTH: "月", Span.QUARTER: "季度", Span.CUSTOM: "自选日期"}
THIS = {Span.WEEK: "本周", Span.MONTH: "本月", Span.QUARTER: "本季度", Span.CUSTOM: "本期"}


@dataclass(frozen=True)
class Period:
    """Both days belong to it."""

    span: Span
    first_on: date
    until_on: date

    @property
    def previous(self) -> "Period":
        """The one before it (环比): the whole week, month or quarter before, else as many days before."""
        before = self.first_on - timedelta(days=1)
        if self.span is Span.CUSTOM:
            return Period(self.span, self.first_on - (self.until_on - self.first_on) - timedelta(days=1), before)
        return containing(self.span, before)

    @property
    def last_year(self) -> "Period":
        """The same one a year earlier (同比); of a week, the week 52 weeks before."""
        if self.span is Span.WEEK:
            return Period(self.span, self.first_on - timedelta(weeks=52), self.until_on - timedelta(weeks=52))
        if self.span is Span.CUSTOM:
            return Period(self.span, _year_before(self.first_on), _year_before(self.until_on))
        return containing(self.span, _year_before(self.first_on))

    @property
    def words(self) -> str:
        """2026年11月, 2026年第三季度, 2026年11月16日至22日."""
        first, until = self.first_on, self.until_on
        if self.span is Span.MONTH:
            return f"{first.year}年{first.month}月"
        if self.span is Span.QUARTER:
            return f"{first.year}年第{'一二三四'[(first.month - 1) // 3]}季度"
        return days_words(first, until)

    @property
    def this(self) -> str:
        """本周, 本月, 本季度, 本期."""
        return THIS[self.span]

    def overlaps(self, other: "Period") -> bool:
        """Whether some day belongs to both."""
        return self.first_on <= other.until_on and other.first_on <= self.until_on


def containing(span: Span, day: date) -> Period:
    """The whole week (from Monday), month or quarter in which that day lies."""
    if span is Span.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(span, monday, monday + timedelta(days=6))
    first_month = day.month if span is Span.MONTH else (day.month - 1) // 3 * 3 + 1
    months = 1 if span is Span.MONTH else 3
    year, after = day.year + (first_month + months - 1) // 12, (first_month + months - 1) % 12 + 1
    return Period(span, date(day.year, first_month, 1), date(year, after, 1) - timedelta(days=1))


def asked_for(span: Span, first_on: date | None, until_on: date | None, today: date) -> Period:
    """The period somebody chose; Missing, by question, where it cannot be reported on.

    Of a whole week, month or quarter any day is enough; one that is not over yet ends today.
    """
    if first_on is None:
        raise Missing({"from": "请选择开始日期"})
    if span is Span.CUSTOM and until_on is None:
        raise Missing({"until": "请选择结束日期"})
    found = containing(span, first_on) if span is not Span.CUSTOM else Period(span, first_on, until_on or first_on)
    if found.until_on < found.first_on:
        raise Missing({"until": "结束日期在开始日期之前"})
    if found.first_on > today:
        raise Missing({"from": "这段时间还没有开始，不能通报"})
    if found.until_on > today:
        if span is Span.CUSTOM:
            raise Missing({"until": f"结束日期还没有到，最晚选今天（{today.month}月{today.day}日）"})
        raise Missing({"from": f"{found.words}还没有结束；要通报到今天为止的情况，请选“{LABELS[Span.CUSTOM]}”"})
    if (found.until_on - found.first_on).days >= LONGEST:
        raise Missing({"until": f"一份通报最多说 {LONGEST} 天，请选短一些的时间"})
    return found


def days_words(first: date, until: date) -> str:
    """2026年11月16日至22日, naming only what differs."""
    start = f"{first.year}年{first.month}月{first.day}日"
    if first == until:
        return start
    if first.year != until.year:
        return f"{start}至{until.year}年{until.month}月{until.day}日"
    return f"{start}至{until.day}日" if first.month == until.month else f"{start}至{until.month}月{until.day}日"


def _year_before(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28) if leap_day else day.replace(year=day.year - 1)
