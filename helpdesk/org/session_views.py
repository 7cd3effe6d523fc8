"""登录的设备: where I am signed in, and ending one of these or all others."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import logout_user

from helpdesk import clock
from helpdesk.org import commands, session_queries, sessions
from helpdesk.org.login import current_person
from helpdesk.security import TOKEN

bp = Blueprint("sessions", __name__)


@bp.get("/account/sessions")
def mine() -> ResponseReturnValue:
    """The list."""
    now = clock.now()
    here = sessions.digest(session.get(TOKEN, ""))
    return render_template("org/sessions.html", rows=[_line(each, here) for each in _running(now)])


def _running(now: datetime) -> list[Any]:
    config = current_app.config
    seen = now - config["SESSION_IDLE"] - sessions.SEEN_AGAIN
    return session_queries.sessions_of(current_person().id, since=now - config["SESSION_LONGEST"], seen=seen)


def _line(row: Any, here: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "device": row.device,
        "address": sessions.masked_address(row.address),
        "since": row.since_at,
        "seen": row.seen_at,
        "here": row.token == here,
    }


@bp.post("/account/sessions/<int:session_id>/end")
def end(session_id: int) -> ResponseReturnValue:
    """退出 one of them."""
    row = commands.end_session(session_id, by_id=current_person().id, now=clock.now())
    if row.token == sessions.digest(session.get(TOKEN, "")):
        logout_user()
        return redirect(url_for("security.login"))
    flash(f"{row.device}上的登录已退出。", "success")
    return redirect(url_for("sessions.mine"))


@bp.post("/account/sessions/end-others")
def end_others() -> ResponseReturnValue:
    """退出 everywhere but here."""
    here = sessions.digest(session.get(TOKEN, ""))
    count = commands.end_other_sessions(current_person().id, here=here, now=clock.now())
    flash(f"已退出其他 {count} 处登录。" if count else "没有其他登录。", "success")
    return redirect(url_for("sessions.mine"))
