"""Pages of problems: 工作台, 问题登记, the problem's own page, the form of every action, and the files."""

from functools import cache, partial
from heapq import merge
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from helpdesk import clock, pages
from helpdesk.closing import judging
from helpdesk.enterprises.queries import find_enterprise
from helpdesk.errors import status_of, wants_json
from helpdesk.files import disposition, path_of
from helpdesk.forms import ActionForm, blame, typed_words
from helpdesk.notices.queries import unread_by
from helpdesk.org.login import current_person
from helpdesk.org.roles import SEATS
from helpdesk.problems import asking, beside, clock_lines, facts, queries, sentences, showing, turn_queries
from helpdesk.problems.cases import Standing, in_place_of, named_people
from helpdesk.problems.commands import Acted, Actor
from helpdesk.problems.models import Problem
from helpdesk.proceedings import showing as proceedings
from helpdesk.rules import rules_on
from helpdesk.supervision.queries import issued_about as orders_about
from helpdesk.supervision.showing import steps as order_steps
from helpdesk.visits.commands import link_problem
from helpdesk.visits.queries import get_visit_for, recorded_by_form, visit_of_problem
from workflows.draw import svg
from workflows.engine import Missing, NotYours, Offer, Refused
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import NEW, Action, Phase

bp = Blueprint("problems", __name__)


SHOWN = {"mine": turn_queries.PAGE, "soon": 10, "reported": 10}
"""How many lines each block of the first page shows; the rest stands in the lists."""


def my_standing() -> Standing:
    """Who the signed-in person is today; asked once per request."""
    if "standing" not in g:
        g.standing = queries.standing(current_person().id, clock.now())
    standing: Standing = g.standing
    return standing


def visitor() -> pages.Visitor | None:
    """What the frame of a page wants to know of whoever is signed in."""
    if not current_user.is_authenticated:
        return None
    if "visitor" not in g:
        person, me = current_person(), my_standing()
        g.visitor = pages.Visitor(
            roles=frozenset(role for role in SEATS if me.units(role)),
            duties=frozenset(role.name for role in person.roles),
            unread=unread_by(person.id),
        )
    seen: pages.Visitor = g.visitor
    return seen


bp.record_once(lambda state: pages.welcome(state.app, visitor))


# -- 工作台 -------------------------------------------------------------------------------------------------------------


@bp.get("/")
def home() -> ResponseReturnValue:
    """My turn first, then due soon, then mine."""
    seen = visitor()
    if seen and not seen.handles:
        return redirect(url_for("operations.index"))
    me = my_standing()
    found = {
        "mine": turn_queries.my_turn(me),
        "soon": turn_queries.due_soon(me),
        "reported": turn_queries.my_reports(me),
    }
    first = {name: turn_queries.first_page(rows) for name, rows in found.items()}
    asked, addressed = turn_queries.matters_in_my_turn(me), proceedings.rows(me)
    blocks = {name: _rows(problems[: SHOWN[name]], me) for name, problems in first.items()}
    for row, problem in zip(blocks["mine"], first["mine"], strict=False):
        turn = PROBLEM.state(problem.state).turn
        row["in_place_of"] = in_place_of(me, turn, problem, named_people(problem, ()))
    counts = {name: _count(problems, found[name]) for name, problems in first.items()}
    return render_template(
        "problems/home.html",
        blocks=blocks | {"mine": addressed + beside.rows(asked, me, url_of) + blocks["mine"]},
        counts=counts | {"mine": len(addressed) + len(asked) + counts["mine"]},
        soon_url=url_for("listings.show", name="due-soon") if seen and seen.roles else None,
        day=clock.local(me.now),
        stands_in=[(each.for_name, each.until_on) for each in me.stands_in],
        stood_in=[(each.name, each.until_on) for each in me.stood_in],
    )


def _count(first: list[Problem], rows: Any) -> int:
    """How many there are; only where the first page is full has the database to count."""
    return len(first) if len(first) < turn_queries.PAGE else turn_queries.count(rows)


def _rows(problems: list[Problem], me: Standing) -> list[dict[str, Any]]:
    return sentences.rows(problems, now=me.now, today=me.today, url=url_of)


def url_of(problem: Problem) -> str:
    """The page of a problem; a draft's is its form."""
    endpoint = "problems.edit" if problem.phase == Phase.START else "problems.show"
    return url_for(endpoint, problem_id=problem.id)


