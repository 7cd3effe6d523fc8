"""Counting days and open hours: days off, working weekends, office hours, and what lies beyond the last published year."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
SATURDAY = 5
BEIJING = ZoneInfo("Asia/Shanghai")
PATIENCE = 400
"""So many days without a working day, or without an open hour, and the calendar is taken for empty."""

Windows = tuple[tuple[time, time], ...]
"""Hours of a day, from–to, in order; an end of 00:00 is the midnight at which the day ends."""


class EmptyCalendarError(ValueError):
    """There is no working day, or no open hour, to count on; says so in Chinese."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a declared day is called and which notice declares it; for explanations only."""

    working: bool
    name: str  # 国庆节、中秋节
    source: str = ""  # 国办发明电〔2025〕7号


@dataclass(frozen=True, slots=True)
class Season:
    """Office hours from a day of the year on, until the next season begins."""

    begins: tuple[int, int]  # month and day
    windows: Windows
    name: str = ""


ALL_YEAR = (Season((1, 1), ((time(8, 30), time(11, 30)), (time(13, 30), time(17)))),)


@dataclass(frozen=True)
class Calendar:
    """Which days are working days, and when the offices are open on them.

    ``days_off``: working weekdays that are off; ``days_on``: weekend days declared working days;
    ``last_year``: the last year whose notice has been published. Beyond it Monday to Friday are taken for
    working days, and every date there is provisional. ``hours``: single working days with hours of their own.
    Whatever would count for ever raises EmptyCalendarError.
    """

    days_off: frozenset[date]
    days_on: frozenset[date]
    last_year: int
    zone: ZoneInfo = BEIJING
    marks: Mapping[date, Mark] = field(default_factory=dict)
    seasons: tuple[Season, ...] = ALL_YEAR
    hours: Mapping[date, Windows] = field(default_factory=dict)

    # -- Days ----------------------------------------------------------------------------------------------------------

    def is_working(self, day: date) -> bool:
        """Whether that local day is a working day."""
        if day.weekday() >= SATURDAY:
            return day in self.days_on
        return day not in self.days_off

    def is_provisional(self, day: date) -> bool:
        """Whether that day lies in a year whose notice is not published yet."""
        return day.year > self.last_year

    def add(self, start: date, days: int) -> date:
        """The ``days``-th working day after ``start``, which is day 0 (民法典 201); before it when negative."""
        step = ONE_DAY if days >= 0 else -ONE_DAY
        day, left, last = start, abs(days), start
        while left:
            day += step
            if self.is_working(day):
                left, last = left - 1, day
            elif abs((day - last).days) > PATIENCE:
                raise _empty(last, "工作日")
        return day

    def between(self, start: date, end: date) -> int:
        """How many working days lie after ``start`` up to and with ``end``; negative when ``end`` is earlier."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(start + ONE_DAY * n) for n in range(1, (end - start).days + 1))

    def roll_forward(self, day: date) -> date:
        """That day, or the next working day when it is a day off (民法典 203)."""
        return day if self.is_working(day) else self.add(day, 1)

    def day_of(self, moment: datetime) -> date:
        """The local date of an aware moment."""
        return moment.astimezone(self.zone).date()

    def at(self, day: date, clock_time: time = time.min) -> datetime:
        """That local time of that day as an aware UTC moment; midnight when no time is given."""
        return datetime.combine(day, clock_time, self.zone).astimezone(UTC)

    # -- Hours ---------------------------------------------------------------------------------------------------------

    def season_of(self, day: date) -> Season | None:
        """The season whose office hours hold on that day; the year's last one goes on into January."""
        in_order = sorted(self.seasons, key=lambda season: season.begins)
        begun = [season for season in in_order if season.begins <= (day.month, day.day)]
        return (begun or in_order)[-1] if in_order else None

    def windows_of(self, day: date) -> Windows:
        """The office hours of a day, none on a day off."""
        if not self.is_working(day):
            return ()
        season = self.season_of(day)
        return self.hours.get(day, season.windows if season else ())

    def open_spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The same as aware UTC moments."""
        return tuple((self.at(day, begin), self._end(day, end)) for begin, end in self.windows_of(day))

    def add_open(self, moment: datetime, seconds: float) -> datetime:
        """The moment so many open seconds later; earlier when negative. What ends at closing time is due at closing time.

        No seconds at all lead to the next opening, or stay where the offices are open.
        """
        if seconds < 0:
            return self._back(moment, timedelta(seconds=-seconds))
        left = timedelta(seconds=seconds)
        for opens, closes in self._spans(moment, ONE_DAY):
            begin = max(opens, moment)
            if closes >= moment and begin + left <= closes:
                return begin + left
            left -= max(closes - begin, timedelta(0))
        raise AssertionError("spans never end")  # pragma: no cover

    def _back(self, moment: datetime, left: timedelta) -> datetime:
        for opens, closes in self._spans(moment, -ONE_DAY):
            end = min(closes, moment)
            if opens <= moment and end - left >= opens:
                return end - left
            left -= max(end - opens, timedelta(0))
        raise AssertionError("spans never end")  # pragma: no cover

    def last_opening(self, moment: datetime) -> datetime:
        """That moment while the offices are open, else the last closing time before it."""
        return self._back(moment, timedelta(0))

    def open_seconds(self, start: datetime, end: datetime) -> float:
        """How many open seconds lie between two moments; negative when ``end`` is earlier."""
        if end < start:
            return -self.open_seconds(end, start)
        first, last = self.day_of(start), self.day_of(end)
        spans = (span for n in range((last - first).days + 1) for span in self.open_spans(first + ONE_DAY * n))
        shared = (min(closes, end) - max(opens, start) for opens, closes in spans)
        return sum((span for span in shared if span > timedelta(0)), timedelta(0)).total_seconds()

    def _end(self, day: date, clock_time: time) -> datetime:
        return self.at(day, clock_time) if clock_time != time.min else self.at(day + ONE_DAY)

    def _spans(self, moment: datetime, step: timedelta) -> Iterator[tuple[datetime, datetime]]:
        """The spans of that day and on, or back, day after day."""
        day = last = self.day_of(moment)
        while True:
            spans = self.open_spans(day)
            yield from spans if step > timedelta(0) else reversed(spans)
            last = day if spans else last
            if abs((day - last).days) > PATIENCE:
                raise _empty(last, "办公时段")
            day += step


def _empty(since: date, what: str) -> EmptyCalendarError:
    return EmptyCalendarError(
        f"工作日历是空的：{since.year}年{since.month}月{since.day}日前后连续{PATIENCE}天没有一个{what}，无法计算期限。"
    )


# -- What is wrong with office hours -----------------------------------------------------------------------------------


def season_complaints(seasons: tuple[Season, ...]) -> list[str]:
    """What makes these seasons unusable, in Chinese sentences; empty when all is well."""
    found = [] if seasons else ["没有设置办公时段。"]
    begun: set[tuple[int, int]] = set()
    for season in seasons:
        name = season.name or "{}月{}日起".format(*season.begins)
        if not _is_day(*season.begins):
            found.append("“{}”的开始日期{}月{}日不存在。".format(name, *season.begins))
        if season.begins in begun:
            found.append("有两个时令从同一天（{}月{}日）开始。".format(*season.begins))
        begun.add(season.begins)
        found += [f"“{name}”{complaint}" for complaint in _window_complaints(season.windows)]
    return found


def _is_day(month: int, day: int) -> bool:
    try:
        date(2023, month, day)  # a day that every year has
    except ValueError:
        return False
    return True


def _window_complaints(windows: Windows) -> list[str]:
    if not windows:
        return ["没有办公时段。"]
    found = [f"的时段{_said(one)}结束不晚于开始。" for one in windows if not _begins_before_its_end(one)]
    in_order = sorted(each for each in windows if _begins_before_its_end(each))
    for one, other in pairwise(in_order):
        if _minutes(other[0]) < (_minutes(one[1]) or 24 * 60):
            found.append(f"的时段{_said(one)}与{_said(other)}重叠。")
    return found


def _begins_before_its_end(window: tuple[time, time]) -> bool:
    return window[0] < window[1] or window[1] == time.min


def _minutes(clock_time: time) -> float:
    return clock_time.hour * 60 + clock_time.minute + clock_time.second / 60


def _said(window: tuple[time, time]) -> str:
    end = f"{window[1]:%H:%M}" if window[1] != time.min else "24:00"
    return f"{window[0]:%H:%M}–{end}"
