"""问题台账 in the columns that offices keep by hand and send upwards; what leaves so can be moved in elsewhere as it is."""

from helpdesk.listings import words
from helpdesk.listings.terms import Column, Kind, Line, Table
from helpdesk.listings.words import Reading
from workflows.fields import CATEGORIES, SATISFACTIONS, URGENCIES, YES_NO
from workflows.problem import PROBLEM

_category, _urgency, _satisfaction, _yes_no = dict(CATEGORIES), dict(URGENCIES), dict(SATISFACTIONS), dict(YES_NO)


def _state(line: Line, _: Reading) -> str:
    return PROBLEM.state(line.state).label


PRACTICE = Table(
    "practice",
    "问题台账（报送格式）",
    (
        Column("index", "序号", lambda *_: None, Kind.INDEX, 6),
        Column("number", "问题编号", lambda line, _: line.number, Kind.OFFICIAL, 14),
        Column("reported_on", "发起时间", words.reported_on, Kind.DAY, 12),
        Column("enterprise", "企业名称", lambda line, _: line.enterprise, width=30),
        Column("reporter", "上报人", lambda line, _: line.reporter, width=10),
        Column("title", "问题标题", lambda line, _: line.title, width=30),
        Column("detail", "企业反映问题", lambda line, _: line.detail or line.title, width=50),
        Column("category", "问题类别", lambda line, _: _category.get(line.category), width=12),
        Column("urgency", "紧急程度", lambda line, _: _urgency.get(line.urgency), width=9),
        Column("group", "办理部门", lambda line, _: line.group, width=22),
        Column("handler", "责任人", lambda line, _: line.handler, width=10),
        Column("due_on", "解决时限", words.due_day, Kind.DAY, 12),
        Column("progress", "办理情况", lambda line, _: line.last_word or None, width=50),
        Column("result", "办理结果", lambda line, _: line.answer or None, width=50),
        Column("state", "后续解决状况", _state, width=14),
        Column("closed_on", "办结时间", lambda line, _: line.closed_on, Kind.DAY, 12),
        Column("solved", "是否解决", lambda line, _: _yes_no.get(line.solved), width=9),
        Column("satisfaction", "满意度", lambda line, _: _satisfaction.get(line.satisfaction), width=10),
    ),
    called="报送格式",
)
"""District 问题跟踪汇总表 and county 包抓联 ledgers; telephones of enterprises do not leave with it."""
