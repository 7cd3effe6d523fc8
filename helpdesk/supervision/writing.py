"""An order as a paper: the facts that 督办单 and 督办函 are filled with."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from helpdesk.clock import local
from helpdesk.papers.issuers import supervision_office
from helpdesk.proceedings.models import Proceeding, ProceedingEntry
from helpdesk.supervision.models import OrderProblem
from workflows.book import CLOCKS
from workflows.supervision import DEMAND, LEVEL, LEVELS, ORDER, ORDER_TITLE, REPLY_BY

PAPERS_OF_AN_ORDER = ("order", "letter")
ISSUING = next(action.name for action in ORDER.actions if action.numbers)


def facts_of(order: Proceeding, rows: Iterable[OrderProblem], entries: Iterable[ProceedingEntry]) -> dict[str, Any]:
    """What the paper says; of an order that has been issued, as it was issued, whatever was changed since."""
    told, issued_at = _as_issued(entries)
    return {
        "number": order.number or "",
        "level": dict(LEVELS)[told[LEVEL.name]],
        "unit": order.unit.name if order.unit else "",
        "title": told[ORDER_TITLE.name],
        "problems": [_problem(row) for row in rows],
        "demand": told[DEMAND.name],
        "reply_by": date.fromisoformat(told[REPLY_BY.name]),
        "issued_on": local(issued_at or order.changed_at).date(),
        "issuer": supervision_office(),
        "body": ["下列企业问题没有按期办结，现将督办事项函告如下。"],
    }


def _as_issued(entries: Iterable[ProceedingEntry]) -> tuple[dict[str, Any], datetime | None]:
    """The newest answer to each question up to the issuing, and its moment; of a draft all of them, and None."""
    told: dict[str, Any] = {}
    for entry in sorted(entries, key=lambda each: each.id):
        told |= {each["name"]: each["value"] for each in entry.answers}
        if entry.action == ISSUING:
            return told, entry.at
    return told, None


def _problem(row: OrderProblem) -> dict[str, Any]:
    return {
        "number": row.problem.number or "",
        "enterprise": row.problem.enterprise.name if row.problem.enterprise else "",
        "title": row.problem.title or "",
        "leg": CLOCKS[row.clock.name].label if row.clock else "",
        "due": row.due_on or "",
        "late_days": row.late_days or "",
    }
