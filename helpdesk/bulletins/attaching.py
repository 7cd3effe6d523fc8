"""What mails about an issued bulletin carry: the paper and the workbook, made once for all readers of one claim."""

import logging
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from helpdesk.bulletins import queries, receipt_queries
from helpdesk.bulletins.papering import files_of
from helpdesk.notices.channels import Attached
from workflows.bulletin import RECEIPT
from workflows.engine import Refused
from workflows.roles import Whose
from workflows.terms import NEW

log = logging.getLogger(__name__)

SENT_WITH = frozenset(
    tell.notice for action in RECEIPT.actions if NEW in action.sources for tell in action.tells if Whose.TURN in tell.to
)
"""The notices by which a unit is sent a bulletin; reminders only say where it is."""


def attached(rows: Collection[Any], now: datetime) -> Mapping[int, tuple[Attached, ...]]:
    """The files by row; a bulletin whose template cannot be filled goes without: the mail says where to read it."""
    sent = {row.id: row.proceeding_id for row in rows if row.name in SENT_WITH and row.proceeding_id}
    if not sent:
        return {}
    parents = receipt_queries.bulletins_by_receipt(set(sent.values()))
    made = {parent: _made(parent, now) for parent in set(parents.values())}
    return {row_id: made[parents[key]] for row_id, key in sent.items() if key in parents}


def _made(bulletin_id: int, now: datetime) -> tuple[Attached, ...]:
    try:
        return tuple(Attached(*each) for each in files_of(queries.get(bulletin_id), now=now))
    except Refused:
        log.exception("bulletin %s goes without its files", bulletin_id)
        return ()
