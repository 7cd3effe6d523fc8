"""人员管理 by the system administrator: enrol, correct, give, end and move posts."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from helpdesk import clock
from helpdesk.forms import blame
from helpdesk.org import queries, staff_queries, staffing
from helpdesk.org.commands import in_one_transaction
from helpdesk.org.login import current_person, needs_admin
from helpdesk.org.models import Duty, Person, Post
from helpdesk.org.staff_forms import EndForm, NewcomerForm, PersonForm, PostForm
from helpdesk.org.staffing import Term
from helpdesk.org.views import letter_page
from workflows.engine import Missing, NotNow

bp = Blueprint("staff", __name__)


def _unit_choices() -> list[tuple[int, str]]:
    return [(each.id, each.name) for each in staff_queries.standing_units()]


@bp.route("/people/new", methods=["GET", "POST"])
@needs_admin("system")
def new() -> ResponseReturnValue:
    """新增人员: with his first post; the first password is shown in the answer, once."""
    form = NewcomerForm()
    form.offer(_unit_choices())
    if request.method == "GET":
        form.from_on.data = clock.today()
        form.unit.data = request.args.get("unit", type=int) or form.unit.data
        return _new_page(form)
    if not form.validate():
        return _new_page(form), 422
    now, key = clock.now(), current_person().id
    try:
        person, password = in_one_transaction(lambda: _enrolled(form, key, now))
    except Missing as missing:
        blame(form, missing.errors)
        return _new_page(form), 422
    return letter_page(person, password)


def _enrolled(form: NewcomerForm, by_id: int, now: Any) -> tuple[Person, str]:
    by = queries.get_person(by_id)
    person, password = staffing.enrol(form.facts(), by=by, now=now)
    staffing.give_post(person, _term(form), by=by, now=now)
    return person, password


def _term(form: Any) -> Term:
    return Term(form.unit.data, Duty(form.duty.data), form.from_on.data, form.until_on.data)


def _new_page(form: FlaskForm) -> str:
    return _page(form, title="新增人员", label="新增", subtitle="初始密码在提交以后显示一次，可以打印成通知单")


def _page(form: FlaskForm, *, title: str, label: str, subtitle: str = "", person: Person | None = None) -> str:
    return render_template("org/staff_form.html", form=form, title=title, label=label, subtitle=subtitle, person=person)


@bp.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@needs_admin("system")
def edit(person_id: int) -> ResponseReturnValue:
    """更正信息."""
    person = queries.get_person(person_id)
    form = PersonForm(obj=person)
    by_id, now = current_person().id, clock.now()

    def correct() -> Person:
        by, one = queries.get_person(by_id), queries.get_person_for_change(person_id)
        return staffing.correct(one, form.facts(), by=by, now=now)

    return _answer(form, person_id, correct, title="更正信息", label="保存", done="信息已更正")


def _answer(
    form: FlaskForm,
    person_id: int,
    do: Callable[[], Any],
    *,
    title: str,
    label: str,
    done: str,
    subtitle: str = "",
) -> ResponseReturnValue:
    """The form, or the form with what is wrong, or what it asks for and back to the person."""
    if not form.is_submitted():
        return _page(form, title=title, label=label, subtitle=subtitle, person=queries.get_person(person_id))
    refused = not form.validate()
    if not refused:
        try:
            in_one_transaction(do)
        except Missing as missing:
            blame(form, missing.errors)
            refused = True
    if refused:
        return _page(form, title=title, label=label, subtitle=subtitle, person=queries.get_person(person_id)), 422
    flash(f"{queries.get_person(person_id).name}：{done}。", "success")
    return redirect(url_for("org.person", person_id=person_id))


# -- Posts -------------------------------------------------------------------------------------------------------------


@bp.route("/people/<int:person_id>/posts/new", methods=["GET", "POST"])
@needs_admin("system")
def give_post(person_id: int) -> ResponseReturnValue:
    """任职: a further post."""
    queries.get_person(person_id)
    form = PostForm()
    form.offer(_unit_choices())
    form.from_on.data = form.from_on.data or (None if form.is_submitted() else clock.today())
    by_id, now = current_person().id, clock.now()

    def give() -> Post:
        by, one = queries.get_person(by_id), queries.get_person_for_change(person_id)
        return staffing.give_post(one, _term(form), by=by, now=now)

    return _answer(form, person_id, give, title="增加任职", label="任职", done="已任职")


@bp.route("/people/<int:person_id>/posts/<int:post_id>/end", methods=["GET", "POST"])
@needs_admin("system")
def end_post(person_id: int, post_id: int) -> ResponseReturnValue:
    """免去."""
    words = _words_of(person_id, post_id)
    form = EndForm()
    form.last_on.data = form.last_on.data or (None if form.is_submitted() else clock.today())
    by_id, now = current_person().id, clock.now()

    def end() -> None:
        post = staffing.get_post_for_change(post_id, person_id=person_id)
        if not form.last_on.data:
            raise Missing({"last_on": "请填写最后一天"})
        staffing.end_post(post, last_on=form.last_on.data, by=queries.get_person(by_id), now=now)

    return _answer(form, person_id, end, title="免去任职", label="免去", done="任职已免去", subtitle=words)


@bp.route("/people/<int:person_id>/posts/<int:post_id>/move", methods=["GET", "POST"])
@needs_admin("system")
def move_post(person_id: int, post_id: int) -> ResponseReturnValue:
    """调整到另一个单位或岗位."""
    words = _words_of(person_id, post_id)
    form = PostForm()
    form.offer(_unit_choices())
    form.from_on.data = form.from_on.data or (None if form.is_submitted() else clock.today())
    by_id, now = current_person().id, clock.now()

    def move() -> Post:
        post = staffing.get_post_for_change(post_id, person_id=person_id)
        return staffing.move_post(post, _term(form), by=queries.get_person(by_id), now=now)

    subtitle = f"现任：{words}。从下面的日期起改任，前一天为原岗位的最后一天"
    return _answer(form, person_id, move, title="调整任职", label="调整", done="任职已调整", subtitle=subtitle)


def _words_of(person_id: int, post_id: int) -> str:
    post = staffing.get_post_for_change(post_id, person_id=person_id)
    if post.until_on and post.until_on < clock.today():
        raise NotNow("这项任职已经结束")
    return staffing.words_of(post)
