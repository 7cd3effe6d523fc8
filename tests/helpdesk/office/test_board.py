"""数据看板 and 领导驾驶舱: who sees them, and that every number of every picture is the number of rows it leads to."""

import json
import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.problems.sweep import sweep
from tests.desk import TUESDAY_MORNING, Desk
from tests.helpdesk.office.test_day import STATES, size_of
from tests.lists import statements
from tests.visitors import at, text_of
from tests.walking import Walker

DRAWING = re.compile(r"""data-chart='([^']+)'""")
PAGES = ("/office/board", "/office/wall")


def drawings(client: FlaskClient, address: str = "/office/board") -> list[dict[str, Any]]:
    """What the charts of a page are drawn from."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    return [json.loads(unescape(found)) for found in DRAWING.findall(page.text)]


def points(client: FlaskClient, address: str = "/office/board") -> list[tuple[str, str, float | None]]:
    """The words, the address and the value of every point that leads somewhere."""
    return [
        point
        for drawing in drawings(client, address)
        for series in drawing["series"]
        for point in zip(series["words"], series["urls"], series["values"], strict=True)
        if point[1]
    ]


KEY = re.compile(r'<a class="key__way" href="([^"]+)">.*?<b class="key__number">([\d,]+)</b>', re.DOTALL)
CELL = re.compile(r'<td class="heat__cell[^"]*"><a href="([^"]+)">[^<]+</a><small>\d+/(\d+)')


def figures(client: FlaskClient, address: str) -> list[tuple[str, int]]:
    """The address and the number of every plain key number, and of the denominator of every cell of the heat table."""
    page = client.get(address).text
    found = [pair for pair in KEY.findall(page) if "kind=answered" not in pair[0]] + CELL.findall(page)
    return [(unescape(url), int(number.replace(",", ""))) for url, number in found]


def counts(client: FlaskClient, address: str = "/office/board") -> list[tuple[str, int]]:
    """The address and the number of every point that is a number of rows."""
    return [
        (url, int(value)) for words, url, value in points(client, address) if value is not None and "%" not in words
    ]


# -- Who sees them -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["supervisor", "dispatcher", "dispatch_lead", "chief"])
@pytest.mark.parametrize("address", PAGES)
def test_whoever_sees_the_district_sees_its_pictures(desk: Desk, part: str, address: str) -> None:
    client = desk.browser(part)
    assert client.get(address).status_code == 200
    assert f'href="{address}"' in client.get("/account").text


@pytest.mark.parametrize("address", PAGES)
def test_nobody_else_does(desk: Desk, address: str) -> None:
    for part in ("stranger", "reporter", "cadre", "handler", "group_lead", "leader", "administrator"):
        client = desk.browser(part)
        assert client.get(address).status_code == 403, part
        assert f'href="{address}"' not in client.get("/account").text, part


# -- Numbers are rows --------------------------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=4)
@given(
    walks=st.lists(st.tuples(st.sampled_from((*STATES, "closed")), st.integers(0, 60)), min_size=1, max_size=5),
    days=st.integers(0, 100),
    narrow=st.sampled_from(["", "?group={group}", "?category=transport", "?period=month", "?from=2026-09-10"]),
)
def test_every_point_is_the_number_of_rows_it_leads_to(
    desk: Desk, walks: list[tuple[str, int]], days: int, narrow: str
) -> None:
    with desk.app.app_context():
        for state, day in walks:
            Walker(desk.world, TUESDAY_MORNING + timedelta(days=day)).to(state)
        sweep(TUESDAY_MORNING + timedelta(days=days))
    address = "/office/board" + narrow.format(group=desk.world.group_id)
    with time_machine.travel(TUESDAY_MORNING + timedelta(days=days, hours=1), tick=False):
        client = desk.browser("supervisor")
        for url, number in counts(client, address) + figures(client, address):
            assert size_of(client, url) == number, url


def test_the_wall_shows_the_numbers_of_the_board(desk: Desk) -> None:
    with desk.walking() as walker:
        for state in ("reported", "handling", "closing"):
            walker.to(state)
    with time_machine.travel(at("2026-09-20 10:00"), tick=False):
        client = desk.browser("chief")
        seen = set(counts(client, "/office/wall"))
        assert len(seen) > 10
        assert seen <= set(counts(client))


def test_key_numbers_and_heat_lead_to_their_rows(desk: Desk) -> None:
    with desk.walking() as walker:
        for state in ("reported", "handling", "closing", "closed"):
            walker.to(state)
    with time_machine.travel(at("2026-09-20 10:00"), tick=False):
        client = desk.browser("chief")
        found = figures(client, "/office/board")
        assert {url.partition("?")[0] for url, _ in found} == {"/lists/problems", "/lists/marks", "/lists/legs"}
        for url, number in found:
            assert size_of(client, url) == number > 0, url


def test_a_rate_stands_with_what_it_is_a_share_of_and_says_that_it_rests_on_little(desk: Desk) -> None:
    desk.at("closed")
    words = text_of(desk.browser("chief").get("/office/wall"))
    assert "满意率 100% 1 / 1（样本少）" in words
    empty = text_of(desk.browser("chief").get("/office/wall?from=2026-01-01&until=2026-02-01"))
    assert "满意率 – 0 / 0" in empty


def test_the_table_behind_a_chart_holds_what_the_chart_shows(desk: Desk) -> None:
    with desk.walking() as walker:
        walker.to("handling")
    client = desk.browser("supervisor")
    page = client.get("/office/board").text
    tables = "".join(re.findall(r'<div class="chart__table".*?</div>', page, re.DOTALL))
    for words, url, value in points(client):
        if value:
            assert f'<a href="{url.replace("&", "&amp;")}">{words}</a>' in tables


# -- What is asked -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", PAGES)
def test_what_is_asked_for_stays_in_the_address(desk: Desk, address: str) -> None:
    other = PAGES[1 - PAGES.index(address)]
    page = desk.browser("supervisor").get(f"{address}?period=month&category=transport").text
    assert f'href="{other}?period=month&amp;category=transport"' in page
    assert "9月1日至9月1日" in page


def test_days_the_wrong_way_round_are_turned_and_nonsense_is_named(desk: Desk) -> None:
    client = desk.browser("supervisor")
    assert "8月1日至8月20日" in client.get("/office/board?from=2026-08-20&until=2026-08-01").text
    answer = client.get("/office/board?from=2026-02-30&group=999999&period=soon")
    assert answer.status_code == 200
    for label in ("自选从", "责任组", "期间"):
        assert f"“{label}”里填的内容看不懂" in answer.text


@pytest.mark.parametrize("query", ["", "?from=2031-01-01", "?until=2001-01-01", "?category=finance"])
def test_a_time_or_part_without_data_says_so(desk: Desk, query: str) -> None:
    for address in PAGES:
        page = desk.browser("supervisor").get(address + query)
        assert page.status_code == 200
        assert "没有在办的问题" in text_of(page)
        assert "这段时间没有可以画的数" in text_of(page)


def test_only_the_wall_asks_to_be_looked_at_again(desk: Desk) -> None:
    client = desk.browser("chief")
    wall = client.get("/office/wall").text
    assert 'data-wall="180"' in wall
    assert '<noscript><meta http-equiv="refresh" content="180"></noscript>' in wall
    assert "data-wall" not in client.get("/office/board").text


def test_the_pictures_cost_the_same_statements_however_many_problems_there_are(desk: Desk) -> None:
    def sent() -> int:
        client = desk.browser("supervisor")
        with statements(desk.app) as seen:
            assert client.get("/office/board").status_code == 200
        return len(seen)

    desk.at("handling")
    few = sent()
    with desk.walking() as walker:
        for _ in range(20):
            walker.do(None, "report")
    assert sent() == few


def test_the_ladder_counts_what_struck_in_the_period_only(desk: Desk) -> None:
    desk.at("reported")
    with desk.app.app_context():
        for day in range(1, 25):
            sweep(TUESDAY_MORNING + timedelta(days=day))
    with time_machine.travel(at("2026-09-28 10:00"), tick=False):
        client = desk.browser("supervisor")

        def rungs(query: str) -> dict[str, int]:
            return {
                re.findall(r"rung=(\w+)", url)[0]: number
                for url, number in counts(client, f"/office/board{query}")
                if "rung=" in url
            }

        everything = rungs("")
        assert (everything["urge"], everything["first"], everything["second"]) == (1, 1, 1)
        until_urged = rungs(f"?from=2026-09-01&until={date(2026, 9, 4).isoformat()}")
        assert until_urged["urge"] == 1
        assert until_urged.get("first", 0) == 0
