"""Similar problems: shown while one is typed to those who may see them, joined instead of doubled, merged, linked."""

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from helpdesk.clock import now
from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise
from helpdesk.problems.models import Entry, Problem
from helpdesk.similar.commands import learn
from helpdesk.similar.models import GroupCount, PairCount
from helpdesk.similar.weighing import pairs_of
from tests.desk import REPORT, Desk, errors_beside, hidden, value_of
from tests.people import SEATS
from tests.visitors import text_of

TITLE = "变压器容量不足，车间经常停电"
DETAIL = "园区的变压器容量不足，夏天车间经常停电，请协调供电公司增容。"
TYPED = {
    "title": "车间停电，变压器要增容",
    "detail": "变压器容量不足，供电公司说要排队。",
    "enterprise": REPORT["enterprise"],
}
PART = {"HX-Request": "true"}


def typed(client: FlaskClient, **changed: Any) -> TestResponse:
    """What the page of 登记问题 asks for while one types."""
    return client.post("/similar", data=TYPED | changed, headers=PART)


# -- While a problem is typed ------------------------------------------------------------------------------------------


def test_similar_ones_are_shown_with_the_words_that_both_say(desk: Desk) -> None:
    key = desk.at("handling", title=TITLE, detail=DETAIL)
    desk.at("handling", title="缺少数控车工", detail="希望组织一次专场招聘会，缺二十名数控车工。")
    page = typed(desk.browser("reporter"))
    assert re.findall(r'href="/problems/(\d+)"', page.text) == [str(key)]
    assert "<mark>变压器</mark>" in page.text or "<mark>变压器容量不足</mark>" in page.text
    assert "本企业" in page.text
    assert "<html" not in page.text


def test_what_is_not_like_it_is_not_shown(desk: Desk) -> None:
    desk.at("handling", title=TITLE, detail=DETAIL)
    for words in (
        {"title": "缺少数控车工", "detail": "希望组织一次专场招聘会"},
        {"title": "", "detail": ""},
        {"title": "停", "detail": ""},
    ):
        assert "/problems/" not in typed(desk.browser("reporter"), **words).text


def test_a_solved_one_offers_its_answer(desk: Desk) -> None:
    key = desk.at("closed", title=TITLE, detail=DETAIL)
    answer = desk.problem(key).answer
    assert answer
    page = typed(desk.browser("reporter"))
    assert answer in unescape(page.text)
    assert "补充到那里" not in page.text


@pytest.mark.parametrize("part", [*SEATS, "administrator"])
def test_nobody_is_shown_what_he_may_not_see_but_told_that_there_is_more(desk: Desk, part: str) -> None:
    key = desk.at("handling", title=TITLE, detail=DETAIL)
    client = desk.browser(part)
    page = typed(client)
    if part == "administrator":
        assert page.status_code == 403
        return
    sees = client.get(f"/problems/{key}").status_code == 200
    assert (f"/problems/{key}" in page.text) is sees
    assert ("有 1 件类似的问题您无权查看" in page.text) is not sees
    assert (desk.problem(key).number in page.text) is sees  # type: ignore[operator]


def test_a_draft_is_like_nothing_and_nothing_is_like_it_but_what_is_reported(desk: Desk) -> None:
    with desk.walking() as walker:
        key = walker.do(None, "save", title=TITLE, detail=DETAIL)
    assert "/problems/" not in typed(desk.browser("dispatcher")).text
    assert "类似" not in typed(desk.browser("reporter"), problem_id=key).text


def test_those_of_the_same_enterprise_come_first(desk: Desk) -> None:
    at_home = desk.at(
        "handling", title="车间停电", detail="变压器容量不足，夏天要停产，其他情况见附件，请尽快派人来看。"
    )
    elsewhere = desk.at("handling", title=TYPED["title"], detail=TYPED["detail"], enterprise=other_enterprise(desk))
    found = re.findall(r'href="/problems/(\d+)"', typed(desk.browser("dispatcher")).text)
    assert found == [str(at_home), str(elsewhere)]


