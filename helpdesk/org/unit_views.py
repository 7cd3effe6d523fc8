"""机构: the tree of units with their people and history, for everybody to read; changed by the system administrator."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.errors import NotFoundError, not_offered
from helpdesk.forms import blame
from helpdesk.leaving.queries import in_the_way
from helpdesk.org import queries, staff_queries, units
from helpdesk.org.commands import in_one_transaction
from helpdesk.org.login import current_person, is_admin, needs_admin
from helpdesk.org.models import DUTY_LABELS, Duty, Unit, UnitKind
from helpdesk.org.staff_forms import UnitForm
from helpdesk.pages import day_words
from workflows.engine import Missing, NotNow

bp = Blueprint("units", __name__)

ASKS = {
    "rename": ("更名", ("name", "from_on", "document")),
    "move": ("调整隶属", ("parent", "from_on", "document")),
    "merge": ("并入其他单位", ("into", "document")),
    "dissolve": ("撤销", ("document",)),
}
"""What may become of a unit, and what each change asks; merging and dissolving hold from today on."""
HINTS = {
    "rename": "已经印发的文书、通报保留当时的名称；名录和台账显示新名称，并注明曾用名",
    "move": "只改变在机构树里的位置，不影响岗位和正在办理的问题",
    "merge": "从今天起并入：人员任职和下级单位一并转入；没有办结的问题、督办单、通报要先由调度室、督查考核办公室改派或办结",
    "dissolve": "从今天起撤销：还有人员任职、下级单位或者没有办结的事，不能撤销",
}


@bp.get("/units")
def index() -> ResponseReturnValue:
    """机构: the tree."""
    today = clock.today()
    known, heads, former = staff_queries.all_units(), staff_queries.heads(today), staff_queries.former_names()
    keys = {each.id for each in known if each.ended_on is None}
    below: dict[int | None, list[Unit]] = {}
    for each in known:
        if each.ended_on is None:
            below.setdefault(each.parent_id if each.parent_id in keys else None, []).append(each)

    def branch(parent: int | None) -> list[dict[str, Any]]:
        return [
            {"unit": each, "count": heads[each.id], "former": former.get(each.id, ()), "below": branch(each.id)}
            for each in below.get(parent, ())
        ]

    return render_template(
        "org/units.html",
        tree=branch(None),
        gone=[each for each in known if each.ended_on],
        administers=is_admin(current_person(), "system"),
    )


@bp.get("/units/<int:unit_id>")
def show(unit_id: int) -> ResponseReturnValue:
    """One unit: what it is, its people, what became of it."""
    unit, today = staff_queries.get_unit(unit_id), clock.today()
    administers = is_admin(current_person(), "system")
    parent = staff_queries.get_unit(unit.parent_id) if unit.parent_id else None
    return render_template(
        "org/unit.html",
        unit=unit,
        kind=units.KIND_LABELS[UnitKind(unit.kind)],
        parent=parent,
        below=staff_queries.children_of(unit_id),
        former=staff_queries.former_names().get(unit_id, ()),
        people=[_line(each, today, administers=administers) for each in staff_queries.posts_in(unit_id, today)],
        events=[_event(each, unit_id, today) for each in staff_queries.events_of(unit_id)],
        administers=administers,
        changes=_changes(unit) if administers and unit.ended_on is None else (),
    )


def _changes(unit: Unit) -> list[tuple[str, str]]:
    barred = ("merge", "dissolve") if UnitKind(unit.kind) in units.ONLY_ONE else ()
    return [(name, label) for name, (label, _) in ASKS.items() if name not in barred]


def _line(post: Any, today: Any, *, administers: bool) -> dict[str, Any]:
    return {
        "name": post.person.name,
        "url": url_for("org.person", person_id=post.person_id) if administers else None,
        "duty": DUTY_LABELS[Duty(post.duty)],
        "title": post.person.title,
        "since": day_words(post.from_on, today) + "起" + ("（还没有到任）" if post.from_on > today else ""),
        "until": f"至{day_words(post.until_on, today)}" if post.until_on else "",
    }


def _event(row: Any, unit_id: int, today: Any) -> dict[str, str]:
    if row.unit_id != unit_id and row.kind == units.MERGED:
        words = f"{row.name}并入"
    elif row.unit_id != unit_id:
        words = f"{row.name}划归本单位"
    elif row.kind == units.RENAMED:
        words = f"由“{row.former_name}”更名为“{row.name}”"
    elif row.kind == units.MERGED:
        words = f"并入{row.other.name}"
    elif row.kind == units.MOVED:
        words = f"上级单位改为{row.other.name}" if row.other else "不再有上级单位"
    else:
        words = units.LABELS[row.kind]
    return {"day": day_words(row.from_on, today), "words": words, "document": row.document, "by": row.by_name}


# -- Changes -----------------------------------------------------------------------------------------------------------


@bp.route("/units/new", methods=["GET", "POST"])
@needs_admin("system")
def new() -> ResponseReturnValue:
    """新设单位."""
    form = UnitForm().asking(("name", "kind", "parent", "phone", "from_on", "document"))
    form.offer("parent", "没有上级单位", _choices())
    if request.method == "GET":
        form.parent.data = request.args.get("parent", type=int) or form.parent.data
        form.from_on.data = clock.today()
    return _answer(form, "新设单位", "", None, "new")


@bp.route("/units/<int:unit_id>/<any(rename, move, merge, dissolve):what>", methods=["GET", "POST"])
@needs_admin("system")
def change(unit_id: int, what: str) -> ResponseReturnValue:
    """更名, 调整隶属, 并入, 撤销."""
    unit = staff_queries.get_unit(unit_id)
    if unit.ended_on:
        raise NotFoundError("这个单位已经撤销")
    label, asks = ASKS[what]
    form = UnitForm(data={"name": unit.name, "parent": unit.parent_id, "from_on": clock.today()}).asking(asks)
    others = [(key, name) for key, name in _choices() if key != unit_id]
    if what == "move":
        form.offer("parent", "没有上级单位", others)
    if what == "merge":
        same = {each.id for each in staff_queries.standing_units() if each.kind == unit.kind}
        form.offer("into", "请选择", [each for each in others if each[0] in same])
    return _answer(form, f"{label}：{unit.name}", HINTS[what], unit_id, what)


def _choices() -> list[tuple[int, str]]:
    return [(each.id, each.name) for each in staff_queries.standing_units()]


def _answer(form: UnitForm, title: str, hint: str, unit_id: int | None, what: str) -> ResponseReturnValue:
    if not form.is_submitted():
        return _page(form, title, hint, unit_id)
    if not form.validate():
        return _page(form, title, hint, unit_id), 422
    by_id = current_person().id
    try:
        key = in_one_transaction(lambda: _done(form, unit_id, what, by_id))
    except Missing as missing:
        blame(form, missing.errors)
        return _page(form, title, hint, unit_id), 422
    except NotNow as refused:
        url = url_for("units.show", unit_id=unit_id) if unit_id else url_for("units.index")
        return not_offered(refused, what="机构", url=url)
    flash("机构已调整。" if unit_id else "单位已新设。", "success")
    return redirect(url_for("units.show", unit_id=key))


def _done(form: UnitForm, unit_id: int | None, what: str, by_id: int) -> int:
    today = clock.today()
    from_on = (form.from_on.data if "from_on" in form else None) or today
    if from_on > today:
        raise Missing({"from_on": "不能晚于今天；到了那一天再来调整"})
    made = units.Change(queries.get_person(by_id), form.document.data or "", from_on, clock.now())
    if unit_id is None:
        kind = UnitKind(form.kind.data)
        return units.found(form.name.data or "", kind, form.parent.data or None, form.phone.data, made).id
    if what == "rename":
        return units.rename(unit_id, form.name.data or "", made).id
    if what == "move":
        return units.move(unit_id, form.parent.data or None, made).id
    if what == "merge":
        return units.merge(unit_id, form.into.data, made, in_the_way=in_the_way).id
    return units.dissolve(unit_id, made, in_the_way=in_the_way).id


def _page(form: UnitForm, title: str, hint: str, unit_id: int | None) -> str:
    return render_template("org/unit_form.html", form=form, page_title=title, hint=hint, unit_id=unit_id)
