"""A bulletin as files: the paper (.docx) through the office's template, and its list as a workbook (.xlsx)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from helpdesk.bulletins import queries, text
from helpdesk.bulletins.freezing import Told, told_of
from helpdesk.bulletins.listing import COLUMNS, in_words
from helpdesk.bulletins.models import Bulletin
from helpdesk.bulletins.values import fraction_of
from helpdesk.clock import local
from helpdesk.listings.fairness import FEW
from helpdesk.listings.workbooks import LONGEST_CELL
from helpdesk.org.queries import units_by_id
from helpdesk.papers.issuers import supervision_office
from helpdesk.papers.making import DOCX, make

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 5 * 1024 * 1024
"""Bytes of one attachment at most: mail servers of offices refuse more than ten million in all."""
TABLE = (
    "assigned",
    "finished",
    "finish_rate",
    "in_time",
    "response",
    "solution",
    "satisfaction",
    "objected",
    "extended",
)
"""The figures of each group in the annexed table."""


FEW_NOTE = f"* 样本少于 {FEW} 件，只供参考"


def paper_facts(bulletin: Bulletin, told: Told) -> dict[str, Any]:
    """What the template of a bulletin may name; the list itself, which can be long, is an annex of its own."""
    issue = bulletin.issue
    columns, rows = group_table(told)
    return {
        "number": issue.number if issue else "（草稿）",
        "title": bulletin.proceeding.title,
        "issuer": issue.issuer if issue else supervision_office(),
        "issued_on": local(issue.issued_at).date() if issue else None,
        "to": to_whom(bulletin),
        "sections": text.sections(issue.text if issue else bulletin.text, told.values),
        "table": {"columns": columns, "rows": rows},
        "note": FEW_NOTE if has_few(told) else "",
        "annexes": ["各功能组办理情况表", f"问题清单（{told.figures['listed']} 件，见所附 Excel 文件）"],
    }


def to_whom(bulletin: Bulletin) -> str:
    """主送: every group, or the one that it is about."""
    group = units_by_id().get(bulletin.group_id) if bulletin.group_id else None
    return group.name if group else "各功能组、各有关单位"


def group_table(told: Told) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the annexed table, the whole in its last row; rates with their fractions in a second line."""
    labels = [told.figures["totals"][name]["label"] for name in TABLE]
    rows = [[told.names.get(row["key"], row["label"]), *_cells(row["figures"])] for row in told.figures["groups"]]
    return ["单位", *labels], [*rows, ["合计", *_cells(told.figures["totals"])]]


def has_few(told: Told) -> bool:
    """Whether a rate of the annexed table stands on so few that a mark says so."""
    lines = [*(row["figures"] for row in told.figures["groups"]), told.figures["totals"]]
    return any(_mark(figures[name]) for figures in lines for name in TABLE)


def _mark(figure: dict[str, Any]) -> str:
    return "*" if figure["few"] and figure["denominator"] is not None else ""


def _cells(figures: dict[str, Any]) -> list[str]:
    return [_cell(figures[name]) for name in TABLE]


def _cell(figure: dict[str, Any]) -> str:
    if figure["denominator"] is None:
        return str(figure["value"])
    value = "–" if figure["value"] is None else f"{figure['value']:g}%"
    return f"{value}{_mark(figure)}\n{fraction_of(figure)}"


def docx_of(bulletin: Bulletin, *, now: datetime) -> bytes:
    """The bulletin as a Word file; NotNow where the office's template cannot be filled."""
    return make("bulletin", paper_facts(bulletin, told_of(bulletin, now)), now=now)


# -- The workbook ------------------------------------------------------------------------------------------------------


def xlsx_of(bulletin: Bulletin, *, now: datetime) -> bytes:
    """Figures by group and the whole list, written line by line."""
    told = told_of(bulletin, now)
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "heading": book.add_format({"bold": True, "border": 1, "text_wrap": True, "bg_color": "#EEF1F4"}),
        "cell": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
        "day": book.add_format({"border": 1, "num_format": "yyyy-mm-dd", "align": "left", "valign": "top"}),
    }
    columns, rows = _figure_table(told)
    head = f"{bulletin.proceeding.number or '草稿'}　{bulletin.proceeding.title}"
    widths = [(label, 22 if n == 0 else 14) for n, label in enumerate(columns)]
    _sheet(book, "办理情况", head, widths, rows, formats, note=FEW_NOTE if has_few(told) else "")
    lines = (in_words(row, told.names) for row in queries.rows_of(bulletin.id))
    _sheet(book, "问题清单", head, [(label, width) for label, width, _ in COLUMNS], lines, formats)
    book.close()
    return file.getvalue()


def _figure_table(told: Told) -> tuple[list[str], list[list[Any]]]:
    """The annexed table to be counted with: numbers as numbers, what a rate is a share of in a column of its own."""
    totals = told.figures["totals"]
    columns = [label for name in TABLE for label in _labels(totals[name])]
    rows = [[told.names.get(row["key"], row["label"]), *_numbers(row["figures"])] for row in told.figures["groups"]]
    return ["单位", *columns], [*rows, ["合计", *_numbers(totals)]]


def _labels(figure: dict[str, Any]) -> list[str]:
    label = figure["label"]
    return [label] if figure["denominator"] is None else [f"{label}（%）", f"{label}（分子/分母）"]


def _numbers(figures: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    for figure in (figures[name] for name in TABLE):
        found.append("–" if figure["value"] is None else figure["value"])
        if figure["denominator"] is not None:
            found.append(f"{fraction_of(figure)}{_mark(figure)}")
    return found


def _sheet(
    book: Any,
    name: str,
    head: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Any]],
    formats: Any,
    note: str = "",
) -> None:
    sheet = book.add_worksheet(name)
    for place, (_, width) in enumerate(columns):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, head, formats["title"])
    for place, (label, _) in enumerate(columns):
        sheet.write_string(1, place, label, formats["heading"])
    n = 1
    for n, row in enumerate(rows, 2):
        for place, value in enumerate(row):
            _write(sheet, n, place, value, formats)
    if note:
        sheet.write_string(n + 1, 0, note)
    sheet.freeze_panes(2, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _write(sheet: Any, row: int, place: int, value: Any, formats: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, place, value, formats["day"])
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, formats["cell"])
    else:
        sheet.write_string(row, place, str(value or "")[:LONGEST_CELL], formats["cell"])


def files_of(bulletin: Bulletin, *, now: datetime) -> list[tuple[str, str, bytes]]:
    """Name, media type and content of what a mail carries; what is too large for a mail stays on the page."""
    called = f"{bulletin.proceeding.number or ''}{bulletin.proceeding.title}"
    made = [
        (f"{called}.docx", DOCX, docx_of(bulletin, now=now)),
        (f"{called}附表.xlsx", XLSX, xlsx_of(bulletin, now=now)),
    ]
    return [each for each in made if len(each[2]) <= LARGEST]
