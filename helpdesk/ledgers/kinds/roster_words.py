"""Units and duties as workbooks name them."""

from helpdesk.org.models import Duty, UnitKind

DUTIES: dict[str, tuple[str, ...]] = {
    Duty.LEAD: ("负责人", "组长", "主任", "局长", "主要负责人", "牵头人"),
    Duty.LIAISON: ("联络员", "联系人"),
    Duty.HANDLER: ("经办人", "承办人"),
    Duty.MEMBER: ("成员", "组员", "工作人员", "科员", "干部"),
    Duty.IN_CHARGE: ("分管领导", "分管"),
}
UNIT_KINDS: dict[str, tuple[str, ...]] = {
    UnitKind.DEPARTMENT: ("部门", "承办单位", "区直部门", "局"),
    UnitKind.STREET: ("街道、乡镇", "街道", "乡镇", "镇"),
    UnitKind.GROUP: ("功能组", "工作组"),
    UnitKind.TASK_FORCE: ("项目专班", "专班"),
    UnitKind.LEADING_GROUP: ("领导小组",),
    UnitKind.DISPATCH: ("调度室",),
    UnitKind.SUPERVISION: ("督查考核办公室",),
    UnitKind.COORDINATION: ("综合协调办公室",),
}
