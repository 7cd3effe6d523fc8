"""Workbooks as offices really keep them: a title above the heading, 序号, blank rows, sums, full-width digits, text dates."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook, load_workbook
from stdnum.cn import uscc

HEADINGS = ("序号", "企业全称", "统一社会信用代码", "所属行业", "联系人", "联系电话", "职工人数")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def code(number: int) -> str:
    """A valid unified social credit code, another one for every number."""
    body = f"91220105MA{number:07d}"
    return body + uscc.calc_check_digit(body)


def entries(count: int, first: int = 1) -> list[list[Any]]:
    """Rows of enterprises that are right."""
    return [
        [n, f"长春示例{n}号机械有限公司", code(n), "制造业", f"王{n}", f"139{n:08d}", 10 + n]
        for n in range(first, first + count)
    ]


def workbook(
    rows: Sequence[Sequence[Any]],
    headings: Sequence[str] = HEADINGS,
    *,
    title: str | None = None,
    sheet: str = "台账",
    merged: Sequence[str] = (),
    more: Mapping[str, Sequence[Sequence[Any]]] | None = None,
) -> bytes:
    """A workbook of these rows; with a title its heading is the second row, below merged cells."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet
    if title:
        page.append([title])
        page.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(headings))
    page.append(list(headings))
    for row in rows:
        page.append(list(row))
    for cells in merged:
        page.merge_cells(cells)
    for name, lines in (more or {}).items():
        other = book.create_sheet(name)
        for line in lines:
            other.append(list(line))
    return saved(book)


def messy(count: int) -> bytes:
    """What a real office sends: every entry is right once it is read with patience."""
    rows: list[list[Any]] = []
    for number, entry in enumerate(entries(count), 1):
        if number % 5 == 0:
            rows.append([None] * len(HEADINGS))
        if number % 3 == 0:
            entry[5] = str(entry[5]).translate(FULL_WIDTH)
        if number % 4 == 0:
            entry[1] = f" {entry[1]}　"
        rows.append(entry)
    rows += [["合计", None, None, None, None, None, sum(10 + n for n in range(1, count + 1))], ["填表人：赵某"]]
    return workbook(rows, title="二道区规模以上企业基本情况一览表", more={"说明": [["本表由各街道填报"]]})


def saved(book: Workbook) -> bytes:
    """The workbook as a file."""
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def opened(content: bytes) -> Workbook:
    """A file as a workbook."""
    return load_workbook(BytesIO(content))


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same package with one part more, or another one in its place."""
    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for each in old.infolist():
            if each.filename != name:
                new.writestr(each, old.read(each))
        new.writestr(name, part)
    return file.getvalue()


def replaced(content: bytes, words: str, other: str) -> bytes:
    """The same workbook with other words in all its parts."""
    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for each in old.infolist():
            new.writestr(each, old.read(each).replace(words.encode(), other.encode()))
    return file.getvalue()
