"""Whatever people wrote about a problem is found by those who may see it, at once, and by nobody else."""

import random
import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from helpdesk.clock import now
from helpdesk.db import db
from helpdesk.figures.scope import district
from helpdesk.finding.marking import Piece, around, pieces, sought
from helpdesk.finding.ranking import find
from helpdesk.indexing.models import IndexedText
from helpdesk.indexing.tokens import normal
from helpdesk.listings.queries import holding
from helpdesk.problems.indexed import SOUGHT, fill
from helpdesk.problems.models import Entry, Problem
from tests.desk import TUESDAY_MORNING, Desk
from tests.people import SEATS
from tests.visitors import text_of
from tests.ways import wander
from tests.words import words_cut_from

FEW = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def found(desk: Desk, words: str) -> list[int]:
    with desk.app.app_context():
        return [hit.problem_id for hit in find(district(now()), words).problems]


# -- What is found -----------------------------------------------------------------------------------------------------


def test_title_text_answers_numbers_and_enterprise_in_any_position(desk: Desk) -> None:
    key = desk.at("assigned", title="厂区门前道路积水", detail="雨后货车进不来，地磅也淹了")
    with desk.walking() as walker:
        walker.do(key, "sign")
        walker.do(key, "respond", plan="已联系管网单位，下周疏通雨水井")
    number = desk.problem(key).number
    assert number
    for words in (
        "路积",
        "进不来",
        "水井",
        "地磅 积水",
        "示例一号",
        "一号机",
        number,
        number[6:],
        "[2026]",
        "雨水井 一号",
    ):
        assert found(desk, words) == [key], words
    for words in ("积路", "水 不在任何地方", "王经理", "15000000625", "0625"):
        assert found(desk, words) == [], words


@FEW
@given(draw=st.data())
def test_the_index_says_what_a_look_at_every_line_says(desk: Desk, draw: st.DataObject) -> None:
    """1,000 random words over problems that wandered about, some of their texts cut at random and some made up."""
    with desk.walking() as walker:
        db.session.execute(delete(IndexedText))
        fill(db.session.connection())
        for day in range(3):
            walker.now = TUESDAY_MORNING + timedelta(days=day)
            wander(draw, walker, steps=8)
        said = texts_by_problem()
        dice = random.Random(draw.draw(st.integers(0, 10_000), label="seed"))
        for word in words_cut_from([text for each in said.values() for text in each if text], dice, 250):
            plain = {key for key, texts in said.items() if any(normal(word) in normal(text) for text in texts)}
            assert set(db.session.scalars(select(Problem.id).where(holding(word)))) == plain, word


def texts_by_problem() -> dict[int, list[str]]:
    """What people wrote, and the number, read line by line."""
    said: dict[int, list[str]] = {}
    for key, answers in db.session.execute(select(Entry.problem_id, Entry.answers)):
        said.setdefault(key, []).extend(each["words"] for each in answers if each["name"] in SOUGHT)
    for problem in db.session.scalars(select(Problem)):
        enterprise = [problem.enterprise.name] if problem.enterprise else []
        said.setdefault(problem.id, []).extend([problem.number or "", *enterprise])
    return said


def test_the_index_can_be_made_anew_and_says_the_same(desk: Desk) -> None:
    keys = {desk.at("closed"), desk.at("handling", title="招工困难，缺数控车工")}
    before = {words: found(desk, words) for words in ("招工", "车工", "积水", "写得足够长")}
    assert set(before["写得足够长"]) == keys
    told = desk.app.test_cli_runner().invoke(args=["search", "--refill", "招工"])
    assert told.exit_code == 0
    assert "2 problems and 0 visits in the index" in told.output
    assert "*招工*困难" in told.output
    assert {words: found(desk, words) for words in before} == before


def test_what_was_undone_was_never_indexed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    key = desk.at("reported", title="用电容量不足")
    with desk.walking() as walker:
        walker.do(key, "comment", comment="变压器要增容")
    assert found(desk, "变压器") == [key]

    def fails(*_: object) -> None:
        raise RuntimeError("after the line and its words were written")

    with monkeypatch.context() as broken, desk.walking() as walker:
        broken.setattr("helpdesk.problems.doing.write_marks", fails)
        with pytest.raises(RuntimeError):
            walker.do(key, "comment", comment="电缆要更换")
    assert found(desk, "电缆") == []


