"""The page of an official paper by GB/T 9704-2012: A4, type area, grid, styles, fonts and page numbers, for python-docx.

Fonts are named, never shipped: where 仿宋_GB2312 or 小标宋 is missing, the font table names what stands in for it.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.shared import Emu, Mm, Pt, RGBColor

# -- Measures of the standard ------------------------------------------------------------------------------------------

PAGE_WIDTH, PAGE_HEIGHT = Mm(210), Mm(297)  # 5.1
TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)  # 5.2.1: 天头, 订口; the type area is 156 mm by 225 mm
LINES, CHARACTERS = 22, 28  # 5.2.3
PITCH = Pt(28.95)  # 22 lines in 225 mm
CLOSER = -5  # twentieths of a point: 28 characters of 16 pt are six points wider than 156 mm
FOOTER = Mm(23)  # 7.5: the dashes of the page number stand 7 mm below the type area
BODY, TITLE, SMALL = Pt(16), Pt(22), Pt(14)  # 3号, 2号, 4号
RED = "FF0000"

SONG, FANG, KAI, HEI, SONG_TITLE = "宋体", "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体"
STAND_INS = {
    SONG: "SimSun;Noto Serif CJK SC;Noto Serif SC",
    FANG: "仿宋;FangSong;方正仿宋_GBK;Noto Serif CJK SC",
    KAI: "楷体;KaiTi;方正楷体_GBK;Noto Serif CJK SC",
    HEI: "SimHei;方正黑体_GBK;Noto Sans CJK SC",
    SONG_TITLE: "方正小标宋_GBK;FZXiaoBiaoSong-B05S;华文中宋;宋体",
}
"""What a program takes where a font is missing, as the font table says it."""


@dataclass(frozen=True)
class Style:
    """A paragraph style: its name for people, font and size; ``indent``: the first line, in characters."""

    name: str
    font: str = FANG
    size: Pt = BODY
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY
    indent: int = 0
    level: int | None = None  # in the outline, from 0
    colour: str = ""
    scale: int | None = None  # width of letters in percent
    grid: bool = False  # 28 characters a line
    pitch: Pt | None = PITCH
    keep: bool = False  # on one page with what follows


CENTRE, LEFT_SIDE, RIGHT_SIDE = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
STYLES = {
    "mark": Style("发文机关标志", SONG_TITLE, Pt(28), CENTRE, colour=RED, scale=85, pitch=None, keep=True),
    "number": Style("发文字号", align=CENTRE, grid=True),
    "number_right": Style("发文字号（信函）", align=RIGHT_SIDE, grid=True),
    "title": Style("公文标题", SONG_TITLE, TITLE, CENTRE, level=0, keep=True),
    "to": Style("主送机关", align=LEFT_SIDE, grid=True),
    "body": Style("公文正文", indent=2, grid=True),
    "first": Style("一级标题", HEI, indent=2, level=1, keep=True, grid=True),
    "second": Style("二级标题", KAI, indent=2, level=2, keep=True, grid=True),
    "third": Style("三级标题", indent=2, level=3, grid=True),
    "annex": Style("附件说明", align=LEFT_SIDE, indent=2, grid=True),
    "signed": Style("发文机关署名", align=RIGHT_SIDE, keep=True, grid=True),
    "imprint": Style("版记", size=SMALL),
    "page": Style("页码", SONG, SMALL, pitch=None),
    "about": Style("表上说明", size=SMALL, align=LEFT_SIDE),
    "label": Style("表格项目", HEI, SMALL, CENTRE, pitch=Pt(22)),
    "cell": Style("表格内容", size=SMALL, align=LEFT_SIDE, pitch=Pt(22)),
    "row": Style("台账内容", size=Pt(10.5), align=LEFT_SIDE, pitch=Pt(16)),
    "row_label": Style("台账项目", HEI, Pt(10.5), CENTRE, pitch=Pt(16)),
    "figure": Style("附表内容", size=Pt(9), align=CENTRE, pitch=Pt(14)),
    "figure_label": Style("附表项目", HEI, Pt(9), CENTRE, pitch=Pt(14)),
}


# -- A document --------------------------------------------------------------------------------------------------------


def blank(title: str, *, across: bool = False) -> Any:
    """An empty paper with page, grid, styles and page numbers; ``across``: for wide tables."""
    document = Document()
    _dress_fonts(document)
    for key, style in STYLES.items():
        _add_style(document, key, style)
    _set_page(document.sections[0], across=across)
    _number_pages(document)
    _be_a_document_of_today(document)
    document.core_properties.title = title
    document.core_properties.author = ""
    document.core_properties.comments = ""
    return document


def type_area(section: Any) -> Emu:
    """The width of the type area."""
    return Emu(section.page_width - section.left_margin - section.right_margin)


def _set_page(section: Any, *, across: bool) -> None:
    section.page_width, section.page_height = (PAGE_HEIGHT, PAGE_WIDTH) if across else (PAGE_WIDTH, PAGE_HEIGHT)
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    # A sheet that lies across is bound at its top, which is the left side of the standing sheet.
    margins = (LEFT, RIGHT, BOTTOM, TOP) if across else (TOP, BOTTOM, LEFT, RIGHT)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = margins
    section.header_distance, section.footer_distance = Mm(15), Mm(14) if across else FOOTER
    set_grid(section)


def set_grid(section: Any) -> None:
    """22 lines a page. That a line takes 28 characters is said by the styles, which all programs understand alike."""
    properties = section._sectPr
    for grid in properties.findall(qn("w:docGrid")):
        properties.remove(grid)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(PITCH.pt * 20)))
    properties.append(grid)


# -- Fonts and styles --------------------------------------------------------------------------------------------------


def set_fonts(properties: Any, font: str) -> None:
    """All four kinds of letters in one font, and no theme over it; quotation marks count as Chinese."""
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), font)
    fonts.set(qn("w:hint"), "eastAsia")


def _dress_fonts(document: Any) -> None:
    normal = document.styles["Normal"]
    set_fonts(normal.element.get_or_add_rPr(), FANG)
    normal.font.size = BODY
    defaults = document.styles.element.find(qn("w:docDefaults"))
    found = defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}")
    set_fonts(found, FANG)
    for old in (*found.findall(qn("w:lang")), *found.findall(qn("w:sz")), *found.findall(qn("w:szCs"))):
        found.remove(old)
    for name in ("sz", "szCs"):
        found.append(parse_xml(f'<w:{name} {nsdecls("w")} w:val="{round(BODY.pt * 2)}"/>'))
    found.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'))
    table = next(part for part in document.part.package.parts if part.partname == "/word/fontTable.xml")
    entries = "".join(map(_font_entry, STAND_INS))
    table._blob = f"<w:fonts {nsdecls('w')}>{entries}</w:fonts>".encode()


def _font_entry(name: str) -> str:
    family = "swiss" if name == HEI else "roman"
    return (
        f'<w:font w:name="{name}"><w:altName w:val="{STAND_INS[name]}"/>'
        f'<w:charset w:val="86"/><w:family w:val="{family}"/><w:pitch w:val="auto"/></w:font>'
    )


def _add_style(document: Any, key: str, style: Style) -> None:
    made = document.styles.add_style(style.name, WD_STYLE_TYPE.PARAGRAPH)
    made.element.set(qn("w:styleId"), f"gw{key.replace('_', '')}")
    made.base_style = document.styles["Normal"]
    made.quick_style = True
    made.font.size = style.size
    set_fonts(made.element.get_or_add_rPr(), style.font)
    if style.colour:
        made.font.color.rgb = RGBColor.from_string(style.colour)
    size = made.element.rPr.find(qn("w:sz"))
    for name, value in (("spacing", CLOSER if style.grid else 0), ("w", style.scale or 0)):
        if value:
            size.addprevious(parse_xml(f'<w:{name} {nsdecls("w")} w:val="{value}"/>'))
    form = made.paragraph_format
    form.alignment = style.align
    form.space_before = form.space_after = Pt(0)
    form.keep_with_next = style.keep or None
    form.widow_control = False
    if style.pitch:
        form.line_spacing, form.line_spacing_rule = style.pitch, WD_LINE_SPACING.EXACTLY
    else:
        form.line_spacing = 1.0
    if not style.grid:
        off = parse_xml(f'<w:snapToGrid {nsdecls("w")} w:val="0"/>')
        made.element.pPr.find(qn("w:spacing")).addprevious(off)
    if style.indent:
        indent_first_line(made.element.get_or_add_pPr(), style.indent, style.size)
    if style.level is not None:
        made.element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{style.level}"/>'))


def indent_first_line(properties: Any, characters: int, size: Pt) -> None:
    """In characters, so that it follows the font; in twentieths of a point for programs that do not know characters."""
    indent = properties.get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(characters * 100))
    indent.set(qn("w:firstLine"), str(round(characters * size.pt * 20)))


# -- Page numbers ------------------------------------------------------------------------------------------------------


def _number_pages(document: Any) -> None:
    """— 1 — in 4号 宋体, at the right on odd pages and at the left on even ones, one character in from the edge (7.5)."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, align in ((section.footer, RIGHT_SIDE), (section.even_page_footer, LEFT_SIDE)):
        footer.is_linked_to_previous = False
        number_page(footer.paragraphs[0], document, align)


