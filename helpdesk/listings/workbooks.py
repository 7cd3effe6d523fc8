"""A list as an Excel workbook: written line by line, so that 100,000 lines take seconds and no memory."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import IO, Any

import xlsxwriter

from helpdesk.clock import local
from helpdesk.listings.line_sheet import LineSheet, blank_cell, look_of, number_cell
from helpdesk.listings.terms import About, Column, Kind, Line, Listing, Table, Value
from helpdesk.listings.words import Reading, lamp_in_words, short_day
from workflows.clocks import Lamp

HEADING_ROW = 2  # counted from 0: title, what and when, headings
LONGEST_CELL = 32_000  # Excel takes 32,767 characters
LONGEST_NAME = 31  # of a sheet
MOST_SHEETS = 40
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
EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
"""Day 0 of Excel's count."""
EXPLAINED = "导出说明"
CHOSEN_COLUMNS = "选择的列"


def value_of(column: Column, line: Line, reading: Reading, index: int) -> Value:
    """What stands in a column of a line; ``index``: which line it is, from 1."""
    return index if column.kind is Kind.INDEX else column.value(line, reading)


def write_workbook(
    file: IO[bytes], listing: Listing | Table, lines: Iterable[Line], reading: Reading, about: About
) -> int:
    """Write the workbook; how many lines it holds. What begins with = + - @ stays text: nothing becomes a formula."""
    settings = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, settings)
    looks = _Looks(book)
    whole = _Sheet(book, listing.title, listing.file_columns, looks, reading, about)
    if about.sums is not None:
        _write_sums(book, about.sums)
    parts = _Parts(book, listing, looks, reading, about)
    for line in lines:
        whole.add(line)
        parts.add(line)
    for sheet in (whole, *parts.sheets.values()):
        sheet.finish()
    _explain(book, whole.written, reading, about)
    book.set_properties({"title": about.title, "author": about.by, "comments": f"共 {whole.written} 行"})
    book.close()
    return whole.written


