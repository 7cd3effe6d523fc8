"""Pages of visits: my own, the calendar, one visit, planning, moving and dropping."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from helpdesk.enterprises.models import Enterprise
from helpdesk.enterprises.queries import get_enterprise, names_of_cadres, paired, paired_enterprises
from helpdesk.errors import NotFoundError
from helpdesk.files import SHOWN_INLINE, disposition, path_of, size_words
from helpdesk.org.login import current_person, is_admin
from helpdesk.problems.actors import Actor
from helpdesk.problems.views import my_standing, url_of
from helpdesk.visits import commands, queries, showing
from helpdesk.visits.forms import DropForm, MoveForm, PlanForm
from helpdesk.visits.models import OUTCOMES, STATES, WAYS, Outcome, State, Visit, Way
from helpdesk.visits.rights import MAY_PLAN, dispatches, may_change, may_visit
from workflows.engine import Missing, NotYours

bp = Blueprint("visits", __name__, url_prefix="/visits")

DONE_SHOWN = 20
NO_BUSINESS = "管理员账号不参加走访"


def me_visiting() -> Any:
    """Who is signed in; NotYours for the three administrators, who take no part."""
    if is_admin(current_person()):
        raise NotYours(NO_BUSINESS, ())
    return my_standing()


# -- Mine --------------------------------------------------------------------------------------------------------------


@bp.get("/")
def mine() -> ResponseReturnValue:
    """我的走访: what is due, what is planned, what is on record; and the enterprises one is paired with."""
    me = me_visiting()
    return render_template(
        "visits/mine.html",
        due=showing.lines(queries.planned_by(me, until=me.today), me.today),
        planned=showing.lines(queries.planned_by(me, after=me.today), me.today),
        done=showing.lines(queries.done_by(me, DONE_SHOWN), me.today),
        firms=[
            {"enterprise": each, "warnings": showing.warnings(each, me.today)}
            for each in paired_enterprises(me.himself, me.today)
        ],
        me=current_person().name,
    )


@bp.get("/calendar")
def calendar() -> ResponseReturnValue:
    """走访日历: a month as a grid on a desk, as a list on a phone."""
    me = me_visiting()
    first = showing.month_of(request.args.get("month", ""), me.today)
    before, after, last = showing.beside(first)
    own = request.args.get("whose") != "all"
    found = queries.between(me, first, last, own=own)
    whose: dict[str, Any] = {} if own else {"whose": "all"}
    return render_template(
        "visits/calendar.html",
        weeks=showing.weeks(first, found, me.today),
        title=f"{first.year}年{first.month}月",
        count=len(found),
        own=own,
        before_url=url_for("visits.calendar", month=f"{before:%Y-%m}", **whose),
        after_url=url_for("visits.calendar", month=f"{after:%Y-%m}", **whose),
        own_url=url_for("visits.calendar", month=f"{first:%Y-%m}"),
        all_url=url_for("visits.calendar", month=f"{first:%Y-%m}", whose="all"),
    )


# -- One visit ---------------------------------------------------------------------------------------------------------


@bp.get("/<int:visit_id>")
def show(visit_id: int) -> ResponseReturnValue:
    """What was planned and found, photos, problems raised, calls that came back to it, and every change."""
    me = me_visiting()
    visit = queries.get_visit_for(me, visit_id)
    return render_template(
        "visits/show.html",
        visit=visit,
        state=dict(STATES)[State(visit.state)],
        way=dict(WAYS)[Way(visit.way)] if visit.way else None,
        outcome=dict(OUTCOMES)[Outcome(visit.outcome)] if visit.outcome else None,
        done=visit.state == State.DONE,
        planned=visit.state == State.PLANNED,
        found=visit.outcome == Outcome.FOUND,
        files=[
            {
                "name": each.name,
                "url": url_for("visits.file", file_id=each.id),
                "size_words": size_words(each.size),
                "thumb_url": url_for("visits.file", file_id=each.id) if each.media_type in SHOWN_INLINE else None,
            }
            for each in queries.files_of(visit.id)
        ],
        problems=[(each, url_of(each)) for each in queries.problems_of(me, visit.id)],
        calls=showing.lines(queries.visits_after(me, visit.id), me.today),
        former=queries.get_visit_for(me, visit.follows_id) if visit.follows_id else None,
        changes=showing.changes(queries.changes_of(visit.id), me.today),
        may_change=may_change(me, visit),
        may_visit=may_visit(me, visit.enterprise_id),
    )


@bp.get("/files/<int:file_id>")
def file(file_id: int) -> ResponseReturnValue:
    """A photo or paper, for whoever may see the visit."""
    me = me_visiting()
    found = queries.get_file(file_id)
    queries.get_visit_for(me, found.visit_id)
    path = path_of(found.stored_as, current_app.config["UPLOAD_DIR"])
    if not path.is_file():
        current_app.logger.error("file %s of a visit is not on the disk: %s", found.id, path)
        raise NotFoundError("这个附件的文件不在服务器上，请联系系统管理员")
    response = send_file(path, mimetype=found.media_type, conditional=True)
    response.headers["Content-Disposition"] = disposition(found.name, found.media_type)
    return response


# -- Planning ----------------------------------------------------------------------------------------------------------


@bp.route("/plan", methods=["GET", "POST"])
def plan() -> ResponseReturnValue:
    """列入走访计划; without an enterprise one is chosen first. Warns of a burden, forbids nothing."""
    me = me_visiting()
    key = request.args.get("enterprise", type=int)
    if not key:
        return render_template(
            "visits/choose.html", firms=paired_enterprises(me.himself, me.today), dispatches=dispatches(me)
        )
    enterprise = get_enterprise(key)
    if not may_visit(me, enterprise.id):
        raise NotYours(MAY_PLAN, ())
    form = PlanForm(data={"person": me.person_id})
    form.offer(_who(enterprise))
    if not form.validate_on_submit() or form.planned_on.data is None:
        return _plan_page(form, enterprise), 422 if form.is_submitted() else 200
    try:
        written = commands.plan(
            enterprise.id,
            form.planned_on.data,
            form.purpose.data,
            person_id=form.person.data,
            me=me,
            by=Actor.person(current_person()),
            request_key=form.key(),
        )
    except Missing as missing:
        for name, words in missing.errors.items():
            form[name].errors = [words]
        return _plan_page(form, get_enterprise(key)), 422
    flash("已列入走访计划。", "success")
    return redirect(url_for("visits.show", visit_id=written.visit_id))


def _who(enterprise: Enterprise) -> list[tuple[int, str]]:
    """Whoever may go: oneself and those one stands in for; for the dispatch office every paired cadre."""
    me = my_standing()
    keys = set(me.himself)
    if dispatches(me):
        keys |= set(paired([enterprise.id], me.today).get(enterprise.id, ()))
    people = names_of_cadres(keys)
    return sorted(people, key=lambda pair: pair[0] != me.person_id)


def _plan_page(form: PlanForm, enterprise: Enterprise) -> str:
    me = my_standing()
    coming = queries.visits_of_enterprises([enterprise.id], me, states=(State.PLANNED,))
    return render_template(
        "visits/plan.html",
        form=form,
        enterprise=enterprise,
        warnings=showing.warnings(enterprise, me.today, one_more=True),
        coming=showing.lines(coming, me.today),
    )


@bp.route("/<int:visit_id>/move", methods=["GET", "POST"])
def move(visit_id: int) -> ResponseReturnValue:
    """改期."""
    me = me_visiting()
    visit, form = _to_change(visit_id), MoveForm()
    if form.validate_on_submit() and form.planned_on.data:
        try:
            commands.move(visit_id, form.planned_on.data, form.reason.data, me=me, by=Actor.person(current_person()))
        except Missing as missing:
            form.planned_on.errors = [missing.errors["planned_on"]]
            visit = _to_change(visit_id)
        else:
            flash("已改期。", "success")
            return redirect(url_for("visits.show", visit_id=visit_id))
    page = render_template("visits/change.html", form=form, visit=visit, title="改期", label="改期")
    return page, 422 if form.is_submitted() else 200


@bp.route("/<int:visit_id>/drop", methods=["GET", "POST"])
def drop(visit_id: int) -> ResponseReturnValue:
    """取消计划."""
    me = me_visiting()
    visit, form = _to_change(visit_id), DropForm()
    if form.validate_on_submit():
        commands.drop(visit_id, form.reason.data, me=me, by=Actor.person(current_person()))
        flash("走访计划已取消。", "success")
        return redirect(url_for("visits.show", visit_id=visit_id))
    page = render_template("visits/change.html", form=form, visit=visit, title="取消计划", label="取消这次计划")
    return page, 422 if form.is_submitted() else 200


def _to_change(visit_id: int) -> Visit:
    me = my_standing()
    visit = queries.get_visit_for(me, visit_id)
    if not may_change(me, visit):
        raise NotYours("走访计划由走访人本人或者调度室来改", ())
    return visit
