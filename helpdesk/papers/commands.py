"""Changes to templates: one is put in place of another, or the program's own comes back; every version is kept."""

import hashlib
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from helpdesk.clock import calendar
from helpdesk.db import begin_writing, db
from helpdesk.errors import StaleError
from helpdesk.files import clean_name
from helpdesk.org.auditing import audited
from helpdesk.org.models import Duty, Person, UnitKind
from helpdesk.org.queries import seating
from helpdesk.papers import queries
from helpdesk.papers.catalogue import PAPERS
from helpdesk.papers.checking import complaints
from helpdesk.papers.models import PaperTemplate
from workflows.engine import Missing, NotNow, NotYours
from workflows.roles import Role

KEEPERS = (UnitKind.DISPATCH, UnitKind.SUPERVISION)
"""The offices that issue papers; their heads answer for how these look."""


class WrongTemplate(Missing):
    """A template that cannot be taken; ``complaints`` each name a place."""

    def __init__(self, complaints: list[str]) -> None:
        super().__init__({"file": complaints[0]})
        self.complaints = complaints


def may_keep(person: Person, now: datetime) -> bool:
    """Whether that person keeps the templates: the heads of 调度室 and 督查考核办公室, and who stands in for them."""
    seats = seating(calendar().day_of(now)).sitters
    return any(each.person_id == person.id and each.kind in KEEPERS and each.duty == Duty.LEAD for each in seats)


def refuse_unless_keeper(person: Person, now: datetime) -> None:
    """NotYours for everybody else."""
    if not may_keep(person, now):
        raise NotYours("公文模板由调度室主任和督查考核办公室主任更换", (Role.DISPATCH_LEAD, Role.SUPERVISOR))


def replace(paper: str, content: bytes, *, file_name: str, reason: str, seen: int, by: Person, now: datetime) -> int:
    """Put this file in place; the number of the version. WrongTemplate says what is wrong with it.

    ``seen``: the newest version its sender knew; StaleError when there is a newer one.
    """
    refuse_unless_keeper(by, now)
    if wrong := complaints(content, file_name, PAPERS[paper]):
        raise WrongTemplate(wrong)
    return _put(paper, content, file_name=clean_name(file_name), reason=reason, seen=seen, by=by, now=now)


def restore(paper: str, *, reason: str, seen: int, by: Person, now: datetime) -> int:
    """The program's own template is in force again; the number of the version that says so."""
    refuse_unless_keeper(by, now)
    newest = queries.newest(paper)
    if newest is None or newest.sha256 is None:
        raise NotNow("现在用的就是默认模板")
    return _put(paper, None, file_name="", reason=reason, seen=seen, by=by, now=now)


def _put(
    paper: str, content: bytes | None, *, file_name: str, reason: str, seen: int, by: Person, now: datetime
) -> int:
    begin_writing()
    newest = queries.newest(paper)
    number = (newest.number if newest else 0) + 1
    if number != seen + 1:
        raise StaleError("您打开页面以后，已经有人更换了这个模板。请重新打开页面核对")
    row = PaperTemplate(
        paper=paper,
        number=number,
        at=now,
        by_id=by.id,
        by_name=by.name,
        file_name=file_name,
        size=len(content or b""),
        sha256=hashlib.sha256(content).hexdigest() if content else None,
        reason=reason[:200],
        content=content,
    )
    db.session.add(row)
    details = {"模板": (_called(newest), _called(row)), "原因": reason, "SHA-256": row.sha256}
    try:
        db.session.flush()
        audited("template_replaced", by=by, about=PAPERS[paper].label, now=now, details=details)
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise StaleError("刚刚有人更换了这个模板。请重新打开页面核对") from error
    return number


def _called(version: PaperTemplate | None) -> str:
    return f"第 {version.number} 版 {version.file_name}" if version and version.sha256 else "默认模板"
