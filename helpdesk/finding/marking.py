"""Where the words stand in a text: the stretches that fit, and a short piece around the first of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from helpdesk.indexing.tokens import normal

AROUND = 24
"""Characters before and behind the words in a short piece."""
LONGEST = 90


@dataclass(frozen=True)
class Piece:
    """A stretch of text; ``hit``: it is one of the words."""

    words: str
    hit: bool = False


def sought(words: str) -> list[str]:
    """The words as they are compared, each once, the longest first."""
    return sorted(dict.fromkeys(normal(word) for word in words.split()), key=len, reverse=True)


def places(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """From where to where in the text one of these words stands; what overlaps is one stretch."""
    letters, owner = _letters(text)
    found = []
    for word in words:
        at = letters.find(word)
        while word and at >= 0:
            found.append((owner[at], owner[at + len(word) - 1] + 1))
            at = letters.find(word, at + 1)
    return _joined(sorted(found))


def _letters(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and for each of its letters the place it comes from (㎡ becomes two)."""
    parts = [normal(letter) for letter in text]
    return "".join(parts), [at for at, part in enumerate(parts) for _ in part]


def _joined(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def pieces(text: str, words: Sequence[str]) -> list[Piece]:
    """The whole text in pieces, the words marked."""
    found, at = [], 0
    for start, end in places(text, words):
        found += [Piece(text[at:start]), Piece(text[start:end], hit=True)]
        at = end
    return [each for each in (*found, Piece(text[at:])) if each.words]


def around(text: str, words: Sequence[str]) -> list[Piece]:
    """A short piece of the text around the first of the words; nothing where none of them stands in it."""
    text = " ".join(text.split())
    found = places(text, words)
    if not found:
        return []
    start = max(found[0][0] - AROUND, 0)
    end = min(start + LONGEST, len(text))
    short = f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
    return pieces(short, words)
