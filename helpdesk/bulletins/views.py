"""Doors to bulletins: the list, a bulletin as it reads on paper, its files, and what programs read."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.bulletins import papering, queries, receipt_lists, receipt_queries, standing, text
from helpdesk.bulletins.freezing import Told, frozen_told, told_of
from helpdesk.bulletins.linking import ROWS, link_of, links, scope_of
from helpdesk.bulletins.listing import COLUMNS, in_words
from helpdesk.bulletins.models import Bulletin
from helpdesk.bulletins.papering import DOCX, TABLE, XLSX, group_table, to_whom
from helpdesk.errors import NotFoundError
from helpdesk.figures.scope import Scope
from helpdesk.listings.commands import log_export
from helpdesk.papers.filling import day_on_paper
from helpdesk.papers.issuers import supervision_office
from helpdesk.papers.views import handed_out
from helpdesk.problems.cases import Standing
from helpdesk.problems.views import my_standing
from helpdesk.proceedings import queries as proceedings
from helpdesk.proceedings.models import Proceeding
from helpdesk.security import new_request_key
from workflows.book import PROCESSES
from workflows.bulletin import RECEIPT
from workflows.terms import Action, Phase

bp = Blueprint("bulletins", __name__, url_prefix="/bulletins")

SHOWN = 30
"""Lines of the list on a bulletin's page; all of them are in the workbook."""


# -- The list of bulletins ---------------------------------------------------------------------------------------------


@bp.get("")
def index() -> ResponseReturnValue:
    """All bulletins this person may read."""
    me = my_standing()
    return render_template(
        "bulletins/index.html",
        bulletins=_listed(me),
        may_draft=standing.writes(me),
        receipts_url=url_for("listings.show", name=receipt_lists.RECEIPTS.name),
    )


@bp.get(".json")
def index_json() -> ResponseReturnValue:
    """The same for programs."""
    return jsonify({"bulletins": [each | {"url": each["url"] + ".json"} for each in _listed(my_standing())]})


def _listed(me: Standing) -> list[dict[str, Any]]:
    if not standing.reads(me):
        raise NotFoundError(standing.NOT_THERE)
    found = queries.everyone(only_issued=False)
    shown = [each for each in found if each.issue or _waits_for(me, each)]
    receipts = receipt_queries.receipts_by_bulletin([each.id for each in shown])
    return [_line(each, receipts.get(each.id)) for each in shown]


def _waits_for(me: Standing, bulletin: Bulletin) -> bool:
    try:
        standing.get_for(me, bulletin.id)
    except NotFoundError:
        return False
    return True


def _line(bulletin: Bulletin, receipts: tuple[int, int] | None) -> dict[str, Any]:
    row = bulletin.proceeding
    return {
        "id": bulletin.id,
        "number": row.number,
        "title": row.title,
        "period": queries.period_of(bulletin).words,
        "state": PROCESSES[row.process].state(row.state).label,
        "issued_on": _day(bulletin),
        "signed": receipts[0] if receipts else None,
        "sent": receipts[1] if receipts else None,
        "url": url_for("bulletins.show", bulletin_id=bulletin.id),
    }


def _day(bulletin: Bulletin) -> str | None:
    return day_on_paper(bulletin.issue.issued_at) if bulletin.issue else None


# -- One bulletin ------------------------------------------------------------------------------------------------------


@bp.get("/<int:bulletin_id>")
def show(bulletin_id: int) -> ResponseReturnValue:
    """A bulletin as it reads on paper, with what may be done about it."""
    me = my_standing()
    bulletin = standing.get_for(me, bulletin_id)
    return page(bulletin, me)


def page(bulletin: Bulletin, me: Standing, **more: Any) -> str:
    """Its page; ``more`` is for forms that come back."""
    told = told_of(bulletin, me.now)
    receipts = proceedings.children_of(bulletin.id)
    columns, rows = group_table(told)
    facts = {
        "bulletin": bulletin,
        "row": bulletin.proceeding,
        "state": PROCESSES[bulletin.proceeding.process].state(bulletin.proceeding.state),
        "turn": standing.turn(me, bulletin.proceeding),
        "issue": bulletin.issue,
        "issuer": bulletin.issue.issuer if bulletin.issue else supervision_office(),
        "issued_on": _day(bulletin),
        "to": to_whom(bulletin),
        "sections": _sections(bulletin, told),
        "wrong": [] if bulletin.issue else text.check(bulletin.text, told.values),
        "columns": columns,
        "groups": rows,
        "links": links(scope_of(bulletin, me), told.figures, told.names, _rows_url) if me.sees_district else {},
        "cell_urls": _cell_urls(scope_of(bulletin, me), told) if me.sees_district else [],
        "list_columns": [label for label, _, _ in COLUMNS],
        "lines": [in_words(each, told.names) for each in _first(bulletin)],
        "listed": told.figures["listed"],
        "told": told,
        "overlaps": [] if bulletin.issue else _overlaps(bulletin),
        "acts": [_act(offer.action, bulletin) for offer in standing.offers(me, bulletin.proceeding)],
        "may_replace": bulletin.issue is not None
        and bulletin.proceeding.state not in queries.GONE
        and standing.writes(me),
        "receipts": [_receipt(each) for each in receipts],
        "readings": receipt_queries.readings_of([each.id for each in receipts]),
        "mine": standing.my_receipt(me, receipts),
        "entries": proceedings.entries_of(bulletin.id),
        "may_remind": standing.writes(me) and any(each.phase == Phase.OPEN for each in receipts),
        "request_key": new_request_key(),
    }
    return render_template("bulletins/show.html", **facts | more)


