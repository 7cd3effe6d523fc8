"""The job that works at imports: one after the other, each claimed by one process, whatever else fails."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError, OperationalError

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.files import FileRefused
from helpdesk.ledgers import commands, queries
from helpdesk.ledgers.models import State

log = logging.getLogger(__name__)

MOST_AT_ONCE = 20
"""Imports of one run: what comes after them waits for the next."""
TWICE = "导入的同时，有人登记了相同的内容；已经重新比对，请核对以后再导入。"
DEFECT = "程序出错，没有导入任何内容。请联系系统管理员；文件和核对过的列都还在，可以稍后再试。"
LEFT_OVER = timedelta(days=30)
"""So long a file waits to be confirmed."""


@dataclass
class Worked:
    """What a run did; ``trouble`` in words where something failed."""

    checked: int = 0
    applied: int = 0
    dropped: int = 0
    trouble: str = ""


def work(now: datetime, *, by: str) -> Worked:
    """Work at everything that waits; any number of processes may do it at once."""
    did = Worked(dropped=commands.drop_left_over(now - LEFT_OVER))
    for _ in range(MOST_AT_ONCE):
        import_id = queries.next_at_work(now)
        db.session.rollback()
        if import_id is None:
            break
        step(import_id, now, by=by, did=did)
    return did


def step(import_id: int, now: datetime, *, by: str, did: Worked | None = None) -> None:
    """Check or apply one import, if no other process is at it."""
    did = did or Worked()
    if not commands.claim(import_id, by=by, now=now):
        return
    try:
        _do(import_id, now, did)
    except FileRefused as refused:
        commands.fail(import_id, refused.message)
    except IntegrityError:
        log.info("import %s met the same rows written by somebody else", import_id, exc_info=True)
        commands.look_again(import_id, TWICE)
    except OperationalError:
        commands.release(import_id)
        raise
    except Exception:
        log.exception("import %s failed", import_id)
        commands.fail(import_id, DEFECT)
        did.trouble = f"第 {import_id} 号迁入出错"


def _do(import_id: int, now: datetime, did: Worked) -> None:
    today = calendar().day_of(now)
    if queries.get_import(import_id).state == State.CHECKING:
        commands.check(import_id, today=today)
        did.checked += 1
    else:
        commands.apply(import_id, now=now, today=today)
        did.applied += 1
