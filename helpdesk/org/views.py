"""Pages about people: the directory, one's own account, and what the system administrator does to accounts."""

from datetime import date
from io import BytesIO
from itertools import groupby
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_security import logout_user, verify_password

from helpdesk import clock
from helpdesk.errors import not_offered
from helpdesk.leaving.commands import left_in_words
from helpdesk.org import commands, queries, staff_queries
from helpdesk.org.letters import RULES, Letter, letters_for
from helpdesk.org.login import DUTIES, current_person, is_admin, needs_admin
from helpdesk.org.models import DUTY_LABELS, Duty, Person, Post, Unit
from helpdesk.pages import masked
from helpdesk.papers.letters import letters
from workflows.engine import NotNow
from workflows.roles import Role

bp = Blueprint("org", __name__)

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST = 600  # lines of the directory at once
CALLS_PEOPLE = (Role.DISPATCHER, Role.SUPERVISOR)
"""Whoever has to call colleagues sees their mobile numbers in full."""


@bp.get("/people")
def directory() -> ResponseReturnValue:
    """人员名录: who holds which post, with the telephones of the offices."""
    me, today = current_person(), clock.today()
    words, unit_id = request.args.get("q", "").strip()[:30], request.args.get("unit", type=int)
    administers = is_admin(me, "system")
    found = queries.everybody(today, words=words, unit_id=unit_id, inactive=administers, limit=MOST)
    return render_template(
        "org/directory.html",
        leads=bool(queries.seating(today).units_where(me.id, Role.GROUP_LEAD)),
        groups=_by_unit(found, me, administers=administers),
        unit_options=[("", "全部单位"), *((each.id, each.name) for each in queries.units_with_posts(today))],
        words=words,
        unit_id=unit_id,
        count=len({person.id for person, _ in found}),
        administers=administers,
        cut=len(found) == MOST,
    )


def _by_unit(found: list[tuple[Person, Post | None]], me: Person, *, administers: bool) -> list[dict[str, Any]]:
    groups, shows_phones, former = [], calls_people(me), staff_queries.former_names()
    led = queries.seating(clock.today()).units_where(me.id, Role.GROUP_LEAD)
    for unit, pairs in groupby(found, key=lambda pair: pair[1].unit if pair[1] else None):
        rows = [_row(person, post, shows_phones=shows_phones, administers=administers) for person, post in pairs]
        if unit and unit.id in led:
            rows = [row | {"url": _leaving(row, me)} for row in rows]
        groups.append({"label": unit.name if unit else "没有任职", "words": _about(unit, former), "rows": rows})
    return groups


def _leaving(row: dict[str, Any], me: Person) -> str | None:
    """A group's lead hands over what his people leave behind."""
    return None if row["key"] == me.id else url_for("leaving.show", person_id=row["key"])


def _about(unit: Unit | None, former: dict[int, list[str]]) -> str:
    if unit is None:
        return ""
    names = former.get(unit.id, ())
    known = (f"曾用名 {'、'.join(names)}" if names else "", f"办公电话 {unit.phone}" if unit.phone else "")
    return "　".join(filter(None, known))


def _row(person: Person, post: Post | None, *, shows_phones: bool, administers: bool) -> dict[str, Any]:
    return {
        "key": person.id,
        "name": person.name,
        "url": url_for("org.person", person_id=person.id) if administers else None,
        "title": person.title,
        "duty": DUTY_LABELS[Duty(post.duty)] if post else "",
        "phone": person.phone if shows_phones else masked(person.phone),
        "state": _state(person) if administers else "",
    }


def _state(person: Person) -> str:
    if not person.active:
        return "已停用"
    if _locked(person):
        return "已锁定"
    if person.address_failed_at:
        return "邮箱被退信"
    return "未改初始密码" if person.must_change_password else "正常"


def _locked(person: Person) -> bool:
    return bool(person.locked_until_at and clock.now() < person.locked_until_at)


def calls_people(person: Person) -> bool:
    """Whether this person has to call others and therefore sees their telephones in full."""
    seating = queries.seating(clock.today())
    return any(seating.units_where(person.id, role) for role in CALLS_PEOPLE)


def _post_words(posts: list[Post]) -> list[tuple[Unit, str]]:
    return [(post.unit, DUTY_LABELS[Duty(post.duty)]) for post in posts]


# -- My account --------------------------------------------------------------------------------------------------------


