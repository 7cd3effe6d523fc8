"""Lists taken out: what a file says of itself, and that nothing leaves before it is in the export log."""

from collections.abc import Iterable, Sequence
from typing import IO

from flask import current_app

from helpdesk.listings import commands, sheets, showing
from helpdesk.listings.choosing import Chosen, in_words
from helpdesk.listings.terms import About, Line, Listing, Table
from helpdesk.listings.words import Reading
from helpdesk.listings.workbooks import CHOSEN_COLUMNS


def about_of(listing: Listing, chosen: Chosen, reading: Reading, by: str, *, columns: Sequence[str] = ()) -> About:
    """What a file of a list says of itself; ``columns``: the headings, where somebody chose them."""
    sums = None
    if listing.grouped:
        found = showing.sums_of(showing.keys_of(listing, chosen, reading), reading)
        sums = [(each.unit, each.size, each.late_days) for each in found]
    return About(title_of(listing), by, in_words(listing, chosen, reading), sums, columns)


def title_of(table: Listing | Table) -> str:
    """The heading of a file: 二道区问题台账."""
    return f"{current_app.config['DISTRICT']}{table.title}"


def take_out(
    file: IO[bytes],
    table: Listing | Table,
    lines: Iterable[Line],
    reading: Reading,
    about: About,
    form: str,
    *,
    person_id: int | None,
) -> int:
    """Write the file and put it into the export log; how many lines. ``person_id`` None: whoever sits at the server."""
    written = sheets.WRITERS[form](file, table, lines, reading, about)
    commands.log_export(
        person_id=person_id,
        listing=table.name,
        form=form,
        filters=[*about.filters, *([(CHOSEN_COLUMNS, "、".join(about.columns))] if about.columns else [])],
        rows=written,
        now=reading.me.now,
        label=table.title,
    )
    return written
