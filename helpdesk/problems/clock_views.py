"""为什么是这一天: one clock counted out, as a page and as JSON, for whoever may see the problem."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.db import db
from helpdesk.policies.models import PolicyVersion
from helpdesk.problems import clock_queries, facts, queries, why_words
from helpdesk.problems.explaining import Basis, Supposed, Told, Why, supposed, why
from helpdesk.problems.legs import COLOURS, WORDS
from helpdesk.problems.models import ProblemClock
from helpdesk.problems.sentences import sentence
from helpdesk.problems.views import my_standing
from helpdesk.problems.why_json import as_json
from helpdesk.problems.words import day_words, moment_words
from workflows.clocks import Lamp
from workflows.policy import SHIPPED

bp = Blueprint("clocks", __name__)

USUAL_DAYS = 10
"""A suspension of so many natural days is supposed where nobody chose a day."""
FARTHEST_DAYS = 366


@bp.get("/problems/<int:problem_id>/clocks/<int:clock_id>")
def show(problem_id: int, clock_id: int) -> ResponseReturnValue:
    """The day counted out, in words and month by month; what was told; what would be."""
    found = _why(problem_id, clock_id)
    until, wrong = _until(found)
    what_if = None if wrong else supposed(found, until)
    return render_template(
        "problems/why.html",
        why=found,
        problem=found.problem,
        speech=why_words.speech(found),
        lamp=Lamp(COLOURS[found.how], WORDS[found.how]),
        facts=_facts(found),
        in_force=_in_force(found),
        due=day_words(found.row.due_on, found.today),
        lines=why_words.day_lines(found),
        months=why_words.months(found),
        steps=[words for each in found.happened if (words := why_words.step_words(each, found.today))],
        told=[_told(each, found) for each in found.told],
        ahead=[why_words.ahead_words(each, found.today) for each in found.ahead],
        what_if=_what_if(found, until, wrong, what_if),
        json_url=url_for("clocks.show_json", problem_id=problem_id, clock_id=clock_id),
    )


@bp.get("/problems/<int:problem_id>/clocks/<int:clock_id>.json")
def show_json(problem_id: int, clock_id: int) -> ResponseReturnValue:
    """The same as JSON; ``until`` as on the page."""
    found = _why(problem_id, clock_id)
    until, wrong = _until(found)
    plain = as_json(found, None if wrong else supposed(found, until))
    return _json(plain | ({"errors": {"until": wrong}} if wrong else {}), 422 if wrong else 200)


def _json(plain: dict[str, Any], status: int) -> Response:
    """Days as 2026-09-01, as everywhere else."""
    text = current_app.json.dumps(plain, default=lambda day: day.isoformat(), ensure_ascii=False)
    return Response(text, status, mimetype="application/json")


def _why(problem_id: int, clock_id: int) -> Why:
    me = my_standing()
    problem = queries.get_problem_for(me, problem_id)
    row = clock_queries.get_clock(problem.id, clock_id)
    return why(problem, row, basis_of(row), me.now)


def basis_of(row: ProblemClock) -> Basis:
    """The policy version under which a clock started."""
    version = db.session.get(PolicyVersion, row.policy_id) if row.policy_id else None
    if version is None:
        return Basis(SHIPPED.name)
    return Basis(version.name, version.number, version.effective_on, version.approved_by)


def _facts(found: Why) -> list[tuple[str, str]]:
    leg, start = found.leg, found.start
    rows = (
        ("开始", moment_words(found.row.started_at, found.today)),
        ("起因", sentence(start) if start else "没有记录"),
        ("规则", why_words.basis_words(found.basis, found.today)),
        ("批准", found.basis.approved_by or ""),
        ("责任人", " ".join(part for part in (leg.unit or "", "、".join(leg.people)) if part)),
    )
    return [(label, words) for label, words in rows if words]


def _in_force(found: Why) -> str:
    """Reminders follow the version in force today; said where that is another one."""
    same = found.in_force.version_id == found.row.policy_id
    return "" if same else f"提醒按现在施行的“{found.in_force.policy.name}”规则。"


def _until(found: Why) -> tuple[date, str]:
    """The day asked about, and what is wrong with it."""
    usual, typed = found.today + timedelta(days=USUAL_DAYS), request.args.get("until", "").strip()
    if not typed or not found.can_be_tried:
        return usual, ""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return usual, "请填写一个日期，例如 " + usual.isoformat()
    if day <= found.today:
        return usual, "恢复的日期要晚于今天"
    if day > found.today + timedelta(days=FARTHEST_DAYS):
        return usual, "最多往后算一年"
    return day, ""


def _what_if(found: Why, until: date, wrong: str, what_if: Supposed | None) -> dict[str, str] | None:
    """The small form and its answer; None where nothing can be supposed."""
    if not found.can_be_tried:
        return None
    return {
        "value": request.args.get("until", "").strip()[:20] or until.isoformat(),
        "error": wrong,
        "words": why_words.supposed_words(found, what_if) if what_if else "",
    }


def _told(told: Told, found: Why) -> dict[str, Any]:
    return {
        "label": told.label,
        "on": day_words(told.strike.struck_on, found.today),
        "lapsed": told.strike.lapsed,
        "for_other_day": "" if told.strike.due_on == found.row.due_on else day_words(told.strike.due_on, found.today),
        "notices": facts.told(told.notices, found.today),
    }
