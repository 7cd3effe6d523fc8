"""A blank workbook for a kind of ledger: headings with notes, drop-downs, an example row, and a sheet of instructions."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from helpdesk.ledgers.terms import SHAPES, Column, Kind, Ledger

FONT = "微软雅黑"
ROWS = 2000  # lines that are prepared; more may be filled in
LISTED = 240  # characters that a drop-down may carry itself; longer ones are on a sheet of their own
INDEX, EXAMPLE = "序号", "示例"
RULES = (
    "一行填一条，从示例行的下面开始；示例行不会导入，可以留着，也可以删掉。",
    "列的顺序可以改，不需要的列可以删；带 * 的列必须有，每行都要填。",
    "空着的格子表示不改：系统里已有的内容保持不变。",
    "代码和电话的列已经设为文本格式；从别处粘贴时请选“只粘贴文本”，否则 0 会丢失，长号码会变成科学计数。",
    "日期写成 2026-03-05；没有年份的日期不会导入。金额单位是万元，格子里只写数字。",
    "不要合并单元格，不要用公式；先检查，后预览，确认以后才导入，有一格不对就全部不导入。",
)


def blank_workbook(ledger: Ledger) -> bytes:
    """The workbook as a file."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False})
    _Blank(book, ledger).write()
    book.close()
    return file.getvalue()


class _Blank:
    """The sheets of one blank workbook."""

    def __init__(self, book: Any, ledger: Ledger) -> None:
        self.book, self.ledger = book, ledger
        base = {"font_name": FONT, "font_size": 10, "border": 1, "border_color": "#D8DEE4", "valign": "vcenter"}
        self.heading = book.add_format(base | {"bold": True, "bg_color": "#EEF1F4", "text_wrap": True})
        self.required = book.add_format(base | {"bold": True, "bg_color": "#DCE8F6", "text_wrap": True})
        self.example = book.add_format(base | {"italic": True, "font_color": "#57606A", "num_format": "@"})
        self.words = book.add_format(base | {"text_wrap": True, "valign": "top"})
        self.title = book.add_format({"font_name": FONT, "font_size": 14, "bold": True})
        self.plain = book.add_format({"font_name": FONT, "font_size": 10, "text_wrap": True})
        formats = {Kind.DAY: "yyyy-mm-dd", Kind.COUNT: "0", Kind.MONEY: "0.00"}
        self.cells = {kind: book.add_format({"font_name": FONT, "num_format": formats.get(kind, "@")}) for kind in Kind}

    def write(self) -> None:
        """The sheet to fill in, the instructions, and the lists that drop-downs take their words from."""
        sheet = self.book.add_worksheet(self.ledger.title)
        instructions = self.book.add_worksheet("填表说明")
        self.lists = self.book.add_worksheet("选项")
        self.lists.hide()
        sheet.set_column(0, 0, 6)
        sheet.write_string(0, 0, INDEX, self.heading)
        sheet.write_string(1, 0, EXAMPLE, self.example)
        for place, column in enumerate(self.ledger.columns, 1):
            self._column(sheet, place, column)
        sheet.set_row(0, 30)
        sheet.freeze_panes(1, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        self._instruct(instructions)

    def _column(self, sheet: Any, place: int, column: Column) -> None:
        sheet.set_column(place, place, column.width, self.cells[column.kind])
        heading = f"{column.label}*" if column.required else column.label
        sheet.write_string(0, place, heading, self.required if column.required else self.heading)
        note = "\n".join(filter(None, (_must(column), SHAPES[column.kind], column.help)))
        sheet.write_comment(0, place, note, {"x_scale": 1.6, "y_scale": 0.8})
        sheet.write_string(1, place, column.example, self.example)
        options = _options(self.ledger, column)
        if options and column.kind is not Kind.WORDS:
            rule = {"validate": "list", "source": self._source(place, options), "error_type": "stop"}
            more = {"error_title": "没有这个选项", "error_message": "请从列表中选择"}
            if not column.choices and column.kind is not Kind.YES_NO:
                rule["error_type"] = "warning"
            sheet.data_validation(1, place, ROWS, place, rule | more)
        elif column.kind is Kind.DAY:
            first = {"validate": "date", "criteria": ">=", "value": "=DATE(1949,1,1)", "error_type": "warning"}
            sheet.data_validation(1, place, ROWS, place, first | {"error_message": "请写成 2026-03-05 这样的日期"})

    def _source(self, place: int, options: Sequence[str]) -> Any:
        if len(",".join(options)) < LISTED and not any("," in each for each in options):
            return list(options)
        for number, words in enumerate(options):
            self.lists.write_string(number, place, words)
        letters = xlsxwriter.utility.xl_col_to_name(place)
        return f"=选项!${letters}$1:${letters}${len(options)}"

    def _instruct(self, sheet: Any) -> None:
        sheet.set_column(0, 0, 20)
        sheet.set_column(1, 1, 8)
        sheet.set_column(2, 2, 26)
        sheet.set_column(3, 4, 46)
        sheet.write_string(0, 0, f"{self.ledger.title}填表说明", self.title)
        sheet.merge_range(1, 0, 1, 4, self.ledger.says, self.plain)
        for row, words in enumerate(RULES, 2):
            sheet.merge_range(row, 0, row, 4, f"{row - 1}. {words}", self.plain)
        start = len(RULES) + 3
        for place, words in enumerate(("列", "必填", "填什么", "说明", "可以填")):
            sheet.write_string(start, place, words, self.heading)
        for row, column in enumerate(self.ledger.columns, start + 1):
            listed = "、".join(_options(self.ledger, column))
            cells = (column.label, "是" if column.required else "", SHAPES[column.kind], column.help, listed)
            for place, words in enumerate(cells):
                sheet.write_string(row, place, words, self.words)


def _must(column: Column) -> str:
    return "必填" if column.required else ""


def _options(ledger: Ledger, column: Column) -> list[str]:
    if column.kind is Kind.YES_NO:
        return ["是", "否"]
    return [words[0] for words in column.choices.values()] or list(ledger.options(column.name))
