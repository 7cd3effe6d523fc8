"""What a notice says of single days, off or working, and whether that can be true."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from workflows.calendar import SATURDAY, Calendar

WEEKDAYS = "一二三四五六日"
HOLIDAYS = {"元旦": "元旦", "春节": "春节", "劳动节": "劳动节|五一", "国庆节": "国庆|十一"}
ADDED_HOLIDAYS = {"清明节": "清明", "端午节": "端午", "中秋节": "中秋"}
"""Every notice arranges those, since 2008 these as well (全国年节及纪念日放假办法第二条)."""
ADDED_IN = 2008
DECEMBER = 12
NOTHING = "没有读到任何放假或者上班的日子，请核对内容是否完整"
LONGEST_NAME = 40


class Severity(StrEnum):
    """What a complaint means for the notice."""

    ERROR = "error"  # it contradicts itself or the calendar: it cannot take effect
    DOUBT = "doubt"  # somebody has to look and may accept it


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that is wrong, or not understood, in words for the administrator."""

    severity: Severity
    message: str
    sentence: str = ""  # the one that is complained of

    def __str__(self) -> str:
        return f"“{self.sentence}”：{self.message}" if self.sentence else self.message


@dataclass(frozen=True, slots=True)
class Declared:
    """One day that a notice names: off, or a working day."""

    on: date
    working: bool
    name: str
    sentence: str = field(default="", compare=False)  # where it says so


@dataclass(frozen=True)
class Reading:
    """What was understood of a notice or of a file, and what is to be complained of."""

    year: int | None
    days: tuple[Declared, ...]  # by date, each date once
    complaints: tuple[Complaint, ...]
    title: str = ""
    number: str | None = None  # 国办发明电〔2025〕7号
    published_on: date | None = None

    @property
    def errors(self) -> tuple[Complaint, ...]:
        """Why it cannot take effect."""
        return tuple(each for each in self.complaints if each.severity is Severity.ERROR)

    @property
    def doubts(self) -> tuple[Complaint, ...]:
        """What somebody has to accept."""
        return tuple(each for each in self.complaints if each.severity is Severity.DOUBT)

    @property
    def missing(self) -> tuple[str, ...]:
        """The holidays of a whole year that it does not arrange; empty for a whole year's notice."""
        named = "".join({each.name: "" for each in self.days if not each.working})
        wanted = HOLIDAYS | (ADDED_HOLIDAYS if self.year is None or self.year >= ADDED_IN else {})
        return tuple(name for name, words in wanted.items() if not re.search(words, named))

    @property
    def covers_year(self) -> bool:
        """Whether it arranges a whole year: afterwards that year's dates are no longer provisional."""
        return not self.missing


def weekday_words(day: date) -> str:
    """周四."""
    return f"周{WEEKDAYS[day.weekday()]}"


def day_words(day: date) -> str:
    """2026年1月4日（周日）."""
    return f"{day.year}年{day.month}月{day.day}日（{weekday_words(day)}）"


def error(message: str, sentence: str = "") -> Complaint:
    """A complaint that cannot be accepted."""
    return Complaint(Severity.ERROR, message, sentence)


def doubt(message: str, sentence: str = "") -> Complaint:
    """A complaint that somebody may accept."""
    return Complaint(Severity.DOUBT, message, sentence)


def complained(reading: Reading, message: str) -> Reading:
    """The same with an error that leaves nothing to be read."""
    return replace(reading, complaints=(*reading.complaints, error(message)))


def judged(reading: Reading, known: Calendar | None = None) -> Reading:
    """The same with each date once, and with all that cannot be true of its days.

    ``known``: the calendar in force. It says what is off already, for notices that only amend it.
    """
    days, contradictions = _each_once(reading.days)
    settled = replace(reading, days=days)
    found = [*reading.complaints, *contradictions, *_checked(settled, known)]
    return replace(settled, complaints=tuple(dict.fromkeys(found)))


def _each_once(found: Iterable[Declared]) -> tuple[tuple[Declared, ...], list[Complaint]]:
    first: dict[date, Declared] = {}
    complaints = []
    for each in found:
        known = first.setdefault(each.on, each)
        if known.working != each.working:
            complaints.append(error(f"{day_words(each.on)}又是放假，又是上班，自相矛盾", each.sentence))
        elif known.name != each.name:
            complaints.append(doubt(f"{day_words(each.on)}在“{known.name}”里已经写过一次", each.sentence))
    return tuple(first[on] for on in sorted(first)), complaints


def _checked(reading: Reading, known: Calendar | None) -> list[Complaint]:
    if not reading.days:
        return [] if reading.errors else [error(NOTHING)]
    amended = None if reading.covers_year else known
    return [
        *_out_of_place(reading.days, reading.year),
        *_no_make_up(reading.days, amended),
        *_named_too_long(reading.days),
    ]


def _out_of_place(days: tuple[Declared, ...], year: int | None) -> list[Complaint]:
    if year is None:
        return []
    return [
        error(f"{day_words(each.on)}不属于 {year} 年的安排", each.sentence)
        for each in days
        if each.on.year != year and not (each.on.year == year - 1 and each.on.month == DECEMBER)
    ]


def _no_make_up(days: tuple[Declared, ...], known: Calendar | None) -> list[Complaint]:
    """A weekday may be declared a working day only where it has been declared off before."""
    return [
        error(f"{day_words(each.on)}本来就是工作日，不会是调休上班的日子", each.sentence)
        for each in days
        if each.working and each.on.weekday() < SATURDAY and (known is None or known.is_working(each.on))
    ]


def _named_too_long(days: tuple[Declared, ...]) -> list[Complaint]:
    names = dict.fromkeys(each.name for each in days if len(each.name) > LONGEST_NAME)
    return [error(f"名称“{name[:LONGEST_NAME]}…”太长，最多 {LONGEST_NAME} 个字") for name in names]
