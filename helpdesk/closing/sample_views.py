"""抽查: the samples, drawing one, its progress and results, and each call."""

import secrets
from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.closing import calling, commands, sample_lists, sample_queries, sample_tables, story
from helpdesk.closing.call_views import greeting
from helpdesk.closing.forms import DrawForm
from helpdesk.closing.lists import OTHERS
from helpdesk.closing.models import SampleItem
from helpdesk.forms import ActionForm, answers_of, blame
from helpdesk.listings import sheets
from helpdesk.listings.views import made
from helpdesk.listings.words import Reading
from helpdesk.org.login import current_person
from helpdesk.org.roles import SEATS
from helpdesk.problems import queries
from helpdesk.problems.commands import Actor
from helpdesk.problems.views import asked_form, kept_text, my_standing
from workflows import engine
from workflows.engine import Missing, NotYours, Refused
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.sampling import KINDS, SAMPLING
from workflows.terms import Phase

bp = Blueprint("samples", __name__, url_prefix="/samples")

LARGEST_SEED = 2**31 - 1


def _read() -> bool:
    """Whoever holds a seat reads the results; answers whether he draws and calls. NotYours for all others."""
    me = my_standing()
    if not any(me.units(role) for role in SEATS):
        raise NotYours("抽查结果供调度室、督查考核办公室、各责任组组长、分管领导和领导小组查看", tuple(SEATS))
    return bool(me.units(Role.SUPERVISOR))


def _draws() -> None:
    if not _read():
        raise NotYours("抽查由督查考核办公室抽取和回访", (Role.SUPERVISOR,))


# -- All of them -------------------------------------------------------------------------------------------------------


@bp.get("")
def index() -> ResponseReturnValue:
    """Every sample, and how often the record did not hold this year."""
    draws, today = _read(), my_standing().today
    year = today.replace(month=1, day=1)
    return render_template(
        "closing/samples.html",
        draws=draws,
        samples=[sample_tables.line(*row, today=today) for row in sample_queries.samples()],
        deviations=sample_tables.by_group(sample_queries.deviations(year, today)),
        year=year.year,
        waiting_url=url_for("listings.show", name=sample_lists.SAMPLED.name) if draws else None,
    )


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Choose period and share, see how many there are to draw from, and draw."""
    _draws()
    me, form = my_standing(), DrawForm()
    if request.method == "GET":
        last = me.today.replace(day=1) - timedelta(days=1)
        form.first_on.data, form.until_on.data, form.share.data = last.replace(day=1), last, 10
        return _draw_page(form)
    if not form.validate():
        return _draw_page(form), 422
    assert form.first_on.data  # both are required
    assert form.until_on.data
    given = (form.kind.data, form.first_on.data, form.until_on.data, form.wanted())
    if "look" in request.form:
        return _look(form, given)
    try:
        sample = commands.draw(
            *given,
            seed=secrets.randbelow(LARGEST_SEED),
            by=Actor.person(current_person()),
            now=me.now,
            request_key=(form.request_key.data or "")[:64] or None,
        )
    except Missing as missing:
        blame(form, missing.errors)
        return _draw_page(form), 422
    flash(SAMPLING.action("draw").done, "success")
    return redirect(url_for("samples.show", sample_id=sample.id))


def _look(form: DrawForm, given: Any) -> ResponseReturnValue:
    """How many would be drawn from how many; nothing is drawn."""
    kind, first_on, until_on, wanted = given
    frame = sample_queries.frame_of(kind, first_on, until_on)
    wrong = commands.complaints(first_on, until_on, wanted, frame_size=len(frame), today=my_standing().today)
    if wrong:
        blame(form, wrong)
        return _draw_page(form), 422
    return _draw_page(form, (len(frame), wanted.size(frame)))


def _draw_page(form: DrawForm, seen: tuple[int, int] | None = None) -> str:
    return render_template("closing/draw.html", form=form, seen=seen)


# -- One of them -------------------------------------------------------------------------------------------------------


@bp.get("/<int:sample_id>")
def show(sample_id: int) -> ResponseReturnValue:
    """What was drawn, how far the calls are, what differs."""
    draws, sample = _read(), sample_queries.get_sample(sample_id)
    drawn, today = sample_queries.items_of(sample.id), my_standing().today
    items = _mine(drawn)
    over = [each for each in items if SAMPLING.state(each.state).phase is Phase.CLOSED]
    return render_template(
        "closing/sample.html",
        sample=sample,
        kind=KINDS[sample.kind][0],
        facts=sample_tables.about(sample, len(drawn), today),
        rows=[sample_tables.row(each, today) | _way(each, draws=draws) for each in items],
        finished=len(over),
        total=len(items),
        deviating=sum(each.deviates for each in items),
        reached=sum(each.state == sample_queries.DONE for each in items),
        exports=[
            {"label": label, "url": url_for("samples.file", sample_id=sample.id, ext=ext)}
            for ext, label in (("xlsx", "导出 Excel"), ("json", "JSON"))
        ],
    )


def _mine(items: list[SampleItem]) -> list[SampleItem]:
    """Those of problems that this person may see: a group's lead reads of his own group."""
    me = my_standing()
    return items if me.sees_district else [each for each in items if each.group_id in me.groups]


