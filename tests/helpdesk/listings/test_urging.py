"""催办 from a list: one or many, each in its own right, and what could not be urged is named with the reason."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpdesk.db import db
from helpdesk.listings import commands
from helpdesk.problems.commands import Actor
from helpdesk.problems.models import Entry
from tests.desk import Desk
from tests.visitors import at, text_of


def urge(client: FlaskClient, ids: list[Any], **more: str) -> TestResponse:
    return client.post("/lists/overdue/urge", data={"ids": ids, **more}, follow_redirects=True)


def urgings(desk: Desk) -> list[tuple[int, str, str]]:
    """Problem, who, and the words of every urging."""
    with desk.app.app_context():
        found = db.session.query(Entry).filter_by(action="urge").order_by(Entry.id)
        return [(each.problem_id, each.by_name, "".join(answer["words"] for answer in each.answers)) for each in found]


def test_many_are_urged_at_once_with_the_same_words(desk: Desk) -> None:
    first, second = desk.at("handling"), desk.at("assigned")
    page = urge(desk.browser("supervisor"), [first, second], words="请本周内办结")
    assert "已催办 2 件" in text_of(page)
    assert urgings(desk) == [
        (first, "某supervisor（督查考核办公室）", "请本周内办结"),
        (second, "某supervisor（督查考核办公室）", "请本周内办结"),
    ]


def test_those_that_cannot_be_urged_do_not_stop_the_others_and_are_named_with_the_reason(desk: Desk) -> None:
    closed, open_one = desk.at("closed"), desk.at("handling")
    page = urge(desk.browser("dispatcher"), [closed, open_one, 999_999])
    words = text_of(page)
    assert "已催办 1 件" in words
    assert re.search(r"1 件没有催办：[^。（]+（〔2026〕0001）", words)
    assert "1 件没有催办：没有找到这个问题，或者它不在您的职责范围内" in words
    assert [problem_id for problem_id, _, _ in urgings(desk)] == [open_one]


def test_a_program_gets_the_same_answer_as_json(desk: Desk) -> None:
    closed, open_one = desk.at("closed"), desk.at("handling")
    answer = desk.browser("dispatcher").post(
        "/lists/overdue/urge", data={"ids": [closed, open_one]}, headers={"Accept": "application/json"}
    )
    assert answer.get_json()["urged"] == 1
    [refused] = answer.get_json()["refused"]
    assert (refused["id"], refused["number"]) == (closed, "〔2026〕0001")
    assert refused["reason"]


def test_a_second_click_urges_nobody_twice(desk: Desk) -> None:
    ids = [desk.at("handling"), desk.at("handling")]
    client = desk.browser("supervisor")
    page = client.get("/lists/due-soon")
    found = re.search(r'name="request_key" value="([^"]+)"', page.text)
    assert found
    for _ in range(2):
        assert "已催办 2 件" in text_of(urge(client, ids, request_key=found[1]))
    assert len(urgings(desk)) == 2


def test_the_same_problem_ticked_in_two_rows_is_urged_once(desk: Desk) -> None:
    problem_id = desk.at("assigned")
    urge(desk.browser("supervisor"), [problem_id, problem_id])
    assert len(urgings(desk)) == 1


def test_nothing_ticked_urges_nobody_and_says_so(desk: Desk) -> None:
    client = desk.browser("supervisor")
    for nothing in ([], ["", "x", "-1", "0", "99999999999999999999"]):
        assert "还没有勾选要催办的问题" in text_of(urge(client, nothing))


def test_words_that_are_too_long_are_refused_and_nobody_is_urged(desk: Desk) -> None:
    page = urge(desk.browser("supervisor"), [desk.at("handling")], words="快" * 501)
    assert "1 件没有催办" in text_of(page)
    assert urgings(desk) == []


@pytest.mark.parametrize("part", ["group_lead", "leader", "chief"])
def test_who_may_not_urge_is_offered_no_tick_boxes_and_is_refused(desk: Desk, part: str) -> None:
    problem_id = desk.at("handling")
    client = desk.browser(part)
    shown = client.get("/lists/due-soon").text
    assert "厂区门前道路积水" in shown
    assert 'name="ids"' not in shown
    assert "1 件没有催办" in text_of(urge(client, [problem_id]))
    assert urgings(desk) == []


def test_strangers_urge_nothing_and_learn_nothing(desk: Desk) -> None:
    problem_id = desk.at("handling")
    page = desk.browser("stranger").post("/lists/overdue/urge", data={"ids": [problem_id]})
    assert page.status_code == 403
    assert "2026" not in text_of(page).replace("2026-09-01", "")
    assert urgings(desk) == []


def test_one_comes_back_to_the_same_page_of_the_same_choice(desk: Desk) -> None:
    problem_id = desk.at("handling")
    client = desk.browser("supervisor")
    shown = client.get("/lists/due-soon?leg=respond").text
    assert 'formaction="/lists/due-soon/urge?leg=respond"' in shown
    answer = client.post("/lists/due-soon/urge?leg=respond", data={"ids": [problem_id]})
    assert answer.location == "/lists/due-soon?leg=respond"


def test_only_lists_with_tick_boxes_can_be_urged_from(desk: Desk) -> None:
    assert desk.browser("supervisor").post("/lists/problems/urge").status_code == 404


def test_an_error_that_is_no_refusal_is_not_swallowed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(commands, "act", broken)
    with pytest.raises(ZeroDivisionError):
        commands.urge_many([1], words="", by=Actor(1, "某人"), now=at("2026-09-01 09:00"))
