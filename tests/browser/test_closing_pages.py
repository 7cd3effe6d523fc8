"""Calls, 销号, samples and papers in a real browser: on both screens nothing sticks out, and a screen reader finds its way.

Set SCREENSHOTS=<folder> to keep a picture of every page.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from helpdesk import clock
from helpdesk.closing import commands, sample_queries
from helpdesk.problems.commands import Actor
from tests.browser.test_telling_pages import accessible, looked_at, sign_in
from tests.conftest import LiveServer
from tests.people import District, found_district
from tests.walking import Walker
from workflows.sampling import Wanted

pytestmark = pytest.mark.browser


@pytest.fixture
def keys(live_server: LiveServer, page: Page) -> dict[str, int]:
    """The keys of what the pages are about; a supervision officer looks."""
    with live_server.app.app_context():
        world = found_district()
        walker = Walker(world, clock.now() - timedelta(days=9))
        found = {state: walker.to(state) for state in ("closed", "calling_back", "handling")}
        for name in ("respond", "submit", "approve", "evaluate"):
            walker.do(found["handling"], name)
        found |= _drawn(world)
    sign_in(live_server, page, world, "supervisor")
    return found


def _drawn(world: District) -> dict[str, int]:
    today = clock.today()
    by = Actor.person(world.person("supervisor"))
    period = (today - timedelta(days=20), today)
    sample = commands.draw("closed", *period, Wanted(share=100), seed=7, by=by, now=clock.now())
    return {"sample": sample.id, "item": sample_queries.items_of(sample.id)[0].id}


PAGES = {
    "to-close": "/lists/to-close",
    "closing": "/closing/{handling}",
    "to-call-back": "/lists/to-call-back",
    "call": "/call-backs/{calling_back}",
    "samples": "/samples",
    "draw": "/samples/new",
    "sample": "/samples/{sample}",
    "sampled": "/lists/sampled",
    "sample-call": "/samples/calls/{item}",
    "paper-templates": "/papers/templates",
    "paper-template": "/papers/templates/closing",
}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_and_nobody_stumbles(
    live_server: LiveServer, page: Page, keys: dict[str, int], name: str
) -> None:
    page.goto(f"{live_server.url}{PAGES[name].format(**keys)}")
    expect(page.locator("main h1")).to_be_visible()
    looked_at(page, name)
    accessible(page)


def test_papers_of_ticked_problems_say_how_many_there_are(
    live_server: LiveServer, page: Page, keys: dict[str, int]
) -> None:
    page.goto(f"{live_server.url}/lists/problems?scope=all")
    for box in page.locator("tbody input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="生成公文").click()
    expect(page.get_by_text("合成一个 Word 文件").first).to_be_visible()
    looked_at(page, "papers-chosen")
    accessible(page)
