"""A problem written on a phone that is cut off: kept there, marked, sent once; refused, signed out in between, in two tabs.

Set SCREENSHOTS=<folder> to keep a picture of every step.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from helpdesk.db import db
from helpdesk.problems.models import Attachment
from helpdesk.visits.models import VisitProblem
from tests.desk import PNG
from tests.phones import FIRM, SITUATION, TITLE, Phone

pytestmark = pytest.mark.browser

UNSENT = "1 条问题尚未发送"
REPORTED = [(TITLE, "reported")]
PHOTO = {"name": "路灯.png", "mimeType": "image/png", "buffer": PNG}


def mark(page: Page) -> Any:
    """The bar that tells what is not sent."""
    return page.locator("[data-unsent]")


def kept_on(page: Page) -> dict[str, Any]:
    """What is kept on the device outside the forms: the list of enterprises as it lies there."""
    found: dict[str, Any] = page.evaluate(
        "new Promise(done => { const asked = indexedDB.open('firms', 1); asked.onsuccess = () => {"
        " const all = asked.result.transaction('kept').objectStore('kept').getAll();"
        " all.onsuccess = () => { const one = all.result[0]; done(one ? {user: one.user, extractable: one.key.extractable,"
        " bytes: new TextDecoder().decode(one.bytes)} : {}); }; }; })"
    )
    return found


def cut_off(phone: Phone) -> Page:
    """Signed in, everything at hand, and then no network: the form of a problem."""
    phone.sign_in()
    phone.ready()
    phone.context.set_offline(True)
    page = phone.open("/problems/new")
    expect(page.get_by_text("现在没有网络")).to_be_visible()
    return page


def test_with_a_network_it_is_reported_and_says_so(phone: Phone) -> None:
    phone.sign_in()
    page = phone.open("/problems/new")
    phone.fill_problem()
    page.locator("input[type=file]").first.set_input_files(PHOTO)
    phone.report()
    expect(page).to_have_url(re.compile(r"/problems/\d+$"))
    expect(page.get_by_text("已上报")).to_be_visible()
    expect(mark(page)).to_have_count(0)
    assert phone.problems() == REPORTED
    phone.open("/problems/new")
    expect(page.locator(".draft-offer")).to_have_count(0)


def test_each_button_does_what_it_says(phone: Phone) -> None:
    phone.sign_in()
    page = phone.open("/problems/new")
    page.fill("[name=title]", TITLE)
    page.get_by_role("button", name="存草稿").click()
    expect(page).to_have_url(re.compile(r"/problems/\d+/edit$"))
    expect(page.locator("[name=title]")).to_have_value(TITLE)
    assert phone.problems() == [(TITLE, "draft")]
    phone.fill_problem()
    page.locator("details.other-way summary").click()
    page.fill("details.other-way textarea", "当场联系了市政，路灯已经修好。")
    page.locator("details.other-way button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/problems/\d+$"))
    assert phone.problems() == [(TITLE, "evaluating")]


def test_what_the_server_refuses_at_once_comes_back_as_a_page(phone: Phone) -> None:
    phone.sign_in()
    page = phone.open("/problems/new")
    phone.fill_problem(title="灯")
    page.locator("input[type=file]").first.set_input_files(PHOTO)
    phone.report()
    expect(page.locator("[data-error-summary]")).to_contain_text("还没有上报")
    expect(page.locator("[name=contact_name]")).to_have_value("王经理")
    expect(page.get_by_text("已经上传，不用再选")).to_be_visible()
    expect(mark(page)).to_have_count(0)
    page.fill("[name=title]", TITLE)
    phone.report()
    expect(page).to_have_url(re.compile(r"/problems/\d+$"))
    assert phone.problems() == REPORTED


def test_cut_off_it_is_kept_and_sent_once_when_the_network_is_back(phone: Phone) -> None:
    page = cut_off(phone)
    phone.fill_problem()
    page.locator("input[type=file]").first.set_input_files(PHOTO)
    phone.look("report-offline-form")
    phone.report()
    expect(page.get_by_text("已存在本机，还没有发送")).to_be_visible()
    expect(mark(page)).to_contain_text(UNSENT)
    phone.look("report-offline-kept")
    for path in ("/", "/lists/problems"):
        phone.open(path)
        expect(mark(page)).to_contain_text(UNSENT)
        expect(page.get_by_role("link", name="记录走访")).to_be_visible()
        expect(page.get_by_role("link", name="登记问题")).to_be_visible()
    page.locator(".unsent-item summary").click()
    expect(page.locator(".unsent-item")).to_contain_text("晚上工人下班看不清路")
    phone.look("report-offline-start")
    assert phone.problems() == []
    phone.context.set_offline(False)
    expect(mark(page)).to_contain_text("1 条问题已经发送", timeout=15000)
    expect(page.locator("[data-unsent-list]")).to_be_hidden()
    assert phone.problems() == REPORTED
    with phone.server.app.app_context():
        assert db.session.scalars(select(Attachment.name)).all() == ["路灯.png"]
    phone.open("/")
    expect(mark(page)).to_have_count(0)
    assert phone.problems() == REPORTED


def test_cut_off_the_enterprise_is_chosen_from_those_one_looks_after(phone: Phone) -> None:
    page = cut_off(phone)
    page.locator("[name=enterprise]").focus()
    expect(page.locator(".picker__option")).to_have_count(1)
    phone.look("report-offline-firms")
    page.fill("[name=enterprise]", "SLYH")
    expect(page.locator(".picker__option")).to_contain_text(FIRM)
    page.locator(".picker__option").click()
    expect(page.locator("[name=enterprise_id]")).not_to_have_value("")
    page.fill("[name=enterprise]", "没有这家")
    expect(page.locator(".picker__none")).to_contain_text("可以直接写企业全称")


def test_the_enterprises_lie_encrypted_and_go_with_the_person(phone: Phone) -> None:
    page = phone.sign_in()
    phone.ready()
    kept = kept_on(page)
    assert kept["extractable"] is False
    assert FIRM not in kept["bytes"]
    phone.context.clear_cookies()
    phone.open("/login")
    phone.sign_in("dispatcher")
    phone.has_firms_of(page, not_of=kept["user"])
    assert kept_on(page)["user"] != kept["user"]
    page.get_by_role("button", name="菜单").click()
    page.locator("#phone-menu").get_by_role("button", name="退出登录").click()
    expect(page).to_have_url(re.compile("/login"))
    page.wait_for_timeout(300)
    assert kept_on(page) == {}


def test_a_visit_and_its_problem_written_without_a_network_arrive_together(phone: Phone) -> None:
    phone.sign_in()
    phone.ready()
    phone.context.set_offline(True)
    page = phone.open("/visits/new")
    phone.fill()
    page.locator("label:has([name=outcome][value=found])").click()
    page.fill("[name=needs]", "厂区门口的路灯坏了，请协调市政来修。")
    phone.save()
    page.get_by_role("link", name="登记这次发现的问题").click()
    expect(page.locator("[name=enterprise]")).to_have_value(FIRM)
    expect(page.locator("[name=detail]")).to_have_value("厂区门口的路灯坏了，请协调市政来修。")
    phone.fill_problem(detail="厂区门口的路灯坏了，请协调市政来修。")
    phone.report()
    expect(mark(page)).to_contain_text("1 条走访记录、1 条问题尚未发送")
    phone.look("visit-and-report")
    phone.context.set_offline(False)
    expect(mark(page)).to_contain_text("1 条走访记录、1 条问题已经发送", timeout=15000)
    assert (phone.visits(), phone.problems()) == ([SITUATION], REPORTED)
    with phone.server.app.app_context():
        assert len(db.session.scalars(select(VisitProblem)).all()) == 1


def test_a_problem_waits_for_its_visit_that_was_refused(phone: Phone) -> None:
    phone.sign_in()
    phone.ready()
    phone.context.set_offline(True)
    page = phone.open("/visits/new")
    phone.fill(enterprise="示例一号")
    page.locator("label:has([name=outcome][value=found])").click()
    page.fill("[name=needs]", "厂区门口的路灯坏了，请协调市政来修。")
    phone.save()
    page.get_by_role("link", name="登记这次发现的问题").click()
    phone.fill_problem()
    phone.report()
    expect(mark(page)).to_contain_text("1 条走访记录、1 条问题尚未发送")
    phone.context.set_offline(False)
    expect(mark(page)).to_contain_text("走访记录（示例一号）没有被接收", timeout=15000)
    expect(mark(page)).to_contain_text(UNSENT)
    assert phone.problems() == []
    page.get_by_role("link", name="打开改正").click()
    expect(page.locator("[name=enterprise]")).to_have_value("示例一号")
    page.fill("[name=enterprise]", FIRM)
    phone.save()
    expect(page).to_have_url(re.compile(r"/visits/\d+$"))
    expect(mark(page)).to_contain_text("1 条问题已经发送", timeout=15000)
    with phone.server.app.app_context():
        assert len(db.session.scalars(select(VisitProblem)).all()) == 1


def test_what_is_not_whole_stays_in_the_form_as_a_draft(phone: Phone) -> None:
    page = cut_off(phone)
    page.fill("[name=title]", TITLE)
    phone.report()
    expect(page.get_by_text("还有必填的没有填好")).to_be_visible()
    expect(mark(page)).to_have_count(0)
    phone.open("/problems/new")
    page.get_by_role("button", name="接着填写").click()
    expect(page.locator("[name=title]")).to_have_value(TITLE)


def test_a_draft_need_not_be_whole_to_wait(phone: Phone) -> None:
    page = cut_off(phone)
    page.fill("[name=title]", TITLE)
    page.get_by_role("button", name="存草稿").click()
    expect(mark(page)).to_contain_text(UNSENT)
    phone.context.set_offline(False)
    expect(mark(page)).to_contain_text("已经发送", timeout=15000)
    assert phone.problems() == [(TITLE, "draft")]


def test_a_refused_problem_is_opened_again_with_all_that_was_typed_and_the_reasons(phone: Phone) -> None:
    page = cut_off(phone)
    phone.fill_problem(enterprise="示例一号", title="灯")
    page.locator("input[type=file]").first.set_input_files(PHOTO)
    phone.report()
    expect(mark(page)).to_contain_text(UNSENT)
    phone.context.set_offline(False)
    expect(mark(page)).to_contain_text("问题（灯）没有被接收", timeout=15000)
    expect(mark(page)).to_contain_text("名录里没有这家企业")
    expect(mark(page)).to_contain_text("问题标题")
    phone.look("report-refused")
    page.get_by_role("link", name="打开改正").click()
    expect(page.locator("[name=contact_phone]")).to_have_value("13800138000")
    expect(page.locator(".files__name")).to_contain_text("路灯.png")
    page.fill("[name=enterprise]", FIRM)
    page.fill("[name=title]", TITLE)
    phone.report()
    expect(page).to_have_url(re.compile(r"/problems/\d+$"))
    expect(mark(page)).to_have_count(0)
    assert phone.problems() == REPORTED


def test_the_answer_gets_lost_and_nothing_is_written_twice(tapped: Phone) -> None:
    tapped.sign_in()
    page = tapped.open("/problems/new")
    tapped.fill_problem()
    lost: list[int] = []

    def lose(route: Route) -> None:
        """The server gets the report; its answer never arrives."""
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    page.route("**/problems/new", lose)
    tapped.report()
    expect(mark(page)).to_contain_text(UNSENT)
    assert (lost, tapped.problems()) == ([200], REPORTED)
    page.get_by_role("button", name="现在发送").click()
    expect(mark(page)).to_contain_text("已经发送")
    assert tapped.problems() == REPORTED


def test_signed_out_in_between_one_signs_in_again_and_it_is_sent(phone: Phone) -> None:
    phone.sign_in()
    page = phone.open("/problems/new")
    phone.fill_problem()
    phone.context.clear_cookies()
    phone.report()
    expect(page.get_by_text("已存在本机，还没有发送")).to_be_visible()
    expect(mark(page)).to_contain_text("登录后自动发送")
    page.get_by_role("link", name="重新登录").click()
    expect(mark(page)).to_contain_text(UNSENT)
    phone.sign_in()
    expect(mark(page)).to_contain_text("已经发送")
    assert phone.problems() == REPORTED


def test_somebody_else_at_the_same_phone_neither_sees_nor_sends_it(phone: Phone) -> None:
    phone.sign_in()
    page = phone.open("/problems/new")
    phone.fill_problem()
    phone.context.clear_cookies()
    phone.report()
    expect(page.get_by_text("已存在本机，还没有发送")).to_be_visible()
    phone.open("/login")
    phone.sign_in("dispatcher")
    phone.open("/offline/")
    page.wait_for_timeout(500)
    expect(mark(page)).to_have_count(0)
    expect(page.locator("[data-unsent-list]")).to_be_hidden()
    assert phone.problems() == []
    phone.context.clear_cookies()
    phone.open("/login")
    phone.sign_in()
    expect(mark(page)).to_contain_text("已经发送")
    assert phone.problems() == REPORTED


def test_a_tab_of_the_first_person_sends_nothing_in_the_name_of_the_second(tapped: Phone) -> None:
    tapped.sign_in()
    page = tapped.open("/problems/new")
    tapped.fill_problem()
    other = tapped.context.new_page()
    tapped.context.clear_cookies()
    other.goto(f"{tapped.server.url}/login")
    tapped.page = other
    tapped.sign_in("dispatcher")
    tapped.page = page
    tapped.report()
    expect(page.get_by_text("已存在本机，还没有发送")).to_be_visible()
    other.reload()
    other.wait_for_timeout(500)
    expect(mark(other)).to_have_count(0)
    assert tapped.problems() == []


def test_two_tabs_send_what_waits_once(tapped: Phone) -> None:
    tapped.sign_in()
    page = tapped.open("/problems/new")
    tapped.fill_problem()
    tapped.context.route("**/offline/token.json", lambda route: route.abort())
    tapped.report()
    expect(mark(page)).to_contain_text(UNSENT)
    other = tapped.context.new_page()
    other.goto(f"{tapped.server.url}/")
    expect(mark(other)).to_contain_text(UNSENT)
    sent: list[str] = []
    tapped.context.on(
        "request", lambda request: sent.append(request.url) if request.url.endswith("/problems/new") else None
    )
    tapped.context.unroute("**/offline/token.json")
    for tab in (page, other):
        tab.evaluate("window.dispatchEvent(new Event('online'))")
    for tab in (page, other):
        expect(mark(tab).get_by_text("尚未发送")).to_have_count(0)
    assert tapped.problems() == REPORTED
    assert len(sent) == 1
