"""Pages of enterprises: the register, an enterprise with its problems, entering and pairing, and the picker's answers."""

from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from helpdesk import clock
from helpdesk.enterprises import commands, queries
from helpdesk.enterprises.forms import ContactForm, EnterpriseForm, NewEnterpriseForm, PairingForm
from helpdesk.enterprises.models import INDUSTRIES, Contact, Enterprise, Pairing
from helpdesk.org.login import current_person, is_admin
from helpdesk.org.models import UnitKind
from helpdesk.org.queries import people_with_posts, posts_of, streets
from helpdesk.problems.models import Problem
from helpdesk.problems.sentences import rows as problem_rows
from helpdesk.problems.turn_queries import PAGE as MOST_PROBLEMS
from helpdesk.problems.turn_queries import first_page, of_enterprise, open_counts
from helpdesk.problems.views import my_standing
from helpdesk.visits.queries import visits_of_enterprises
from helpdesk.visits.rights import may_visit
from helpdesk.visits.showing import lines as visit_lines
from helpdesk.visits.showing import warnings as visit_warnings
from workflows.engine import Missing, NotYours
from workflows.roles import Role
from workflows.terms import Phase

bp = Blueprint("enterprises", __name__, url_prefix="/enterprises")

PAGE = 50
MOST_VISITS = 10  # on an enterprise's page; the others are in the list
FOUND = 10  # suggestions while one types
CADRES_COME_FROM = frozenset({UnitKind.DEPARTMENT, UnitKind.STREET, UnitKind.TASK_FORCE})


# -- Who may -----------------------------------------------------------------------------------------------------------


def _dispatches() -> bool:
    return bool(my_standing().units(Role.DISPATCHER))


def _may_enter() -> bool:
    """调度室, and the cadres who visit enterprises: of departments and streets, or paired with any enterprise."""
    me = my_standing()
    if _dispatches():
        return True
    if is_admin(current_person()):
        return False
    cadre = any(post.unit.kind in CADRES_COME_FROM for post in posts_of(me.person_id, me.today))
    return cadre or me.person_id in dict(queries.cadres(me.today))


def _paired_here(enterprise_id: int) -> bool:
    me = my_standing()
    return not set(me.himself).isdisjoint(queries.paired([enterprise_id], me.today).get(enterprise_id, ()))


def _may_change(enterprise_id: int) -> bool:
    return _dispatches() or _paired_here(enterprise_id)


def _only(allowed: bool, who: str) -> None:  # noqa: FBT001
    if not allowed:
        raise NotYours(f"这一步由{who}来办", ())


def calls(enterprise_id: int, problems: list[Problem] | None = None) -> bool:
    """Whether this person has to call the enterprise; ``problems``: those of it that he sees, if known."""
    me = my_standing()
    problems = first_page(of_enterprise(me, enterprise_id)) if problems is None else problems
    if any(me.units(role) for role in (Role.DISPATCHER, Role.SUPERVISOR)) or _paired_here(enterprise_id):
        return True
    led = me.units(Role.GROUP_LEAD)
    at_work = (each for each in problems if each.phase == Phase.OPEN)
    return any(each.handler_id in me.himself or each.group_id in led for each in at_work)


# -- The register ------------------------------------------------------------------------------------------------------


@bp.get("")
def index() -> ResponseReturnValue:
    """企业名录: found by name, code or pinyin initials, narrowed by industry and cadre."""
    me, chosen = my_standing(), chosen_here()
    wanted = wanted_rows(chosen)
    page = max(request.args.get("page", 1, type=int), 1)
    kept: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    found, total = queries.page_of_register(wanted, page, PAGE)
    return render_template(
        "enterprises/index.html",
        rows=_lines(found),
        chosen=chosen,
        cadres=queries.cadres(me.today),
        industries=INDUSTRIES,
        streets=[(unit.id, unit.name) for unit in streets()],
        pager=_pager(page, total, chosen),
        start=(page - 1) * PAGE + 1,
        may_enter=_may_enter(),
        exports=[
            {"label": label, "url": url_for("listings.register", ext=ext, **kept)}
            for ext, label in (("xlsx", "导出 Excel"), ("json", "JSON"))
        ],
    )


