"""The menu of a telephone in a real browser."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.conftest import LiveServer
from tests.people import found_district
from tests.visitors import PASSWORD, give_password

pytestmark = pytest.mark.browser


def test_the_search_box_of_the_phone_menu_is_one_line_high(live_server: LiveServer, page: Page) -> None:
    with live_server.app.app_context():
        world = found_district()
    give_password(live_server.app, world, "reporter")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/login")
    page.fill("input[name=username]", "reporter")
    page.fill("input[name=password]", PASSWORD)
    page.click("form button[type=submit]")
    page.wait_for_selector(".site-burger")
    page.wait_for_load_state()  # the menu opens by script; before that its button is a link
    page.click(".site-burger")
    page.wait_for_selector("#phone-menu.show:not(.showing)")
    box = page.locator(".site-search--phone").bounding_box()
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / "phone-menu.png")
    assert box is not None
    assert box["height"] < 60
    assert box["width"] > 250
