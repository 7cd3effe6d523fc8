"""Doors to many papers at once: of ticked problems in one file or one zip, and a whole list as 问题台账."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk.clock import local
from helpdesk.errors import NotFoundError
from helpdesk.listings.catalogue import LISTINGS
from helpdesk.listings.choosing import choose, in_words
from helpdesk.listings.showing import everything
from helpdesk.listings.views import admitted
from helpdesk.listings.words import Reading
from helpdesk.org.login import current_person
from helpdesk.papers.catalogue import LEDGER, PAPERS
from helpdesk.papers.ledger import MOST_ROWS, ledger_facts
from helpdesk.papers.making import DOCX, ZIP, Bundle, Sheet, make, make_many
from helpdesk.papers.occasions import newest
from helpdesk.papers.story import Story, story_of
from helpdesk.papers.views import called, facts_of, handed_out, log
from helpdesk.problems.views import my_standing
from workflows.engine import Missing, NotYours

bp = Blueprint("many_papers", __name__, url_prefix="/papers")

MOST_AT_ONCE = 100


# -- Of ticked problems ------------------------------------------------------------------------------------------------


@bp.post("/choose")
def chosen() -> ResponseReturnValue:
    """Which papers the ticked problems have, how many of each; from here they are downloaded."""
    stories, left_out = _stories()
    offered = [
        {"name": name, "label": paper.label, "count": sum(newest(each, name) is not None for each in stories)}
        for name, paper in PAPERS.items()
    ]
    return render_template(
        "papers/many.html",
        offered=[each for each in offered if each["count"]],
        ids=[each.problem.id for each in stories],
        count=len(stories),
        left_out=left_out,
        most=MOST_AT_ONCE,
    )


@bp.post("/made")
def made() -> ResponseReturnValue:
    """The newest paper of that kind of each problem, in one file or in a zip; those that have none are left out."""
    stories, _ = _stories()
    name = request.form.get("paper", "")
    how = Bundle.ZIP if request.form.get("how") == Bundle.ZIP else Bundle.ONE_FILE
    found = [(each, newest(each, name)) for each in stories]
    sheets = [Sheet(name, facts_of(wanted, story), called(wanted, story)) for story, wanted in found if wanted]
    if not sheets:
        raise NotFoundError("勾选的问题里没有这种公文")
    now = my_standing().now
    file_name, content = make_many(sheets, called=f"{PAPERS[name].label}{local(now):%Y%m%d}", how=how, now=now)
    numbers = "、".join(story.problem.number or "" for story, wanted in found if wanted)
    log(name, [("编号", numbers)], rows=len(sheets))
    return handed_out(content, file_name, ZIP if how is Bundle.ZIP else DOCX)


def _stories() -> tuple[list[Story], int]:
    """The ticked problems that this person sees, and how many were left out because they are too many."""
    if any(role.name for role in current_person().roles):
        raise NotYours("管理员账号不参加问题办理，不能生成公文", ())
    ids = list(dict.fromkeys(key for key in request.form.getlist("ids", type=int) if key > 0))
    found = []
    for key in ids[:MOST_AT_ONCE]:
        try:
            found.append(story_of(my_standing(), key))
        except NotFoundError:
            continue
    return found, max(len(ids) - MOST_AT_ONCE, 0)


# -- 问题台账 -----------------------------------------------------------------------------------------------------------


@bp.get("/ledger/<name>.docx")
def ledger(name: str) -> ResponseReturnValue:
    """Everything chosen in a list of problems as 问题台账; beyond what Word can bear it says what to do instead."""
    listing = LISTINGS.get(name)
    if listing is None or name not in LEDGERS:
        raise NotFoundError("这个清单没有问题台账")
    reading = Reading(my_standing())
    selected = choose(admitted(listing), request.args, reading)
    lines = _bounded(everything(listing, selected, reading))
    filters = in_words(listing, selected, reading)
    facts = ledger_facts(lines, reading, filters, district=current_app.config["DISTRICT"], by=current_person().name)
    content = make(LEDGER.name, facts, now=reading.me.now)
    log(LEDGER.name, filters, rows=len(lines))
    return handed_out(content, f"{LEDGER.label}-{local(reading.me.now):%Y%m%d}.docx", DOCX)


LEDGERS = ("problems", "mine")


def _bounded(lines: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for line in lines:
        if len(found) == MOST_ROWS:
            says = f"符合条件的问题超过 {MOST_ROWS:,} 件，Word 台账放不下。请用筛选缩小范围（例如按上报日期分月），或者导出 Excel。"
            raise Missing({"rows": says})
        found.append(line)
    return found
