"""The parts that official papers are put together from: head, title, text, forms, tables, signature, 版记."""

from collections.abc import Mapping, Sequence
from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.shared import Emu, Length, Mm

from helpdesk.papers.layout import LEFT, RED, RIGHT, SMALL, STYLES, set_fonts, type_area

WIDE_LINE = 170  # mm, of letters (10.1)


def write(document: Any, key: str, words: str = "", *, place: Any = None) -> Any:
    """A paragraph in one of our styles, at the end of the paper or of ``place`` (a cell, a header)."""
    paragraph = (place or document).add_paragraph(style=document.styles[STYLES[key].name])
    if words:
        run = paragraph.add_run(words)
        set_fonts(run._r.get_or_add_rPr(), STYLES[key].font)
    return paragraph


def control(document: Any, tag: str, *, place: Any = None) -> None:
    """A tag that stands in a paragraph of its own and vanishes with it: for, if, endfor, endif."""
    write(document, "body", f"{{%p {tag} %}}", place=place)


def paragraphs(document: Any, key: str, *texts: str) -> None:
    """Several paragraphs of one style."""
    for text in texts:
        write(document, key, text)


def empty_line(document: Any, lines: int = 1) -> None:
    """Lines of the grid that stay empty."""
    for _ in range(lines):
        write(document, "to")


# -- Heads -------------------------------------------------------------------------------------------------------------


def red_head(document: Any, mark: str, kind: str, number: str) -> None:
    """发文机关标志 with the kind of paper, empty lines, 发文字号, and 4 mm below it a line as wide as the type area (7.2)."""
    write(document, "mark", mark).paragraph_format.space_before = Mm(20)
    write(document, "mark", kind)
    empty_line(document)
    _line_below(write(document, "number", number), "single", 12, 11)
    empty_line(document, 2)


def letter_head(document: Any, mark: str, number: str) -> None:
    """A letter (10.1): the mark in red, a double line below it, thick over thin, and its counterpart at the foot.

    They stand in head and foot of the first page, which has no page number.
    """
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header_distance = Mm(30)
    header = section.first_page_header
    header.is_linked_to_previous = False
    paragraph = header.paragraphs[0]
    paragraph.style = document.styles[STYLES["mark"].name]
    set_fonts(paragraph.add_run(mark)._r.get_or_add_rPr(), STYLES["mark"].font)
    _across_the_sheet(_line_below(paragraph, "thickThinSmallGap", 24, 4))
    footer = section.first_page_footer
    footer.is_linked_to_previous = False
    below = footer.paragraphs[0]
    below.style = document.styles[STYLES["page"].name]
    _across_the_sheet(_line_below(below, "thinThickSmallGap", 24, 1))
    section.footer_distance = Mm(20)
    write(document, "number_right", number)
    empty_line(document, 2)


def _line_below(paragraph: Any, kind: str, eighths: int, space: int) -> Any:
    line = (
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="{kind}" w:sz="{eighths}" w:space="{space}" w:color="{RED}"/></w:pBdr>'
    )
    _add_to_properties(paragraph, parse_xml(line))
    return paragraph


BEFORE_BORDERS = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr")


def _add_to_properties(paragraph: Any, child: Any) -> None:
    """At its place in the order that Word insists on."""
    properties = paragraph._p.get_or_add_pPr()
    before = [each for each in properties if each.tag in {qn(f"w:{name}") for name in BEFORE_BORDERS}]
    properties.insert(len(before), child)


def _across_the_sheet(paragraph: Any) -> None:
    """170 mm, in the middle of the sheet, wherever the margins are."""
    aside = Mm((210 - WIDE_LINE) / 2)
    paragraph.paragraph_format.left_indent = Emu(aside - LEFT)
    paragraph.paragraph_format.right_indent = Emu(aside - RIGHT)


# -- Text --------------------------------------------------------------------------------------------------------------


def title(document: Any, words: str, *, gap: int = 1) -> None:
    """The title, and the empty lines below it."""
    write(document, "title", words)
    empty_line(document, gap)


def signature(document: Any, issuer: str, day: str, *, gap: int = 2) -> None:
    """署名 and 成文日期, as they stand where a seal is put on: the date four characters in from the right (7.3.5.1)."""
    for _ in range(gap):
        write(document, "to").paragraph_format.keep_with_next = True
    for words, characters in ((issuer, 2), (day, 4)):
        indent = write(document, "signed", words)._p.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:rightChars"), str(characters * 100))
        indent.set(qn("w:right"), str(characters * 320))


def imprint(document: Any, copies: str, issuer: str, day: str) -> None:
    """版记 between lines as wide as the type area: 抄送, 印发机关 and 印发日期 (7.4), at the foot of the last page.

    A program that does not know floating tables shows it right below the text.
    """
    width = type_area(document.sections[0])
    table = document.add_table(rows=2, cols=2)
    _draw_lines(table, {"top": 8, "bottom": 8, "insideH": 6})
    _set_widths(table, [Emu(round(width * 0.62)), Emu(width - round(width * 0.62))])
    cells = (table.rows[0].cells[0].merge(table.rows[0].cells[1]), *table.rows[1].cells)
    for cell, words in zip(cells, (copies, issuer, day), strict=True):
        _fill(document, cell, "imprint", words)
        cell.paragraphs[0].paragraph_format.left_indent = SMALL
    last = cells[-1].paragraphs[0]
    last.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    last.paragraph_format.left_indent, last.paragraph_format.right_indent = None, SMALL
    place = 'w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin" w:horzAnchor="margin"'
    floating = parse_xml(f'<w:tblpPr {nsdecls("w")} {place} w:tblpXSpec="center" w:tblpYSpec="bottom"/>')
    table._tbl.tblPr.find(qn("w:tblW")).addprevious(floating)
    write(document, "row")  # what floats hangs on the paragraph behind it


