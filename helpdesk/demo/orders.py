"""The supervision office's days in the demo: what is drafted is issued the next morning; units sign, reply, are returned, reply again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from helpdesk.clock import calendar
from helpdesk.org.queries import seating
from helpdesk.org.roles import Seating
from helpdesk.proceedings.commands import Actor, proceed
from helpdesk.proceedings.models import Proceeding
from helpdesk.proceedings.standing import named_people
from helpdesk.proceedings.sweep import sweep
from helpdesk.supervision.commands import draft_due
from helpdesk.supervision.queries import unfinished
from workflows.roles import Role
from workflows.supervision import ORDER

RETURNED_BEFORE = 6  # versions: who has been returned once is accepted the next time
A_DAY = timedelta(hours=20)
CAUSES = ("涉及两个部门，协调用时较长。", "现场条件复杂，方案调整了一次。", "经办人手不足，进度滞后。")
STEPS = ("已明确专人负责，每天调度一次，本周内完成现场施工。", "已与有关部门会商，形成方案，按方案抓紧落实。")


def tend(now: datetime) -> None:
    """One morning of the office: milestones, drafts, and the next step of every order whose time has come."""
    sweep(now)
    draft_due(now)
    if not calendar().is_working(calendar().day_of(now)):
        return
    seats = seating(calendar().day_of(now))
    for order in unfinished():
        step = _next_step(order, now)
        if step and (by := _who(step, order, seats)):
            proceed(ORDER.name, order.id, step, by=by, given=_answers(step, order, now), now=now)


def _next_step(order: Proceeding, now: datetime) -> str | None:
    """What happens next, and after how long; some units are slower than others."""
    slow = order.id % 3 == 0
    wanted, after = {
        "order_drafted": ("issue_order", A_DAY),
        "order_issued": ("sign_order", 3 * A_DAY if slow else A_DAY),
        "order_signed": ("reply_order", 9 * A_DAY if slow else 2 * A_DAY),
        "order_replied": (
            "return_order" if order.id % 4 == 1 and order.version < RETURNED_BEFORE else "accept_order",
            A_DAY,
        ),
        "order_accepted": ("close_order", 4 * A_DAY),
    }[order.state]
    return wanted if now - order.state_since_at >= after else None


def _who(step: str, order: Proceeding, seats: Seating) -> Actor | None:
    roles = ORDER.action(step).roles
    if Role.ADDRESSEE in roles:
        keys = named_people(order.unit_id, None, seats)[Role.ADDRESSEE]
        found = next((each for each in seats.sitters if each.person_id in keys), None)
    else:
        found = next(iter(seats.holders(Role.SUPERVISOR, None)), None)
    return Actor(found.person_id, found.name) if found else None


def _answers(step: str, order: Proceeding, now: datetime) -> Mapping[str, Any]:
    """What is said, by question; one of a few sentences each."""
    today, pick = calendar().day_of(now), order.id
    known = {
        "reply_by": calendar().add(today, 5),
        "causes": CAUSES[pick % len(CAUSES)],
        "steps": STEPS[pick % len(STEPS)],
        "done_by": calendar().add(today, 7),
        "reason": "措施没有写明完成时间，请补充后再报。",
        "opinion": "所列问题已经落实，同意办结。",
    }
    return {question.name: known[question.name] for question in ORDER.action(step).asks}
