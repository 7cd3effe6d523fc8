"""THE PAPERS: which there are and what each tells. A template may name these fields and no others."""

from helpdesk.papers.terms import Field, Paper, Shape
from helpdesk.problems.sentences import STRIKE

# -- Fields that many papers share -------------------------------------------------------------------------------------

NUMBER = Field("number", "问题编号", "〔2026〕0012", "问题在系统里的编号")
ENTERPRISE = Field("enterprise", "企业名称", "示例一号机械有限公司")
CONTACT = Field("contact", "企业联系人和电话", "王经理 150****0625", "不负责联系企业的人导出时，电话隐去中间四位")
TITLE = Field("title", "问题标题", "厂区门前道路积水")
DETAIL = Field("detail", "问题情况", "连日降雨后厂区门前积水。\n货车不能进出。", "企业反映的全文，可能有几段")
CATEGORY = Field("category", "问题类别", "道路交通")
URGENCY = Field("urgency", "紧急程度", "一般", "一般、紧急")
GROUP = Field("group", "责任组", "基础设施保障组")
HANDLER = Field("handler", "承办人", "张三")
ISSUER = Field("issuer", "发文单位", "二道区“万人助万企”调度室", "盖章单位，也用作发文机关标志")
ISSUED_ON = Field("issued_on", "成文日期", "2026年1月5日", "阿拉伯数字，月、日不编虚位")
PRINTED = Field("printed", "制表", "张三 2026年1月6日", "由谁在哪天从系统导出")
ROUND = Field("round", "轮次", "1", "第几轮办理；企业不满意一次，开始新的一轮")

# -- About one problem -------------------------------------------------------------------------------------------------

ASSIGNMENT = Paper(
    "assignment",
    "交办单",
    "调度室把问题交给责任组，写明要求和各环节时限",
    (
        NUMBER,
        ENTERPRISE,
        CONTACT,
        TITLE,
        CATEGORY,
        URGENCY,
        DETAIL,
        Field("wish", "企业希望怎样解决", "尽快疏通排水管。"),
        Field("reporter", "上报人", "李四"),
        Field("reported_on", "上报日期", "2026年1月4日"),
        GROUP,
        Field("assisting", "协办组", "营商环境组"),
        Field("difficulty", "难易程度", "一般", "一般、复杂、重大"),
        Field("instruction", "交办要求", "请先到现场查看。", "交办、改派、批示时写的要求或者原因"),
        Field("act", "怎样交办", "交办", "交办、改派或者批示"),
        Field("assigned_by", "交办人", "赵六（调度室）"),
        Field("assigned_on", "交办日期", "2026年1月5日"),
        Field(
            "limits",
            "时限",
            means="交办时起算的各个环节",
            shape=Shape.ROWS,
            holds=(
                Field("leg", "环节", "首次反馈"),
                Field("limit", "时限", "3 个工作日"),
                Field("due", "应办日期", "2026年1月8日", "次年放假安排没有公布的，后面写“（暂定）”"),
            ),
        ),
        ISSUER,
        ISSUED_ON,
        PRINTED,
    ),
    acts=frozenset({"assign", "reassign", "instruct"}),
)
REMINDER = Paper(
    "reminder",
    "催办通知书",
    "环节逾期或者进展慢，催促责任单位抓紧办理",
    (
        NUMBER,
        Field("unit", "主送单位", "基础设施保障组", "被催办的单位；轮到上报人等个人时是他的姓名"),
        ENTERPRISE,
        TITLE,
        Field("leg", "环节", "办理", "催办时正在计时、最紧的环节；没有的为空"),
        Field("due", "应办日期", "2026年1月14日"),
        Field("late_days", "逾期工作日", "1", "催办那天已经逾期几个工作日；没有逾期的为空"),
        Field("times", "第几次催办", "1"),
        Field("words", "催办要求", "请于本周内办结。"),
        Field("last_word", "最近进展", "管线已经探明。", "催办以前最近一次登记的进展"),
        Field("urged_by", "催办人", "赵六（调度室）", "到期由系统自动催办的，写“系统”"),
        ISSUER,
        ISSUED_ON,
        PRINTED,
    ),
    acts=frozenset({"urge", STRIKE}),
)
CLOSING = Paper(
    "closing",
    "销号审批单",
    "销号以前送审，或者销号以后存档：办得怎样、企业怎么说、凭什么销号",
    (
        NUMBER,
        Field("closing_number", "销号编号", "销号〔2026〕0008", "还没有销号的为空"),
        ENTERPRISE,
        CONTACT,
        TITLE,
        CATEGORY,
        DETAIL,
        GROUP,
        HANDLER,
        ROUND,
        Field("reported_on", "上报日期", "2026年1月4日"),
        Field("assigned_on", "交办日期", "2026年1月5日"),
        Field("outcome", "办理结果", "已解决"),
        Field("measures", "采取的措施", "清掏管线 60 米，更换雨水篦子两处。"),
        Field("answer", "给企业的答复", "积水点已经消除，欢迎继续反映。"),
        Field("files", "附件", "现场照片.jpg", "办理时上传的附件名称，用顿号隔开"),
        Field("asked_how", "怎样听取企业意见", "企业本人评价，2026年1月12日"),
        Field("contacted", "是否主动联系", "是"),
        Field("solved", "是否解决", "是"),
        Field("satisfaction", "满意程度", "满意", "没有评价的写“未评价”"),
        Field("words", "企业的话", "处理得很及时。"),
        Field("late_legs", "超时环节", "办理（超时 1 个工作日）", "没有的写“无”"),
        Field("basis", "销号依据", "企业本人评价"),
        Field("opinion", "销号意见", "同意销号。"),
        Field("closed_by", "销号人", "周八（督查考核办公室）"),
        Field("closed_on", "销号日期", "2026年1月13日"),
        ISSUER,
        PRINTED,
    ),
    acts=frozenset({"close"}),
    drafted_in="closing",
)
DECLINING = Paper(
    "declining",
    "不予受理告知书",
    "把不予受理的情形和理由告诉企业",
    (
        NUMBER,
        ENTERPRISE,
        Field("contact_name", "企业联系人", "王经理"),
        TITLE,
        Field("reported_on", "上报日期", "2026年1月4日"),
        Field("ground", "不予受理的情形", "不属于政府职责范围"),
        Field("explanation", "说明", "该事项属于企业之间的合同纠纷，请依合同约定解决。"),
        Field("declined_by", "经办人", "赵六（调度室）"),
        Field("phone", "咨询电话", "0431-80000000"),
        ISSUER,
        ISSUED_ON,
        PRINTED,
    ),
    acts=frozenset({"decline"}),
)
EXTENSION = Paper(
    "extension",
    "延期审批单",
    "责任组申请延长办理时限，以及审批的结果",
    (
        NUMBER,
        ENTERPRISE,
        TITLE,
        GROUP,
        HANDLER,
        Field("times", "第几次申请延期", "1"),
        Field("asked_by", "申请人", "张三（基础设施保障组）"),
        Field("asked_on", "申请日期", "2026年1月9日"),
        Field("due_before", "原应办日期", "2026年1月14日"),
        Field("until_on", "申请延到", "2026年1月23日"),
        Field("reason", "延期原因", "连日降雪，管线不能开挖。"),
        Field("result", "审批结果", "已批准", "待审批、已批准、未批准、已撤回、已失效"),
        Field("opinion", "审批意见", "同意延期。"),
        Field("decided_by", "审批人", "赵六（调度室）"),
        Field("decided_on", "审批日期", "2026年1月10日"),
        ISSUER,
        PRINTED,
    ),
    matter="extension",
)

