"""The pages of lists, the files made of them, and urging from a list."""

import tempfile
from collections.abc import Callable, Iterable
from typing import IO, Any
from urllib.parse import quote

from flask import Blueprint, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from helpdesk.clock import local
from helpdesk.errors import NotFoundError, wants_json
from helpdesk.listings import commands, queries, sheets, showing
from helpdesk.listings.catalogue import LISTINGS
from helpdesk.listings.choosing import COLUMNS, Chosen, choose, columns_in_words, columns_of, table_of
from helpdesk.listings.exporting import about_of as about_of
from helpdesk.listings.exporting import take_out, title_of
from helpdesk.listings.registers import PEOPLE, TOLD, posted
from helpdesk.listings.terms import About, Line, Listing, Table
from helpdesk.listings.words import Reading
from helpdesk.notices.queries import told_to
from helpdesk.org.login import current_person
from helpdesk.org.queries import everybody
from helpdesk.org.roles import SEATS
from helpdesk.org.views import calls_people
from helpdesk.pages import Visitor
from helpdesk.problems.commands import Actor
from helpdesk.problems.views import my_standing
from helpdesk.security import new_request_key
from workflows.engine import NotYours
from workflows.problem import PROBLEM
from workflows.roles import LABELS, Role
from workflows.terms import Phase

bp = Blueprint("listings", __name__, url_prefix="/lists")

MOST_AT_ONCE = 200  # problems urged with one click
NAMED = 10  # official numbers told in one message


# -- Who may -----------------------------------------------------------------------------------------------------------


def _listing(name: str) -> Listing:
    """The list of that name, if this person may open it."""
    listing = LISTINGS.get(name)
    if listing is None:
        raise NotFoundError("没有这个清单")
    return admitted(listing)


def admitted(listing: Listing) -> Listing:
    """That list, if this person may open it; NotYours says who may."""
    seen = Visitor(roles=_my_roles(), duties=frozenset(role.name for role in current_person().roles))
    if not seen.handles:
        raise NotYours("管理员账号不参加问题办理，看不到问题清单", ())
    if not listing.open_to(seen.roles, handles=True):
        raise NotYours(
            f"“{listing.title}”供{_who(listing)}使用。与您有关的问题在“问题台账”里。", tuple(listing.by or ())
        )
    return listing


def _who(listing: Listing) -> str:
    """Whose list it is, in words."""
    if listing.by == SEATS.keys():
        return "调度室、督查考核办公室、各责任组组长、分管领导和领导小组"
    return "、".join(LABELS[role] for role in Role if role in (listing.by or ()))


def _my_roles() -> frozenset[Role]:
    me = my_standing()
    return frozenset(role for role in SEATS if me.units(role))


def may_urge(listing: Listing) -> bool:
    """Whether this person may tick rows of that list and urge them."""
    return listing.urges and bool(_my_roles().intersection(PROBLEM.action(commands.URGE).roles))


def bulk_actions(listing: Listing, chosen: Chosen) -> list[dict[str, Any]]:
    """What this person may do with ticked rows."""
    mine = _my_roles()
    found = [
        {"label": each.label, "url": url_for(each.endpoint)}
        for each in listing.bulks
        if each.by is None or each.by & mine
    ]
    if may_urge(listing):
        found.insert(0, {"label": "催办", "url": urge_url(listing, chosen), "asks": "催办要求（可以不填）"})
    return found


# -- The page ----------------------------------------------------------------------------------------------------------


