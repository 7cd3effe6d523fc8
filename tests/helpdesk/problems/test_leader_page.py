"""领导批示: what a leader has to do, and 提级, 批示, 报上级 from end to end."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices.models import Notice
from helpdesk.org.models import Duty, Post
from helpdesk.problems import queries, turn_queries
from helpdesk.problems.models import ProblemClock
from helpdesk.problems.showing import page_of
from helpdesk.problems.sweep import sweep
from tests.desk import Desk, open_desk
from tests.helpdesk.problems.test_substitutes import stand_in
from tests.visitors import at, text_of
from tests.walking import Walker, problem
from workflows.engine import NotYours


@pytest.fixture
def desk(app: Flask) -> Desk:
    with open_desk(app) as found:
        yield found


def block(desk: Desk, part: str, name: str) -> str:
    """The words of one block of that person's page."""
    page = desk.browser(part).get("/leader")
    assert page.status_code == 200
    section = page.text.partition(f'<section class="paper paper--list" id="{name}"')[2].partition("</section>")[0]
    assert section, name
    return text_of(_Words(section))  # type: ignore[arg-type]


class _Words:
    def __init__(self, text: str) -> None:
        self.text = text


# -- Who sees it -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["leader", "other_leader", "chief"])
def test_leaders_find_their_page_in_the_menu(desk: Desk, part: str) -> None:
    page = desk.browser(part).get("/leader")
    assert page.status_code == 200
    assert 'href="/leader" class="active"' in page.text


@pytest.mark.parametrize(
    "part",
    [
        *("stranger", "reporter", "cadre", "handler", "group_lead", "dispatcher", "dispatch_lead", "supervisor"),
        "administrator",
    ],
)
def test_nobody_else_reaches_it(desk: Desk, part: str) -> None:
    client = desk.browser(part)
    answer = client.get("/leader")
    assert answer.status_code == 403
    assert "分管领导、领导小组" in text_of(answer)
    assert 'href="/leader"' not in client.get("/account").text


def test_an_empty_page_says_what_will_come(desk: Desk) -> None:
    words = text_of(desk.browser("leader").get("/leader"))
    for expected in ("没有等您批示的问题", "没有等您审批的申请", "没有严重逾期的问题", "没有已报上级或者挂账的问题"):
        assert expected in words
    assert "您还没有作过批示" in words


def test_a_substitute_of_a_leader_has_the_page_for_his_days(desk: Desk) -> None:
    with desk.app.app_context():
        stand_in(desk.world, "leader", "stranger")
    desk.at("elevated")
    assert "厂区门前道路积水" in block(desk, "stranger", "instruct")
    with time_machine.travel(at("2026-09-15 10:00"), tick=False):
        assert desk.browser("stranger").get("/leader").status_code == 403


# -- 等我批示 ----------------------------------------------------------------------------------------------------------


def test_what_is_elevated_stands_there_with_what_is_needed_and_the_way_to_the_form(desk: Desk) -> None:
    with desk.walking() as walker:
        key = walker.to("handling")
        walker.do(key, "elevate", needed="请协调供电公司年内增容", reason="需要多家单位配合才能解决")
    words = block(desk, "leader", "instruct")
    for expected in (
        "请协调供电公司年内增容",
        "需要多家单位配合",
        "某group_lead（基础设施保障组）",
        "示例一号机械有限公司",
    ):
        assert expected in words
    page = desk.browser("leader").get("/leader").text
    assert f'href="/problems/{key}/do/instruct"' in page
    assert f'href="/problems/{key}/do/refer"' in page
    assert "没有等您批示的问题" in block(desk, "other_leader", "instruct")
    assert "没有等您批示的问题" in block(desk, "chief", "instruct")


def test_where_no_leader_is_in_charge_the_leading_group_has_the_turn(desk: Desk) -> None:
    with desk.app.app_context():
        post = db.session.query(Post).filter_by(person_id=desk.world.people["leader"]).one()
        post.until_on = date(2026, 8, 31)
        db.session.commit()
    key = desk.at("elevated")
    assert "厂区门前道路积水" in block(desk, "chief", "instruct")
    page = desk.browser("chief").get("/leader").text
    assert f"/problems/{key}/do/instruct" in page
    assert f"/problems/{key}/do/refer" not in page
    assert desk.browser("leader").get("/leader").status_code == 403


