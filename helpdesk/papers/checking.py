"""An uploaded template, judged at once: every field known, every loop closed, and a try-out that comes out as a paper."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from docx.opc.exceptions import OpcError
from jinja2 import TemplateSyntaxError, nodes
from lxml.etree import LxmlError

from helpdesk.papers import package
from helpdesk.papers.filling import FILTERS, TESTS, environment, fill
from helpdesk.papers.places import Loose, Tag, tags_of
from helpdesk.papers.terms import GRID_PARTS, Field, Paper, Shape, empties, samples

LOOP = Field("loop", "第几个")
LOOP_KNOWS = ("first", "index", "index0", "last", "length")
ALLOWED = (
    nodes.And,
    nodes.Compare,
    nodes.Concat,
    nodes.CondExpr,
    nodes.Const,
    nodes.Filter,
    nodes.For,
    nodes.Getattr,
    nodes.If,
    nodes.Name,
    nodes.Not,
    nodes.Operand,
    nodes.Or,
    nodes.Output,
    nodes.Template,
    nodes.TemplateData,
    nodes.Test,
)
"""What a template may be made of: fields, loops, conditions. No calls, no arithmetic, nothing that reaches further."""
MOST_TOLD = 20

Scope = Mapping[str, Field]


def complaints(content: bytes, file_name: str, paper: Paper) -> list[str]:
    """What is wrong with a template, each with its place; nothing where it can be taken."""
    if wrong := package.complaint(content, file_name):
        return [wrong]
    try:
        found = tags_of(content)
    except (OpcError, LxmlError, KeyError, ValueError, AttributeError):
        return ["文件打不开，可能已经损坏；请用 Word 打开、另存一次再传"]
    loose = [f"{each.place}：“{each.words}”没有配对" for each in found if isinstance(each, Loose)]
    tags = [each for each in found if isinstance(each, Tag)]
    wrong_tags = loose or list(dict.fromkeys(_read(tags, paper)))
    return wrong_tags[:MOST_TOLD] or _tried(content, paper)


# -- Reading the tags --------------------------------------------------------------------------------------------------


def _read(tags: list[Tag], paper: Paper) -> Iterator[str]:
    """All tags as one template, a line each, so that a line is a place."""
    for tag in tags:
        if tag.words.startswith(("{{r ", "{{p ", "{{tr ", "{{tc ")):
            yield f"{tag.place}：字段请写成“{{{{ 字段 }}}}”，不要加 r、p、tr、tc"
            return
    try:
        tree = environment().parse("\n".join(tag.plain for tag in tags))
    except TemplateSyntaxError as error:
        yield _syntax(error, tags)
        return
    fields = {each.name: each for each in paper.fields}
    for line, words in _look(tree, fields, frozenset()):
        yield f"{tags[line - 1].place}：{words}"


def _syntax(error: TemplateSyntaxError, tags: list[Tag]) -> str:
    tag = tags[min(max(error.lineno, 1), len(tags)) - 1]
    return f"{tag.place}：“{tag.words}”写法有误，或者 for、if 没有与 endfor、endif 配对"


Found = Iterator[tuple[int, str]]


def _look(node: nodes.Node, scope: Scope, looped: frozenset[str]) -> Found:
    """What is wrong below this node; ``looped``: lists that a loop around it goes through."""
    if not isinstance(node, ALLOWED):
        yield node.lineno, "这里用了模板不支持的写法；只能用字段、循环（for）和判断（if）"
    elif isinstance(node, nodes.For):
        yield from _loop(node, scope, looped)
    elif isinstance(node, nodes.Name | nodes.Getattr):
        yield from _field(node, scope)[1]
    else:
        yield from _word(node)
        for child in node.iter_child_nodes():
            yield from _look(child, scope, looped)


def _word(node: nodes.Node) -> Found:
    """Filters and tests have names of their own."""
    for kind, known, words in ((nodes.Filter, FILTERS, "处理方式"), (nodes.Test, TESTS, "判断")):
        if isinstance(node, kind) and node.name not in known:
            yield node.lineno, f"没有“{node.name}”这种{words}，可以用：{'、'.join(known)}"


def _loop(node: nodes.For, scope: Scope, looped: frozenset[str]) -> Found:
    field, wrong = _field(node.iter, scope)
    yield from wrong
    if wrong:
        return
    if field is None or field.shape not in (Shape.LINES, Shape.ROWS) or not isinstance(node.target, nodes.Name):
        yield node.lineno, "for 后面要写“一个名称 in 清单”，in 后面只能是清单类的字段"
        return
    if field.name in looped:
        yield node.lineno, f"“{field.label}”已经在外面循环了一遍，里面不能再循环"
        return
    inside = {**scope, node.target.name: _each(field), "loop": LOOP}
    for child in (*([node.test] if node.test else []), *node.body):
        yield from _look(child, inside, looped | {field.name})
    for child in node.else_:
        yield from _look(child, scope, looped)


def _each(field: Field) -> Field:
    """What one of a list is."""
    if field.shape is Shape.LINES:
        return Field(field.name, field.label)
    if field is GRID_PARTS[1]:
        return Field("line", "表中一行", shape=Shape.LINES)
    return Field(field.name, field.label, shape=Shape.MAPPING, holds=field.holds)


def _field(node: nodes.Node, scope: Scope) -> tuple[Field | None, list[tuple[int, str]]]:
    """The field that a name or ``list.part`` means, and what is wrong with it."""
    if isinstance(node, nodes.Name):
        known = scope.get(node.name)
        return known, [] if known else [(node.lineno, _unknown(node.name, scope))]
    if not isinstance(node, nodes.Getattr):
        return None, [(node.lineno, "这里只能写字段的名称")]
    owner, wrong = _field(node.node, scope)
    if wrong or owner is None:
        return None, wrong
    parts = {part.name: part for part in _parts(owner)}
    known = parts.get(node.attr)
    return known, [] if known else [(node.lineno, _unknown(node.attr, parts, of=owner.label))]


def _parts(field: Field) -> tuple[Field, ...]:
    if field is LOOP:
        return tuple(Field(name, name) for name in LOOP_KNOWS)
    return GRID_PARTS if field.shape is Shape.GRID else field.holds if field.shape is Shape.MAPPING else ()


def _unknown(name: str, known: Mapping[str, Any], of: str = "") -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"，是不是“{near[0]}”？" if near else "，可以用的字段见本页的字段表"
    return f"{f'“{of}”里' if of else ''}没有“{name}”这个字段{hint}"


# -- Trying it out -----------------------------------------------------------------------------------------------------


def _tried(content: bytes, paper: Paper) -> list[str]:
    """It must come out with everything there, with long lists, and with nothing there."""
    for facts in (samples(paper.fields), samples(paper.fields, rows=5), empties(paper.fields)):
        try:
            tags_of(fill(content, facts))
        except Exception:  # a library of templates may raise anything for a file that nobody foresaw
            return ["用样例试填没有成功：循环和判断的标签要各占一段（或者表格的一行），并且成对出现。请照默认模板检查"]
    return []
