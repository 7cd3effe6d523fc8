"""Too seldom and too often: when an enterprise has not been visited for long, and when visits become a burden to it.

Both count visits on site by anybody; calls on the phone are neither. 优化营商环境条例 art. 48: inspections and visits must not
disturb an enterprise's normal operation. Districts that set a rhythm ask for one visit a month to one a quarter.
"""

from dataclasses import dataclass
from datetime import date

from helpdesk.visits.queries import BURDEN_DAYS, Rhythm

SELDOM, OFTEN = "seldom", "often"
KINDS = ((SELDOM, "久未走访"), (OFTEN, "走访过多"))


@dataclass(frozen=True)
class Limits:
    """``longest``: days without a visit before somebody should go; ``most``: visits in 30 days that are no burden yet."""

    longest: int
    most: int


def seldom_words(rhythm: Rhythm, added_on: date, today: date, limits: Limits) -> str | None:
    """已有 95 天没有实地走访（上次 8月28日）; None while there is no need. ``added_on``: since when it is in the register."""
    days = (today - (rhythm.last_on or added_on)).days
    if days <= limits.longest:
        return None
    since = f"上次 {rhythm.last_on:%Y-%m-%d}" if rhythm.last_on else "登记以来还没有走访过"
    return f"已有 {days} 天没有实地走访（{since}），超过 {limits.longest} 天"


def often_words(rhythm: Rhythm, limits: Limits, *, one_more: bool = False) -> str | None:
    """近 30 天已实地走访 5 次…; ``one_more``: what is planned ahead and the one being planned count as well."""
    coming = rhythm.planned + 1 if one_more else 0
    if rhythm.lately + coming <= limits.most:
        return None
    ahead = f"，今后 {BURDEN_DAYS} 天还有计划 {rhythm.planned} 次" if one_more and rhythm.planned else ""
    return (
        f"近 {BURDEN_DAYS} 天各方已实地走访 {rhythm.lately} 次{ahead}，一般不超过 {limits.most} 次。"
        "请考虑合并走访或者改用电话，避免增加企业负担（《优化营商环境条例》第四十八条）"
    )
