"""The words of notices, from one template a notice."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from workflows.roles import Role

if TYPE_CHECKING:
    from helpdesk.notices.outbox import Letter

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
FOR_ENTERPRISE, FOR_OFFICE = "plain_happened", "happened"
"""The blocks that show for whom a template has words."""


@dataclass(frozen=True)
class Words:
    """A notice as it is kept: the body is plain text without salutation, link and footer."""

    subject: str
    body: str


@cache
def environment() -> Environment:
    """The templates of notices; a misspelt variable is an error, not an empty place."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: bool(name and name.endswith(".html")),  # noqa: S701  (the others are plain text)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def names() -> frozenset[str]:
    """Every notice that has a template."""
    return frozenset(path.stem for path in (TEMPLATES / "notices").glob("*.txt") if not path.stem.startswith("_"))


def template_of(notice: str) -> Template:
    """The template of a notice; jinja2.TemplateNotFound when there is none."""
    return environment().get_template(f"notices/{notice}.txt")


def message(name: str, facts: Mapping[str, Any]) -> Words:
    """The words of a message about no single problem; jinja2.UndefinedError when a fact is missing."""
    return _parted(template_of(name).render(facts))


class Wording:
    """One notice on one occasion, worded at most once for the office's roles each and once for the enterprise."""

    def __init__(self, notice: str, letter: "Letter") -> None:
        self._template = template_of(notice)
        self._letter = letter
        self._known: dict[Role, Words | None] = {}

    def for_role(self, role: Role) -> Words | None:
        """The words for readers of that role; None when the notice is not meant for them."""
        if role not in self._known:
            self._known[role] = self._worded(role)
        return self._known[role]

    def _worded(self, role: Role) -> Words | None:
        plain = role is Role.ENTERPRISE
        if (FOR_ENTERPRISE if plain else FOR_OFFICE) not in self._template.blocks:
            return None
        said = [(label, words) for label, words, public in self._letter.answers if public or not plain]
        text = self._template.render(**_facts(self._letter), plain=plain, role=role.value, said=_lines(said))
        return _dated(_parted(text), self._letter.true_day)


def _dated(words: Words, true_day: str | None) -> Words:
    """What is told late says of which day it speaks."""
    return Words(words.subject, f"{words.body}\n\n实际日期：{true_day}。") if true_day else words


def _parted(text: str) -> Words:
    subject, _, body = text.partition("\n")
    return Words(subject.strip(), _tidy(body))


def _facts(letter: "Letter") -> dict[str, Any]:
    due, days = letter.due, letter.late_days
    lines = {name: " ".join(getattr(letter, name).split()) for name in ("title", "enterprise")}
    return (
        asdict(letter)
        | lines
        | {
            "please": lambda what: f"请在{due}{what}。" if due else f"请及时{what}。",
            "limit": f"时限：{due}。" if due else "",
            "late": f"逾期 {days} 个工作日" if days > 0 else "逾期",
        }
    )


def _lines(answers: list[tuple[str, str]]) -> str:
    """One answer a line; a question keeps its own mark."""
    return "\n".join(f"{label}{'' if label.endswith('？') else '：'}{words}" for label, words in answers)


def _tidy(body: str) -> str:
    """No blanks at line ends, at most one empty line in a row, none around."""
    kept: list[str] = []
    for line in (each.rstrip() for each in body.strip().splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept)
