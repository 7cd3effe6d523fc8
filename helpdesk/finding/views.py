"""搜索: one page for what was found."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.finding.ranking import LONGEST_QUERY, find
from helpdesk.listings.catalogue import LISTINGS
from helpdesk.listings.views import admitted
from helpdesk.problems.views import my_standing

bp = Blueprint("finding", __name__, url_prefix="/search")


@bp.get("")
def show() -> ResponseReturnValue:
    """Problems, enterprises and visits that hold the words; NotYours for whoever takes no part in handling problems."""
    admitted(LISTINGS["problems"])
    words = " ".join(request.args.get("q", "").split())
    found = find(my_standing(), words)
    return render_template(
        "finding/show.html",
        q=words,
        found=found,
        cut=len(words) > LONGEST_QUERY,
        most=LONGEST_QUERY,
        ledger_url=url_for("listings.show", name="problems", q=words, phase="all"),
        register_url=url_for("listings.show", name="enterprises", q=words),
        visits_url=url_for("listings.show", name="visits", q=words),
    )