@bp.get("/account")
def account() -> ResponseReturnValue:
    """我的账号: who the system thinks I am, and my sessions."""
    me = current_person()
    posts = queries.posts_of(me.id, clock.today())
    return render_template(
        "org/account.html", me=me, posts=_post_words(posts), duties=[DUTIES.get(each.name, "") for each in me.roles]
    )


@bp.post("/account/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    """在所有设备上退出: this one, too."""
    commands.sign_out_everywhere(current_person().id, now=clock.now())
    logout_user()
    flash("已在所有设备上退出登录。", "success")
    return redirect(url_for("security.login"))


# -- The system administrator ------------------------------------------------------------------------------------------


@bp.get("/people/<int:person_id>")
@needs_admin("system")
def person(person_id: int) -> ResponseReturnValue:
    """One account, with what may be done to it."""
    return _person_page(queries.get_person(person_id))


def _person_page(person: Person, letter: Letter | None = None) -> str:
    today = clock.today()
    return render_template(
        "org/person.html",
        person=person,
        state=_state(person),
        locked=_locked(person),
        own=person.id == current_person().id,
        posts=[_term(post, today) for post in staff_queries.all_posts_of(person.id)],
        duties=[DUTIES.get(each.name, "") for each in person.roles],
        letter=letter,
        rules=RULES,
    )


def _term(post: Post, today: date) -> dict[str, Any]:
    return {
        "id": post.id,
        "unit_id": post.unit_id,
        "unit": post.unit.name,
        "duty": DUTY_LABELS[Duty(post.duty)],
        "span": f"{post.from_on:%Y-%m-%d} " + (f"至 {post.until_on:%Y-%m-%d}" if post.until_on else "起"),
        "lasts": post.until_on is None or post.until_on >= today,
    }


def letter_page(person: Person, password: str) -> str:
    """The person's page with the letter that tells the first password: in this one answer and never again."""
    found = letters_for([(person, password)], address=current_app.config["SITE_URL"], today=clock.today())
    return _person_page(person, found[0])


@bp.post("/people/<int:person_id>/letter.docx")
@needs_admin("system")
def letter(person_id: int) -> ResponseReturnValue:
    """The same letter as a Word file; the page that shows the password sends it back, nothing else knows it."""
    person, password = queries.get_person(person_id), request.form.get("password", "")
    if not person.must_change_password or not verify_password(password, person.password or ""):
        raise NotNow("这个初始密码已经不能用了（本人改过，或者又重设过），请重设以后再打印")
    found = letters_for([(person, password)], address=current_app.config["SITE_URL"], today=clock.today())
    return send_file(
        BytesIO(letters(found, district=current_app.config["DISTRICT"])),
        mimetype=DOCX,
        as_attachment=True,
        download_name=f"账号开通通知单_{person.name}.docx",
    )


@bp.post("/people/<int:person_id>/first-password")
@needs_admin("system")
def first_password(person_id: int) -> ResponseReturnValue:
    """重设初始密码: it is shown in this one answer and kept nowhere, so there is no redirect."""
    person, password = commands.give_first_password(person_id, by=current_person(), now=clock.now())
    return letter_page(person, password)


@bp.post("/people/<int:person_id>/unlock")
@needs_admin("system")
def unlock(person_id: int) -> ResponseReturnValue:
    """解锁."""
    return _after(commands.unlock(person_id, by=current_person(), now=clock.now()), "已解锁，现在就可以登录")


@bp.post("/people/<int:person_id>/deactivate")
@needs_admin("system")
def deactivate(person_id: int) -> ResponseReturnValue:
    """停用."""
    now = clock.now()
    try:
        done = commands.deactivate(person_id, by=current_person(), now=now, left=lambda key: left_in_words(key, now))
    except NotNow as refused:
        return not_offered(refused, what="离任交接", url=url_for("leaving.show", person_id=person_id))
    return _after(done, "账号已停用，正在使用的登录已退出")


@bp.post("/people/<int:person_id>/activate")
@needs_admin("system")
def activate(person_id: int) -> ResponseReturnValue:
    """启用."""
    return _after(commands.activate(person_id, by=current_person(), now=clock.now()), "账号已启用")


def _after(person: Person, words: str) -> ResponseReturnValue:
    flash(f"{person.name}：{words}。", "success")
    return redirect(url_for("org.person", person_id=person.id))
