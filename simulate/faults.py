"""Which process dies when: drawn from the seed, on average so many a day."""

from collections import Counter
from datetime import date
from random import Random

from simulate.scenario import Scenario

REACH = {"do": (8, 30, 60), "sweep": (6, 30, 120), "post": (15, 40, 120)}
REACH_ELSE = (6, 30)
"""How far a doomed process gets at most: most orders are short, and every place shall have its turn."""
SURVIVORS = 2.0  # so many are doomed for one that dies: the others are done before
ACTS = 9  # that a problem takes, about
SHARES = {"do": 0.4, "sweep": 0.3, "post": 0.25, "plan": 0.03, "tidy": 0.02}
"""Who dies."""
DECREES = ("declare", "publish rules", "retime")
DOOMED_DECREES = 0.9  # they are few: they shall be hard to get through


class Faults:
    """The fate of the processes; without ``harm`` nobody ever dies."""

    def __init__(self, scenario: Scenario, *, harm: bool) -> None:
        self._dice = Random(f"{scenario.seed}|faults|{scenario.fault_seed}")
        self._scenario, self._a_day = scenario, scenario.kills_a_day if harm else 0
        acts = ACTS * scenario.problems / len(scenario.acting_days())
        slots, sweeps, posts = len(scenario.slots), len(scenario.sweeps), len(scenario.posts)
        orders = {"do": acts, "sweep": 2 * sweeps, "post": 2 * (posts + slots), "plan": slots, "tidy": 2}
        self._likely = {name: SURVIVORS * share * self._a_day / orders[name] for name, share in SHARES.items()}
        self._likely |= dict.fromkeys(DECREES, DOOMED_DECREES)
        self._due = 0.0
        self._today: date | None = None
        self.kills: Counter[str] = Counter()

    def new_day(self, day: date) -> None:
        """Another working day brings its share; what did not happen stays due for a while."""
        if day != self._today and self._scenario.is_working(day):
            self._today = day
            self._due = min(self._due + self._a_day, 3 * self._a_day)

    def doom(self, order: str) -> int | None:
        """After how many places the process dies that gets this order next; None: it may live."""
        if self._due < 1 or self._dice.random() >= self._likely[order]:
            return None
        return self._dice.randint(1, self._dice.choice(REACH.get(order, REACH_ELSE)))

    def died(self, order: str) -> None:
        """It came to pass."""
        self._due -= 1
        self.kills[order] += 1

    def clicks_twice(self) -> bool:
        """Whether somebody is impatient."""
        return self._a_day > 0 and self._dice.random() < 0.05
