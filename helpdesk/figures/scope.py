"""What figures are about: a period, whose eyes, and what it is narrowed to; as parameters of the lists behind them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from helpdesk.listings.queries import NONE
from helpdesk.org.roles import seated
from helpdesk.problems.cases import Standing

__all__ = ["NONE", "Dimension", "Scope", "district"]


class Dimension(StrEnum):
    """By what a table of figures is divided."""

    GROUP = "group"
    UNIT = "unit"
    CADRE = "cadre"
    CATEGORY = "category"
    STREET = "street"
    MONTH = "month"


LABELS = {
    Dimension.GROUP: "责任组",
    Dimension.UNIT: "承办单位",
    Dimension.CADRE: "包保干部",
    Dimension.CATEGORY: "问题类别",
    Dimension.STREET: "街道、乡镇",
    Dimension.MONTH: "月份",
}


class TheDistrict(Standing):
    """Nobody in particular: the whole district, for what is made for all, such as a bulletin."""

    @property
    def sees_district(self) -> bool:
        """Everything that was reported."""
        return True


def district(now: datetime) -> Standing:
    """The whole district at that moment."""
    return TheDistrict(0, seated(()), now)


@dataclass(frozen=True)
class Scope:
    """Both days belong to the period. ``me``: whose eyes, and the moment at which what is still open is looked at.

    ``until_entry_id``: as of that timeline entry: what was written later, although it may be dated earlier, does not
    count. Keys are words, as in addresses; NONE for what has none.
    """

    first_on: date
    until_on: date
    me: Standing
    group: str | None = None
    unit: str | None = None
    cadre: str | None = None
    category: str | None = None
    street: str | None = None
    until_entry_id: int | None = None

    @property
    def paired_on(self) -> date:
        """The day whose pairing says which enterprises are a cadre's: the last of the period, today at the latest."""
        return min(self.until_on, self.me.today)

    @property
    def begins_later(self) -> bool:
        """Whether nothing can have happened yet."""
        return self.first_on > self.me.today

    def address(self) -> dict[str, str]:
        """The parameters by which a list is narrowed to the same."""
        chosen = {
            "from": self.first_on.isoformat(),
            "until": self.until_on.isoformat(),
            "group": self.group,
            "unit": self.unit,
            "cadre": self.cadre,
            "category": self.category,
            "street": self.street,
            "upto": str(self.until_entry_id) if self.until_entry_id else None,
        }
        return {name: value for name, value in chosen.items() if value}

    def within(self, dimension: Dimension, key: str) -> "Scope":
        """The same, of one line of a table; a month narrows the period."""
        if dimension is Dimension.MONTH:
            first, last = month_of(key)
            return replace(self, first_on=max(self.first_on, first), until_on=min(self.until_on, last))
        narrowed: dict[str, Any] = {dimension.value: key}
        return replace(self, **narrowed)


def months_in(first_on: date, until_on: date) -> list[str]:
    """2026-09, 2026-10 …: the months of a period."""
    found, year, month = [], first_on.year, first_on.month
    while (year, month) <= (until_on.year, until_on.month):
        found.append(f"{year:04d}-{month:02d}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def month_of(key: str) -> tuple[date, date]:
    """The first and the last day of a month."""
    year, month = (int(part) for part in key.split("-"))
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), date.fromordinal(following.toordinal() - 1)
