"""Which files a list can be taken out as: an Excel workbook or JSON, written line by line."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import IO, Any

from helpdesk.clock import local
from helpdesk.listings.terms import About as About
from helpdesk.listings.terms import Line, Listing, Table, Value
from helpdesk.listings.words import Reading, lamp_in_words
from helpdesk.listings.workbooks import value_of, write_workbook
from workflows.clocks import Lamp

# -- JSON --------------------------------------------------------------------------------------------------------------


def write_json(file: IO[bytes], listing: Listing | Table, lines: Iterable[Line], reading: Reading, about: About) -> int:
    """Write the list as one JSON object, its rows one a line; how many rows it holds."""
    columns = listing.file_columns
    head = {
        "list": listing.name,
        "title": about.title,
        "at": local(reading.me.now).isoformat(timespec="seconds"),
        "filters": dict(about.filters),
        "columns": [{"name": each.name, "label": each.label, "kind": each.kind} for each in columns],
    }
    if about.sums is not None:
        head["groups"] = [{"unit": unit, "count": size, "longest_late_days": days} for unit, size, days in about.sums]
    file.write(json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "rows": [')
    written = 0
    for written, line in enumerate(lines, 1):
        row = {"id": line.id} | {each.name: _as_json(value_of(each, line, reading, written)) for each in columns}
        file.write((b",\n" if written > 1 else b"\n") + json.dumps(row, ensure_ascii=False).encode())
    file.write(f'\n], "count": {written}}}\n'.encode())
    return written


def _as_json(value: Value) -> Any:
    if isinstance(value, Lamp):
        return {"colour": value.colour, "words": lamp_in_words(value)}
    if isinstance(value, datetime):
        return local(value).isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value


# -- Which files there are ---------------------------------------------------------------------------------------------

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
WRITERS = {"xlsx": write_workbook, "json": write_json}
