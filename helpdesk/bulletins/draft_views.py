"""Doors to the making of a bulletin: a new draft, its text, and every act of its process."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from helpdesk.bulletins import commands, queries, standing, text, values
from helpdesk.bulletins.forms import DraftForm, text_form
from helpdesk.bulletins.freezing import now_told
from helpdesk.bulletins.models import Bulletin
from helpdesk.bulletins.periods import Span, asked_for, containing
from helpdesk.bulletins.views import bp, page
from helpdesk.errors import NotFoundError, StaleError, not_offered
from helpdesk.forms import ActionForm, answers_of, blame
from helpdesk.org.login import current_person
from helpdesk.org.queries import groups
from helpdesk.problems.actors import Actor
from helpdesk.problems.cases import Standing
from helpdesk.problems.views import asked_form, my_standing
from helpdesk.proceedings.standing import refusal
from workflows.bulletin import BULLETIN
from workflows.calendar import ONE_DAY
from workflows.engine import Missing, NotNow, NotYours, Refused
from workflows.roles import LABELS
from workflows.terms import Action

EDIT = next(action.name for action in BULLETIN.actions if standing.edits(action))
QUESTIONS = {"from": "first_on", "until": "until_on"}
MARKED = 400  # values of a page that is about to be issued


# -- A new one ---------------------------------------------------------------------------------------------------------


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Choose days and scope; the draft is written from the figures."""
    me = my_standing()
    if not standing.writes(me):
        who = tuple(sorted(standing.WRITERS))
        raise NotYours(f"通报由{'、'.join(LABELS[role] for role in who)}起草", who)
    form = DraftForm(data=_proposed(me))
    form.group.choices = [SelectChoice("", "全区"), *(SelectChoice(str(unit.id), unit.name) for unit in groups())]
    if request.method == "GET":
        return _new_page(form)
    try:
        done = _drafted(form, me)
    except Missing as missing:
        blame(form, {QUESTIONS.get(name, name): words for name, words in missing.errors.items()})
        return _new_page(form), 422
    except NotNow as refused:
        form.form_errors.append(refused.message)
        return _new_page(form), 409
    flash(done.action.done)
    return redirect(url_for("bulletins.show", bulletin_id=done.proceeding_id))


def _drafted(form: DraftForm, me: Standing) -> Any:
    if not form.validate():
        raise Missing({name: "".join(map(str, words)) for name, words in form.errors.items() if name})
    period = asked_for(Span(form.span.data), form.first_on.data, form.until_on.data, me.today)
    return commands.draft(
        period,
        group_id=int(form.group.data) if form.group.data else None,
        by=Actor.person(current_person()),
        now=me.now,
        replaces=int(form.replaces.data) if (form.replaces.data or "").isdecimal() else None,
        request_key=(form.request_key.data or "")[:64] or None,
    )


def _proposed(me: Standing) -> dict[str, Any]:
    """Last week, or the days of the bulletin that is to be withdrawn."""
    replaced = queries.find(request.args.get("replaces", type=int))
    if replaced is not None:
        group = str(replaced.group_id or "")
        return {
            "span": replaced.span,
            "first_on": replaced.first_on,
            "until_on": replaced.until_on,
            "group": group,
            "replaces": str(replaced.id),
        }
    week = containing(Span.WEEK, me.today - 7 * ONE_DAY)
    return {"span": Span.WEEK.value, "first_on": week.first_on, "until_on": week.until_on}


def _new_page(form: DraftForm) -> str:
    replaced = queries.find(int(form.replaces.data)) if (form.replaces.data or "").isdecimal() else None
    return render_template("bulletins/new.html", form=form, replaced=replaced)


# -- Its text ----------------------------------------------------------------------------------------------------------


@bp.route("/<int:bulletin_id>/edit", methods=["GET", "POST"])
def edit(bulletin_id: int) -> ResponseReturnValue:
    """The words around the figures."""
    me = my_standing()
    bulletin = standing.get_for(me, bulletin_id)
    if not any(standing.edits(offer.action) for offer in standing.offers(me, bulletin.proceeding)):
        return _not_offered(_refusal(EDIT, bulletin, me), bulletin)
    told = now_told(bulletin, me.now)
    row = bulletin.proceeding
    shown = {"bulletin_title": row.title, "version": str(row.version), **text.written(bulletin.text)}
    form = text_form()(data=shown)
    fields = values.in_order(told.values)
    if request.method == "GET":
        return render_template("bulletins/edit.html", form=form, bulletin=bulletin, fields=fields)
    try:
        _saved(form, bulletin, told.values, me)
    except Missing as missing:
        blame(form, missing.errors)
        return render_template("bulletins/edit.html", form=form, bulletin=bulletin, fields=fields), 422
    except StaleError as stale:
        form.form_errors.append(f"{stale.message}；您写的内容还在下面，请复制后重新打开修改")
        return render_template("bulletins/edit.html", form=form, bulletin=bulletin, fields=fields), 409
    flash(BULLETIN.action(EDIT).done)
    return redirect(url_for("bulletins.show", bulletin_id=bulletin_id))


def _saved(form: Any, bulletin: Bulletin, known: values.Values, me: Standing) -> None:
    """What is wrong is named, with its place; nothing is saved then, and everything stays in the form."""
    written = text.read({each.name: form[each.name].data or "" for each in text.SECTIONS})
    text.refuse_wrong(written, known)
    version = form.version.data or ""
    commands.act(
        bulletin.id,
        EDIT,
        by=Actor.person(current_person()),
        given={"bulletin_title": (form.bulletin_title.data or "").strip(), "text": written},
        now=me.now,
        version=int(version) if version.isdecimal() else None,
        request_key=(form.request_key.data or "")[:64] or None,
    )


