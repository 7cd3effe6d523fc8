"""From rows of the outbox to a mail: salutation, words, one link, and why the reader gets it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from helpdesk.notices.channels import Mail
from helpdesk.notices.models import Notice
from helpdesk.notices.outbox import stands_in_for
from helpdesk.notices.reminders import MORNING, REMINDERS
from helpdesk.notices.rendering import environment
from helpdesk.security import sign_link
from workflows.messages import MESSAGES
from workflows.roles import LABELS, Role

LONGEST_DOMAIN = 60
SHOWN = 30  # lines under one heading of a digest; the whole list is on the first page of the site

HEADINGS = TODAY, LATE, YOURS, CAUGHT_UP, NEWS = "今天到期", "逾期", "等您办理", "补报事项", "新的消息"
WAITING_HEADINGS = (TODAY, LATE, YOURS)


@dataclass(frozen=True)
class Site:
    """Where this installation is, and how it calls itself in mails."""

    url: str
    name: str
    sender: str

    @property
    def domain(self) -> str:
        """The right side of our message ids."""
        return (parseaddr(self.sender)[1].rpartition("@")[2] or "localhost")[:LONGEST_DOMAIN]


@dataclass(frozen=True)
class Line:
    """What waits for a reader, as it is true at the moment of sending; ``heading``: 今天到期, 逾期 or 等您办理."""

    heading: str
    problem_id: int
    subject: str
    body: str
    path: str


@dataclass(frozen=True)
class Section:
    """A part of a digest: its heading, (subject, body, address) of each item shown, and how many there are."""

    heading: str
    items: tuple[tuple[str, str, str], ...]
    count: int


@dataclass(frozen=True)
class Known:
    """What is known at the moment of sending beside the rows: what waits for the reader, and why some is told late."""

    lines: Sequence[Line] = ()
    late_words: str = ""
    said_already: frozenset[int] = field(default_factory=frozenset)  # problems of which a mail of its own tells today


NOTHING_KNOWN = Known()


def mail_of(rows: Sequence[Any], site: Site, now: datetime, known: Known = NOTHING_KNOWN) -> Mail:
    """The mail for these rows of one reader (``Notice`` or anything like it): a letter, or a digest when many."""
    first, digest = rows[0], is_digest(rows)
    subject, context = _digest(rows, site, known) if digest else _letter(first, site)
    late_words = known.late_words if any(row.catch_up for row in rows) else ""
    context |= {"name": first.reader_name, "sender": site.name, "subject": subject, "late_words": late_words}
    kind = "digest" if digest else "mail"
    return Mail(
        name=" ".join(first.reader_name.split()),
        address=first.address,
        subject=subject,
        text=environment().get_template(f"notices/_{kind}.txt").render(context).strip() + "\n",
        html=environment().get_template(f"notices/_{kind}.html").render(context),
        message_id=message_id(rows, site),
        at=now,
    )


def is_digest(rows: Sequence[Any]) -> bool:
    """Whether these rows are told as a list: the morning's, or several at once."""
    return len(rows) > 1 or rows[0].name == MORNING


def _letter(row: Any, site: Site) -> tuple[str, dict[str, Any]]:
    return row.subject, {
        "about": row.subject.partition("】")[2].strip(),
        "body": row.body,
        "why": row.why,
        "url": address_of(row, site),
        "button": button_of(row),
    }


def _digest(rows: Sequence[Any], site: Site, known: Known) -> tuple[str, dict[str, Any]]:
    found = sections(rows, site, known)
    return f"【{_heading(rows)}】{counts(found)}", {
        "sections": found,
        "why": _why(rows),
        "url": f"{site.url}/",
        "button": "打开工作台",
    }


def _why(rows: Sequence[Any]) -> str:
    parts = "、".join(dict.fromkeys(part_of(row) for row in rows if row.name not in MESSAGES))
    return f"您收到这封邮件，是因为您是{f'这些问题的{parts}' if parts else part_of(rows[0])}。"


def _heading(rows: Sequence[Any]) -> str:
    if any(row.name == MORNING for row in rows):
        return "每日提醒"
    return CAUGHT_UP if all(row.catch_up for row in rows) else "消息汇总"