# -- About several problems --------------------------------------------------------------------------------------------

SUPERVISED = Field(
    "problems",
    "督办的问题",
    shape=Shape.ROWS,
    holds=(
        NUMBER,
        ENTERPRISE,
        TITLE,
        Field("leg", "环节", "办理"),
        Field("due", "应办日期", "2026年1月14日"),
        Field("late_days", "逾期工作日", "6"),
    ),
)
ORDER_FIELDS = (
    Field("number", "发文字号", "〔2026〕3号"),
    Field("level", "督办级别", "一级"),
    Field("unit", "主送机关", "基础设施保障组"),
    Field("title", "标题", "关于厂区门前道路积水等问题的督办单"),
    SUPERVISED,
    Field("demand", "督办要求", "请查明原因，尽快办结。"),
    Field("reply_by", "回复期限", "2026年1月23日"),
    ISSUED_ON,
    ISSUER,
)
ORDER = Paper("order", "督办单", "督查考核办公室对逾期问题的督办", ORDER_FIELDS)
LETTER = Paper(
    "letter",
    "督办函",
    "以信函格式发给功能组以外的单位",
    (*ORDER_FIELDS, Field("body", "正文", "现将有关情况函告如下。", "各段文字", Shape.LINES)),
)
LEDGER = Paper(
    "ledger",
    "问题台账",
    "按当前筛选条件列出的问题，一行一件",
    (
        Field("title", "标题", "二道区“万人助万企”问题台账"),
        Field("filters", "筛选范围", "状态：办理中"),
        Field("count", "件数", "2"),
        Field("made_on", "制表日期", "2026年1月6日"),
        Field("made_by", "制表人", "张三"),
        Field(
            "rows",
            "各行",
            shape=Shape.ROWS,
            holds=(
                Field("index", "序号", "1"),
                NUMBER,
                Field("reported_on", "上报日期", "2026年1月4日"),
                ENTERPRISE,
                TITLE,
                CATEGORY,
                GROUP,
                HANDLER,
                Field("state", "状态", "办理中"),
                Field("due", "应办日期", "2026年1月14日"),
                Field("last_word", "最近进展", "管线已经探明。"),
                Field("satisfaction", "企业评价", "满意"),
                Field("closed_on", "办结日期", "2026年1月20日"),
            ),
        ),
    ),
    across=True,
)
BULLETIN = Paper(
    "bulletin",
    "通报",
    "督查考核办公室通报一个时期的办理情况，可附表",
    (
        Field("number", "发文字号", "〔2026〕2号"),
        Field("title", "标题", "关于2026年第一季度企业问题办理情况的通报"),
        ISSUER,
        ISSUED_ON,
        Field("to", "主送机关", "各功能组、各有关单位"),
        Field(
            "sections",
            "各部分",
            shape=Shape.ROWS,
            holds=(
                Field("heading", "小标题", "一、基本情况", "带序号"),
                Field("paragraphs", "各段文字", "本季度共受理问题 120 件。", shape=Shape.LINES),
            ),
        ),
        Field("table", "附表", means="table.columns 是表头，table.rows 是各行", shape=Shape.GRID),
        Field("note", "附表说明", "* 样本少于 5 件，只供参考", "附表里没有要说明的就没有"),
        Field("annexes", "附件", "各功能组办理情况表", shape=Shape.LINES),
    ),
)

PAPERS = {
    each.name: each for each in (ASSIGNMENT, REMINDER, ORDER, LETTER, CLOSING, DECLINING, EXTENSION, LEDGER, BULLETIN)
}
