"""Drafting orders, by hand for many problems at once or by what has struck, and taking problems out of a draft."""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.org.models import UnitKind
from helpdesk.org.queries import units_by_id
from helpdesk.problems.actors import SYSTEM, Actor, Wish
from helpdesk.problems.moving_queries import lock_problems
from helpdesk.proceedings.commands import in_one_transaction
from helpdesk.proceedings.doing import Opening, Proceeded, proceed_within
from helpdesk.proceedings.following import register
from helpdesk.proceedings.models import Proceeding, ProceedingEntry
from helpdesk.supervision import queries
from helpdesk.supervision.models import OrderProblem
from helpdesk.supervision.queries import LateLeg
from workflows.engine import Decision, Missing, NotNow
from workflows.supervision import DROPPED, ORDER, ORDER_TITLE, REPLY_DAYS

log = logging.getLogger(__name__)
NO_UNIT = "由上报人负责的环节没有责任单位，请用催办"
OURSELVES = "由督查考核办公室自己负责，不能给自己发督办单"
NOT_ONE_OF_OURS = "已经办结，或者您看不到"
DRAFT = next(action for action in ORDER.actions if "new" in action.sources)


@dataclass
class Drafted:
    """What came of drafting: the drafts by unit, and which problems were left out and why."""

    orders: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def draft_for(
    problem_ids: Collection[int], *, level: str, by: Actor, now: datetime, may_see: Callable[[int], bool]
) -> Drafted:
    """One draft a unit for these problems, all in one transaction; problems that cannot be in one are named.

    ``may_see``: whether whoever drafts sees a problem. Raises NotYours for those who may not draft.
    """

    def write() -> Drafted:
        drafted = Drafted()
        lock_problems(problem_ids)  # whoever drafts about one of them at the same moment waits, and finds this draft
        legs = {key: leg for key, leg in queries.late_legs(problem_ids, now).items() if may_see(key)}
        drafted.refused = {key: NOT_ONE_OF_OURS for key in problem_ids if key not in legs}
        there, units = queries.open_orders_about(list(legs)), units_by_id()
        by_unit: dict[int, list[LateLeg]] = defaultdict(list)
        for key, leg in legs.items():
            if key in there:
                drafted.refused[key] = f"已经在{there[key].number or '另一份督办单草稿'}里"
            elif leg.unit_id is None:
                drafted.refused[key] = NO_UNIT
            elif units[leg.unit_id].kind == UnitKind.SUPERVISION:
                drafted.refused[key] = OURSELVES
            else:
                by_unit[leg.unit_id].append(leg)
        for unit_id, group in by_unit.items():
            drafted.orders.append(_draft(unit_id, group, level, by, now))
        return drafted

    done = in_one_transaction(write)
    assert isinstance(done, Drafted)
    return done


def draft_due(now: datetime) -> int:
    """Draft what milestones call for, one draft a unit and level; how many. Any number of processes may do it.

    The higher levels come first: a problem that is in one of them needs no lower one. What goes wrong with one draft is
    logged and left to the next run.
    """
    wanted = sorted(queries.drafts_called_for(), reverse=True)
    db.session.rollback()
    return sum(_drafted(unit_id, level, now) for level, unit_id in wanted)


def _drafted(unit_id: int, level: str, now: datetime) -> bool:
    """Whether there was something left to draft for that unit when its turn came."""
    try:
        return in_one_transaction(lambda: _draft_what_is_due(unit_id, level, now)) is not None
    except Exception:
        db.session.rollback()
        log.exception("an order of level %s for unit %s could not be drafted", level, unit_id)
        return False


def _draft_what_is_due(unit_id: int, level: str, now: datetime) -> int | None:
    """Looked up once more behind the lock: another process, or somebody by hand, may have been faster."""
    locked = {leg.problem_id for leg in queries.legs_to_draft(unit_id, level)}
    lock_problems(locked)
    legs = [leg for leg in queries.legs_to_draft(unit_id, level) if leg.problem_id in locked]
    return _draft(unit_id, legs, level, SYSTEM, now) if legs else None


def _draft(unit_id: int, legs: list[LateLeg], level: str, by: Actor, now: datetime) -> int:
    today = calendar().day_of(now)
    unit = units_by_id()[unit_id].name
    reply_by = calendar().add(today, REPLY_DAYS[level])
    wish = Wish(DRAFT.name, by, _proposal(unit, level, reply_by), now)
    done = proceed_within(ORDER.name, None, wish, Opening(unit_id=unit_id))
    there = queries.open_orders_about([leg.problem_id for leg in legs])
    seen: set[int] = set()
    for leg in legs:
        if leg.problem_id not in seen:
            earlier = there.get(leg.problem_id)
            db.session.add(_row(done, leg, today, now, earlier.id if earlier else None))
        seen.add(leg.problem_id)
    db.session.flush()
    return done.proceeding_id


def _proposal(unit: str, level: str, reply_by: date) -> dict[str, Any]:
    """What the draft says until somebody changes it; nothing that another level or a problem taken out makes untrue."""
    title = "关于{}加快办理逾期企业问题的督办单"
    room = ORDER_TITLE.longest - len(title.format(""))
    return {
        "level": level,
        "order_title": title.format(unit if len(unit) <= room else f"{unit[: room - 1]}…"),
        "demand": "所列企业问题已经超过办理时限。请说明逾期原因、整改措施和承诺办结日期，按期书面回复，并抓紧办理。",
        "reply_by": reply_by,
    }


def _row(done: Proceeded, leg: LateLeg, today: date, now: datetime, after_id: int | None) -> OrderProblem:
    return OrderProblem(
        order_id=done.proceeding_id,
        problem_id=leg.problem_id,
        clock_id=leg.clock_id,
        milestone=leg.milestone,
        due_on=leg.due_on,
        late_days=max(calendar().between(leg.due_on, today), 0) if leg.due_on else 0,
        added_at=now,
        after_id=after_id if after_id != done.proceeding_id else None,
    )


def take_part(order: Proceeding, _entry: ProceedingEntry, decision: Decision, wish: Wish) -> None:
    """What an act on an order changes about its problems, in the same transaction."""
    if DROPPED in decision.action.asks:
        _drop(order, wish.given[DROPPED.name])


def _drop(order: Proceeding, number: str) -> None:
    """Take a problem out of a draft; the last one stays, for an order is about something."""
    rows = queries.rows_of(order.id)
    row = next((each for each in rows if each.problem.number == number), None)
    if row is None:
        raise Missing({DROPPED.name: f"{number}不在这份督办单里"})
    if len(rows) == 1:
        raise NotNow("这是最后一个问题；不需要督办的，请作废草稿")
    row.dropped = True


register(ORDER.name, take_part)
DRAFT_STATES = tuple(move.dest for move in DRAFT.moves)
