"""A month of the supervision office in a real browser: orders, call-backs, closing, a sample, a bulletin issued and acknowledged.

Set SCREENSHOTS=<folder> to keep a picture of every step.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from helpdesk import clock
from helpdesk.audit.commands import seal
from helpdesk.problems.sweep import sweep
from tests.browser.test_main_journey import PHONE, Office, answer
from tests.conftest import LiveServer
from tests.people import found_district
from tests.visitors import PASSWORD, give_password
from tests.walking import Walker

pytestmark = pytest.mark.browser

PEOPLE = ("supervisor", "dispatcher", "group_lead", "chief", "other_lead")


@pytest.fixture
def office(live_server: LiveServer, browser: Browser) -> Office:
    """Three weeks ago problems began: some were handled, some lie about; today the office comes to work."""
    with live_server.app.app_context():
        world = found_district()
        walker = Walker(world, clock.now() - timedelta(days=21))
        for state in ("handling", "assigned", "closed", "closing", "calling_back"):
            walker.to(state)
        sweep(clock.now())
    for part in PEOPLE:
        give_password(live_server.app, world, part)
    return Office(live_server, browser, world)


def go(office: Office, part: str, address: str, name: str) -> Page:
    page = office.window(part)
    page.goto(f"{office.server.url}{address}")
    office.look(page, name)
    return page


def act(page: Page, label: str, **given: str) -> None:
    """Press an offered button, answer what it asks in place, send."""
    page.get_by_role("button", name=label, exact=True).first.click()
    form = page.locator("#act form")
    expect(form).to_be_visible()
    answer(form, **given)
    form.locator("button[type=submit]").click()
    expect(page.locator("[role=status], .alert, .flash").first).to_be_visible()


def order_of_all_that_is_late(office: Office) -> None:
    page = go(office, "supervisor", "/lists/overdue?group=" + str(office.world.group_id), "overdue")
    for box in page.locator("tbody input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="起草督办单").click()
    expect(page.get_by_text("已起草 1 份督办单")).to_be_visible()
    office.look(page, "draft")
    act(page, "签发", reply_by=(clock.today() + timedelta(days=6)).isoformat())
    expect(page.get_by_text(re.compile(r"督办〔\d{4}〕1号")).first).to_be_visible()
    order = re.sub(r"^https?://[^/]+", "", page.url)
    lead = go(office, "group_lead", "/", "lead-home")
    lead.get_by_text(re.compile("关于基础设施保障组")).first.click()
    act(lead, "签收督办单")
    day = (clock.today() + timedelta(days=9)).isoformat()
    act(lead, "回复督办单", causes="管线老化，方案调整过一次", steps="增派人手，本周内疏通", done_by=day)
    office.look(lead, "replied")
    page = go(office, "supervisor", order, "order")
    act(page, "认可回复")
    expect(page.get_by_text("督办跟踪落实").first).to_be_visible()


def call_back_and_close(office: Office) -> None:
    page = go(office, "supervisor", "/lists/to-call-back", "to-call-back")
    page.goto(f"{office.server.url}/call-backs/{problem_in(page)}")
    assert "15000000625" not in page.content()
    page.get_by_role("button", name="查看号码").first.click()
    expect(page.get_by_text("15000000625").first).to_be_visible()
    office.look(page, "call")
    form = page.locator("#act form")
    answer(form, reached="yes", contacted="yes", solved="yes", answered="yes", satisfaction="satisfied")
    just_now = clock.local(clock.now() - timedelta(minutes=2))
    answer(form, called_at=f"{just_now:%Y-%m-%dT%H:%M}", note="企业说积水已经排清，没有其他意见")
    form.locator("button[type=submit]").click()
    expect(page.get_by_text("回访已登记").first).to_be_visible()
    page = go(office, "supervisor", "/lists/to-close", "to-close")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.goto(f"{office.server.url}/closing/{problem_in(page)}")
    office.look(page, "closing")


def problem_in(page: Page) -> str:
    """The key of the first problem of a list."""
    found = re.search(
        r"/(?:problems|closing|call-backs)/(\d+)", page.locator("tbody a").first.get_attribute("href") or ""
    )
    assert found is not None
    return found[1]


def sample(office: Office) -> None:
    page = go(office, "supervisor", "/samples/new", "draw")
    today = clock.today()
    answer(page, first_on=(today - timedelta(days=30)).isoformat(), until_on=today.isoformat(), share="100")
    page.get_by_role("button", name="先看有多少件").click()
    expect(page.get_by_text(re.compile("可以抽查的有 1 件"))).to_be_visible()
    page.get_by_role("button", name="抽取", exact=True).click()
    expect(page.get_by_text("已完成 0 / 1 件").first).to_be_visible()
    office.look(page, "sample")


def bulletin(office: Office) -> str:
    page = go(office, "supervisor", "/bulletins/new", "bulletin-new")
    today = clock.today()
    answer(page, span="custom", first_on=(today - timedelta(days=25)).isoformat(), until_on=today.isoformat())
    page.get_by_role("button", name="生成草稿").click()
    expect(page.get_by_text("送审").first).to_be_visible()
    office.look(page, "bulletin-draft")
    address = re.sub(r"^https?://[^/]+", "", page.url)
    page.goto(f"{office.server.url}{address}/do/submit_bulletin")
    page.locator("main form button[type=submit]").first.click()
    chief = go(office, "chief", f"{address}/do/issue_bulletin", "bulletin-review")
    chief.locator("main form button[type=submit]").first.click()
    expect(chief.get_by_text(re.compile(r"通报〔\d{4}〕1号")).first).to_be_visible()
    office.look(chief, "bulletin-issued")
    lead = office._open(PHONE)
    lead.goto(f"{office.server.url}/login")
    lead.fill("input[name=username]", "other_lead")
    lead.fill("input[name=password]", PASSWORD)
    lead.click("form button[type=submit]")
    lead.goto(f"{office.server.url}{address}")
    lead.get_by_text("去签收").first.click()
    office.look(lead, "bulletin-phone")
    lead.locator("main form button[type=submit]").first.click()
    expect(lead.get_by_text(re.compile("已签收")).first).to_be_visible()
    found = re.search(r"通报〔\d{4}〕\d+号", chief.content())
    assert found is not None
    return found[0]


def test_a_month_of_the_office_ends_in_a_bulletin_that_can_be_counted_again_and_a_record_that_holds(
    office: Office,
) -> None:
    go(office, "supervisor", "/office/day", "day")
    order_of_all_that_is_late(office)
    call_back_and_close(office)
    sample(office)
    number = bulletin(office)
    runner = office.server.app.test_cli_runner()
    counted = runner.invoke(args=["bulletin", "reproduce", number])
    assert counted.exit_code == 0, counted.output
    assert "无差异" in counted.output
    with office.server.app.app_context():
        seal(clock.now())
    proved = runner.invoke(args=["audit", "verify"])
    assert proved.exit_code == 0, proved.output
