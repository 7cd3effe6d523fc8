"""督查工作台, 数据看板, 领导驾驶舱 and the menu in a real browser: charts are drawn, tables stand behind them, nothing is blocked."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from helpdesk import clock
from tests.conftest import LiveServer
from tests.people import found_district
from tests.visitors import PASSWORD, give_password
from tests.walking import Walker

pytestmark = pytest.mark.browser

SIZES = {"desk": (1366, 768), "phone": (390, 844), "wall": (1920, 1080)}
INKED = """place => {
  const canvas = place.querySelector("canvas");
  const found = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let inked = 0;
  for (let at = 3; at < found.length; at += 4) inked += found[at] > 0 ? 1 : 0;
  return inked;
}"""


@pytest.fixture
def office(live_server: LiveServer) -> LiveServer:
    """The district with problems that stand here and there."""
    with live_server.app.app_context():
        world = found_district()
        walker = Walker(world, clock.now())
        for state in ("reported", "assigned", "handling", "handling", "reviewing", "calling_back", "closing", "closed"):
            walker.to(state)
    for part in ("supervisor", "chief"):
        give_password(live_server.app, world, part)
    return live_server


@pytest.fixture
def window(office: LiveServer, browser: Browser) -> Iterator[Any]:
    """Opens a window of a size for somebody; whatever its console complains of fails the test."""
    complaints: list[str] = []

    def opened(part: str, size: str, *, script: bool = True) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", java_script_enabled=script
        )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.goto(f"{office.url}/login")
        page.fill("input[name=username]", part)
        page.fill("input[name=password]", PASSWORD)
        page.click("form button[type=submit]")
        expect(page).not_to_have_url(re.compile("/login"))
        return page

    yield opened
    for context in browser.contexts:
        context.close()
    assert complaints == []


def look(page: Page, name: str) -> None:
    """Nothing is wider than the screen, nothing a blind reader stumbles over; a picture when wanted."""
    assert page.viewport_size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name
    serious = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], v["nodes"][0]["html"]) for v in serious] == []
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def drawn(page: Page) -> int:
    """How many charts there are, each with something on its canvas."""
    charts = page.locator("[data-chart]")
    expect(charts.first.locator("canvas")).to_be_visible()
    for place in charts.all():
        assert place.evaluate(INKED) > 500, place.get_attribute("aria-label")
    return charts.count()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_charts_are_drawn_with_their_tables_behind_them(office: LiveServer, window: Any, size: str) -> None:
    page = window("supervisor", size)
    page.goto(f"{office.url}/office/board")
    assert drawn(page) >= 2
    table = page.locator("#flow-table")
    assert table.bounding_box()["height"] <= 2
    page.locator("#flow [data-chart-table]").click()
    expect(table.get_by_role("link", name="2", exact=True).first).to_be_visible()
    look(page, f"board-{size}")
    table.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/lists/problems\?"))


def test_a_bar_leads_to_its_rows(office: LiveServer, window: Any) -> None:
    page = window("supervisor", "desk")
    page.goto(f"{office.url}/office/board")
    drawn(page)
    place = page.locator("#flow [data-chart]")
    box = place.bounding_box()
    assert box is not None
    at = place.evaluate(
        """place => { const chart = echarts.getInstanceByDom(place);
        return chart.convertToPixel({seriesIndex: 0}, [0.5, chart.getOption().yAxis[0].data.indexOf("办理中")]); }"""
    )
    page.mouse.click(box["x"] + at[0], box["y"] + at[1])
    expect(page).to_have_url(re.compile("state=handling"))


def test_the_keyboard_reaches_the_rows_behind_a_chart(office: LiveServer, window: Any) -> None:
    page = window("supervisor", "desk")
    page.goto(f"{office.url}/office/board")
    drawn(page)
    page.locator("#flow [data-chart-table]").focus()
    page.keyboard.press("Tab")
    focused = page.locator("#flow-table a:focus")
    expect(focused).to_be_visible()
    assert page.locator("#flow-table").bounding_box()["height"] > 100


def test_without_script_the_tables_stand_in_the_place_of_the_charts(office: LiveServer, window: Any) -> None:
    page = window("supervisor", "desk", script=False)
    page.goto(f"{office.url}/office/board")
    assert page.locator("#flow-table").bounding_box()["height"] > 200
    expect(page.locator("#flow .chart__canvas")).to_be_hidden()


def test_on_paper_the_tables_stand_instead_of_the_charts(office: LiveServer, window: Any) -> None:
    page = window("supervisor", "desk")
    page.goto(f"{office.url}/office/board")
    drawn(page)
    page.emulate_media(media="print")
    expect(page.locator("#flow .chart__canvas")).to_be_hidden()
    assert page.locator("#flow-table").bounding_box()["height"] > 200


@pytest.mark.parametrize("size", ["wall", "desk"])
def test_the_wall_fills_one_screen_and_looks_again_by_itself(office: LiveServer, window: Any, size: str) -> None:
    page = window("chief", size)
    page.goto(f"{office.url}/office/wall")
    count = drawn(page)
    assert page.evaluate("document.documentElement.scrollHeight") <= SIZES[size][1]
    assert page.locator(".wall__part").evaluate_all("parts => parts.every(p => p.scrollHeight <= p.clientHeight + 1)")
    assert page.locator(".heat-frame").evaluate("frame => frame.scrollWidth <= frame.clientWidth + 1")
    look(page, f"wall-{size}")
    page.evaluate("document.getElementById('wall').setAttribute('data-wall', '0'); document.title = 'the same page'")
    page.clock.install()
    page.reload()
    drawn(page)
    page.evaluate("document.querySelector('.wall__when b').textContent = 'long ago'")
    page.clock.fast_forward(181_000)
    expect(page.locator(".wall__when b")).not_to_have_text("long ago")
    assert drawn(page) == count


def test_a_wall_that_cannot_reach_the_server_keeps_its_picture_and_says_so(
    office: LiveServer, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{office.url}/login")
    page.fill("input[name=username]", "chief")
    page.fill("input[name=password]", PASSWORD)
    page.click("form button[type=submit]")
    page.clock.install()
    page.goto(f"{office.url}/office/wall")
    count = drawn(page)
    page.route("**/office/wall", lambda route: route.abort())
    page.clock.fast_forward(181_000)
    expect(page.locator("[data-wall-trouble]")).to_have_text(re.compile("暂时连不上"))
    assert drawn(page) == count
    page.unroute("**/office/wall")
    page.clock.fast_forward(181_000)
    expect(page.locator("[data-wall-trouble]")).to_be_hidden()
    context.clear_cookies()
    page.clock.fast_forward(181_000)
    expect(page).to_have_url(re.compile("/login"))
    context.close()
    assert errors == []


def test_the_wall_is_one_column_on_a_phone(office: LiveServer, window: Any) -> None:
    page = window("chief", "phone")
    page.goto(f"{office.url}/office/wall")
    drawn(page)
    look(page, "wall-phone")
    lefts = page.locator(".wall__part").evaluate_all("parts => parts.map(p => p.getBoundingClientRect().left)")
    assert len(set(lefts)) == 1


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_day_fits_its_screen(office: LiveServer, window: Any, size: str) -> None:
    page = window("supervisor", size)
    page.goto(f"{office.url}/office/day")
    expect(page.locator(".tile").first).to_be_visible()
    look(page, f"day-{size}")


# -- The menu ----------------------------------------------------------------------------------------------------------


def test_the_menu_is_one_line_and_opens_by_keyboard(office: LiveServer, window: Any) -> None:
    page = window("supervisor", "desk")
    page.goto(office.url)
    bar = page.locator(".site-nav").bounding_box()
    assert bar is not None
    assert bar["height"] < 64
    heading = page.locator(".site-nav summary", has_text="督办")
    heading.focus()
    page.keyboard.press("Enter")
    line = page.locator(".site-nav").get_by_role("link", name="督查工作台")
    expect(line).to_be_visible()
    page.keyboard.press("Escape")
    expect(line).to_be_hidden()
    expect(heading).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(line).to_be_focused()
    other = page.locator(".site-nav summary", has_text="更多")
    other.focus()
    expect(line).to_be_hidden()
    heading.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/office/day"))


def test_the_phone_menu_stands_in_groups_with_headings(office: LiveServer, window: Any) -> None:
    page = window("supervisor", "phone")
    page.goto(office.url)
    page.wait_for_load_state()
    page.click(".site-burger")
    page.wait_for_selector("#phone-menu.show:not(.showing)")
    expect(page.get_by_role("group", name="督办").get_by_role("link", name="督查工作台")).to_be_visible()
    look(page, "menu-phone")
