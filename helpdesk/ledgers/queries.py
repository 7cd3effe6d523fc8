"""Reading imports, their lines, their progress, and remembered columns."""

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import islice

from sqlalchemy import delete as sql_delete
from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.orm import lazyload

from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.ledgers.models import AT_WORK, Import, ImportLine, ImportProgress, RememberedColumns, State
from helpdesk.ledgers.terms import Difference, Done

AT_ONCE = 500
MOST_IMPORTS = 100


def get_import(import_id: int) -> Import:
    """That import; NotFoundError when there is none."""
    if found := db.session.get(Import, import_id):
        return found
    raise NotFoundError("没有找到这次迁入")


def get_import_for_change(import_id: int) -> Import:
    """That import's row, locked where the database locks rows; NotFoundError when there is none."""
    if found := db.session.get(Import, import_id, with_for_update={"of": Import}, populate_existing=True):
        return found
    raise NotFoundError("没有找到这次迁入")


def recent(kinds: Collection[str]) -> list[Import]:
    """The imports of these kinds, the newest first; those given up are left out."""
    rows = select(Import).where(Import.kind.in_(kinds), Import.state != State.DROPPED)
    return list(db.session.scalars(rows.order_by(Import.id.desc()).limit(MOST_IMPORTS)))


def next_at_work(now: datetime) -> int | None:
    """The key of the oldest import that waits for the job and that no living process has claimed."""
    free = or_(Import.claimed_until_at.is_(None), Import.claimed_until_at <= now)
    return db.session.scalars(select(Import.id).where(Import.state.in_(AT_WORK), free).order_by(Import.id)).first()


def claim(import_id: int, *, by: str, now: datetime, until: datetime) -> bool:
    """Whether this process has it now; within the running transaction."""
    free = or_(Import.claimed_until_at.is_(None), Import.claimed_until_at <= now)
    found = db.session.execute(
        update(Import)
        .where(Import.id == import_id, Import.state.in_(AT_WORK), free)
        .values(claimed_by=by, claimed_until_at=until)
    )
    return bool(found.rowcount)  # type: ignore[attr-defined]


def one_at_a_time() -> None:
    """Wait until no other import writes: two that each are right may be wrong together."""
    db.session.execute(select(Import.id).order_by(Import.id).limit(1).with_for_update(key_share=True))


def left_over(before: datetime) -> list[int]:
    """The keys of imports that were begun before that moment and never confirmed."""
    waiting = (State.UPLOADED, State.WRONG, State.READY, State.FAILED)
    return list(db.session.scalars(select(Import.id).where(Import.state.in_(waiting), Import.added_at < before)))


# -- Lines -------------------------------------------------------------------------------------------------------------


def write_lines(import_id: int, differences: Iterable[Difference]) -> None:
    """The lines of an import anew; within the running transaction."""
    db.session.execute(sql_delete(ImportLine).where(ImportLine.import_id == import_id))
    rows = iter(differences)
    while some := list(islice(rows, AT_ONCE)):
        db.session.execute(insert(ImportLine), [_line(import_id, each) for each in some])


def _line(import_id: int, each: Difference) -> dict[str, object]:
    return {
        "import_id": import_id,
        "row": each.row,
        "outcome": each.outcome,
        "label": each.label[:200],
        "subject_id": each.subject_id,
        "changes": [list(change) for change in each.changes],
        "undo": each.undo,
    }


def lines(import_id: int, outcome: str, *, page: int = 1, size: int = 50) -> tuple[list[ImportLine], int]:
    """One page of the lines with that outcome (the first is 1), and how many there are."""
    mine = (ImportLine.import_id == import_id, ImportLine.outcome == outcome)
    total = db.session.scalar(select(func.count()).select_from(ImportLine).where(*mine)) or 0
    rows = select(ImportLine).where(*mine).order_by(ImportLine.id).limit(size).offset((page - 1) * size)
    return list(db.session.scalars(rows)), total


def done_lines(import_id: int) -> list[Done]:
    """Everything an import did."""
    columns = (ImportLine.row, ImportLine.outcome, ImportLine.label, ImportLine.subject_id, ImportLine.undo)
    rows = select(*columns).where(ImportLine.import_id == import_id).order_by(ImportLine.id)
    return [Done(*row) for row in db.session.execute(rows)]


# -- Progress ----------------------------------------------------------------------------------------------------------


def progress_of(import_id: int) -> ImportProgress | None:
    """How far the job has come."""
    return db.session.get(ImportProgress, import_id)


def set_progress(import_id: int, phase: str, done: int, total: int) -> None:
    """Write it beside the running transaction, on a connection of its own."""
    with db.engine.begin() as connection:
        connection.execute(
            update(ImportProgress)
            .where(ImportProgress.import_id == import_id)
            .values(phase=phase, done=done, total=total)
        )


# -- Columns -----------------------------------------------------------------------------------------------------------


def remembered(kind: str, shape: str) -> RememberedColumns | None:
    """How files with these headings were read the last time."""
    rows = select(RememberedColumns).where(RememberedColumns.kind == kind, RememberedColumns.shape == shape)
    return db.session.scalars(rows.options(lazyload("*"))).first()


def referred(names: Collection[str]) -> set[str]:
    """Which of these stored files belong to an import that was not given up."""
    rows = select(Import.stored_as).where(Import.stored_as.in_(names), Import.state != State.DROPPED)
    return set(db.session.scalars(rows))
