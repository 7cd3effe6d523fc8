"""Doors to similar problems: while one is typed, on the page of one, and the suggestion where a group is chosen."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.enterprises.queries import find_enterprise, find_enterprise_named
from helpdesk.errors import NotFoundError
from helpdesk.finding.marking import Piece, pieces
from helpdesk.listings.catalogue import LISTINGS
from helpdesk.listings.views import admitted
from helpdesk.org.models import Unit
from helpdesk.problems import asking, showing
from helpdesk.problems.models import Problem
from helpdesk.problems.queries import find_unit, get_problem_for, seen_among
from helpdesk.problems.showing import ProblemPage
from helpdesk.problems.views import my_standing
from helpdesk.similar import queries
from helpdesk.similar.looking import Alike, Draft, Suggestion, look, suggestion
from workflows.engine import Offer
from workflows.fields import COMMENT, GROUP, MAIN_PROBLEM, PUBLIC_REASON, SUPPLEMENT
from workflows.terms import Field

bp = Blueprint("similar", __name__, url_prefix="/similar")

ADDED_BY = (SUPPLEMENT, COMMENT)
"""The questions by which somebody adds to a problem that is reported already; the first that is asked is taken."""


@bp.post("")
def show() -> ResponseReturnValue:
    """What is like the report that is being typed: a part for its page, or a page of its own without scripts."""
    admitted(LISTINGS["problems"])
    found = look(my_standing(), _typed())
    part = request.headers.get("HX-Request") == "true"
    return render_template("similar/_found.html" if part else "similar/show.html", found=found)


def _typed() -> Draft:
    sent = request.form
    key = sent.get("enterprise_id", type=int)
    enterprise = find_enterprise(key) or find_enterprise_named(" ".join(sent.get("enterprise", "").split()))
    return Draft(
        sent.get("title", "").strip(),
        sent.get("detail", "").strip(),
        enterprise.id if enterprise else None,
        sent.get("problem_id", type=int),
    )


@bp.post("/<int:problem_id>/join")
def join(problem_id: int) -> ResponseReturnValue:
    """The same enterprise has this problem on record already: what was typed goes there, by the act that is open."""
    me = my_standing()
    problem = get_problem_for(me, problem_id)
    offer, question = _adding(showing.offers_for(me, problem))
    form = asking.form_of(offer.fields, problem=problem, owner=f"person {me.person_id}", now=me.now)
    draft = _typed()
    form[question.name].process_data(
        "\n".join(each for each in (draft.title, draft.detail) if each)[: question.longest]
    )
    return render_template(
        "problems/act.html",
        form=form,
        action=offer.action,
        problem=problem,
        url=url_for("problems.act", problem_id=problem.id, name=offer.action.name),
    )


def _adding(offers: tuple[Offer, ...]) -> tuple[Offer, Field]:
    for question in ADDED_BY:
        for offer in offers:
            if question in offer.fields:
                return offer, question
    raise NotFoundError("这个问题已经不能补充，请按新问题上报")


@bp.app_template_filter()
def marked_title(alike: Alike) -> list[Piece]:
    """The title of a problem that was found, with what both say marked."""
    return pieces(alike.title, alike.words)


# -- On the page of a problem ------------------------------------------------------------------------------------------


@bp.app_template_global()
def repeats_of(page: ProblemPage) -> list[dict[str, object]]:
    """Open problems that this one may repeat, for whoever may merge it, with the address of the filled-in form."""
    merging = next((each.action for each in page.offers if MAIN_PROBLEM in each.action.asks), None)
    if merging is None:
        return []
    found = look(my_standing(), _draft_of(page.problem), only_open=True)
    return [{"alike": each, "url": _merge_url(page.problem, merging.name, each)} for each in found.alike]


def _draft_of(problem: Problem) -> Draft:
    return Draft(problem.title or "", problem.detail or "", problem.enterprise_id, problem.id)


def _merge_url(problem: Problem, name: str, alike: Alike) -> str:
    whose = "同一企业" if alike.same_enterprise else "另一企业"
    why = f"与{alike.number}反映的是同一问题（{whose}，都提到{'、'.join(alike.words[:4])}）"
    given: dict[str, Any] = {MAIN_PROBLEM.name: alike.number, PUBLIC_REASON.name: why}
    return url_for("problems.act", problem_id=problem.id, name=name, **given)


@bp.app_template_global()
def kindred_of(problem: Problem) -> tuple[list[Problem], int]:
    """The problems of the same kind that the reader may see, and how many others there are."""
    found = queries.kindred_of(problem)
    seen = seen_among(my_standing(), [each.id for each in found]) if found else set()
    return [each for each in found if each.id in seen], len(found) - len(seen)


@bp.app_template_global()
def suggested_group(problem: Problem, asked: tuple[Field, ...]) -> tuple[Unit, Suggestion] | None:
    """The group that the words speak for, where the form asks for the responsible group; nothing where it is unclear."""
    if GROUP not in asked:
        return None
    found = suggestion(my_standing(), problem)
    unit = find_unit(found.unit_id) if found else None
    return (unit, found) if found and unit and unit.id != problem.group_id else None
