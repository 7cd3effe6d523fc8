"""Counting out a due day: the one function that makes a date is the one that explains it, so they cannot disagree."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from workflows.calendar import Calendar
from workflows.terms import Limit


@dataclass(frozen=True, slots=True)
class Due:
    """The last day that is in time, the moment it is over (24:00 for limits in days), and how sure the date is."""

    on: date
    at: datetime
    provisional: bool


class StepKind(StrEnum):
    """What can happen to a clock after it started."""

    WAITED = "waited"  # stands still from this moment on
    RESUMED = "resumed"
    EXTENDED = "extended"  # a new due day was granted
    RETIMED = "retimed"  # another limit, counted from the same start
    FIXED = "fixed"  # a due day taken over as it was, where the way to it is not on record
    MOVED = "moved"  # for the record only: a notice moved the due day; counting anew finds the same by itself


@dataclass(frozen=True, slots=True)
class Step:
    """One of those, with its reason and who granted it."""

    at: datetime
    kind: StepKind
    reason: str = ""
    by: str = ""
    until_on: date | None = None  # EXTENDED, FIXED
    limit: Limit | None = None  # RETIMED


@dataclass(frozen=True, slots=True)
class History:
    """All that the due day of a clock follows from."""

    started_at: datetime
    limit: Limit
    steps: tuple[Step, ...] = ()


class DayKind(StrEnum):
    """How a day on the way to the due day is taken."""

    START = "start"  # the day of receipt, day 0
    COUNTED = "counted"
    OFF = "off"
    WAITING = "waiting"
    EXTENDED = "extended"  # counted, within a granted extension
    ROLLED = "rolled"  # a due day on a day off goes on to the next working day


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of the count."""

    on: date
    kind: DayKind
    number: int | None  # which counted day it is
    why: str  # 周六 / 国庆节、中秋节放假 / 挂账 / 调休上班; empty for an ordinary working day
    source: str = ""  # the notice or rule: 国办发明电〔2025〕7号
    provisional: bool = False
    seconds: int | None = None  # counted on that day, for limits in hours


@dataclass(frozen=True, slots=True)
class Account:
    """A due day and the way to it."""

    due: Due
    days: tuple[Day, ...]
    allowed: int  # the limit with what was granted, in the limit's unit
    unspent: int | None  # set while it waits: days in the limit's unit, seconds for hours; negative when overdue

    @property
    def waiting(self) -> bool:
        """Whether it stands still."""
        return self.unspent is not None


def account(history: History, calendar: Calendar) -> Account:
    """Count a due day out. The days reach from the start to the due day; while it waits, to the day of waiting."""
    raise NotImplementedError
