"""Filters by where an enterprise lies and who is paired with it, shared by several lists; shown once they are chosen."""

from collections.abc import Callable
from datetime import date

from helpdesk.db import once
from helpdesk.enterprises.queries import cadres
from helpdesk.listings import queries
from helpdesk.listings.queries import NONE
from helpdesk.listings.terms import Asked, Choices, Condition, Filter
from helpdesk.org.models import UnitKind
from helpdesk.org.queries import units_by_id

ALL = ("", "全部")
STREET, CADRE = "street", "cadre"
Of = Callable[[Condition], Condition]
"""From a condition about problems to one about the lines of a list."""


def units_of(*kinds: UnitKind, none: str) -> Callable[[Asked], Choices]:
    """Every unit of these kinds, also when nobody sits there today: what happened stays with it."""

    def choices(_: Asked) -> Choices:
        known = once("units by key", units_by_id)
        found = tuple((str(key), unit.name) for key, unit in known.items() if not kinds or unit.kind in kinds)
        return (ALL, *found, (NONE, none))

    return choices


def street_filter(meaning: Callable[[str], Condition] = queries.of_street, *, quiet: bool = False) -> Filter:
    """By the street of the enterprise."""
    return Filter(
        STREET,
        "街道、乡镇",
        lambda value, _: meaning(value) if value else None,
        choices=units_of(UnitKind.STREET, none="没有登记街道的"),
        quiet=quiet,
    )


def cadre_filter(
    meaning: Callable[[str, date], Condition] = queries.of_cadre,
    *,
    day: Callable[[Asked], date] = lambda asked: asked.me.today,
    quiet: bool = False,
) -> Filter:
    """By the cadre who is paired with the enterprise on that day.

    Whoever does not see the district chooses himself, or whom he stands in for.
    """

    def choices(asked: Asked) -> Choices:
        found = once(("cadres", day(asked)), lambda: cadres(day(asked)))
        mine = [each for each in found if asked.me.sees_district or each[0] in asked.me.himself]
        rest = ((NONE, "没有包保干部的"),) if asked.me.sees_district else ()
        return (ALL, *((str(key), name) for key, name in mine), *rest)

    return Filter(
        CADRE,
        "包保干部",
        lambda value, asked: meaning(value, day(asked)) if value else None,
        choices=choices,
        quiet=quiet,
    )
