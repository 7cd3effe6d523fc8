"""Orders through the doors: drafted from a list, a problem or a milestone, issued, answered; and who may do what."""

import re
from datetime import timedelta
from io import BytesIO

import docx
import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpdesk.db import db
from helpdesk.listings.models import Export
from helpdesk.problems.sweep import sweep
from helpdesk.proceedings.models import Proceeding, ProceedingEntry
from helpdesk.supervision.commands import draft_due
from helpdesk.supervision.models import OrderProblem
from tests.desk import TUESDAY_MORNING, Desk, hidden
from tests.lists import sheet_rows
from tests.visitors import at, text_of

LATE = at("2026-09-25 09:00")
"""Weeks after what was walked on 1 September: everything is late by more than ten working days."""


def draft(client: FlaskClient, *ids: int) -> TestResponse:
    return client.post("/orders/draft", data={"ids": list(ids)}, follow_redirects=True)


def act(client: FlaskClient, order_id: int, name: str, **given: str) -> TestResponse:
    """Open the form of an action and send it filled in."""
    address = f"/orders/{order_id}/do/{name}"
    page = client.get(address)
    return client.post(address, data=hidden(page) | given, follow_redirects=True)


def orders(desk: Desk) -> list[Proceeding]:
    with desk.app.app_context():
        found = db.session.query(Proceeding).order_by(Proceeding.id).all()
        for each in found:
            db.session.expunge(each)
        return found


def about(desk: Desk, order_id: int) -> list[int]:
    with desk.app.app_context():
        rows = db.session.query(OrderProblem).filter_by(order_id=order_id, dropped=False).order_by(OrderProblem.id)
        return [row.problem_id for row in rows]


def test_ticked_problems_become_one_draft_a_unit_and_a_second_click_names_where_they_are(desk: Desk) -> None:
    first, second, at_dispatch = desk.at("handling"), desk.at("assigned"), desk.at("reported")
    closed = desk.at("closed")
    with time_machine.travel(LATE, tick=False):
        page = draft(desk.browser("supervisor"), first, second, at_dispatch, closed)
        assert "已起草 2 份督办单" in text_of(page)
        assert "1 件没有列入：已经办结，或者您看不到" in text_of(page)
        again = draft(desk.browser("supervisor"), first)
        assert "1 件没有列入：已经在另一份督办单草稿里" in text_of(again)
    group, dispatch = sorted(orders(desk), key=lambda each: each.unit_id == desk.world.units["调度室"])
    assert (about(desk, group.id), about(desk, dispatch.id)) == ([first, second], [at_dispatch])
    assert group.unit_id == desk.world.group_id


def test_only_the_supervision_office_drafts_and_the_refusal_says_who(desk: Desk) -> None:
    problem = desk.at("handling")
    for part in ("dispatcher", "dispatch_lead", "group_lead", "leader", "chief", "reporter", "stranger", "handler"):
        answer = draft(desk.browser(part), problem)
        assert answer.status_code == 403
        assert "督查考核办公室起草和签发" in text_of(answer)
    assert orders(desk) == []
    assert draft(desk.browser("administrator"), problem).status_code == 403


def issued(desk: Desk, *states: str) -> int:
    """The key of an order that has been issued, on 25 September, about problems walked on the 1st."""
    problems = [desk.at(state) for state in states or ("handling",)]
    with time_machine.travel(LATE, tick=False):
        client = desk.browser("supervisor")
        draft(client, *problems)
        order_id = orders(desk)[-1].id
        answer = act(client, order_id, "issue_order", reply_by="2026-10-12")
        assert "督办单已签发" in text_of(answer)
    return order_id


def test_the_whole_way_in_the_browser(desk: Desk) -> None:
    order_id = issued(desk)
    with time_machine.travel(LATE + timedelta(hours=1), tick=False):
        lead, office = desk.browser("group_lead"), desk.browser("supervisor")
        assert "督办〔2026〕1号" in text_of(lead.get("/"))  # 轮到我办
        assert "督办单已签收" in text_of(act(lead, order_id, "sign_order"))
        answered = {"causes": "人手不足，进度滞后", "steps": "周五前疏通管网", "done_by": "2026-10-15"}
        assert "等督查考核办公室审核" in text_of(act(lead, order_id, "reply_order", **answered))
        assert "已退回" in text_of(
            act(office, order_id, "return_order", reason="措施不具体，请再报", reply_by="2026-10-13")
        )
        act(lead, order_id, "reply_order", **answered)
        assert "已认可" in text_of(act(office, order_id, "accept_order"))
        assert "督办单已办结" in text_of(act(office, order_id, "close_order", opinion="问题已落实"))
        page = text_of(office.get(f"/orders/{order_id}"))
        assert "某group_lead（基础设施保障组）回复督办单" in page
        [problem_id] = about(desk, order_id)
        assert "督办〔2026〕1号" in text_of(office.get(f"/problems/{problem_id}"))


