"""Clocks and reminders: when the holder of the turn, and who above him, is told about a due day (the 13710 rule)."""

from collections.abc import Iterable
from dataclasses import replace

from workflows.roles import Role, Whose
from workflows.terms import Asked, Choose, Clock, Limit, Milestone, Pace, Tell, Unit


def ladder(lead: Role | None) -> tuple[Milestone, ...]:
    """The milestones of an ordinary clock; ``lead`` is told from the day before on, nobody else's lead is known."""
    above = (lead,) if lead else ()
    return (
        Milestone("due_soon", "将到期提醒", -3, (Tell("due_soon", (Whose.TURN,), Pace.DIGEST),)),
        Milestone("due_next", "明日到期提醒", -1, (Tell("due_soon", (Whose.TURN, *above), Pace.DIGEST),)),
        Milestone("due_today", "今日到期", 0, (Tell("due_today", (Whose.TURN,), Pace.DIGEST),)),
        Milestone(
            "overdue",
            "催办通知书",
            1,
            (
                Tell("overdue", (Whose.TURN, *above)),
                Tell("overdue_copy", (Role.DISPATCHER,), Pace.DIGEST),
            ),
            severity=1,
        ),
        Milestone(
            "supervised",
            "一级督办",
            5,
            (
                Tell("supervise", (Whose.TURN, *above, Role.SUPERVISOR)),
                Tell("supervise_copy", (Role.LEADER,), Pace.DIGEST),
            ),
            severity=2,
        ),
        Milestone(
            "supervised_again",
            "二级督办",
            10,
            (
                Tell("supervise", (Whose.TURN, *above, Role.SUPERVISOR)),
                Tell("supervise_copy", (Role.LEADER, Role.CHIEF), Pace.DIGEST),
            ),
            severity=3,
        ),
    )


GROUP_LADDER = ladder(Role.GROUP_LEAD)
DISPATCH_LADDER = ladder(Role.DISPATCH_LEAD)
LEADER_LADDER = ladder(Role.CHIEF)
PLAIN_LADDER = ladder(None)
ENTERPRISE_LADDER = (
    Milestone("evaluate_soon", "评价提醒", -1, (Tell("please_evaluate_soon", (Role.ENTERPRISE,), link="evaluate"),)),
)
"""The enterprise is reminded once; when it stays silent someone calls."""

ASSIST_LADDER = ladder(Role.GROUP_LEAD)
"""The turn is the assisting group's; the leading group, which waits for it, is told with it."""

ORDER_LADDER = (
    *(mark for mark in PLAIN_LADDER if mark.severity < 2),  # 督办 of a 督办单 goes to the leaders instead
    Milestone(
        "left_lying",
        "呈报领导",
        5,
        (Tell("overdue", (Whose.TURN,)), Tell("overdue_copy", (Role.LEADER, Role.CHIEF), Pace.DIGEST)),
        severity=2,
    ),
)
"""For what is addressed to a unit as a whole: 督办单, 通报."""


# -- Which of these a limit leaves room for ----------------------------------------------------------------------------

HOURS = 24
SHORTEST_OFFICE_DAY = 4
"""Hours: a limit in working hours is certainly over after so many days as it has spells of this length."""


def limits_of(rule: Limit | Choose | Asked) -> tuple[Limit, ...]:
    """Every limit a clock can start with; of a chosen day the longest."""
    if isinstance(rule, Limit):
        return (rule,)
    if isinstance(rule, Asked):
        return (Limit(rule.most, Unit.NATURAL_DAYS),)
    return (*rule.limits.values(), *([rule.again] if rule.again else []))


def reach(limit: Limit) -> int:
    """How many working days can lie after the start up to and with the due day, at most."""
    if limit.unit is Unit.HOURS:
        return (limit.amount + HOURS - 1) // HOURS  # begun just before midnight
    if limit.unit is Unit.WORKING_HOURS:
        return -(-limit.amount // SHORTEST_OFFICE_DAY)
    return limit.amount


def can_strike(mark: Milestone, rule: Limit | Choose | Asked) -> bool:
    """Whether a milestone can come after the start of the clock under at least one of its limits; reminders only."""
    return mark.severity > 0 or max(map(reach, limits_of(rule)), default=0) + mark.days > 0


def fitted(clocks: Iterable[Clock]) -> tuple[Clock, ...]:
    """The clocks without the reminders for which all of their limits are too short."""
    return tuple(
        replace(clock, milestones=tuple(mark for mark in clock.milestones if can_strike(mark, clock.limit)))
        for clock in clocks
    )
