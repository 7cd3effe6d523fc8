"""Pages of enterprises: an enterprise with its story, entering and correcting it, and the picker's answers."""

from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.enterprises import commands, queries, story
from helpdesk.enterprises.facts import plain
from helpdesk.enterprises.forms import CorrectedForm, EnterpriseForm, NewEnterpriseForm
from helpdesk.enterprises.models import (
    INDUSTRIES,
    PAIRED_AS,
    PROJECT_STAGES,
    STATUSES,
    Enterprise,
    Pairing,
    Project,
    Talent,
)
from helpdesk.enterprises.size import BRANCHES, SIZES
from helpdesk.listings.firm_lists import may_enter as enters
from helpdesk.org.login import current_person, is_admin
from helpdesk.problems.enterprise_queries import milestones_of
from helpdesk.problems.models import Problem
from helpdesk.problems.sentences import rows as problem_rows
from helpdesk.problems.sentences import sentence
from helpdesk.problems.turn_queries import PAGE as MOST_PROBLEMS
from helpdesk.problems.turn_queries import first_page, of_enterprises
from helpdesk.problems.views import my_standing
from helpdesk.visits import rights
from helpdesk.visits.models import WAYS, Outcome, Visit, Way
from helpdesk.visits.queries import visits_of_enterprises
from helpdesk.visits.showing import lines as visit_lines
from helpdesk.visits.showing import warnings as visit_warnings
from workflows.engine import NotYours
from workflows.roles import Role
from workflows.terms import Phase

bp = Blueprint("enterprises", __name__, url_prefix="/enterprises")

TOLD_WHERE_KNOWN = frozenset({"曾用名", "规模数据", "分类和标签"})
MOST_VISITS = 10  # on an enterprise's page; the others are in the list
FOUND_THERE = {Outcome.NONE: "没有发现问题", Outcome.FOUND: "发现问题"}
FOUND = 10  # suggestions while one types


# -- Who may -----------------------------------------------------------------------------------------------------------


def dispatches() -> bool:
    """Whether this person sits in the dispatch office."""
    return rights.dispatches(my_standing())


def may_enter() -> bool:
    """调度室, and the cadres who visit enterprises: of departments and streets, or paired with any enterprise."""
    return not is_admin(current_person()) and enters(my_standing())


def _paired_here(enterprise_id: int) -> bool:
    me = my_standing()
    return not set(me.himself).isdisjoint(queries.paired([enterprise_id], me.today).get(enterprise_id, ()))


def may_change(enterprise_id: int) -> bool:
    """The dispatch office, and who is paired with it."""
    return dispatches() or _paired_here(enterprise_id)


def only(allowed: bool, who: str) -> None:  # noqa: FBT001
    """NotYours, naming who may, unless it is allowed."""
    if not allowed:
        raise NotYours(f"这一步由{who}来办", ())


def only_keepers(enterprise_id: int) -> None:
    """NotYours for everybody who may not change what the register says of that enterprise."""
    only(may_change(enterprise_id), "调度室或这家企业的包保干部")


def calls(enterprise_id: int, problems: list[Problem] | None = None) -> bool:
    """Whether this person has to call the enterprise; ``problems``: those of it that he sees, if known."""
    me = my_standing()
    if problems is None:
        problems = first_page(of_enterprises(me, queries.family(enterprise_id)))
    if any(me.units(role) for role in (Role.DISPATCHER, Role.SUPERVISOR)) or _paired_here(enterprise_id):
        return True
    led = me.units(Role.GROUP_LEAD)
    at_work = (each for each in problems if each.phase == Phase.OPEN)
    return any(each.handler_id in me.himself or each.group_id in led for each in at_work)


def done(enterprise_id: int, words: str) -> ResponseReturnValue:
    """Back to the enterprise's page, with what was done."""
    current_app.logger.info("enterprise %s was changed by person %s", enterprise_id, my_standing().person_id)
    flash(f"{words}。", "success")
    return redirect(url_for("enterprises.show", enterprise_id=enterprise_id))


# -- Finding -----------------------------------------------------------------------------------------------------------


@bp.get("")
def index() -> ResponseReturnValue:
    """企业名录 is one of the lists."""
    kept: dict[str, Any] = request.args.to_dict()
    return redirect(url_for("listings.show", **kept | {"name": "enterprises"}))


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
    """Facts, whom to call, who is paired with it, its story, and those of its problems that the reader may see."""
    me, enterprise = my_standing(), queries.get_enterprise(enterprise_id)
    if enterprise.merged_into_id:
        return redirect(url_for("enterprises.show", enterprise_id=enterprise.merged_into_id))
    ids = queries.family(enterprise_id)
    shown = first_page(of_enterprises(me, ids))
    pairings = queries.pairings_of(ids)
    visits = visits_of_enterprises(ids, me, most=story.MOST)
    return render_template(
        "enterprises/show.html",
        enterprise=enterprise,
        facts=_facts(enterprise),
        problems=_problem_lines(shown),
        most=MOST_PROBLEMS if len(shown) == MOST_PROBLEMS else 0,
        current=[each for each in pairings if _runs(each)],
        former=[each for each in pairings if not _runs(each)],
        paired_as=PAIRED_AS,
        stages=PROJECT_STAGES,
        contacts=queries.contacts_of(ids),
        projects=queries.beside(Project, ids),
        talents=queries.beside(Talent, ids),
        doubles=queries.doubles_of(enterprise_id),
        story=story.told(
            queries.changes_of(ids), [_entered(enterprise), *_milestones(ids), *_visited(visits)], me.today
        ),
        calls=calls(enterprise_id, shown),
        may_change=may_change(enterprise_id),
        dispatches=dispatches(),
        handles=not is_admin(current_person()),
        may_visit=rights.may_visit(me, enterprise_id),
        visits=visit_lines(visits[:MOST_VISITS], me.today),
        visit_warnings=visit_warnings(enterprise, me.today) if _may_see_rhythm(enterprise_id) else [],
    )