@bp.get("/<name>")
def show(name: str) -> ResponseReturnValue:
    """A list as a page."""
    listing, reading = _listing(name), Reading(my_standing())
    chosen = choose(listing, request.args, reading)
    if len(request.args.getlist(COLUMNS)) > 1 and not chosen.unknown and not chosen.ignored:
        return redirect(_url_of(listing)(**chosen.address()))  # the long address of tick boxes is made a short one
    page = showing.page_of(listing, chosen, reading)
    shown = showing.rows(page.lines, columns_of(listing, chosen), reading, line_url_of(listing), why_url)
    return render_template(
        "listings/show.html",
        listing=listing,
        chosen=chosen,
        page=page,
        columns=showing.headings(listing, chosen, _url_of(listing)),
        rows=shown,
        groups=showing.groups(page, shown) if listing.grouped else None,
        start=(page.page - 1) * showing.PAGE + 1,
        filters=showing.filter_row(listing, chosen, reading),
        **_tools(listing, chosen),
        pager=showing.pager(page, chosen, _url_of(listing)),
        exports=_export_links(listing, chosen),
        bulk=bulk_actions(listing, chosen) if page.lines else [],
        begins=[each for each in listing.begins if each.offered(reading.me)],
        request_key=new_request_key(),
        q=chosen.values.get("q"),
        wide_paper=True,
    )


def _tools(listing: Listing, chosen: Chosen) -> dict[str, Any]:
    """What stands beside the filters: what they carry along, the way back to everything, and the choice of columns."""
    url, choice = _url_of(listing), chosen.address(page=None)
    return {
        "kept_beside": {name: value for name, value in choice.items() if name not in chosen.values},
        "clear_url": url(**chosen.address(page=None, sort=None, **dict.fromkeys(chosen.values))),
        "column_choices": showing.column_choices(listing, chosen),
        "column_kept": {name: value for name, value in choice.items() if name != COLUMNS},
        "standard_columns_url": url(**chosen.address(page=None, cols=None)) if chosen.columns else None,
    }


def _url_of(listing: Listing) -> showing.UrlOf:
    return lambda **parameters: url_for("listings.show", name=listing.name, **parameters)


def line_url_of(listing: Listing) -> Callable[[Line], str]:
    """Where the lines of a list lead: to their problems, where it does not say otherwise."""
    return listing.link or line_url


def line_url(line: Line) -> str:
    """Where a line leads."""
    endpoint = "problems.edit" if line.phase == Phase.START else "problems.show"
    return url_for(endpoint, problem_id=line.id)


def why_url(line: Line) -> str | None:
    """The explanation of a clock's due day, for whoever sees the problem."""
    clock_id = getattr(line, "clock_id", None)
    if clock_id is None or line.title is None:
        return None
    return url_for("clocks.show", problem_id=line.id, clock_id=clock_id)


def _export_links(listing: Listing, chosen: Chosen) -> list[dict[str, str]]:
    def link(label: str, ending: str, form: str | None = None) -> dict[str, str]:
        address = chosen.address(page=None, form=form, **({COLUMNS: None} if form else {}))
        return {"label": label, "url": url_for("listings.file", name=listing.name, ext=ending, **address)}

    others = [link(f"导出 Excel（{each.called}）", "xlsx", each.name) for each in listing.forms]
    return [link("导出 Excel", "xlsx"), *others, link("JSON", "json")]


def urge_url(listing: Listing, chosen: Chosen) -> str:
    """Where ticked rows are sent to be urged; it leads back to the same choice."""
    return url_for("listings.urge", name=listing.name, **chosen.address())


# -- Files -------------------------------------------------------------------------------------------------------------


@bp.get("/<name>.<any(xlsx, json):ext>")
def file(name: str, ext: str) -> ResponseReturnValue:
    """Everything chosen as a file; it is in the export log before it leaves."""
    listing, reading = _listing(name), Reading(my_standing())
    chosen = choose(listing, request.args, reading)
    form = _form(listing)
    columns = () if form else columns_in_words(listing, chosen)
    about = about_of(listing, chosen, reading, current_person().name, columns=columns)
    return made(form or table_of(listing, chosen), showing.everything(listing, chosen, reading), reading, about, ext)


def _form(listing: Listing) -> Table | None:
    """The other form that was asked for, whose columns are its own."""
    wanted = request.args.get("form")
    return next((each for each in listing.forms if each.name == wanted), None)


@bp.get("/people.<any(xlsx, json):ext>")
def people(ext: str) -> ResponseReturnValue:
    """人员名录 as a file, as far as its page shows it."""
    reading, words, unit_id = Reading(my_standing()), request.args.get("q", "").strip()[:30], _unit_asked()
    found = everybody(reading.today, words=words, unit_id=unit_id, inactive=False, limit=MOST_IN_A_REGISTER)
    filters = [("查找", words)] if words else []
    rows = posted(found, shows_phones=calls_people(current_person()))
    return made(PEOPLE, rows, reading, _about_register(PEOPLE, filters), ext)


