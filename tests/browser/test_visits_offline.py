"""A visit on a phone that is cut off: kept there, marked, sent once when the network is back; also when the answer got lost.

Set SCREENSHOTS=<folder> to keep a picture of every step.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import select

from helpdesk.db import db
from helpdesk.visits.models import VisitFile
from tests.desk import PNG
from tests.phones import FIRM, SITUATION, Phone

pytestmark = pytest.mark.browser

UNSENT = "1 条走访记录尚未发送"


def test_with_a_network_it_is_saved_and_shown(phone: Phone) -> None:
    phone.sign_in()
    page = phone.open("/visits/new")
    phone.fill()
    page.locator("input[type=file]").first.set_input_files({"name": "厂房.png", "mimeType": "image/png", "buffer": PNG})
    phone.look("form")
    phone.save()
    expect(page).to_have_url(re.compile(r"/visits/\d+$"))
    expect(page.get_by_text(SITUATION)).to_be_visible()
    expect(page.get_by_text("厂房.png")).to_be_visible()
    expect(page.locator("[data-unsent]")).to_have_count(0)
    phone.look("visit")
    phone.open("/visits/new")
    expect(page.locator(".draft-offer")).to_have_count(0)
    assert phone.visits() == [SITUATION]


def test_what_the_server_refuses_comes_back_with_its_errors(phone: Phone) -> None:
    phone.sign_in()
    page = phone.open("/visits/new")
    phone.fill(situation="好")
    phone.save()
    expect(page.locator("[data-error-summary]")).to_contain_text("企业情况")
    expect(page.locator("[name=people_met]")).to_have_value("王经理")
    expect(page.locator("[data-unsent]")).to_have_count(0)
    page.fill("[name=situation]", SITUATION)
    phone.save()
    expect(page).to_have_url(re.compile(r"/visits/\d+$"))
    assert phone.visits() == [SITUATION]


def test_cut_off_it_is_kept_and_sent_once_when_the_network_is_back(phone: Phone) -> None:
    phone.sign_in()
    phone.ready()
    phone.context.set_offline(True)
    page = phone.open("/visits/new")
    expect(page.get_by_text("现在没有网络")).to_be_visible()
    phone.fill()
    page.locator("input[type=file]").first.set_input_files({"name": "厂房.png", "mimeType": "image/png", "buffer": PNG})
    phone.look("offline-form")
    phone.save()
    expect(page.get_by_text("已存在本机，还没有发送")).to_be_visible()
    expect(page.locator("[data-unsent]")).to_contain_text(UNSENT)
    phone.look("offline-kept")
    phone.open("/visits/")
    expect(page.locator("[data-unsent]")).to_contain_text(UNSENT)
    expect(page.locator(".draft-offer")).to_have_count(0)
    assert phone.visits() == []
    phone.context.set_offline(False)
    expect(page.locator("[data-unsent]")).to_contain_text("已经发送", timeout=15000)
    assert phone.visits() == [SITUATION]
    with phone.server.app.app_context():
        assert db.session.scalars(select(VisitFile.name)).all() == ["厂房.png"]
    phone.open("/")
    phone.open("/visits/")
    expect(page.locator("[data-unsent]")).to_have_count(0)
    assert phone.visits() == [SITUATION]


def test_the_network_goes_while_the_form_is_open_and_other_pages_show_the_mark(tapped: Phone) -> None:
    tapped.sign_in()
    page = tapped.open("/visits/new")
    tapped.fill()
    page.route("**/offline/token.json", lambda route: route.abort())
    tapped.save()
    expect(page.get_by_text("已存在本机，还没有发送")).to_be_visible()
    for path in ("/", "/enterprises", "/visits/calendar"):
        tapped.open(path)
        expect(page.locator("[data-unsent]")).to_contain_text(UNSENT)
    tapped.look("mark")
    page.unroute("**/offline/token.json")
    page.get_by_role("button", name="现在发送").click()
    expect(page.locator("[data-unsent]")).to_contain_text("已经发送")
    assert tapped.visits() == [SITUATION]


def test_what_is_not_whole_stays_in_the_form_as_a_draft(phone: Phone) -> None:
    phone.sign_in()
    phone.ready()
    phone.context.set_offline(True)
    page = phone.open("/visits/new")
    page.fill("[name=situation]", SITUATION)
    phone.save()
    expect(page.get_by_text("还有必填的没有填好")).to_be_visible()
    expect(page.locator("[data-unsent]")).to_have_count(0)
    phone.open("/visits/new")
    page.get_by_role("button", name="接着填写").click()
    expect(page.locator("[name=situation]")).to_have_value(SITUATION)


def test_the_answer_gets_lost_and_nothing_is_written_twice(tapped: Phone) -> None:
    tapped.sign_in()
    page = tapped.open("/visits/new")
    tapped.fill()
    lost: list[int] = []

    def lose(route: Route) -> None:
        """The server gets the record; its answer never arrives."""
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    page.route("**/visits/new", lose)
    tapped.save()
    expect(page.locator("[data-unsent]")).to_contain_text(UNSENT)
    assert (lost, tapped.visits()) == ([200], [SITUATION])
    page.get_by_role("button", name="现在发送").click()
    expect(page.locator("[data-unsent]")).to_contain_text("已经发送")
    assert tapped.visits() == [SITUATION]


def test_after_the_session_is_over_one_signs_in_again_and_nothing_is_lost(phone: Phone) -> None:
    phone.sign_in()
    page = phone.open("/visits/new")
    phone.fill()
    phone.context.clear_cookies()
    phone.save()
    expect(page.get_by_text("已存在本机，还没有发送")).to_be_visible()
    page.get_by_role("link", name="重新登录").click()
    expect(page.locator("[data-unsent]")).to_contain_text(UNSENT)
    phone.look("sign-in-again")
    phone.sign_in()
    expect(page.locator("[data-unsent]")).to_contain_text("已经发送")
    assert phone.visits() == [SITUATION]


def test_somebody_else_at_the_same_phone_neither_sees_nor_sends_it(phone: Phone) -> None:
    phone.sign_in()
    page = phone.open("/visits/new")
    phone.fill()
    phone.context.clear_cookies()
    phone.save()
    expect(page.get_by_text("已存在本机，还没有发送")).to_be_visible()
    phone.open("/login")
    phone.sign_in("dispatcher")
    phone.open("/visits/")
    expect(page.locator("h1")).to_have_text("我的走访")
    page.wait_for_timeout(500)
    expect(page.locator("[data-unsent]")).to_have_count(0)
    assert phone.visits() == []
    phone.context.clear_cookies()
    phone.open("/login")
    phone.sign_in()
    expect(page.locator("[data-unsent]")).to_contain_text("已经发送")
    assert phone.visits() == [SITUATION]


def test_a_refused_record_is_opened_again_with_all_that_was_typed(phone: Phone) -> None:
    phone.sign_in()
    phone.ready()
    phone.context.set_offline(True)
    page = phone.open("/visits/new")
    phone.fill(enterprise="示例一号")
    page.locator("input[type=file]").first.set_input_files({"name": "厂房.png", "mimeType": "image/png", "buffer": PNG})
    phone.save()
    expect(page.locator("[data-unsent]")).to_contain_text(UNSENT)
    phone.context.set_offline(False)
    expect(page.locator("[data-unsent]")).to_contain_text("没有被接收", timeout=15000)
    page.get_by_role("link", name="打开改正").click()
    expect(page.locator("[name=situation]")).to_have_value(SITUATION)
    expect(page.locator(".files__name")).to_contain_text("厂房.png")
    phone.look("refused")
    page.fill("[name=enterprise]", FIRM)
    phone.save()
    expect(page).to_have_url(re.compile(r"/visits/\d+$"))
    expect(page.locator("[data-unsent]")).to_have_count(0)
    assert phone.visits() == [SITUATION]


def test_signing_out_says_what_is_not_sent_and_takes_it_away(tapped: Phone) -> None:
    tapped.sign_in()
    page = tapped.open("/visits/new")
    tapped.fill()
    page.route("**/offline/token.json", lambda route: route.abort())
    tapped.save()
    expect(page.locator("[data-unsent]")).to_contain_text(UNSENT)

    def leave() -> None:
        page.get_by_role("button", name="菜单").click()
        page.locator("#phone-menu").get_by_role("button", name="退出登录").click()

    leave()
    expect(page.locator("[data-unsent-leaving]")).to_contain_text("没有发送，退出登录会把它从本机删除")
    tapped.look("leaving")
    expect(page).not_to_have_url(re.compile("/login"))
    page.get_by_role("button", name="删除并退出").click()
    expect(page).to_have_url(re.compile("/login"))
    left: Any = page.evaluate(
        "new Promise(done => { const asked = indexedDB.open('unsent', 1); asked.onsuccess = () => {"
        " const all = asked.result.transaction('forms').objectStore('forms').getAll();"
        " all.onsuccess = () => done([all.result.length, Object.keys(localStorage)]); }; })"
    )
    assert left == [0, []]


def test_signed_out_the_kept_form_is_nobodys(phone: Phone) -> None:
    page = phone.sign_in()
    phone.ready()
    page.get_by_role("button", name="菜单").click()
    page.locator("#phone-menu").get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/login"))
    phone.context.set_offline(True)
    phone.open("/visits/new")
    expect(page.get_by_text("这台设备上没有人登录过")).to_be_visible()
    expect(page.locator("form[data-offline]")).to_be_hidden()


def test_nothing_personal_is_in_what_the_worker_keeps(phone: Phone) -> None:
    phone.sign_in()
    phone.ready()
    phone.open("/visits/calendar")
    kept: Any = phone.page.evaluate(
        "caches.keys().then(names => Promise.all(names.map(name => caches.open(name).then(each => each.keys()))))"
        ".then(found => [].concat(...found).map(request => new URL(request.url).pathname))"
    )
    pages = [path for path in kept if not path.startswith("/static/")]
    assert sorted(pages) == ["/offline/", "/offline/problem", "/offline/visit"]
    for kept_page in pages:
        shell: str = phone.page.evaluate(f"caches.match('{kept_page}').then(answer => answer.text())")
        for word in ("某cadre", "csrf_token", FIRM):
            assert word not in shell
