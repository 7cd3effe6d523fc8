"""What people and administrators did, put on record under the name of whoever did it."""

from datetime import datetime
from typing import Any

from helpdesk.audit.commands import record, record_apart
from helpdesk.org.models import Person

AT_THE_SERVER = "服务器命令行"


def called(person: Person | None) -> str:
    """李四（li.si）; None is whoever sits at the server."""
    return f"{person.name}（{person.username}）" if person else AT_THE_SERVER


def audited(kind: str, *, by: Person | None, about: str, now: datetime, **more: Any) -> None:
    """That person did it; within the running transaction."""
    record(kind, by_id=by.id if by else None, by_name=called(by), about=about, now=now, **more)


def audited_apart(kind: str, *, by: Person, about: str, now: datetime, **more: Any) -> None:
    """The same in a transaction of its own, where there is no other."""
    record_apart(kind, by_id=by.id, by_name=called(by), about=about, now=now, **more)
