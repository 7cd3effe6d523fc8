"""What a due day follows from, and the words in which its count is told: plain values without arithmetic."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from workflows.terms import Limit, Unit

BY_THE_HOUR = frozenset({Unit.HOURS, Unit.WORKING_HOURS})
"""Units whose amounts are hours; what is left, allowed or used of them is kept in seconds."""


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
    ROLLED = "rolled"  # not counted: the due day went on to here from a day off, or through a wait
    LATE = "late"  # already past the due day when the clock began to wait
    UNRECORDED = "unrecorded"  # on the way to a due day that was taken over as it was
    FIXED = "fixed"  # such a due day


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of the count."""

    on: date
    kind: DayKind
    number: int | None = None  # which counted day it is; None where nothing was counted in whole days
    why: str = ""  # 周六 / 国庆节、中秋节放假 / 挂账 / 调休上班; empty for an ordinary working day
    source: str = ""  # the notice or rule: 国办发明电〔2025〕7号
    provisional: bool = False
    seconds: int | None = None  # counted on that day, for limits in hours


@dataclass(frozen=True, slots=True)
class Account:
    """A due day and the way to it; ``days`` reach from the start to the due day, while it waits to the day of waiting.

    ``allowed`` is the limit with what was granted, ``unspent`` what is left of it, set while it waits and negative when
    overdue: both in days of the limit's unit, in seconds for limits in hours.
    """

    due: Due
    days: tuple[Day, ...]
    allowed: int
    unspent: int | None
    limit: Limit  # the limit in force: the first one, or the one it was re-timed to

    @property
    def waiting(self) -> bool:
        """Whether it stands still."""
        return self.unspent is not None