def counts(found: Iterable[Section]) -> str:
    """今天到期 1 件，逾期 2 件."""
    return "，".join(f"{each.heading} {each.count} 件" for each in found)


def part_of(row: Any) -> str:
    """In words, why this reader gets it: the part he plays, or whom a message about no single problem is for."""
    if row.name in MESSAGES:
        return MESSAGES[row.name]
    absent = stands_in_for(row.why)
    return LABELS[Role(row.role)] + (f"（代{absent}）" if absent else "")


def sections(rows: Sequence[Any], site: Site, known: Known) -> list[Section]:
    """What a digest says under each heading; headings with nothing below are left out.

    What waits is said as it is now, so a reminder of the same problem adds nothing and is not said again.
    """
    found: dict[str, list[tuple[str, str, str]]] = {each: [] for each in HEADINGS}
    lines = lines_of(rows, known)
    for line in lines:
        found[line.heading].append((line.subject, line.body, f"{site.url}{line.path}"))
    waiting = {line.problem_id for line in lines}
    for row in rows:
        if row.name == MORNING or (row.name in REMINDERS and row.problem_id in waiting):
            continue
        found[CAUGHT_UP if row.catch_up else NEWS].append((row.subject, row.body, address_of(row, site)))
    return [Section(heading, tuple(items[:SHOWN]), len(items)) for heading, items in found.items() if items]


def lines_of(rows: Sequence[Any], known: Known) -> list[Line]:
    """What waits for the reader, where these rows are the morning's; what is due today and told by itself is not."""
    if not any(row.name == MORNING for row in rows):
        return []
    return [line for line in known.lines if line.heading != TODAY or line.problem_id not in known.said_already]


def said(rows: Sequence[Any], site: Site, known: Known) -> dict[str, str]:
    """What a morning's digest said of what waits, as it is kept in the ledger."""
    found = [each for each in sections(rows, site, known) if each.heading in WAITING_HEADINGS]
    paragraphs = [
        "\n".join([f"{each.heading}（{each.count} 件）", *(f"{subject}　{body}" for subject, body, _ in each.items)])
        for each in found
    ]
    return {"subject": f"【每日提醒】{counts(found)}", "body": "\n\n".join(paragraphs)}


def chat_of(row: Any, site: Site, now: datetime, address: str) -> Mail:
    """A notice in one short line with its link, for chats: no names, nothing of what the enterprise wrote."""
    about = row.subject if row.name in MESSAGES else row.subject.partition(" ")[0]
    text = f"{about}\n请登录办理：{site.url}{row.path or '/'}"
    return Mail(row.reader_name, address, about, text, "", message_id([row], site), now)


def address_of(row: Any, site: Site) -> str:
    """Where the one link leads: the enterprise's own page, or the page on our site."""
    return f"{site.url}/e/{sign_link(row.link_id)}" if row.link_id else f"{site.url}{row.path or '/'}"


def button_of(row: Any) -> str:
    """What the link is called."""
    if row.link_id is None:
        return "打开页面" if row.name in MESSAGES or row.proceeding_id else "打开问题页"
    return "查看答复并评价" if row.name.startswith("please_evaluate") else "查看办理进度"


def message_id(rows: Sequence[Any], site: Site) -> str:
    """The same for the same notices: a mail that is repeated after a crash can be recognised as the same one."""
    first = min(rows, key=lambda row: row.id)
    mark = hashlib.sha256(f"{first.cause} {first.name} {first.reader}".encode()).hexdigest()[:12]
    kind = "notice" if len(rows) == 1 else "digest"
    return f"<{kind}-{first.id}.{mark}@{site.domain}>"


COLUMNS = (
    Notice.id,
    Notice.name,
    Notice.cause,
    Notice.reader,
    Notice.person_id,
    Notice.reader_name,
    Notice.role,
    Notice.address,
    Notice.problem_id,
    Notice.proceeding_id,
    Notice.clock_id,
    Notice.proceeding_id,
    Notice.link_id,
    Notice.path,
    Notice.subject,
    Notice.body,
    Notice.why,
    Notice.channel,
    Notice.catch_up,
    Notice.turn_since_at,
    Notice.pace,
    Notice.written_at,
    Notice.send_after_at,
    Notice.tries,
)
"""All that a mail is made from."""
