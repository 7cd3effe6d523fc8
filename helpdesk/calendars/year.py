"""A year day by day, as the pages show it: months, weeks, what each declared day is called and by which notice."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from helpdesk.calendars.models import DISTRICT
from helpdesk.calendars.queries import InForce
from workflows.calendar import ONE_DAY, SATURDAY, Calendar

OFF, WORKING, LOCAL_OFF, LOCAL_WORKING = "off", "working", "local-off", "local-working"
WORDS = {OFF: "休", WORKING: "班", LOCAL_OFF: "区休", LOCAL_WORKING: "区班"}
"""What stands in a day's square: the colour is never alone."""
LEGEND = (
    (OFF, "放假（国务院通知）"),
    (WORKING, "调休上班（国务院通知）"),
    (LOCAL_OFF, "本区放假"),
    (LOCAL_WORKING, "本区上班"),
)


@dataclass(frozen=True)
class Square:
    """One day. ``look``: of which sort a declared day is; None for an ordinary working day or weekend."""

    day: date
    look: str | None
    weekend: bool
    told: str  # 元旦放假（国办发明电〔2025〕7号)
    fresh: bool = False  # it is this that is being declared
    today: bool = False

    @property
    def word(self) -> str:
        """休, 班 …; empty for ordinary days."""
        return WORDS.get(self.look or "", "")


@dataclass(frozen=True)
class Month:
    """A month in weeks from Monday to Sunday; None outside it."""

    number: int
    working_days: int
    weeks: tuple[tuple[Square | None, ...], ...]


@dataclass(frozen=True)
class Holiday:
    """The declared days of one name, in a row or not, with the weekends that are worked for them."""

    name: str
    off: str
    working: str
    source: str


def months(
    year: int, calendar: Calendar, days: Mapping[date, InForce], *, fresh: Collection[date] = (), today: date
) -> list[Month]:
    """The twelve months of a year; ``fresh`` days are marked."""
    return [_month(year, number, calendar, days, fresh, today) for number in range(1, 13)]


def _month(
    year: int, number: int, calendar: Calendar, days: Mapping[date, InForce], fresh: Collection[date], today: date
) -> Month:
    first = date(year, number, 1)
    following = date(year + number // 12, number % 12 + 1, 1)
    inside = [first + ONE_DAY * n for n in range((following - first).days)]
    squares = [_square(day, days.get(day), day in fresh, day == today) for day in inside]
    padded: list[Square | None] = [None] * first.weekday() + list(squares)
    padded += [None] * (-len(padded) % 7)
    weeks = tuple(tuple(padded[n : n + 7]) for n in range(0, len(padded), 7))
    return Month(number, sum(map(calendar.is_working, inside)), weeks)


def _square(day: date, declared: InForce | None, fresh: bool, today: bool) -> Square:  # noqa: FBT001
    weekend = day.weekday() >= SATURDAY
    look = look_of(declared) if declared else None
    return Square(day, look, weekend, told(declared) if declared else "", fresh, today)


def look_of(declared: InForce) -> str:
    """Of which sort a declared day is."""
    if declared.kind == DISTRICT:
        return LOCAL_WORKING if declared.working else LOCAL_OFF
    return WORKING if declared.working else OFF


def told(declared: InForce) -> str:
    """元旦放假（国办发明电〔2025〕7号）."""
    verb = "上班" if declared.working else "放假"
    name = declared.name.removesuffix(verb)
    return f"{name}{verb}（{declared.source}）"


def holidays(days: Iterable[InForce]) -> list[Holiday]:
    """The declared days of a year, one line for each name and notice, in order."""
    first: dict[tuple[str, str, str], list[InForce]] = {}
    for each in days:
        first.setdefault((each.name, each.source, each.kind), []).append(each)
    in_order = sorted(first.items(), key=lambda pair: min(pair[1], key=lambda each: (each.working, each.day)).day)
    return [
        Holiday(
            name,
            spans(each.day for each in some if not each.working),
            spans(each.day for each in some if each.working),
            source,
        )
        for (name, source, _), some in in_order
    ]


def spans(days: Iterable[date]) -> str:
    """1月1日（周四）至3日（周六）、5月9日（周六）."""
    in_order = sorted(days)
    runs = groupby(enumerate(in_order), key=lambda pair: pair[1].toordinal() - pair[0])
    found = []
    for _, run in runs:
        some = [day for _, day in run]
        last = "" if len(some) == 1 else f"至{_end(some[0], some[-1])}"
        found.append(f"{some[0].month}月{some[0].day}日（周{'一二三四五六日'[some[0].weekday()]}）{last}")
    return "、".join(found)


def _end(first: date, last: date) -> str:
    month = "" if last.month == first.month else f"{last.month}月"
    return f"{month}{last.day}日（周{'一二三四五六日'[last.weekday()]}）"
