"""Every question an action may ask, written once; tables refer to them by name."""

from dataclasses import replace
from datetime import date, timedelta

from workflows import guards
from workflows.roles import STAFF
from workflows.terms import Field, Kind, Moment

CATEGORIES = (
    ("finance", "融资信贷"),
    ("approval", "项目审批"),
    ("land", "用地规划"),
    ("utilities", "水电气热讯"),
    ("transport", "道路交通"),
    ("labour", "用工招聘"),
    ("talent", "人才服务"),
    ("policy", "政策兑现"),
    ("market", "市场监管"),
    ("legal", "法律纠纷"),
    ("arrears", "拖欠账款"),
    ("safety", "安全环保"),
    ("living", "生活配套"),
    ("other", "其他"),
)
URGENCIES = (("ordinary", "一般"), ("urgent", "紧急"))
DIFFICULTIES = (("ordinary", "一般"), ("complex", "复杂"), ("major", "重大"))
OUTCOMES = (
    ("solved", "已解决"),
    ("partly", "部分解决"),
    ("explained", "依规解释"),
    ("not_now", "暂不能解决"),
)
SATISFACTIONS = (("satisfied", "满意"), ("fair", "基本满意"), ("dissatisfied", "不满意"))
GROUNDS = (
    ("emergency", "属于紧急警情，应拨打紧急电话"),
    ("legal_channel", "应当通过诉讼、仲裁、复议或者纪检监察等途径解决"),
    ("repeated", "没有新的事实和理由的重复反映"),
    ("secret", "涉及国家秘密、商业秘密或者个人隐私"),
    ("outside", "不属于政府职责范围"),
    ("unlawful", "违反法律法规或者公序良俗"),
)
"""The six kinds not to be dispatched (北京市接诉即办工作条例)."""
YES_NO = (("yes", "是"), ("no", "否"))

ENTERPRISE = Field(
    "enterprise", "企业", Kind.ENTERPRISE, keep="enterprise_id", help="输入企业名称或统一社会信用代码查找"
)
TITLE = Field(
    "title", "问题标题", Kind.LINE, keep="title", shortest=4, longest=60, public=True, help="一句话说清是什么问题"
)
DETAIL = Field(
    "detail",
    "问题情况",
    Kind.TEXT,
    keep="detail",
    shortest=10,
    longest=4000,
    public=True,
    help="什么时候、在哪里、遇到什么困难、已经找过谁",
)
CATEGORY = Field("category", "问题类别", Kind.CHOICE, keep="category", choices=CATEGORIES)
URGENCY = Field(
    "urgency",
    "紧急程度",
    Kind.CHOICE,
    keep="urgency",
    choices=URGENCIES,
    help="紧急：影响生产或安全，交办后 1 小时内要联系企业",
)
CONTACT_NAME = Field(
    "contact_name", "企业联系人", Kind.LINE, keep="contact_name", shortest=2, longest=30, personal=True
)
CONTACT_PHONE = Field("contact_phone", "联系电话", Kind.PHONE, keep="contact_phone", longest=20)
CONTACT_EMAIL = Field(
    "contact_email",
    "联系邮箱",
    Kind.EMAIL,
    required=False,
    keep="contact_email",
    longest=100,
    help="用来把进展和评价链接发给企业；没有邮箱的由调度室电话回访",
)
WISH = Field("wish", "企业希望怎样解决", Kind.TEXT, required=False, keep="wish", longest=1000, public=True)
VISIT_ON = Field("visit_on", "走访日期", Kind.DAY, required=False, keep="visit_on", future=False)
PROJECT = Field("project", "涉及项目", Kind.LINE, required=False, keep="project", longest=60)
KINDRED = Field(
    "kindred",
    "同类问题编号",
    Kind.PROBLEM,
    required=False,
    keep="kindred_id",
    help="别的企业也反映过同样的问题时填写，只注明、不并案",
)
FILES = Field("files", "照片和附件", Kind.FILES, required=False, help="图片、PDF、Word、Excel，每个不超过 20 MB")
FILES_WANTED = replace(FILES, required=True)

