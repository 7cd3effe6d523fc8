"""The words of notices: one template each, and the two parts of a mail around them."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import escape

from workflows.roles import Role

if TYPE_CHECKING:
    from helpdesk.notices.outbox import Letter

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "notices"
TEXT = Environment(  # noqa: S701  (plain text; the HTML part escapes line by line)
    loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def names() -> frozenset[str]:
    """Every notice that has a template."""
    return frozenset(path.stem for path in FOLDER.glob("*.txt") if not path.stem.startswith("_"))


@cache
def _template(name: str) -> Template:
    return TEXT.get_template(f"{name}.txt")


def render(name: str, letter: "Letter", role: Role) -> tuple[str, str]:
    """Subject and body of a notice for readers in one role; the enterprise never gets an internal answer."""
    outside = role is Role.ENTERPRISE
    template = _template(name)
    context = template.new_context(
        {
            "letter": letter,
            "outside": outside,
            "answers": [(label, words) for label, words, public in letter.answers if public or not outside],
        }
    )
    subject = "".join(template.blocks["subject"](context))
    body = "".join(template.blocks["body"](context))
    facts = _template("_facts").render(context.parent)
    return " ".join(subject.split()), f"{_tidy(body)}\n\n{_tidy(facts)}"


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return "\n".join(line for index, line in enumerate(lines) if line or lines[index - 1])


def mail_parts(body: str, *, why: str, url: str, district: str) -> tuple[str, str]:
    """The text part and the HTML part of a mail: the body, one link, and why the reader gets it."""
    footer = f"您收到这封邮件，是因为{why}。这是系统自动发出的，请不要直接回复。"
    sender = f"{district}万人助万企调度室"
    text = f"{body}\n\n查看和办理：{url}\n\n{sender}\n\n--\n{footer}\n"
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in body.splitlines() if line)
    html = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"></head>'
        '<body style="font:16px/1.6 PingFang SC,Microsoft YaHei,sans-serif;color:#1f2328;max-width:640px">'
        f'{paragraphs}<p><a href="{escape(url)}" style="display:inline-block;padding:8px 20px;background:#1257a6;'
        'color:#fff;text-decoration:none;border-radius:6px">查看和办理</a></p>'
        f'<p>{escape(sender)}</p><hr style="border:0;border-top:1px solid #d8dee4">'
        f'<p style="font-size:13px;color:#57606a">{escape(footer)}</p></body></html>'
    )
    return text, html