def wanted_rows(chosen: dict[str, str]) -> Select[Enterprise]:
    """The rows that were chosen, for the page and for its files."""
    me = my_standing()
    return queries.register(
        me.today,
        words=chosen["q"],
        industry=chosen["industry"] or None,
        street_id={"none": queries.NOBODY}.get(chosen["street"]) or _key(chosen["street"]),
        cadre_id={"mine": me.person_id, "none": queries.NOBODY}.get(chosen["cadre"]) or _key(chosen["cadre"]),
    )


def chosen_here() -> dict[str, str]:
    """What the filters of the register say."""
    read = {name: request.args.get(name, "").strip()[:50] for name in ("q", "industry", "street", "cadre")}
    return read | {"industry": read["industry"] if read["industry"] in INDUSTRIES else ""}


def _key(words: str) -> int | None:
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 10 else None


def _lines(found: list[Enterprise]) -> list[dict[str, Any]]:
    me, ids = my_standing(), [each.id for each in found]
    cadres, counts = queries.cadre_names(ids, me.today), open_counts(me, ids)
    return [
        {
            "name": each.name,
            "url": url_for("enterprises.show", enterprise_id=each.id),
            "uscc": each.uscc or "暂无代码",
            "industry": INDUSTRIES.get(each.industry or "", ""),
            "cadres": "、".join(cadres.get(each.id, ())),
            "open": counts.get(each.id, 0),
        }
        for each in found
    ]


