"""The story of an enterprise: what was changed in the register and what became of its problems, in one timeline."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from helpdesk.enterprises.models import RegisterChange
from helpdesk.pages import moment_words

MOST = 60


@dataclass(frozen=True)
class Happened:
    """Something that happened to an enterprise; ``url`` leads to more of it."""

    at: datetime
    sentence: str
    about: str = ""
    url: str | None = None


def told(changes: Iterable[RegisterChange], others: Iterable[Happened], today: date) -> list[dict[str, str | None]]:
    """Everything, the newest first, as the page wants it; so much of it as one reads."""
    all_of_it = [*(Happened(each.at, f"{each.by_name}：{each.words}") for each in changes), *others]
    newest = sorted(all_of_it, key=lambda each: each.at, reverse=True)[:MOST]
    return [
        {
            "when": moment_words(each.at, today),
            "when_iso": each.at.isoformat(),
            "sentence": each.sentence,
            "about": each.about,
            "url": each.url,
        }
        for each in newest
    ]
