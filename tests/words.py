"""Words to look for, cut from what was written."""

import random
from collections.abc import Sequence


def words_cut_from(texts: Sequence[str], dice: random.Random, many: int) -> list[str]:
    """Cut anywhere from what was written, now and then with another letter at the end; without signs in them."""
    words: list[str] = []
    while len(words) < many:
        text = dice.choice(texts)
        at = dice.randrange(len(text))
        word = text[at : at + dice.randint(1, 6)] + dice.choice(("", "", "", "水"))
        if word.isalnum():
            words.append(word)
    return words
