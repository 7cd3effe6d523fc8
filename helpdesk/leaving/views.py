"""离任交接: what is of somebody's turn, handed over kind by kind, with its record; then the account closes."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.errors import not_offered
from helpdesk.forms import blame
from helpdesk.leaving import commands, queries
from helpdesk.leaving.forms import CloseForm, HandOverForm
from helpdesk.leaving.providers import PROVIDERS, HandOver, Thing
from helpdesk.org import queries as org_queries
from helpdesk.org.login import current_person, is_admin
from helpdesk.org.models import Person
from helpdesk.org.staffing import words_of
from helpdesk.problems.cases import Standing
from helpdesk.problems.queries import standing
from workflows.engine import Missing, NotNow, NotYours
from workflows.roles import Role

bp = Blueprint("leaving", __name__)


@bp.get("/people/<int:person_id>/leaving")
def show(person_id: int) -> ResponseReturnValue:
    """What he has, what became of it, and who may hand over what."""
    _refuse_strangers(person_id)
    return _page(person_id)


@bp.post("/people/<int:person_id>/leaving/<kind>")
def hand(person_id: int, kind: str) -> ResponseReturnValue:
    """转交: the ticked things of one kind to one successor."""
    _refuse_strangers(person_id)
    provider, form = commands.provider(kind), _form(person_id, commands.provider(kind))
    if not form.validate():
        return _page(person_id, form, kind), 422
    try:
        count = commands.hand_over(
            person_id,
            kind,
            request.form.getlist("keys", type=int),
            successor_id=form.successor.data,
            reason=form.reason.data or "",
            by_id=current_person().id,
            now=clock.now(),
        )
    except Missing as missing:
        blame(form, missing.errors)
        return _page(person_id, form, kind), 422
    except NotNow as refused:
        return _refused(refused, person_id)
    flash(f"{provider.label}：已转交 {count} 项。", "success")
    return redirect(url_for("leaving.show", person_id=person_id))


@bp.post("/people/<int:person_id>/leaving/close")
def close(person_id: int) -> ResponseReturnValue:
    """办结离任: the posts end, the account closes."""
    if not is_admin(current_person(), "system"):
        raise NotYours("停用账号由系统管理员办理", ())
    form = CloseForm()
    if not form.validate():
        return _page(person_id, form, "close"), 422
    assert form.last_on.data
    try:
        commands.close(person_id, last_on=form.last_on.data, by_id=current_person().id, now=clock.now())
    except Missing as missing:
        blame(form, missing.errors)
        return _page(person_id, form, "close"), 422
    except NotNow as refused:
        return _refused(refused, person_id)
    flash(f"{org_queries.get_person(person_id).name}已办完离任，账号已停用。", "success")
    return redirect(url_for("org.person", person_id=person_id))


def _refused(refused: NotNow, person_id: int) -> ResponseReturnValue:
    return not_offered(refused, what="离任交接", url=url_for("leaving.show", person_id=person_id))


def _refuse_strangers(person_id: int) -> None:
    """The system administrator, and whoever leads a group in which he has a post or handles a problem."""
    me = current_person()
    if is_admin(me, "system"):
        return
    led = _standing(me).units(Role.GROUP_LEAD)
    if person_id == me.id or not led & queries.units_of(person_id, clock.today()):
        raise NotYours("离任交接由系统管理员和本组组长、联络员办理", ())


def _standing(person: Person) -> Standing:
    return standing(person.id, clock.now())


def _form(person_id: int, kind: HandOver) -> HandOverForm:
    form = HandOverForm(prefix=kind.name)
    form.offer(_successors(person_id, kind))
    return form


def _successors(person_id: int, kind: HandOver) -> list[tuple[int, str]]:
    """Everybody with a post; for a group's problems those whom the group may name as handlers."""
    today = clock.today()
    if not kind.by_lead:
        return [each for each in org_queries.people_with_posts(today) if each[0] != person_id]
    led = _standing(current_person()).units(Role.GROUP_LEAD)
    found = {each.id: each.name for unit in sorted(led) for each in org_queries.handlers_of(unit, today)}
    return [each for each in found.items() if each[0] != person_id]


# -- The page ----------------------------------------------------------------------------------------------------------


def _page(person_id: int, sent: Any = None, of: str = "") -> str:
    person, me, now = org_queries.get_person(person_id), current_person(), clock.now()
    left = commands.left(person_id, now)
    form = sent if of == "close" else CloseForm(formdata=None)
    form.last_on.data = form.last_on.data or clock.today()
    return render_template(
        "leaving/show.html",
        person=person,
        kinds=[_kind(each, things, me, sent if of == each.name else None, person_id) for each, things in left],
        records=[_record(each) for each in queries.records_of(person_id)],
        posts=[words_of(each) for each in queries.posts(person_id, clock.today())],
        administers=is_admin(me, "system"),
        own=me.id == person_id,
        form=form,
    )


def _kind(kind: HandOver, things: Any, me: Person, sent: HandOverForm | None, person_id: int) -> dict[str, Any]:
    now = clock.now()
    mine = [each for each in things if not each.refused and commands.may_hand(kind, each, me, now)]
    form = sent
    if form is None:
        form = HandOverForm(formdata=None, prefix=kind.name)
        form.offer(_successors(person_id, kind))
    ticked = set(request.form.getlist("keys", type=int)) if sent else {each.key for each in mine}
    return {
        "name": kind.name,
        "label": kind.label,
        "hint": kind.hint,
        "things": [_thing(each, mine, ticked, kind) for each in things],
        "mine": bool(mine),
        "form": form,
        "count": len(things),
    }


def _thing(thing: Thing, mine: list[Thing], ticked: set[int], kind: HandOver) -> dict[str, Any]:
    who = thing.refused
    if not who and thing not in mine:
        who = _leads(thing) if kind.by_lead else "由系统管理员转交"
    seen = thing.path and not is_admin(current_person(), "system")
    return {
        "key": thing.key,
        "words": thing.words,
        "url": thing.path if seen else "",
        "mine": thing in mine,
        "ticked": thing.key in ticked,
        "who": who,
    }


def _leads(thing: Thing) -> str:
    holders = org_queries.seating(clock.today()).holders(Role.GROUP_LEAD, thing.unit_id)
    names = "、".join(each.name for each in holders)
    return f"由责任组转交：{names}" if names else "责任组没有组长、联络员，请先任职"


def _record(row: Any) -> dict[str, Any]:
    return {
        "words": row.words,
        "kind": next((each.label for each in PROVIDERS if each.name == row.kind), row.kind),
        "to": row.successor.name,
        "at": row.at,
        "by": row.by_name,
        "reason": row.reason,
    }
