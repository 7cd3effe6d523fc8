"""From a figure in a bulletin to the very rows behind it: 统计明细, narrowed to the same days, group and timeline entry."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from helpdesk.bulletins.models import Bulletin
from helpdesk.bulletins.values import BETWEEN
from helpdesk.figures.catalogue import rows_behind

ROWS = "marks"
UrlOf = Callable[[Mapping[str, str]], str]
"""The address of 统计明细 with these filters."""


def filters_of(bulletin: Bulletin, name: str, group: str = "") -> dict[str, str] | None:
    """What 统计明细 is narrowed to for that figure; None for what it does not hold (legs, sums of the list)."""
    behind = rows_behind(name)
    if behind is None:
        return None
    issue, days = bulletin.issue, {"from": bulletin.first_on.isoformat(), "until": bulletin.until_on.isoformat()}
    group = group or str(bulletin.group_id or "")
    more = ({"group": group} if group else {}) | ({"upto": str(issue.entry_id)} if issue else {})
    return {**days, **more, **behind}


def links(bulletin: Bulletin, figures: Mapping[str, Any], names: Mapping[str, str], url: UrlOf) -> dict[str, str]:
    """By field of the text: the address of the rows behind it, where there are any."""
    return dict(_links(bulletin, figures, names, url))


def _links(
    bulletin: Bulletin, figures: Mapping[str, Any], names: Mapping[str, str], url: UrlOf
) -> Iterator[tuple[str, str]]:
    lines = [("", "", figures["totals"])]
    lines += [
        (f"{names.get(row['key'], row['label'])}{BETWEEN}", row["key"], row["figures"]) for row in figures["groups"]
    ]
    for before, key, told in lines:
        for name, figure in told.items():
            if address := link_of(bulletin, name, figure, key, url):
                for label in (figure["label"], f"{figure['label']}的比"):
                    yield f"{before}{label}", address


def link_of(bulletin: Bulletin, name: str, figure: Mapping[str, Any], group: str, url: UrlOf) -> str | None:
    """The address of the rows behind one figure; None where nothing is counted."""
    size = figure["value"] if figure["denominator"] is None else figure["denominator"]
    filters = filters_of(bulletin, name, group) if size else None
    return url(filters) if filters else None
