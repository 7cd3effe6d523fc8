"""A table file as sheets of rows, numbered as Excel shows them, with what a plain reader would pass over in silence."""

import csv
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import python_calamine as calamine
from lxml import etree

from helpdesk.files import FileRefused
from helpdesk.ledgers.package import CSV_TYPE, encoding_of

MOST_ROWS = 100_000
MOST_COLUMNS = 200
FORMULA, FAILED = "formula", "failed"
"""What a cell's value comes from: a formula; or a formula that has no result, or an error such as #N/A."""
Place = tuple[int, int]
"""Row and column, both counted from 0."""


@dataclass(frozen=True)
class Range:
    """Merged cells, from the first to the last, both included."""

    first: Place
    last: Place

    def holds(self, place: Place) -> bool:
        """Whether that cell is one of them."""
        return self.first[0] <= place[0] <= self.last[0] and self.first[1] <= place[1] <= self.last[1]

    @property
    def words(self) -> str:
        """A5:A9."""
        return f"{address(self.first)}:{address(self.last)}"


@dataclass
class Sheet:
    """One sheet. ``rows[n]`` is what Excel shows as row n+1. ``strange``: cells whose value is not simply written there."""

    name: str
    rows: list[list[Any]]
    merged: list[Range] = field(default_factory=list)
    strange: dict[Place, str] = field(default_factory=dict)

    def cell(self, row: int, column: int) -> Any:
        """What stands there; "" beyond the end of a row."""
        cells = self.rows[row] if row < len(self.rows) else []
        return cells[column] if column < len(cells) else ""

    @property
    def width(self) -> int:
        """How many columns there are."""
        return max(map(len, self.rows), default=0)


@dataclass(frozen=True)
class Tab:
    """A sheet as the page offers it."""

    name: str
    hidden: bool = False


def letters(column: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA."""
    found, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def address(place: Place) -> str:
    """A cell as Excel names it: (4, 1) is B5."""
    return f"{letters(place[1])}{place[0] + 1}"


def tabs(path: Path, media_type: str) -> list[Tab]:
    """The sheets of a file, in their order; a text file has one without a name. FileRefused when it cannot be opened."""
    if media_type == CSV_TYPE:
        return [Tab("")]
    with _opened(path) as book:
        hidden = calamine.SheetVisibleEnum.Visible
        plain = calamine.SheetTypeEnum.WorkSheet
        return [Tab(each.name, each.visible != hidden) for each in book.sheets_metadata if each.typ == plain]


def sheet(path: Path, media_type: str, name: str) -> Sheet:
    """One sheet; FileRefused when it is not there, too long, or cannot be read."""
    if media_type == CSV_TYPE:
        return _from_text(path.read_bytes())
    with _opened(path) as book:
        try:
            found = book.get_sheet_by_name(name)
        except calamine.WorksheetNotFound:
            raise FileRefused(f"文件里没有名为“{name}”的工作表") from None
        if found.total_height > MOST_ROWS or found.total_width > MOST_COLUMNS:
            raise FileRefused(
                f"工作表“{name}”有 {found.total_height} 行、{found.total_width} 列，"
                f"最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列；请删掉下方和右侧多余的空行空列，或者分成几个文件"
            )
        merged = [Range(*corners) for corners in found.merged_cell_ranges or ()]
        rows = [list(row) for row in found.iter_rows()]
    return Sheet(name, rows, merged, _strange(path, name))


@contextmanager
def _opened(path: Path) -> Iterator[calamine.CalamineWorkbook]:
    try:
        with calamine.load_workbook(str(path)) as book:
            yield book
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise FileRefused("工作簿读不出来，可能已经损坏；请在 Excel 里打开、另存以后再上传") from error


# -- What the reader does not tell -------------------------------------------------------------------------------------

REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


def _strange(path: Path, name: str) -> dict[Place, str]:
    """Cells with formulas and with errors: the reader gives their results, and nothing for those that have none."""
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, name)
        if part is None:
            return {}
        with archive.open(part) as file:
            if not _mentions(file):
                return {}
        with archive.open(part) as file:
            return dict(_cells(file))


def _part_of(archive: zipfile.ZipFile, name: str) -> str | None:
    """The part of the package that holds that sheet."""
    book = etree.fromstring(archive.read("xl/workbook.xml"), _parser())
    links = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), _parser())
    key = next((each.get(REL) for each in book.iter("{*}sheet") if each.get("name") == name), None)
    target = next((each.get("Target") for each in links.iter("{*}Relationship") if each.get("Id") == key), None)
    if not target:
        return None
    part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
    return part if part in archive.namelist() else None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _mentions(file: IO[bytes]) -> bool:
    tail = b""
    while chunk := file.read(1024 * 1024):
        if re.search(rb"<(\w+:)?f[\s/>]|\bt=[\"']e[\"']", tail + chunk):
            return True
        tail = chunk[-20:]
    return False


def _cells(file: IO[bytes]) -> Iterator[tuple[Place, str]]:
    events = etree.iterparse(file, tag="{*}c", resolve_entities=False, no_network=True, load_dtd=False)
    for _event, cell in events:
        formula, value = cell.find("{*}f"), cell.find("{*}v")
        place = CELL.fullmatch(cell.get("r") or "")
        if place and (formula is not None or cell.get("t") == "e"):
            failed = cell.get("t") == "e" or value is None or (not value.text and cell.get("t") != "str")
            yield (int(place[2]) - 1, _column(place[1])), FAILED if failed else FORMULA
        cell.clear()
        while cell.getprevious() is not None:
            del cell.getparent()[0]


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


# -- Text --------------------------------------------------------------------------------------------------------------


def _from_text(content: bytes) -> Sheet:
    words = content.decode(encoding_of(content) or "utf-8-sig")
    first = words.partition("\n")[0]
    delimiter = max((",", "\t", ";", "，"), key=first.count)
    rows = csv.reader(io.StringIO(words, newline=""), delimiter=delimiter)
    try:
        read = [row for _, row in zip(range(MOST_ROWS + 1), rows, strict=False)]
    except csv.Error as error:
        raise FileRefused(f"第 {rows.line_num} 行读不出来，引号可能没有成对；请另存为 .xlsx 再上传") from error
    if len(read) > MOST_ROWS:
        raise FileRefused(f"超过 {MOST_ROWS} 行，请分成几个文件")
    return Sheet("", read)
