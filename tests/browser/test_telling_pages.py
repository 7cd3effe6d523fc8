"""What is told, in a real browser: the morning's mail, the administrators' page, how one wants to be reminded."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from helpdesk import clock, scheduler
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.operations import commands
from tests.conftest import LiveServer
from tests.mail import Postbox
from tests.people import District, found_district
from tests.visitors import PASSWORD, give_password
from tests.walking import Walker

pytestmark = [pytest.mark.browser, pytest.mark.smtp]
SCREENS = {"desk": (1366, 768), "phone": (390, 844)}


@pytest.fixture
def settings(smtp_server: Postbox) -> dict[str, Any]:
    return {**smtp_server.settings, "CHAT": True}


@pytest.fixture
def told(live_server: LiveServer, smtp_server: Postbox) -> Iterator[District]:
    """After a standstill of days, with an address that is refused, on the first working morning after yesterday."""
    with live_server.app.app_context():
        world = found_district()
        smtp_server.refuse("handler@example.org", "550 5.1.1 no such mailbox")
        back = calendar().at(calendar().add(clock.today(), 1)) + timedelta(hours=9)
        walker = Walker(world, back - timedelta(days=9))
        for title in ("厂区门前道路积水", "用电容量不足，二期设备不能投产", "消防验收等了两个月"):
            walker.to("assigned", title=title)
        walker.to("handling", title="招工困难，想对接职业学校")
        commands.beat("sweep", at=back - timedelta(days=8), did="")
        walker.now = back - timedelta(hours=2)
        walker.to("assigned", title="货车进城通行证办不下来", urgency="urgent")
        scheduler.run(next(job for job in scheduler.JOBS if job.name == "sweep"), back)
        next(job for job in scheduler.JOBS if job.name == "post").run(back)
        commands.beat("sweep", at=clock.now() - timedelta(minutes=25), did="到点 3 个")
        db.session.commit()
        yield world


def sign_in(live_server: LiveServer, page: Page, world: District, part: str) -> None:
    give_password(live_server.app, world, part)
    page.goto(f"{live_server.url}/login")
    page.fill("input[name=username]", part)
    page.fill("input[name=password]", PASSWORD)
    follow(page, "form button[type=submit]")


def follow(page: Page, selector: str) -> None:
    """Click, and wait for the page that comes."""
    with page.expect_navigation():
        page.click(selector)


def looked_at(page: Page, name: str) -> None:
    """On both screens: nothing sticks out, nothing that a reader of screens stumbles over; kept where one asks for it."""
    for screen, (width, height) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{screen}.png", full_page=True)
        assert wide <= width, f"{name} is {wide} wide on a {screen}"


def accessible(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert found.violations_count == 0, found.generate_report()


def test_the_administrators_page_after_a_standstill(live_server: LiveServer, page: Page, told: District) -> None:
    sign_in(live_server, page, told, "administrator")
    page.goto(f"{live_server.url}/admin")
    words = page.inner_text("main")
    assert "超过 10 分钟没有成功运行" in words
    assert "550 5.1.1 no such mailbox" in words
    looked_at(page, "admin")
    accessible(page)


def test_how_one_wants_to_be_reminded(live_server: LiveServer, page: Page, told: District) -> None:
    sign_in(live_server, page, told, "handler")
    assert "收不到邮件" in page.inner_text("main")
    looked_at(page, "home-refused")
    page.goto(f"{live_server.url}/account")
    looked_at(page, "account")
    follow(page, "text=修改提醒方式")
    looked_at(page, "preferences")
    accessible(page)
    page.fill("input[name=chat_address]", "file:///etc/passwd")
    page.check("input[value=single]")
    follow(page, "button:has-text('保存')")
    assert page.input_value("input[name=chat_address]") == "file:///etc/passwd"
    assert page.is_checked("input[value=single]")
    looked_at(page, "preferences-refused")
    page.fill("input[name=chat_address]", "")
    follow(page, "button:has-text('保存')")
    assert "每条单独发一封邮件" in page.inner_text("main")


def test_the_morning_mail_reads_well_on_a_desk_and_a_telephone(
    page: Page, told: District, smtp_server: Postbox
) -> None:
    mails = [each for each in smtp_server.messages if each["To"].addresses[0].addr_spec == "group_lead@example.org"]
    digest = next(each for each in mails if each["Subject"].startswith("【每日提醒】"))
    body = digest.get_body(("html",))
    assert body is not None
    page.set_content(body.get_content())
    words = page.inner_text("body")
    assert "停运，以下事项按真实日期补报" in words
    assert "已逾期" in words
    looked_at(page, "digest")
