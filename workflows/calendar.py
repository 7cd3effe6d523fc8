"""Counting days: the State Council's days off and working weekends, and what lies beyond the last published year."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
SATURDAY = 5
BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Calendar:
    """Which days are working days.

    ``days_off``: working weekdays that are off; ``days_on``: weekend days declared working days;
    ``last_year``: the last year whose notice has been published. Beyond it Monday to Friday are taken for
    working days, and every date there is provisional.
    """

    days_off: frozenset[date]
    days_on: frozenset[date]
    last_year: int
    zone: ZoneInfo = BEIJING

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
        day, left = start, abs(days)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def between(self, start: date, end: date) -> int:
        """How many working days lie after ``start`` up to and with ``end``; negative when ``end`` is earlier."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(start + ONE_DAY * n) for n in range(1, (end - start).days + 1))

    def roll_forward(self, day: date) -> date:
        """That day, or the next working day when it is a day off (民法典 203)."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def day_of(self, moment: datetime) -> date:
        """The local date of an aware moment."""
        return moment.astimezone(self.zone).date()

    def at(self, day: date, clock_time: time = time.min) -> datetime:
        """That local time of that day as an aware UTC moment; midnight when no time is given."""
        return datetime.combine(day, clock_time, self.zone).astimezone(UTC)