# -- Who finds it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [*SEATS, "administrator"])
def test_nobody_finds_what_he_may_not_see(desk: Desk, part: str) -> None:
    key = desk.at("handling", title="厂区门前道路积水")
    client = desk.browser(part)
    page = client.get("/search?q=积水")
    if part == "administrator":
        assert page.status_code == 403
        return
    sees = client.get(f"/problems/{key}").status_code == 200
    assert (f"/problems/{key}" in page.text) is sees
    if not sees:
        assert "没有找到" in page.text
    assert ("积水" in client.get("/lists/problems?q=积水").text.replace('value="积水"', "")) is sees


def test_a_draft_is_found_by_its_writer_alone(desk: Desk) -> None:
    with desk.walking() as walker:
        key = walker.do(None, "save", title="没有写完的设想")
    assert f"/problems/{key}" in desk.browser("reporter").get("/search?q=设想").text
    assert f"/problems/{key}" not in desk.browser("dispatcher").get("/search?q=设想").text


def test_strangers_are_sent_to_the_door(desk: Desk) -> None:
    answer = desk.app.test_client().get("/search?q=积水")
    assert (answer.status_code, "/login" in answer.location) == (302, True)


# -- The page ----------------------------------------------------------------------------------------------------------


def test_titles_come_before_texts_and_words_are_marked_where_they_stand(desk: Desk) -> None:
    in_text = desk.at("reported", title="招工困难", detail="希望组织专场招聘，宿舍门前道路不平")
    in_title = desk.at("reported", title="门前道路不平", detail="坑洼多，货车难走，请修整")
    newest = desk.at("reported", title="燃气价格偏高", detail="另外道路照明也不足，请一并解决")
    assert found(desk, "道路") == [in_title, newest, in_text]
    page = desk.browser("dispatcher").get("/search?q=道路")
    assert "门前<mark>道路</mark>不平" in page.text
    assert "另外<mark>道路</mark>照明" in page.text
    assert "问题 3 件" in text_of(page)


def test_the_ledger_shows_all_that_was_found_also_what_is_closed(desk: Desk) -> None:
    key = desk.at("closed", title="门前道路不平")
    page = desk.browser("dispatcher").get("/search?q=道路")
    assert f"/problems/{key}" in page.text
    ledger = re.search(r'href="(/lists/problems[^"]+)"', page.text)
    assert ledger
    assert f"/problems/{key}" in desk.browser("dispatcher").get(ledger[1].replace("&amp;", "&")).text


def test_enterprises_are_found_by_name_and_initials(desk: Desk) -> None:
    for words in ("一号机械", "slyh"):
        assert "示例<mark>一号机械</mark>有限公司" in desk.browser("cadre").get("/search?q=一号机械").text
        assert f"/enterprises/{desk.world.enterprise_id}" in desk.browser("cadre").get(f"/search?q={words}").text


@pytest.mark.parametrize("words", ["", "  ", "%", "' OR 1=1 --", '"', "*", "词" * 3_000, "<script>alert(1)</script>"])
def test_whatever_is_typed_gets_an_answer(desk: Desk, words: str) -> None:
    page = desk.browser("dispatcher").get("/search", query_string={"q": words})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "没有找到" in page.text or "输入要找的词" in page.text


def test_the_head_of_every_page_leads_there(desk: Desk) -> None:
    assert 'role="search" action="/search"' in desk.browser("handler").get("/").text


# -- Marking -----------------------------------------------------------------------------------------------------------


def test_pieces_put_together_are_the_text() -> None:
    for text, words in (("道路道路不平", "路道 道路"), ("Ａｂ㎡ cd", "ab M2 D"), ("没有", "道路"), ("", "道路")):
        assert "".join(each.words for each in pieces(text, sought(words))) == text
    assert pieces("门前Ａb路", sought("ab")) == [Piece("门前"), Piece("Ａb", hit=True), Piece("路")]
    assert pieces("道路道路", sought("路道 道路")) == [Piece("道路道路", hit=True)]


def test_a_short_piece_shows_the_words_in_their_surroundings() -> None:
    text = "前" * 60 + "道路" + "后" * 200
    piece = around(text, sought("道路"))
    assert [each.words for each in piece if each.hit] == ["道路"]
    assert (piece[0].words[0], piece[-1].words[-1]) == ("…", "…")
    assert len("".join(each.words for each in piece)) < 100
    assert around(text, sought("积水")) == []
