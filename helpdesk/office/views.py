"""督查工作台: what 督查考核办公室 and 调度室 look at every morning, with the way from each line to what is done about it."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.listings.due_filters import since_words
from helpdesk.listings.views import bulk_actions, line_url_of, why_url
from helpdesk.listings.words import Reading
from helpdesk.office import day
from helpdesk.office.blocks import NEW, blocks_for
from helpdesk.operations import queries as operations
from helpdesk.operations.views import job_row
from helpdesk.org.roles import SEATS
from helpdesk.pages import PRESSING_ROLES
from helpdesk.problems.views import my_standing
from helpdesk.scheduler import JOBS
from helpdesk.security import new_request_key
from workflows.engine import NotYours
from workflows.roles import LABELS

bp = Blueprint("office", __name__, url_prefix="/office")

WATCHED = ("sweep", "post")
"""The jobs without which nobody is reminded and nothing is sent."""


@bp.get("/day")
def show() -> ResponseReturnValue:
    """The day's page; NotYours for whoever does not press others."""
    me = my_standing()
    roles = frozenset(role for role in SEATS if me.units(role))
    if not roles & PRESSING_ROLES:
        who = tuple(role for role in SEATS if role in PRESSING_ROLES)
        raise NotYours(f"这一页只供{'、'.join(LABELS[role] for role in who)}使用", who)
    reading = Reading(me)
    blocks = day.shown(blocks_for(roles), reading, WAYS)
    return render_template(
        "office/day.html",
        blocks=blocks,
        lists=[each for each in blocks if each.block.columns],
        overdue=day.overdue_table(reading, WAYS),
        since=since_words(me.today),
        bulk=bulk_actions(NEW.of, NEW.chosen(reading)),
        request_key=new_request_key(),
        pulse=_pulse(me.now),
        day=me.today,
    )


def _to_list(listing: str, **values: Any) -> str:
    return url_for("listings.show", name=listing, **values)


WAYS = day.Ways(_to_list, line_url_of, why_url)


def _pulse(now: Any) -> list[dict[str, Any]]:
    """When dates were last checked and mails last sent, red when that is too long ago."""
    beats = operations.heartbeats()
    return [job_row(job, beats.get(job.name), now) for job in JOBS if job.name in WATCHED]
