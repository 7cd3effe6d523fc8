"""The record of a visit on the phone: its form, and corrections."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.enterprises.queries import find_enterprise
from helpdesk.errors import wants_json
from helpdesk.org.login import current_person
from helpdesk.problems.actors import Actor
from helpdesk.problems.asking import choices_for, sent_by
from helpdesk.visits import commands, queries, showing
from helpdesk.visits.forms import facts_in, record_form
from helpdesk.visits.models import Outcome, State, Visit
from helpdesk.visits.rights import may_change
from helpdesk.visits.views import me_visiting
from workflows.engine import Missing, NotNow, NotYours
from workflows.fields import ENTERPRISE

bp = Blueprint("visit_records", __name__, url_prefix="/visits")


# -- The record --------------------------------------------------------------------------------------------------------


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """记录走访 that nobody planned, or a call that comes back to an earlier visit."""
    return _record(None)


@bp.route("/<int:visit_id>/record", methods=["GET", "POST"])
def planned(visit_id: int) -> ResponseReturnValue:
    """记录走访 that was planned."""
    me = me_visiting()
    visit = queries.get_visit_for(me, visit_id)
    if not may_change(me, visit):
        raise NotYours("走访由走访人本人或者调度室来记录", ())
    if visit.state != State.PLANNED and request.method == "GET":
        return redirect(url_for("visits.show", visit_id=visit_id))
    return _record(visit)


def _record(visit: Visit | None) -> ResponseReturnValue:
    me = me_visiting()
    form: Any = _form(me, planned=visit is not None)
    if request.method == "GET":
        _begin(form, me)
        return _page(form, visit)
    if not form.validate():
        return _refused(form, visit)
    visit_id = visit.id if visit else None
    try:
        written = commands.record(
            facts_in(form),
            me=me,
            by=Actor.person(current_person()),
            visit_id=visit_id,
            enterprise_id=None if visit else form.enterprise.data,
            request_key=form.key(),
        )
    except Missing as missing:
        _blame(form, missing)
        return _refused(form, queries.get_visit_for(me, visit_id) if visit_id else None)
    return _done(written, form.outcome.data)


def _form(me: Any, **how: bool) -> Any:
    choices = choices_for((ENTERPRISE,), None, owner=f"person {me.person_id}", today=me.today)
    sent = sent_by(request.form, request.files) if request.method == "POST" else None
    return record_form(choices, **how)(formdata=sent)


def _begin(form: Any, me: Any) -> None:
    """Today, and what the address says: the enterprise, and the visit that a call comes back to."""
    form.done_on.process_data(me.today)
    key = request.args.get("enterprise", type=int)
    if "enterprise" in form and key and find_enterprise(key):
        form.enterprise.process_data(key)
    if request.args.get("way") in ("site", "phone"):
        form.way.process_data(request.args["way"])
    form.follows.data = request.args.get("follows", "")[:9]


def _blame(form: Any, missing: Missing) -> None:
    for name, words in missing.errors.items():
        if name in form:
            form[name].errors = [words]


def _refused(form: Any, visit: Visit | None) -> ResponseReturnValue:
    if wants_json():
        errors = {name: "；".join(map(str, words)) for name, words in form.errors.items()}
        return jsonify({"status": 422, "message": "还没有保存，请先改正", "errors": errors}), 422
    return _page(form, visit), 422


def _page(form: Any, visit: Visit | None) -> str:
    return render_template("visits/record.html", form=form, visit=visit)


def _done(written: commands.Written, outcome: str) -> ResponseReturnValue:
    url = url_for("visits.show", visit_id=written.visit_id)
    if "X-Waited" not in request.headers:
        flash("走访记录已保存。发现的问题请接着登记。" if outcome == Outcome.FOUND else "走访记录已保存。", "success")
    return jsonify({"url": url, "repeated": written.repeated}) if wants_json() else redirect(url)


# -- A correction ------------------------------------------------------------------------------------------------------


@bp.route("/<int:visit_id>/correct", methods=["GET", "POST"])
def correct(visit_id: int) -> ResponseReturnValue:
    """更正 a record; the former text stays visible."""
    me = me_visiting()
    visit = queries.get_visit_for(me, visit_id)
    if not may_change(me, visit):
        raise NotYours("走访记录由走访人本人或者调度室来更正", ())
    if visit.state != State.DONE:
        raise NotNow("这次走访还没有记录，不能更正")
    form: Any = _form(me, planned=True, correcting=True)
    if request.method == "GET":
        for name in commands.KEPT:
            form[name].process_data(getattr(visit, name))
        return _correct_page(form, visit)
    if not form.validate():
        return _correct_page(form, visit), 422
    try:
        commands.correct(
            visit_id,
            facts_in(form),
            form.reason.data,
            me=me,
            by=Actor.person(current_person()),
            request_key=form.key(),
        )
    except Missing as missing:
        _blame(form, missing)
        return _correct_page(form, queries.get_visit_for(me, visit_id)), 422
    flash("走访记录已更正，原来的内容保留在下面。", "success")
    return redirect(url_for("visits.show", visit_id=visit_id))


def _correct_page(form: Any, visit: Visit) -> str:
    return render_template("visits/correct.html", form=form, visit=visit, changes=showing.CHANGES)
