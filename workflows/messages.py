"""Messages about no single problem: which there are, and who is told, in words for the foot of the mail."""

MESSAGES = {
    "audit_broken": "审计管理员",
    "audit_head": "存放封存头的人员",
    "calendar_missing": "系统管理员",
    "dates_moved": "时限有变动的问题的办理人员",
    "mail_failures": "系统管理员",
    "morning": "在办问题的办理人员",
    "policy_published": "时限规则的使用人员",
    "substitute_ended": "这次代理的代理人或者被代理人",
    "substitute_named": "这次代理的代理人或者被代理人",
    "sweep_late": "系统管理员",
}
"""Each has a template in ``helpdesk/templates/notices/<name>.txt`` that extends ``_message.txt``."""
