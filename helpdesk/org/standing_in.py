"""Substitutes (代理): who stands in for whom on one day, also through chains; pure, and safe from circles."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class StandIn:
    """One person who stands in for another; the names are those of the day."""

    person_id: int
    name: str
    email: str | None
    for_id: int
    for_name: str
    until_on: date  # the last day, both of one naming and of a whole chain


def chained(named: Iterable[StandIn]) -> tuple[StandIn, ...]:
    """Whom everybody stands in for: those who named him and those for whom these stand in, the nearest first.

    Where A named B and B named C, C stands in for A, too, until the first of both ends. A circle ends where it began:
    nobody stands in for himself.
    """
    asked_by: dict[int, list[StandIn]] = {}
    for row in named:
        asked_by.setdefault(row.person_id, []).append(row)
    return tuple(found for rows in asked_by.values() for found in _all_for(rows[0], asked_by))


def _all_for(substitute: StandIn, asked_by: dict[int, list[StandIn]]) -> Iterator[StandIn]:
    """Everybody this person stands in for, each once."""
    seen = {substitute.person_id}
    waiting = deque((row, row.until_on) for row in asked_by[substitute.person_id])
    while waiting:
        row, until_on = waiting.popleft()
        if row.for_id in seen:
            continue
        seen.add(row.for_id)
        yield replace(substitute, for_id=row.for_id, for_name=row.for_name, until_on=until_on)
        waiting.extend((next_row, min(until_on, next_row.until_on)) for next_row in asked_by.get(row.for_id, ()))


def circle(named: Iterable[StandIn], start: StandIn) -> tuple[StandIn, ...]:
    """The way of namings that begins with ``start`` and leads back to whom it is for; empty when there is none."""
    names: dict[int, list[StandIn]] = {}
    for row in named:
        names.setdefault(row.for_id, []).append(row)
    ways: deque[tuple[StandIn, ...]] = deque([(start,)])
    seen = {start.person_id}
    while ways:
        way = ways.popleft()
        if way[-1].person_id == start.for_id:
            return way
        for row in names.get(way[-1].person_id, ()):
            if row.person_id not in seen:
                seen.add(row.person_id)
                ways.append((*way, row))
    return ()
