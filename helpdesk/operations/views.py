"""For those who keep the installation running: /healthz for machines, 系统管理 for administrators."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from helpdesk import clock
from helpdesk.db import db
from helpdesk.notices import commands as notices
from helpdesk.notices import queries as outbox
from helpdesk.notices.models import CHAT, FAILED, NO_ADDRESS
from helpdesk.operations import queries
from helpdesk.operations.housekeeping import calendar_gap
from helpdesk.operations.models import Heartbeat
from helpdesk.org.login import current_person, is_admin, needs_admin
from helpdesk.org.models import Person
from helpdesk.scheduler import JOBS, SWEEP, Job, late_after

bp = Blueprint("operations", __name__)

SHOWN = 100  # lines of the list of failed mails
SHOWN_WITHOUT_ADDRESS = 20  # there may be hundreds, and most of them want nothing
SHOWN_FOR = timedelta(days=14)
"""So long the newest standstill stays on the page."""


# -- For machines ------------------------------------------------------------------------------------------------------


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Whether this installation is well: 200, or 503 without a database or when no sweep has run for too long.

    ``?only=web`` asks this web server alone, for balancers: a late sweep is no reason to send visitors elsewhere.
    ``?strict=1``: 503 also when any other job is late, or when the migrations do not fit.
    """
    try:
        health = _health(clock.now(), jobs=() if request.args.get("only") == "web" else JOBS)
    except SQLAlchemyError as error:
        db.session.rollback()
        current_app.logger.error("the database does not answer: %s", type(error).__name__)
        return jsonify(status="down", database="does not answer", migration=None, heartbeats={}, late=[]), 503
    strict = request.args.get("strict") not in (None, "", "0")
    failing = (strict and health["status"] != "ok") or SWEEP in health["late"]
    return jsonify(health), 503 if failing else 200


def _health(now: datetime, *, jobs: Sequence[Job]) -> dict[str, Any]:
    migration, beats = queries.migration(), queries.heartbeats()
    late = [job.name for job in jobs if is_late(job, beats.get(job.name), now)]
    return {
        "status": "ok" if migration.fits and not late else "late" if migration.fits else "not migrated",
        "database": "ok",
        "migration": {"database": migration.database, "program": migration.program},
        "heartbeats": {job.name: queries.age(beats.get(job.name), now) for job in jobs},
        "late": late,
    }


def is_late(job: Job, beat: Heartbeat | None, now: datetime) -> bool:
    """Whether a job has not gone well for too long.

    One that never has is late once this process has been up for so long, unless its hour may be still to come.
    """
    if queries.age(beat, now) is not None:
        return queries.is_stale(beat, now, late_after(job))
    return job.daily_at is None and now - current_app.extensions["started_at"] > late_after(job)


# -- For administrators ------------------------------------------------------------------------------------------------


@bp.get("/admin")
@needs_admin("system", "security", "audit")
def index() -> ResponseReturnValue:
    """系统管理: what runs, what is late, and which mails did not get through."""
    now, beats = clock.now(), queries.heartbeats()
    standstill = queries.newest_standstill(now)
    counts = outbox.count_of(FAILED, NO_ADDRESS)
    return render_template(
        "operations/index.html",
        jobs=[job_row(job, beats.get(job.name), now) for job in JOBS],
        warnings=_warnings(beats, now),
        standstill=standstill if standstill and now - standstill[1] < SHOWN_FOR else None,
        flagged=[_person_row(person) for person in queries.flagged_people(SHOWN)],
        failed=[_mail_row(notice) for notice in outbox.undelivered(FAILED, SHOWN)],
        without_address=[_mail_row(notice) for notice in outbox.undelivered(NO_ADDRESS, SHOWN_WITHOUT_ADDRESS)],
        failed_count=counts[FAILED],
        without_address_count=counts[NO_ADDRESS],
        shown=SHOWN,
        shown_without_address=SHOWN_WITHOUT_ADDRESS,
        due=outbox.count_due(now),
        mail_server=current_app.config["MAIL_SERVER"],
        may_send_again=is_admin(current_person(), "system"),
    )


def _warnings(beats: dict[str, Heartbeat], now: datetime) -> list[str]:
    found = [_late_words(job, beats.get(job.name)) for job in JOBS if is_late(job, beats.get(job.name), now)]
    if not queries.migration().fits:
        found.append("数据库结构与程序版本不一致，请执行 flask db upgrade")
    if gap := calendar_gap(clock.calendar(), clock.today()):
        found.append(gap)
    return found


def _late_words(job: Job, beat: Heartbeat | None) -> str:
    minutes = int(late_after(job).total_seconds() / 60)
    span = f"{minutes} 分钟" if minutes < 120 else f"{minutes // 60} 小时"
    if beat is None or beat.succeeded_at is None:
        return f"“{job.label}”还没有成功运行过，请确认调度进程（flask scheduler）已经启动"
    return f"“{job.label}”超过 {span}没有成功运行，请检查调度进程（flask scheduler）"


def job_row(job: Job, beat: Heartbeat | None, now: datetime) -> dict[str, Any]:
    """A job with its lamp, and when it last went well."""
    colour, state = _state(beat, late=is_late(job, beat, now))
    return {
        "label": job.label,
        "every": _every(job),
        "lamp": {"colour": colour, "words": state},
        "succeeded_at": beat.succeeded_at if beat else None,
        "did": (beat.error or beat.did) if beat else None,
        "by": beat.by if beat else None,
    }


def _state(beat: Heartbeat | None, *, late: bool) -> tuple[str, str]:
    if late:
        return "red", "没有按时运行"
    if beat is None:
        return "grey", "等待首次运行"
    return ("yellow", "上次运行出错") if beat.error is not None else ("green", "正常")


def _every(job: Job) -> str:
    if job.daily_at is not None:
        return f"每天 {job.daily_at:%H:%M} 后"
    return f"每 {int(job.every.total_seconds())} 秒"


def _person_row(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "url": url_for("org.person", person_id=person.id),
        "address": person.email,
        "since": person.address_failed_at,
        "answer": person.address_answer,
    }


def _mail_row(notice: Any) -> dict[str, Any]:
    return {
        "id": notice.id,
        "written_at": notice.written_at,
        "about": notice.subject.partition(" ")[
            0
        ],  # the kind of notice and the number: what it says is not his business
        "reader": notice.reader_name,
        "address": f"{notice.address}（其他通知方式）" if notice.channel == CHAT else notice.address,
        "tries": notice.tries,
        "answer": notice.server_answer,
    }


@bp.post("/admin/notices/<int:notice_id>/again")
@needs_admin("system")
def send_again(notice_id: int) -> ResponseReturnValue:
    """再发一次, to the address the reader has now."""
    if notices.send_again(notice_id, clock.now()):
        flash("已放回待发队列，在邮件发送时段内自动发送。", "success")
    else:
        flash("收件人仍然没有邮箱地址，请先补上。", "warning")
    return redirect(url_for("operations.index"))


@bp.post("/admin/notices/again")
@needs_admin("system")
def send_all_again() -> ResponseReturnValue:
    """全部再发一次."""
    flash(f"已放回待发队列 {notices.send_all_again(clock.now(), SHOWN)} 封，在邮件发送时段内自动发送。", "success")
    return redirect(url_for("operations.index"))
