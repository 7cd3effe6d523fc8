"""Which row of a sheet is its heading, and which column of the ledger each of its columns is."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from helpdesk.ledgers.reading import Sheet
from helpdesk.ledgers.terms import Ledger
from helpdesk.ledgers.values import shown

LOOKED_AT = 30
"""Rows from the top among which the heading is looked for."""


@dataclass(frozen=True)
class Layout:
    """How a sheet is read. ``heading``: its row, counted from 0; ``columns``: place in the sheet → column of the ledger."""

    heading: int
    columns: Mapping[int, str]


def plain(header: object) -> str:
    """A heading without what differs from one office to the next: blanks, breaks, brackets with notes, stars, 第几列."""
    words = unicodedata.normalize("NFKC", str(header))
    words = re.sub(r"[\s*＊:：]+", "", words)
    return re.sub(r"\((必填|选填|可空|文本|\d+位|人|万元|单位[::]?万元|年/?月/?日)\)", "", words).lower()


def heading_texts(sheet: Sheet, heading: int) -> list[str]:
    """What stands in the heading, by column; below merged cells that reach down to it, what stands in their corner."""
    found = []
    for column in range(sheet.width):
        raw = sheet.cell(heading, column)
        merged = next((each for each in sheet.merged if each.holds((heading, column))), None)
        if merged and raw == "":
            raw = sheet.cell(*merged.first) if merged.first[1] == column else ""
        found.append(" ".join(shown(raw).split()))
    return found


def guess(ledger: Ledger, sheet: Sheet) -> Layout:
    """The likeliest heading, and the columns whose headings are known; columns are empty where none is."""
    best = Layout(0, {})
    for row in range(min(LOOKED_AT, len(sheet.rows))):
        columns = matched(ledger, heading_texts(sheet, row))
        if len(columns) > len(best.columns):
            best = Layout(row, columns)
    return best


def matched(ledger: Ledger, headings: Sequence[str]) -> dict[int, str]:
    """The columns of the ledger by place; a heading that comes twice counts where it comes first."""
    known = {plain(words): column.name for column in ledger.columns for words in column.headers}
    found: dict[int, str] = {}
    for place, words in enumerate(headings):
        name = known.get(plain(words)) if words else None
        if name and name not in found.values():
            found[place] = name
    return found


def shape(headings: Sequence[str]) -> str:
    """What tells files with these headings from others: corrections are remembered by it."""
    words = [plain(each) for each in headings]
    while words and not words[-1]:
        words.pop()
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()


def complaints(ledger: Ledger, columns: Mapping[int, str]) -> list[str]:
    """What keeps a sheet from being read with these columns: the required ones that are missing, and doubles."""
    chosen = list(columns.values())
    missing = [column.label for column in ledger.required if column.name not in chosen]
    doubled = {name for name in chosen if chosen.count(name) > 1}
    found = [f"还没有指定“{label}”是哪一列" for label in missing]
    return found + [f"“{column.label}”指定了两次" for column in ledger.columns if column.name in doubled]
