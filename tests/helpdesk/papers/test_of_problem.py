"""Papers about one problem: what its history holds, what they tell, who may have them."""

from datetime import timedelta

import pytest

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.listings.models import Export
from helpdesk.papers.catalogue import PAPERS
from helpdesk.papers.occasions import occasions
from helpdesk.papers.story import story_of
from helpdesk.problems import queries
from helpdesk.problems.models import ProblemClock
from helpdesk.problems.sentences import STRIKE
from helpdesk.problems.sweep import sweep
from tests.desk import TUESDAY_MORNING, Desk
from tests.papers import cells, downloaded, rows, texts
from workflows.book import ACTIONS
from workflows.problem import PROBLEM
from workflows.terms import Phase


def papers_of(desk: Desk, key: int) -> dict[str, list[str]]:
    """The addresses of the papers of a problem by kind, the newest first."""
    with desk.app.app_context():
        me = queries.standing(desk.world.people["dispatcher"], TUESDAY_MORNING)
        found: dict[str, list[str]] = {}
        for each in occasions(story_of(me, key)):
            found.setdefault(each.paper.name, []).append(f"/problems/{key}/papers/{each.paper.name}-{each.key}.docx")
    return found


def paper(desk: Desk, key: int, name: str, part: str = "dispatcher", *, nth: int = 0) -> bytes:
    """The newest paper of that kind, as that person gets it."""
    return downloaded(desk.browser(part), papers_of(desk, key)[name][nth])


def test_papers_go_with_acts_and_requests_that_exist() -> None:
    named = {name for each in PAPERS.values() for name in each.acts} - {STRIKE}
    assert named <= set(ACTIONS)
    assert {"assign", "urge", "close", "decline"} <= named
    assert {each.drafted_in for each in PAPERS.values()} - {""} <= {state.name for state in PROBLEM.states}


def test_the_assignment_is_offered_on_the_page_and_tells_what_was_assigned(desk: Desk) -> None:
    key = desk.at("reported")
    with desk.walking() as walker:
        walker.do(key, "assign", instruction="请先到现场查看", assisting=[desk.world.other_group_id])
    address = papers_of(desk, key)["assignment"][0]
    assert address in desk.browser("dispatcher").get(f"/problems/{key}").text
    told = paper(desk, key, "assignment")
    form = cells(told)
    assert texts(told)[0] == "企业问题交办单"
    assert form["企业名称"] == "示例一号机械有限公司"
    assert form["责任组"] == "基础设施保障组"
    assert form["交办要求"] == "请先到现场查看"
    assert form["协办组"] == "营商环境组"
    assert form["交办人"] == "某dispatcher（调度室）"
    assert form["交办单位"] == "二道区“万人助万企”调度室"
    assert rows(told, 1)[0] == ["环节", "时限", "应办日期"]
    assert ["首次反馈", "3 个工作日", "2026年9月4日"] in rows(told, 1)
    assert ["办理", "7 个工作日", "2026年9月10日"] in rows(told, 1)


def test_an_old_assignment_tells_what_was_so_then(desk: Desk) -> None:
    key = desk.at("handling")
    with desk.walking() as walker:
        walker.now += timedelta(minutes=5)
        walker.do(key, "reassign", reason="职责在营商环境组")
        walker.do(key, "sign", by="other_lead", handler=desk.world.people["other_lead"])
        due = db.session.query(ProblemClock).filter_by(problem_id=key, name="handle", stopped_at=None).one().due_on
        walker.beside(key, "ask_extension", by="other_lead", until_on=calendar().add(due, 2))
        walker.beside(key, "grant", by="dispatch_lead")
    new, old = (cells(paper(desk, key, "assignment", nth=nth)) for nth in (0, 1))
    assert (new["责任组"], old["责任组"]) == ("营商环境组", "基础设施保障组")
    assert new["改派要求"] == "职责在营商环境组"
    assert ["办理", "7 个工作日", "2026年9月10日"] in rows(paper(desk, key, "assignment"), 1)


def test_a_day_of_an_unpublished_year_is_provisional_on_paper(desk: Desk) -> None:
    key = desk.at("reported")
    with desk.walking() as walker:
        walker.now += timedelta(days=120)
        walker.do(key, "assign", difficulty="major")
    dues = [row[2] for row in rows(paper(desk, key, "assignment"), 1)]
    assert any(due.startswith("2027年") and due.endswith("（暂定）") for due in dues)
    assert "2026年12月31日" in dues


def test_reminders_are_counted_and_tell_the_leg_and_how_late_it_was(desk: Desk) -> None:
    key = desk.at("handling")
    with desk.walking() as walker:
        walker.now += timedelta(days=13)
        sweep(walker.now)
        walker.do(key, "urge", by="supervisor", words="请于本周五前办结")
    found = papers_of(desk, key)["reminder"]
    assert len(found) >= 2
    words = "".join(texts(paper(desk, key, "reminder")))
    assert f"现第 {len(found)} 次催办" in words
    assert "催办要求：请于本周五前办结" in words
    assert "“首次反馈”环节应于2026年9月4日前办结" in words
    assert "逾期 6 个工作日" in words
    assert "二道区“万人助万企”督查考核办公室" in words
    first = "".join(texts(paper(desk, key, "reminder", nth=len(found) - 1)))
    assert "现第 1 次催办" in first
    assert "二道区“万人助万企”调度室" in first


def test_the_enterprise_reads_why_it_was_declined_and_how_to_appeal(desk: Desk) -> None:
    told = texts(paper(desk, desk.at("declined"), "declining"))
    assert told[0] == "不予受理告知书"
    assert told[1] == "示例一号机械有限公司："
    assert any("属于紧急警情，应拨打紧急电话" in each for each in told)
    assert any("申诉一次" in each and "0431-80000000" in each for each in told)
    assert told[-1] == "2026年9月1日"


