"""Pages of pairing (包联): with one enterprise, the state of it in the district, and many pairings at once."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.enterprises import commands, pairing_queries, queries
from helpdesk.enterprises.forms import MovingForm, PairingForm
from helpdesk.enterprises.models import Pairing
from helpdesk.enterprises.views import dispatches, done, only
from helpdesk.errors import NotFoundError
from helpdesk.org.login import current_person
from helpdesk.org.queries import get_person, people_with_posts
from helpdesk.problems.views import my_standing
from workflows.engine import Missing

bp = Blueprint("pairings", __name__)

MOST_AT_ONCE = 200


def _most() -> int:
    most: int = current_app.config["PAIRINGS_PER_CADRE"]
    return most


@bp.route("/enterprises/<int:enterprise_id>/pairings/new", methods=["GET", "POST"])
def pair(enterprise_id: int) -> ResponseReturnValue:
    """安排包联, from today on."""
    enterprise, today = queries.get_enterprise(enterprise_id), my_standing().today
    only(dispatches(), "调度室")
    form = PairingForm()
    form.offer(people_with_posts(today))
    if form.validate_on_submit() and form.person.data:
        try:
            commands.pair(
                enterprise_id,
                form.person.data,
                form.paired_as.data,
                most=_most(),
                by=current_person(),
                now=clock.now(),
                today=today,
            )
        except Missing as missing:
            form.person.errors = [missing.errors["person"]]
        else:
            return done(enterprise_id, "包联已安排，从今天起算")
    enterprise = queries.get_enterprise(enterprise.id)
    page = render_template("enterprises/pair.html", form=form, enterprise=enterprise, most=_most())
    return page, 422 if form.is_submitted() else 200


@bp.post("/enterprises/<int:enterprise_id>/pairings/<int:pairing_id>/end")
def end(enterprise_id: int, pairing_id: int) -> ResponseReturnValue:
    """结束包联."""
    only(dispatches(), "调度室")
    commands.end_pairing(enterprise_id, pairing_id, by=current_person(), now=clock.now(), today=my_standing().today)
    return done(enterprise_id, "包联关系已结束")


# -- The district ------------------------------------------------------------------------------------------------------


@bp.get("/pairings")
def coverage() -> ResponseReturnValue:
    """包联覆盖: which enterprises have a cadre, and how many enterprises each cadre has."""
    me = my_standing()
    only(me.sees_district, "调度室、督查考核办公室和领导小组")
    streets, most = pairing_queries.coverage(me.today), _most()
    return render_template(
        "enterprises/coverage.html",
        streets=[_street(each) for each in streets],
        total=_street(_sum(streets)) if streets else None,
        loads=[_load(key, name, size, most) for key, name, size in pairing_queries.loads(me.today)],
        most=most,
        dispatches=dispatches(),
    )


def _sum(streets: list[pairing_queries.Coverage]) -> pairing_queries.Coverage:
    enterprises, covered = sum(each.enterprises for each in streets), sum(each.covered for each in streets)
    return pairing_queries.Coverage(None, "合计", enterprises, covered)


def _street(each: pairing_queries.Coverage) -> dict[str, object]:
    street = each.street_id or ("none" if each.street is None else None)
    return {
        "street": each.street or "没有登记街道的",
        "enterprises": each.enterprises,
        "covered": each.covered,
        "missing": each.enterprises - each.covered,
        "share": f"{100 * each.covered / each.enterprises:.1f}%",
        "url": url_for("listings.show", name="enterprises", street=street, cadre="none"),
    }


def _load(person_id: int, name: str, size: int, most: int) -> dict[str, object]:
    full = "超过上限" if most and size > most else "已满" if most and size == most else ""
    url = url_for("listings.show", name="pairing", cadre=person_id)
    return {"name": name, "size": size, "full": full, "url": url}


# -- Many at once ------------------------------------------------------------------------------------------------------


@bp.post("/pairings/move")
def move() -> ResponseReturnValue:
    """批量调整: the ticked pairings go on with somebody else; first what will happen, then it does."""
    only(dispatches(), "调度室")
    today = my_standing().today
    ids = sorted({key for key in request.form.getlist("ids", type=int) if key > 0})[:MOST_AT_ONCE]
    wanted = pairing_queries.those(ids, today)
    if not wanted:
        raise NotFoundError("没有勾选还在包联的企业，请回到包联台账重新勾选")
    form = MovingForm()
    form.offer(people_with_posts(today))
    if "person" not in request.form:
        return _moving_page(form, wanted)
    if not form.validate_on_submit() or not form.person.data:
        form.person.errors = [*form.person.errors, "请选择接手的同志"][:1]
        return _moving_page(form, wanted), 422
    try:
        moved = commands.move_pairings(
            ids, form.person.data, most=_most(), by=current_person(), now=clock.now(), today=today
        )
    except Missing as missing:
        form.person.errors = [missing.errors["person"]]
        return _moving_page(form, pairing_queries.those(ids, today)), 422
    to = get_person(form.person.data)
    flash(f"已把 {moved} 家企业的包联改给{to.name}，从今天起算。", "success")
    return redirect(url_for("listings.show", name="pairing", cadre=form.person.data))


def _moving_page(form: MovingForm, wanted: list[Pairing]) -> str:
    return render_template("enterprises/move.html", form=form, wanted=wanted, most=_most())
