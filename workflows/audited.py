"""What goes into the audit, by kind: 审计日志. Whoever adds an event adds its kind here first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of event: ``label`` in the list, ``group`` in the filter."""

    name: str
    label: str
    group: str


SIGNING_IN, ACCOUNTS, DATA, REFUSED, SETTINGS, PROOF = "登录", "账号与岗位", "数据使用", "越权", "设置", "存证"

KINDS = (
    Kind("sign_in", "登录", SIGNING_IN),
    Kind("sign_in_failed", "登录失败", SIGNING_IN),
    Kind("account_locked", "账号锁定", SIGNING_IN),
    Kind("sign_out", "退出登录", SIGNING_IN),
    Kind("sign_out_everywhere", "退出全部设备", SIGNING_IN),
    Kind("password_changed", "修改密码", SIGNING_IN),
    Kind("account_unlocked", "解锁账号", ACCOUNTS),
    Kind("first_password", "重置初始密码", ACCOUNTS),
    Kind("account_deactivated", "停用账号", ACCOUNTS),
    Kind("account_activated", "启用账号", ACCOUNTS),
    Kind("account_changed", "变更账号、岗位或者管理员职责", ACCOUNTS),
    Kind("person_enrolled", "新增人员", ACCOUNTS),
    Kind("person_corrected", "更正人员信息", ACCOUNTS),
    Kind("post_given", "任职", ACCOUNTS),
    Kind("post_ended", "免去任职", ACCOUNTS),
    Kind("unit_changed", "机构调整", ACCOUNTS),
    Kind("handed_over", "离任交接", ACCOUNTS),
    Kind("session_ended", "退出一处登录", SIGNING_IN),
    Kind("substitute_named", "指定代理", ACCOUNTS),
    Kind("substitute_ended", "收回代理", ACCOUNTS),
    Kind("export", "导出", DATA),
    Kind("number_revealed", "查看完整电话", DATA),
    Kind("sample_drawn", "抽取抽查样本", DATA),
    Kind("ledger_imported", "迁入台账", DATA),
    Kind("ledger_undone", "撤销迁入", DATA),
    Kind("turned_away", "无权访问", REFUSED),
    Kind("policy_published", "发布时限规则", SETTINGS),
    Kind("calendar_declared", "录入放假安排", SETTINGS),
    Kind("template_replaced", "更换文书模板", SETTINGS),
    Kind("audit_verified", "核验存证", PROOF),
)
AUDITED = {kind.name: kind for kind in KINDS}
