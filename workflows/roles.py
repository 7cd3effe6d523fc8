"""The parts a person can play towards one problem; the same roles say who may act and who is told."""

from enum import StrEnum


class Role(StrEnum):
    """A part played towards *this* problem; who holds it is known by ``helpdesk/org/roles.py``."""

    REPORTER = "reporter"
    CADRE = "cadre"
    DISPATCHER = "dispatcher"
    DISPATCH_LEAD = "dispatch_lead"
    GROUP_LEAD = "group_lead"
    HANDLER = "handler"
    ASSIST = "assist"
    ASKER = "asker"
    ADDRESSEE = "addressee"
    SUPERVISOR = "supervisor"
    LEADER = "leader"
    CHIEF = "chief"
    ENTERPRISE = "enterprise"
    SYSTEM = "system"


class Whose(StrEnum):
    """Recipients that are not one fixed role."""

    TURN = "turn"  # whoever of the offices has the turn in the state that results; the enterprise is told by name only
    FORMER_GROUP = "former_group"  # the leads of the group that had it until now


Recipient = Role | Whose

LABELS: dict[Recipient, str] = {
    Role.REPORTER: "上报人",
    Role.CADRE: "包保干部",
    Role.DISPATCHER: "调度员",
    Role.DISPATCH_LEAD: "调度室主任",
    Role.GROUP_LEAD: "组长",
    Role.HANDLER: "承办人",
    Role.ASSIST: "协办组",
    Role.ASKER: "申请人",
    Role.ADDRESSEE: "主送单位负责人",
    Role.SUPERVISOR: "督查员",
    Role.LEADER: "分管领导",
    Role.CHIEF: "领导小组",
    Role.ENTERPRISE: "企业",
    Role.SYSTEM: "系统",
    Whose.TURN: "当前责任人",
    Whose.FORMER_GROUP: "原责任组组长",
}

STAFF = tuple(role for role in Role if role not in (Role.ASKER, Role.ADDRESSEE, Role.ENTERPRISE, Role.SYSTEM))
ANYONE = (*STAFF, Role.ENTERPRISE)
"""Everybody who plays any part; the clocks (SYSTEM) do not count."""
