"""A bulletin in a real browser: drafted, edited, sent back, issued, and signed by a unit on a phone.

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
from playwright.sync_api import Browser, Page, expect

from helpdesk import clock
from helpdesk.clock import calendar
from tests.conftest import LiveServer
from tests.people import found_district
from tests.visitors import PASSWORD, give_password
from tests.walking import Walker

pytestmark = pytest.mark.browser

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
SIZES = {"supervisor": DESK, "chief": DESK, "group_lead": PHONE}


class Offices:
    """A window for everybody who takes part."""

    def __init__(self, server: LiveServer, browser: Browser) -> None:
        self.server, self.browser = server, browser
        self.windows: dict[str, Page] = {}
        self.steps = 0

    def window(self, part: str) -> Page:
        if part not in self.windows:
            size: Any = SIZES[part]
            page = self.browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai").new_page()
            page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
            page.goto(f"{self.server.url}/login")
            page.fill("input[name=username]", part)
            page.fill("input[name=password]", PASSWORD)
            page.click("form button[type=submit]")
            expect(page).not_to_have_url(re.compile("/login"))
            self.windows[part] = page
        return self.windows[part]

    def look(self, page: Page, name: str) -> None:
        """Nothing is wider than the screen, nothing a blind reader stumbles over; a picture when wanted."""
        self.steps += 1
        page.wait_for_load_state("load")
        assert page.viewport_size is not None
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"bulletin-{self.steps:02d}-{name}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        serious = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        assert [(v["id"], v["nodes"][0]["html"]) for v in serious] == []


@pytest.fixture
def offices(live_server: LiveServer, browser: Browser) -> Iterator[Offices]:
    """Three problems of the last weeks, one of them overdue."""
    with live_server.app.app_context():
        world = found_district()
        walker = Walker(world, calendar().at(calendar().add(clock.today(), -12)) + timedelta(hours=10))
        for state in ("handling", "closing", "evaluating"):
            walker.to(state)
    for part in SIZES:
        give_password(live_server.app, world, part)
    yield Offices(live_server, browser)
    for context in browser.contexts:
        context.close()


def press(page: Page, label: str) -> None:
    page.get_by_role("link", name=label, exact=True).click()
    send(page)


def test_from_draft_to_receipt(offices: Offices) -> None:
    page = draft(offices)
    edit(offices)
    send_back_once(offices, page)
    issue(offices, page)
    sign_on_a_phone(offices, page)


def draft(offices: Offices) -> str:
    """Chosen days; the address of the draft."""
    writer = offices.window("supervisor")
    writer.goto(f"{offices.server.url}/bulletins")
    offices.look(writer, "empty")
    writer.goto(f"{offices.server.url}/bulletins/new")
    writer.locator("label:has([name=span][value=custom])").click()
    writer.fill("[name=first_on]", calendar_day(-30))
    writer.fill("[name=until_on]", calendar_day(0))
    offices.look(writer, "new")
    send(writer)
    expect(writer.locator(".bulletin-paper")).to_be_visible()
    offices.look(writer, "draft")
    return writer.url


def edit(offices: Offices) -> None:
    """Words are changed, a figure is typed and refused, a field is put in with the list beside."""
    writer = offices.window("supervisor")
    writer.get_by_role("link", name="修改文稿", exact=True).click()
    writer.fill("[name=demands]", "请 3 个工作日内整改。")
    writer.fill("[name=topics]", "满意率 95%。")
    send(writer)
    expect(writer.locator("[data-error-summary]")).to_contain_text("数字不能手写")
    offices.look(writer, "typed-over")
    writer.wait_for_function("document.readyState === 'complete'")  # the list beside is a script's
    writer.fill("[name=topics]", "本期受理")
    writer.press("[name=topics]", "End")
    writer.fill("#find-field", "〔上报〕")
    writer.locator("[data-field='〔上报〕']").click()
    expect(writer.locator("[name=topics]")).to_have_value("本期受理〔上报〕")
    send(writer)
    expect(writer.locator(".bulletin-paper")).to_contain_text("本期受理3 件次")


def send_back_once(offices: Offices, page: str) -> None:
    writer, chief = offices.window("supervisor"), offices.window("chief")
    press(writer, "送审")
    chief.goto(page)
    chief.get_by_role("link", name="退回修改", exact=True).click()
    chief.fill("[name=reason]", "热点问题再写具体一些")
    send(chief)
    writer.goto(page)
    press(writer, "送审")


def issue(offices: Offices, page: str) -> None:
    chief = offices.window("chief")
    chief.goto(page)
    chief.get_by_role("link", name="审核印发", exact=True).click()
    offices.look(chief, "issue")
    send(chief)
    expect(chief.locator(".bulletin-paper__number")).to_contain_text("通报〔")
    expect(chief.locator("#receipts")).to_contain_text("通报待签收")
    offices.look(chief, "issued")


def sign_on_a_phone(offices: Offices, page: str) -> None:
    lead, writer = offices.window("group_lead"), offices.window("supervisor")
    lead.goto(page)
    lead.get_by_role("link", name="去签收", exact=True).click()
    lead.fill("[name=remark]", "立即整改。")
    offices.look(lead, "phone")
    lead.locator("#sign button[type=submit]").click()
    expect(lead.locator("main")).to_contain_text("通报已签收")
    writer.goto(page)
    expect(writer.locator("#receipts")).to_contain_text("立即整改。")
    offices.look(writer, "receipts")
    writer.goto(f"{offices.server.url}/bulletins")
    offices.look(writer, "list")


def send(page: Page) -> None:
    page.locator("main form button[type=submit]").first.click()


def calendar_day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()
