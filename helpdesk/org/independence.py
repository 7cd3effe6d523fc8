"""Who may not stand in for whom: the sides that watch one another must not fall into one hand (回避)."""

from collections.abc import Iterable
from enum import StrEnum
from itertools import product

from helpdesk.org.models import Duty, UnitKind
from helpdesk.org.roles import Sitter


class Side(StrEnum):
    """What a post makes of a person towards all problems alike."""

    HANDLES = "handles"  # 功能组: answers for the result
    DISPATCHES = "dispatches"  # 调度室: assigns, rules on objections, grants, calls back
    SUPERVISES = "supervises"  # 督查考核办公室: supervises, grants, closes
    LEADS = "leads"  # 分管领导、领导小组: decides what is elevated, or asked to be ended


LABELS = {
    Side.HANDLES: "功能组",
    Side.DISPATCHES: "调度室",
    Side.SUPERVISES: "督查考核办公室",
    Side.LEADS: "分管领导、领导小组",
}

APART: dict[frozenset[Side], str] = {
    frozenset({Side.SUPERVISES, Side.HANDLES}): "督查考核办公室要核实、销号功能组办理的问题",
    frozenset({Side.SUPERVISES, Side.DISPATCHES}): "督查考核办公室要督查调度室的受理、审批和回访",
    frozenset({Side.SUPERVISES, Side.LEADS}): "督查考核办公室要督查领导批示、协调事项的落实",
    frozenset({Side.DISPATCHES, Side.HANDLES}): "调度室要裁定功能组的退单、审批功能组的申请并回访办理结果",
    frozenset({Side.DISPATCHES, Side.LEADS}): "调度室提出的提级和终止申请要由领导决定",
    frozenset({Side.HANDLES, Side.LEADS}): "功能组提级的问题要由领导批示",
}
"""The sides of which one judges what the other does: neither stands in for the other, in either direction."""

NO_ADMINISTRATORS = "系统、安全、审计管理员不参与问题办理，不能代理别人，也不能由别人代理"
"""三员 take no part, so they are on no side and in no substitution."""

SIDE_OF = {
    UnitKind.GROUP: Side.HANDLES,
    UnitKind.DISPATCH: Side.DISPATCHES,
    UnitKind.SUPERVISION: Side.SUPERVISES,
    UnitKind.LEADING_GROUP: Side.LEADS,
}


def side_of(sitter: Sitter) -> Side | None:
    """The side that a post is on; None for posts that judge nobody."""
    if sitter.duty == Duty.IN_CHARGE:
        return Side.LEADS
    return SIDE_OF.get(UnitKind(sitter.kind))


def sides(sitters: Iterable[Sitter]) -> dict[int, frozenset[Side]]:
    """On which sides everybody is by his own posts; those on none are left out."""
    found: dict[int, frozenset[Side]] = {}
    for sitter in sitters:
        if sitter.for_id is None and (side := side_of(sitter)):
            found[sitter.person_id] = found.get(sitter.person_id, frozenset()) | {side}
    return found


def conflict(absent: frozenset[Side], substitute: frozenset[Side]) -> tuple[Side, Side] | None:
    """The side of the absent one and the side of the substitute that must stay apart; None when he may stand in.

    What the district itself has put into one hand (both sides held by one of them) is no conflict of theirs.
    """
    for pair in product(sorted(absent), sorted(substitute)):
        if frozenset(pair) in APART and not set(pair) <= absent and not set(pair) <= substitute:
            return pair
    return None
