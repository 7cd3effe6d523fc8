"""Doors to the three forms (三张表) of an enterprise or of one visit; each download is in the export log first."""

from collections.abc import Sequence

from flask import Blueprint
from flask.typing import ResponseReturnValue

from helpdesk.enterprises.queries import cadre_names, family, get_enterprise
from helpdesk.errors import NotFoundError
from helpdesk.listings.commands import log_export
from helpdesk.org.login import current_person
from helpdesk.papers.views import handed_out
from helpdesk.papers.visit_forms import FILES, FORMS, Told
from helpdesk.problems.models import Problem
from helpdesk.problems.turn_queries import first_page, of_enterprises
from helpdesk.visits.models import Visit
from helpdesk.visits.queries import get_visit_for, problems_of, visits_of_enterprises
from helpdesk.visits.rights import may_visit
from helpdesk.visits.views import me_visiting
from workflows.engine import NotYours

bp = Blueprint("visit_forms", __name__)


@bp.get("/enterprises/<int:enterprise_id>/forms/<name>.<any(docx, xlsx):ext>")
def of_enterprise(enterprise_id: int, name: str, ext: str) -> ResponseReturnValue:
    """A form with all visits to the enterprise, for whoever visits it or sees the district."""
    me, firm = me_visiting(), get_enterprise(enterprise_id)
    if not (me.sees_district or may_visit(me, firm.id)):
        raise NotYours("三张表由这家企业的包保干部、调度室和督查考核办公室下载", ())
    problems = first_page(of_enterprises(me, family(firm.id)))
    return _made(name, ext, firm.id, visits_of_enterprises([firm.id], me), problems)


@bp.get("/visits/<int:visit_id>/forms/<name>.<any(docx, xlsx):ext>")
def of_visit(visit_id: int, name: str, ext: str) -> ResponseReturnValue:
    """A form of one visit, for whoever may see it."""
    me = me_visiting()
    visit = get_visit_for(me, visit_id)
    if visit.done_on is None:
        raise NotFoundError("这次走访还没有记录")
    return _made(name, ext, visit.enterprise_id, [visit], problems_of(me, visit.id))


def _made(
    name: str, ext: str, enterprise_id: int, visits: Sequence[Visit], problems: Sequence[Problem]
) -> ResponseReturnValue:
    if name not in FORMS:
        raise NotFoundError("没有这种表")
    me, firm = me_visiting(), get_enterprise(enterprise_id)
    told = Told(
        firm,
        cadre_names([firm.id], me.today).get(firm.id, ()),
        visits,
        problems,
        may_visit(me, firm.id),
        current_person().name,
        me.today,
    )
    label, make = FORMS[name]
    form = make(told)
    write, media_type = FILES[ext]
    content, called = write(form, told), f"{label}-{firm.name}.{ext}"
    log_export(
        person_id=me.person_id,
        listing=f"form-{name}",
        form=ext,
        filters=[("企业", firm.name)],
        rows=form.size,
        now=me.now,
        label=label,
    )
    return handed_out(content, called, media_type)
