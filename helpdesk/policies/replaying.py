"""A past period run through a draft, told by units and people: what was, what would have been."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from helpdesk import rules
from helpdesk.clock import calendar
from helpdesk.org.queries import seating, units_by_id
from helpdesk.org.roles import SEATS, Seating
from helpdesk.policies import queries
from workflows.book import CLOCKS
from workflows.policy import SHIPPED, Policy
from workflows.replay import Outcome, Place, Replayed, replay
from workflows.roles import LABELS, Role

MOST_LEGS = 20_000
MOST_CHANGED = 200
BY_THEMSELVES = {Role.REPORTER: "上报人", Role.ENTERPRISE: "企业"}


@dataclass(frozen=True)
class Late:
    """Clocks of one unit and leg, and how many of them were or would have been late."""

    unit: str
    clock: str
    legs: int
    before: int
    after: int


@dataclass(frozen=True)
class Changed:
    """A problem that would have been late and was not, or the other way round."""

    problem_id: int
    number: str
    title: str
    unit: str
    clock: str
    due_before: date | None
    due_after: date | None
    late_before: bool
    late_after: bool


@dataclass(frozen=True)
class Told:
    """How many notices went or would have gone to a role, by today's number of people on its seats."""

    role: str
    unit: str
    before: int
    after: int


@dataclass(frozen=True)
class Report:
    """All of it; ``changed`` holds at most MOST_CHANGED of ``changes``."""

    first: date
    last: date
    legs: int
    capped: bool  # there were more clocks than one run takes
    late: list[Late]
    changes: int
    changed: list[Changed]
    told: list[Told]

    @property
    def sums(self) -> dict[str, int]:
        """Late ones and notices altogether, both ways."""
        return {
            "late_before": sum(each.before for each in self.late),
            "late_after": sum(each.after for each in self.late),
            "told_before": sum(each.before for each in self.told),
            "told_after": sum(each.after for each in self.told),
        }


def report(draft: Policy, first: date, last: date, *, now: datetime, most: int | None = MOST_LEGS) -> Report:
    """Run the clocks that started on these days through a draft."""
    legs = queries.legs_between(first, last, most + 1 if most else None)
    capped = most is not None and len(legs) > most
    replayed = replay(legs[:most], draft, versions=_versions(), now=now, calendar=calendar())
    units = {key: unit.name for key, unit in units_by_id().items()}
    changed = sorted(replayed.changed, key=lambda each: each.leg.id, reverse=True)
    return Report(
        first=first,
        last=last,
        legs=len(replayed.outcomes),
        capped=capped,
        late=list(_late(replayed, units)),
        changes=len(changed),
        changed=list(_changed(changed[:MOST_CHANGED], units)),
        told=list(_told(replayed, units, seating(calendar().day_of(now)))),
    )


def _versions() -> list[tuple[date, Policy]]:
    return [(date.min, SHIPPED), *((since, each.policy) for since, each in rules.versions())]


def _late(replayed: Replayed, units: dict[int, str]) -> Iterator[Late]:
    order = {name: number for number, name in enumerate(CLOCKS)}
    for (clock, unit_id), tally in sorted(
        replayed.tallies.items(), key=lambda pair: (pair[0][1] is None, pair[0][1] or 0, order[pair[0][0]])
    ):
        yield Late(_unit(clock, unit_id, units), CLOCKS[clock].label, tally.legs, tally.late_before, tally.late_after)


def _unit(clock: str, unit_id: int | None, units: dict[int, str]) -> str:
    owner = CLOCKS[clock].owner
    return units.get(unit_id or 0) or (BY_THEMSELVES.get(owner) if isinstance(owner, Role) else None) or "没有单位"


def _changed(outcomes: list[Outcome], units: dict[int, str]) -> Iterator[Changed]:
    problems = queries.problems_of([each.leg.id for each in outcomes])
    for each in outcomes:
        key, number, title = problems[each.leg.id]
        yield Changed(
            problem_id=key,
            number=number,
            title=title,
            unit=_unit(each.leg.clock, each.leg.unit_id, units),
            clock=CLOCKS[each.leg.clock].label,
            due_before=each.before.due.on if each.before.due else None,
            due_after=each.after.due.on if each.after.due else None,
            late_before=each.before.late,
            late_after=each.after.late,
        )


def _told(replayed: Replayed, units: dict[int, str], seats: Seating) -> Iterator[Told]:
    before, after = (_by_person(told, seats) for told in (replayed.told_before, replayed.told_after))
    order = {role: number for number, role in enumerate(LABELS)}
    for place in sorted({*before, *after}, key=lambda place: (order[place[0]], place[1] or 0)):
        role, unit_id = place
        yield Told(LABELS[role], units.get(unit_id or 0, ""), before[place], after[place])


def _by_person(told: Counter[Place], seats: Seating) -> Counter[Place]:
    """Notices instead of tellings: everybody on the seat gets his own; who is named with a problem is one."""
    found: Counter[Place] = Counter()
    for (who, unit_id), times in told.items():
        holders = len(seats.holders(who, unit_id)) if isinstance(who, Role) and who in SEATS else 1
        if holders:
            found[who, unit_id] = times * holders
    return found


def as_json(found: Report) -> dict[str, Any]:
    """The report in plain types."""
    return {
        "from": found.first.isoformat(),
        "until": found.last.isoformat(),
        "clocks": found.legs,
        **found.sums,
        "late": [vars(each) for each in found.late],
        "changes": found.changes,
        "changed": [
            vars(each)
            | {name: day.isoformat() if (day := getattr(each, name)) else None for name in ("due_before", "due_after")}
            for each in found.changed
        ],
        "notices": [vars(each) for each in found.told],
    }
