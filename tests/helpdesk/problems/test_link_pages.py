"""The enterprise's own page: plain words, done in a moment, nothing of the inside, and honest when the link is spent."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from helpdesk.problems.models import Attachment, Entry
from tests.desk import PNG, TUESDAY_MORNING, Desk, errors_beside, hidden, open_desk, upload, value_of
from tests.visitors import text_of

CONTENT = {"contacted": "yes", "solved": "yes", "satisfaction": "satisfied", "words": "处理得很快，谢谢。"}


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """Problems on the desk."""
    with open_desk(app) as opened:
        yield opened


@pytest.fixture
def phone(app: Flask) -> FlaskClient:
    """The contact's phone: no account."""
    return app.test_client()


def handled(desk: Desk) -> int:
    """A problem that went through a group and waits for the enterprise's word."""
    problem_id = desk.at("reviewing")
    with desk.walking() as walker:
        walker.do(problem_id, "approve", opinion="内部审核意见，不给企业看")
    return problem_id


def test_the_page_says_in_plain_words_where_the_problem_is(desk: Desk, phone: FlaskClient) -> None:
    problem_id = desk.at("handling")
    with desk.walking() as walker:
        walker.do(problem_id, "progress", progress="排水沟已经开始疏通。", shown="public")
    page = phone.get(f"/e/{desk.token(problem_id)}")
    words = text_of(page)
    assert page.status_code == 200
    assert "正在办理" in words
    assert "排水沟已经开始疏通。" in words
    assert "问题情况写得足够长" in words, "what they told us"
    assert "0431-80000000" in words, "whom to call"
    assert 'href="tel:043180000000"' in page.text


def test_nothing_of_the_inside_is_shown(desk: Desk, phone: FlaskClient) -> None:
    problem_id = desk.at("handling")
    with desk.walking() as walker:
        walker.do(problem_id, "progress", progress="企业情绪较大，请注意沟通。", shown="internal")
        walker.do(problem_id, "respond")
        walker.do(problem_id, "submit", internal_note="内部说明：经费从专项里出")
    for token in (desk.token(problem_id),):
        page = phone.get(f"/e/{token}").text
        for inside in ("某handler", "某group_lead", "某dispatcher", "某reporter", "情绪较大", "经费", "交办要求", "@"):
            assert inside not in page
        assert "给企业的答复" not in page, "an answer that is not approved yet"
        assert "/problems/" not in page


def test_the_evaluation_stands_on_the_page_and_is_one_click(desk: Desk, phone: FlaskClient) -> None:
    problem_id = handled(desk)
    token = desk.token(problem_id, "evaluate")
    page = phone.get(f"/e/{token}")
    assert "给企业的答复" in page.text
    assert all(f'name="{name}"' in page.text for name in CONTENT)
    done = phone.post(f"/e/{token}/evaluate", data=CONTENT | hidden(page))
    assert done.status_code == 200
    assert "谢谢您的评价" in done.text
    assert desk.problem(problem_id).state == "closing"


def test_an_unfinished_evaluation_comes_back_filled_in(desk: Desk, phone: FlaskClient) -> None:
    token = desk.token(handled(desk), "evaluate")
    page = phone.post(f"/e/{token}/evaluate", data={"contacted": "yes", "words": "还没写完"})
    assert page.status_code == 422
    assert set(errors_beside(page)) == {"solved", "satisfaction"}
    assert value_of(page, "words") == "还没写完"


def test_an_evaluation_counts_once_per_round(desk: Desk, phone: FlaskClient) -> None:
    problem_id = handled(desk)
    token = desk.token(problem_id, "evaluate")
    form = CONTENT | hidden(phone.get(f"/e/{token}"))
    before = desk.count(Entry)
    assert phone.post(f"/e/{token}/evaluate", data=form).status_code == 200
    assert phone.post(f"/e/{token}/evaluate", data=form).status_code == 200, "a second click of the same form"
    changed = phone.post(
        f"/e/{token}/evaluate", data=CONTENT | {"satisfaction": "dissatisfied", "request_key": "another-form"}
    )
    assert changed.status_code == 410
    assert desk.count(Entry) == before + 1
    assert desk.problem(problem_id).satisfaction == "satisfied"


def test_a_used_link_says_so_and_whom_to_call(desk: Desk, phone: FlaskClient) -> None:
    token = desk.token(handled(desk), "evaluate")
    phone.post(f"/e/{token}/evaluate", data=CONTENT)
    page = phone.get(f"/e/{token}")
    assert page.status_code == 410
    assert "您已于9月1日 09:00提交过评价" in page.text
    assert "0431-80000000" in page.text
    assert phone.post(f"/e/{token}/comment", data={"comment": "再说一句"}).status_code == 410


