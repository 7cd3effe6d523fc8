"""销号: one problem with all that its closing rests on, and several at once where the enterprise itself was content."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.closing import commands, list_queries, many, story
from helpdesk.closing.judging import CLOSE, REFUSE, TO_CLOSE
from helpdesk.errors import NotFoundError
from helpdesk.forms import ActionForm, answers_of, blame
from helpdesk.org.login import current_person
from helpdesk.pages import moment_words
from helpdesk.problems import asking, clock_lines, facts, queries, sentences, showing
from helpdesk.problems.commands import Actor
from helpdesk.problems.models import Problem
from helpdesk.problems.views import asked_form, file_url, kept_text, my_standing
from helpdesk.rules import rules_on
from helpdesk.security import new_request_key
from workflows.engine import Missing, NotYours, Refused
from workflows.problem import PROBLEM
from workflows.terms import Action

bp = Blueprint("closing", __name__, url_prefix="/closing")

DECISIONS = {action.name: action for action in (CLOSE, REFUSE)}
DONE = ("measures", "answer", "internal_note", "opinion", "stage_goal")
MOST_AT_ONCE = 200


@bp.get("/<int:problem_id>")
def show(problem_id: int) -> ResponseReturnValue:
    """Everything that a 销号 rests on, and the two decisions."""
    problem = queries.get_problem_for(my_standing(), problem_id)
    return _page(problem)


def _page(problem: Problem, tried: ActionForm | None = None, name: str = CLOSE.name) -> str:
    me = my_standing()
    page = showing.page_of(me, problem)
    offered = {offer.action.name: offer for offer in page.offers if offer.action.name in DECISIONS}
    forms = {each: asked_form_fresh(offer.fields, problem) for each, offer in offered.items()}
    if tried is not None and name in forms:
        forms[name] = tried
    before, after = list_queries.neighbours(list_queries.waiting_to_close(me), problem.id)
    return render_template(
        "closing/show.html",
        page=page,
        problem=problem,
        forms=[(DECISIONS[each], form) for each, form in forms.items()],
        tried=name if tried is not None else None,
        here=problem.state in TO_CLOSE,
        refused=None if forms else asking.refusal(me, problem, CLOSE),
        words=story.words_of(page.entries, me.today),
        done=story.done_of(page.entries, DONE, me.today),
        late=clock_lines.table(story.late_legs(page.legs), me.today),
        apart=story.apart(me, page.entries, CLOSE, problem.group_id),
        evidence=_evidence(page),
        outcome=facts.outcome(problem),
        state=PROBLEM.state(problem.state).label,
        due=sentences.due_in_words(problem, me.today),
        before=before,
        after=after,
    )


def asked_form_fresh(asked: Any, problem: Problem) -> ActionForm:
    """An empty form of these questions."""
    me = my_standing()
    return asking.form_of(asked, problem=problem, owner=f"person {me.person_id}", now=me.now)


def _evidence(page: showing.ProblemPage) -> list[dict[str, Any]]:
    """Every file, with when and by whom it came."""
    today = my_standing().today
    by_entry = {entry.id: entry for entry in page.entries}
    found = []
    for entry_id, files in sorted(page.attachments.items()):
        entry = by_entry.get(entry_id)
        for each in sentences.attached(files, file_url):
            came = f" · {moment_words(entry.at, today)} {entry.by_name}" if entry else ""
            found.append(each | {"size_words": f"{each['size_words']}{came}"})
    return found


@bp.post("/<int:problem_id>/<name>")
def decide(problem_id: int, name: str) -> ResponseReturnValue:
    """Close it or refuse to, and go on to the next one in the list."""
    me, action = my_standing(), DECISIONS.get(name)
    if action is None:
        raise NotFoundError("没有这个办理事项")
    problem = queries.get_problem_for(me, problem_id)
    _, after = list_queries.neighbours(list_queries.waiting_to_close(me), problem.id)
    form = asked_form(action.asks, problem, me)
    offered = any(offer.action is action for offer in showing.offers_for(me, problem))
    doing = asking.do if offered else asking.do_unoffered
    try:
        acted = doing(form, action, problem_id, by=Actor.person(current_person()), now=me.now)
    except Missing as missing:
        blame(form, missing.errors)
        return _page(queries.get_problem_for(me, problem_id), form, name), 422
    except Refused as refused:
        return kept_text(refused, form, queries.get_problem_for(me, problem_id))
    _say(acted.action, problem_id)
    return redirect(url_for("closing.show", problem_id=after) if after else url_for("listings.show", name="to-close"))


def _say(action: Action, problem_id: int) -> None:
    problem = queries.get_problem_for(my_standing(), problem_id)
    number = f"，{problem.closing_number}" if problem.closing_number else ""
    flash(f"{problem.number} {rules_on(my_standing().today).said(action.done)}{number}", "success")


# -- Several at once ---------------------------------------------------------------------------------------------------


@bp.post("/many")
def preview() -> ResponseReturnValue:
    """Which of the ticked ones can be closed together, which not and why; basis and opinion are asked once."""
    _only_closers()
    form = asking.form_of(CLOSE.asks, problem=None, owner="", now=my_standing().now)
    return _preview(_ticked(), form, new_request_key())


@bp.post("/many/close")
def close_many() -> ResponseReturnValue:
    """Close the ticked ones, each by itself with its own number."""
    _only_closers()
    me, ids, key = my_standing(), _ticked(), request.form.get("request_key", "")[:40]
    form = asked_form(CLOSE.asks, None, me)
    try:
        given = answers_of(form, CLOSE.asks, today=me.today, lenient=False)
        closed = commands.close_many(me, ids, given=given, by=Actor.person(current_person()), request_key=key or None)
    except Missing as missing:
        blame(form, missing.errors)
        return _preview(ids, form, key), 422
    if closed.done:
        flash(f"已销号 {len(closed.done)} 件，每件都有自己的销号编号", "success")
    numbers = commands.numbers_of(me, closed.refused)
    for reason in dict.fromkeys(closed.refused.values()):
        these = [numbers.get(each, "") for each, why in closed.refused.items() if why == reason]
        flash(f"{len(these)} 件没有销号：{reason}（{'、'.join(filter(None, these[:10])) or '编号不详'}）", "error")
    return redirect(url_for("listings.show", name="to-close"))


def _preview(ids: list[int], form: ActionForm, key: str) -> str:
    me = my_standing()
    lines, worked = commands.candidates(me, ids), list_queries.worked_on(me)
    rows = [(each, lines.get(each), many.obstacle(lines[each], worked) if each in lines else many.GONE) for each in ids]
    return render_template(
        "closing/many.html",
        form=form,
        action=CLOSE,
        able=[line for _, line, obstacle in rows if not obstacle],
        unable=[(line, obstacle) for _, line, obstacle in rows if obstacle],
        numbers=commands.numbers_of(me, ids),
        request_key=key,
    )


def _ticked() -> list[int]:
    ids = list(dict.fromkeys(key for key in request.form.getlist("ids", type=int) if key > 0))
    if not ids:
        raise NotFoundError("还没有勾选要销号的问题：请回到待销号清单勾选")
    return ids[:MOST_AT_ONCE]


def _only_closers() -> None:
    me = my_standing()
    if not any(me.units(role) for role in CLOSE.roles):
        raise NotYours("销号由督查员办理", CLOSE.roles)