def number_page(paragraph: Any, document: Any, align: WD_ALIGN_PARAGRAPH) -> None:
    """Write the page number into the paragraph of a footer."""
    paragraph.style = document.styles[STYLES["page"].name]
    paragraph.alignment = align
    form = paragraph.paragraph_format
    form.right_indent, form.left_indent = (SMALL, None) if align is RIGHT_SIDE else (None, SMALL)
    run = partial(_run, paragraph)
    run("— ")
    begin, code, end = run(), run(), run()
    begin._r.append(_field_mark("begin"))
    code._r.append(parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve"> PAGE </w:instrText>'))
    end._r.append(_field_mark("end"))
    run(" —")


def _run(paragraph: Any, words: str = "") -> Any:
    run = paragraph.add_run(words)
    set_fonts(run._r.get_or_add_rPr(), SONG)
    return run


def _field_mark(kind: str) -> Any:
    return parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>')


# -- What Word should not guess ----------------------------------------------------------------------------------------


def _be_a_document_of_today(document: Any) -> None:
    """Not opened in compatibility mode."""
    settings = document.settings.element
    address = "http://schemas.microsoft.com/office/word"
    compat = parse_xml(
        f"<w:compat {nsdecls('w')}><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/>"
        "<w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:useFELayout/>"
        f'<w:compatSetting w:name="compatibilityMode" w:uri="{address}" w:val="15"/></w:compat>'
    )
    settings.replace(settings.find(qn("w:compat")), compat)
    settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
