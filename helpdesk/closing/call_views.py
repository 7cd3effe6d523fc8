"""回访: one call with its script, the tries before it, and the way to the number."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.clock import calendar
from helpdesk.closing import calling, list_queries, story
from helpdesk.closing.judging import CALL
from helpdesk.closing.views import asked_form_fresh
from helpdesk.forms import ActionForm, blame
from helpdesk.org.login import current_person
from helpdesk.org.queries import unit_name_of
from helpdesk.pages import day_words
from helpdesk.problems import asking, facts, queries, sentences, showing
from helpdesk.problems.cases import Standing, roles_towards
from helpdesk.problems.commands import Actor
from helpdesk.problems.models import Problem
from helpdesk.problems.views import asked_form, kept_text, my_standing
from helpdesk.rules import rules_on
from workflows.engine import Missing, Refused
from workflows.guards import UNREACHED_TRIES
from workflows.problem import PROBLEM

bp = Blueprint("calls", __name__, url_prefix="/call-backs")


@bp.get("/<int:problem_id>")
def show(problem_id: int) -> ResponseReturnValue:
    """The script of a call."""
    return _page(queries.get_problem_for(my_standing(), problem_id))


def _page(problem: Problem, tried: ActionForm | None = None) -> str:
    me = my_standing()
    offer = next((each for each in showing.offers_for(me, problem) if each.action is CALL), None)
    entries = queries.timeline(problem.id)
    before, after = list_queries.neighbours(list_queries.waiting_for_a_call(me), problem.id)
    tries = story.tries_of(entries, me.today, since=problem.state_since_at)
    last = max((each.at for each in entries if each.action == CALL.name), default=None) if tries else None
    return render_template(
        "closing/call.html",
        problem=problem,
        action=CALL,
        form=(tried or asked_form_fresh(offer.fields, problem)) if offer else None,
        refused=None if offer else asking.refusal(me, problem, CALL),
        greeting=greeting(me, problem, calling.ANSWERED),
        tries=tries,
        most=UNREACHED_TRIES,
        next_at=calling.next_try(last, me.now, calendar()) if last else None,
        number_url=url_for("numbers.of_problem", problem_id=problem.id) if _calls(me, problem) else None,
        apart=story.apart(me, entries, CALL, problem.group_id),
        outcome=facts.outcome(problem),
        earlier=[each for each in story.words_of(entries, me.today) if each.round < problem.round],
        state=PROBLEM.state(problem.state).label,
        due=sentences.due_in_words(problem, me.today),
        before=before,
        after=after,
    )


def greeting(me: Standing, problem: Problem, why: str) -> str:
    """How this reader begins a call about that problem; ``why`` in the words of the script."""
    person = current_person()
    reported = problem.reported_at
    return calling.greeting(
        name=person.name,
        unit=unit_name_of(person.id, me.today) or "",
        district=current_app.config["DISTRICT"],
        contact=problem.contact_name,
        title=problem.title or "",
        reported=day_words(calendar().day_of(reported), me.today) if reported else "",
        why=why,
    )


def _calls(me: Standing, problem: Problem) -> bool:
    roles = roles_towards(me.person_id, problem, me.seating, queries.named_with(problem, me.today))
    return bool(roles & showing.CALLERS)


@bp.post("/<int:problem_id>")
def do(problem_id: int) -> ResponseReturnValue:
    """Put the call on record, and go on to the next one in the list."""
    me = my_standing()
    problem = queries.get_problem_for(me, problem_id)
    _, after = list_queries.neighbours(list_queries.waiting_for_a_call(me), problem.id)
    form = asked_form(CALL.asks, problem, me)
    offered = any(offer.action is CALL for offer in showing.offers_for(me, problem))
    doing = asking.do if offered else asking.do_unoffered
    try:
        doing(form, CALL, problem_id, by=Actor.person(current_person()), now=me.now)
    except Missing as missing:
        blame(form, missing.errors)
        return _page(queries.get_problem_for(me, problem_id), form), 422
    except Refused as refused:
        return kept_text(refused, form, queries.get_problem_for(me, problem_id))
    problem = queries.get_problem_for(me, problem_id)
    said = rules_on(me.today).said(CALL.done)
    flash(f"{problem.number} {said}，现在是“{PROBLEM.state(problem.state).label}”", "success")
    return redirect(url_for("calls.show", problem_id=after) if after else url_for("listings.show", name="to-call-back"))
