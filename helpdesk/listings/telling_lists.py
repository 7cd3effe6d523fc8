"""未送达通知: what somebody should have been told of a problem at work, and no mail server would take."""

from collections.abc import Sequence
from typing import Any

from helpdesk.listings import telling_queries
from helpdesk.listings.terms import Column, Filter, Kind, Listing
from helpdesk.listings.words import Reading
from workflows.roles import LABELS, Role

OFFICES = frozenset({Role.SUPERVISOR, Role.DISPATCHER, Role.DISPATCH_LEAD})
"""Whoever sees to it that people are told in another way."""


def _kind(line: Any, _: Reading) -> str:
    """The kind of notice alone: what it says is its reader's business."""
    return str(line.subject).partition(" ")[0]


def _role(line: Any, _: Reading) -> str:
    return LABELS[Role(line.role)] if line.role in set(Role) else ""


ROLE = Filter(
    "role",
    "收件人身份",
    lambda value, _: telling_queries.as_role(value) if value else None,
    choices=lambda _: (("", "全部"), *((role.value, LABELS[role]) for role in Role if role is not Role.SYSTEM)),
)


def undelivered_listing(filters: Sequence[Filter], columns: Sequence[Column]) -> Listing:
    """未送达通知; ``filters`` of problems, ``columns`` that say which problem it is."""
    return Listing(
        "undelivered",
        "未送达通知",
        "在办问题里没有送到的通知：请用电话等方式另行告知，邮箱由系统管理员更正后再发一次",
        keys=telling_queries.undelivered,
        lines=telling_queries.notice_lines,
        filters=(*filters, ROLE),
        columns=(
            *columns,
            Column("notice", "通知", _kind, width=16, look="narrow"),
            Column("reader", "收件人", lambda line, _: line.reader_name, width=16, look="narrow"),
            Column("role", "身份", _role, width=12, look="narrow", phone=False),
            Column("written_at", "写成时间", lambda line, _: line.written_at, Kind.MOMENT, 18, sort="written"),
            Column("tries", "已试（次）", lambda line, _: line.tries, Kind.NUMBER, 8, phone=False),
        ),
        orders={"written": telling_queries.WRITTEN},
        order="-written",
        by=OFFICES,
        empty=("没有未送达的通知", "邮件服务器退回、多次重试仍然失败的通知会列在这里。"),
        unit="条",
    )
