"""A contact's own page behind his link: what he reported and where it is, and a form to report more; no account."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.enterprises.models import ContactLink
from helpdesk.enterprises.pairing_queries import answers_for
from helpdesk.enterprises.queries import find_contact_link
from helpdesk.errors import NotFoundError
from helpdesk.forms import ActionForm, blame
from helpdesk.org.models import UnitKind
from helpdesk.org.queries import find_unit_of_kind
from helpdesk.problems import asking, commands, contact_queries
from helpdesk.problems.actors import Actor
from helpdesk.problems.link_views import call_words
from helpdesk.problems.models import Problem
from helpdesk.rules import rules_on
from helpdesk.security import OF_CONTACT, read_link, sign_link
from workflows.engine import Missing
from workflows.problem import PROBLEM
from workflows.terms import Field

bp = Blueprint("contact", __name__, url_prefix="/m/<token>")

REPORT = PROBLEM.action("report")
KNOWN = ("enterprise", "contact_name", "contact_phone", "contact_email", "visit_on")
"""Questions that the link answers already, or that are the cadre's."""
ASKED: tuple[Field, ...] = tuple(question for question in REPORT.asks if question.name not in KNOWN)


@bp.get("")
def show(token: str) -> ResponseReturnValue:
    """What he reported, the newest first, and where each is."""
    link = _link(token)
    if isinstance(link, tuple):
        return link
    contact = link.contact
    rows = contact_queries.reported_by(contact)
    return render_template(
        "link/mine.html",
        contact=contact,
        token=token,
        rows=[_row(problem, token) for problem in rows],
        **call_words(find_unit_of_kind(UnitKind.DISPATCH)),
    )


def _row(problem: Problem, token: str) -> dict[str, object]:
    return {
        "number": problem.number,
        "title": problem.title,
        "reported_at": problem.reported_at,
        "plainly": PROBLEM.state(problem.state).plainly,
        "url": url_for("contact.follow", token=token, problem_id=problem.id),
    }


@bp.get("/<int:problem_id>")
def follow(token: str, problem_id: int) -> ResponseReturnValue:
    """On to the page of one of them, where he may also evaluate."""
    link = _link(token)
    if isinstance(link, tuple):
        return link
    contact = link.contact
    problem = contact_queries.find_reported_by(contact, problem_id)
    if problem is None:
        raise NotFoundError("没有找到这个问题")
    opened = commands.open_link(problem.id, now=clock.now())
    return redirect(url_for("link.show", token=sign_link(opened)))


@bp.route("/report", methods=["GET", "POST"])
def report(token: str) -> ResponseReturnValue:
    """Report a problem oneself; the paired cadre stands for it inside, else whoever gave the link."""
    link = _link(token)
    if isinstance(link, tuple):
        return link
    form = _form(link)
    if request.method == "GET":
        return _report_page(link, token, form)
    contact, now = link.contact, clock.now()
    reporter_id = answers_for(contact.enterprise_id, clock.today()) or link.made_by_id
    known = {
        "enterprise": contact.enterprise_id,
        "contact_name": contact.name,
        "contact_phone": contact.phone,
        "contact_email": contact.email,
    }
    try:
        asking.do_knowing(form, REPORT, known, by=Actor.contact(contact, reporter_id), now=now)
    except Missing as missing:
        blame(form, missing.errors)
        return _report_page(link, token, form), 422
    flash(rules_on(clock.today()).said(REPORT.done), "success")
    return redirect(url_for("contact.show", token=token))


def _form(link: ContactLink) -> ActionForm:
    sent = asking.sent_by(request.form, request.files) if request.method == "POST" else None
    return asking.form_of(ASKED, problem=None, owner=f"contact link {link.id}", now=clock.now(), sent=sent)


def _report_page(link: ContactLink, token: str, form: ActionForm) -> str:
    unit = find_unit_of_kind(UnitKind.DISPATCH)
    return render_template(
        "link/report.html", contact=link.contact, token=token, form=form, action=REPORT, **call_words(unit)
    )


def _link(token: str) -> ContactLink | tuple[str, int]:
    """The link, or the page that says why it opens nothing."""
    key = read_link(token, OF_CONTACT)
    link = find_contact_link(key) if key else None
    if link and link.revoked_at is None:
        return link
    call = call_words(find_unit_of_kind(UnitKind.DISPATCH))
    if link is None:
        return render_template("link/unknown.html", **call), 404
    return render_template("errors/410.html", message="这个链接已经停用，请向包保干部要新的链接。", **call), 410
