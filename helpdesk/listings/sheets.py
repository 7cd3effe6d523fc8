"""A list as a file: an Excel workbook or JSON, written line by line so that 100,000 lines need no memory."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter

from helpdesk.clock import local
from helpdesk.listings.terms import Column, Kind, Line, Listing, Table, Value
from helpdesk.listings.words import Reading, lamp_in_words, short_day
from workflows.clocks import Lamp

HEADING_ROW = 2  # counted from 0: title, what and when, headings
LONGEST_CELL = 32_000  # Excel takes 32,767 characters
A4 = 9
FONT = "微软雅黑"
LAMP_COLOURS = {
    "green": "#1A7F37",
    "yellow": "#9A6700",
    "red": "#B3261E",
    "purple": "#6F2DA8",
    "grey": "#6E7781",
    "blue": "#0B5CAD",
}
DAY_FORMAT, MOMENT_FORMAT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"


@dataclass(frozen=True)
class About:
    """What a file says of itself. ``sums``: subtotals as (unit, how many, latest by working days)."""

    title: str
    by: str
    filters: Sequence[tuple[str, str]]
    sums: Sequence[tuple[str, int, int]] | None = None


def _value(column: Column, line: Line, reading: Reading, index: int) -> Value:
    return index if column.kind is Kind.INDEX else column.value(line, reading)


# -- Excel -------------------------------------------------------------------------------------------------------------


def write_workbook(
    file: IO[bytes], listing: Listing | Table, lines: Iterable[Line], reading: Reading, about: About
) -> int:
    """Write the workbook; how many lines it holds. What begins with = + - @ stays text: nothing becomes a formula."""
    settings = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, settings)
    book.set_properties({"title": about.title, "author": about.by})
    sheet = book.add_worksheet(listing.title)
    written = _Sheet(book, sheet, listing.file_columns).write(lines, reading, about)
    _dress(sheet, listing.file_columns, written)
    if about.sums is not None:
        _write_sums(book, about.sums)
    book.close()
    return written


class _Sheet:
    """The lines of one sheet, from the title down."""

    def __init__(self, book: Any, sheet: Any, columns: Sequence[Column]) -> None:
        self.sheet, self.columns = sheet, columns
        base = {"font_name": FONT, "font_size": 10, "valign": "top", "border": 1, "border_color": "#D8DEE4"}
        self.title = book.add_format({"font_name": FONT, "font_size": 16, "bold": True})
        self.quiet = book.add_format({"font_name": FONT, "font_size": 10, "font_color": "#57606A"})
        self.heading = book.add_format(base | {"bold": True, "bg_color": "#EEF1F4", "text_wrap": True})
        self.plain = book.add_format(base | {"text_wrap": True})
        self.number = book.add_format(base | {"num_format": "0"})
        self.fraction = book.add_format(base | {"num_format": "0.0"})
        self.day = book.add_format(base | {"num_format": DAY_FORMAT, "align": "left"})
        self.moment = book.add_format(base | {"num_format": MOMENT_FORMAT, "align": "left"})
        self.lamps = {
            colour: book.add_format(base | {"font_color": code, "bold": True}) for colour, code in LAMP_COLOURS.items()
        }

    def write(self, lines: Iterable[Line], reading: Reading, about: About) -> int:
        """Title, headings and all lines; how many lines."""
        for place, column in enumerate(self.columns):
            self.sheet.set_column(place, place, column.width)
        self.sheet.write_string(0, 0, about.title, self.title)
        self.sheet.write_string(1, 0, _what_and_when(reading, about), self.quiet)
        for place, column in enumerate(self.columns):
            self.sheet.write_string(HEADING_ROW, place, column.label, self.heading)
        row = HEADING_ROW
        for row, line in enumerate(lines, HEADING_ROW + 1):
            for place, column in enumerate(self.columns):
                self._cell(row, place, _value(column, line, reading, row - HEADING_ROW))
        return row - HEADING_ROW

    def _cell(self, row: int, place: int, value: Value) -> None:
        if value is None:
            self.sheet.write_blank(row, place, None, self.plain)
        elif isinstance(value, Lamp):
            self.sheet.write_string(row, place, lamp_in_words(value), self.lamps[value.colour])
        elif isinstance(value, datetime):
            self.sheet.write_datetime(row, place, local(value).replace(tzinfo=None), self.moment)
        elif isinstance(value, date):
            self.sheet.write_datetime(row, place, value, self.day)
        elif isinstance(value, int | float):
            self.sheet.write_number(row, place, value, self.number if isinstance(value, int) else self.fraction)
        else:
            self.sheet.write_string(row, place, value[:LONGEST_CELL], self.plain)


def _what_and_when(reading: Reading, about: About) -> str:
    chosen = "；".join(f"{label}：{words}" for label, words in about.filters)
    moment = local(reading.me.now)
    when = f"{moment.year}年{short_day(moment.date(), reading.today)} {moment:%H:%M}"
    return f"{when}　导出人：{about.by}　范围：{chosen or '全部'}"


def _dress(sheet: Any, columns: Sequence[Column], written: int) -> None:
    """Headings stay in sight, can be filtered and repeat on paper: A4 across, as wide as the sheet."""
    last = len(columns) - 1
    sheet.freeze_panes(HEADING_ROW + 1, 1)
    sheet.autofilter(HEADING_ROW, 0, HEADING_ROW + written, last)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADING_ROW)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _write_sums(book: Any, sums: Sequence[tuple[str, int, int]]) -> None:
    sheet = book.add_worksheet("小计")
    heading = book.add_format({"font_name": FONT, "font_size": 10, "bold": True, "bg_color": "#EEF1F4", "border": 1})
    plain = book.add_format({"font_name": FONT, "font_size": 10, "border": 1})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 2, 22)
    total = ("合计", sum(each[1] for each in sums), max((each[2] for each in sums), default=0))
    rows = [("责任单位", "逾期（项）", "最长逾期（个工作日）"), *sums, total]
    for row, cells in enumerate(rows):
        for place, value in enumerate(cells):
            write = sheet.write_number if isinstance(value, int) else sheet.write_string
            write(row, place, value, plain if row else heading)


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
        row = {"id": line.id} | {each.name: _as_json(_value(each, line, reading, written)) for each in columns}
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
