"""The whole way of a problem in a real browser: reported, assigned, solved, not accepted, solved again, 销号.

Set SCREENSHOTS=<folder> to keep a picture of every step.
"""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from helpdesk import clock
from helpdesk.db import db
from helpdesk.problems.models import Link, Problem
from helpdesk.security import sign_link
from tests.conftest import LiveServer
from tests.people import District, found_district
from tests.visitors import PASSWORD, give_password

pytestmark = pytest.mark.browser

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
PARTS = ("reporter", "dispatcher", "group_lead", "handler", "supervisor", "stranger")


class Office:
    """The running application, with a window for everybody who takes part."""

    def __init__(self, server: LiveServer, browser: Browser, world: District) -> None:
        self.server, self.browser, self.world = server, browser, world
        self.windows: dict[str, Page] = {}
        self.steps = 0

    def window(self, part: str) -> Page:
        """That person's browser, signed in through the door at the first use; the cadre has a phone."""
        if part not in self.windows:
            page = self._open(PHONE if part == "reporter" else DESK)
            page.goto(f"{self.server.url}/login")
            page.fill("input[name=username]", part)
            page.fill("input[name=password]", PASSWORD)
            page.click("form button[type=submit]")
            expect(page).not_to_have_url(re.compile("/login"))
            self.windows[part] = page
        return self.windows[part]

    def phone(self) -> Page:
        """The enterprise's phone: no account, nothing remembered."""
        return self._open(PHONE)

    def _open(self, size: Any) -> Page:
        context = self.browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        return page

    def look(self, page: Page, name: str) -> None:
        """Nothing is wider than the screen, nothing a blind reader stumbles over; a picture when wanted."""
        self.steps += 1
        page.wait_for_load_state("load")
        assert page.viewport_size is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        serious = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        assert [(v["id"], v["nodes"][0]["html"]) for v in serious] == []
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{self.steps:02d}-{name}.png", full_page=True)

    def problem(self) -> Problem:
        """The one problem there is."""
        with self.server.app.app_context():
            found = db.session.scalars(select(Problem)).one()
            db.session.expunge(found)
            return found

    def link(self, purpose: str) -> str:
        """The newest link that was sent to the enterprise for that purpose."""
        with self.server.app.app_context():
            link = db.session.scalars(select(Link).where(Link.purpose == purpose).order_by(Link.id.desc())).first()
            assert link is not None
            return f"{self.server.url}/e/{sign_link(link.id)}"


@pytest.fixture
def office(live_server: LiveServer, browser: Browser) -> Iterator[Office]:
    """The small district at its desks."""
    with live_server.app.app_context():
        world = found_district()
    for part in PARTS:
        give_password(live_server.app, world, part)
    office = Office(live_server, browser, world)
    yield office
    for context in browser.contexts:
        context.close()


def answer(form: Page | Locator, **given: str) -> None:
    """Answer questions by name, whatever control each has."""
    for name, value in given.items():
        control = form.locator(f"[name={name}]").first
        if control.evaluate("each => each.tagName") == "SELECT":
            control.select_option(value)
        elif control.get_attribute("type") == "radio":
            form.locator(f"label:has([name={name}][value='{value}'])").click()
        else:
            control.fill(value)


def do(office: Office, part: str, label: str, **given: str) -> Page:
    """Somebody opens the problem from his 工作台, presses a button, answers, sends."""
    page = office.window(part)
    page.goto(office.server.url)
    page.locator("#mine .work__row").first.click()
    page.get_by_role("button", name=label, exact=True).click()
    form = page.locator("#act form")
    expect(form).to_be_visible()
    answer(form, **given)
    form.locator("button[type=submit]").click()
    expect(page.locator(".alert, .flash, [role=status]").first).to_be_visible()
    return page


def report(office: Office) -> None:
    page = office.window("reporter")
    page.goto(f"{office.server.url}/problems/new")
    page.locator("[name=enterprise]").press_sequentially("示例", delay=30)
    page.get_by_role("option", name=re.compile("示例一号机械有限公司")).click()
    answer(
        page,
        title="厂区门前道路积水",
        detail="雨后厂区门前道路积水半米深，货车进不来，已经找过社区。",
        category="transport",
        urgency="ordinary",
        contact_name="王经理",
        contact_phone="15000000625",
        contact_email="wang@example.org",
    )
    page.locator("input[type=file]").first.set_input_files(
        {"name": "现场照片.png", "mimeType": "image/png", "buffer": PNG}
    )
    office.look(page, "report")
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.get_by_text("〔").first).to_be_visible()
    office.look(page, "reported")


def solve(office: Office, answer_words: str) -> None:
    do(
        office,
        "handler",
        "提交办理结果",
        outcome="solved",
        measures="疏通雨水管线二十米，更换井盖两处。",
        answer=answer_words,
    )
    office.look(do(office, "group_lead", "审核通过"), "approved")


def evaluate(office: Office, *, solved: str, satisfaction: str) -> None:
    page = office.phone()
    page.goto(office.link("evaluate"))
    answer(page, contacted="yes", solved=solved, satisfaction=satisfaction)
    office.look(page, f"evaluate-{satisfaction}")
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("谢谢").first).to_be_visible()
    office.look(page, "thanks")
    page.goto(office.link("evaluate"))
    assert page.get_by_role("button", name="提交评价").count() == 0


def test_the_way_of_a_problem_with_a_second_round(office: Office) -> None:
    report(office)
    assert office.problem().state == "reported"
    group = str(office.world.group_id)
    office.look(do(office, "dispatcher", "交办", group=group, difficulty="ordinary"), "assigned")
    do(office, "group_lead", "签收", handler=str(office.world.people["handler"]))
    now = clock.local(clock.now())
    do(
        office,
        "handler",
        "首次反馈",
        contacted_whom="王经理",
        contacted_at=now.strftime("%Y-%m-%dT%H:%M"),
        contacted_how="visit",
        plan="请市政公司三天内疏通雨水管线。",
        expected_on=(now + timedelta(days=5)).date().isoformat(),
    )
    solve(office, "雨水管线已经疏通，门前道路恢复通行。")
    evaluate(office, solved="no", satisfaction="dissatisfied")
    assert (office.problem().state, office.problem().round) == ("handling", 2)

    solve(office, "重新铺设了雨水管线，并约定雨后回看。")
    evaluate(office, solved="yes", satisfaction="satisfied")
    page = do(office, "supervisor", "销号", basis="evaluated", opinion="企业本人评价满意，同意销号。")
    office.look(page, "closed")
    closed = office.problem()
    assert (closed.state, closed.closing_number) == ("closed", f"销号〔{now.year}〕0001")
    follow = office.phone()
    follow.goto(office.link("progress"))
    office.look(follow, "follow")
    expect(follow.get_by_text("已办结").first).to_be_visible()


def test_a_stranger_sees_nothing_of_it(office: Office) -> None:
    report(office)
    page = office.window("stranger")
    answered = page.goto(f"{office.server.url}/problems/{office.problem().id}")
    assert answered is not None
    assert answered.status == 404
    assert "积水" not in page.content()


def test_what_was_typed_is_not_lost_when_something_is_missing(office: Office) -> None:
    page = office.window("reporter")
    page.goto(f"{office.server.url}/problems/new")
    answer(page, title="厂区门前道路积水", detail="短")
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value("厂区门前道路积水")
    office.look(page, "errors")
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.name || document.activeElement.id")
