"""Who was turned away goes on record: signed-in people who asked for what is not for them, once a minute and page."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask_login import current_user

from helpdesk import clock
from helpdesk.audit import queries
from helpdesk.audit.commands import record_apart
from helpdesk.errors import turned_away

KIND = "turned_away"
ONCE_IN = timedelta(minutes=1)


def init_app(app: Flask) -> None:
    """Listen where every refusal is answered."""
    turned_away.connect(_note, app)


def _note(_app: Flask, *, path: str, code: int, message: str) -> None:
    if not current_user.is_authenticated:
        return
    who: dict[str, Any] = {"by_id": current_user.id, "by_name": f"{current_user.name}（{current_user.username}）"}
    now = clock.now()
    if not queries.noted_since(now - ONCE_IN, kind=KIND, by_id=who["by_id"], about=path):
        record_apart(KIND, **who, about=path, details={"应答": code, "说明": message}, now=now, ok=False)
