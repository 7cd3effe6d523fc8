"""我的通知, and in the demo the page that shows all mails."""

from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.errors import NotFoundError
from helpdesk.notices import commands, queries
from helpdesk.notices.letters import mail_of, part_of
from helpdesk.notices.models import DROPPED, FAILED, NO_ADDRESS, SENT, WAITING, Notice
from helpdesk.notices.post import site
from helpdesk.org.login import current_person
from helpdesk.problems.queries import get_problem_for
from helpdesk.problems.views import my_standing

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
    if notice.path in (None, url_for("notices.index")) or not _may_see(notice.problem_id):
        return render_template("notices_pages/show.html", notice=notice)
    return redirect(notice.path)


def _may_see(problem_id: int | None) -> bool:
    """What one was told of may have gone to others since."""
    try:
        if problem_id:
            get_problem_for(my_standing(), problem_id)
    except NotFoundError:
        return False
    return True


@bp.post("/notices/read")
def read_all() -> ResponseReturnValue:
    """全部标为已读."""
    commands.read_all(current_person().id, clock.now())
    return redirect(url_for("notices.index"))


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
    mail = mail_of([notice], site(), clock.now())
    return {
        "id": notice.id,
        "subject": mail.subject,
        "to": f"{notice.reader_name} <{notice.address}>" if notice.address else f"{notice.reader_name}（没有邮箱）",
        "text": mail.text,
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