# -- Acts --------------------------------------------------------------------------------------------------------------


@bp.route("/<int:bulletin_id>/do/<name>", methods=["GET", "POST"])
def act(bulletin_id: int, name: str) -> ResponseReturnValue:
    """The form of an act, and the act itself: one route for all of them."""
    action = _known(name)
    me = my_standing()
    bulletin = standing.get_for(me, bulletin_id)
    offer = next((each for each in standing.offers(me, bulletin.proceeding) if each.action is action), None)
    form = asked_form(offer.fields if offer else (), None, me)
    if request.method == "GET":
        if offer is None:
            return _not_offered(_refusal(action.name, bulletin, me), bulletin)
        return _act_page(form, action, bulletin, me)
    try:
        done = commands.act(
            bulletin_id, name, by=Actor.person(current_person()), now=me.now, **_given(form, action, me)
        )
    except Missing as missing:
        return _came_back(missing, form, action, bulletin_id)
    except StaleError as stale:
        return _act_page(form, action, queries.get(bulletin_id), me, refused=stale), 409
    except (NotNow, NotYours) as refused:
        return _not_offered(refused, queries.get(bulletin_id))
    flash(done.action.done)
    return redirect(url_for("bulletins.show", bulletin_id=bulletin_id))


def _not_offered(refused: Refused | None, bulletin: Bulletin) -> ResponseReturnValue:
    refused = refused or NotNow("这一步由系统在别的步骤里一并办理")
    return not_offered(refused, what="通报", url=url_for("bulletins.show", bulletin_id=bulletin.id))


def _refusal(action: str, bulletin: Bulletin, me: Standing) -> Refused | None:
    return refusal(me.person_id, bulletin.proceeding, action, me.seating, **me.wishing)


def _known(name: str) -> Action:
    try:
        return BULLETIN.action(name)
    except KeyError:
        raise NotFoundError("没有这个事项") from None


def _given(form: ActionForm, action: Action, me: Standing) -> dict[str, Any]:

    given = answers_of(form, form.asked, today=me.today, lenient=False)
    if action.numbers:
        given["seen"] = _seen()
    return {"given": given, "version": form.shown_version(), "request_key": form.key()}


def _seen() -> dict[str, str]:
    """The figures that stood on the page when the button was pressed."""
    pairs = [each.partition("=") for each in request.form.getlist("seen")[:MARKED]]
    return {name: words for name, _, words in pairs}


def _came_back(missing: Missing, form: ActionForm, action: Action, bulletin_id: int) -> ResponseReturnValue:
    me, bulletin = my_standing(), queries.get(bulletin_id)
    about_text = {name for name in missing.errors if name in text.LABELS}
    if about_text:
        words = "；".join(missing.errors[name] for name in sorted(about_text))
        return _act_page(form, action, bulletin, me, refused=NotNow(f"文稿有错，不能印发：{words}")), 422
    blame(form, missing.errors)
    return _act_page(form, action, bulletin, me), 422


def _act_page(
    form: ActionForm, action: Action, bulletin: Bulletin, me: Standing, refused: Refused | None = None
) -> str:
    told = now_told(bulletin, me.now) if action.numbers else None
    used = _used(bulletin, told.values) if told else {}
    form.version.data = str(bulletin.proceeding.version)
    return render_template(
        "bulletins/act.html", form=form, action=action, bulletin=bulletin, seen=used, refused=refused
    )


def _used(bulletin: Bulletin, known: values.Values) -> dict[str, str]:
    """The figures that the text tells."""
    names = {name.strip() for each in bulletin.text.values() for line in each for name in text.fields_in(line)}
    return {name: known[name] for name in sorted(names) if name in known}


# -- Receipts ----------------------------------------------------------------------------------------------------------


@bp.route("/receipts/<int:receipt_id>", methods=["GET", "POST"])
def receipt(receipt_id: int) -> ResponseReturnValue:
    """What a unit was sent, to be read and signed."""
    me = my_standing()
    row = standing.receipt_for(me, receipt_id)
    bulletin = queries.get(row.parent_id or 0)
    offer = next(iter(offers), None) if (offers := _signing(me, row)) else None
    form = asked_form(offer.fields if offer else (), None, me)
    if request.method == "GET" or offer is None:
        if request.method == "POST":
            raise NotNow("已经签收过，或者这份通报不再需要签收")
        return page(bulletin, me, receipt=row, sign=offer, form=form)

    try:
        given = answers_of(form, form.asked, today=me.today, lenient=False)
        by = Actor.person(current_person())
        done = commands.acknowledge(receipt_id, by=by, given=given, now=me.now, request_key=form.key())
    except Missing as missing:
        blame(form, missing.errors)
        return page(bulletin, me, receipt=row, sign=offer, form=form), 422
    flash(done.action.done)
    return redirect(url_for("bulletins.receipt", receipt_id=receipt_id))


def _signing(me: Standing, row: Any) -> list[Any]:
    return [each for each in standing.offers(me, row) if each.action.does.get("all")]


@bp.post("/<int:bulletin_id>/remind")
def remind(bulletin_id: int) -> ResponseReturnValue:
    """Urge every unit that has not signed."""
    me = my_standing()
    bulletin = standing.get_for(me, bulletin_id)
    if not standing.writes(me):
        raise NotYours("催签由起草通报的单位办理", tuple(sorted(standing.WRITERS)))
    urged = commands.remind(bulletin.id, by=Actor.person(current_person()), now=me.now)
    flash(f"已向 {urged} 个单位催签" if urged else "各单位都已经签收")
    return redirect(url_for("bulletins.show", bulletin_id=bulletin_id) + "#receipts")
