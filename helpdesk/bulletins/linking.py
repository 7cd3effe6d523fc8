"""From a figure in a bulletin to the very rows behind it: 统计明细, narrowed to the same days, group and timeline entry."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from helpdesk.bulletins.models import Bulletin
from helpdesk.bulletins.values import BETWEEN
from helpdesk.figures.catalogue import rows_behind
from helpdesk.figures.scope import Dimension, Scope
from helpdesk.problems.cases import Standing

ROWS = "marks"
UrlOf = Callable[[Mapping[str, str]], str]
"""The address of 统计明细 with these filters."""


def scope_of(bulletin: Bulletin, me: Standing) -> Scope:
    """What its figures are about, in the eyes of this reader; of an issued one as of its timeline entry."""
    group = str(bulletin.group_id) if bulletin.group_id else None
    entry_id = bulletin.issue.entry_id if bulletin.issue else None
    return Scope(bulletin.first_on, bulletin.until_on, me, group=group, until_entry_id=entry_id)


def filters_of(scope: Scope, name: str, group: str = "") -> dict[str, str] | None:
    """What 统计明细 is narrowed to for that figure; None for what it does not hold (legs, sums of the list)."""
    behind = rows_behind(name)
    if behind is None:
        return None
    narrowed = scope.within(Dimension.GROUP, group) if group else scope
    return {**narrowed.address(), **behind}


def links(scope: Scope, figures: Mapping[str, Any], names: Mapping[str, str], url: UrlOf) -> dict[str, str]:
    """By field of the text: the address of the rows behind it, where there are any."""
    return dict(_links(scope, figures, names, url))


def _links(scope: Scope, figures: Mapping[str, Any], names: Mapping[str, str], url: UrlOf) -> Iterator[tuple[str, str]]:
    lines = [("", "", figures["totals"])]
    lines += [
        (f"{names.get(row['key'], row['label'])}{BETWEEN}", row["key"], row["figures"]) for row in figures["groups"]
    ]
    for before, key, told in lines:
        for name, figure in told.items():
            if address := link_of(scope, name, figure, key, url):
                for label in (figure["label"], f"{figure['label']}的比"):
                    yield f"{before}{label}", address


def link_of(scope: Scope, name: str, figure: Mapping[str, Any], group: str, url: UrlOf) -> str | None:
    """The address of the rows behind one figure; None where nothing is counted."""
    size = figure["value"] if figure["denominator"] is None else figure["denominator"]
    filters = filters_of(scope, name, group) if size else None
    return url(filters) if filters else None