def other_enterprise(desk: Desk) -> int:
    """Another enterprise of the district."""
    with desk.app.app_context():
        made = Enterprise(name="示例二号食品有限公司", initials="slehspyxgs", no_uscc_reason="正在办理", added_at=now())
        db.session.add(made)
        db.session.commit()
        return made.id


def test_without_scripts_it_is_a_page_that_keeps_what_was_typed(desk: Desk) -> None:
    key = desk.at("handling", title=TITLE, detail=DETAIL)
    client = desk.browser("reporter")
    assert 'formaction="/similar"' in client.get("/problems/new").text
    page = client.post("/similar", data=TYPED)
    assert f"/problems/{key}" in page.text
    assert value_of(page, "title") == TYPED["title"]
    assert "没有找到类似的问题" in client.post("/similar", data={"title": "别的事情"}).text


# -- Instead of a double -----------------------------------------------------------------------------------------------


def test_what_was_typed_is_added_to_the_problem_that_is_there(desk: Desk) -> None:
    key = desk.at("handling", title=TITLE, detail=DETAIL)
    client = desk.browser("reporter")
    form = client.post(f"/similar/{key}/join", data=TYPED)
    assert value_of(form, "comment") == f"{TYPED['title']}\n{TYPED['detail']}"
    sent = {"comment": value_of(form, "comment"), "shown": "public"} | hidden(form)
    assert client.post(f"/problems/{key}/do/comment", data=sent).status_code == 302
    assert desk.count(Problem) == 1
    with desk.app.app_context():
        newest = db.session.scalars(select(Entry).order_by(Entry.id.desc())).first()
        assert newest is not None
        assert newest.action == "comment"


def test_what_was_sent_back_is_supplemented(desk: Desk) -> None:
    key = desk.at("returned", title=TITLE, detail=DETAIL)
    form = desk.browser("reporter").post(f"/similar/{key}/join", data=TYPED)
    assert f"/problems/{key}/do/supplement" in form.text
    assert TYPED["detail"] in (value_of(form, "supplement") or "")


def test_nothing_is_added_where_one_has_no_part(desk: Desk) -> None:
    key = desk.at("handling", title=TITLE, detail=DETAIL)
    assert desk.browser("stranger").post(f"/similar/{key}/join", data=TYPED).status_code == 404
    closed = desk.at("closed", title=TITLE, detail=DETAIL)
    assert desk.browser("reporter").post(f"/similar/{closed}/join", data=TYPED).status_code == 404


# -- 同类问题 -----------------------------------------------------------------------------------------------------------


def test_a_new_problem_keeps_its_link_to_the_one_of_the_same_kind(desk: Desk) -> None:
    other = desk.at("handling", title=TITLE, detail=DETAIL)
    number = desk.problem(other).number
    client = desk.browser("reporter")
    form = client.get("/problems/new")
    sent = REPORT | hidden(form) | {"kindred": number, "do": "report"}
    made = client.post("/problems/new", data=sent)
    assert made.status_code == 302
    key = int(made.location.rsplit("/", 1)[1])
    assert desk.problem(key).kindred_id == other
    assert f"/problems/{other}" in client.get(f"/problems/{key}").text
    assert f"/problems/{key}" in desk.browser("dispatcher").get(f"/problems/{other}").text


def test_the_number_of_the_same_kind_must_be_that_of_another_problem(desk: Desk) -> None:
    client = desk.browser("reporter")
    form = client.get("/problems/new")
    for number in ("〔2026〕0999", "不是编号"):
        page = client.post("/problems/new", data=REPORT | hidden(form) | {"kindred": number, "do": "report"})
        assert (page.status_code, "kindred" in errors_beside(page)) == (422, True)
    assert desk.count(Problem) == 0


def test_a_draft_keeps_the_number(desk: Desk) -> None:
    other = desk.at("handling", title=TITLE, detail=DETAIL)
    with desk.walking() as walker:
        key = walker.do(None, "save", title="同类的事情", kindred=other)
    assert value_of(desk.browser("reporter").get(f"/problems/{key}/edit"), "kindred") == desk.problem(other).number