class _Looks:
    """The formats of cells, by their numbers in the workbook."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": FONT, "font_size": 10, "valign": "top", "border": 1, "border_color": "#D8DEE4"}
        self.title = book.add_format({"font_name": FONT, "font_size": 16, "bold": True})
        self.quiet = book.add_format({"font_name": FONT, "font_size": 10, "font_color": "#57606A"})
        self.heading = book.add_format(base | {"bold": True, "bg_color": "#EEF1F4", "text_wrap": True})
        self.plain = look_of(book.add_format(base | {"text_wrap": True}))
        self.number = look_of(book.add_format(base | {"num_format": "0"}))
        self.fraction = look_of(book.add_format(base | {"num_format": "0.0"}))
        self.day = look_of(book.add_format(base | {"num_format": DAY_FORMAT, "align": "left"}))
        self.moment = look_of(book.add_format(base | {"num_format": MOMENT_FORMAT, "align": "left"}))
        self.lamps = {
            colour: look_of(book.add_format(base | {"font_color": code, "bold": True}))
            for colour, code in LAMP_COLOURS.items()
        }


class _Sheet:
    """One sheet, from the title down; its lines are added one by one."""

    def __init__(
        self,
        book: Any,
        name: str,
        columns: Sequence[Column],
        looks: _Looks,
        reading: Reading,
        about: About,
        part: str = "",
    ) -> None:
        self.sheet: Any = book.add_worksheet(name, worksheet_class=LineSheet)
        self.columns, self.looks, self.reading = columns, looks, reading
        self.written = 0
        for place, column in enumerate(columns):
            self.sheet.set_column(place, place, column.width)
        self.sheet.write_string(0, 0, f"{about.title}{f'（{part}）' if part else ''}", looks.title)
        self.sheet.write_string(1, 0, _what_and_when(reading, about), looks.quiet)
        for place, column in enumerate(columns):
            self.sheet.write_string(HEADING_ROW, place, column.label, looks.heading)

    def add(self, line: Line) -> None:
        """One line more."""
        self.written += 1
        index, reading = self.written, self.reading
        cells = [self._cell(value_of(column, line, reading, index)) for column in self.columns]
        self.sheet.write_line(HEADING_ROW + index, cells)

    def _cell(self, value: Value) -> str:
        looks = self.looks
        if isinstance(value, str):
            cell: str = self.sheet.text_cell(looks.plain, value[:LONGEST_CELL])
            return cell
        if value is None:
            return blank_cell(looks.plain)
        if isinstance(value, Lamp):
            return str(self.sheet.text_cell(looks.lamps[value.colour], lamp_in_words(value)))
        if isinstance(value, datetime):
            return number_cell(looks.moment, _moment_number(value))
        if isinstance(value, date):
            return number_cell(looks.day, _day_number(value))
        return number_cell(looks.number if isinstance(value, int) else looks.fraction, value)

    def finish(self) -> None:
        """Headings stay in sight, can be filtered and repeat on paper: A4 across, as wide as the sheet."""
        last = len(self.columns) - 1
        self.sheet.freeze_panes(HEADING_ROW + 1, 1)
        self.sheet.autofilter(HEADING_ROW, 0, HEADING_ROW + self.written, last)
        self.sheet.set_landscape()
        self.sheet.set_paper(A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(HEADING_ROW)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.set_footer(f"&L共 {self.written} 行&C第 &P 页，共 &N 页")


class _Parts:
    """A sheet for every unit that answers for lines, where the list is grouped and there are several units."""

    def __init__(self, book: Any, listing: Listing | Table, looks: _Looks, reading: Reading, about: About) -> None:
        self.make = lambda unit: _Sheet(book, self._name(unit), listing.file_columns, looks, reading, about, part=unit)
        self.wanted = about.sums is not None and 1 < len(about.sums) <= MOST_SHEETS
        self.sheets: dict[str, _Sheet] = {}

    def add(self, line: Line) -> None:
        """The line stands on the sheet of its unit, too."""
        if not self.wanted:
            return
        unit = line.unit or "上报人"
        if unit not in self.sheets:
            self.sheets[unit] = self.make(unit)
        self.sheets[unit].add(line)

    def _name(self, unit: str) -> str:
        """A name that Excel takes and no other sheet has."""
        plain = re.sub(r"[\[\]:*?/\\']", "", unit)[: LONGEST_NAME - 3] or "单位"
        taken = {each.sheet.get_name() for each in self.sheets.values()}
        return plain if plain not in taken | {"小计", EXPLAINED} else f"{plain}{len(taken) + 1}"


@lru_cache(maxsize=10_000)
def _day_number(day: date) -> int:
    return (day - EPOCH.date()).days


def _moment_number(moment: datetime) -> float:
    return round((local(moment).replace(tzinfo=UTC) - EPOCH).total_seconds() / 86_400, 9)


def _chosen(about: About) -> str:
    return "；".join(f"{label}：{words}" for label, words in about.filters) or "全部"


def _when(reading: Reading) -> str:
    moment = local(reading.me.now)
    return f"{moment.year}年{short_day(moment.date(), reading.today)} {moment:%H:%M}"


def _what_and_when(reading: Reading, about: About) -> str:
    return f"{_when(reading)}　导出人：{about.by}　范围：{_chosen(about)}"


# -- What stands beside the list ---------------------------------------------------------------------------------------


def _write_sums(book: Any, sums: Sequence[tuple[str, int, int]]) -> None:
    total = ("合计", sum(each[1] for each in sums), max((each[2] for each in sums), default=0))
    _small_table(book, "小计", [("责任单位", "逾期（项）", "最长逾期（个工作日）"), *sums, total], (30, 22, 22))


def _explain(book: Any, written: int, reading: Reading, about: About) -> None:
    """Who took it out, when, how much of what: on a sheet of its own, for whoever gets the file later."""
    rows: list[tuple[str | int, ...]] = [
        ("项目", "内容"),
        ("内容", about.title),
        ("导出人", about.by),
        ("导出时间", _when(reading)),
        ("范围", _chosen(about)),
        *([(CHOSEN_COLUMNS, "、".join(about.columns))] if about.columns else []),
        ("行数", written),
        ("说明", "每次导出都有记录。含有企业信息，请按规定使用和保管，不要转发给无关人员。"),
    ]
    _small_table(book, EXPLAINED, rows, (14, 70))


def _small_table(book: Any, name: str, rows: Sequence[tuple[str | int, ...]], widths: Sequence[int]) -> None:
    sheet = book.add_worksheet(name)
    base = {"font_name": FONT, "font_size": 10, "border": 1, "valign": "top", "text_wrap": True, "align": "left"}
    heading, plain = book.add_format(base | {"bold": True, "bg_color": "#EEF1F4"}), book.add_format(base)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.set_paper(A4)
    for row, cells in enumerate(rows):
        for place, value in enumerate(cells):
            write = sheet.write_number if isinstance(value, int) else sheet.write_string
            write(row, place, value, plain if row else heading)