def test_the_story_of_a_problem_tells_when_orders_about_it_were_issued_accepted_and_ended(desk: Desk) -> None:
    order_id = issued(desk)
    [problem_id] = about(desk, order_id)
    steps = {"accept_order": "措施可行", "close_order": "问题已落实"}
    with time_machine.travel(LATE + timedelta(hours=1), tick=False):
        answered = {"causes": "人手不足，进度滞后", "steps": "周五前疏通管网", "done_by": "2026-10-15"}
        act(desk.browser("group_lead"), order_id, "reply_order", **answered)
    for days, (name, opinion) in enumerate(steps.items(), start=1):
        with time_machine.travel(LATE + timedelta(days=days), tick=False):
            act(desk.browser("supervisor"), order_id, name, opinion=opinion)
    with time_machine.travel(LATE + timedelta(days=3), tick=False):
        for part in ("handler", "reporter", "supervisor"):
            page = desk.browser(part).get(f"/problems/{problem_id}").text
            story = re.sub(r"<[^>]+>", "", page[page.index('<ol class="timeline">') :])
            by = "督办〔2026〕1号：某supervisor（督查考核办公室）"
            places = [story.find(f"{by}{label}") for label in ("督办办结", "认可回复", "签发")]
            assert 0 <= places[0] < places[1] < places[2] < story.index("上报"), part  # the newest first
            assert not any(each in page for each in ("人手不足，进度滞后", "措施可行", "问题已落实", "回复督办单"))
        other = desk.browser("supervisor").get(f"/problems/{desk.at('handling')}")
        assert "督办〔2026〕1号" not in other.text


def test_a_draft_is_not_told_in_the_story_of_its_problem(desk: Desk) -> None:
    problem = desk.at("handling")
    with time_machine.travel(LATE, tick=False):
        draft(desk.browser("supervisor"), problem)
        assert "起草督办单（" not in text_of(desk.browser("handler").get(f"/problems/{problem}"))
        assert "某supervisor" not in text_of(desk.browser("handler").get(f"/problems/{problem}"))


def test_a_form_that_is_wrong_comes_back_filled_in_and_says_why(desk: Desk) -> None:
    order_id = issued(desk)
    with time_machine.travel(LATE + timedelta(hours=1), tick=False):
        lead = desk.browser("group_lead")
        page = act(lead, order_id, "reply_order", causes="短", steps="周五前疏通管网", done_by="")
        assert page.status_code == 422
        assert "周五前疏通管网" in page.text
        assert "请写明逾期原因" in page.text or "至少 5 个字" in page.text
        assert orders(desk)[-1].state == "order_issued"


def test_who_sees_an_order_and_who_is_told_there_is_none(desk: Desk) -> None:
    problem = desk.at("handling")
    with time_machine.travel(LATE, tick=False):
        draft(desk.browser("supervisor"), problem)
        order_id = orders(desk)[-1].id
        may = {part: desk.browser(part).get(f"/orders/{order_id}").status_code for part in EVERYBODY}
        assert {part for part, code in may.items() if code == 200} == {"supervisor"}  # a draft is the office's own
        act(desk.browser("supervisor"), order_id, "issue_order", reply_by="2026-10-12")
        may = {part: desk.browser(part).get(f"/orders/{order_id}").status_code for part in EVERYBODY}
        seeing = {"supervisor", "dispatcher", "dispatch_lead", "group_lead", "leader", "chief"}
        assert {part for part, code in may.items() if code == 200} == seeing
        assert {code for part, code in may.items() if part not in seeing} == {404}
        for part in EVERYBODY - {"supervisor"}:
            codes = (
                desk.browser(part)
                .post(f"/orders/{order_id}/do/cancel_order", data={"reason": "不需要督办了"})
                .status_code
            )
            assert codes in (403, 404)
    assert orders(desk)[-1].state == "order_issued"


EVERYBODY = {
    *("supervisor", "dispatcher", "dispatch_lead", "group_lead", "other_lead", "leader", "other_leader", "chief"),
    *("handler", "reporter", "cadre", "stranger"),
}


def test_the_list_holds_what_its_reader_may_see(desk: Desk) -> None:
    issued(desk)
    with time_machine.travel(LATE + timedelta(hours=1), tick=False):
        for part, size in {"supervisor": 1, "group_lead": 1, "other_lead": 0, "chief": 1}.items():
            assert len(sheet_rows(desk.browser(part), "orders")) == size
        late = desk.browser("supervisor").get("/lists/orders?state=unanswered&q=积水")
        assert "督办〔2026〕1号" in text_of(late)
        assert "督办〔2026〕1号" not in text_of(desk.browser("supervisor").get("/lists/orders?level=3"))


