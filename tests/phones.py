"""A cadre's phone in a real browser: signs in, is cut off, writes, sends."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from helpdesk.db import db
from helpdesk.problems.models import Problem
from helpdesk.visits.models import Visit
from tests.conftest import LiveServer
from tests.people import District, found_district
from tests.visitors import PASSWORD, give_password

PHONE = {"width": 390, "height": 844}
FIRM = "示例一号机械有限公司"
SITUATION = "车间里没有信号，订单稳定，正在扩建二号厂房。"
TITLE = "厂区门口的路灯坏了半个月"


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
        """Wait until forms can be opened without a network: the worker is there, and so are the enterprises."""
        self.open("/visits/")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.has_firms_of(self.page)

    @staticmethod
    def has_firms_of(page: Page, *, not_of: str = "") -> None:
        """Wait until the enterprises of the signed-in person are kept; ``not_of``: whose list was there before."""
        page.evaluate(
            "former => new Promise(done => { const look = () => { const whose = sessionStorage.getItem('desk:firms');"
            " if (whose && whose !== former) done(true); else setTimeout(look, 50); }; look(); })",
            not_of,
        )

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

    def fill_problem(self, **given: str) -> None:
        """The answers of a problem; the enterprise where it is asked."""
        page = self.page
        page.fill("[name=enterprise]", given.get("enterprise", FIRM))
        page.fill("[name=title]", given.get("title", TITLE))
        page.fill("[name=detail]", given.get("detail", "晚上工人下班看不清路，已经摔过两个人，请尽快来修。"))
        page.select_option("[name=category]", index=1)
        page.locator("label:has([name=urgency])").first.click()
        page.fill("[name=contact_name]", "王经理")
        page.fill("[name=contact_phone]", "13800138000")

    def report(self) -> None:
        """Press the button."""
        self.page.get_by_role("button", name="上报", exact=True).click()

    def problems(self) -> list[tuple[str, str]]:
        """What the server has: titles and states."""
        with self.server.app.app_context():
            rows = db.session.execute(select(Problem.title, Problem.state).order_by(Problem.id))
            return [(row.title, row.state) for row in rows]

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
