"""How text becomes tokens, and a word a query: overlapping pairs of characters, so that a word is found in any position.

Chinese has no spaces; dictionaries cut 营商环境 in one place or another and then miss 商环. A run of letters, digits or
characters becomes all its pairs and its last character alone, so that every position begins a token: a word of one
character is the beginning of some token, a longer one is its pairs one behind the other. The lone last character keeps
the end of one run and the beginning of the next from being read together.
"""

from collections.abc import Iterable, Iterator
from unicodedata import normalize

PAIR = 2


def normal(text: str) -> str:
    """What is compared: full-width forms like half-width ones, large letters like small ones."""
    return normalize("NFKC", text).casefold()


def runs(text: str) -> Iterator[str]:
    """The unbroken stretches of letters, digits and characters; anything else parts them."""
    run: list[str] = []
    for letter in normal(text):
        if letter.isalnum():
            run.append(letter)
        elif run:
            yield "".join(run)
            run = []
    if run:
        yield "".join(run)


def tokens(texts: Iterable[str]) -> list[str]:
    """The tokens of these texts in their order; what ends one text does not go on in the next."""
    return [token for text in texts for run in runs(text) for token in _tokens(run)]


def _tokens(run: str) -> Iterator[str]:
    for at in range(len(run) - 1):
        yield run[at : at + PAIR]
    yield run[-1]


def phrases(word: str) -> list[list[str]]:
    """What must be there for a word: for each of its runs the pairs that follow one another, or one lone character."""
    return [[run[at : at + PAIR] for at in range(len(run) - 1)] or [run] for run in runs(word)]
