"""Writing the index, within the transaction of whatever is written about."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from helpdesk.indexing import queries
from helpdesk.indexing.tokens import tokens

LONGEST, OFTENEST = 4_000, 250
"""Tokens of a part, and how often one of them stands in it: a tsvector knows the first 16,383 positions and 255 of each
token, and what it forgets would not be found. Rewriting a short part is quick, too.
"""


def add(kind: str, subject_id: int, texts: Iterable[str]) -> None:
    """Put these texts behind what is known of that subject; nothing is committed."""
    found = tokens(texts)
    if not found:
        return
    newest = queries.newest_part(kind, subject_id)
    most = _most(found)
    if newest is not None and newest.size + len(found) <= LONGEST and newest.most + most <= OFTENEST:
        queries.lengthen(newest.id, found, size=newest.size + len(found), most=newest.most + most)
        return
    queries.write(rows_of(kind, subject_id, found, first=newest.part + 1 if newest else 0))


def _most(found: list[str]) -> int:
    return max(Counter(found).values())


def rows_of(kind: str, subject_id: int, found: list[str], *, first: int = 0) -> list[dict[str, Any]]:
    """The rows that hold these tokens."""
    return [
        {"kind": kind, "subject_id": subject_id, "part": part, "size": len(some), "most": _most(some), "tokens": some}
        for part, some in enumerate(_parts(found), first)
    ]


def _parts(found: list[str]) -> Iterator[list[str]]:
    """Cut so that each is short enough; what one ends with is where the next begins, so that no word falls between."""
    seen, start = Counter[str](), 0
    for at, token in enumerate(found):
        if at - start == LONGEST or seen[token] == OFTENEST:
            yield found[start:at]
            start = max(at - LONGEST_WORD, start + 1)
            seen = Counter(found[start:at])
        seen[token] += 1
    yield found[start:]


LONGEST_WORD = 100
"""Characters of a word that is found however the parts are cut."""
