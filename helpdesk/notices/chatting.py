"""Beside the mail: what is told at once, and every 催办 and 督办, also goes to the chat a person has named."""

from typing import Any

from flask import current_app

from helpdesk.notices import queries
from helpdesk.notices.channels.chat import kind_of
from helpdesk.notices.models import CHAT, URGENT, WAITING
from helpdesk.notices.reminders import ESCALATIONS
from workflows.terms import Pace


def copies(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A further row for each of these that also goes to a chat; none where that is switched off."""
    if not current_app.config["CHAT"]:
        return []
    worthy = [row for row in rows if row["person_id"] and _goes_at_once(row)]
    known = queries.chat_addresses({row["person_id"] for row in worthy})
    return [_copy(row, known[row["person_id"]]) for row in worthy if row["person_id"] in known]


def _goes_at_once(row: dict[str, Any]) -> bool:
    return row["pace"] in (Pace.AT_ONCE.value, URGENT) or row["name"] in ESCALATIONS


def _copy(row: dict[str, Any], address: str) -> dict[str, Any]:
    """Only the kind of the address is kept with the row: the rest of it is a secret of its owner."""
    pace = row["pace"] if row["pace"] == URGENT else Pace.AT_ONCE.value
    told = {"reader": f"c{row['person_id']}", "address": kind_of(address), "status": WAITING, "pace": pace}
    return row | told | {"channel": CHAT}