# -- 问题登记 -----------------------------------------------------------------------------------------------------------


@bp.route("/problems/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Report a problem: keep it as a draft, report it, or enter it as settled on the spot."""
    return _start(None, NEW)


@bp.route("/problems/<int:problem_id>/edit", methods=["GET", "POST"])
def edit(problem_id: int) -> ResponseReturnValue:
    """Go on with a draft."""
    problem = queries.get_problem_for(my_standing(), problem_id)
    if problem.phase != Phase.START and request.method == "GET":
        return redirect(url_for("problems.show", problem_id=problem.id))
    return _start(problem, problem.state)


def _start(problem: Problem | None, state: str) -> ResponseReturnValue:
    seen = visitor()
    if seen and not seen.handles:
        raise NotYours("管理员账号不参加问题办理，请用本人的工作账号上报", ())
    me, problem_id = my_standing(), problem.id if problem else None
    offers = asking.starting_actions(state, me) or asking.starting_actions(NEW, me)
    form = asked_form(asking.starting_questions(offers), problem, me)
    if request.method == "GET":
        _fill_in(form, me)
        return _start_page(form, offers, problem)
    action = asking.known_action(request.form.get("do", ""))
    try:
        also = partial(_link_to_visit, me)
        acted = asking.do(form, action, problem_id, by=Actor.person(current_person()), now=me.now, also=also)
    except Missing as missing:
        blame(form, missing.errors)
        return _still_wrong(form) if wants_json() else (_start_page(form, offers, problem, tried=action), 422)
    except Refused as refused:
        if wants_json():
            raise
        return kept_text(refused, form)
    return _taken(acted) if wants_json() else done(acted)


def _still_wrong(form: ActionForm) -> ResponseReturnValue:
    """The complaints for a form that waited on a phone, each with the words of its question."""
    errors = {field.short_name: _told(field) for field in form if field.errors}
    return jsonify({"status": 422, "message": "还没有提交，请先改正", "errors": errors}), 422


def _told(field: Any) -> str:
    words = "；".join(map(str, field.errors))
    return words if field.label.text in words else f"{field.label.text}：{words}"


def _taken(acted: Acted) -> ResponseReturnValue:
    """For a form that may have waited on a phone: where it leads. Who waits for the page gets a word of what was done."""
    if "X-Waited" not in request.headers:
        flash(said(acted), "success")
    return jsonify({"url": where(acted), "repeated": acted.repeated})


def _fill_in(form: ActionForm, me: Standing) -> None:
    """Coming from an enterprise's page, that one is meant; coming from a visit, what was heard there as well."""
    key = request.args.get("enterprise", type=int)
    if visit_id := _visit_asked():
        visit = get_visit_for(me, visit_id)
        key = visit.enterprise_id
        form.detail.process_data(visit.needs or visit.situation)
        form.visit_on.process_data(visit.done_on)
    if key and find_enterprise(key):
        form.enterprise.process_data(key)


def _link_to_visit(me: Standing, acted: Acted) -> None:
    """A problem that is entered from a visit belongs to it."""
    if visit_id := _visit_asked():
        link_problem(visit_id, acted.problem_id, me=me)


def _visit_asked() -> int | None:
    """The visit that the address names: by its key or, for what was written without a network, by the key of its form."""
    return request.args.get("visit", type=int) or recorded_by_form(request.args.get("after", ""))


def _start_page(
    form: ActionForm, offers: tuple[Offer, ...], problem: Problem | None, tried: Action | None = None
) -> str:
    files = queries.attachments_of(problem.id) if problem else {}
    return render_template(
        "problems/start.html",
        form=form,
        offers=offers,
        extra=asking.extra_questions(offers),
        problem=problem,
        tried=tried,
        files=sentences.attached([each for found in files.values() for each in found], file_url),
    )


# -- The problem -------------------------------------------------------------------------------------------------------


@bp.get("/problems/<int:problem_id>")
def show(problem_id: int) -> ResponseReturnValue:
    """What, whose turn, by when; what may be done; what happened."""
    me = my_standing()
    problem = queries.get_problem_for(me, problem_id)
    if problem.phase == Phase.START:
        return redirect(url_for("problems.edit", problem_id=problem.id))
    page = showing.page_of(me, problem)
    ordered, primary = sentences.in_order(page)
    return render_template(
        "problems/show.html",
        page=page,
        problem=problem,
        ordered=ordered,
        primary=primary,
        turn=sentences.turn_words(page),
        files=sentences.attached(sentences.reported_files(page), file_url),
        due=sentences.due_in_words(problem, me.today),
        pressing=clock_lines.pressing(problem, page.clocks),
        timeline=_story(page, me),
        facts=facts.facts(page, me.today),
        outcome=facts.outcome(problem),
        evaluation=facts.evaluation(problem),
        told=facts.told(page.told, me.today),
        clocks=clock_lines.bars(page.legs, page.clocks, me),
        legs=clock_lines.table(page.legs, me.today),
        orders=orders_about(problem.id),
        may_order=bool(me.units(Role.SUPERVISOR)) and problem.phase == Phase.OPEN,
        diagram=diagram(problem.state),
        url_of=url_of,
        desks=_desks(page),
        visit=visit_of_problem(me, problem.id),
    )


def _story(page: showing.ProblemPage, me: Standing) -> list[dict[str, Any]]:
    """What happened to the problem, and the steps of the orders about it, the newest first."""
    lines = sentences.timeline(page.entries, page.attachments, today=me.today, url=file_url)
    own = zip([entry.at for entry in page.entries], lines, strict=True)
    told = merge(own, order_steps(page.problem.id, me.today), key=lambda each: each[0], reverse=True)
    return [line for _, line in told]


def _desks(page: showing.ProblemPage) -> list[tuple[str, str]]:
    """The pages on which somebody closes a problem or calls its enterprise with all that he must know before him."""
    found = (
        (judging.TO_CLOSE, "去销号：逐项核对", "closing.show"),
        (judging.TO_CALL, "去回访：按提纲提问", "calls.show"),
    )
    may = page.roles & {*judging.CLOSE.roles, *judging.CALL.roles}
    return [
        (label, url_for(endpoint, problem_id=page.problem.id))
        for states, label, endpoint in found
        if may and page.problem.state in states
    ]


@cache
def diagram(state: str) -> str:
    """The drawn process with this state lit; there are only so many."""
    return svg(PROBLEM, lit=state)


# -- Parts -------------------------------------------------------------------------------------------------------------


def asked_form(asked: Any, problem: Problem | None, me: Standing) -> ActionForm:
    """The form of these questions, with what was sent."""
    sent = asking.sent_by(request.form, request.files) if request.method == "POST" else None
    return asking.form_of(asked, problem=problem, owner=f"person {me.person_id}", now=me.now, sent=sent)


def kept_text(refused: Refused, form: ActionForm, problem: Problem | None = None) -> ResponseReturnValue:
    """The refusal's page, with what was typed, to be copied."""
    code = status_of(refused)
    back = {"back_url": url_of(problem), "back_label": "回到问题"} if problem else {}
    return render_template(f"errors/{code}.html", message=refused.message, kept=typed_words(form), **back), code


def done(acted: Acted) -> ResponseReturnValue:
    """To where the act leads, with a word of what was done."""
    flash(said(acted), "success")
    return redirect(where(acted))


def said(acted: Acted) -> str:
    """What was done, in the words of the rules in force."""
    return rules_on(clock.today()).said(acted.action.done) or f"{acted.action.label}：已办理"


def where(acted: Acted) -> str:
    """The page that an act leads to; what may be unfinished leads back to its form."""
    return url_for("problems.edit" if acted.action.lenient else "problems.show", problem_id=acted.problem_id)


def file_url(attachment_id: int) -> str:
    """Where a file of a problem is opened."""
    return url_for("problems.attachment", attachment_id=attachment_id)


@bp.get("/files/<int:attachment_id>")
def attachment(attachment_id: int) -> ResponseReturnValue:
    """A file, for whoever may see the problem it belongs to."""
    file = queries.get_attachment(attachment_id)
    queries.get_problem_for(my_standing(), file.problem_id)
    path = path_of(file.stored_as, current_app.config["UPLOAD_DIR"])
    if not path.is_file():
        current_app.logger.error("attachment %s is not on the disk: %s", file.id, path)
        abort(404)
    response = send_file(path, mimetype=file.media_type, conditional=True)
    response.headers["Content-Disposition"] = disposition(file.name, file.media_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
