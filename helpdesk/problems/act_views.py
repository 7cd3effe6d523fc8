"""Pages of acts: the form of every action on a problem, a request or an assisting task, and the act itself."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.errors import not_offered, status_of
from helpdesk.forms import ActionForm, blame, typed_words
from helpdesk.org.login import current_person
from helpdesk.problems import asking, beside, queries, sentences, showing
from helpdesk.problems.cases import Standing
from helpdesk.problems.commands import Actor
from helpdesk.problems.models import Matter, Problem
from helpdesk.problems.views import asked_form, bp, done, kept_text, my_standing, url_of
from workflows.engine import Missing, NotNow, Refused
from workflows.problem import PROBLEM
from workflows.terms import Action, Phase

# -- On a problem ------------------------------------------------------------------------------------------------------


@bp.route("/problems/<int:problem_id>/do/<name>", methods=["GET", "POST"])
def act(problem_id: int, name: str) -> ResponseReturnValue:
    """The form of an action, and the act itself: one route for all of them."""
    action = asking.known_action(name)
    me = my_standing()
    try:
        problem = queries.get_problem_for(me, problem_id)
    except Refused as refused:
        return kept_text(refused, asked_form(action.asks, None, me))
    if problem.phase == Phase.START and request.method == "GET":
        return redirect(url_of(problem))
    offer = next((each for each in showing.offers_for(me, problem) if each.action is action), None)
    form = asked_form(offer.fields if offer else action.asks, problem, me)
    if request.method == "GET":
        asking.offer_answers(form, request.args)
        return _act_page(form, action, problem) if offer else _not_offered(me, action, problem)
    doing = asking.do if offer else asking.do_unoffered
    try:
        acted = doing(form, action, problem_id, by=Actor.person(current_person()), now=me.now)
    except Missing as missing:
        blame(form, missing.errors)
        return _act_page(form, action, problem), 422
    except Refused as refused:
        return _moved_on(refused, form, action, problem_id)
    return done(acted)


def _act_page(form: ActionForm, action: Action, problem: Problem) -> str:
    url = url_for("problems.act", problem_id=problem.id, name=action.name)
    return render_template("problems/act.html", form=form, action=action, problem=problem, url=url)


def _not_offered(me: Standing, action: Action, problem: Problem) -> ResponseReturnValue:
    """Why there is no form: nobody was faster, the reader came back to an old page or wrote the address himself."""
    refused = asking.refusal(me, problem, action) or NotNow("这个事项现在不能办理")
    return _turned_away(refused, problem)


def _turned_away(refused: Refused, problem: Problem) -> ResponseReturnValue:
    return not_offered(refused, what="问题", url=url_for("problems.show", problem_id=problem.id))


def _moved_on(refused: Refused, form: ActionForm, action: Action, problem_id: int) -> ResponseReturnValue:
    """Somebody was faster: what he did, and the form again where it still makes sense, with all that was typed."""
    me = my_standing()
    try:
        problem = queries.get_problem_for(me, problem_id)
    except Refused as gone:
        return kept_text(gone, form)
    if status_of(refused) != 409:
        return kept_text(refused, form, problem)
    seen = form.shown_version()
    again = any(each.action is action for each in showing.offers_for(me, problem))
    form.version.data = str(problem.version)
    return render_template(
        "problems/moved_on.html",
        refused=refused,
        happened=sentences.happened_since(queries.entries_since(problem.id, seen), me.today) if seen else (),
        state=PROBLEM.state(problem.state).label,
        problem=problem,
        action=action,
        url=url_for("problems.act", problem_id=problem.id, name=action.name),
        form=form if again else None,
        kept=typed_words(form),
    ), 409


# -- Beside a problem --------------------------------------------------------------------------------------------------


@bp.route("/problems/<int:problem_id>/<any(request, assist):process>/<name>", methods=["GET", "POST"])
def open_beside(problem_id: int, process: str, name: str) -> ResponseReturnValue:
    """Ask for something beside a problem: a longer limit, another group's help."""
    return _beside(problem_id, process, None, name)


@bp.route("/problems/<int:problem_id>/<any(request, assist):process>/<int:matter_id>/<name>", methods=["GET", "POST"])
def act_beside(problem_id: int, process: str, matter_id: int, name: str) -> ResponseReturnValue:
    """Decide a request, or do something with an assisting task."""
    return _beside(problem_id, process, matter_id, name)


def _beside(problem_id: int, process: str, matter_id: int | None, name: str) -> ResponseReturnValue:
    action = beside.known_action(process, name)
    me = my_standing()
    try:
        problem = queries.get_problem_for(me, problem_id)
    except Refused as refused:
        return kept_text(refused, asked_form(action.asks, None, me))
    form = asked_form(action.asks, problem, me)
    if request.method == "GET":
        return _form_beside(me, problem, action, form, matter_id)
    try:
        acted = asking.do_beside(
            form, action, problem_id, process, matter_id, by=Actor.person(current_person()), now=me.now
        )
    except Missing as missing:
        blame(form, missing.errors)
        return _beside_page(form, action, problem, _matter_of(problem, matter_id)), 422
    except Refused as refused:
        return kept_text(refused, form, problem)
    return done(acted)


def _matter_of(problem: Problem, matter_id: int | None) -> Matter | None:
    return queries.get_matter(problem.id, matter_id) if matter_id else None


def _form_beside(
    me: Standing, problem: Problem, action: Action, form: ActionForm, matter_id: int | None
) -> ResponseReturnValue:
    matter = _matter_of(problem, matter_id)
    case, named, _ = showing.case_for(me, problem)
    if refused := beside.refusal(me, problem, matter, case, named, action):
        return _turned_away(refused, problem)
    return _beside_page(form, action, problem, matter)


def _beside_page(form: ActionForm, action: Action, problem: Problem, matter: Matter | None) -> str:
    return render_template(
        "problems/act.html",
        form=form,
        action=action,
        problem=problem,
        url=request.path,
        about=beside.asked_words(matter, clock.today()) if matter else (),
    )
