"""Pages of 迁入台账: upload, columns, errors or preview, progress, record; and the files beside them."""

from io import BytesIO
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from helpdesk import clock
from helpdesk.errors import NotFoundError, StaleError
from helpdesk.files import FileRefused, keep
from helpdesk.ledgers import commands, importing, matching, queries, reading
from helpdesk.ledgers.blanks import blank_workbook
from helpdesk.ledgers.catalogue import LEDGERS, get_ledger
from helpdesk.ledgers.marking import marked_copy
from helpdesk.ledgers.matching import Layout
from helpdesk.ledgers.models import AT_WORK, STATE_LABELS, Import, State
from helpdesk.ledgers.package import XLSX_TYPE, judged
from helpdesk.ledgers.showing import remark_groups, remark_rows
from helpdesk.ledgers.terms import DISPATCH, OUTCOMES, Ledger
from helpdesk.ledgers.values import is_blank, shown
from helpdesk.operations.commands import this_process
from helpdesk.org.login import current_person, is_admin
from helpdesk.problems.views import my_standing
from workflows.engine import Missing, NotNow, NotYours
from workflows.roles import Role

bp = Blueprint("imports", __name__, url_prefix="/imports")

AT_ONCE = 3000
"""Rows that are checked while the browser waits; longer sheets are left to the job."""
PAGE = 50
SAMPLES = 3  # values that show what a column holds


class UploadForm(FlaskForm):
    """The file."""

    file = FileField(
        "台账文件",
        [FileRequired("请选择文件")],
        description="Excel 工作簿（.xlsx）或 CSV，最大 20 MB；表头在哪一行、列的顺序都不要紧，下一步可以核对",
        render_kw={"accept": ".xlsx,.csv"},
    )


# -- Who may -----------------------------------------------------------------------------------------------------------


def _may(ledger: Ledger) -> bool:
    if ledger.who == DISPATCH:
        return bool(my_standing().units(Role.DISPATCHER))
    return is_admin(current_person(), "system")


def _mine() -> list[Ledger]:
    found = [each for each in LEDGERS.values() if _may(each)]
    if not found:
        raise NotYours("迁入台账由调度室和系统管理员来办", ())
    return found


def _ledger(name: str) -> Ledger:
    mine = _mine()
    ledger = get_ledger(name)
    if ledger not in mine:
        raise NotYours(f"{ledger.title}由{'调度室' if ledger.who == DISPATCH else '系统管理员'}迁入", ())
    return ledger


def _import(import_id: int) -> tuple[Import, Ledger]:
    """That import, for those who may import its kind; for all others there is none."""
    row = queries.get_import(import_id)
    ledger = get_ledger(row.kind)
    if not _may(ledger) or row.state == State.DROPPED:
        raise NotFoundError("没有找到这次迁入")
    return row, ledger


# -- Beginning ---------------------------------------------------------------------------------------------------------


@bp.get("")
def index() -> ResponseReturnValue:
    """What can be imported, and what has been."""
    mine = _mine()
    rows = [
        {
            "number": each.id,
            "url": url_for("imports.show", import_id=each.id),
            "file": each.file_name,
            "kind": LEDGERS[each.kind].title,
            "state": STATE_LABELS[State(each.state)],
            "did": f"新增 {each.new}，变更 {each.changed}" if each.applied_at else "",
            "by": each.by_name,
            "added_at": each.added_at,
        }
        for each in queries.recent([ledger.name for ledger in mine])
    ]
    return render_template("ledgers/index.html", ledgers=mine, rows=rows)


@bp.get("/blank/<kind>.xlsx")
def blank(kind: str) -> ResponseReturnValue:
    """An empty workbook to fill in."""
    ledger = _ledger(kind)
    return _file(blank_workbook(ledger), f"{ledger.title}导入模板.xlsx")


@bp.route("/new/<kind>", methods=["GET", "POST"])
def new(kind: str) -> ResponseReturnValue:
    """Upload a file."""
    ledger, form = _ledger(kind), UploadForm()
    if form.validate_on_submit():
        try:
            kept = keep(form.file.data, current_app.config["UPLOAD_DIR"], judged)
        except FileRefused as refused:
            form.file.errors = [refused.message]
        else:
            row = commands.begin(kept, ledger, by=current_person(), now=clock.now())
            return redirect(url_for("imports.columns", import_id=row.id))
    page = render_template("ledgers/new.html", ledger=ledger, form=form)
    return page, 422 if form.is_submitted() else 200