def test_a_dissatisfied_enterprise_gets_a_new_link_for_the_next_round(desk: Desk, phone: FlaskClient) -> None:
    problem_id = handled(desk)
    first = desk.token(problem_id, "evaluate")
    phone.post(f"/e/{first}/evaluate", data=CONTENT | {"solved": "no", "satisfaction": "dissatisfied"})
    assert (desk.problem(problem_id).state, desk.problem(problem_id).round) == ("handling", 2)
    with desk.walking() as walker:
        walker.now = TUESDAY_MORNING
        walker.do(problem_id, "submit")
        walker.do(problem_id, "approve")
    second = desk.token(problem_id, "evaluate")
    assert second != first
    assert phone.get(f"/e/{first}").status_code == 410
    assert phone.get(f"/e/{second}").status_code == 200


def test_an_expired_or_revoked_link_opens_nothing(desk: Desk, phone: FlaskClient) -> None:
    problem_id = handled(desk)
    expired, revoked = desk.token(problem_id, "evaluate"), desk.token(problem_id)
    desk.change_link(expired, expires_at=TUESDAY_MORNING - timedelta(days=2))
    desk.change_link(revoked, revoked_at=TUESDAY_MORNING)
    for token, words in ((expired, "有效期到8月30日（周日）为止"), (revoked, "已经停用")):
        page = phone.get(f"/e/{token}")
        assert page.status_code == 410
        assert words in page.text
        assert "0431-80000000" in page.text
        assert "厂区门前道路积水" not in page.text
        assert phone.post(f"/e/{token}/comment", data={"comment": "再说一句"}).status_code == 410
        assert phone.post(f"/e/{token}/evaluate", data=CONTENT).status_code == 410
    assert desk.problem(problem_id).state == "evaluating"


@pytest.mark.parametrize("token", ["1", "1-", "1-AAAAAAAAAAAAAAAAAAAAAA", "x", "999999-AAAAAAAAAAAAAAAAAAAAAA", "1-é"])
def test_a_forged_link_is_not_found_and_learns_nothing(desk: Desk, phone: FlaskClient, token: str) -> None:
    real = desk.token(desk.at("handling"))
    assert real.startswith("1-")
    for page in (phone.get(f"/e/{token}"), phone.post(f"/e/{token}/comment", data={"comment": "x"})):
        assert page.status_code == 404
        assert "厂区" not in page.text
        assert "0431" not in page.text


def test_a_progress_link_cannot_evaluate_and_does_only_what_enterprises_may(desk: Desk, phone: FlaskClient) -> None:
    problem_id = handled(desk)
    token = desk.token(problem_id)
    assert "请您评价</h2>" not in phone.get(f"/e/{token}").text
    assert phone.post(f"/e/{token}/evaluate", data=CONTENT).status_code == 409
    assert phone.post(f"/e/{token}/approve").status_code == 409
    assert phone.get(f"/e/{token}/nonsense").status_code == 404
    assert desk.problem(problem_id).state == "evaluating"


def test_the_enterprise_says_something_and_sends_a_picture(desk: Desk, phone: FlaskClient) -> None:
    token = desk.token(desk.at("handling"))
    page = phone.get(f"/e/{token}/comment")
    said = phone.post(f"/e/{token}/comment", data={"comment": "今天又积水了"} | hidden(page), follow_redirects=True)
    assert "今天又积水了" in said.text
    sent = phone.post(f"/e/{token}/attach", data={"files": [upload("积水.png", PNG)]})
    assert sent.status_code == 302
    assert desk.count(Attachment) == 1


def test_the_enterprise_withdraws_and_is_told_what_comes_next(desk: Desk, phone: FlaskClient) -> None:
    problem_id = desk.at("handling")
    token = desk.token(problem_id)
    done = phone.post(f"/e/{token}/withdraw", data={"reason": "我们自己已经解决了"}, follow_redirects=True)
    assert desk.problem(problem_id).state == "withdrawing"
    assert "正在与您核实" in text_of(done)


def test_a_closed_problem_may_be_reopened_for_thirty_days(desk: Desk, phone: FlaskClient) -> None:
    problem_id = desk.at("closed")
    token = desk.token(problem_id)
    assert "重启" in phone.get(f"/e/{token}").text
    phone.post(f"/e/{token}/reopen", data={"reason": "雨后又积水了，没有真正解决"})
    assert desk.problem(problem_id).state == "reported"


def test_who_comes_too_late_keeps_his_words(desk: Desk, phone: FlaskClient) -> None:
    problem_id = desk.at("reported")
    token = desk.token(problem_id)
    form = {"reason": "我们自己已经解决了"} | hidden(phone.get(f"/e/{token}/withdraw"))
    with desk.walking() as walker:
        walker.do(problem_id, "decline")
    page = phone.post(f"/e/{token}/withdraw", data=form)
    assert page.status_code == 409
    assert "我们自己已经解决了" in page.text
    assert "某dispatch" not in page.text


def test_a_declined_problem_says_so_without_dots_that_never_were(desk: Desk, phone: FlaskClient) -> None:
    page = phone.get(f"/e/{desk.token(desk.at('declined'))}").text
    assert "不予受理" in page
    assert "请您评价" not in page
    assert "申诉" in page
