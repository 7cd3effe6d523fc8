"""An import from upload to record: begun, laid out, checked, confirmed, applied as a whole, and perhaps taken back."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path

from flask import current_app

from helpdesk.audit.commands import record
from helpdesk.db import begin_writing, db
from helpdesk.errors import StaleError
from helpdesk.files import Kept, path_of
from helpdesk.ledgers import checking, matching, queries, reading
from helpdesk.ledgers.catalogue import get_ledger
from helpdesk.ledgers.matching import Layout
from helpdesk.ledgers.models import Import, ImportProgress, RememberedColumns, State
from helpdesk.ledgers.terms import Doing, Ledger
from helpdesk.org.auditing import called
from helpdesk.org.models import Person
from workflows.engine import Missing, NotNow

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=20)
"""So long a process may work at an import before another takes it over."""
SHOWN_OBSTACLES = 8
READING, COMPARING, WRITING = "reading", "comparing", "writing"
PHASES = {READING: "正在读取和检查每一格", COMPARING: "正在与现有数据比对", WRITING: "正在写入"}
MOVED_ON = "预览以后，系统里的数据有了变化。下面是新的结果，请重新核对以后再导入。"


class CannotUndo(NotNow):
    """Something builds on the import; ``obstacles`` says what."""

    def __init__(self, obstacles: list[str]) -> None:
        more = f"；另有 {len(obstacles) - SHOWN_OBSTACLES} 项" if len(obstacles) > SHOWN_OBSTACLES else ""
        super().__init__("不能撤销：" + "；".join(obstacles[:SHOWN_OBSTACLES]) + more)
        self.obstacles = obstacles


# -- Beginning ---------------------------------------------------------------------------------------------------------


def begin(kept: Kept, ledger: Ledger, *, by: Person | None, now: datetime) -> Import:
    """A file has been uploaded; sheet and columns are still to be confirmed."""
    who, name = (by.id, called(by)) if by else (None, called(None))
    begin_writing()
    row = Import(
        kind=ledger.name,
        file_name=kept.name,
        media_type=kept.media_type,
        stored_as=kept.stored_as,
        sha256=kept.sha256,
        size=kept.size,
        added_at=now,
        by_id=who,
        by_name=name[:60],
    )
    db.session.add(row)
    db.session.flush()
    db.session.add(ImportProgress(import_id=row.id, phase=READING, done=0, total=0))
    db.session.commit()
    return row


def lay_out(import_id: int, sheet: str, layout: Layout, *, shape: str, now: datetime) -> Import:
    """How the file is to be read; it is remembered for the next file with these headings. Missing when it cannot be."""
    begin_writing()
    row = queries.get_import_for_change(import_id)
    if row.state not in (State.UPLOADED, State.WRONG, State.READY, State.FAILED):
        db.session.rollback()
        raise NotNow("这次迁入已经不在核对列的阶段")
    if wrong := matching.complaints(get_ledger(row.kind), layout.columns):
        db.session.rollback()
        raise Missing({"columns": "；".join(wrong)})
    columns = {str(place): name for place, name in layout.columns.items()}
    row.sheet, row.heading, row.columns = sheet, layout.heading, columns
    row.state, row.message, row.claimed_until_at, row.digest = State.CHECKING, None, None, None
    _remember(row.kind, shape, columns, now)
    db.session.commit()
    return row


def _remember(kind: str, shape: str, columns: Mapping[str, str], now: datetime) -> None:
    known = queries.remembered(kind, shape)
    if known is None:
        known = RememberedColumns(kind=kind, shape=shape)
        db.session.add(known)
    known.columns, known.used_at = dict(columns), now


def drop(import_id: int) -> None:
    """Give it up: nothing has been imported, and the file goes with the next tidying."""
    begin_writing()
    row = queries.get_import_for_change(import_id)
    if row.state in (State.DONE, State.UNDONE, State.QUEUED):
        db.session.rollback()
        raise NotNow("这次迁入已经确认，不能放弃")
    row.state = State.DROPPED
    queries.write_lines(import_id, ())
    db.session.commit()


def drop_left_over(before: datetime) -> int:
    """Give up what was begun before that moment and never confirmed; how many."""
    keys = queries.left_over(before)
    for key in keys:
        drop(key)
    return len(keys)


# -- Checking ----------------------------------------------------------------------------------------------------------


def layout_of(row: Import) -> Layout:
    """How that file is read."""
    return Layout(row.heading, {int(place): name for place, name in row.columns.items()})


def sheet_of(row: Import, name: str | None = None) -> reading.Sheet:
    """The sheet that was chosen, or another one; FileRefused when it cannot be read."""
    return reading.sheet(path_to(row), row.media_type, row.sheet if name is None else name)


def path_to(row: Import) -> Path:
    """Where the file lies."""
    return path_of(row.stored_as, current_app.config["UPLOAD_DIR"])


class _Bar:
    """Words of progress for the page, written beside whatever transaction is running."""

    def __init__(self, import_id: int) -> None:
        self.import_id = import_id

    def at(self, phase: str, done: int, total: int) -> None:
        """So far it has come. SQLite has one writer: while it writes, the page knows the phase and no number."""
        if phase == WRITING and db.engine.dialect.name == "sqlite" and done:
            return
        queries.set_progress(self.import_id, phase, done, total)


def _checked(row: Import, bar: _Bar) -> tuple[Ledger, Layout, checking.Checked]:
    ledger, layout, sheet = get_ledger(row.kind), layout_of(row), sheet_of(row)
    total = len(sheet.rows)
    bar.at(READING, 0, total)
    return ledger, layout, checking.check(ledger, sheet, layout, lambda done: bar.at(READING, done, total))


def check(import_id: int, *, today: date) -> Import:
    """Read the file and hold it against the registers: the errors, or the preview, go on record."""
    db.session.rollback()
    row, bar = queries.get_import(import_id), _Bar(import_id)
    ledger, layout, checked = _checked(row, bar)
    total = len(checked.rows)
    plan = checking.compare(ledger, layout, checked, today, tell=lambda done: bar.at(COMPARING, done, total))
    begin_writing()
    row = queries.get_import_for_change(import_id)
    if row.state == State.CHECKING:
        _show(row, plan)
    db.session.commit()
    return row


def _show(row: Import, plan: checking.Plan, message: str | None = None) -> None:
    """The plan becomes what the page shows."""
    row.state = State.WRONG if plan.checked.wrong else State.READY
    row.wrong, row.message = plan.checked.wrong, message
    row.remarks = [asdict(each) for each in checking.ordered(plan.checked.remarks)]
    row.new, row.changed, row.unchanged = plan.counts.values()
    row.digest = None if plan.checked.wrong else plan.digest
    row.claimed_by = row.claimed_until_at = None
    queries.write_lines(row.id, [] if plan.checked.wrong else plan.doing)


# -- Importing ---------------------------------------------------------------------------------------------------------


def confirm(import_id: int, *, digest: str | None, by: Person | None) -> Import:
    """What the preview shows is to be imported, by the job; ``digest``: of the preview that was seen."""
    who = (by.id, called(by)[:60]) if by else (None, called(None))
    begin_writing()
    row = queries.get_import_for_change(import_id)
    if row.state != State.READY:
        db.session.rollback()
        raise StaleError("这次迁入已经由别人处理过，请刷新页面")
    if digest != row.digest:
        db.session.rollback()
        raise StaleError("预览已经更新，请核对新的结果以后再导入")
    if not row.new + row.changed:
        db.session.rollback()
        raise NotNow("没有需要新增或者变更的内容，不用导入")
    row.state, row.claimed_until_at, row.message = State.QUEUED, None, None
    row.by_id, row.by_name = who
    db.session.commit()
    return row


def apply(import_id: int, *, now: datetime, today: date) -> Import:
    """Import everything or nothing, in one transaction with its record; what changed since the preview stops it."""
    db.session.rollback()
    row, bar = queries.get_import(import_id), _Bar(import_id)
    ledger, layout, checked = _checked(row, bar)
    ledger.warm_up(checked.rows)
    bar.at(WRITING, 0, row.new + row.changed)
    begin_writing()
    queries.one_at_a_time()
    row = queries.get_import_for_change(import_id)
    if row.state != State.QUEUED:
        db.session.rollback()
        return row
    plan = checking.compare(ledger, layout, checked, today, for_change=True)
    if plan.checked.wrong or plan.digest != row.digest:
        _show(row, plan, MOVED_ON)
    else:
        _write(row, ledger, plan, bar, now=now, today=today)
    db.session.commit()
    log.info("import %s of %s: %s, %s new, %s changed", row.id, row.kind, row.state, row.new, row.changed)
    return row


def _write(row: Import, ledger: Ledger, plan: checking.Plan, bar: _Bar, *, now: datetime, today: date) -> None:
    total = len(plan.doing)
    doing = Doing(
        *(row.by_id, row.by_name, now, today, row.file_name),
        tell=lambda done: bar.at(WRITING, done, total),
    )
    ledger.apply(plan.doing, doing)
    queries.write_lines(row.id, plan.doing)
    row.state, row.applied_at = State.DONE, now
    row.claimed_by = row.claimed_until_at = None
    _audit("ledger_imported", row, ledger, by=(row.by_id, row.by_name), now=now)


def _audit(kind: str, row: Import, ledger: Ledger, *, by: tuple[int | None, str], now: datetime) -> None:
    details = {"新增": row.new, "变更": row.changed, "不变": row.unchanged, "文件校验值": row.sha256}
    about = f"{ledger.title}：“{row.file_name}”（第 {row.id} 号迁入）"
    record(kind, by_id=by[0], by_name=by[1], about=about, now=now, details=details)


def look_again(import_id: int, message: str) -> None:
    """Somebody wrote the same at the same moment: the file is held against the registers once more."""
    _leave(import_id, State.CHECKING, message)


def fail(import_id: int, message: str) -> None:
    """Nothing was imported, and the page says why."""
    _leave(import_id, State.FAILED, message)


def release(import_id: int) -> None:
    """The database was busy: whoever looks next may try again."""
    _leave(import_id, None, None)


def _leave(import_id: int, state: State | None, message: str | None) -> None:
    db.session.rollback()
    begin_writing()
    row = queries.get_import_for_change(import_id)
    row.claimed_by = row.claimed_until_at = None
    if state:
        row.state, row.message = state, message
    db.session.commit()


def claim(import_id: int, *, by: str, now: datetime) -> bool:
    """Whether this process is the one that works at it."""
    begin_writing()
    taken = queries.claim(import_id, by=by, now=now, until=now + LEASE)
    db.session.commit()
    return taken


# -- Undoing -----------------------------------------------------------------------------------------------------------


def undo(import_id: int, *, by: Person | None, now: datetime, today: date) -> Import:
    """Take an import back as a whole; CannotUndo says what was built on it."""
    who = (by.id, called(by)) if by else (None, called(None))
    begin_writing()
    queries.one_at_a_time()
    row = queries.get_import_for_change(import_id)
    if row.state != State.DONE:
        db.session.rollback()
        raise NotNow("这次迁入没有导入，或者已经撤销")
    ledger, done = get_ledger(row.kind), queries.done_lines(import_id)
    if obstacles := ledger.obstacles(done):
        db.session.rollback()
        raise CannotUndo(obstacles)
    ledger.undo(done, Doing(who[0], who[1], now, today, row.file_name))
    row.state, row.undone_at, row.undone_by = State.UNDONE, now, who[1][:60]
    _audit("ledger_undone", row, ledger, by=who, now=now)
    db.session.commit()
    return row
