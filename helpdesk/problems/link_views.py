"""The enterprise's own page behind its personal link: no account, plain words, nothing of the inside."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.clock import calendar
from helpdesk.errors import NotFoundError
from helpdesk.forms import ActionForm, blame, typed_words
from helpdesk.org.models import Unit, UnitKind
from helpdesk.org.queries import find_unit_of_kind
from helpdesk.pages import day_words, moment_words
from helpdesk.problems import asking, queries, showing
from helpdesk.problems.commands import Actor
from helpdesk.problems.links import USED, VALID, standing_of
from helpdesk.problems.models import Link
from helpdesk.rules import rules_on
from helpdesk.security import read_link
from workflows.engine import Missing, NotNow, Refused
from workflows.problem import REPORT_ASKS
from workflows.terms import Action, Field

bp = Blueprint("link", __name__)
STEPS = ("已收到", "办理中", "请您评价", "已办结")
TOLD_US = frozenset(question.name for question in REPORT_ASKS)
"""Answers that stand on the page as what the enterprise told us."""


@bp.get("/e/<token>")
def show(token: str) -> ResponseReturnValue:
    """Where the problem is, and what is asked of the enterprise."""
    link = _link(token)
    if link is None:
        return _unknown()
    if standing_of(link, clock.now()) != VALID:
        return _gone(link)
    return _page(link, token)


@bp.route("/e/<token>/<name>", methods=["GET", "POST"])
def act(token: str, name: str) -> ResponseReturnValue:
    """One thing the enterprise may do: evaluate, withdraw, reopen, appeal, say something, send a file."""
    link = _link(token)
    action = _known(name)
    if link is None or action is None:
        return _unknown()
    standing = standing_of(link, clock.now())
    answered_again = standing == USED and request.method == "POST" and action.uses_link == link.purpose
    if standing != VALID and not answered_again:
        return _gone(link)
    return _act(link, token, action)


def _act(link: Link, token: str, action: Action) -> ResponseReturnValue:
    now = clock.now()
    page = showing.link_page(link, now)
    offer = next((each for each in page.offers if each.action is action), None)
    form = _form(offer.fields if offer else action.asks, link)
    if request.method == "GET":
        return _act_page(page, token, form, action) if offer else redirect(url_for("link.show", token=token))
    doing = asking.do if offer else asking.do_unoffered
    try:
        doing(form, action, link.problem_id, by=Actor.enterprise(link), now=now)
    except Missing as missing:
        blame(form, missing.errors)
        return _act_page(page, token, form, action), 422
    except Refused as refused:
        return _refused(refused, link, token, form)
    if action.uses_link:
        return render_template(
            "link/thanks.html", words=rules_on(clock.today()).said(action.done), **call_words(_office(link))
        )
    flash(rules_on(clock.today()).said(action.done), "success")
    return redirect(url_for("link.show", token=token))


# -- Pages -------------------------------------------------------------------------------------------------------------


def _page(link: Link, token: str) -> str:
    page = showing.link_page(link, clock.now())
    asked = next((offer for offer in page.offers if offer.action.uses_link), None)
    straight = page.problem.state == "closed" or page.dot < len(STEPS)
    return render_template(
        "link/show.html",
        page=page,
        token=token,
        dot=page.dot - 1 if straight else 1,
        steps=STEPS if straight else (STEPS[0], page.plainly),
        form=_form(asked.fields, link) if asked else None,
        action=asked.action if asked else None,
        others=[offer for offer in page.offers if offer is not asked],
        told_us=TOLD_US,
        **call_words(page.unit),
    )


def _act_page(page: showing.LinkPage, token: str, form: ActionForm, action: Action) -> str:
    return render_template("link/act.html", page=page, token=token, form=form, action=action, **call_words(page.unit))


def _refused(refused: Refused, link: Link, token: str, form: ActionForm) -> ResponseReturnValue:
    if standing_of(link, clock.now()) != VALID:
        return _gone(link)
    message = refused.message if isinstance(refused, NotNow) else "这件事刚刚有了新的进展，您这一步没有执行"
    page = showing.link_page(link, clock.now())
    words = render_template(
        "link/moved_on.html", message=message, page=page, token=token, kept=typed_words(form), **call_words(page.unit)
    )
    return words, 409


def _unknown() -> ResponseReturnValue:
    return render_template("link/unknown.html"), 404


def _gone(link: Link) -> ResponseReturnValue:
    """A link that no longer opens anything: what happened to it, and whom to call."""
    return render_template("errors/410.html", message=_what_happened(link), **call_words(_office(link))), 410


def _what_happened(link: Link) -> str:
    today = clock.today()
    if link.revoked_at:
        return "这个链接已经停用。"
    if link.used_at:
        return f"您已于{moment_words(link.used_at, today)}提交过评价，谢谢！每个链接只能评价一次。"
    if link.expires_at and clock.now() >= link.expires_at:
        return f"这个链接的有效期到{day_words(calendar().day_of(link.expires_at), today)}为止，已经过期。"
    if link.purpose == "evaluate":
        return "这一次评价已经结束。"
    return "这个问题办结已久，链接已经过期。"


# -- Parts -------------------------------------------------------------------------------------------------------------


def _link(token: str) -> Link | None:
    key = read_link(token)
    return queries.find_link(key) if key else None


def _known(name: str) -> Action | None:
    try:
        return asking.known_action(name)
    except NotFoundError:
        return None


def _form(asked: tuple[Field, ...], link: Link) -> ActionForm:
    sent = asking.sent_by(request.form, request.files) if request.method == "POST" else None
    return asking.form_of(asked, problem=link.problem, owner=f"link {link.id}", now=clock.now(), sent=sent)


def _office(link: Link) -> Unit | None:
    group = link.problem.group
    return group if group and group.phone else find_unit_of_kind(UnitKind.DISPATCH)


def call_words(unit: Unit | None) -> dict[str, Any]:
    """Whom to call, for the foot of an enterprise's page."""
    if unit is None or not unit.phone:
        return {}
    return {"call": f"{unit.name} {unit.phone}", "call_tel": "".join(filter(str.isdigit, unit.phone))}
