"""Somebody looks at the pictures of a period; and the picture of the ladder: how often the clocks pressed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from helpdesk.figures.scope import Scope
from helpdesk.figures.tables import totals
from helpdesk.figures.terms import Behind, Row
from helpdesk.listings.catalogue import LISTINGS
from helpdesk.listings.choosing import choose
from helpdesk.listings.showing import keys_of
from helpdesk.listings.strike_lists import RUNGS
from helpdesk.listings.terms import Keys
from helpdesk.listings.words import Reading
from helpdesk.office import queries
from helpdesk.office.charts import Chart, Point, Series, Shape


@dataclass(frozen=True)
class Looking:
    """Somebody looks at the pictures of a period. ``narrowed``: group and category, as filters of the lists."""

    reading: Reading
    first_on: date
    until_on: date
    narrowed: Mapping[str, str]
    to_list: Callable[..., str]  # (listing, **filters) -> address

    @property
    def period(self) -> dict[str, str]:
        """The period as filters of the lists."""
        return {"from": self.first_on.isoformat(), "until": self.until_on.isoformat()}

    @property
    def scope(self) -> Scope:
        """The same for the figures."""
        group, category = self.narrowed.get("group"), self.narrowed.get("category")
        return Scope(self.first_on, self.until_on, self.reading.me, group=group, category=category)

    @cached_property
    def whole(self) -> Row:
        """The figures of all of it, counted once for everything that tells of them."""
        return totals(self.scope)

    def url(self, behind: Behind | None) -> str | None:
        """The address of the rows behind a figure; None where there are none."""
        return self.to_list(behind.listing, **behind.values) if behind and behind.size else None

    def keys(self, listing: str, **values: str) -> Keys:
        """The keys of a list that is narrowed to the same group and category."""
        found = LISTINGS[listing]
        return keys_of(found, choose(found, {**self.narrowed, **values}, self.reading), self.reading)

    def point(self, listing: str, size: int, **values: str) -> Point:
        """A number with the way to its rows."""
        return Point(size, f"{size:,}", self.to_list(listing, **self.narrowed, **values))


# -- The ladder --------------------------------------------------------------------------------------------------------

STRIKES = "strikes"


def ladder(looking: Looking) -> Chart:
    """How often the clocks reminded, 催办, 督办 in the period."""
    rungs = [(name, label) for name, label, _ in RUNGS]
    found = queries.counts({name: looking.keys(STRIKES, rung=name, **looking.period) for name, _ in rungs})
    points = [looking.point(STRIKES, found[name], rung=name, **looking.period) for name, _ in rungs]
    message = "，".join(f"{label} {found[name]:,} 次" for name, label in rungs)
    return Chart(
        "ladder",
        "提醒、催办、督办",
        message,
        Shape.BARS,
        "节点",
        tuple(label for _, label in rungs),
        (Series("到点次数", tuple(points), "purple"),),
        "次",
    )