REASON = Field("reason", "原因", Kind.TEXT, shortest=5, longest=1000)
PUBLIC_REASON = replace(REASON, public=True)
REASON_OF_STAFF = replace(PUBLIC_REASON, asked_of=STAFF)  # the clocks give none
MISSING = Field("missing", "需要补充什么", Kind.TEXT, shortest=5, longest=1000)
SUPPLEMENT = Field("supplement", "补充情况", Kind.TEXT, shortest=5, longest=4000, public=True)
GROUND = Field("ground", "不予受理的情形", Kind.CHOICE, choices=GROUNDS, public=True)
EXPLANATION = Field("explanation", "向企业的说明", Kind.TEXT, shortest=10, longest=1000, public=True)
MAIN_PROBLEM = Field("main", "主问题编号", Kind.PROBLEM, keep="merged_into_id", help="并入哪一个正在办理的问题")
ANSWER = Field("answer", "给企业的答复", Kind.TEXT, keep="answer", shortest=10, longest=4000, public=True)
GROUP = Field("group", "责任组", Kind.GROUP, keep="group_id")
NEW_GROUP = replace(GROUP, required=False, label="改由哪个组牵头", only_in=("elevated",), help="不选则仍由原责任组办理")
SUGGESTED_GROUP = Field("suggested_group", "建议责任组", Kind.GROUP, required=True)
DIFFICULTY = Field(
    "difficulty",
    "难易程度",
    Kind.CHOICE,
    keep="difficulty",
    choices=DIFFICULTIES,
)
INSTRUCTION = Field("instruction", "交办要求", Kind.TEXT, required=False, longest=1000)
LEADER_INSTRUCTION = Field("instruction", "批示内容", Kind.TEXT, shortest=2, longest=1000)
HANDLER = Field("handler", "承办人", Kind.HANDLER, keep="handler_id")
LEGAL_BASIS = Field("legal_basis", "依据", Kind.TEXT, shortest=2, longest=500, help="职责分工文件或者法律法规")
CONTACTED_WHOM = Field("contacted_whom", "联系了谁", Kind.LINE, shortest=2, longest=30, personal=True)
CONTACTED_AT = Field("contacted_at", "联系时间", Kind.MOMENT, future=False)
CONTACTED_HOW = Field(
    "contacted_how",
    "联系方式",
    Kind.CHOICE,
    choices=(("visit", "上门"), ("phone", "电话"), ("meeting", "座谈会商"), ("chat", "微信等")),
)
PLAN = Field("plan", "办理打算", Kind.TEXT, keep="last_word", shortest=5, longest=1000, public=True)
EXPECTED_ON = Field("expected_on", "预计办结日期", Kind.DAY, keep="expected_on", future=True, public=True)
PROGRESS = Field("progress", "进展情况", Kind.TEXT, keep="last_word", shortest=5, longest=2000, public=True)
SHOWN = Field(
    "shown",
    "给谁看",
    Kind.CHOICE,
    choices=(("public", "企业也能看到"), ("internal", "仅内部")),
    asked_of=STAFF,
)
REVIEW_ON = Field("review_on", "下次复核日期", Kind.DAY, keep="review_on", future=True, help="到期再复核")
NEXT_REVIEW_ON = replace(REVIEW_ON, required=False, only_in=("suspended", "referred"))
STAGE_GOAL = Field("stage_goal", "阶段目标", Kind.TEXT, shortest=5, longest=500)
NEEDED = Field("needed", "需要上级协调什么", Kind.TEXT, shortest=5, longest=1000)
AUTHORITY = Field("authority", "上级单位", Kind.LINE, shortest=2, longest=60, public=True)
DOCUMENT = Field("document", "文号", Kind.LINE, shortest=2, longest=60)
REPLY = Field("reply", "上级回复内容", Kind.TEXT, keep="last_word", shortest=5, longest=2000, public=True)
PROPOSED_ANSWER = replace(ANSWER, public=False)  # the enterprise reads it once it is approved
OUTCOME = Field("outcome", "办理结果", Kind.CHOICE, keep="outcome", choices=OUTCOMES)
MEASURES = Field("measures", "采取的措施", Kind.TEXT, keep="last_word", shortest=5, longest=4000)
INTERNAL_NOTE = Field("internal_note", "内部说明", Kind.TEXT, required=False, longest=1000, help="企业看不到")
OPINION = Field("opinion", "审核意见", Kind.TEXT, required=False, longest=500)
CLOSING_OPINION = replace(OPINION, required=True, label="销号意见", shortest=2)
BASIS = Field(
    "basis",
    "销号依据",
    Kind.CHOICE,
    choices=(
        ("evaluated", "企业本人评价"),
        ("called", "电话回访"),
        ("visited", "现场核查"),
        ("unrated", "三次未联系上，按未评价销号"),
    ),
    fits=(
        ("evaluated", guards.EVALUATED),
        ("called", guards.ANSWERED_A_CALL),
        ("unrated", guards.NOT_EVALUATED),
    ),
)
CONTACTED = Field("contacted", "工作人员主动联系过您吗？", Kind.YES_NO, choices=YES_NO, keep="contacted", public=True)
SOLVED = Field("solved", "问题解决了吗？", Kind.YES_NO, choices=YES_NO, keep="solved", public=True)
SATISFACTION = Field("satisfaction", "您满意吗？", Kind.CHOICE, choices=SATISFACTIONS, keep="satisfaction", public=True)
WORDS = Field("words", "您还想说的话", Kind.TEXT, required=False, longest=1000, public=True)
REACHED = Field("reached", "联系上了吗", Kind.YES_NO, choices=YES_NO)
CALLED_AT = Field("called_at", "回访时间", Kind.MOMENT, future=False, begins_now=True)