@pytest.mark.parametrize(("decision", "result"), [("grant", "已批准"), ("refuse", "未批准"), (None, "待调度室审批")])
def test_the_extension_tells_both_dates_and_the_decision(desk: Desk, decision: str | None, result: str) -> None:
    key = desk.at("handling")
    with desk.walking() as walker:
        walker.now += timedelta(minutes=5)
        row = db.session.query(ProblemClock).filter_by(problem_id=key, name="handle").one()
        until = calendar().add(row.due_on, 4)
        walker.beside(key, "ask_extension", until_on=until, reason="管线不能开挖，要等天晴")
        if decision:
            walker.beside(key, decision, by="dispatch_lead")
    form = cells(paper(desk, key, "extension"))
    assert form["原应办日期"] == "2026年9月10日"
    assert form["申请延到"] == "2026年9月16日"
    assert form["延期原因"] == "管线不能开挖，要等天晴"
    assert form["审批结果"] == result
    assert form["审批人"] == ("某dispatch_lead（调度室）" if decision else "")


def test_the_closing_paper_is_first_a_draft_to_be_signed_and_then_on_record(desk: Desk) -> None:
    key = desk.at("closing")
    draft = cells(paper(desk, key, "closing"))
    assert (draft["满意程度"], draft["问题解决"], draft["销号意见"], draft["销号人"]) == ("满意", "是", "", "")
    with desk.walking() as walker:
        walker.now += timedelta(minutes=5)
        walker.do(key, "close", opinion="同意销号")
    [address] = papers_of(desk, key)["closing"]
    told = downloaded(desk.browser("supervisor"), address)
    form = cells(told)
    assert form["销号意见"] == "同意销号"
    assert form["销号人"] == "某supervisor（督查考核办公室）"
    assert form["企业意见"].startswith("企业评价，王经理（企业）")
    assert "销号〔2026〕0001" in "".join(texts(told))


def test_who_was_not_reached_is_not_said_to_be_satisfied(desk: Desk) -> None:
    key = desk.at("evaluating")
    with desk.walking() as walker:
        walker.now += timedelta(minutes=5)
        for _ in range(3):
            walker.do(
                key, "call_back", by="other_dispatcher", reached="no", solved=None, contacted=None, satisfaction=None
            )
    form = cells(paper(desk, key, "closing"))
    assert (form["满意程度"], form["问题解决"], form["主动联系"]) == ("未评价", "未评价", "未评价")


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("state", [each.name for each in PROBLEM.states if each.phase is not Phase.START])
def test_every_paper_of_every_state_can_be_read(desk: Desk, state: str) -> None:
    key = desk.at(state)
    for addresses in papers_of(desk, key).values():
        for address in addresses:
            told = texts(downloaded(desk.browser("dispatcher"), address))
            assert told
            assert not [each for each in told if "{" in each or "None" in each]


# -- Who may -----------------------------------------------------------------------------------------------------------


def test_whoever_plays_a_part_may_have_it_and_nobody_else(desk: Desk) -> None:
    key = desk.at("handling")
    address = papers_of(desk, key)["assignment"][0]
    for part in ("reporter", "cadre", "dispatcher", "group_lead", "handler", "leader", "supervisor", "chief"):
        assert desk.browser(part).get(address, buffered=True).status_code == 200, part
    for part in ("stranger", "other_handler", "other_lead", "administrator"):
        assert desk.browser(part).get(address).status_code == 404, part
    answer = desk.app.test_client().get(address)
    assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/login")


def test_a_paper_that_the_history_does_not_hold_is_not_made_up(desk: Desk) -> None:
    key, other = desk.at("handling"), desk.at("assigned")
    mine = papers_of(desk, key)["assignment"][0]
    client = desk.browser("dispatcher")
    for address in (
        mine.replace("assignment", "closing"),
        mine.replace("assignment", "nothing"),
        mine.replace("assignment", "order"),
        mine.replace(f"/{key}/", f"/{other}/"),
        mine.replace("assignment-", "assignment-0"),
        f"/problems/{key}/papers/assignment-0.docx",
    ):
        expected = 200 if address.endswith(f"-0{mine.rpartition('-')[2]}") else 404
        assert client.get(address, buffered=True).status_code == expected, address


def test_only_those_who_call_read_name_and_phone(desk: Desk) -> None:
    key = desk.at("handling")
    assert cells(paper(desk, key, "assignment", "handler"))["联系人"] == "王经理 15000000625"
    for part in ("leader", "chief"):
        assert cells(paper(desk, key, "assignment", part))["联系人"] == "王** 150****0625", part


def test_every_paper_taken_is_in_the_export_log(desk: Desk) -> None:
    key = desk.at("handling")
    paper(desk, key, "assignment", "leader")
    with desk.app.app_context():
        taken = db.session.query(Export).one()
        assert (taken.listing, taken.form, taken.rows) == ("paper-assignment", "docx", 1)
        assert taken.person_id == desk.world.people["leader"]
        assert taken.filters == [["编号", "〔2026〕0001"]]


def test_the_file_has_its_chinese_name_and_a_plain_one(desk: Desk) -> None:
    answer = desk.browser("dispatcher").get(papers_of(desk, desk.at("assigned"))["assignment"][0], buffered=True)
    said = answer.headers["Content-Disposition"]
    assert said.startswith('attachment; filename="')
    assert said.isascii()
    assert "%E4%BA%A4%E5%8A%9E%E5%8D%95" in said
