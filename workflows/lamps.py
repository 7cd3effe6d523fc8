"""The lamp of a clock: a colour, and the words that always stand beside it."""

from dataclasses import dataclass
from datetime import date, datetime

from workflows.calendar import ONE_DAY, Calendar


@dataclass(frozen=True, slots=True)
class Lamp:
    """A colour that never stands without words."""

    colour: str  # green yellow red purple grey blue
    words: str


GREY = Lamp("grey", "暂停计时")
BLUE = Lamp("blue", "按期办结")


def lamp(
    due_on: date,
    due_at: datetime,
    *,
    waiting: bool,
    now: datetime,
    calendar: Calendar,
    soon_days: int,
    long_days: int,
) -> Lamp:
    """The lamp of a clock that has started and not stopped.

    黄 within ``soon_days`` working days of the due day, 紫 when late by more than ``long_days``.
    """
    if waiting:
        return GREY
    today = calendar.day_of(now)
    if now >= due_at:
        late = calendar.between(due_on, today)
        words = f"逾期 {late} 个工作日" if late > 0 else "逾期不足 1 个工作日"
        return Lamp("purple" if late > long_days else "red", words)
    left = calendar.between(today, due_on)
    end = due_at.astimezone(calendar.zone)
    words = f"{end:%H:%M} 前" if end.date() == today else _left_in_words(today, due_on, left)  # a limit in hours
    return Lamp("yellow" if left <= soon_days else "green", words)


def _left_in_words(today: date, due_on: date, left: int) -> str:
    if due_on == today:
        return "今天到期"
    if due_on == today + ONE_DAY:
        return "明天到期"
    return f"还有 {left} 个工作日"
