"""Sets of keys as spans, first and last included: small, because keys are given one after the other."""

from collections.abc import Iterable, Iterator, Sequence

Span = tuple[int, int]


class Spans:
    """Keys that come in rising order, put together into spans."""

    def __init__(self) -> None:
        self.found: list[list[int]] = []
        self.count = 0

    def add(self, key: int) -> None:
        """The next key."""
        self.count += 1
        if self.found and self.found[-1][1] == key - 1:
            self.found[-1][1] = key
        else:
            self.found.append([key, key])


def merged(spans: Iterable[Sequence[int]]) -> list[Span]:
    """These spans in order, those that touch put together."""
    found: list[Span] = []
    for first, last in sorted((first, last) for first, last in spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def gaps(spans: Sequence[Span], *, above: int) -> list[Span]:
    """What lies between these merged spans, from the key after ``above``; what lies behind the last is no gap."""
    found, reached = [], above
    for first, last in spans:
        if first > reached + 1:
            found.append((reached + 1, first - 1))
        reached = max(reached, last)
    return found


def keys_in(spans: Iterable[Sequence[int]]) -> Iterator[int]:
    """Every key of these spans."""
    for first, last in spans:
        yield from range(first, last + 1)
