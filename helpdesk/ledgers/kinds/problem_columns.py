"""The columns of an old 问题台账, under the headings and in the words of practice."""

from helpdesk.ledgers.terms import Column, Kind
from workflows.fields import CATEGORIES, SATISFACTIONS, URGENCIES
from workflows.problem import PROBLEM

UNDONE = "undone"
"""未办理 of practice: 待签收 where the ledger names a group, 待受理 where it does not."""

STATE_WORDS: dict[str, tuple[str, ...]] = {
    UNDONE: ("未办理", "未处理", "待办理", "待处理", "未办", "待办", "未解决"),
    "reported": ("未受理", "受理中", "未交办", "待交办"),
    "returned": ("退回补充", "待补充材料"),
    "assigned": ("已交办", "已派单", "已转办", "已分派"),
    "objected": ("退单", "申请退单"),
    "handling": (
        "正在办理",
        "在办",
        "处理中",
        "正在处理",
        "正在解决",
        "推进中",
        "持续推进",
        "跟踪办理",
        "延期",
        "办理",
    ),
    "reviewing": ("办结中", "待审核"),
    "suspended": ("已挂账", "暂无法办结", "暂时无法解决", "暂缓", "长期推进", "挂账办理", "挂账推进"),
    "elevated": ("提级", "提级办理", "提请区领导协调"),
    "referred": ("报上级", "上报上级", "需上级解决", "已上报市级"),
    "evaluating": ("待评价", "待企业确认"),
    "calling_back": ("待电话回访", "回访中", "未回访"),
    "closing": ("申请销号", "拟销号"),
    "closed": (
        *("销号", "已办结", "办结", "完全办结", "已解决", "解决", "已处理", "延期已处理", "已完成", "完成", "已答复"),
    ),
    "declined": ("不受理", "未予受理", "不属于受理范围"),
    "withdrawn": ("撤回", "企业撤回", "撤销"),
    "terminated": ("终止", "终止办理", "中止"),
}
"""What practice calls each state; the official label stands first by itself. Everything else is refused."""

CATEGORY_WORDS: dict[str, tuple[str, ...]] = {
    "finance": ("融资", "金融", "资金", "企业融资", "融资类", "贷款", "金融类"),
    "approval": ("审批", "项目手续", "手续办理", "行政审批", "审批类", "项目审批和运行"),
    "land": ("用地", "土地", "规划", "土地规划", "用地类"),
    "utilities": ("水电气", "水电气热", "水电暖", "供水供电", "基础设施", "要素保障"),
    "transport": ("交通", "道路", "物流", "交通类"),
    "labour": ("用工", "招工", "招聘", "用工类"),
    "talent": ("人才", "人才类"),
    "policy": ("政策", "政策落实", "惠企政策", "政策类"),
    "market": ("监管", "执法检查", "市场"),
    "legal": ("法律", "诉讼", "涉法", "法律服务"),
    "arrears": ("欠款", "拖欠", "清欠", "账款拖欠"),
    "safety": ("安全", "环保", "安全生产", "环境保护"),
    "living": ("生活", "子女入学", "教育医疗", "民生"),
    "other": ("其它", "其他类"),
}
URGENCY_WORDS = {"ordinary": ("普通", "一般问题", "正常"), "urgent": ("急", "加急", "特急", "紧急问题")}
SATISFACTION_WORDS = {
    "satisfied": ("非常满意", "很满意"),
    "fair": ("较满意", "比较满意", "一般"),
    "dissatisfied": ("不太满意", "很不满意"),
}

STATES = {name: words if name == UNDONE else (PROBLEM.state(name).label, *words) for name, words in STATE_WORDS.items()}


