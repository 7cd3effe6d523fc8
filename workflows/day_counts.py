"""Counting out a limit in days, working or natural: each day on the way is written down as it is counted."""

from datetime import date, datetime

from workflows.calendar import ONE_DAY, SATURDAY, Calendar, Mark
from workflows.steps import Account, Day, DayKind, Due, Step
from workflows.terms import Limit, Unit

ROLLS = "《民法典》第二百零三条"
NOTHING_LEFT = "暂停时期限已经用完，恢复当天到期"
STAYS_LATE = "暂停前已经逾期，恢复后逾期天数不变"
WEEKDAYS = "一二三四五六日"
SPEAKS_FOR_ITSELF = ("放假", "休息", "停工", "停课", "停业", "停办")
"""Names of days that need no “放假” after them."""


def days_left(due_on: date, unit: Unit, today: date, calendar: Calendar) -> int:
    """What is left of a limit in days; negative when overdue, also where only days off went by since the due day."""
    if unit is Unit.NATURAL_DAYS:
        return (due_on - today).days
    if today <= due_on:
        return calendar.between(today, due_on)
    return min(-1, -calendar.between(due_on - ONE_DAY, today - ONE_DAY))


def words_of(day: date, calendar: Calendar) -> tuple[str, str]:
    """Why a day is off, or works although one would not think so, and which notice says so; empty for ordinary days."""
    mark, weekend = calendar.marks.get(day), day.weekday() >= SATURDAY
    working = calendar.is_working(day)
    if mark is not None and mark.working is working:
        return _declared(mark, weekend=weekend), mark.source
    if working:
        return ("调休上班" if weekend else ""), ""
    return (f"周{WEEKDAYS[day.weekday()]}" if weekend else "放假"), ""


def _declared(mark: Mark, *, weekend: bool) -> str:
    if mark.working:
        return "调休上班" if weekend else "照常上班"
    return mark.name if mark.name.endswith(SPEAKS_FOR_ITSELF) else f"{mark.name}放假"


def granted_by(step: Step) -> str:
    """An extension in words."""
    return f"{step.by}批准延期" if step.by else "批准延期"


class DayCount:
    """A count that goes on step by step; ``account()`` is what it has come to."""

    def __init__(self, started_at: datetime, limit: Limit, calendar: Calendar) -> None:
        self.limit, self.calendar = limit, calendar
        self.natural = limit.unit is Unit.NATURAL_DAYS
        self.on = calendar.day_of(started_at)
        self.allowed = limit.amount
        self.numbered = True
        self.waited: Step | None = None
        self.granted: Step | None = None
        self.days: list[Day] = []
        self.number = 0
        self._write(self.on, DayKind.START, why="收到当天不算")
        self._run(self.on, limit.amount)

    # -- Steps ---------------------------------------------------------------------------------------------------------

    def wait(self, step: Step) -> None:
        """It stands still from that day on, which is used up."""
        self.waited = step
        today = self.calendar.day_of(step.at)
        self._cut(today)
        while self.days[-1].on < today:
            self._write_passing(self.days[-1].on + ONE_DAY, DayKind.LATE)

    def resume(self, step: Step) -> None:
        """It goes on with what was left; the day of going on is not counted."""
        assert self.waited is not None
        left, waited, today = self._left(), self.waited, self.calendar.day_of(step.at)
        self.waited = None
        while self.days[-1].on < today:
            self._write(self.days[-1].on + ONE_DAY, DayKind.WAITING, why=waited.reason or "暂停计时")
        self._run(today, left)

    def extend(self, step: Step) -> None:
        """Due on the day that was granted, never earlier than without it."""
        assert step.until_on is not None
        until, before = self.calendar.roll_forward(step.until_on), self.on
        if until <= before:
            return
        gained = (step.until_on - before).days if self.natural else self.calendar.between(before, until)
        self.allowed += max(gained, 0)
        self.granted = step
        self._run(before, max(gained, 0))
        self.on = until

    def fix(self, step: Step, until: date) -> None:
        """Due on that day, whatever the count says."""
        self.on, self.numbered = until, False
        first = self.days[0].on
        self.days = self.days[:1]
        for n in range(1, (until - first).days + 1):
            day = first + ONE_DAY * n
            kind = DayKind.FIXED if day == until else DayKind.UNRECORDED
            self._write(day, kind, why=step.reason if kind is DayKind.FIXED else "")

    def account(self) -> Account:
        """What it has come to."""
        calendar = self.calendar
        due = Due(self.on, calendar.at(self.on + ONE_DAY), provisional=calendar.is_provisional(self.on))
        return Account(due, tuple(self.days), self.allowed, self._left() if self.waited else None, self.limit)

    # -- Counting ------------------------------------------------------------------------------------------------------

    def _left(self) -> int:
        assert self.waited is not None
        return days_left(self.on, self.limit.unit, self.calendar.day_of(self.waited.at), self.calendar)

    def _run(self, since: date, left: int) -> None:
        """Count on from the day after ``since``; past days stay past: only a day to come moves off a day off."""
        if left < 0:
            self._stay_late(since, left)
            return
        last = self._ahead(since, left)
        for n in range(1, (last - since).days + 1):
            self._count(since + ONE_DAY * n)
        self.on = self._roll(last)

    def _ahead(self, since: date, days: int) -> date:
        return since + ONE_DAY * days if self.natural else self.calendar.add(since, days)

    def _stay_late(self, since: date, left: int) -> None:
        self.on = max(self.on, self._ahead(since, left))
        self._cut(self.on)
        if self.days[-1].kind in (DayKind.LATE, DayKind.WAITING):
            self.days[-1] = Day(self.on, DayKind.ROLLED, why=STAYS_LATE, provisional=self.days[-1].provisional)

    def _count(self, day: date) -> None:
        """Write a day down, counted or off."""
        number = self.number + 1
        if not self.natural and not self.calendar.is_working(day):
            self._write_passing(day, DayKind.OFF)
        elif not self.numbered:
            self._write_passing(day, DayKind.EXTENDED if self.granted else DayKind.COUNTED)
        elif number > self.allowed:
            self._write(day, DayKind.ROLLED, why="暂停前顺延的天数保留", source=ROLLS)
        elif self.granted and number > self.limit.amount:
            self._write(day, DayKind.EXTENDED, number=number, why=granted_by(self.granted))
        else:
            self._write_passing(day, DayKind.COUNTED, number=number)

    def _roll(self, day: date) -> date:
        """The due day, off days off; a day that was spent waiting is due for want of anything left."""
        on = self.calendar.roll_forward(day)
        if on == day and self.days[-1].kind is DayKind.WAITING:
            self.days.pop()
            self._write(day, DayKind.ROLLED, why=NOTHING_LEFT)
        while self.days[-1].on < on:
            following = self.days[-1].on + ONE_DAY
            if following == on:
                self._write(on, DayKind.ROLLED, why="到期日逢休息日，顺延到下一个工作日", source=ROLLS)
            else:
                self._write_passing(following, DayKind.OFF)
        return on

    def _cut(self, last: date) -> None:
        while self.days[-1].on > last and len(self.days) > 1:
            self.number -= self.days.pop().number is not None

    def _write_passing(self, day: date, kind: DayKind, *, number: int | None = None) -> None:
        why, source = words_of(day, self.calendar)
        self._write(day, kind, number=number, why=why, source=source)

    def _write(self, day: date, kind: DayKind, *, number: int | None = None, why: str = "", source: str = "") -> None:
        self.number = number or self.number
        self.days.append(Day(day, kind, number, why, source, self.calendar.is_provisional(day)))
