"""代理: who stands in for me and for whom I stand in; the system administrator does it for somebody who fell ill."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.notices.messages import write_messages
from helpdesk.org import commands, queries
from helpdesk.org.forms import SubstituteForm
from helpdesk.org.independence import NO_ADMINISTRATORS
from helpdesk.org.login import current_person, needs_admin
from helpdesk.org.models import Person, Substitute
from helpdesk.org.substituting import candidates
from helpdesk.pages import day_words, moment_words
from workflows.engine import Missing

bp = Blueprint("substitutes", __name__)

NAMED, TAKEN_BACK = "substitute_named", "substitute_ended"


@bp.route("/account/substitutes", methods=["GET", "POST"])
def mine() -> ResponseReturnValue:
    """我的代理: name a substitute; whom I have named, and for whom I stand in."""
    return _page_or_naming(current_person())


@bp.post("/account/substitutes/<int:naming_id>/end")
def end_mine(naming_id: int) -> ResponseReturnValue:
    """收回."""
    return _end(naming_id, current_person().id)


@bp.route("/people/<int:person_id>/substitutes", methods=["GET", "POST"])
@needs_admin("system")
def of_person(person_id: int) -> ResponseReturnValue:
    """The same for somebody who cannot do it himself."""
    return _page_or_naming(queries.get_person(person_id))


@bp.post("/people/<int:person_id>/substitutes/<int:naming_id>/end")
@needs_admin("system")
def end_of_person(person_id: int, naming_id: int) -> ResponseReturnValue:
    """收回, in his place."""
    return _end(naming_id, person_id)


def _page_or_naming(person: Person) -> ResponseReturnValue:
    form, today, key = SubstituteForm(), clock.today(), person.id
    form.offer(candidates(person, today))
    if not form.is_submitted():
        form.from_on.data = form.from_on.data or today
        return _page(person, form, today)
    if not form.validate():
        return _page(person, form, today), 422
    try:
        row = _name(key, form, today)
    except Missing as missing:
        for name, words in missing.errors.items():
            form[name].errors = [words]
        return _page(queries.get_person(key), form, today), 422
    flash(f"已指定{row.substitute.name}代理，{_span(row, today)}；已通知代理人。", "success")
    return redirect(_address(key))


def _name(person_id: int, form: SubstituteForm, today: date) -> Substitute:
    assert form.from_on.data
    assert form.until_on.data
    return commands.name_substitute(
        person_id,
        form.substitute.data,
        (form.from_on.data, form.until_on.data),
        reason=form.reason.data or None,
        by=current_person(),
        now=clock.now(),
        today=today,
        tell=lambda row: _tell(NAMED, row),
    )


def _end(naming_id: int, person_id: int) -> ResponseReturnValue:
    row = commands.end_substitute(
        naming_id,
        person_id=person_id,
        by=current_person(),
        now=clock.now(),
        today=clock.today(),
        tell=lambda row: _tell(TAKEN_BACK, row),
    )
    flash(f"已收回，{row.substitute.name}不再代理；已通知本人。", "success")
    return redirect(_address(person_id))


def _address(person_id: int) -> str:
    if person_id == current_person().id:
        return url_for("substitutes.mine")
    return url_for("substitutes.of_person", person_id=person_id)


# -- Telling -----------------------------------------------------------------------------------------------------------


def _tell(name: str, row: Substitute) -> None:
    """The substitute hears of it, and the absent one where somebody else did it for him."""
    me, today = current_person(), clock.today()
    facts = {
        "absent": row.person.name,
        "substitute": row.substitute.name,
        "from_on": day_words(row.from_on, today),
        "until_on": day_words(row.until_on, today),
        "reason": row.reason,
        "by": me.name,
    }
    readers = [row.substitute] if me.id == row.person_id else [row.substitute, row.person]
    path = url_for("substitutes.mine")
    write_messages(name, readers, facts, cause=f"substitute{row.id}.{name[11:]}", path=path, now=clock.now())


# -- The page ----------------------------------------------------------------------------------------------------------


def _page(person: Person, form: SubstituteForm, today: date) -> str:
    mine = person.id == current_person().id
    own = [_line(row, row.substitute, today) for row in queries.substitutes_named(person.id)]
    others = [_line(row, row.person, today) for row in queries.namings_for(person.id)]
    return render_template(
        "org/substitutes.html",
        person=person,
        mine=mine,
        form=form,
        refused=NO_ADMINISTRATORS if person.roles else "" if person.active else "这个账号已停用，不能指定代理人。",
        here=[each for each in own if each["lasts"]],
        gone=[each for each in own if not each["lasts"]],
        for_others=[each for each in others if each["lasts"]],
        for_others_gone=[each for each in others if not each["lasts"]],
        through_others=_through_others(person, today),
    )


def _line(row: Substitute, other: Person, today: date) -> dict[str, Any]:
    lasts = row.ended_at is None and row.until_on >= today
    return {
        "id": row.id,
        "name": other.name,
        "title": other.title,
        "span": _span(row, today),
        "reason": row.reason,
        "lasts": lasts,
        "state": _state(row, today),
        "running": lasts and row.from_on <= today,
    }


def _span(row: Substitute, today: date) -> str:
    return f"{day_words(row.from_on, today)}至{day_words(row.until_on, today)}"


def _state(row: Substitute, today: date) -> str:
    if row.ended_at:
        return f"{moment_words(row.ended_at, today)}收回"
    if row.until_on < today:
        return "已到期"
    return "代理中" if row.from_on <= today else "还没有开始"


def _through_others(person: Person, today: date) -> list[str]:
    """Those for whom he stands in because he stands in for their substitute."""
    direct = {row.for_id for row in queries.substitutes_on(today) if row.person_id == person.id}
    indirect = queries.seating(today).stand_ins_of(person.id)
    return [f"{each.for_name}（到{day_words(each.until_on, today)}）" for each in indirect if each.for_id not in direct]
