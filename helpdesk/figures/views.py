"""统计数据 as a page and as files: the same figures, each with the way to the rows behind it."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.figures import showing
from helpdesk.figures.choosing import FIGURES, Wanted, wanted
from helpdesk.figures.tables import policy_of, with_totals
from helpdesk.figures.terms import Behind, Row
from helpdesk.listings.catalogue import LISTINGS
from helpdesk.listings.choosing import Chosen, choose
from helpdesk.listings.showing import filter_row
from helpdesk.listings.views import about_of, admitted, made
from helpdesk.listings.words import Reading
from helpdesk.org.login import current_person
from helpdesk.org.roles import SEATS
from helpdesk.problems.views import my_standing

bp = Blueprint("figures", __name__, url_prefix="/figures")


@bp.get("")
def show() -> ResponseReturnValue:
    """The figures of a period in three tables, with their formulas."""
    reading, chosen, asked = _asked()
    rows, total = _figures(asked)
    return render_template(
        "figures/show.html",
        listing=FIGURES,
        chosen=chosen,
        asked=asked,
        whose=_whose(reading),
        tables=showing.tables(rows, total, asked.dimension, url_behind) if total else [],
        formulas=showing.formulas(policy_of(asked.scope)),
        filters=filter_row(FIGURES, chosen, reading),
        exports=[
            {"label": label, "url": url_for("figures.file", ext=ext, **chosen.address())}
            for ext, label in (("xlsx", "导出 Excel"), ("json", "JSON"))
        ],
        wide_paper=True,
    )


@bp.get("/figures.<any(xlsx, json):ext>")
def file(ext: str) -> ResponseReturnValue:
    """The same figures as a file; it is in the export log before it leaves."""
    reading, chosen, asked = _asked()
    rows, total = _figures(asked)
    about = about_of(FIGURES, chosen, reading, current_person().name)
    about.filters[:0] = [("统计时间", asked.days)]  # type: ignore[index]
    return made(FIGURES, [*rows, total] if total else [], reading, about, ext)


def _asked() -> tuple[Reading, Chosen, Wanted]:
    admitted(FIGURES)
    reading = Reading(my_standing())
    chosen = choose(FIGURES, request.args, reading)
    return reading, chosen, wanted(chosen, reading)


def _figures(asked: Wanted) -> tuple[list[Row], Row | None]:
    if asked.wrong:
        return [], None
    return with_totals(asked.scope, asked.dimension)


def _whose(reading: Reading) -> str:
    """Whose problems are counted, as far as the reader may know of them."""
    me = reading.me
    if me.sees_district:
        return ""
    return "您负责的责任组" if me.groups else "您上报、承办和包保企业的问题"


def url_behind(behind: Behind | None) -> str | None:
    """The address of the rows behind a figure; None where there are none, or this person may not open the list."""
    if behind is None or not behind.size:
        return None
    me = my_standing()
    roles = frozenset(role for role in SEATS if me.units(role))
    if not LISTINGS[behind.listing].open_to(roles, handles=True):
        return None
    values: dict[str, Any] = dict(behind.values)
    return url_for("listings.show", name=behind.listing, **values)
