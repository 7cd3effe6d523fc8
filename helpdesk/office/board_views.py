"""数据看板 for the offices and 领导驾驶舱 for the leading group: the same pictures, the second to be seen from afar."""

from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.clock import local
from helpdesk.listings import showing
from helpdesk.listings.choosing import Chosen
from helpdesk.listings.words import Reading
from helpdesk.office import pictures, rates
from helpdesk.office.pictures import Looking
from helpdesk.office.scope import BOARD, chosen_for, narrowed, span_of, span_words
from helpdesk.problems.cases import Standing
from helpdesk.problems.views import my_standing
from workflows.engine import NotYours
from workflows.roles import LABELS, Role

bp = Blueprint("board", __name__, url_prefix="/office")

WHO = (Role.SUPERVISOR, Role.DISPATCHER, Role.CHIEF)
"""Who sees the whole district, and so may see its pictures."""
AGAIN_AFTER = 180
"""Seconds after which the wall looks again."""


@bp.get("/board")
def show() -> ResponseReturnValue:
    """The dashboard; NotYours for whoever does not see the whole district."""
    me = _admitted()
    looking, chosen = _looking(me)
    return render_template(
        "office/board.html",
        board=BOARD,
        chosen=chosen,
        filters=showing.filter_row(BOARD, chosen, looking.reading),
        span=_span(looking),
        figures_url=url_for("figures.show"),
        answers=rates.answers(looking),
        wall_url=url_for("board.wall", **chosen.address()),
        **_pictures(looking),
    )


@bp.get("/wall")
def wall() -> ResponseReturnValue:
    """The wall view: nobody touches it, it looks again by itself."""
    me = _admitted()
    looking, chosen = _looking(me)
    return render_template(
        "office/wall.html",
        district=current_app.config["DISTRICT"],
        span=_span(looking),
        as_of=f"{local(me.now):%Y-%m-%d %H:%M}",
        again_after=AGAIN_AFTER,
        board_url=url_for("board.show", **chosen.address()),
        **_pictures(looking),
    )


def _admitted() -> Standing:
    me = my_standing()
    if not any(me.units(role) for role in WHO):
        raise NotYours(f"这一页只供{'、'.join(LABELS[role] for role in WHO)}使用", WHO)
    return me


def _looking(me: Standing) -> tuple[Looking, Chosen]:
    reading = Reading(me)
    chosen = chosen_for(request.args, reading)
    return Looking(reading, *span_of(chosen, me.today), narrowed(chosen), _to_list), chosen


def _to_list(listing: str, **values: Any) -> str:
    return url_for("listings.show", name=listing, **values)


def _span(looking: Looking) -> str:
    return span_words(looking.first_on, looking.until_on, looking.reading.today)


def _pictures(looking: Looking) -> dict[str, Any]:
    flow = rates.flow(looking)
    return {
        "keys": [*rates.standing(looking, flow), *rates.keys(looking)],
        "flow": flow,
        "trend": rates.trend(looking),
        "ages": rates.ages(looking),
        "ladder": pictures.ladder(looking),
        "heat": rates.heat(looking),
    }
