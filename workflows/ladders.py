"""Clocks and reminders: when the holder of the turn, and who above him, is told about a due day (the 13710 rule)."""

from workflows.roles import Role, Whose
from workflows.terms import Milestone, Pace, Tell


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
