"""No page that the menu leads to is wider than a telephone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from helpdesk import clock
from helpdesk.db import db
from tests.conftest import LiveServer
from tests.people import District, found_district
from tests.visitors import PASSWORD, give_password
from tests.walking import Walker

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
READERS = ("dispatcher", "supervisor", "reporter")


@pytest.fixture
def world(live_server: LiveServer) -> Iterator[District]:
    """A problem on record, so that lists have lines and what can be done with lines is offered."""
    with live_server.app.app_context():
        world = found_district()
        Walker(world, clock.now()).to("assigned", title="厂区门前道路积水，雨后货车进不来，地磅也淹了，已经连续三天")
        db.session.commit()
        yield world


@pytest.mark.parametrize("part", READERS)
def test_everything_in_the_menu_fits(live_server: LiveServer, world: District, page: Page, part: str) -> None:
    give_password(live_server.app, world, part)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/login")
    page.fill("input[name=username]", part)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("form button[type=submit]")
    addresses = page.evaluate("[...document.querySelectorAll('.phone-menu__list a')].map(link => link.href)")
    assert len(addresses) > 8
    for address in dict.fromkeys(addresses):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address
