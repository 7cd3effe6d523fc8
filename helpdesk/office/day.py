"""An office's day as data: numbers with the lists behind them, what is overdue by unit and days, the first rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from helpdesk.listings import showing
from helpdesk.listings.due_filters import BANDS
from helpdesk.listings.terms import Listing
from helpdesk.listings.words import Reading
from helpdesk.office import queries
from helpdesk.office.blocks import OVERDUE, Block

SHOWN = 10
"""Rows of a block; what is more stands in the list."""
NOBODY, NO_UNIT = "none", "上报人"


@dataclass(frozen=True)
class Ways:
    """Where things lead: a list with filters, the lines of a list, and the explanation of a due day."""

    to_list: Callable[..., str]  # (listing, **filters)
    to_line: Callable[[Listing], Callable[[Any], str]]
    to_why: Callable[[Any], str | None]


@dataclass(frozen=True)
class Shown:
    """A block with its number, the way to its rows, and the first of them."""

    block: Block
    count: int
    url: str
    columns: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)


def shown(blocks: Sequence[Block], reading: Reading, ways: Ways) -> list[Shown]:
    """Every block with its number: one statement for all of them, and one for the rows of each that shows any."""
    counts = queries.counts({block.name: block.keys(reading) for block in blocks})
    return [_shown(block, counts[block.name], reading, ways) for block in blocks]


def _shown(block: Block, count: int, reading: Reading, ways: Ways) -> Shown:
    url = ways.to_list(block.listing, **block.values)
    if not block.columns or not count:
        return Shown(block, count, url)
    return Shown(block, count, url, *_rows(block, reading, ways))


def _rows(block: Block, reading: Reading, ways: Ways) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    chosen = block.chosen(reading)
    headings = {each["key"]: each for each in showing.headings(block.of, chosen, lambda **_: "")}
    columns = {column.name: column for column in block.of.page_columns}
    lines = showing.first_lines(block.of, chosen, reading, SHOWN)
    rows = showing.rows(lines, [columns[name] for name in block.columns], reading, ways.to_line(block.of), ways.to_why)
    return [headings[name] | {"sort_url": None, "sorted": None} for name in block.columns], rows


# -- What is overdue, by unit and by days ------------------------------------------------------------------------------


def overdue_table(reading: Reading, ways: Ways) -> list[dict[str, Any]]:
    """A row for each unit that is late, and one for all; each number with the way to its rows."""
    found: dict[tuple[int | None, str], dict[str, int]] = {}
    for row in queries.by_unit_and_band(OVERDUE.keys(reading), reading.me):
        found.setdefault((row.unit_id, row.unit or NO_UNIT), {})[row.band] = row.size
    rows = [_unit_row(unit, sizes, ways, group=str(unit_id or NOBODY)) for (unit_id, unit), sizes in found.items()]
    sums = {band.name: sum(sizes.get(band.name, 0) for sizes in found.values()) for band in BANDS}
    return [*rows, _unit_row("合计", sums, ways)] if rows else []


def _unit_row(unit: str, sizes: dict[str, int], ways: Ways, **values: str) -> dict[str, Any]:
    cells = [
        {
            "label": band.label,
            "size": sizes.get(band.name, 0),
            "url": ways.to_list(OVERDUE.listing, late=band.name, **values),
        }
        for band in BANDS
    ]
    return {
        "unit": unit,
        "cells": cells,
        "total": sum(sizes.values()),
        "url": ways.to_list(OVERDUE.listing, **values),
        "is_sum": not values,
    }
