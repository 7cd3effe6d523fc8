"""An order as a paper: the facts that 督办单 and 督办函 are filled with."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from helpdesk.clock import local
from helpdesk.proceedings.models import Proceeding, ProceedingEntry
from helpdesk.supervision.models import OrderProblem
from workflows.book import CLOCKS
from workflows.supervision import LEVELS, ORDER

PAPERS_OF_AN_ORDER = ("order", "letter")
ISSUING = next(action.name for action in ORDER.actions if action.numbers)


def facts_of(
    order: Proceeding, rows: Iterable[OrderProblem], entries: Iterable[ProceedingEntry], *, district: str
) -> dict[str, Any]:
    """What the paper says; of an order that has been issued, as it was issued."""
    issued = next((each for each in entries if each.action == ISSUING), None)
    return {
        "number": order.number or "",
        "level": dict(LEVELS).get(str(order.facts.get("level", "")), ""),
        "unit": order.unit.name if order.unit else "",
        "title": order.title,
        "problems": [_problem(row) for row in rows],
        "demand": order.facts.get("demand", ""),
        "reply_by": date.fromisoformat(order.facts["reply_by"]),
        "issued_on": local(issued.at if issued else order.changed_at).date(),
        "issuer": f"{district}督查考核办公室",
        "body": ["下列企业问题没有按期办结，现将督办事项函告如下。"],
    }


def _problem(row: OrderProblem) -> dict[str, Any]:
    return {
        "number": row.problem.number or "",
        "enterprise": row.problem.enterprise.name if row.problem.enterprise else "",
        "title": row.problem.title or "",
        "leg": CLOCKS[row.clock.name].label if row.clock else "",
        "due": row.due_on or "",
        "late_days": row.late_days or "",
    }
