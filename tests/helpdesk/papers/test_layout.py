"""Papers keep the measures of GB/T 9704-2012: read back from the files that leave the house."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from helpdesk.papers.catalogue import PAPERS
from helpdesk.papers.defaults import WRITERS, default_template
from helpdesk.papers.filling import fill
from helpdesk.papers.terms import samples
from tests.papers import opened

STANDING = [name for name, paper in PAPERS.items() if not paper.across]


def made(name: str) -> bytes:
    return fill(default_template(name), samples(PAPERS[name].fields))


def style(document: Any, name: str) -> Any:
    return document.styles[name]


def font_of(element: Any) -> set[str]:
    fonts = element.find(f".//{qn('w:rFonts')}")
    return {fonts.get(qn(f"w:{kind}")) for kind in ("ascii", "hAnsi", "eastAsia")}


def test_every_paper_has_a_template_and_every_template_a_paper() -> None:
    assert set(WRITERS) == set(PAPERS)


@pytest.mark.parametrize("name", STANDING)
def test_the_type_area_is_156_by_225_millimetres(name: str) -> None:
    section = opened(made(name)).sections[0]
    near = Mm(0.05)
    for found, wanted in (
        (section.page_width, Mm(210)),
        (section.page_height, Mm(297)),
        (section.top_margin, Mm(37)),
        (section.bottom_margin, Mm(35)),
        (section.left_margin, Mm(28)),
        (section.right_margin, Mm(26)),
    ):
        assert abs(found - wanted) < near, (found.mm, wanted.mm)


@pytest.mark.parametrize("name", STANDING)
def test_a_page_takes_22_lines_and_a_line_28_characters(name: str) -> None:
    document = opened(made(name))
    section = document.sections[0]
    pitch = int(section._sectPr.find(qn("w:docGrid")).get(qn("w:linePitch"))) / 20
    height = (section.page_height - section.top_margin - section.bottom_margin) / Pt(1)
    assert pitch == pytest.approx(28.95)
    assert int(height / pitch) == 22
    body = style(document, "公文正文")
    closer = int(body.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    width = (section.page_width - section.left_margin - section.right_margin) / Pt(1)
    assert int(width / (body.font.size.pt + closer)) == 28


def test_body_and_title_and_levels_have_their_fonts_and_sizes() -> None:
    document = opened(made("bulletin"))
    for name, font, size in (
        ("公文正文", "仿宋_GB2312", 16),
        ("公文标题", "方正小标宋简体", 22),
        ("一级标题", "黑体", 16),
        ("二级标题", "楷体_GB2312", 16),
        ("三级标题", "仿宋_GB2312", 16),
        ("页码", "宋体", 14),
    ):
        found = style(document, name)
        assert font_of(found.element) == {font}, name
        assert found.font.size == Pt(size), name
    body, title = style(document, "公文正文").paragraph_format, style(document, "公文标题").paragraph_format
    assert (body.line_spacing, body.line_spacing_rule) == (Pt(28.95), WD_LINE_SPACING.EXACTLY)
    assert title.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert style(document, "公文正文").element.pPr.ind.get(qn("w:firstLineChars")) == "200"


@pytest.mark.parametrize("name", PAPERS)
def test_no_font_of_a_theme_gets_in_and_every_font_has_a_stand_in(name: str) -> None:
    content = made(name)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        texts = {each: archive.read(each).decode() for each in archive.namelist() if each.endswith(".xml")}
    document = opened(content)
    used = {value for fonts in document.element.iter(qn("w:rFonts")) for value in fonts.attrib.values()} - {"eastAsia"}
    for font in used:
        entry = texts["word/fontTable.xml"].partition(f'w:name="{font}"')[2].partition("</w:font>")[0]
        assert "w:altName" in entry, font
    assert "Theme=" not in texts["word/document.xml"]
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert not [key for fonts in defaults.iter(qn("w:rFonts")) for key in fonts.attrib if "Theme" in key]


@pytest.mark.parametrize("name", STANDING)
def test_pages_are_numbered_right_on_odd_and_left_on_even_ones(name: str) -> None:
    document = opened(made(name))
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    for paragraph, side in ((odd, WD_ALIGN_PARAGRAPH.RIGHT), (even, WD_ALIGN_PARAGRAPH.LEFT)):
        assert paragraph.alignment == side
        assert (paragraph.text.strip()[0], paragraph.text.strip()[-1]) == ("—", "—")
        assert "PAGE" in paragraph._p.xml
        assert {run.font.name for run in paragraph.runs} == {"宋体"}


@pytest.mark.parametrize("name", ["order", "bulletin"])
def test_a_red_head_has_a_red_line_four_millimetres_below_the_number(name: str) -> None:
    document = opened(made(name))
    mark = next(each for each in document.paragraphs if each.text)
    assert mark.style.name == "发文机关标志"
    assert str(mark.style.font.color.rgb) == "FF0000"
    number = next(each for each in document.paragraphs if each.style.name == "发文字号" and each.text)
    assert number.text.startswith("〔2026〕")
    assert number.text.endswith("号")
    line = number._p.find(f".//{qn('w:bottom')}")
    assert line.get(qn("w:color")) == "FF0000"
    assert Pt(int(line.get(qn("w:space")))).mm == pytest.approx(4, abs=0.2)


def test_a_letter_has_its_double_lines_and_no_number_on_its_first_page() -> None:
    section = opened(made("letter")).sections[0]
    assert section.different_first_page_header_footer
    header, footer = section.first_page_header.paragraphs[0], section.first_page_footer.paragraphs[0]
    assert header.text == "二道区“万人助万企”调度室"
    assert header._p.find(f".//{qn('w:bottom')}").get(qn("w:val")) == "thickThinSmallGap"
    assert footer._p.find(f".//{qn('w:bottom')}").get(qn("w:val")) == "thinThickSmallGap"
    assert "PAGE" not in footer._p.xml
    wide = Mm(210) - (section.left_margin + header.paragraph_format.left_indent) * 2
    assert wide / Mm(1) == pytest.approx(170, abs=0.5)


def test_the_date_stands_four_characters_from_the_right_without_zeros() -> None:
    document = opened(made("reminder"))
    day = [each for each in document.paragraphs if each.text][-1]
    assert day.text == "2026年1月5日"
    assert day._p.pPr.ind.get(qn("w:rightChars")) == "400"


@pytest.mark.parametrize("name", PAPERS)
def test_what_word_insists_on_stands_in_its_order(name: str) -> None:
    """Word calls a file damaged whose properties stand in another order than the schema's."""
    orders = {
        "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr pBdr shd tabs snapToGrid spacing "
        "ind jc outlineLvl rPr sectPr",
        "rPr": "rStyle rFonts b i color spacing w kern sz szCs u lang",
        "tblPr": "tblStyle tblpPr tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
        "tcPr": "tcW gridSpan vMerge tcBorders shd vAlign",
        "sectPr": "type pgSz pgMar pgNumType cols titlePg docGrid",
    }
    document = opened(made(name))
    for root in (document.element, document.styles.element):
        for tag, words in orders.items():
            order = [qn(f"w:{word}") for word in words.split()]
            for element in root.iter(qn(f"w:{tag}")):
                found = [order.index(child.tag) for child in element if child.tag in order]
                assert found == sorted(found), (tag, [child.tag for child in element])
