"""Where the tags of a template stand: read from the file paragraph by paragraph, each with the words for its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
LOOSE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
QUOTES = str.maketrans("“”‘’", "\"\"''")  # Word makes them of straight ones; docxtpl takes them back as well
SHOWN = 20  # characters of a paragraph that its place quotes


@dataclass(frozen=True)
class Tag:
    """A tag as it was typed, and where: 第 3 段（“主送：{{ unit }}”）."""

    words: str
    place: str

    @property
    def plain(self) -> str:
        """The same as jinja2 reads it: without what docxtpl adds, on one line."""
        words = re.sub(r"\s+", " ", self.words.translate(QUOTES))
        words = re.sub(r"^\{%-?\s*(?:p|tr|tc|r)\s", "{% ", words)
        return re.sub(r"^\{%-", "{%", re.sub(r"-%\}$", "%}", words))


@dataclass(frozen=True)
class Loose:
    """A bracket without its other half, and where."""

    words: str
    place: str


def tags_of(content: bytes) -> list[Tag | Loose]:
    """Every tag of a Word file in its order: text, tables, headers and footers, notes, properties."""
    document = Document(BytesIO(content))
    found = [each for text, place in _texts(document) for each in _tags(text, place)]
    properties = document.core_properties
    for value in (properties.title, properties.author, properties.comments, properties.subject):
        found += _tags(value or "", "文档属性")
    return found


def _tags(text: str, place: str) -> Iterator[Tag | Loose]:
    for found in TAG.findall(text):
        yield Tag(found, place)
    if loose := LOOSE.search(TAG.sub("", text)):
        yield Loose(loose[0], place)


def _texts(document: Any) -> Iterator[tuple[str, str]]:
    yield from _in(document.element.body, "")
    for part in document.part.package.parts:
        kind = part.content_type.rpartition(".")[2].removesuffix("+xml")
        if kind in ("header", "footer", "footnotes"):
            root = getattr(part, "element", None)
            root = parse_xml(part.blob) if root is None else root
            yield from _in(root, {"header": "页眉", "footer": "页脚", "footnotes": "脚注"}[kind])


def _in(root: Any, where: str) -> Iterator[tuple[str, str]]:
    """Paragraphs with their places; those that are not in a table are counted."""
    tables = list(root.iter(qn("w:tbl")))
    number = 0
    for paragraph in root.iter(qn("w:p")):
        text = "".join(_own_text(paragraph))
        cell = next(paragraph.iterancestors(qn("w:tc")), None)
        if cell is None:
            number += 1
        if text.strip():
            yield text, f"{where}{_cell(cell, tables) if cell is not None else f'第 {number} 段'}{_quoted(text)}"


def _own_text(paragraph: Any) -> Iterator[str]:
    """Its texts without those of a text box that hangs on it, which has paragraphs of its own."""
    for text in paragraph.iter(qn("w:t")):
        if next(text.iterancestors(qn("w:p"))) is paragraph:
            yield text.text or ""


def _cell(cell: Any, tables: list[Any]) -> str:
    row = next(cell.iterancestors(qn("w:tr")))
    table = next(row.iterancestors(qn("w:tbl")))
    line = list(table.iter(qn("w:tr"))).index(row) + 1
    column = list(row.iter(qn("w:tc"))).index(cell) + 1
    return f"第 {tables.index(table) + 1} 个表格第 {line} 行第 {column} 格"


def _quoted(text: str) -> str:
    text = text.strip()
    return f"（“{text[:SHOWN]}{'…' if len(text) > SHOWN else ''}”）"