def _entered(enterprise: Enterprise) -> story.Happened:
    return story.Happened(enterprise.added_at, "录入企业名录")


def _milestones(ids: list[int]) -> list[story.Happened]:
    return [
        story.Happened(entry.at, sentence(entry), f"{problem.number or ''} {problem.title}", _problem_url(problem))
        for entry, problem in milestones_of(my_standing(), ids)
    ]


def _visited(visits: list[Visit]) -> list[story.Happened]:
    return [
        story.Happened(
            each.recorded_at,
            f"{each.person.name}{dict(WAYS)[Way(each.way)]}，{FOUND_THERE[Outcome(each.outcome)]}",
            "走访记录",
            url_for("visits.show", visit_id=each.id),
        )
        for each in visits
        if each.recorded_at and each.way and each.outcome
    ]


def _facts(enterprise: Enterprise) -> list[tuple[str, Any]]:
    names = "、".join(each.name for each in enterprise.former_names)
    size = SIZES.get(enterprise.size or "", "")
    how = "" if not size else "（直接登记）" if enterprise.size_entered else "（按划型标准）"
    figures = (
        (f"从业人员 {enterprise.people} 人" if enterprise.people is not None else ""),
        (f"营业收入 {plain(enterprise.revenue)} 万元" if enterprise.revenue is not None else ""),
        (f"资产总额 {plain(enterprise.assets)} 万元" if enterprise.assets is not None else ""),
    )
    marks = [word for word, holds in (("重点企业", enterprise.is_key), ("规上", enterprise.above_scale)) if holds]
    told = [
        ("统一社会信用代码", enterprise.uscc or f"暂无（{enterprise.no_uscc_reason}）"),
        ("曾用名", names),
        ("状态", STATUSES[enterprise.status]),
        ("行业", " · ".join(filter(None, (INDUSTRIES.get(enterprise.industry or "", ""), _branch(enterprise))))),
        ("规模", f"{size}{how}"),
        ("规模数据", "，".join(filter(None, figures))),
        ("分类和标签", "、".join([*marks, *(tag.word for tag in enterprise.tags)])),
        ("街道、乡镇", enterprise.street.name if enterprise.street else ""),
        ("地址", enterprise.address),
    ]
    return [row for row in told if row[1] or row[0] not in TOLD_WHERE_KNOWN]


def _branch(enterprise: Enterprise) -> str:
    label = BRANCHES[enterprise.branch].label if enterprise.branch else ""
    return "" if label == INDUSTRIES.get(enterprise.industry or "") else label


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
    only(may_enter(), "调度室或包保干部")
    form = NewEnterpriseForm()
    if request.method == "GET":
        form.name.data = request.args.get("name", "")[:100]
        return _enterprise_page(form)
    if not form.validate_on_submit():
        return _enterprise_page(form), 422
    try:
        enterprise = commands.enter(form.facts(), form.contact(), by=current_person(), now=clock.now())
    except commands.TakenError as taken:
        return _enterprise_page(form, taken=taken), 422
    return done(enterprise.id, f"“{enterprise.name}”已登记")


@bp.route("/<int:enterprise_id>/edit", methods=["GET", "POST"])
def edit(enterprise_id: int) -> ResponseReturnValue:
    """Correct the facts."""
    enterprise = queries.get_enterprise(enterprise_id)
    only_keepers(enterprise_id)
    form = CorrectedForm.showing(enterprise)
    if request.method == "GET":
        return _enterprise_page(form, enterprise)
    if not form.validate_on_submit():
        return _enterprise_page(form, enterprise), 422
    try:
        commands.correct(
            enterprise_id,
            form.facts(),
            by=current_person(),
            now=clock.now(),
            today=my_standing().today,
            misspelt=form.misspelt.data == "yes",
        )
    except commands.TakenError as taken:
        return _enterprise_page(form, queries.get_enterprise(enterprise_id), taken), 422
    return done(enterprise_id, "企业信息已修改")


def _enterprise_page(
    form: EnterpriseForm, enterprise: Enterprise | None = None, taken: commands.TakenError | None = None
) -> str:
    if taken:
        form[taken.field].errors = [taken.errors[taken.field]]
    return render_template("enterprises/edit.html", form=form, enterprise=enterprise, taken=taken)
