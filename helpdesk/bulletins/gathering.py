"""The figures of a bulletin as plain JSON: what ``helpdesk.figures`` counts, what the list comes to, and comparisons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app

from helpdesk.bulletins import queries
from helpdesk.bulletins.periods import Period
from helpdesk.bulletins.queries import About, Sums
from helpdesk.clock import calendar
from helpdesk.figures.scope import Dimension, Scope, district
from helpdesk.figures.tables import policy_of, totals, with_totals
from helpdesk.figures.terms import Figure, Row
from helpdesk.org.queries import units_by_id
from workflows.problem import PROBLEM
from workflows.terms import Phase

TOLD = (
    *("reported", "assigned", "finished", "closed", "answered", "contacted", "solved", "content", "dissatisfied"),
    *("unreached", "objected", "extended", "last_minute", "redone", "refused", "reopened", "urged", "declined"),
    *("withdrawn", "terminated", "finish_rate", "coverage", "response", "solution", "satisfaction", "overall"),
    *("mean_days", "most_days", "in_time", "sampled", "deviated", "deviation"),
)
"""The figures a bulletin may tell; all of them are frozen, also those of which its text says nothing."""

COMPARED = (
    "reported",
    "finished",
    "closed",
    "answered",
    "response",
    "solution",
    "satisfaction",
    "finish_rate",
    "in_time",
)
ISSUED, RECOMPUTED = "issued", "recomputed"

Figures = dict[str, Any]
"""Plain JSON: moments and days as words, keys of units as words."""


@dataclass(frozen=True)
class Wanted:
    """The days, the scope, and the moment at which what is still open is looked at."""

    period: Period
    group_id: int | None
    now: datetime
    entry_id: int | None = None

    @property
    def scope(self) -> Scope:
        """The same as the figures know it; a bulletin is made for all and sees the whole district."""
        group = str(self.group_id) if self.group_id else None
        days = self.period
        return Scope(days.first_on, days.until_on, district(self.now), group=group, until_entry_id=self.entry_id)

    @property
    def about(self) -> About:
        """The same as the list knows it."""
        return About(self.period, self.group_id, self.now, policy_of(self.scope).soon_days)

    def earlier(self, period: Period) -> "Wanted":
        """The same scope on other days."""
        return Wanted(period, self.group_id, self.now, self.entry_id)


def late_days(now: datetime, days: list[date]) -> dict[date, int]:
    """How many working days ago each of these due days was."""
    today = calendar().day_of(now)
    return {day: max(calendar().between(day, today), 0) for day in days}


def gather(wanted: Wanted, sums: Sums) -> Figures:
    """All figures of a bulletin; ``sums``: what its list comes to."""
    groups, whole = with_totals(wanted.scope, Dimension.GROUP)
    return {
        "as_of": wanted.now.isoformat(timespec="microseconds"),
        "low": current_app.config["BULLETIN_LOW"],
        "period": [wanted.period.first_on.isoformat(), wanted.period.until_on.isoformat()],
        "totals": _plain_row(whole),
        "groups": [{"key": row.key, "label": row.label, "figures": _plain_row(row)} for row in groups],
        **of_list(sums),
        "compared": {
            "previous": _earlier(wanted, wanted.period.previous),
            "last_year": _earlier(wanted, wanted.period.last_year),
        },
    }


def of_list(sums: Sums) -> Figures:
    """What stands in the list: where problems are, who is late, what was reported most."""
    open_states = set(PROBLEM.names_in(Phase.OPEN))
    late = sorted(sums.late.items(), key=lambda each: (-each[1][0], -each[1][1], each[0] or 0))
    topics = sorted(sums.topics.items(), key=lambda each: (-each[1], each[0] or ""))
    return {
        "states": {name: sums.states[name] for name in sorted(sums.states)},
        "in_hand": sum(size for name, size in sums.states.items() if name in open_states),
        "listed": sum(sums.states.values()),
        "late": [{"unit": str(unit or ""), "size": size, "days": days} for unit, (size, days) in late],
        "topics": [{"category": category or "", "size": size} for category, size in topics],
    }


def _plain_row(row: Row) -> dict[str, Any]:
    return {name: _plain(row[name]) for name in TOLD if name in row.figures}


def _plain(figure: Figure) -> dict[str, Any]:
    return {
        "label": figure.label,
        "unit": figure.unit,
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "few": figure.few,
    }


def _earlier(wanted: Wanted, period: Period) -> dict[str, Any]:
    """What to compare with: the bulletin that was issued then, or the same figures counted now and marked so."""
    days = [period.first_on.isoformat(), period.until_on.isoformat()]
    issue = queries.issued_for(period, wanted.group_id)
    if issue is not None:
        told = issue.figures["totals"]
        return {"days": days, "basis": ISSUED, "number": issue.number, "figures": _values(told)}
    found = _plain_row(totals(wanted.earlier(period).scope))
    return {"days": days, "basis": RECOMPUTED, "number": None, "figures": _values(found)}


def _values(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name]["value"] for name in COMPARED if name in told}


def names_of_units() -> dict[str, str]:
    """What every unit is called now, by its key."""
    return {str(key): unit.name for key, unit in units_by_id().items()}
