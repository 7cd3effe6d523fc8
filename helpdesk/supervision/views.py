"""Pages of orders: one order with what may be done to it, drafting from lists and problems, taking a problem out."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.errors import NotFoundError, not_offered
from helpdesk.forms import ActionForm, answers_of, blame
from helpdesk.listings.queries import numbers_of
from helpdesk.org.login import current_person
from helpdesk.papers.catalogue import PAPERS
from helpdesk.papers.making import DOCX, make
from helpdesk.papers.views import handed_out, log
from helpdesk.problems import asking, sentences
from helpdesk.problems.actors import Actor
from helpdesk.problems.cases import Standing, clock_lamp
from helpdesk.problems.views import asked_form, kept_text, my_standing
from helpdesk.problems.words import due_words, typed
from helpdesk.proceedings import queries as proceedings
from helpdesk.proceedings.commands import proceed
from helpdesk.proceedings.models import Proceeding
from helpdesk.proceedings.standing import offers, refusal, roles_towards
from helpdesk.security import new_request_key
from helpdesk.supervision import commands, queries, showing, writing
from workflows.engine import Missing, NotNow, NotYours, Offer, Refused
from workflows.supervision import DRAFTED_BY, DROPPED, ORDER
from workflows.terms import SELF, Action, Phase

bp = Blueprint("orders", __name__, url_prefix="/orders")

MOST_AT_ONCE = 200  # problems put into drafts with one click
NAMED = 10
FIRST_LEVEL = next(iter(DRAFTED_BY.values()))


def _seen(order_id: int, me: Standing) -> Proceeding:
    """That order, if this person may see it."""
    order = proceedings.find(order_id, ORDER.name)
    if order is None or not _may_see(order, me):
        raise NotFoundError("没有找到这份督办单，或者您无权查看")
    return order


def _may_see(order: Proceeding, me: Standing) -> bool:
    if order.number is None:  # a draft, or one that never left
        return bool(roles_towards(me.person_id, ORDER.name, order, me.seating) & set(commands.DRAFT.roles))
    return bool(roles_towards(me.person_id, ORDER.name, order, me.seating)) or me.sees_district


@bp.get("/<int:order_id>")
def show(order_id: int) -> ResponseReturnValue:
    """One order: what it asks, about which problems, whose turn it is, what happened."""
    me = my_standing()
    order = _seen(order_id, me)
    offered = offers(me.person_id, order, me.seating, **me.wishing)
    rows = queries.rows_of(order.id)
    state = ORDER.state(order.state)
    return render_template(
        "supervision/show.html",
        order=order,
        level=showing.level_of(order),
        state=state.label,
        turn=_turn(order, me),
        lamp=_lamp(order, me),
        due=due_words(order.due_on, order.due_at, me.today) if order.due_on and order.due_at else "",
        offers=[each for each in offered if DROPPED not in each.action.asks],
        primary=_primary(offered),
        hindered=_hindered(order, me),
        facts=showing.facts(order, me.today),
        problems=showing.problems(rows, me),
        drops=next((each.action for each in offered if DROPPED in each.action.asks), None) if len(rows) > 1 else None,
        request_key=new_request_key(),
        clocks=showing.clock_rows(proceedings.clocks_of(order.id), me),
        timeline=sentences.timeline(proceedings.entries_of(order.id), {}, today=me.today, url=str),
    )


def _primary(offered: tuple[Offer, ...]) -> str | None:
    """What leads the order on: the one blue button."""
    leading = (
        each.action for each in offered if not each.action.danger and any(m.dest != SELF for m in each.action.moves)
    )
    return next((action.name for action in leading), None)


def _hindered(order: Proceeding, me: Standing) -> str:
    """Why a draft cannot be issued as things stand; a button that is missing says nothing."""
    if order.state not in ORDER.action(writing.ISSUING).sources:
        return ""
    refused = refusal(me.person_id, order, writing.ISSUING, me.seating, **me.wishing)
    return refused.message if isinstance(refused, NotNow) else ""


def _turn(order: Proceeding, me: Standing) -> str:
    state = ORDER.state(order.state)
    if state.phase is Phase.CLOSED:
        return ""
    if order.unit and any(role.value == "addressee" for role in state.turn):
        return f"轮到{order.unit.name}"
    holders = [each.name for each in me.seating.holders(state.turn[0], None)]
    return f"轮到{'、'.join(holders)}" if holders else ""


def _lamp(order: Proceeding, me: Standing) -> Any:
    if order.phase != Phase.OPEN or order.due_on is None or order.due_at is None:
        return None
    return clock_lamp(order.due_on, order.due_at, waiting=False, now=me.now)


@bp.get("/<int:order_id>/<paper>.docx")
def as_paper(order_id: int, paper: str) -> ResponseReturnValue:
    """The order as 督办单 or 督办函; it is in the export log before it leaves."""
    me = my_standing()
    order = _seen(order_id, me)
    if paper not in writing.PAPERS_OF_AN_ORDER:
        raise NotFoundError("没有这种公文")
    rows = queries.rows_of(order.id)
    told = writing.facts_of(order, rows, proceedings.entries_of(order.id))
    content = make(paper, told, now=me.now)
    log(paper, [("文号", order.number or "草稿")], rows=len(rows))
    return handed_out(content, f"{PAPERS[paper].label}{order.number or '（草稿）'}.docx", DOCX)


# -- Acting ------------------------------------------------------------------------------------------------------------


@bp.route("/<int:order_id>/do/<name>", methods=["GET", "POST"])
def act(order_id: int, name: str) -> ResponseReturnValue:
    """The form of an action, and the act itself: one route for all of them."""
    action, me = _known(name), my_standing()
    order = _seen(order_id, me)
    form = _form(action, order, me)
    if request.method == "GET":
        refused = refusal(me.person_id, order, name, me.seating, **me.wishing)
        return _form_page(form, action, order) if refused is None else _not_offered(refused, order)
    try:
        given = answers_of(form, action.asks, today=me.today, lenient=False)
        proceed(
            ORDER.name,
            order_id,
            name,
            by=Actor.person(current_person()),
            given=given,
            now=me.now,
            version=form.shown_version(),
            request_key=form.key(),
        )
    except Missing as missing:
        blame(form, missing.errors)
        return _form_page(form, action, order), 422
    except Refused as refused:
        return kept_text(refused, form)
    flash(action.done or f"{action.label}：已办理", "success")
    return redirect(url_for("orders.show", order_id=order_id))


def _known(name: str) -> Action:
    try:
        action = ORDER.action(name)
    except KeyError as error:
        raise NotFoundError("没有这个办理事项") from error
    if action is commands.DRAFT:
        raise NotFoundError("督办单从逾期清单或者问题页面起草")
    return action


def _form(action: Action, order: Proceeding, me: Standing) -> ActionForm:
    if request.method == "POST":
        return asked_form(action.asks, None, me)
    asked = action.asks
    choices = asking.choices_for(asked, None, owner=f"person {me.person_id}", today=me.today)
    known = {question.name: showing.kept(order, question) for question in asked if question.keep}
    form = asking.form_for(asked, choices=choices)(data=typed(action, known))
    form.version.data = str(order.version)
    return form


def _form_page(form: ActionForm, action: Action, order: Proceeding) -> str:
    url = url_for("orders.act", order_id=order.id, name=action.name)
    return render_template("supervision/act.html", form=form, action=action, order=order, url=url)


def _not_offered(refused: Refused, order: Proceeding) -> ResponseReturnValue:
    return not_offered(refused, what="督办单", url=url_for("orders.show", order_id=order.id))


# -- Drafting ----------------------------------------------------------------------------------------------------------


@bp.post("/draft")
def draft() -> ResponseReturnValue:
    """Draft orders for the ticked problems, one a unit; tells which could not be put in, and why."""
    me = my_standing()
    if not any(me.units(role) for role in commands.DRAFT.roles if role.value != "system"):
        raise NotYours("督办单由督查考核办公室起草和签发；调度室可以催办", commands.DRAFT.roles)
    ids = list(dict.fromkeys(key for key in request.form.getlist("ids", type=int) if key > 0))
    if not ids:
        flash("还没有勾选要督办的问题", "warning")
        return redirect(_back())
    wanted = ids[:MOST_AT_ONCE]
    numbers = numbers_of(me, wanted)
    drafted = commands.draft_for(
        wanted,
        level=FIRST_LEVEL,
        by=Actor.person(current_person()),
        now=me.now,
        may_see=numbers.__contains__,
    )
    _tell(drafted, numbers, left_out=len(ids) - MOST_AT_ONCE)
    if len(drafted.orders) == 1:
        return redirect(url_for("orders.show", order_id=drafted.orders[0]))
    if drafted.orders:
        return redirect(url_for("listings.show", name="orders", state=commands.DRAFT_STATES[0]))
    return redirect(_back())


def _back() -> str:
    return url_for("listings.show", name="overdue")


def _tell(drafted: commands.Drafted, numbers: dict[int, str], *, left_out: int) -> None:
    if drafted.orders:
        flash(f"已起草 {len(drafted.orders)} 份督办单，核对后签发", "success")
    for reason in dict.fromkeys(drafted.refused.values()):
        these = [numbers.get(key) for key, why in drafted.refused.items() if why == reason]
        known = [number for number in these if number][:NAMED]
        named = f"（{'、'.join(known)}）" if known else ""
        flash(f"{len(these)} 件没有列入：{reason}{named}", "error")
    if left_out > 0:
        flash(f"一次最多列入 {MOST_AT_ONCE} 件，还有 {left_out} 件没有处理", "warning")