# -- Likely repeats ----------------------------------------------------------------------------------------------------


def test_the_dispatcher_merges_a_likely_repeat_with_one_click_and_a_look(desk: Desk) -> None:
    main = desk.at("handling", title=TITLE, detail=DETAIL)
    key = desk.at("reported", title=TITLE, detail="变压器容量不足，车间经常停电，供电公司还没有来。")
    client = desk.browser("dispatcher")
    page = client.get(f"/problems/{key}")
    assert "疑似重复" in page.text
    assert "同一企业" in page.text
    found = re.search(rf'href="(/problems/{key}/do/merge\?[^"]+)"', page.text)
    assert found
    form = client.get(unescape(found[1]))
    assert value_of(form, "main") == desk.problem(main).number
    assert "同一问题" in (value_of(form, "reason") or "")
    sent = {name: value_of(form, name) for name in ("main", "reason")} | hidden(form)
    assert client.post(f"/problems/{key}/do/merge", data=sent).status_code == 302
    assert desk.problem(key).merged_into_id == main


def test_looking_at_the_filled_in_form_merges_nothing(desk: Desk) -> None:
    main = desk.at("handling", title=TITLE, detail=DETAIL)
    key = desk.at("reported", title=TITLE, detail=DETAIL)
    number = desk.problem(main).number
    desk.browser("dispatcher").get(f"/problems/{key}/do/merge", query_string={"main": number, "reason": "同一问题"})
    assert desk.problem(key).state == "reported"


def test_closed_ones_are_no_main_problems_and_others_are_not_asked(desk: Desk) -> None:
    desk.at("closed", title=TITLE, detail=DETAIL)
    key = desk.at("reported", title=TITLE, detail=DETAIL)
    assert "类似的在办问题" not in desk.browser("dispatcher").get(f"/problems/{key}").text
    desk.at("handling", title=TITLE, detail=DETAIL)
    assert "类似的在办问题" in desk.browser("dispatcher").get(f"/problems/{key}").text
    assert "类似的在办问题" not in desk.browser("reporter").get(f"/problems/{key}").text


# -- Which group -------------------------------------------------------------------------------------------------------


@pytest.fixture
def learned_desk(desk: Desk) -> Desk:
    """It is known that transformers are one group's business, workers another's."""
    with desk.app.app_context():
        groups = {desk.world.group_id: DETAIL, desk.world.other_group_id: "缺少数控车工，请组织专场招聘会"}
        for unit_id, text in groups.items():
            for pair in {"", *pairs_of(text)}:
                db.session.add(GroupCount(pair=pair, unit_id=unit_id, problems=20))
        db.session.commit()
    return desk


def test_the_form_suggests_a_group_and_says_why(learned_desk: Desk) -> None:
    key = learned_desk.at("reported", title=TITLE, detail=DETAIL)
    words = text_of(learned_desk.browser("dispatcher").get(f"/problems/{key}/do/assign"))
    assert "建议：" in words
    assert "由您决定" in words
    assert learned_desk.problem(key).group_id is None


def test_it_says_nothing_when_unsure(desk: Desk) -> None:
    key = desk.at("reported", title=TITLE, detail=DETAIL)
    assert "建议：" not in text_of(desk.browser("dispatcher").get(f"/problems/{key}/do/assign"))


def test_the_nightly_job_counts_what_dispatchers_decided(desk: Desk) -> None:
    for _ in range(2):
        desk.at("handling", title=TITLE, detail=DETAIL)
    desk.at("reported", title=TITLE, detail=DETAIL)
    with desk.app.app_context():
        for _ in range(2):  # again makes the same
            did = learn(now())
        assert did.problems == 3
        counted = {row.pair: row.problems for row in db.session.scalars(select(PairCount))}
        of_group = {(row.pair, row.unit_id): row.problems for row in db.session.scalars(select(GroupCount))}
    assert (counted[""], counted["变压"]) == (3, 3)
    assert of_group["变压", desk.world.group_id] == 2
    assert desk.app.test_cli_runner().invoke(args=["job", "learn"]).exit_code == 0