# -- Forms and tables --------------------------------------------------------------------------------------------------


Line = Sequence[str]
"""A line of a form: label and value, or two of both."""


def form(document: Any, lines: Sequence[Line], *, tall: Sequence[str] = ()) -> Any:
    """A form of labels and values; ``tall``: the labels whose lines leave room for an opinion and a signature."""
    table = document.add_table(rows=0, cols=4)
    width = type_area(document.sections[0]).mm
    widths = [Mm(30), Mm(width / 2 - 30), Mm(28), Mm(width / 2 - 28)]
    for line in lines:
        row = table.add_row()
        cells = row.cells
        if len(line) == 2:
            cells = (cells[0], cells[1].merge(cells[3]))
        else:
            _keep_together(row)
        for place, (cell, words) in enumerate(zip(cells, line, strict=True)):
            _fill(document, cell, "cell" if place % 2 else "label", words)
            _middle(cell)
        row.height = Mm(24) if line[0] in tall else Mm(9)
    _draw_lines(table, ALL_ROUND)
    _set_widths(table, widths)
    return table


def table_of(document: Any, columns: Sequence[tuple[str, str, float]], rows: str, *, small: bool = False) -> Any:
    """A table with a line for each of ``rows`` (what stands after ``for``); columns as heading, words, share of width.

    The heading is repeated on every page.
    """
    label, cell = ("row_label", "row") if small else ("label", "cell")
    table = document.add_table(rows=4, cols=len(columns))
    for place, (heading, words, _) in enumerate(columns):
        _fill(document, table.rows[0].cells[place], label, heading)
        _fill(document, table.rows[2].cells[place], cell, words)
    for row, tag in ((table.rows[1], f"{{%tr for {rows} %}}"), (table.rows[3], "{%tr endfor %}")):
        _fill(document, row.cells[0], cell, tag)
    _repeat(table.rows[0])
    for row in table.rows:
        _keep_together(row)
    _draw_lines(table, ALL_ROUND)
    width, shares = type_area(document.sections[0]), sum(each[2] for each in columns)
    _set_widths(table, [Emu(round(width * share / shares)) for _, _, share in columns])
    return table


def plain_table(document: Any, columns: Sequence[tuple[str, float]], rows: Sequence[Sequence[str]]) -> Any:
    """A table whose rows are known already; columns as heading and share of width, the heading on every page."""
    table = document.add_table(rows=0, cols=len(columns))
    for place, words in enumerate(([heading for heading, _ in columns], *rows)):
        row = table.add_row()
        for cell, value in zip(row.cells, words, strict=True):
            _fill(document, cell, "row" if place else "row_label", value)
        _keep_together(row)
    _repeat(table.rows[0])
    _draw_lines(table, ALL_ROUND)
    width, shares = type_area(document.sections[0]), sum(share for _, share in columns)
    _set_widths(table, [Emu(round(width * share / shares)) for _, share in columns])
    return table


def free_table(document: Any, columns: str, rows: str) -> Any:
    """A table whose columns are not known before: one heading a column, one line a row.

    All columns are equally wide; letters are small and stand close to the lines: 36.6/44 fits into one of ten whatever font stands in.
    """
    table = document.add_table(rows=4, cols=3)
    tags = {
        0: ("figure_label", f"{{%tc for heading in {columns} %}}", "{{ heading }}", "{%tc endfor %}"),
        2: ("figure", "{%tc for value in line %}", "{{ value }}", "{%tc endfor %}"),
    }
    for number, (key, *texts) in tags.items():
        for cell, words in zip(table.rows[number].cells, texts, strict=True):
            _fill(document, cell, key, words)
            _middle(cell)
    for row, tag in ((table.rows[1], f"{{%tr for line in {rows} %}}"), (table.rows[3], "{%tr endfor %}")):
        _fill(document, row.cells[0], "cell", tag)
    _repeat(table.rows[0])
    _draw_lines(table, ALL_ROUND, aside=28)
    third = Emu(round(type_area(document.sections[0]) / 3))
    _set_widths(table, [third] * 3)
    return table


def _fill(document: Any, cell: Any, key: str, words: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = document.styles[STYLES[key].name]
    set_fonts(paragraph.add_run(words)._r.get_or_add_rPr(), STYLES[key].font)


def _keep_together(row: Any) -> None:
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))


def _middle(cell: Any) -> None:
    cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:vAlign {nsdecls("w")} w:val="center"/>'))


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


ALL_ROUND = {"top": 8, "left": 8, "bottom": 8, "right": 8, "insideH": 4, "insideV": 4}
"""Lines of a table in eighths of a point."""


def _draw_lines(table: Any, lines: Mapping[str, int], *, aside: int = 85) -> None:
    drawn = "".join(
        f'<w:{name} w:val="single" w:sz="{eighths}" w:space="0" w:color="000000"/>' for name, eighths in lines.items()
    )
    margins = f'<w:left w:w="{aside}" w:type="dxa"/><w:right w:w="{aside}" w:type="dxa"/>'
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    for name, inside in (("tblBorders", drawn), ("tblCellMar", margins)):
        look.addprevious(parse_xml(f"<w:{name} {nsdecls('w')}>{inside}</w:{name}>"))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER


def _set_widths(table: Any, widths: Sequence[Length]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell in row.cells:
            start = cell._tc.grid_offset
            cell.width = Emu(sum(widths[start : start + cell._tc.grid_span]))
