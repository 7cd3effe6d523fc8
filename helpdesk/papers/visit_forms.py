"""The three forms of practice (三张表): 企业基本情况表, 企业需求情况表, 包联服务情况表, as Word file and as workbook.

Each visit of 助企干部 fills them (长春市应急局, 2019); nobody has published one layout, so ours is labels and values and a table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter

from helpdesk.enterprises.models import INDUSTRIES, Enterprise
from helpdesk.listings.workbooks import FONT, LONGEST_CELL
from helpdesk.pages import masked
from helpdesk.papers import parts
from helpdesk.papers.layout import blank
from helpdesk.problems.models import Problem
from helpdesk.visits.models import WAYS, Outcome, Visit, Way
from workflows.problem import PROBLEM

Row = Sequence[str]


@dataclass(frozen=True)
class Told:
    """What the forms are made of, as far as the reader may see it. ``visits`` and ``problems``: the newest first."""

    enterprise: Enterprise
    cadres: Sequence[str]
    visits: Sequence[Visit]
    problems: Sequence[Problem]
    shows_phones: bool
    by: str
    today: date


@dataclass(frozen=True)
class Form:
    """A form: its title, lines of labels and values, and a table with headings and shares of the width."""

    title: str
    lines: Sequence[Row]
    heads: Sequence[tuple[str, float]] = ()
    rows: Sequence[Row] = ()
    tall: Sequence[str] = field(default=())

    @property
    def size(self) -> int:
        """How many rows it holds, for the export log."""
        return max(len(self.rows), 1)


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _head(told: Told) -> list[Row]:
    firm = told.enterprise
    return [
        ("企业名称", firm.name),
        ("信用代码", firm.uscc or f"暂无（{firm.no_uscc_reason}）"),
        ("包保干部", "、".join(told.cadres), "填表日期", _day(told.today)),
    ]


def basics(told: Told) -> Form:
    """企业基本情况表: the facts of the register, whom to call, and what the newest visit found."""
    firm = told.enterprise
    street = firm.street.name if firm.street else ""
    lines = [
        *_head(told),
        ("行业", INDUSTRIES.get(firm.industry or "", ""), "街道、乡镇", street),
        ("地址", firm.address or ""),
    ]
    for contact in firm.contacts:
        who = f"{contact.name}（{contact.title}）" if contact.title else contact.name
        lines.append(("联系人", who, "联系电话", contact.phone if told.shows_phones else masked(contact.phone)))
    newest = next(iter(told.visits), None)
    lines += [
        ("企业情况", (newest.situation or "") if newest else ""),
        ("情况来源", f"{_day(newest.done_on)}{_way(newest)}，{newest.person.name}" if newest else "还没有走访记录"),
    ]
    return Form("企业基本情况表", lines, tall=("企业情况",))


def needs(told: Told) -> Form:
    """企业需求情况表: what the enterprise said it needs, visit by visit."""
    rows = [
        (
            str(number),
            _day(each.done_on),
            each.people_met or "",
            each.needs or "没有提出",
            _found(each),
            each.follow_up or "",
        )
        for number, each in enumerate(told.visits, 1)
    ]
    heads = (
        ("序号", 1),
        ("走访日期", 2.4),
        ("见到的人", 2.4),
        ("企业需求和问题", 5),
        ("有没有问题", 2.2),
        ("后续安排", 3),
    )
    return Form("企业需求情况表", _head(told), heads, rows)


def services(told: Told) -> Form:
    """包联服务情况表: who went when and how, and what became of the problems."""
    visits = [
        (str(number), _day(each.done_on), f"{_way(each)}：{each.situation}", each.person.name, each.follow_up or "")
        for number, each in enumerate(told.visits, 1)
    ]
    problems = [
        (
            str(number),
            _day(each.visit_on),
            f"{each.number or '草稿'} {each.title or ''}",
            each.group.name if each.group else "",
            PROBLEM.state(each.state).label,
        )
        for number, each in enumerate(told.problems, len(visits) + 1)
    ]
    heads = (("序号", 1), ("日期", 2.4), ("走访情况和问题", 6), ("走访人、责任组", 2.6), ("后续安排、办理环节", 3))
    return Form("包联服务情况表", _head(told), heads, [*visits, *problems])


def _way(visit: Visit) -> str:
    return dict(WAYS)[Way(visit.way)] if visit.way else ""


def _found(visit: Visit) -> str:
    return {Outcome.NONE: "没有发现", Outcome.FOUND: "有"}[Outcome(visit.outcome)] if visit.outcome else ""


FORMS: dict[str, tuple[str, Callable[[Told], Form]]] = {
    "basics": ("企业基本情况表", basics),
    "needs": ("企业需求情况表", needs),
    "services": ("包联服务情况表", services),
}


# -- As files ----------------------------------------------------------------------------------------------------------


def as_docx(form: Form, told: Told) -> bytes:
    """The form as a Word file; the table lies across the sheet."""
    document = blank(form.title, across=bool(form.heads))
    parts.title(document, form.title, gap=0)
    parts.form(document, form.lines, tall=form.tall)
    if form.heads:
        parts.write(document, "about")
        parts.plain_table(document, form.heads, form.rows or [("", "还没有记录", *[""] * (len(form.heads) - 2))])
    parts.write(document, "about", f"填表人：{told.by}")
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def as_xlsx(form: Form, told: Told) -> bytes:
    """The form as a workbook of one sheet; nothing in it becomes a formula."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    book.set_properties({"title": form.title, "author": told.by})
    sheet = book.add_worksheet(form.title)
    base = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "border": 1, "text_wrap": True}
    title = book.add_format({"font_name": FONT, "font_size": 16, "bold": True, "align": "center"})
    label, plain = book.add_format(base | {"bold": True, "bg_color": "#EEF1F4"}), book.add_format(base)
    last = max(len(form.heads), 4) - 1
    for place in range(last + 1):
        share = form.heads[place][1] if place < len(form.heads) else 4
        sheet.set_column(place, place, max(6.0, share * 7))
    sheet.merge_range(0, 0, 0, last, form.title, title)
    row = _write_lines(sheet, form.lines, last, label, plain)
    if form.heads:
        for place, (heading, _) in enumerate(form.heads):
            sheet.write_string(row, place, heading, label)
        for cells in form.rows:
            row += 1
            for place, words in enumerate(cells):
                sheet.write_string(row, place, words[:LONGEST_CELL], plain)
    sheet.write_string(row + 2, 0, f"填表人：{told.by}　填表日期：{_day(told.today)}")
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.close()
    return file.getvalue()


def _write_lines(sheet: Any, lines: Sequence[Row], last: int, label: Any, plain: Any) -> int:
    """Labels and values from the second row on; the first row that is free."""
    row = 1
    for line in lines:
        half = last // 2 + 1
        sheet.write_string(row, 0, line[0], label)
        _across(sheet, row, 1, half - 1 if len(line) > 2 else last, line[1], plain)
        if len(line) > 2:
            sheet.write_string(row, half, line[2], label)
            _across(sheet, row, half + 1, last, line[3], plain)
        row += 1
    return row


def _across(sheet: Any, row: int, first: int, last: int, words: str, look: Any) -> None:
    words = words[:LONGEST_CELL]
    if last > first:
        sheet.merge_range(row, first, row, last, "", look)
    sheet.write_string(row, first, words, look)


FILES: dict[str, tuple[Callable[[Form, Told], bytes], str]] = {
    "docx": (as_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