def _unit_asked() -> int | None:
    return request.args.get("unit", type=int)


@bp.get("/notices.<any(xlsx, json):ext>")
def notices(ext: str) -> ResponseReturnValue:
    """My own notices as a file."""
    reading = Reading(my_standing())
    found = told_to(current_person().id, start=0, count=MOST_IN_A_REGISTER)
    return made(TOLD, found, reading, _about_register(TOLD, []), ext)


def _about_register(table: Table, filters: list[tuple[str, str]]) -> About:
    return About(title_of(table), current_person().name, filters)


MOST_IN_A_REGISTER = 10_000


def made(
    table: Listing | Table, lines: Iterable[Line], reading: Reading, about: About, ext: str
) -> ResponseReturnValue:
    """Write the file, put it into the export log, hand it out."""
    made = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    try:
        take_out(made, table, lines, reading, about, ext, person_id=reading.me.person_id)
    except BaseException:
        made.close()
        raise
    return _handed_out(made, table, ext, f"{local(reading.me.now):%Y%m%d}")


def _handed_out(made: IO[bytes], listing: Listing | Table, form: str, day: str) -> Response:
    """The file with its Chinese name, and a plain one for old browsers."""
    size = made.seek(0, 2)
    made.seek(0)
    response = send_file(made, mimetype=sheets.MEDIA_TYPES[form])
    response.content_length = size
    plain, chinese = f"{listing.name}-{day}.{form}", quote(f"{listing.title}-{day}.{form}", safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{chinese}"
    return response


# -- Urging ------------------------------------------------------------------------------------------------------------


@bp.post("/<name>/urge")
def urge(name: str) -> ResponseReturnValue:
    """催办 the ticked problems; tells how many were urged, and names those that could not be, with the reason."""
    listing = _listing(name)
    if not listing.urges:
        raise NotFoundError("这个清单不能催办")
    ids = list(dict.fromkeys(key for key in request.form.getlist("ids", type=int) if key > 0))
    me = my_standing()
    numbers = queries.numbers_of(me, ids[:MOST_AT_ONCE])
    urged = commands.urge_many(
        ids[:MOST_AT_ONCE],
        words=request.form.get("words", "").strip(),
        by=Actor.person(current_person()),
        now=me.now,
        request_key=request.form.get("request_key", "")[:40] or None,
    )
    if wants_json():
        return jsonify(_as_json(urged, numbers))
    _tell(urged, numbers, left_out=len(ids) - MOST_AT_ONCE)
    chosen = choose(listing, request.args, Reading(me))
    return redirect(_url_of(listing)(**chosen.address()))


def _as_json(urged: commands.Urged, numbers: dict[int, str]) -> dict[str, Any]:
    refused = [{"id": key, "number": numbers.get(key), "reason": reason} for key, reason in urged.refused.items()]
    return {"urged": len(urged.done), "refused": refused}


def _tell(urged: commands.Urged, numbers: dict[int, str], *, left_out: int) -> None:
    if not urged.done and not urged.refused:
        flash("还没有勾选要催办的问题", "warning")
    if urged.done:
        flash(f"已催办 {len(urged.done)} 件", "success")
    for reason in dict.fromkeys(urged.refused.values()):
        these = [numbers.get(key) for key, why in urged.refused.items() if why == reason]
        flash(f"{len(these)} 件没有催办：{reason}{_named(these)}", "error")
    if left_out > 0:
        flash(f"一次最多催办 {MOST_AT_ONCE} 件，还有 {left_out} 件没有处理", "warning")


def _named(numbers: list[str | None]) -> str:
    """（〔2026〕0001、〔2026〕0002 等）; nothing where this person may not even know the number."""
    known = [number for number in numbers if number]
    more = " 等" if len(known) > NAMED else ""
    return f"（{'、'.join(known[:NAMED])}{more}）" if known else ""