def _act(action: Action, bulletin: Bulletin) -> dict[str, Any]:
    url = url_for("bulletins.act", bulletin_id=bulletin.id, name=action.name)
    edits = standing.edits(action)
    return {
        "label": action.label,
        "url": url_for("bulletins.edit", bulletin_id=bulletin.id) if edits else url,
        "danger": action.danger,
        "leads_on": not edits,
    }


def _sections(bulletin: Bulletin, told: Told) -> list[dict[str, Any]]:
    wanted = bulletin.issue.text if bulletin.issue else bulletin.text
    kept = [(each.label, wanted[each.name]) for each in text.SECTIONS if wanted.get(each.name)]
    return [
        {
            "heading": f"{text.NUMERALS[n]}、{label}",
            "paragraphs": [text.parts(paragraph, told.values) for paragraph in paragraphs],
        }
        for n, (label, paragraphs) in enumerate(kept)
    ]


def _rows_url(filters: Mapping[str, str]) -> str:
    values: dict[str, Any] = dict(filters)
    return url_for("listings.show", name=ROWS, **values)


def _cell_urls(scope: Scope, told: Told) -> list[list[str | None]]:
    """Beside the annexed table: the rows behind each of its cells."""
    lines = [*((row["key"], row["figures"]) for row in told.figures["groups"]), ("", told.figures["totals"])]
    return [[link_of(scope, name, figures[name], key, _rows_url) for name in TABLE] for key, figures in lines]


def _first(bulletin: Bulletin) -> list[Any]:
    return queries.first_rows(bulletin.id, SHOWN) if bulletin.issue else []


def _overlaps(bulletin: Bulletin) -> list[Bulletin]:
    return queries.overlapping(queries.period_of(bulletin), bulletin.group_id, but=bulletin.id)


def _receipt(row: Proceeding) -> dict[str, Any]:
    """A unit, whether and by whom it has signed."""
    signed = next((each for each in proceedings.entries_of(row.id) if each.source != each.dest), None)
    is_signed = row.phase == Phase.CLOSED and signed is not None
    return {
        "id": row.id,
        "unit": row.unit.name if row.unit else "",
        "state": RECEIPT.state(row.state).label,
        "waiting": row.phase == Phase.OPEN,
        "by": signed.by_name if is_signed and signed else "",
        "at": signed.at if is_signed and signed else None,
        "remark": row.facts.get("remark") or "",
        "due_on": row.due_on,
        "late": row.due_at is not None and row.due_at <= my_standing().now,
    }


@bp.get("/<int:bulletin_id>.json")
def show_json(bulletin_id: int) -> ResponseReturnValue:
    """What an issued bulletin says, for programs: figures, text filled in, receipts."""
    me = my_standing()
    bulletin = standing.get_for(me, bulletin_id)
    told = frozen_told(bulletin.issue) if bulletin.issue else told_of(bulletin, me.now)
    wanted = bulletin.issue.text if bulletin.issue else bulletin.text
    answer = _line(bulletin, receipt_queries.receipts_by_bulletin([bulletin.id]).get(bulletin.id)) | {
        "first_on": bulletin.first_on.isoformat(),
        "until_on": bulletin.until_on.isoformat(),
        "frozen": bulletin.issue is not None,
        "entry_id": bulletin.issue.entry_id if bulletin.issue else None,
        "sections": None if text.check(wanted, told.values) else text.sections(wanted, told.values),
        "figures": told.figures,
        "units": told.names,
    }
    return jsonify(answer)


# -- Files -------------------------------------------------------------------------------------------------------------


@bp.get("/<int:bulletin_id>.docx")
def paper(bulletin_id: int) -> ResponseReturnValue:
    """The bulletin as a Word file."""
    return _file(bulletin_id, "docx")


@bp.get("/<int:bulletin_id>.xlsx")
def workbook(bulletin_id: int) -> ResponseReturnValue:
    """Its figures by group and its whole list."""
    return _file(bulletin_id, "xlsx")


def _file(bulletin_id: int, form: str) -> ResponseReturnValue:
    me = my_standing()
    bulletin = standing.get_for(me, bulletin_id)
    make, media_type = {"docx": (papering.docx_of, DOCX), "xlsx": (papering.xlsx_of, XLSX)}[form]
    content = make(bulletin, now=me.now)
    row = bulletin.proceeding
    about, rows = [("文号", row.number or "草稿")], bulletin.issue.rows if bulletin.issue else 0
    called = f"{row.number or ''}{row.title}{'附表' if form == 'xlsx' else ''}.{form}"
    log_export(
        person_id=me.person_id, listing="bulletin", form=form, filters=about, rows=rows, now=me.now, label="通报"
    )
    return handed_out(content, called, media_type)