def test_a_problem_that_came_by_itself_says_what_the_enterprise_said(desk: Desk) -> None:
    with desk.walking() as walker:
        key = dissatisfied_twice(walker, words="两次都没有解决，请领导过问")
    assert desk.problem(key).state == "elevated"
    words = block(desk, "leader", "instruct")
    assert "企业连续 2 轮不满意" in words
    assert "两次都没有解决，请领导过问" in words


# -- 等我审批 ----------------------------------------------------------------------------------------------------------


def test_a_request_to_end_it_waits_for_the_leader_of_the_group_alone(desk: Desk) -> None:
    with desk.walking() as walker:
        key = walker.to("handling")
        walker.beside(
            key, "ask_termination", by="dispatch_lead", written_review="企业已经注销，经核实没有继续办理的必要"
        )
    words = block(desk, "leader", "decide")
    assert "企业已经注销" in words
    assert "某dispatch_lead" in words
    page = desk.browser("leader").get("/leader").text
    matter = re.search(rf'href="(/problems/{key}/request/\d+)/grant"', page)
    assert matter
    assert f'href="{matter[1]}/refuse"' in page
    assert desk.browser("leader").get(f"{matter[1]}/grant").status_code == 200
    assert desk.browser("other_leader").get(f"{matter[1]}/grant").status_code == 404
    for part in ("other_leader", "chief"):
        assert "没有等您审批的申请" in block(desk, part, "decide")


# -- 严重逾期 ----------------------------------------------------------------------------------------------------------


def test_only_what_is_late_beyond_the_policys_long_days_is_severe(desk: Desk) -> None:
    desk.at("assigned")  # 签收 is due on Wednesday 2 September; five working days later is the 9th
    for day, count in (("2026-09-09 10:00", 0), ("2026-09-10 10:00", 1)):
        with time_machine.travel(at(day), tick=False):
            assert ("厂区门前道路积水" in block(desk, "leader", "overdue")) == bool(count), day
            assert ("厂区门前道路积水" in block(desk, "chief", "overdue")) == bool(count), day
            assert "厂区门前道路积水" not in block(desk, "other_leader", "overdue")


# -- 已报上级和挂账 -----------------------------------------------------------------------------------------------------


def test_what_is_out_of_hands_stands_there_with_its_next_day(desk: Desk) -> None:
    desk.at("referred")
    words = block(desk, "leader", "away")
    assert "调度室每月询问" in words
    assert "10月1日" in words or "10月8日" in words
    assert "厂区门前道路积水" not in block(desk, "other_leader", "away")


# -- 我的批示 ----------------------------------------------------------------------------------------------------------


def test_an_instruction_is_shown_with_what_was_done_since(desk: Desk) -> None:
    with desk.walking() as walker:
        key = walker.to("elevated")
        walker.do(key, "instruct", by="leader", instruction="请供电公司本周内到场")
    words = block(desk, "leader", "instructed")
    assert "请供电公司本周内到场" in words
    assert "还没有新的办理记录" in words
    with desk.walking() as walker:
        walker.do(key, "progress", by="handler")
    assert "某handler（基础设施保障组）登记进展" in block(desk, "leader", "instructed")
    assert "您还没有作过批示" in block(desk, "chief", "instructed")


def test_what_a_substitute_instructed_stands_with_both(desk: Desk) -> None:
    with desk.app.app_context():
        stand_in(desk.world, "leader", "other_leader")
    with desk.walking() as walker:
        walker.do(walker.to("elevated"), "instruct", by="other_leader", instruction="请供电公司本周内到场")
    for part in ("leader", "other_leader"):
        assert "某other_leader（代某leader，基础设施保障组）：请供电公司" in block(desk, part, "instructed")


# -- 提级, 批示, 报上级 against the table of the process ---------------------------------------------------------------------


def approved(walker: Walker) -> int:
    """With the enterprise, and a group has worked on it."""
    key = walker.to("reviewing")
    walker.do(key, "approve")
    return key


