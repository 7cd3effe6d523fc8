"""Visits are found by what was written about them, at once, as it reads now, by those who may see them and nobody else."""

import random
import re
from datetime import date

import pytest
from sqlalchemy import delete, select

from helpdesk.clock import now
from helpdesk.db import db
from helpdesk.enterprises.models import FormerName
from helpdesk.figures.scope import district
from helpdesk.finding.ranking import find
from helpdesk.indexing.models import IndexedText
from helpdesk.indexing.tokens import normal
from helpdesk.problems.actors import Actor
from helpdesk.problems.queries import standing
from helpdesk.visits import commands
from helpdesk.visits.indexed import SOUGHT, fill
from helpdesk.visits.list_queries import with_words
from helpdesk.visits.models import Visit
from tests import visits
from tests.desk import Desk
from tests.people import SEATS
from tests.visitors import text_of
from tests.words import words_cut_from

NEEDS = "想申请设备更新贷款贴息，不知道找哪个部门。"
SENTENCES = (
    "订单稳定，正在扩建二号厂房，年底前投产。",
    "变压器容量不足，夏天经常限电；希望增容到2000kVA。",
    "缺二十名数控车工，ＣＮＣ机床闲置。",
    "门前道路积水，货车进不来，已报街道办事处。",
    "出口退税比去年慢，资金周转紧张（约300万元）。",
)


def found(desk: Desk, words: str) -> list[int]:
    with desk.app.app_context():
        return [hit.visit_id for hit in find(district(now()), words).visits]


def correct(desk: Desk, visit_id: int, **given: str) -> None:
    with desk.app.app_context():
        me, by = standing(desk.world.people["cadre"], now()), Actor.person(desk.world.person("cadre"))
        commands.correct(visit_id, visits.facts_of(me.today, **given), "写错了", me=me, by=by)


def test_whatever_was_written_about_a_visit_is_found_in_any_position(desk: Desk) -> None:
    key = visits.record(desk.app, desk.world, "cadre", needs=NEEDS, follow_up="下月带银行同志再去")
    for words in ("贷款", "更新贷", "扩建 贴息", "办公室", "银行同志", "一号机械 厂房"):
        assert found(desk, words) == [key], words
    for words in ("款贷", "贴息 变压器"):
        assert found(desk, words) == [], words


def test_a_correction_is_found_and_what_it_replaced_is_not(desk: Desk) -> None:
    key = visits.record(desk.app, desk.world, "cadre", needs=NEEDS)
    correct(desk, key, needs="想办理采矿许可延续")
    assert (found(desk, "采矿"), found(desk, "贴息")) == ([key], [])


def test_a_plan_is_found_by_its_purpose_until_it_is_dropped(desk: Desk) -> None:
    key = visits.plan(desk.app, desk.world, "cadre", date(2026, 9, 8))
    assert found(desk, "扩建进展") == [key]
    with desk.app.app_context():
        me, by = standing(desk.world.people["cadre"], now()), Actor.person(desk.world.person("cadre"))
        commands.drop(key, "企业放假", me=me, by=by)
    assert found(desk, "扩建进展") == []


def test_what_was_not_committed_was_never_indexed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("after the record and its words were written")

    with monkeypatch.context() as broken:
        broken.setattr("helpdesk.visits.commands._keep_files", fails)
        with pytest.raises(RuntimeError):
            visits.record(desk.app, desk.world, "cadre", needs=NEEDS)
    assert found(desk, "贴息") == []


def test_the_index_says_what_a_look_at_every_visit_says(desk: Desk) -> None:
    """1,000 random words over visits recorded and corrected, and again after the index was made anew."""
    dice = random.Random(20260901)
    for _ in range(12):
        key = visits.record(desk.app, desk.world, "cadre", situation="".join(dice.sample(SENTENCES, 2)))
        if dice.random() < 0.5:
            correct(desk, key, situation=dice.choice(SENTENCES), needs=dice.choice(SENTENCES))
    with desk.app.app_context():
        said = {
            each.id: [each.enterprise.name, *(getattr(each, name) or "" for name in SOUGHT)]
            for each in db.session.scalars(select(Visit))
        }
        words = words_cut_from([text for texts in said.values() for text in texts if text], dice, 500)
        for anew in (False, True):
            if anew:
                db.session.execute(delete(IndexedText))
                assert fill(db.session.connection()) == len(said)
            for word in words:
                plain = {key for key, texts in said.items() if any(normal(word) in normal(text) for text in texts)}
                assert set(db.session.scalars(select(Visit.id).where(with_words(word)))) == plain, word


@pytest.mark.parametrize("part", [*SEATS, "administrator"])
def test_nobody_finds_a_visit_that_he_may_not_see(desk: Desk, part: str) -> None:
    key = visits.record(desk.app, desk.world, "cadre", needs=NEEDS)
    client = desk.browser(part)
    page = client.get("/search?q=贴息")
    if part == "administrator":
        assert page.status_code == 403
        return
    sees = client.get(f"/visits/{key}").status_code == 200
    assert (f"/visits/{key}" in page.text) is sees
    assert ("没有找到" in page.text) is not sees
    assert (f"/visits/{key}" in client.get("/lists/visits?q=贴息").text) is sees


def test_the_page_shows_them_under_their_own_heading_with_the_words_marked(desk: Desk) -> None:
    elsewhere = visits.record(desk.app, desk.world, "cadre", situation="贷款已经到账，企业满意。")
    in_needs = visits.record(desk.app, desk.world, "cadre", needs=NEEDS, done_on=date(2026, 8, 20))
    page = desk.browser("cadre").get("/search?q=贷款")
    assert "走访 2 次" in text_of(page)
    assert re.findall(r'href="/visits/(\d+)"', page.text) == [str(in_needs), str(elsewhere)]
    assert "设备更新<mark>贷款</mark>贴息" in page.text
    assert 'href="/lists/visits?q=' in page.text
    told = desk.app.test_cli_runner().invoke(args=["search", "贷款"])
    assert "走访  2026-08-20" in told.output
    assert "设备更新*贷款*贴息" in told.output
    assert "2 visits" in told.output


def test_an_enterprise_is_found_by_the_name_it_had_and_by_that_names_initials(desk: Desk) -> None:
    with desk.app.app_context():
        name = FormerName(enterprise_id=desk.world.enterprise_id, name="红旗农机修造厂", initials="hqnjxzc")
        db.session.add(name)
        db.session.commit()
    for words in ("农机修造", "hqnj"):
        page = desk.browser("cadre").get(f"/search?q={words}").text
        assert f'href="/enterprises/{desk.world.enterprise_id}"' in page, words
    assert "曾用名：红旗<mark>农机修造</mark>厂" in desk.browser("cadre").get("/search?q=农机修造").text