def _choices(known: tuple[tuple[str, str], ...], words: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {value: (label, *words.get(value, ())) for value, label in known}


COLUMNS = (
    Column(
        *("number", "原编号"),
        aliases=("问题编号", "编号", "台账编号", "登记编号", "登记号", "受理编号", "问题序号", "工单号"),
        help="迁入以后就是问题的编号，不能重复；没有的接续现有编号",
        example="2026-017",
        longest=20,
        width=18,
    ),
    Column(
        *("enterprise", "企业名称", Kind.NAME),
        aliases=("企业", "单位名称", "公司名称", "企业全称", "反映企业", "诉求企业", "提出企业", "企业（项目）名称"),
        required=True,
        help="名录里的全称；企业要先登记",
        example="长春示例机械有限公司",
        width=34,
    ),
    Column(
        *("uscc", "统一社会信用代码", Kind.CODE),
        aliases=("信用代码", "社会信用代码", "企业代码"),
        help="填了就和企业名称互相核对",
        width=24,
    ),
    Column(
        *("title", "问题标题"),
        aliases=("标题", "问题名称", "事项名称", "问题摘要"),
        help="没有的取“企业反映问题”开头的文字",
        longest=60,
        width=30,
    ),
    Column(
        *("detail", "企业反映问题"),
        aliases=("反映的问题", "反映问题", "问题", "问题内容", "问题描述", "问题情况", "企业问题诉求", "诉求内容", "企业诉求",
                 "存在问题", "主要问题", "存在的困难和问题", "问题诉求"),
        example="雨后厂区门前道路积水，货车进不来",
        longest=4000,
        width=46,
    ),
    Column(
        *("category", "问题类别", Kind.CHOICE),
        aliases=("问题类型", "类别", "类型", "问题分类", "诉求类型"),
        choices=_choices(CATEGORIES, CATEGORY_WORDS),
    ),
    Column(
        *("urgency", "紧急程度", Kind.CHOICE),
        aliases=("缓急程度", "紧急情况"),
        choices=_choices(URGENCIES, URGENCY_WORDS),
        width=10,
    ),
    Column(
        *("reported_by", "上报人"),
        aliases=("包联干部", "包保干部", "助企干部", "挂点干部", "收集人", "填报人", "报送人", "反映人"),
        help="人员名录里的姓名；同名或者没有的只作记录",
        longest=60,
    ),
    Column(*("contact_name", "企业联系人"), aliases=("联系人", "企业负责人"), longest=30),
    Column(*("contact_phone", "联系电话", Kind.PHONE), aliases=("电话", "联系方式", "企业联系电话"), width=18),
    Column(
        *("reported_on", "上报日期", Kind.DAY),
        aliases=("发起时间", "问题接收时间", "接收时间", "上报时间", "收集时间", "收集日期", "受理日期", "受理时间", "登记日期",
                 "反映日期", "反映时间", "提出时间", "日期", "时间"),
        required=True,
        help="没有办理时限的，从这一天起算",
        example="2026-03-05",
    ),
    Column(
        *("state", "当前状态", Kind.CHOICE),
        aliases=("状态", "流程状态", "办理状态", "后续解决状况", "解决状况", "解决情况", "办结情况", "是否办结", "问题状态",
                 "办理进度"),
        required=True,
        help="“未办理”：有责任组的是待签收，没有的是待受理；“已办结”按已销号迁入，还没有销号的请写待销号",
        example="办理中",
        choices=STATES,
    ),
    Column(
        *("group", "责任组"),
        aliases=("责任专班", "功能组", "办理部门", "交办单位", "责任单位", "承办单位", "牵头单位", "主办单位", "专班负责单位",
                 "办理单位"),
        help="七个功能组之一",
    ),
    Column(
        *("handler", "承办人"),
        aliases=("责任人", "承办人员", "经办人", "具体负责人"),
        help="责任组里的人员",
        longest=60,
    ),
    Column(
        *("due_on", "办理时限", Kind.DAY),
        aliases=("解决时限", "办结时限", "整改期限", "完成时限", "要求完成时间", "截止日期", "计划完成时间", "拟办结时间"),
        help="日期；填了就按它计时",
    ),
    Column(
        *("progress", "当前进展"),
        aliases=("办理情况", "办理过程", "进展情况", "最新进展", "办理进展", "工作进展", "办理详细说明"),
        longest=2000,
        width=40,
    ),
    Column(
        *("result", "办理结果"),
        aliases=("解决结果", "处理结果", "答复内容", "答复情况", "处理意见", "无法办理说明"),
        longest=4000,
        width=40,
    ),
    Column(
        *("closed_on", "办结日期", Kind.DAY),
        aliases=("办结时间", "销号日期", "销号时间", "完成日期", "完成时间", "解决时间"),
        help="已经结束的必填",
    ),
    Column(
        *("solved", "是否解决", Kind.CHOICE),
        aliases=("企业认为是否解决", "问题是否解决"),
        choices={"yes": ("是", "已解决", "解决"), "no": ("否", "未解决", "没有解决")},
        width=10,
    ),
    Column(
        *("satisfaction", "企业评价", Kind.CHOICE),
        aliases=("满意度", "是否满意", "企业满意度", "回访情况", "回访结果", "满意情况"),
        choices=_choices(SATISFACTIONS, SATISFACTION_WORDS),
        width=10,
    ),
    Column(*("remarks", "备注"), aliases=("说明", "备注说明"), longest=2000, width=30),
)  # fmt: skip

OF_QUESTION = {
    "old_number": "number", "state_now": "state", "enterprise": "enterprise", "title": "title", "detail": "detail",
    "category": "category", "urgency": "urgency", "reported_by": "reported_by", "contact_name": "contact_name",
    "contact_phone": "contact_phone", "reported_on": "reported_on", "group": "group", "handler": "handler",
    "old_due_on": "due_on", "progress": "progress", "result": "result", "old_closed_on": "closed_on",
    "solved": "solved", "satisfaction": "satisfaction", "remarks": "remarks",
}  # fmt: skip
"""Which column answers a question of the act ``move_in``: what is wrong with an answer is told of its cell."""
