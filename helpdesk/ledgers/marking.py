"""A marked copy of an uploaded workbook: wrong cells red with a note, and a sheet that lists all errors."""

from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill

from helpdesk.ledgers import reading
from helpdesk.ledgers.checking import where
from helpdesk.ledgers.models import Import
from helpdesk.ledgers.package import CSV_TYPE
from helpdesk.ledgers.showing import remarks_of

RED = PatternFill("solid", fgColor="FFF4B6B0")
HEAD = PatternFill("solid", fgColor="FFEEF1F4")
LIST = "错误清单"
AUTHOR = "迁入检查"


def marked_copy(path: Path, row: Import) -> bytes:
    """The file with its errors marked, as a workbook; a text file becomes one."""
    book = _from_text(path) if row.media_type == CSV_TYPE else load_workbook(path)
    sheet = book[row.sheet] if row.sheet else book.worksheets[0]
    errors = remarks_of(row, wrong=True)
    for each in errors:
        if each.row:
            _mark(sheet, each.row, (each.place or 0) + 1, each.message)
    _list(book, row, errors)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _from_text(path: Path) -> Any:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "数据"
    for number, cells in enumerate(reading.sheet(path, CSV_TYPE, "").rows, 1):
        for place, words in enumerate(cells, 1):
            cell = sheet.cell(number, place, words)
            cell.data_type = "s"  # what begins with = stays text
    return book


def _mark(sheet: Any, number: int, place: int, message: str) -> None:
    cell = sheet.cell(number, place)
    if isinstance(cell, MergedCell):
        merged = next(each for each in sheet.merged_cells.ranges if cell.coordinate in each)
        cell = sheet.cell(merged.min_row, merged.min_col)
    before = f"{cell.comment.text}\n" if cell.comment and cell.comment.author == AUTHOR else ""
    cell.fill = RED
    cell.comment = Comment(f"{before}{message}", AUTHOR, height=90, width=260)


def _list(book: Any, row: Import, errors: list[Any]) -> None:
    title = LIST if LIST not in book.sheetnames else f"{LIST}（{row.id}）"
    sheet = book.create_sheet(title, 0)
    for place, (words, width) in enumerate((("单元格", 12), ("列", 20), ("现在的内容", 30), ("问题", 80)), 1):
        cell = sheet.cell(1, place, words)
        cell.font, cell.fill = Font(bold=True), HEAD
        sheet.column_dimensions[reading.letters(place - 1)].width = width
    for number, each in enumerate(errors, 2):
        for place, words in enumerate((where(each), each.label, each.value, each.message), 1):
            cell = sheet.cell(number, place, words)
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    if row.wrong > len(errors):
        sheet.cell(len(errors) + 3, 1, f"另有 {row.wrong - len(errors)} 处错误没有列出，请改正以后再检查")
    sheet.freeze_panes = "A2"
    book.active = 0