def _pager(page: int, total: int, chosen: dict[str, str]) -> dict[str, Any]:
    pages = -(-total // PAGE)
    kept: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    urls = {name: url_for("enterprises.index", **kept, page=number) for name, number in _turns(page, pages).items()}
    return {"page": page, "pages": pages, "total": total, "has_prev": page > 1, "has_next": page < pages, **urls}


def _turns(page: int, pages: int) -> dict[str, int]:
    return {"first_url": 1, "prev_url": page - 1, "next_url": page + 1, "last_url": pages}


@bp.get("/find.json")
def find() -> ResponseReturnValue:
    """What the picker shows while one types; everybody who reports may know every enterprise's name."""
    words = request.args.get("q", "").strip()[:50]
    found = queries.matches(words, FOUND) if words else []
    return jsonify([{"id": each.id, "label": each.name, "hint": _hint(each)} for each in found])


def _hint(enterprise: Enterprise) -> str:
    return " · ".join(part for part in (enterprise.uscc or "暂无代码", enterprise.address) if part)


# -- One enterprise ----------------------------------------------------------------------------------------------------


@bp.get("/<int:enterprise_id>")
def show(enterprise_id: int) -> ResponseReturnValue:
    """Facts, whom to call, who is paired with it, and those of its problems that the reader may see."""
    me, enterprise = my_standing(), queries.get_enterprise(enterprise_id)
    problems = of_enterprise(me, enterprise_id)
    shown = first_page(problems)
    pairings = queries.pairings_of(enterprise_id)
    return render_template(
        "enterprises/show.html",
        enterprise=enterprise,
        industry=INDUSTRIES.get(enterprise.industry or "", ""),
        problems=_problem_lines(shown),
        most=MOST_PROBLEMS if len(shown) == MOST_PROBLEMS else 0,
        current=[each for each in pairings if _runs(each)],
        former=[each for each in pairings if not _runs(each)],
        calls=calls(enterprise_id, shown),
        may_change=_may_change(enterprise_id),
        dispatches=_dispatches(),
        handles=not is_admin(current_person()),
        may_visit=may_visit(me, enterprise_id),
        visits=visit_lines(visits_of_enterprises([enterprise_id], me, most=MOST_VISITS), me.today),
        visit_warnings=visit_warnings(enterprise, me.today) if _may_see_rhythm(enterprise_id) else [],
    )


def _may_see_rhythm(enterprise_id: int) -> bool:
    """Whoever visits it, and whoever sees the district."""
    return my_standing().sees_district or _paired_here(enterprise_id)


def _problem_lines(problems: list[Problem]) -> list[dict[str, Any]]:
    me = my_standing()
    lines = problem_rows(problems, now=me.now, today=me.today, url=_problem_url)
    return [
        line | {"number": each.number or "草稿", "group": each.group.name if each.group else ""}
        for each, line in zip(problems, lines, strict=True)
    ]


def _runs(pairing: Pairing) -> bool:
    return pairing.until_on is None or pairing.until_on >= my_standing().today


def _problem_url(problem: Problem) -> str:
    endpoint = "problems.edit" if problem.phase == Phase.START else "problems.show"
    return url_for(endpoint, problem_id=problem.id)


# -- Entering and correcting -------------------------------------------------------------------------------------------


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """登记企业, with the first contact."""
    _only(_may_enter(), "调度室或包保干部")
    form = NewEnterpriseForm()
    if request.method == "GET":
        form.name.data = request.args.get("name", "")[:100]
        return _enterprise_page(form)
    if not form.validate_on_submit():
        return _enterprise_page(form), 422
    try:
        enterprise = commands.enter(form.facts(), form.contact(), now=clock.now())
    except commands.TakenError as taken:
        return _enterprise_page(form, taken=taken), 422
    return _kept(enterprise.id, f"“{enterprise.name}”已登记")


@bp.route("/<int:enterprise_id>/edit", methods=["GET", "POST"])
def edit(enterprise_id: int) -> ResponseReturnValue:
    """Correct the facts."""
    enterprise = queries.get_enterprise(enterprise_id)
    _only(_may_change(enterprise_id), "调度室或这家企业的包保干部")
    form = EnterpriseForm(obj=enterprise)
    if request.method == "GET":
        return _enterprise_page(form, enterprise)
    if not form.validate_on_submit():
        return _enterprise_page(form, enterprise), 422
    try:
        commands.correct(enterprise_id, form.facts())
    except commands.TakenError as taken:
        return _enterprise_page(form, queries.get_enterprise(enterprise_id), taken), 422
    return _kept(enterprise_id, "企业信息已修改")


def _enterprise_page(
    form: EnterpriseForm, enterprise: Enterprise | None = None, taken: commands.TakenError | None = None
) -> str:
    if taken:
        form[taken.field].errors = [taken.errors[taken.field]]
    return render_template("enterprises/edit.html", form=form, enterprise=enterprise, taken=taken)


@bp.route("/<int:enterprise_id>/contacts/new", methods=["GET", "POST"])
def new_contact(enterprise_id: int) -> ResponseReturnValue:
    """One more person to call."""
    return _contact(queries.get_enterprise(enterprise_id), None)


@bp.route("/<int:enterprise_id>/contacts/<int:contact_id>/edit", methods=["GET", "POST"])
def edit_contact(enterprise_id: int, contact_id: int) -> ResponseReturnValue:
    """Another number, another name."""
    return _contact(queries.get_enterprise(enterprise_id), queries.get_contact(enterprise_id, contact_id))


def _contact(enterprise: Enterprise, contact: Contact | None) -> ResponseReturnValue:
    _only(_may_change(enterprise.id), "调度室或这家企业的包保干部")
    form = ContactForm(obj=contact, contact_name=contact.name if contact else "")
    if form.validate_on_submit():
        commands.keep_contact(enterprise.id, form.contact(), contact_id=contact.id if contact else None)
        return _kept(enterprise.id, "联系人已保存")
    page = render_template("enterprises/contact.html", form=form, enterprise=enterprise, contact=contact)
    return page, 422 if form.is_submitted() else 200


# -- Pairing -----------------------------------------------------------------------------------------------------------


@bp.route("/<int:enterprise_id>/pairings/new", methods=["GET", "POST"])
def pair(enterprise_id: int) -> ResponseReturnValue:
    """安排包保干部, from today on."""
    enterprise, today = queries.get_enterprise(enterprise_id), my_standing().today
    _only(_dispatches(), "调度室")
    form = PairingForm()
    form.offer(people_with_posts(today))
    if form.validate_on_submit() and form.person.data:
        try:
            commands.pair(enterprise_id, form.person.data, today=today)
        except Missing as missing:
            form.person.errors = [missing.errors["person"]]
        else:
            return _kept(enterprise_id, "包保干部已安排，从今天起算")
    page = render_template("enterprises/pair.html", form=form, enterprise=queries.get_enterprise(enterprise.id))
    return page, 422 if form.is_submitted() else 200


@bp.post("/<int:enterprise_id>/pairings/<int:pairing_id>/end")
def end_pairing(enterprise_id: int, pairing_id: int) -> ResponseReturnValue:
    """结束包保."""
    _only(_dispatches(), "调度室")
    commands.end_pairing(enterprise_id, pairing_id, today=my_standing().today)
    return _kept(enterprise_id, "包保关系已结束")


def _kept(enterprise_id: int, words: str) -> ResponseReturnValue:
    current_app.logger.info("enterprise %s was changed by person %s", enterprise_id, my_standing().person_id)
    flash(f"{words}。", "success")
    return redirect(url_for("enterprises.show", enterprise_id=enterprise_id))