def _when_reached(question: Field, label: str) -> Field:
    return replace(question, label=label, only_if=("reached", "yes"))


CALL_CONTACTED = _when_reached(CONTACTED, "承办单位主动联系过企业吗")
CALL_SOLVED = _when_reached(SOLVED, "企业认为解决了吗")
ANSWERED = Field("answered", "答复过企业吗", Kind.YES_NO, choices=YES_NO, keep="answered", public=True)
"""One of the four questions of a call (解决? 答复? 主动对接? 满意?): answered is not solved."""
CALL_ANSWERED = _when_reached(ANSWERED, "承办单位把办理结果答复给企业了吗")
CALL_SATISFACTION = _when_reached(SATISFACTION, "企业满意吗")
CALL_NOTE = Field("note", "回访记录", Kind.TEXT, shortest=2, longest=1000)
WRITTEN_REVIEW = Field("written_review", "书面审查意见", Kind.TEXT, shortest=10, longest=2000)
URGE_WORDS = Field("words", "催办要求", Kind.TEXT, required=False, longest=500)
COMMENT = Field("comment", "留言", Kind.TEXT, shortest=1, longest=1000, public=True)


# -- Requests and assisting tasks --------------------------------------------------------------------------------------


def _until_bounds(moment: Moment) -> tuple[date | None, date | None]:
    """Later than the present due day, and not further than the original limit once more."""
    due_on = moment.case.due_on
    return due_on + timedelta(days=1) if due_on else None, moment.case.latest_on


UNTIL_ON = Field(
    "until_on",
    "延到哪一天",
    Kind.DAY,
    future=True,
    public=True,
    bounds=_until_bounds,
    help="写明确的日期；每次延长不超过原来的时限",
)
GRANT_OPINION = replace(OPINION, label="审批意见")
ASSISTING = Field(
    "assisting", "协办组", Kind.GROUPS, required=False, help="需要几个组配合时选择；协办{assist}内给出意见"
)
ASSISTING_GROUP = Field("unit", "协办组", Kind.GROUP, keep="unit_id")
ASSIST_WANTED = Field("wanted", "需要协办什么", Kind.TEXT, shortest=5, longest=1000)
ASSIST_OPINION = Field("opinion", "协办意见", Kind.TEXT, shortest=5, longest=2000)
