"""Password letters (账号开通通知单): one page a person, to be handed over closed; the password is kept nowhere."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from docx.enum.text import WD_BREAK

from helpdesk.org.letters import RULES, Letter
from helpdesk.papers.layout import blank
from helpdesk.papers.parts import write


def letters(found: Iterable[Letter], *, district: str) -> bytes:
    """All these letters in one Word file, each on a page of its own, in the order given."""
    document = blank("账号开通通知单")
    for number, letter in enumerate(found):
        if number:
            document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
        _letter(document, letter, district)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _letter(document: Any, letter: Letter, district: str) -> None:
    write(document, "title", f"{district}助企问题办理平台账号开通通知单")
    write(document, "to")
    write(document, "to", f"{letter.unit}{'　' if letter.unit else ''}{letter.name}同志：")
    write(document, "body", "您的账号已经开通，请按下面的信息登录，并妥善保管本单。")
    for label, words in letter.lines():
        write(document, "body", f"{label}：{words}")
    for number, rule in enumerate(RULES, 1):
        write(document, "body", f"{number}. {rule}")
    write(document, "to")
    write(document, "signed", letter.day)
