"""Proposals and declarations in words and squares, as their pages show them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from helpdesk import clock
from helpdesk.calendars import models, queries
from helpdesk.calendars.proposals import Consequence, Proposal
from helpdesk.calendars.queries import InForce
from helpdesk.calendars.year import months
from helpdesk.problems.moves import Move, from_to
from workflows.calendar import Season

MOST_MOVES = 200
"""Lines of the list of moving clocks; the groups' counts are of all."""


def hours_words(season: Season) -> str:
    """8:30—11:30，13:30—17:00."""
    return "，".join(
        f"{begin:%H:%M}—{'24:00' if not (end.hour or end.minute) else f'{end:%H:%M}'}" for begin, end in season.windows
    )


def counted(off: int, working: int) -> str:
    """放假 33 天，上班 6 天."""
    return "，".join(
        part for part in (f"放假 {off} 天" if off else "", f"上班 {working} 天" if working else "") if part
    )


def age(declaration: models.Declaration) -> tuple[date, int]:
    """When it was published, as far as that is known."""
    usual = date((declaration.year or declaration.entered_at.year + 1) - 1, 12, 1)
    return declaration.published_on or (usual if declaration.year else declaration.entered_at.date()), declaration.id


def years(proposal: Proposal, found: Consequence) -> list[tuple[int, Any]]:
    """The months of every year in which a day is declared."""
    held: dict[Any, InForce] = {each.day: each for each in queries.days_in_force(but_year=proposal.year)}
    source = proposal.number or proposal.title
    for each in proposal.days:
        held[each.on] = InForce(each.on, each.working, each.name, None, proposal.kind, source)
    fresh, today = {each.on for each in proposal.days}, clock.today()
    shown = []
    for year in sorted({each.year for each in fresh}):
        of_the_year = months(year, found.calendar, held, fresh=fresh, today=today)
        shown.append((year, [month for month in of_the_year if _shown(month, year, proposal)]))
    return [(year, some) for year, some in shown if some]


def _shown(month: Any, year: int, proposal: Proposal) -> bool:
    """Of a whole year's notice all months of that year; else those with a day in them."""
    return year == proposal.year or any(
        each.on.year == year and each.on.month == month.number for each in proposal.days
    )


def moving(moves: Iterable[Move], url: Callable[[int], str]) -> dict[str, Any]:
    """The clocks that move, by group with counts, the first of them line by line."""
    moves, today = list(moves), clock.today()
    groups, left = [], MOST_MOVES
    for name, some in groupby(moves, key=lambda move: move.group):
        rows = list(some)
        lines = [_row(move, today, url) for move in rows[:left]]
        groups.append({"label": name, "words": f"{len(rows)} 个环节", "rows": lines})
        left -= len(rows[:left])
    return {"groups": groups, "count": len(moves), "hidden": max(len(moves) - MOST_MOVES, 0)}


def _row(move: Move, today: date, url: Callable[[int], str]) -> Mapping[str, Any]:
    return {
        "number": move.number,
        "title": move.title,
        "url": url(move.problem_id),
        "clock": move.label,
        "change": from_to(move, today),
    }