def test_a_problem_is_taken_out_of_a_draft_but_never_the_last_one(desk: Desk) -> None:
    first, second = desk.at("handling"), desk.at("handling")
    with time_machine.travel(LATE, tick=False):
        client = desk.browser("supervisor")
        draft(client, first, second)
        order_id = orders(desk)[-1].id
        assert "已移出" in text_of(act(client, order_id, "drop_problem", dropped="〔2026〕0001"))
        assert about(desk, order_id) == [second]
        assert "最后一个问题" in text_of(act(client, order_id, "drop_problem", dropped="〔2026〕0002"))
        assert about(desk, order_id) == [second]


# -- By milestone ------------------------------------------------------------------------------------------------------


def drafts_at(desk: Desk, moment: str) -> list[tuple[str, int]]:
    """What has been drafted by then: level and number of problems of each."""
    with desk.app.app_context():
        sweep(at(moment))
        draft_due(at(moment))
        draft_due(at(moment))
        found = db.session.query(Proceeding).order_by(Proceeding.id).all()
        return [
            (each.facts["level"], db.session.query(OrderProblem).filter_by(order_id=each.id).count()) for each in found
        ]


def test_milestones_draft_once_at_level_one_and_again_at_level_two_naming_the_order_before(desk: Desk) -> None:
    desk.at("assigned")  # signing was due on Wednesday, 2 September
    desk.at("assigned")
    assert drafts_at(desk, "2026-09-08 09:00") == []
    assert drafts_at(desk, "2026-09-09 09:00") == [("1", 2)]  # the fifth working day after the due day
    assert drafts_at(desk, "2026-09-10 09:00")[0] == ("1", 2)
    # the tenth; the next leg of the same problems has been late for five days by then, and needs no order of its own
    assert drafts_at(desk, "2026-09-16 09:00") == [("1", 2), ("2", 2)]
    with desk.app.app_context():
        rows = db.session.query(OrderProblem).filter_by(milestone="supervised_again").all()
        first = db.session.query(Proceeding).order_by(Proceeding.id).first()
        assert first is not None
        assert {row.after_id for row in rows} == {first.id}
        assert {each.by_name for each in db.session.query(ProceedingEntry)} == {"系统"}


def test_what_has_been_done_meanwhile_is_not_drafted_about(desk: Desk) -> None:
    problem = desk.at("assigned")
    with desk.app.app_context():
        sweep(at("2026-09-09 09:00"))
    with desk.walking() as walker:
        walker.now = at("2026-09-09 10:00")
        walker.do(problem, "sign")
    with desk.app.app_context():
        assert draft_due(at("2026-09-09 11:00")) == 0
    assert orders(desk) == []


@pytest.mark.parametrize("level", ["1", "2", "3"])
def test_a_card_never_stands_without_words(desk: Desk, level: str) -> None:
    order_id = issued(desk)
    with time_machine.travel(LATE + timedelta(hours=1), tick=False):
        client = desk.browser("supervisor")
        act(client, order_id, "raise_order", level=level, reason="按督办办法调整级别")
        page = client.get(f"/orders/{order_id}").text
        said = {"1": "一级督办（蓝牌）", "2": "二级督办（黄牌）", "3": "三级督办（红牌）"}[level]
        assert re.search(rf'class="lamp lamp--\w+">.*{said}', page)


def test_a_second_form_sent_after_the_first_is_told_and_changes_nothing(desk: Desk) -> None:
    problem = desk.at("handling")
    with time_machine.travel(LATE, tick=False):
        one, other = desk.browser("supervisor"), desk.browser("supervisor")
        draft(one, problem)
        order_id = orders(desk)[-1].id
        pages = [client.get(f"/orders/{order_id}/do/issue_order") for client in (one, other)]
        answers = [
            client.post(f"/orders/{order_id}/do/issue_order", data=hidden(page) | {"reply_by": "2026-10-12"})
            for client, page in zip((one, other), pages, strict=True)
        ]
        assert [answer.status_code for answer in answers] == [302, 409]
        assert orders(desk)[-1].number == "督办〔2026〕1号"
    assert TUESDAY_MORNING < LATE


def test_an_order_leaves_as_a_paper_that_says_what_its_page_says(desk: Desk) -> None:
    order_id = issued(desk, "handling", "assigned")
    with time_machine.travel(LATE + timedelta(hours=1), tick=False):
        for paper in ("order", "letter"):
            answer = desk.browser("group_lead").get(f"/orders/{order_id}/{paper}.docx")
            assert answer.status_code == 200
            document = docx.Document(BytesIO(answer.data))
            words = "\n".join(
                [
                    *(each.text for each in document.paragraphs),
                    *(cell.text for table in document.tables for row in table.rows for cell in row.cells),
                ]
            )
            for wanted in (
                "督办〔2026〕1号",
                "基础设施保障组",
                "〔2026〕0001",
                "〔2026〕0002",
                "2026年10月12日",
                "督查考核办公室",
            ):
                assert wanted in words, (paper, wanted)
        assert desk.browser("other_lead").get(f"/orders/{order_id}/order.docx").status_code == 404
        with desk.app.app_context():
            assert [each.listing for each in db.session.query(Export).order_by(Export.id)] == [
                "paper-order",
                "paper-letter",
            ]