def dissatisfied_twice(walker: Walker, **given: str) -> int:
    key = approved(walker)
    walker.do(key, "evaluate", solved="no", satisfaction="dissatisfied")
    assert (problem(key).state, problem(key).round) == ("handling", 2)
    for name in ("submit", "approve"):
        walker.do(key, name)
    walker.do(key, "evaluate", solved="no", satisfaction="dissatisfied", **given)
    return key


def told(problem_id: int, name: str) -> set[str]:
    return {row.reader_name for row in db.session.query(Notice).filter_by(problem_id=problem_id, name=name)}


def test_after_the_second_dissatisfied_round_it_is_elevated_by_itself(walker: Walker) -> None:
    key = dissatisfied_twice(walker)
    row = problem(key)
    assert (row.state, row.round) == ("elevated", 3)
    assert told(key, "elevated") == {"某leader"}
    clock = db.session.query(ProblemClock).filter_by(problem_id=key, name="elevate").one()
    assert (clock.amount, clock.counted_in, clock.unit_id) == (10, "working_days", walker.world.group_id)


def test_also_when_the_second_time_is_said_on_the_phone(walker: Walker) -> None:
    key = approved(walker)
    walker.do(key, "evaluate", solved="no", satisfaction="dissatisfied")
    for name in ("submit", "approve"):
        walker.do(key, name)
    walker.do(key, "call_back", by="dispatcher", solved="no", satisfaction="dissatisfied")
    assert problem(key).state == "elevated"


def test_not_after_the_first(walker: Walker) -> None:
    key = approved(walker)
    walker.do(key, "evaluate", solved="no", satisfaction="dissatisfied")
    assert problem(key).state == "handling"
    assert told(key, "elevated") == set()


@pytest.mark.parametrize("part", ["group_lead", "dispatcher"])
@pytest.mark.parametrize("state", ["handling", "objected"])
def test_a_group_and_the_dispatchers_elevate(walker: Walker, part: str, state: str) -> None:
    key = walker.to(state)
    walker.do(key, "elevate", by=part)
    assert problem(key).state == "elevated"


@pytest.mark.parametrize("part", ["handler", "supervisor", "leader", "reporter"])
def test_nobody_else_elevates(walker: Walker, part: str) -> None:
    key = walker.to("handling")
    with pytest.raises(NotYours):
        walker.do(key, "elevate", by=part)


def test_the_turn_is_the_leaders_then_the_leading_groups(walker: Walker) -> None:
    key = walker.to("elevated")
    assert turn(walker, key) == ["某leader（基础设施保障组）"]
    assert (has_turn(walker, "leader", key), has_turn(walker, "chief", key)) == (True, False)
    walker.world.person("leader").active = False
    db.session.commit()
    assert turn(walker, key) == ["某chief（领导小组）"]
    assert has_turn(walker, "chief", key)


def turn(walker: Walker, key: int) -> list[str]:
    return page_of(queries.standing(walker.world.people["reporter"], walker.now), problem(key)).turn


def has_turn(walker: Walker, part: str, key: int) -> bool:
    me = queries.standing(walker.world.people[part], walker.now)
    return key in {each.id for each in turn_queries.first_page(turn_queries.my_turn(me))}


def test_the_leading_group_hears_when_a_leader_lets_it_lie(walker: Walker) -> None:
    key = walker.to("elevated")  # on Tuesday 1 September: ten working days end on Tuesday the 15th
    due = db.session.query(ProblemClock).filter_by(problem_id=key, name="elevate").one().due_on
    assert due == date(2026, 9, 15)
    sweep(calendar().at(date(2026, 9, 14)) + timedelta(hours=1))
    assert told(key, "due_soon") == {"某leader", "某chief"}
    sweep(calendar().at(date(2026, 9, 16)) + timedelta(hours=1))
    assert {"某leader", "某chief"} <= told(key, "overdue")


def test_an_instruction_sends_it_back_to_work(walker: Walker) -> None:
    key = walker.to("elevated")
    walker.do(key, "instruct", by="leader")
    row = problem(key)
    assert (row.state, row.handler_id) == ("handling", walker.world.people["handler"])
    assert told(key, "instructed") == {
        "某handler",
        "某group_lead",
        "某dispatcher",
        "某other_dispatcher",
        "某dispatch_lead",
    }
    assert told(key, "reassigned_away") == set()


