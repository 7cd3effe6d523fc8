"""What 审计管理员 finds in the demo: some days of sign-ins, an export, a refusal, and a record under a seal and proved."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from helpdesk.audit.commands import record, seal
from helpdesk.db import begin_writing, db
from helpdesk.operations.proving import prove
from helpdesk.org.auditing import called
from helpdesk.org.models import Person


class Happened(NamedTuple):
    """An event: how many hours ago, its kind, whose (user name; None: nobody known), about what, and how it ended."""

    hours: float
    kind: str
    username: str | None
    about: str
    ok: bool = True
    details: Mapping[str, Any] = MappingProxyType({})


HAPPENED = (
    Happened(50, "sign_in", "zhaoming", "登录系统"),
    Happened(49, "sign_in", "fengxue", "登录系统"),
    Happened(48.5, "export", "fengxue", "逾期清单（xlsx，9 行）", details={"阶段": "在办"}),
    Happened(27, "sign_in_failed", None, "账号 王海波（wanghaibo）", ok=False, details={"原因": "密码不正确"}),
    Happened(26.9, "sign_in", "wanghaibo", "登录系统"),
    Happened(
        26, "turned_away", "wanghaibo", "/audit", ok=False, details={"应答": 403, "说明": "这一页只供审计管理员使用"}
    ),
    Happened(25, "first_password", "fuan", "账号 安小宁（anxiaoning）"),
    Happened(5, "sign_in", "bianzhuo", "登录系统"),
)


def audit(now: datetime) -> None:
    """Put the events on record, seal everything, and prove it, as the scheduler would have."""
    begin_writing()
    people = {each.username: each for each in db.session.query(Person)}
    for each in HAPPENED:
        who = people[each.username] if each.username else None
        record(
            each.kind,
            by_id=who.id if who else None,
            by_name=called(who) if who else "未登录人员",
            about=each.about,
            details=each.details,
            ok=each.ok,
            address="10.20.30.40",
            now=now - timedelta(hours=each.hours),
        )
    db.session.commit()
    seal(now)
    prove(now)
