"""What is issued stays as it was issued on paper, and nothing is issued to a unit where nobody can sign for it."""

from datetime import date
from io import BytesIO

import docx
import pytest
import time_machine

from helpdesk.db import db
from helpdesk.org.models import Post
from tests.desk import Desk, hidden
from tests.helpdesk.supervision.test_orders import LATE, act, draft, issued, orders
from tests.visitors import text_of

NOBODY_SIGNS = "主送单位还没有能签收的人"
WHAT_TO_DO = "请系统管理员登记这个单位的负责人"


def paper(desk: Desk, order_id: int, name: str) -> str:
    """All words of an order as a Word file."""
    document = docx.Document(BytesIO(desk.browser("supervisor").get(f"/orders/{order_id}/{name}.docx").data))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(each.text for each in document.paragraphs), *cells])


@pytest.mark.parametrize("name", ["order", "letter"])
def test_a_paper_says_what_was_issued_whatever_has_been_raised_or_returned_since(desk: Desk, name: str) -> None:
    order_id = issued(desk)
    with time_machine.travel(LATE, tick=False):
        before = paper(desk, order_id, name)
        assert "2026年10月12日" in before
        lead, office = desk.browser("group_lead"), desk.browser("supervisor")
        act(office, order_id, "raise_order", level="3", reason="按督办办法调整级别")
        act(lead, order_id, "reply_order", causes="人手不足，进度滞后", steps="增派两名同志", done_by="2026-10-15")
        answer = act(office, order_id, "return_order", reason="措施不具体，请再报", reply_by="2026-10-13")
        assert "已退回" in text_of(answer)
        assert orders(desk)[-1].facts["level"] == "3"
        assert orders(desk)[-1].facts["reply_by"] == "2026-10-13"
        assert paper(desk, order_id, name) == before


def test_a_paper_of_a_draft_says_what_was_changed_last(desk: Desk) -> None:
    problem = desk.at("handling")
    with time_machine.travel(LATE, tick=False):
        client = desk.browser("supervisor")
        draft(client, problem)
        order_id = orders(desk)[-1].id
        changed = {"order_title": "关于限期办结积水问题的督办单", "demand": "请于三日内说明原因并提出整改措施。"}
        answer = act(client, order_id, "edit_order", level="2", reply_by="2026-10-14", **changed)
        assert "草稿已修改" in text_of(answer)
        words = paper(desk, order_id, "order")
        assert all(each in words for each in ("二级", "2026年10月14日", *changed.values()))


def leaves(desk: Desk, why: str) -> None:
    """The only one who signs for the group can do so no more."""
    with desk.app.app_context():
        lead = desk.world.person("group_lead")
        if why == "inactive":
            lead.active = False
        else:
            post = db.session.query(Post).filter_by(person_id=lead.id).one()
            post.until_on = date(2026, 9, 24)
        db.session.commit()


@pytest.mark.parametrize("why", ["inactive", "post ended"])
def test_an_order_that_nobody_of_the_unit_can_sign_is_not_issued_and_the_page_says_what_to_do(
    desk: Desk, why: str
) -> None:
    problem = desk.at("handling")
    with time_machine.travel(LATE, tick=False):
        client = desk.browser("supervisor")
        draft(client, problem)
        order_id = orders(desk)[-1].id
        form = client.get(f"/orders/{order_id}/do/issue_order")
        assert NOBODY_SIGNS not in text_of(client.get(f"/orders/{order_id}"))
        leaves(desk, why)
        page = text_of(client.get(f"/orders/{order_id}"))
        assert NOBODY_SIGNS in page
        assert WHAT_TO_DO in page
        refused = client.get(f"/orders/{order_id}/do/issue_order")
        assert refused.status_code == 409
        assert WHAT_TO_DO in text_of(refused)
        sent = client.post(f"/orders/{order_id}/do/issue_order", data=hidden(form) | {"reply_by": "2026-10-12"})
        assert sent.status_code == 409
        assert WHAT_TO_DO in text_of(sent)
        assert (orders(desk)[-1].state, orders(desk)[-1].number) == ("order_drafted", None)
