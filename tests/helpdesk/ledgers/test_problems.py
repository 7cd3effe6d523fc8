"""The problem ledger of today comes in through the pages: in the words of practice, whole or not at all, and back out."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from helpdesk.db import db
from helpdesk.ledgers.kinds.problem_columns import COLUMNS, OF_QUESTION, STATES, UNDONE
from helpdesk.ledgers.matching import plain
from helpdesk.notices.models import Notice
from helpdesk.problems.models import Entry, Problem
from tests import messy
from tests.helpdesk.ledgers.conftest import Office
from tests.visitors import text_of
from workflows.moving_in import ASKS
from workflows.problem import PROBLEM

KIND = "problems"
DISTRICT = (
    *("序号", "问题编号", "发起时间", "企业名称", "挂点干部", "企业联系人", "联系电话", "企业反映问题", "问题类别"),
    *("办理部门", "责任人", "解决时限", "办理情况", "后续解决状况", "办结时间", "满意度", "备注"),
)
"""问题跟踪汇总表 of a district, domain of practice §1.8."""
ENTERPRISE, GROUP = "示例一号机械有限公司", "基础设施保障组"


def row(number: int, **more: Any) -> list[Any]:
    """A row of that ledger: in hand, as a rule."""
    values = {
        "序号": number,
        "问题编号": f"2026-{number:03}",
        "发起时间": datetime(2026, 3, 5),
        "企业名称": ENTERPRISE,
        "企业反映问题": f"厂区门前第{number}处道路积水，货车进不来",
        "办理部门": GROUP,
        "后续解决状况": "办理中",
    }
    values |= more
    return [values.get(heading) for heading in DISTRICT]


def ledger(*rows: list[Any]) -> bytes:
    return messy.workbook(list(rows), DISTRICT)


def problems(office: Office) -> list[Problem]:
    """Everything that has a number, in its order."""
    with office.desk.app.app_context():
        found = list(db.session.scalars(select(Problem).where(Problem.number.is_not(None)).order_by(Problem.number)))
        db.session.expunge_all()
        return found


def test_a_messy_ledger_of_a_district_comes_in_in_the_words_of_practice(office: Office) -> None:
    content = ledger(
        row(1, 发起时间="2026.3.5", 后续解决状况="未处理"),
        row(2, 后续解决状况="未处理", 办理部门=None),
        row(3, 企业名称=f"　{ENTERPRISE} ", 后续解决状况="处理中", 责任人="某handler", 解决时限="2026年12月1日"),
        row(4, 后续解决状况="暂无法办结", 办理情况="涉及征地，待上级批复"),
        row(5, 后续解决状况="延期已处理", 办结时间=datetime(2026, 5, 8), 满意度="非常满意", 问题类别="交通类"),
        row(6, 后续解决状况="未回访", 挂点干部="某cadre"),
        ["合计", "6 件"],
    )
    url = office.check(content, KIND, "企业问题台账.xlsx")
    assert office.errors(url) == []
    assert "“未处理”按“未办理”读取" in office.told(url)
    assert "待签收" in text_of(office.browser.get(url))
    office.confirm(url)
    office.work()
    assert office.row(url).state == "done"
    found = problems(office)
    states = ["assigned", "reported", "handling", "suspended", "closed", "calling_back"]
    assert [(each.number, each.state) for each in found] == [
        (f"2026-00{n}", state) for n, state in enumerate(states, 1)
    ]
    assert found[2].handler_id == office.desk.world.people["handler"]
    assert found[2].due_on is not None
    assert (found[4].closed_on, found[4].satisfaction, found[4].category) == (
        date(2026, 5, 8),
        "satisfied",
        "transport",
    )
    assert found[5].reporter_id == office.desk.world.people["cadre"]
    with office.desk.app.app_context():
        lines = list(db.session.scalars(select(Entry)))
        assert {each.label for each in lines} == {"迁入"}
        assert any("企业问题台账.xlsx，第 4 行" in answer["words"] for answer in lines[2].answers)
        assert lines[0].by_name.startswith("某dispatcher")
        assert db.session.scalar(select(func.count()).select_from(Notice)) == 0


@pytest.mark.parametrize(
    ("wrong", "label", "words"),
    [
        ({"办理部门": "区住建局"}, "责任组", "不是功能组"),
        ({"后续解决状况": "已处理"}, "办结日期", "要有办结日期"),
        ({"办结时间": datetime(2026, 5, 8)}, "办结日期", "不能有办结日期"),
        ({"责任人": "某stranger"}, "承办人", "不在责任组"),
        ({"解决时限": datetime(2026, 3, 1)}, "办理时限", "最早是 2026年3月5日"),
        ({"后续解决状况": "待签收", "办理部门": None}, "责任组", "要有责任组"),
        ({"后续解决状况": "待受理"}, "责任组", "还没有交办"),
        ({"后续解决状况": "已并案"}, "当前状态", "没有这个选项"),
        ({"企业反映问题": None}, "企业反映问题", "至少要填一项"),
        ({"发起时间": "3月5日"}, "上报日期", ""),
    ],
)
def test_a_wrong_cell_keeps_the_whole_ledger_out(office: Office, wrong: dict[str, Any], label: str, words: str) -> None:
    url = office.check(ledger(row(1), row(2, **wrong)), KIND)
    (found,) = office.errors(url)
    assert found[1] == label
    assert words in found[3]
    assert problems(office) == []


def test_the_same_file_again_changes_nothing_and_another_ledger_with_its_numbers_is_refused(office: Office) -> None:
    content = ledger(row(1), row(2))
    office.bring_in(content, KIND)
    again = office.row(office.check(content, KIND))
    assert (again.new, again.unchanged) == (0, 2)
    ((_, label, value, message),) = office.errors(
        office.check(ledger(row(1, 企业反映问题="另一本台账的另一件事")), KIND)
    )
    assert (label, value) == ("原编号", "2026-001")
    assert "已经是另一个问题的编号" in message


def test_a_number_that_comes_twice_in_one_file_is_refused(office: Office) -> None:
    url = office.check(ledger(row(1), row(2, 问题编号="2026-001")), KIND)
    assert [label for _, label, _, _ in office.errors(url)] == ["原编号"]


def test_it_is_taken_back_until_somebody_acts(office: Office) -> None:
    url = office.bring_in(ledger(row(1), row(2)), KIND)
    office.browser.post(f"{url}/undo", data={"reason": "选错了台账"}, follow_redirects=True)
    assert office.row(url).state == "undone"
    assert problems(office) == []
    url = office.bring_in(ledger(row(1), row(2)), KIND)
    key = problems(office)[0].id
    with office.desk.walking() as walker:
        walker.do(key, "hand_over")
    answer = office.browser.post(f"{url}/undo", data={"reason": "选错了台账"}, follow_redirects=True)
    assert "迁入以后已经有人办理过" in answer.text
    assert office.row(url).state == "done"
    assert len(problems(office)) == 2


# -- The description ---------------------------------------------------------------------------------------------------


def test_no_heading_means_two_columns() -> None:
    headings = [plain(words) for column in COLUMNS for words in column.headers]
    assert [words for words in headings if headings.count(words) > 1] == []


def test_no_word_means_two_states_and_every_state_is_one_of_the_table() -> None:
    words = [each for spelled in STATES.values() for each in spelled]
    assert [each for each in words if words.count(each) > 1] == []
    assert set(STATES) - {UNDONE} <= {state.name for state in PROBLEM.states}


def test_every_question_of_the_act_has_its_column() -> None:
    assert {each.name for each in ASKS} - set(OF_QUESTION) == {"old_closing_number", "source"}
    assert set(OF_QUESTION.values()) <= {column.name for column in COLUMNS}