def _way(item: SampleItem, *, draws: bool) -> dict[str, str]:
    waits = SAMPLING.state(item.state).phase is Phase.OPEN
    mine = item.problem_id in sample_queries.took_part_in(my_standing())
    call = url_for("samples.call", item_id=item.id) if draws and waits and not mine else ""
    again = PROBLEM.action("reopen")
    reopens = draws and item.deviates and item.problem.state in again.sources
    reopen = url_for("problems.act", problem_id=item.problem_id, name=again.name) if reopens else ""
    page = url_for("problems.show", problem_id=item.problem_id)
    avoid = OTHERS if draws and waits and mine else ""
    return {"url": page, "call_url": call, "reopen_url": reopen, "avoid": avoid}


@bp.get("/<int:sample_id>.<any(xlsx, json):ext>")
def file(sample_id: int, ext: str) -> ResponseReturnValue:
    """The same as a file; it is in the export log before it leaves."""
    _read()
    sample, reading = sample_queries.get_sample(sample_id), Reading(my_standing())
    drawn = sample_queries.items_of(sample.id)
    filters = [(label, str(value)) for label, value in sample_tables.about(sample, len(drawn), reading.today)]
    title = f"{current_app.config['DISTRICT']}{sample_tables.TABLE.title}"
    return made(sample_tables.TABLE, _mine(drawn), reading, sheets.About(title, current_person().name, filters), ext)


# -- A call ------------------------------------------------------------------------------------------------------------


@bp.route("/calls/<int:item_id>", methods=["GET", "POST"])
def call(item_id: int) -> ResponseReturnValue:
    """Call one that was drawn: the script, and what is said now."""
    _draws()
    me, item = my_standing(), sample_queries.get_item(item_id)
    action = KINDS[item.sample.kind][1]
    problem = queries.get_problem_for(me, item.problem_id)
    sample_id = item.sample_id
    form = asked_form(action.asks, problem, me)
    if request.method == "GET":
        return _call_page(item, form)
    try:
        given = answers_of(form, action.asks, today=me.today, lenient=False)
        commands.call(item_id, by=Actor.person(current_person()), given=given, now=me.now, request_key=form.key())
    except Missing as missing:
        blame(form, missing.errors)
        return _call_page(sample_queries.get_item(item_id), form), 422
    except Refused as refused:
        return kept_text(refused, form, queries.get_problem_for(me, problem.id))
    item = sample_queries.get_item(item_id)
    flash(f"抽查结果已登记{'，与原记录不一致：' + '；'.join(item.differs) if item.differs else ''}", "success")
    return redirect(url_for("samples.show", sample_id=sample_id))


def _call_page(item: SampleItem, form: ActionForm) -> str:
    me, problem = my_standing(), item.problem
    action = KINDS[item.sample.kind][1]
    refused = engine.refusal(SAMPLING, commands.case_of(item), action.name, roles={Role.SUPERVISOR}, **me.wishing)
    apart = story.apart(me, queries.timeline(problem.id), action, problem.group_id, counts=sample_queries.involves)
    return render_template(
        "closing/sample_call.html",
        item=item,
        problem=problem,
        action=action,
        form=None if refused else form,
        refused=refused,
        greeting=greeting(me, problem, calling.SAMPLED[item.sample.kind]),
        apart=apart,
    )
