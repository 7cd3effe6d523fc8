"""Every night the whole record is proved, and every day its head is taken out of the house."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app

from helpdesk.audit.commands import record
from helpdesk.audit.heads import Head, head_of_today
from helpdesk.audit.verifying import Break, verify
from helpdesk.clock import calendar, local
from helpdesk.db import begin_writing, db
from helpdesk.notices.messages import write_messages
from helpdesk.notices.outbox import Reader
from helpdesk.operations import queries
from helpdesk.pages import moment_words

SYSTEM = "系统"
SHOWN_OF_HASH = 16  # digits in a mail's subject and on the page


@dataclass
class Proved:
    """How the proof of a night ended; ``trouble`` names the first place where the record does not hold."""

    rows: int
    seals: int
    trouble: str = ""

    def __str__(self) -> str:
        return self.trouble or f"the record holds: {self.rows} rows, {self.seals} seals"


def prove(now: datetime) -> Proved:
    """Prove the whole record; the outcome goes on record itself, and a break is told to the auditors at once."""
    found = verify(now)
    db.session.rollback()
    trouble = break_words(found.broken, now) if found.broken else ""
    auditors = [Reader(each.id, each.name, each.email) for each in queries.holders_of("audit")] if trouble else []
    begin_writing()
    record(
        "audit_verified",
        by_id=None,
        by_name=SYSTEM,
        about=trouble or "全部记录完好，与封存一致",
        details={"核对记录": f"{found.rows} 条", "核对封存": f"{found.seals} 个"},
        ok=not trouble,
        now=now,
    )
    if trouble:
        day = calendar().day_of(now)
        facts = {"what": trouble, "at": moment_words(now, day)}
        write_messages("audit_broken", auditors, facts, cause=f"v{day:%Y%m%d}", path="/audit", now=now, urgent=True)
    db.session.commit()
    return Proved(found.rows, found.seals, trouble)


def break_words(broken: Break, now: datetime) -> str:
    """Where, when and what, in words for people."""
    when = f"（{moment_words(broken.at, calendar().day_of(now))}）" if broken.at else ""
    return f"{broken}{when}：{broken.wrong}"


# -- Heads -------------------------------------------------------------------------------------------------------------


@dataclass
class Exported:
    """Where the head of the day went."""

    number: int = 0
    places: int = 0
    trouble: str = ""

    def __str__(self) -> str:
        return self.trouble or f"head {self.number} exported to {self.places} places"


def export_head(now: datetime) -> Exported:
    """Take the head of the seals out of the house: into the folder and to the addresses of the settings."""
    folder, addresses = current_app.config["AUDIT_HEADS_DIR"], current_app.config["AUDIT_HEADS_TO"]
    head = head_of_today(current_app.config["DISTRICT"]) if folder or addresses else None
    db.session.rollback()
    if head is None:
        return Exported()
    trouble = _file(head, Path(folder), now) if folder else ""
    _mail(head, addresses, now)
    return Exported(head.number, len(addresses) + (1 if folder and not trouble else 0), trouble)


def _file(head: Head, folder: Path, now: datetime) -> str:
    """A file a month that only grows; what went wrong, in words."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"heads-{local(now):%Y-%m}.jsonl").open("a", encoding="utf-8") as file:
            file.write(head.line() + "\n")
    except OSError as error:
        return f"封存头没有写进 {folder}：{error.strerror}"
    return ""


def _mail(head: Head, addresses: tuple[str, ...], now: datetime) -> None:
    if not addresses:
        return
    day = calendar().day_of(now)
    facts = {
        "number": head.number,
        "at": moment_words(head.at, day),
        "hash": head.hash[:SHOWN_OF_HASH],
        "count": sum(head.counts.values()),
        "line": head.line(),
    }
    readers = [Reader(None, address, address) for address in addresses]
    begin_writing()
    write_messages("audit_head", readers, facts, cause=f"h{day:%Y%m%d}", path="/audit", now=now)
    db.session.commit()
