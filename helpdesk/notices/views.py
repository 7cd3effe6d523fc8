"""我的通知, how somebody is told, and in the demo the page that shows all mails."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.errors import NotFoundError
from helpdesk.forms import blame
from helpdesk.notices import commands, queries
from helpdesk.notices.forms import EmailForm, PreferencesForm
from helpdesk.notices.letters import mail_of, part_of
from helpdesk.notices.models import DROPPED, FAILED, NO_ADDRESS, SENT, WAITING, Notice
from helpdesk.notices.post import site
from helpdesk.notices.reminders import MORNING
from helpdesk.org.login import current_person, needs_admin
from helpdesk.org.queries import get_person
from helpdesk.problems.queries import get_problem_for
from helpdesk.problems.views import my_standing
from helpdesk.proceedings.queries import get_for as get_proceeding_for
from workflows.engine import Missing

bp = Blueprint("notices", __name__)

ON_A_PAGE = 30
STATUS_WORDS = {SENT: "已发出", FAILED: "没有发出", DROPPED: "不再需要，没有发", NO_ADDRESS: "没有邮箱，没有发"}


@bp.get("/notices")
def index() -> ResponseReturnValue:
    """What I was told, newest first."""
    me, page = current_person(), _page()
    found = queries.told_to(me.id, start=(page - 1) * ON_A_PAGE, count=ON_A_PAGE + 1)
    return render_template(
        "notices_pages/index.html",
        notices=found[:ON_A_PAGE],
        part_of=part_of,
        pager=_pager("notices.index", page, found),
    )


@bp.get("/notices/<int:notice_id>")
def show(notice_id: int) -> ResponseReturnValue:
    """Open one: it is read from now on, and leads to the page it speaks of, or is shown itself where there is none."""
    notice = commands.open_notice(current_person().id, notice_id, clock.now())
    if notice.path in (None, url_for("notices.index")) or not _may_see(notice):
        return render_template("notices_pages/show.html", notice=notice)
    return redirect(notice.path)


def _may_see(notice: Notice) -> bool:
    """What one was told of may have gone to others since."""
    try:
        if notice.problem_id:
            get_problem_for(my_standing(), notice.problem_id)
        if notice.proceeding_id:
            get_proceeding_for(my_standing(), notice.proceeding_id)
    except NotFoundError:
        return False
    return True


@bp.post("/notices/read")
def read_all() -> ResponseReturnValue:
    """全部标为已读."""
    commands.read_all(current_person().id, clock.now())
    return redirect(url_for("notices.index"))


# -- How one is told ---------------------------------------------------------------------------------------------------


@bp.route("/account/notices", methods=["GET", "POST"])
def preferences() -> ResponseReturnValue:
    """提醒方式: reminders in one mail or singly, and a chat where those are switched on."""
    form = PreferencesForm(obj=current_person())
    if current_app.config["CHAT"]:
        form.allow(current_app.config["CHAT_KINDS"])
    else:
        del form.chat_address
    if not form.is_submitted():
        return _preferences_page(form)
    if not form.validate():
        return _preferences_page(form), 422
    me = current_person()
    chat_address = form.chat_address.data if form.chat_address else me.chat_address
    try:
        commands.choose(me.id, reminders=form.reminders.data, chat_address=chat_address)
    except Missing as missing:
        blame(form, missing.errors)
        return _preferences_page(form), 422
    flash("提醒方式已保存，从下一次发送起生效。", "success")
    return redirect(url_for("org.account"))


def _preferences_page(form: PreferencesForm) -> str:
    return render_template("notices_pages/preferences.html", form=form)


@bp.route("/people/<int:person_id>/address", methods=["GET", "POST"])
@needs_admin("system")
def address(person_id: int) -> ResponseReturnValue:
    """更正邮箱: where somebody's mail goes; what the server said of the old one is forgotten."""
    person = get_person(person_id)
    form = EmailForm(obj=person)
    if not form.is_submitted():
        return render_template("notices_pages/address.html", form=form, person=person)
    if not form.validate():
        return render_template("notices_pages/address.html", form=form, person=person), 422
    try:
        commands.change_address(person_id, form.email.data)
    except Missing as missing:
        blame(form, missing.errors)
        return render_template("notices_pages/address.html", form=form, person=get_person(person_id)), 422
    flash(f"{get_person(person_id).name}的邮箱已更正；没有送到的邮件可以在系统管理页面再发一次。", "success")
    return redirect(url_for("org.person", person_id=person_id))


# -- The demo ----------------------------------------------------------------------------------------------------------


@bp.get("/demo/mail")
def demo_mail() -> ResponseReturnValue:
    """All mails of the demo with their text and working links; there is no such page outside the demo."""
    if not current_app.config["DEMO"]:
        abort(404)
    page, words = _page(), request.args.get("q", "").strip()[:50]
    found = queries.newest(start=(page - 1) * ON_A_PAGE, count=ON_A_PAGE + 1, words=words)
    return render_template(
        "notices_pages/demo_mail.html",
        mails=[_shown(notice) for notice in found[:ON_A_PAGE]],
        words=words,
        pager=_pager("notices.demo_mail", page, found, q=words or None),
    )


def _shown(notice: Notice) -> dict[str, Any]:
    """A notice as the mail it is, or would have been."""
    text = notice.body if notice.name == MORNING else mail_of([notice], site(), clock.now()).text
    return {
        "id": notice.id,
        "subject": notice.subject,
        "to": f"{notice.reader_name} <{notice.address}>" if notice.address else f"{notice.reader_name}（没有邮箱）",
        "text": text,
        "status": notice.status,
        "status_words": STATUS_WORDS.get(notice.status, "等待发出"),
        "at": notice.sent_at or (notice.send_after_at if notice.status == WAITING else notice.written_at),
        "digest": bool(notice.message_id and notice.message_id.startswith("<digest")),
    }


def _page() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), 10_000)


def _pager(endpoint: str, page: int, found: list[Notice], **kept: Any) -> dict[str, Any]:
    """For the macro `pager`; one more row than shown was asked for, so that nothing has to be counted."""
    return {
        "page": page,
        "has_prev": page > 1,
        "has_next": len(found) > ON_A_PAGE,
        "prev_url": url_for(endpoint, page=page - 1, **kept),
        "next_url": url_for(endpoint, page=page + 1, **kept),
    }
