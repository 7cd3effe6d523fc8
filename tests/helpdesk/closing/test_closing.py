"""销号 with all that it rests on, one by one and several at once; who worked on a problem never closes it."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from helpdesk.problems.models import Entry
from tests.desk import PNG, TUESDAY_MORNING, Desk, hidden, upload
from tests.lists import page_rows
from tests.people import SEATS
from tests.visitors import text_of
from tests.walking import Walker

CLOSING = {"basis": "evaluated", "opinion": "企业满意，同意销号"}


def by_call(desk: Desk) -> int:
    """A problem that came to 待销号 by a call."""
    with desk.walking() as walker:
        problem_id = walker.to("evaluating")
        return walker.do(problem_id, "call_back", by="dispatcher")


def handled(desk: Desk) -> int:
    """A problem in 待销号 that a group has handled."""
    with desk.walking() as walker:
        problem_id = walker.to("handling")
        for name in ("respond", "submit", "approve", "evaluate"):
            walker.do(problem_id, name)
        return problem_id


def previewed(client: FlaskClient, *ids: int) -> str:
    answer = client.post("/closing/many", data={"ids": list(ids)})
    assert answer.status_code == 200, answer.text
    return answer.text


def key_in(page: str) -> str:
    found = re.search(r'name="request_key" value="([^"]+)"', page)
    assert found
    return found[1]


# -- One by one --------------------------------------------------------------------------------------------------------


def test_the_page_tells_what_was_done_what_was_said_and_who_worked_on_it(desk: Desk) -> None:
    page = desk.browser("supervisor").get(f"/closing/{handled(desk)}")
    words = text_of(page)
    assert "企业本人通过专用链接评价" in words
    assert "采取的措施写得足够长" in words
    assert re.search(r"某handler（基础设施保障组）\s+首次反馈、提交办理结果", words)
    assert "您没有参与过这个问题，可以销号" in words
    assert "没有超时的环节" in words


def test_evidence_rounds_and_late_legs_are_told(desk: Desk) -> None:
    with desk.app.app_context():
        walker = Walker(desk.world, TUESDAY_MORNING - timedelta(days=30))
        key = walker.to("handling")
        for name in ("respond", "submit", "approve"):
            walker.do(key, name)
        walker.do(key, "evaluate", solved="no", satisfaction="dissatisfied")
        walker.now = TUESDAY_MORNING - timedelta(hours=1)
        for name in ("submit", "approve", "evaluate"):
            walker.do(key, name)
    client = desk.browser("handler")
    client.post(f"/problems/{key}/do/attach", data={"files": [upload("现场.png", PNG)]})
    words = text_of(desk.browser("supervisor").get(f"/closing/{key}"))
    assert "待销号，第 2 轮" in words
    assert "第 1 轮，企业本人通过专用链接评价" in words
    assert "第 2 轮，企业本人通过专用链接评价" in words
    assert re.search(r"现场\.png.*9月1日 09:00 某handler", words)
    assert re.search(r"超时的环节\s+办理", words)
    assert "没有超时的环节" not in words


def test_a_call_is_told_with_who_made_it_and_the_four_answers(desk: Desk) -> None:
    words = text_of(desk.browser("supervisor").get(f"/closing/{by_call(desk)}"))
    assert "电话回访" in words
    assert "某dispatcher（调度室）" in words
    for question in ("企业认为解决了吗", "承办单位把办理结果答复给企业了吗", "承办单位主动联系过企业吗", "企业满意吗"):
        assert question in words


def test_closing_leads_on_to_the_next_in_the_list(desk: Desk) -> None:
    first, second = desk.at("closing"), desk.at("closing", title="厂外路灯不亮")
    client = desk.browser("supervisor")
    page = client.get(f"/closing/{first}")
    assert f"/closing/{second}" in page.text
    answer = client.post(f"/closing/{first}/close", data=CLOSING | hidden(page))
    assert answer.location == f"/closing/{second}"
    assert desk.problem(first).state == "closed"
    assert client.post(f"/closing/{second}/close", data=CLOSING).location == "/lists/to-close"


def test_a_second_click_closes_nothing_twice(desk: Desk) -> None:
    key, client = desk.at("closing"), desk.browser("supervisor")
    sent = CLOSING | hidden(client.get(f"/closing/{key}"))
    assert client.post(f"/closing/{key}/close", data=sent).status_code == 302
    entries = desk.count(Entry)
    assert client.post(f"/closing/{key}/close", data=sent).status_code == 302
    assert desk.count(Entry) == entries


def test_what_is_missing_is_said_and_what_was_typed_stays(desk: Desk) -> None:
    key, client = desk.at("closing"), desk.browser("supervisor")
    answer = client.post(f"/closing/{key}/close", data={"opinion": "同意，材料齐全"})
    assert answer.status_code == 422
    assert "同意，材料齐全" in answer.text
    assert desk.problem(key).state == "closing"


def test_refusing_sends_it_back_with_the_reason(desk: Desk) -> None:
    key, client = handled(desk), desk.browser("supervisor")
    assert client.post(f"/closing/{key}/refuse_closure", data={"reason": "措施与企业的话对不上"}).status_code == 302
    assert desk.problem(key).state == "handling"


@pytest.mark.parametrize("part", [*sorted(SEATS.keys() - {"supervisor"}), "administrator"])
def test_nobody_else_closes(desk: Desk, part: str) -> None:
    key, client = desk.at("closing"), desk.browser(part)
    shown = client.get(f"/closing/{key}")
    refused = client.post(f"/closing/{key}/close", data=CLOSING)
    assert refused.status_code in (403, 404)
    kept_open = client.post(f"/closing/{key}/refuse_closure", data={"reason": "措施与企业的话对不上"})
    assert kept_open.status_code in (403, 404)
    if part == "stranger":
        assert shown.status_code == refused.status_code == 404
        assert "积水" not in shown.text + refused.text
    else:
        assert '/close"' not in shown.text
    assert client.post("/closing/many", data={"ids": key}).status_code == 403
    assert client.post("/closing/many/close", data=CLOSING | {"ids": key}).status_code == 403
    assert desk.problem(key).state == "closing"


def test_whoever_worked_on_it_cannot_close_it_and_is_told_who_may(desk: Desk) -> None:
    key = handled(desk)
    _seat(desk, "handler", "督查考核办公室")
    client = desk.browser("handler")
    words = text_of(client.get(f"/closing/{key}"))
    assert "不能销号" in words
    assert "某supervisor（督查考核办公室）" in words
    assert client.post(f"/closing/{key}/close", data=CLOSING).status_code == 409
    assert client.post("/closing/many/close", data=CLOSING | {"ids": key}).status_code == 302
    assert desk.problem(key).state == "closing"
    assert page_rows(client, "/lists/to-close")[0]["回避"] == "请由没有参与的同事来做"


def _seat(desk: Desk, part: str, unit: str) -> None:
    from helpdesk.db import db
    from helpdesk.org.models import Duty, Post
    from tests.people import LONG_AGO

    with desk.app.app_context():
        db.session.add(
            Post(person_id=desk.world.people[part], unit_id=desk.world.units[unit], duty=Duty.MEMBER, from_on=LONG_AGO)
        )
        db.session.commit()


# -- Several at once ---------------------------------------------------------------------------------------------------


def test_only_what_the_enterprise_itself_was_content_with_is_closed_together(desk: Desk) -> None:
    content, called, gone = desk.at("closing"), by_call(desk), desk.at("closed")
    client = desk.browser("supervisor")
    page = previewed(client, content, called, gone)
    assert "不能一并销号的（2 件）" in page
    assert "逐件核对" in page
    client.post("/closing/many/close", data=CLOSING | {"ids": [content, called, gone], "request_key": key_in(page)})
    assert [desk.problem(key).state for key in (content, called)] == ["closed", "closing"]


def test_each_gets_its_own_number_and_a_second_click_does_nothing(desk: Desk) -> None:
    keys = [desk.at("closing", title=f"厂区第 {n} 处积水") for n in range(3)]
    client = desk.browser("supervisor")
    sent = CLOSING | {"ids": keys, "request_key": key_in(previewed(client, *keys))}
    assert client.post("/closing/many/close", data=sent).status_code == 302
    assert len({desk.problem(key).closing_number for key in keys}) == 3
    entries = desk.count(Entry)
    told = client.post("/closing/many/close", data=sent, follow_redirects=True)
    assert "已销号 3 件" in told.text
    assert "没有销号" not in told.text
    assert desk.count(Entry) == entries


def test_one_that_moved_on_meanwhile_does_not_stop_the_others(desk: Desk) -> None:
    keys = [handled(desk) for _ in range(2)]
    client = desk.browser("supervisor")
    page = previewed(client, *keys)
    client.post(f"/closing/{keys[0]}/refuse_closure", data={"reason": "措施与企业的话对不上"})
    told = client.post(
        "/closing/many/close", data=CLOSING | {"ids": keys, "request_key": key_in(page)}, follow_redirects=True
    )
    assert "1 件没有销号" in told.text
    assert [desk.problem(key).state for key in keys] == ["handling", "closed"]


def test_without_basis_nothing_is_closed_and_the_ticks_stay(desk: Desk) -> None:
    key, client = desk.at("closing"), desk.browser("supervisor")
    answer = client.post("/closing/many/close", data={"ids": key, "opinion": "同意销号"})
    assert answer.status_code == 422
    assert f'value="{key}" checked' in answer.text
    assert "同意销号" in answer.text
    assert desk.problem(key).state == "closing"


def test_nothing_ticked_is_said(desk: Desk) -> None:
    assert desk.browser("supervisor").post("/closing/many").status_code == 404


def test_tick_boxes_are_offered_to_those_who_close(desk: Desk) -> None:
    desk.at("closing")
    assert "一并销号" in desk.browser("supervisor").get("/lists/to-close").text
    assert "一并销号" not in desk.browser("dispatcher").get("/lists/to-close").text
