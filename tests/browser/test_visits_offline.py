"""A visit on a phone that is cut off: kept there, marked, sent once when the network is back; also when the answer got lost.

Set SCREENSHOTS=<folder> to keep a picture of every step.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from helpdesk.db import db
from helpdesk.visits.models import Visit, VisitFile
from tests.conftest import LiveServer
from tests.desk import PNG
from tests.people import District, found_district
from tests.visitors import PASSWORD, give_password

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
FIRM = "示例一号机械有限公司"
SITUATION = "车间里没有信号，订单稳定，正在扩建二号厂房。"
UNSENT = "1 条走访记录尚未发送"


class Phone:
    """A cadre's phone."""

    def __init__(self, server: LiveServer, browser: Browser, world: District, *, worker: bool) -> None:
        self.server, self.world, self.steps = server, world, 0
        workers = "allow" if worker else "block"  # what passes a worker cannot be tampered with on its way
        self.context = browser.new_context(
            viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai", service_workers=workers
        )  # type: ignore[arg-type]
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def sign_in(self, part: str = "cadre") -> Page:
        """Through the door."""
        if "/login" not in self.page.url:
            self.page.goto(f"{self.server.url}/login")
        self.page.fill("input[name=username]", part)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("form button[type=submit]")
        expect(self.page).not_to_have_url(re.compile("/login"))
        return self.page

    def ready(self) -> None:
        """Wait until the form can be opened without a network: one look at my visits, wherever one goes afterwards."""
        self.open("/visits/")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def open(self, path: str) -> Page:
        """A page of ours."""
        self.page.goto(f"{self.server.url}{path}")
        return self.page

    def fill(self, **given: str) -> None:
        """The answers of a visit; the enterprise where it is asked."""
        page = self.page
        if page.locator("[name=enterprise]").count():
            page.fill("[name=enterprise]", given.get("enterprise", FIRM))
        page.locator("label:has([name=way][value=site])").click()
        page.fill("[name=people_met]", "王经理")
        page.fill("[name=situation]", given.get("situation", SITUATION))
        page.locator("label:has([name=outcome][value=none])").click()

    def save(self) -> None:
        """Press the button."""
        self.page.get_by_role("button", name="保存走访记录").click()

    def visits(self) -> list[str | None]:
        """What the server has."""
        with self.server.app.app_context():
            return list(db.session.scalars(select(Visit.situation).order_by(Visit.id)))

    def look(self, name: str) -> None:
        """Nothing is wider than the screen, nothing a blind reader stumbles over; a picture when wanted."""
        self.steps += 1
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        serious = [v for v in Axe().run(self.page).response["violations"] if v["impact"] in ("serious", "critical")]
        assert [(v["id"], v["nodes"][0]["html"]) for v in serious] == []
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"visit-{self.steps:02d}-{name}.png", full_page=True)


@contextmanager
def cadres_phone(server: LiveServer, browser: Browser, *, worker: bool) -> Iterator[Phone]:
    """A phone with which nobody has signed in; at the end no script has failed."""
    with server.app.app_context():
        world = found_district()
    for part in ("cadre", "dispatcher"):
        give_password(server.app, world, part)
    phone = Phone(server, browser, world, worker=worker)
    yield phone
    phone.context.close()
    assert phone.errors == []


@pytest.fixture
def phone(live_server: LiveServer, browser: Browser) -> Iterator[Phone]:
    """The cadre's phone."""
    with cadres_phone(live_server, browser, worker=True) as found:
        yield found


@pytest.fixture
def tapped(live_server: LiveServer, browser: Browser) -> Iterator[Phone]:
    """The same, without a service worker: single requests and answers can be lost on their way."""
    with cadres_phone(live_server, browser, worker=False) as found:
        yield found


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
    page.route("**/visits/token.json", lambda route: route.abort())
    tapped.save()
    expect(page.get_by_text("已存在本机，还没有发送")).to_be_visible()
    for path in ("/", "/enterprises", "/visits/calendar"):
        tapped.open(path)
        expect(page.locator("[data-unsent]")).to_contain_text(UNSENT)
    tapped.look("mark")
    page.unroute("**/visits/token.json")
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
    page.route("**/visits/token.json", lambda route: route.abort())
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
    assert pages == ["/visits/offline"]
    shell: str = phone.page.evaluate("caches.match('/visits/offline').then(answer => answer.text())")
    for word in ("某cadre", "csrf_token", FIRM):
        assert word not in shell
