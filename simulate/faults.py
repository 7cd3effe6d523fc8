"""Which process dies when: drawn from the seed, on average so many a day."""

from collections import Counter
from datetime import date
from random import Random

SHORT, MIDDLE, LONG = 6, 25, 90
"""How far a doomed process gets at most: most orders are short, and every place shall have its turn."""


class Faults:
    """The fate of the processes; ``kills_a_day`` 0: nobody ever dies."""

    def __init__(self, seed: int, kills_a_day: float) -> None:
        self._dice = Random(f"{seed}|faults")
        self._a_day = kills_a_day
        self._due = 0.0
        self._today: date | None = None
        self.kills: Counter[str] = Counter()

    def new_day(self, day: date) -> None:
        """Another day brings its share; what did not happen stays due for a while."""
        if day != self._today:
            self._today = day
            self._due = min(self._due + self._a_day, 2 * self._a_day)

    def doom(self, likely: float) -> int | None:
        """After how many places the process dies that gets the next order; None: it may live."""
        if self._due < 1 or self._dice.random() >= likely:
            return None
        return self._dice.randint(1, self._dice.choice((SHORT, MIDDLE, LONG)))

    def died(self, order: str) -> None:
        """It came to pass."""
        self._due -= 1
        self.kills[order] += 1

    def clicks_twice(self) -> bool:
        """Whether somebody is impatient."""
        return self._a_day > 0 and self._dice.random() < 0.05