def test_an_instruction_may_give_it_to_another_group_with_fresh_clocks(walker: Walker) -> None:
    key = walker.to("elevated")
    walker.do(key, "instruct", by="leader", group=walker.world.other_group_id)
    row = problem(key)
    assert (row.state, row.group_id, row.handler_id) == ("handling", walker.world.other_group_id, None)
    assert turn(walker, key) == ["某other_lead（营商环境组）"]
    assert told(key, "reassigned_away") == {"某group_lead"}
    clock = next(each for each in queries.clocks_of(key) if each.name == "handle" and not each.ended)
    assert (clock.unit_id, clock.started_on) == (walker.world.other_group_id, date(2026, 9, 1))


@pytest.mark.parametrize("part", ["leader", "chief"])
def test_an_instruction_in_any_other_open_state_moves_nothing(walker: Walker, part: str) -> None:
    key = walker.to("reviewing")
    walker.do(key, "instruct", by=part)
    assert problem(key).state == "reviewing"


def test_only_the_leader_refers_and_the_dispatchers_ask_monthly(walker: Walker) -> None:
    key = walker.to("elevated")
    with pytest.raises(NotYours):
        walker.do(key, "refer", by="chief")
    walker.do(key, "refer", by="leader")
    clock = next(each for each in queries.clocks_of(key) if each.name == "review_date")
    assert (clock.unit_id, clock.amount, clock.counted_in) == (walker.world.units["调度室"], 30, "natural_days")
    for part in ("dispatcher", "dispatch_lead"):
        assert has_turn(walker, part, key)
    assert not has_turn(walker, "group_lead", key)


def test_the_reminder_asks_for_the_monthly_question_again_and_again(walker: Walker) -> None:
    key = walker.to("referred")
    due = next(each.due_on for each in queries.clocks_of(key) if each.name == "review_date")
    sweep(calendar().at(due) + timedelta(hours=1))
    note = db.session.query(Notice).filter_by(problem_id=key, name="due_today").first()
    assert note is not None
    assert "“每月询问进展”环节今天到期" in note.body
    assert told(key, "due_today") == {"某dispatcher", "某other_dispatcher", "某dispatch_lead"}
    walker.now = calendar().at(due) + timedelta(hours=2)
    walker.do(key, "progress", by="dispatcher", next_review_on=None)
    again = [each for each in queries.clocks_of(key) if each.name == "review_date"]
    assert [each.ended for each in again] == ["answered", None]
    assert again[1].started_on == due
    assert again[1].unit_id == walker.world.units["调度室"]
    walker.do(key, "hear_back", by="dispatcher")
    assert problem(key).state == "handling"


def test_a_review_of_what_is_suspended_is_the_groups_and_keeps_its_name(walker: Walker) -> None:
    key = walker.to("suspended")
    clock = next(each for each in queries.clocks_of(key) if each.name == "review_date")
    assert clock.unit_id == walker.world.group_id
    sweep(calendar().at(clock.due_on) + timedelta(hours=1))
    note = db.session.query(Notice).filter_by(problem_id=key, name="due_today").first()
    assert note is not None
    assert "“复核”环节" in note.body


def test_a_leader_in_charge_of_two_groups_sees_both(desk: Desk) -> None:
    with desk.app.app_context():
        key, unit = desk.world.people["leader"], desk.world.other_group_id
        db.session.add(Post(person_id=key, unit_id=unit, duty=Duty.IN_CHARGE, from_on=date(2019, 1, 1)))
        db.session.commit()
    with desk.walking() as walker:
        walker.to("elevated", title="第一组的问题要协调")
        other = walker.to("reported", title="第二组的问题要协调")
        walker.do(other, "assign", group=desk.world.other_group_id)
        walker.do(other, "sign", by="other_lead", handler=desk.world.people["other_lead"])
        walker.do(other, "elevate", by="other_lead")
    words = block(desk, "leader", "instruct")
    assert "第一组的问题要协调" in words
    assert "第二组的问题要协调" in words
