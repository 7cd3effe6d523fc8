"""各环节用时 as a page and as files: the figures of each leg, each with the way to the legs behind it."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.listings import showing
from helpdesk.listings.choosing import Chosen, choose
from helpdesk.listings.fairness import Figures, figures_of, shown
from helpdesk.listings.leg_lists import LEG_TIMES
from helpdesk.listings.views import about_of, admitted, made
from helpdesk.listings.words import Reading
from helpdesk.org.login import current_person
from helpdesk.problems.views import my_standing

bp = Blueprint("leg_times", __name__, url_prefix="/lists")


@bp.get("/leg-times")
def show() -> ResponseReturnValue:
    """The figures, unit by unit."""
    reading, chosen = _asked()
    figures = _figures(reading, chosen)
    return render_template(
        "listings/leg_times.html",
        listing=LEG_TIMES,
        chosen=chosen,
        columns=LEG_TIMES.page_columns,
        groups=shown(figures, lambda **behind: url_for("listings.show", name="legs", **(chosen.address() | behind))),
        filters=showing.filter_row(LEG_TIMES, chosen, reading),
        exports=[
            {"label": label, "url": url_for("leg_times.file", ext=ext, **chosen.address())}
            for ext, label in (("xlsx", "导出 Excel"), ("json", "JSON"))
        ],
        wide_paper=True,
    )


@bp.get("/leg-times.<any(xlsx, json):ext>")
def file(ext: str) -> ResponseReturnValue:
    """The same figures as a file; it is in the export log before it leaves."""
    reading, chosen = _asked()
    about = about_of(LEG_TIMES, chosen, reading, current_person().name)
    return made(LEG_TIMES, _figures(reading, chosen), reading, about, ext)


def _asked() -> tuple[Reading, Chosen]:
    admitted(LEG_TIMES)
    reading = Reading(my_standing())
    return reading, choose(LEG_TIMES, request.args, reading)


def _figures(reading: Reading, chosen: Chosen) -> list[Figures]:
    return figures_of(showing.keys_of(LEG_TIMES, chosen, reading), reading)
