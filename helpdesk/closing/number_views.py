"""Telephone numbers of contacts: masked on every page, opened by a click that goes on record."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.closing import commands
from helpdesk.enterprises.queries import get_contact, get_enterprise
from helpdesk.enterprises.views import calls
from helpdesk.org.login import current_person
from helpdesk.problems import queries, showing
from helpdesk.problems.cases import roles_towards
from helpdesk.problems.views import my_standing
from workflows.engine import NotYours

bp = Blueprint("numbers", __name__)

NOT_FOR_YOU = "电话只对需要与企业联系的同志显示"


@bp.post("/problems/<int:problem_id>/number")
def of_problem(problem_id: int) -> ResponseReturnValue:
    """The number of the contact of a problem, for whoever has to call him."""
    me = my_standing()
    problem = queries.get_problem_for(me, problem_id)
    roles = roles_towards(me.person_id, problem, me.seating, queries.named_with(problem, me.today))
    if not roles & showing.CALLERS:
        raise NotYours(NOT_FOR_YOU, tuple(showing.CALLERS))
    name, phone, number = problem.contact_name or "", problem.contact_phone or "", problem.number
    about = f"{'' if number else '草稿的'}企业联系人 {name}"
    commands.reveal(by=current_person(), about=about, number=number, now=clock.now())
    return _shown(name, phone, url_for("problems.show", problem_id=problem_id))


@bp.post("/enterprises/<int:enterprise_id>/contacts/<int:contact_id>/number")
def of_contact(enterprise_id: int, contact_id: int) -> ResponseReturnValue:
    """The number of a contact of an enterprise, for whoever has to call it."""
    if not calls(enterprise_id):
        raise NotYours(NOT_FOR_YOU, ())
    contact, firm = get_contact(enterprise_id, contact_id), get_enterprise(enterprise_id).name
    name, phone = contact.name, contact.phone
    commands.reveal(by=current_person(), about=f"{firm} 联系人 {name}", number=None, now=clock.now())
    return _shown(name, phone, url_for("enterprises.show", enterprise_id=enterprise_id))


def _shown(name: str, phone: str, back_url: str) -> ResponseReturnValue:
    """The number alone for the page that asked for it; a page of its own where there is no script."""
    alone = "HX-Request" in request.headers
    return render_template(
        f"closing/{'_number' if alone else 'number'}.html", name=name, phone=phone, back_url=back_url
    )
