"""The templates that come with the program, written by code: real Word files with tags that an office may change."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

from helpdesk.papers import parts
from helpdesk.papers.catalogue import PAPERS
from helpdesk.papers.layout import blank

PRINTED = "　制表：{{ printed }}"


@cache
def default_template(name: str) -> bytes:
    """The Word file of that paper as it comes with the program."""
    paper = PAPERS[name]
    document = blank(paper.label, across=paper.across)
    WRITERS[name](document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


# -- Forms about one problem -------------------------------------------------------------------------------------------


def _assignment(document: Any) -> None:
    _form_head(document, "企业问题交办单", "编号：{{ number }}")
    parts.form(
        document,
        [
            ("企业名称", "{{ enterprise }}"),
            ("联系人", "{{ contact }}"),
            ("问题标题", "{{ title }}"),
            ("问题类别", "{{ category }}", "紧急程度", "{{ urgency }}"),
            ("上报人", "{{ reporter }}", "上报日期", "{{ reported_on }}"),
            ("问题情况", "{{ detail }}"),
            ("企业期望", "{{ wish }}"),
            ("责任组", "{{ group }}", "协办组", "{{ assisting }}"),
            ("难易程度", "{{ difficulty }}", "{{ act }}日期", "{{ assigned_on }}"),
            ("{{ act }}要求", "{{ instruction }}"),
        ],
    )
    parts.write(document, "about")
    columns = [("环节", "{{ each.leg }}", 1.0), ("时限", "{{ each.limit }}", 1.2), ("应办日期", "{{ each.due }}", 2.0)]
    parts.table_of(document, columns, "each in limits")
    parts.write(document, "about")
    parts.form(
        document,
        [("交办人", "{{ assigned_by }}", "签收人", "\n"), ("交办单位", "{{ issuer }}", "签收日期", "年　月　日")],
    )


def _closing(document: Any) -> None:
    _form_head(
        document,
        "企业问题销号审批单",
        "编号：{{ number }}{% if closing_number %}　{{ closing_number }}{% endif %}",
    )
    parts.form(
        document,
        [
            ("企业名称", "{{ enterprise }}"),
            ("联系人", "{{ contact }}"),
            ("问题标题", "{{ title }}"),
            ("问题类别", "{{ category }}", "轮次", "第 {{ round }} 轮"),
            ("责任组", "{{ group }}", "承办人", "{{ handler }}"),
            ("上报日期", "{{ reported_on }}", "交办日期", "{{ assigned_on }}"),
            ("问题情况", "{{ detail }}"),
            ("办理结果", "{{ outcome }}", "超时环节", "{{ late_legs }}"),
            ("办理措施", "{{ measures }}"),
            ("答复企业", "{{ answer }}"),
            ("附件", "{{ files }}"),
            ("企业意见", "{{ asked_how }}"),
            ("主动联系", "{{ contacted }}", "问题解决", "{{ solved }}"),
            ("满意程度", "{{ satisfaction }}", "销号依据", "{{ basis }}"),
            ("企业的话", "{{ words }}"),
            ("销号意见", "{{ opinion }}"),
            ("销号人", "{{ closed_by }}", "销号日期", "{{ closed_on }}"),
        ],
        tall=("销号意见",),
    )


def _extension(document: Any) -> None:
    _form_head(document, "办理延期审批单", "编号：{{ number }}")
    parts.form(
        document,
        [
            ("企业名称", "{{ enterprise }}"),
            ("问题标题", "{{ title }}"),
            ("责任组", "{{ group }}", "承办人", "{{ handler }}"),
            ("申请人", "{{ asked_by }}", "申请日期", "{{ asked_on }}"),
            ("原应办日期", "{{ due_before }}", "申请延到", "{{ until_on }}"),
            ("延期原因", "{{ reason }}"),
            ("申请次数", "第 {{ times }} 次", "审批结果", "{{ result }}"),
            ("审批意见", "{{ opinion }}"),
            ("审批人", "{{ decided_by }}", "审批日期", "{{ decided_on }}"),
        ],
        tall=("延期原因", "审批意见"),
    )


def _form_head(document: Any, title: str, about: str) -> None:
    parts.title(document, title, gap=0)
    parts.write(document, "about", about + PRINTED)


# -- Letters about one problem -----------------------------------------------------------------------------------------


def _reminder(document: Any) -> None:
    parts.title(document, "催办通知书")
    parts.write(document, "to", "{{ unit }}：")
    late = "{% if late_days %}，截至催办之日已逾期 {{ late_days }} 个工作日{% endif %}"
    due = "{% if leg %}“{{ leg }}”环节应于{{ due }}前办结" + late + "。{% endif %}"
    parts.paragraphs(
        document,
        "body",
        "{{ enterprise }}反映的“{{ title }}”（{{ number }}），" + due + "现第 {{ times }} 次催办。",
    )
    parts.control(document, "if last_word")
    parts.write(document, "body", "最近登记的进展：{{ last_word }}")
    parts.control(document, "endif")
    parts.control(document, "if words")
    parts.write(document, "body", "催办要求：{{ words }}")
    parts.control(document, "endif")
    parts.write(document, "body", "请抓紧办理，并在系统中登记进展。不能按期办结的，请说明原因和预计办结日期。")
    parts.signature(document, "{{ issuer }}", "{{ issued_on }}")


def _declining(document: Any) -> None:
    parts.title(document, "不予受理告知书")
    parts.write(document, "to", "{{ enterprise }}：")
    parts.paragraphs(
        document,
        "body",
        "你单位{% if reported_on %}于{{ reported_on }}{% endif %}反映的“{{ title }}”（编号{{ number }}）收悉。"
        "经研究，该事项属于下列不予受理的情形：{{ ground }}。",
        "{{ explanation }}",
        "如对本告知有异议，或者有新的事实和理由，可以通过原登记渠道申诉一次。{% if phone %}咨询电话：{{ phone }}。{% endif %}",
        "特此告知。",
    )
    parts.signature(document, "{{ issuer }}", "{{ issued_on }}")


# -- Papers with a head ------------------------------------------------------------------------------------------------

SUPERVISED = [
    ("问题编号", "{{ each.number }}", 2.1),
    ("企业", "{{ each.enterprise }}", 2.4),
    ("问题", "{{ each.title }}", 2.6),
    ("环节", "{{ each.leg }}", 1.2),
    ("应办日期", "{{ each.due }}", 1.8),
    ("逾期工作日", "{{ each.late_days }}", 1.0),
]


def _order(document: Any) -> None:
    parts.red_head(document, "{{ issuer }}", "督办单", "{{ number }}")
    parts.title(document, "{{ title }}")
    parts.write(document, "to", "{{ unit }}：")
    parts.write(document, "body", "下列问题没有按期办结，现予{% if level %}{{ level }}{% endif %}督办。")
    parts.table_of(document, SUPERVISED, "each in problems", small=True)
    _demand(document)
    parts.signature(document, "{{ issuer }}", "{{ issued_on }}")


def _letter(document: Any) -> None:
    parts.letter_head(document, "{{ issuer }}", "{{ number }}")
    parts.title(document, "{{ title }}")
    parts.write(document, "to", "{{ unit }}：")
    parts.control(document, "for paragraph in body")
    parts.write(document, "body", "{{ paragraph }}")
    parts.control(document, "endfor")
    parts.control(document, "if problems")
    parts.table_of(document, SUPERVISED, "each in problems", small=True)
    parts.control(document, "endif")
    _demand(document)
    parts.signature(document, "{{ issuer }}", "{{ issued_on }}")


def _demand(document: Any) -> None:
    parts.control(document, "if demand")
    parts.write(document, "body", "{{ demand }}")
    parts.control(document, "endif")
    parts.control(document, "if reply_by")
    parts.write(document, "body", "请于{{ reply_by }}前书面回复办理情况。").paragraph_format.keep_with_next = True
    parts.control(document, "endif")


def _bulletin(document: Any) -> None:
    parts.red_head(document, "{{ issuer }}", "通　报", "{{ number }}")
    parts.title(document, "{{ title }}")
    parts.control(document, "if to")
    parts.write(document, "to", "{{ to }}：")
    parts.control(document, "endif")
    parts.control(document, "for section in sections")
    parts.write(document, "first", "{{ section.heading }}")
    parts.control(document, "for paragraph in section.paragraphs")
    parts.write(document, "body", "{{ paragraph }}")
    parts.control(document, "endfor")
    parts.control(document, "endfor")
    parts.control(document, "if annexes")
    parts.empty_line(document)
    parts.control(document, "for annex in annexes")
    parts.write(
        document,
        "annex",
        "{% if loop.first %}附件：{% else %}　　　{% endif %}{% if annexes|length > 1 %}{{ loop.index }}. {% endif %}{{ annex }}",
    )
    parts.control(document, "endfor")
    parts.control(document, "endif")
    parts.signature(document, "{{ issuer }}", "{{ issued_on }}")
    parts.control(document, "if table.rows")
    parts.write(document, "to", "附件").paragraph_format.page_break_before = True
    parts.control(document, "if annexes")
    parts.write(document, "title", "{{ annexes|first }}")
    parts.control(document, "endif")
    parts.empty_line(document)
    parts.free_table(document, "table.columns", "table.rows")
    parts.control(document, "if note")
    parts.write(document, "row", "{{ note }}")
    parts.control(document, "endif")
    parts.control(document, "endif")
    parts.imprint(document, "抄送：领导小组各成员", "{{ issuer }}", "{{ issued_on }}印发")


def _ledger(document: Any) -> None:
    parts.title(document, "{{ title }}", gap=0)
    parts.write(
        document,
        "about",
        "{{ made_on }}　制表人：{{ made_by }}　共 {{ count }} 件{% if filters %}　范围：{{ filters }}{% endif %}",
    )
    columns = [
        ("序号", "{{ each.index }}", 0.7),
        ("编号", "{{ each.number }}", 2.9),
        ("上报日期", "{{ each.reported_on }}", 1.9),
        ("企业", "{{ each.enterprise }}", 2.3),
        ("问题", "{{ each.title }}", 2.8),
        ("类别", "{{ each.category }}", 1.1),
        ("责任组", "{{ each.group }}", 1.7),
        ("承办人", "{{ each.handler }}", 1.0),
        ("状态", "{{ each.state }}", 1.1),
        ("应办日期", "{{ each.due }}", 1.9),
        ("最近进展", "{{ each.last_word }}", 2.9),
        ("企业评价", "{{ each.satisfaction }}", 1.0),
    ]
    parts.table_of(document, columns, "each in rows", small=True)


WRITERS: dict[str, Callable[[Any], None]] = {
    "assignment": _assignment,
    "reminder": _reminder,
    "order": _order,
    "letter": _letter,
    "closing": _closing,
    "declining": _declining,
    "extension": _extension,
    "ledger": _ledger,
    "bulletin": _bulletin,
}
