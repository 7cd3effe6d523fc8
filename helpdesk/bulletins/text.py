"""The text of a bulletin: paragraphs that people edit, with figures in them that nobody can.

A figure stands in the text as its name in brackets, 〔满意率〕, and is filled in from what was counted. A number with a unit
that somebody typed is refused where figures are told, so that no figure stands on paper that cannot be traced.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflows.engine import Missing

OPEN, CLOSE = "〔", "〕"
TOKEN = re.compile(r"〔([^〔〕\n]*)〕")
YEAR = re.compile(r"\d{4}")  # 〔2026〕3号 is a number of a paper, no field
FIGURE = re.compile(
    r"[\d０-９]+(?:[.．][\d０-９]+)?\s*(?:%|％|‰|个百分点|件|起|家|次|分(?!钟)|个工作日)"
    r"|百分之[零〇一二三四五六七八九十百点两\d]+"
    r"|[零〇一二三四五六七八九十百千万两]{2,}\s*(?:个百分点|件|起|家|次|分(?!钟)|个工作日)"
)
LONGEST_PARAGRAPH = 2_000
MOST_PARAGRAPHS = 60
NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Heading:
    """A section there can be. ``free``: what is to be done, where days and numbers may be written by hand."""

    name: str
    label: str
    free: bool = False


SECTIONS = (
    Heading("overview", "基本情况"),
    Heading("groups", "办理情况"),
    Heading("asking", "回访情况"),
    Heading("named", "逾期、退单和延期情况"),
    Heading("topics", "热点问题"),
    Heading("sampling", "抽查情况"),
    Heading("demands", "下步要求", free=True),
)
LABELS = {each.name: each.label for each in SECTIONS}

Text = dict[str, list[str]]
"""By section: its paragraphs, with fields in brackets."""


@dataclass(frozen=True)
class Wrong:
    """Something in a text that will not do, and where: section, paragraph counted from 1, and the words."""

    section: str
    paragraph: int
    words: str
    why: str

    def __str__(self) -> str:
        return f"“{LABELS[self.section]}”第 {self.paragraph} 段，“{self.words}”：{self.why}"


def read(given: Mapping[str, str]) -> Text:
    """What came back from the form, one paragraph per line; lines without a word are left out."""
    return {each.name: _paragraphs(given.get(each.name, "")) for each in SECTIONS}


def _paragraphs(words: str) -> list[str]:
    lines = (line.strip().strip("\u3000").strip() for line in words.splitlines())
    return [line for line in lines if line]


def written(text: Mapping[str, list[str]]) -> dict[str, str]:
    """As the form shows it."""
    return {each.name: "\n".join(text.get(each.name, ())) for each in SECTIONS}


def fields_in(paragraph: str) -> Iterator[str]:
    """The names of the fields in a paragraph."""
    for found in TOKEN.finditer(paragraph):
        if not YEAR.fullmatch(found[1]):
            yield found[1]


def filled(paragraph: str, values: Mapping[str, str]) -> str:
    """A paragraph with its fields filled in; KeyError for one that is not there (``check`` says so first)."""
    return TOKEN.sub(lambda found: found[0] if YEAR.fullmatch(found[1]) else values[found[1].strip()], paragraph)


def check(text: Mapping[str, list[str]], values: Mapping[str, str]) -> list[Wrong]:
    """All that will not do, in the order of the text."""
    return [
        wrong
        for heading in SECTIONS
        for n, paragraph in enumerate(text.get(heading.name, ()), 1)
        for wrong in _wrong_in(heading, n, paragraph, values)
    ]


def _wrong_in(heading: Heading, n: int, paragraph: str, values: Mapping[str, str]) -> Iterator[Wrong]:
    if len(paragraph) > LONGEST_PARAGRAPH:
        yield Wrong(
            heading.name, n, paragraph[:20] + "…", f"一段最多 {LONGEST_PARAGRAPH} 个字，现在 {len(paragraph)} 个"
        )
    for name in fields_in(paragraph):
        if name.strip() not in values:
            yield Wrong(heading.name, n, f"{OPEN}{name}{CLOSE}", "没有这个数据项，请从右边的清单里选")
    rest = TOKEN.sub("\u3000", paragraph)
    for bracket in re.findall(f"[{OPEN}{CLOSE}]", rest):
        at = rest.index(bracket)
        yield Wrong(heading.name, n, rest[max(at - 5, 0) : at + 6].strip(), f"括号“{bracket}”不成对，数据项被改坏了")
    if not heading.free:
        for typed in FIGURE.finditer(rest):
            yield Wrong(heading.name, n, typed[0], "数字不能手写：请用数据项，印发时会填入冻结的数")


def refuse_wrong(text: Mapping[str, list[str]], values: Mapping[str, str]) -> None:
    """Missing, by section, where the text cannot be issued like this."""
    errors: dict[str, str] = {}
    for wrong in check(text, values):
        errors[wrong.section] = f"{errors[wrong.section]}；{wrong}" if wrong.section in errors else str(wrong)
    if not text.get("overview"):
        errors["overview"] = "通报要有“基本情况”"
    if sum(len(paragraphs) for paragraphs in text.values()) > MOST_PARAGRAPHS:
        errors.setdefault("overview", f"一份通报最多 {MOST_PARAGRAPHS} 段，详细情况请放在附表里")
    if errors:
        raise Missing(errors)


def refuse_figures_in(title: str) -> None:
    """Missing where somebody typed a figure into the title."""
    if typed := FIGURE.search(title):
        raise Missing({"bulletin_title": f"标题里不能手写数字“{typed[0]}”：数字写在正文里，用数据项"})


def sections(text: Mapping[str, list[str]], values: Mapping[str, str]) -> list[dict[str, object]]:
    """The text as it stands on paper: 一、基本情况 and its paragraphs; sections without a word are not numbered."""
    kept = [(each.label, text[each.name]) for each in SECTIONS if text.get(each.name)]
    return [
        {"heading": f"{NUMERALS[n]}、{label}", "paragraphs": [filled(each, values) for each in paragraphs]}
        for n, (label, paragraphs) in enumerate(kept)
    ]


@dataclass(frozen=True)
class Part:
    """A stretch of a paragraph on a page: plain words, or a figure that stays bound to its field."""

    words: str
    field: str = ""


def parts(paragraph: str, values: Mapping[str, str]) -> list[Part]:
    """A paragraph as a page shows it, its figures told apart; a field that does not exist stays as it was typed."""
    found, at = [], 0
    for token in TOKEN.finditer(paragraph):
        name = token[1].strip()
        if name not in values:
            continue
        found += [Part(paragraph[at : token.start()]), Part(values[name], name)]
        at = token.end()
    return [part for part in (*found, Part(paragraph[at:])) if part.words]