def _file(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(BytesIO(content), mimetype=XLSX_TYPE, as_attachment=True, download_name=name)


# -- Columns -----------------------------------------------------------------------------------------------------------


@bp.get("/<int:import_id>/columns")
def columns(import_id: int) -> ResponseReturnValue:
    """Which sheet, which row is the heading, which column is which: as guessed or remembered, to be corrected."""
    row, ledger = _import(import_id)
    _only_before(row)
    return _columns_page(row, ledger)


def _only_before(row: Import) -> None:
    if row.state not in (State.UPLOADED, State.WRONG, State.READY, State.FAILED):
        raise NotNow("这次迁入已经不在核对列的阶段")


def _columns_page(
    row: Import, ledger: Ledger, wrong: str | None = None, chosen: Layout | None = None
) -> ResponseReturnValue:
    try:
        tabs = reading.tabs(commands.path_to(row), row.media_type)
        name = _tab(row, ledger, tabs)
        sheet = commands.sheet_of(row, name)
    except FileRefused as refused:
        page = render_template("ledgers/unreadable.html", row=row, ledger=ledger, message=refused.message)
        return page, 422
    layout = chosen or _layout(row, ledger, sheet)
    page = render_template(
        "ledgers/columns.html",
        row=row,
        ledger=ledger,
        tabs=tabs,
        sheet=name,
        heading=layout.heading + 1,
        lines=_column_lines(sheet, layout),
        missing=matching.complaints(ledger, layout.columns) if not wrong else [],
        wrong=wrong,
    )
    return page, 422 if wrong else 200


def _tab(row: Import, ledger: Ledger, tabs: list[reading.Tab]) -> str:
    """The sheet that is asked for, or was chosen before, or is called like the ledger, or whose heading fits best."""
    names = [each.name for each in tabs]
    for wanted in (request.values.get("sheet"), row.sheet, ledger.title):
        if wanted and wanted in names:
            return wanted
    if len(names) == 1 or not names:
        return names[0] if names else ""
    shown_tabs = [each.name for each in tabs if not each.hidden] or names
    return max(shown_tabs[:10], key=lambda name: len(matching.guess(ledger, commands.sheet_of(row, name)).columns))


def _layout(row: Import, ledger: Ledger, sheet: reading.Sheet) -> Layout:
    asked = request.args.get("heading", 0, type=int)
    if not asked and row.columns and row.sheet == sheet.name:
        return commands.layout_of(row)
    heading = asked - 1 if 0 < asked <= len(sheet.rows) else matching.guess(ledger, sheet).heading
    texts = matching.heading_texts(sheet, heading)
    if known := queries.remembered(ledger.name, matching.shape(texts)):
        names = set(ledger.names)
        return Layout(heading, {int(place): name for place, name in known.columns.items() if name in names})
    return Layout(heading, matching.matched(ledger, texts))


def _column_lines(sheet: reading.Sheet, layout: Layout) -> list[dict[str, Any]]:
    texts = matching.heading_texts(sheet, layout.heading)
    lines = []
    for place, words in enumerate(texts):
        below = (sheet.cell(index, place) for index in range(layout.heading + 1, min(len(sheet.rows), 200)))
        samples = [shown(raw) for raw in below if not is_blank(raw)][:SAMPLES]
        if words or samples:
            line = {"place": place, "letters": reading.letters(place), "words": words, "samples": "；".join(samples)}
            lines.append(line | {"chosen": layout.columns.get(place, "")})
    return lines


@bp.post("/<int:import_id>/columns")
def lay_out(import_id: int) -> ResponseReturnValue:
    """Take the columns as they were corrected, and check every cell."""
    row, ledger = _import(import_id)
    _only_before(row)
    heading = max(request.form.get("heading", 1, type=int), 1) - 1
    names = set(ledger.names)
    chosen = {
        int(name.removeprefix("column-")): value
        for name, value in request.form.items()
        if name.startswith("column-") and name.removeprefix("column-").isdecimal() and value in names and len(name) < 12
    }
    layout = Layout(heading, chosen)
    try:
        sheet = commands.sheet_of(row, request.form.get("sheet", ""))
        shape = matching.shape(matching.heading_texts(sheet, heading))
        commands.lay_out(import_id, sheet.name, layout, shape=shape, now=clock.now())
    except Missing as missing:
        return _columns_page(queries.get_import(import_id), ledger, missing.message, layout)
    if len(sheet.rows) <= AT_ONCE:
        importing.step(import_id, clock.now(), by=this_process())
    return redirect(url_for("imports.show", import_id=import_id))


# -- One import --------------------------------------------------------------------------------------------------------


@bp.get("/<int:import_id>")
def show(import_id: int) -> ResponseReturnValue:
    """How far it has come: progress, errors, the preview, or the record."""
    row, ledger = _import(import_id)
    if row.state == State.UPLOADED:
        return redirect(url_for("imports.columns", import_id=import_id))
    return _page(row, ledger)


def _page(row: Import, ledger: Ledger, obstacles: list[str] | None = None) -> ResponseReturnValue:
    outcome = request.args.get("show", "")
    outcome = outcome if outcome in OUTCOMES else ("new" if row.new or not row.changed else "changed")
    page = max(request.args.get("page", 1, type=int), 1)
    found, total = queries.lines(row.id, outcome, page=page, size=PAGE)
    html = render_template(
        "ledgers/show.html",
        row=row,
        ledger=ledger,
        state=STATE_LABELS[State(row.state)],
        at_work=row.state in AT_WORK,
        progress=_progress(row),
        errors=remark_rows(row, wrong=True),
        told=remark_groups(row),
        lines=found,
        outcome=outcome,
        outcomes=OUTCOMES,
        pager=_pager(row.id, outcome, page, total),
        obstacles=obstacles or [],
    )
    return html, 409 if obstacles else 200


def _pager(import_id: int, outcome: str, page: int, total: int) -> dict[str, Any]:
    pages = -(-total // PAGE)
    turns = {"first_url": 1, "prev_url": page - 1, "next_url": page + 1, "last_url": pages}
    urls = {
        name: url_for("imports.show", import_id=import_id, show=outcome, page=number) for name, number in turns.items()
    }
    return {"page": page, "pages": pages, "total": total, "has_prev": page > 1, "has_next": page < pages, **urls}


@bp.get("/<int:import_id>/progress")
def progress(import_id: int) -> ResponseReturnValue:
    """The bar alone, asked for again and again; when the work is done the page comes anew."""
    row, _ledger = _import(import_id)
    answer = make_response(render_template("ledgers/_progress.html", row=row, progress=_progress(row)))
    if row.state not in AT_WORK:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _progress(row: Import) -> dict[str, Any]:
    found = queries.progress_of(row.id)
    if row.claimed_until_at is None or found is None:
        return {"words": "正在排队，后台每 5 秒取一次", "percent": None, "count": ""}
    percent = min(100, round(100 * found.done / found.total)) if found.total and found.done else None
    count = f"{found.done} / {found.total} 行" if percent is not None else ""
    return {"words": commands.PHASES[found.phase], "percent": percent, "count": count}


@bp.get("/<int:import_id>/marked.xlsx")
def marked(import_id: int) -> ResponseReturnValue:
    """The workbook as it was uploaded, with red cells and a list of all errors."""
    row, _ledger = _import(import_id)
    if not row.wrong:
        raise NotFoundError("这份文件没有错误")
    stem = row.file_name.rpartition(".")[0]
    return _file(marked_copy(commands.path_to(row), row), f"{stem}（已标出错误）.xlsx")


@bp.post("/<int:import_id>/confirm")
def confirm(import_id: int) -> ResponseReturnValue:
    """Import what the preview shows."""
    _import(import_id)
    try:
        commands.confirm(import_id, digest=request.form.get("digest"), by=current_person())
    except StaleError as stale:
        flash(stale.message, "warning")
    return redirect(url_for("imports.show", import_id=import_id))


@bp.post("/<int:import_id>/drop")
def drop(import_id: int) -> ResponseReturnValue:
    """Give it up."""
    row, _ledger = _import(import_id)
    name = row.file_name
    commands.drop(import_id)
    flash(f"已放弃“{name}”，没有导入任何内容。", "success")
    return redirect(url_for("imports.index"))


@bp.post("/<int:import_id>/undo")
def undo(import_id: int) -> ResponseReturnValue:
    """Take the whole import back, unless something builds on it."""
    _import(import_id)
    now = clock.now()
    try:
        commands.undo(import_id, by=current_person(), now=now, today=my_standing().today)
    except commands.CannotUndo as refused:
        return _page(*_import(import_id), refused.obstacles)
    flash("已撤销：导入的内容已经全部退回原样。", "success")
    return redirect(url_for("imports.show", import_id=import_id))
