"""The tables of 统计数据 as the page wants them: each cell a figure in words with the ways to its rows."""

from collections.abc import Callable, Sequence
from typing import Any

from helpdesk.figures.catalogue import COUNTS, EXPLAINED
from helpdesk.figures.page_columns import PHONE, TABLES, shown_in
from helpdesk.figures.scope import LABELS, Dimension
from helpdesk.figures.terms import Behind, Figure, Row, number_words
from workflows.policy import Policy

UrlOf = Callable[[Behind | None], str | None]
MISSING = {"late": "超时", "overdue": "现在逾期"}


def tables(rows: Sequence[Row], total: Row, dimension: Dimension, url: UrlOf) -> list[dict[str, Any]]:
    """The three tables, each with a line for everything together at its foot."""
    return [
        {
            "name": name,
            "heading": heading,
            "heads": [LABELS[dimension], *(_label(each) for each in shown_in(names, dimension))],
            "desk_only": [False, *(each not in PHONE for each in shown_in(names, dimension))],
            "rows": [_row(row, shown_in(names, dimension), url) for row in rows],
            "total": _row(total, shown_in(names, dimension), url),
        }
        for name, heading, names in TABLES
    ]


def _label(name: str) -> str:
    if name in EXPLAINED:
        return EXPLAINED[name][0]
    return COUNTS[name].label if name in COUNTS else MISSING[name]


def _row(row: Row, names: Sequence[str], url: UrlOf) -> dict[str, Any]:
    return {"label": row.label, "cells": [cell(row[name], name, url) for name in names]}


def cell(figure: Figure, name: str, url: UrlOf) -> dict[str, Any]:
    """A figure in words; where it is a share with what it is a share of."""
    return {
        "label": _label(name),
        "desk_only": name not in PHONE,
        "words": figure.words,
        "url": url(figure.rows),
        "few": figure.few,
        "part": "" if figure.numerator is None else number_words(figure.numerator),
        "part_url": url(figure.part),
        "whole": "" if figure.denominator is None else number_words(figure.denominator),
    }


def formulas(policy: Policy) -> list[tuple[str, str]]:
    """Each formula in the words of the page, with the weights in force."""
    weights = policy.weights
    numbers = {
        "response": weights.response / 100,
        "solution": weights.solution / 100,
        "satisfied": weights.satisfaction / 100,
        "fair": weights.fair / 100,
    }
    words = {name: f"{value:g}" for name, value in numbers.items()} | {"soon": str(policy.soon_days)}
    return [(label, said.format(**words)) for label, said in EXPLAINED.values()]
