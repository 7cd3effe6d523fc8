"""Noticing that somebody has moved the machine's clock: whoever sleeps until an hour would oversleep otherwise."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FORGIVEN = timedelta(seconds=30)
"""So much may the wall clock go wrong between two looks; time servers mend seconds."""


@dataclass
class ClockWatch:
    """Compares the wall clock with a clock that cannot be moved; ``steady``: seconds of any beginning."""

    wall: datetime
    steady: float

    def leap(self, wall: datetime, steady: float) -> timedelta | None:
        """How far the wall clock has been moved since the last look, backwards when negative; None when it was not."""
        moved = (wall - self.wall) - timedelta(seconds=steady - self.steady)
        self.wall, self.steady = wall, steady
        return moved if abs(moved) > FORGIVEN else None
