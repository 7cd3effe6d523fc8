"""From template and facts to a Word file: facts made fit for paper, tags filled in a closed room, files joined."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from helpdesk.clock import local
from helpdesk.form_fields import visible
from helpdesk.papers.terms import Facts

FILTERS = ("default", "first", "join", "last", "length", "trim")
TESTS = ("defined", "even", "none", "odd", "undefined")
NEXT_PARAGRAPH = "\a"  # docxtpl's word for it; it cannot come from the facts


def environment() -> ImmutableSandboxedEnvironment:
    """Where templates are read and filled: fields, loops, conditions, a few filters; nothing of the program."""
    room = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    room.globals.clear()
    room.filters = {name: room.filters[name] for name in FILTERS}
    room.tests = {name: room.tests[name] for name in TESTS}
    return room


def fill(template: bytes, facts: Facts) -> bytes:
    """The paper; a jinja2 or docx error where the template is broken or names what is not there."""
    paper = DocxTemplate(BytesIO(template))
    paper.render(fit(facts), environment(), autoescape=True)
    file = BytesIO()
    paper.save(file)
    return file.getvalue()


# -- Facts -------------------------------------------------------------------------------------------------------------


def fit(value: Any) -> Any:
    """Facts as a template gets them: days in words, nothing for None, no characters that break a file."""
    if isinstance(value, Mapping):
        return {str(name): fit(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [fit(each) for each in value]
    if isinstance(value, date):
        return day_on_paper(value)
    if isinstance(value, str):
        return _clean(value)
    return "" if value is None else value


def day_on_paper(day: date) -> str:
    """2026年1月5日: Arabic numerals, no zeros in front (7.3.5.4); of a moment, the local day."""
    here = local(day).date() if isinstance(day, datetime) else day
    return f"{here.year}年{here.month}月{here.day}日"


def _clean(words: str) -> str:
    """Lines become paragraphs; what nobody sees, and what no Word file may hold, is left out."""
    lines = [each.replace("\t", " ").strip() for each in visible(words).splitlines()]
    return NEXT_PARAGRAPH.join(each for each in lines if each)


# -- Several in one file -----------------------------------------------------------------------------------------------


class DifferentHeadsError(Exception):
    """Papers whose headers or footers differ cannot stand in one file."""


def join(papers: list[bytes]) -> bytes:
    """Papers from one template in one file, each beginning on a new page that counts from 1."""
    documents = [Document(BytesIO(paper)) for paper in papers]
    whole, rest = documents[0], documents[1:]
    if any(_heads(each) != _heads(whole) for each in rest):
        raise DifferentHeadsError
    body = whole.element.body
    for document in rest:
        _break_section(body)
        for child in document.element.body:
            if child.tag != qn("w:sectPr"):
                body.insert(len(body) - 1, deepcopy(child))
    if rest:
        _count_from_one(body[-1])
    file = BytesIO()
    whole.save(file)
    return file.getvalue()


def _heads(document: Any) -> list[bytes]:
    parts = (rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith(("/header", "/footer")))
    return sorted(part.blob for part in parts)


def _break_section(body: Any) -> None:
    """What stands so far is a section of its own: its properties go into a last, tiny paragraph."""
    ending = OxmlElement("w:p")
    section = deepcopy(body[-1])
    _count_from_one(section)
    properties = OxmlElement("w:pPr")
    spacing = OxmlElement("w:spacing")
    for name, value in (("before", "0"), ("after", "0"), ("line", "20"), ("lineRule", "exact")):
        spacing.set(qn(f"w:{name}"), value)
    properties.append(spacing)
    properties.append(section)
    ending.append(properties)
    body.insert(len(body) - 1, ending)


def _count_from_one(section: Any) -> None:
    for old in section.findall(qn("w:pgNumType")):
        section.remove(old)
    number = OxmlElement("w:pgNumType")
    number.set(qn("w:start"), "1")
    after = section.find(qn("w:pgMar"))
    after.addnext(number)
