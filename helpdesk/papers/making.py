"""Making papers: one from its facts, or many in one file or one zip; the template in force decides how they look."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO

from docx.opc.exceptions import OpcError
from jinja2 import TemplateError
from lxml.etree import XMLSyntaxError

from helpdesk.clock import local
from helpdesk.files import clean_name
from helpdesk.papers import queries
from helpdesk.papers.catalogue import PAPERS
from helpdesk.papers.defaults import default_template
from helpdesk.papers.filling import DifferentHeadsError, fill, join
from helpdesk.papers.terms import Facts, empties
from workflows.engine import NotNow

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"
BROKEN = (TemplateError, XMLSyntaxError, OpcError, KeyError, ValueError, TypeError)
"""What a template that does not fit can raise."""


class Bundle(StrEnum):
    """How many papers are handed over."""

    ONE_FILE = "one"
    ZIP = "zip"


@dataclass(frozen=True)
class Sheet:
    """A paper to be made: of which kind, with which facts, under which file name (without ending)."""

    name: str
    facts: Facts
    called: str


def make(name: str, facts: Facts, *, now: datetime) -> bytes:
    """The paper of that name as a Word file; what is not among the facts stays empty.

    NotNow where the office's own template cannot be filled.
    """
    return _made(name, facts, template_in_force(name))


def _made(name: str, facts: Facts, template: bytes) -> bytes:
    paper = PAPERS[name]
    try:
        return fill(template, {**empties(paper.fields), **facts})
    except BROKEN as error:
        raise NotNow(f"“{paper.label}”的模板填不进去，请到“公文模板”里重新上传或者恢复默认模板") from error


def template_in_force(name: str) -> bytes:
    """The template that is filled now: the newest of the office's own, else the one that comes with the program."""
    newest = queries.newest(name)
    return newest.content if newest and newest.content else default_template(name)


def make_many(sheets: Sequence[Sheet], *, called: str, how: Bundle, now: datetime) -> tuple[str, bytes]:
    """File name and content: one Word file, each paper on a new page, or a zip of single files.

    NotNow where papers of different templates, or with different heads, are wanted in one file.
    """
    templates = {name: template_in_force(name) for name in {each.name for each in sheets}}
    made = [_made(each.name, each.facts, templates[each.name]) for each in sheets]
    if how is Bundle.ZIP:
        return f"{called}.zip", _zipped(sheets, made, now)
    try:
        if len({each.name for each in sheets}) > 1:
            raise DifferentHeadsError
        return f"{called}.docx", join(made)
    except DifferentHeadsError as error:
        raise NotNow("这些公文的页眉、页脚各不相同，不能合成一个文件，请改选“打包下载”") from error


def _zipped(sheets: Sequence[Sheet], made: Sequence[bytes], now: datetime) -> bytes:
    file, seen = BytesIO(), set()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (sheet, content) in enumerate(zip(sheets, made, strict=True), 1):
            name = clean_name(f"{sheet.called}.docx")
            name = f"{number:03d}-{name}" if name in seen else name
            seen.add(name)
            archive.writestr(zipfile.ZipInfo(name, local(now).timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()
