"""The words a paper is declared in: its fields with their meanings, and what a try-out fills them with."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Facts = Mapping[str, Any]
"""What a paper tells, by the names of its fields: texts, numbers, days, lists of texts, lists of mappings."""


class Shape(StrEnum):
    """What stands in a field."""

    TEXT = "text"
    LINES = "lines"  # a list of texts
    ROWS = "rows"  # a list of mappings with fields of their own
    MAPPING = "mapping"  # one of such rows
    GRID = "grid"  # ``columns``: a list of texts, ``rows``: a list of lists of texts


@dataclass(frozen=True)
class Field:
    """Something that a template may name. ``sample`` is what a try-out writes there, "" where it may be empty."""

    name: str
    label: str
    sample: str = ""
    means: str = ""
    shape: Shape = Shape.TEXT
    holds: tuple["Field", ...] = ()  # the fields of each row


@dataclass(frozen=True)
class Paper:
    """A kind of paper: what it is called, what it tells, which acts of a problem's history it goes with.

    ``drafted_in``: the state in which it can be made before its act is done, to be signed. ``across``: for wide tables.
    """

    name: str
    label: str
    says: str
    fields: tuple[Field, ...]
    acts: frozenset[str] = frozenset()
    matter: str = ""  # the kind of request it is about
    drafted_in: str = ""
    across: bool = False

    def field(self, name: str) -> Field | None:
        """That field, or None."""
        return next((each for each in self.fields if each.name == name), None)


GRID_PARTS = (Field("columns", "表头", shape=Shape.LINES), Field("rows", "各行", shape=Shape.ROWS))


def samples(fields: tuple[Field, ...], *, rows: int = 2) -> dict[str, Any]:
    """Facts for a try-out: every field filled, every list with so many rows."""
    return {each.name: _sample(each, rows) for each in fields}


def _sample(field: Field, rows: int) -> Any:
    words = field.sample or field.label
    if field.shape is Shape.TEXT:
        return words
    if field.shape is Shape.LINES:
        return [words] * rows
    if field.shape is Shape.ROWS:
        return [samples(field.holds, rows=rows) for _ in range(rows)]
    return {"columns": ["单位", "件数"], "rows": [["基础设施保障组", "12"]] * rows}


def empties(fields: tuple[Field, ...]) -> dict[str, Any]:
    """Facts that say nothing: every field is there, and empty."""
    nothing: dict[Shape, Any] = {Shape.TEXT: "", Shape.GRID: {part.name: [] for part in GRID_PARTS}}
    return {each.name: nothing.get(each.shape, []) for each in fields}
