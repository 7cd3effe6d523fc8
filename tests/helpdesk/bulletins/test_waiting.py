"""Whose turn a bulletin and its receipts are, on the first page of those they wait for and on its own page."""

from typing import Any

import pytest
from flask import Flask

from helpdesk.problems.queries import standing
from helpdesk.proceedings import showing
from tests.helpdesk.bulletins.conftest import Weeks
from tests.visitors import text_of, visitor


def first_page(weeks: Weeks, part: str) -> list[dict[str, Any]]:
    """The lines of 工作台 that are about proceedings."""
    return showing.rows(standing(weeks.world.people[part], weeks.now))


def test_what_waits_for_review_is_named_by_the_act_that_leads_on(days: Weeks) -> None:
    days.submitted()
    assert [row["do"] for row in first_page(days, "chief")] == ["审核印发"]


def test_a_receipt_is_no_draft(days: Weeks) -> None:
    days.issued()
    (row,) = first_page(days, "group_lead")
    assert row["about"].startswith("通报待签收 · 主送")
    assert row["do"] == "签收通报"


def test_the_page_says_who_may_review(app: Flask, days: Weeks) -> None:
    key = days.submitted()
    page = text_of(visitor(app, days.world, "supervisor").get(f"/bulletins/{key}"))
    assert f"轮到{days.world.person('chief').name}审核" in page


@pytest.mark.parametrize("path", ["edit", "do/submit_bulletin", "do/withdraw_bulletin"])
def test_what_may_not_be_done_says_why_and_leads_back(app: Flask, days: Weeks, path: str) -> None:
    key = days.submitted()
    answer = visitor(app, days.world, "supervisor").get(f"/bulletins/{key}/{path}")
    assert answer.status_code in (403, 409)
    assert "别人刚刚处理" not in answer.text
    assert f'href="/bulletins/{key}"' in answer.text
