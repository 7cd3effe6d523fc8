"""From rows of the outbox to a mail: salutation, words, one link, and why the reader gets it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from helpdesk.notices.channels import Mail
from helpdesk.notices.models import Notice
from helpdesk.notices.outbox import stands_in_for
from helpdesk.notices.rendering import environment
from helpdesk.security import sign_link
from workflows.messages import MESSAGES
from workflows.roles import LABELS, Role

LONGEST_DOMAIN = 60

TODAY, LATE, YOURS, OTHER = "今天到期", "逾期", "等您办理", "其他"
SECTION_OF = {
    "due_today": TODAY,
    "overdue": LATE,
    "overdue_copy": LATE,
    "supervise": LATE,
    "supervise_copy": LATE,
    "due_soon": YOURS,
    "to_call_back": YOURS,
}
"""Under which heading of a digest a notice stands; what is not named here stands under 其他."""


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
class Section:
    """A part of a digest: its heading, and (subject, body, address) of each notice."""

    heading: str
    items: tuple[tuple[str, str, str], ...]


def mail_of(rows: Sequence[Any], site: Site, now: datetime) -> Mail:
    """The mail for these rows of one reader (``Notice`` or anything like it): a letter, or a digest when many."""
    first = rows[0]
    subject, context = _letter(first, site) if len(rows) == 1 else _digest(rows, site)
    context |= {"name": first.reader_name, "sender": site.name, "subject": subject}
    kind = "mail" if len(rows) == 1 else "digest"
    return Mail(
        name=" ".join(first.reader_name.split()),
        address=first.address,
        subject=subject,
        text=environment().get_template(f"notices/_{kind}.txt").render(context).strip() + "\n",
        html=environment().get_template(f"notices/_{kind}.html").render(context),
        message_id=message_id(rows, site),
        at=now,
    )


def _letter(row: Any, site: Site) -> tuple[str, dict[str, Any]]:
    return row.subject, {
        "about": row.subject.partition("】")[2].strip(),
        "body": row.body,
        "why": row.why,
        "url": address_of(row, site),
        "button": button_of(row),
    }


def _digest(rows: Sequence[Any], site: Site) -> tuple[str, dict[str, Any]]:
    found = sections(rows, site)
    counts = "，".join(f"{each.heading} {len(each.items)} 件" for each in found)
    roles = "、".join(dict.fromkeys(part_of(row) for row in rows))
    return f"【每日提醒】{counts}", {
        "sections": found,
        "why": f"您收到这封邮件，是因为您是这些问题的{roles}。",
        "url": f"{site.url}/",
        "button": "打开工作台",
    }


def part_of(row: Any) -> str:
    """In words, why this reader gets it: the part he plays, or whom a message about no single problem is for."""
    if row.name in MESSAGES:
        return MESSAGES[row.name]
    absent = stands_in_for(row.why)
    return LABELS[Role(row.role)] + (f"（代{absent}）" if absent else "")


def sections(rows: Sequence[Any], site: Site) -> list[Section]:
    """The notices of a digest under their headings; headings without notices are left out."""
    found: dict[str, list[tuple[str, str, str]]] = {heading: [] for heading in (TODAY, LATE, YOURS, OTHER)}
    for row in rows:
        found[SECTION_OF.get(row.name, OTHER)].append((row.subject, row.body, address_of(row, site)))
    return [Section(heading, tuple(items)) for heading, items in found.items() if items]


def address_of(row: Any, site: Site) -> str:
    """Where the one link leads: the enterprise's own page, or the page on our site."""
    return f"{site.url}/e/{sign_link(row.link_id)}" if row.link_id else f"{site.url}{row.path or '/'}"


def button_of(row: Any) -> str:
    """What the link is called."""
    if row.link_id is None:
        return "打开页面" if row.name in MESSAGES else "打开问题页"
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
    Notice.clock_id,
    Notice.link_id,
    Notice.path,
    Notice.subject,
    Notice.body,
    Notice.why,
    Notice.pace,
    Notice.written_at,
    Notice.send_after_at,
    Notice.tries,
)
"""All that a mail is made from."""
