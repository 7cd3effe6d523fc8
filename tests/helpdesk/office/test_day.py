"""督查工作台: who has it, and that each of its numbers is the number of rows of the list it leads to."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from helpdesk.db import db
from helpdesk.notices.models import FAILED, Notice
from helpdesk.office.blocks import BLOCKS
from helpdesk.operations import commands
from tests.desk import TUESDAY_MORNING, Desk
from tests.lists import json_of, statements
from tests.visitors import at, text_of
from tests.walking import Walker

LINK = re.compile(r'<a class="tile[^"]*" href="([^"]+)">.*?<b class="tile__number">([\d,]+)</b>', re.DOTALL)
CELL = re.compile(r'<td class="num"><a href="([^"]+)" aria-label="[^"]+">([\d,]+)</a>')
FAR = "2026-09-24 10:00"
FOR_THE_FRAME = 6
"""Which calendar and rules are in force, who is signed in, the seats, who stands in, the bell's count, the groups."""


def numbers(client: FlaskClient) -> list[tuple[str, int]]:
    """Every number of the page that leads somewhere: its address and itself."""
    page = client.get("/office/day")
    assert page.status_code == 200
    found = LINK.findall(page.text) + CELL.findall(page.text)
    return [(unescape(address), int(number.replace(",", ""))) for address, number in found]


def size_of(client: FlaskClient, address: str) -> int:
    """How many rows a list has, as its own JSON says."""
    path, _, query = address.partition("?")
    answer = client.get(f"{path}.json?{query}", buffered=True)
    assert answer.status_code == 200, address
    return int(answer.get_json()["count"])


def number_of(client: FlaskClient, block: str) -> int:
    """The number of a block."""
    listing, values = next((each.listing, each.values) for each in BLOCKS if each.name == block)
    query = "&".join(f"{name}={value}" for name, value in values.items())
    return dict(numbers(client))[f"/lists/{listing}" + (f"?{query}" if query else "")]


# -- Who has it --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["supervisor", "dispatcher", "dispatch_lead"])
def test_the_offices_find_it_in_their_menu(desk: Desk, part: str) -> None:
    page = desk.browser(part).get("/office/day")
    assert page.status_code == 200
    assert 'href="/office/day" class="active"' in page.text


@pytest.mark.parametrize(
    "part",
    [
        *("stranger", "reporter", "cadre", "handler", "group_lead", "leader", "chief"),
        "administrator",
    ],
)
def test_nobody_else_reaches_it(desk: Desk, part: str) -> None:
    client = desk.browser(part)
    answer = client.get("/office/day")
    assert answer.status_code == 403
    assert "督查员" in text_of(answer)
    assert "/office/day" not in client.get("/account").text
    assert client.get("/lists/undelivered").status_code == 403


def test_an_empty_day_says_so(desk: Desk) -> None:
    words = text_of(desk.browser("supervisor").get("/office/day"))
    assert "没有逾期的环节" in words
    assert "没有新增逾期" in words
    assert "8月31日（周一）8:30 以来" in words
    assert {number for _, number in numbers(desk.browser("supervisor"))} == {0}


# -- Numbers are rows --------------------------------------------------------------------------------------------------

STATES = ("reported", "returned", "assigned", "objected", "handling", "reviewing", "suspended", "elevated", "closing")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=6)
@given(
    walks=st.lists(st.tuples(st.sampled_from(STATES), st.integers(0, 25)), min_size=1, max_size=6),
    days=st.integers(0, 30),
)
def test_every_number_is_the_number_of_rows_it_leads_to(desk: Desk, walks: list[tuple[str, int]], days: int) -> None:
    with desk.app.app_context():
        for state, day in walks:
            Walker(desk.world, TUESDAY_MORNING + timedelta(days=day)).to(state)
    with time_machine.travel(TUESDAY_MORNING + timedelta(days=days, hours=1), tick=False):
        for part in ("supervisor", "dispatcher"):
            client = desk.browser(part)
            found = numbers(client)
            assert len(found) >= 5
            for address, number in found:
                assert size_of(client, address) == number, address


def test_the_sums_of_the_units_are_the_sum_of_all(desk: Desk) -> None:
    with desk.walking() as walker:
        for state in ("reported", "assigned", "handling", "closing"):
            walker.to(state)
    with time_machine.travel(at(FAR), tick=False):
        client = desk.browser("supervisor")
        cells = [(address, number) for address, number in numbers(client) if "late=" in address]
        alone = sum(number for address, number in cells if "group=" in address)
        assert alone == sum(number for address, number in cells if "group=" not in address)
        assert alone == number_of(client, "overdue") == size_of(client, "/lists/overdue")


def test_what_fell_overdue_since_the_last_working_day_began_is_new(desk: Desk) -> None:
    desk.at("reported")  # on Tuesday, due on Wednesday 24:00
    for moment, number in (("2026-09-02 10:00", 0), ("2026-09-03 10:00", 1), ("2026-09-04 10:00", 0)):
        with time_machine.travel(at(moment), tick=False):
            assert number_of(desk.browser("supervisor"), "new") == number


def test_a_list_with_a_filter_that_it_does_not_know_is_no_block(desk: Desk) -> None:
    from dataclasses import replace

    from helpdesk.listings.words import Reading
    from helpdesk.problems.queries import standing

    with desk.app.app_context():
        reading = Reading(standing(desk.world.people["supervisor"], TUESDAY_MORNING))
        for block in BLOCKS:
            assert not block.chosen(reading).ignored
        with pytest.raises(ValueError, match="逾期天数"):
            replace(BLOCKS[0], values={"late": "much"}).keys(reading)


# -- From the line to the action ---------------------------------------------------------------------------------------


def test_what_is_new_can_be_ticked_and_urged_on_the_spot(desk: Desk) -> None:
    key = desk.at("reported", title="雨天积水")
    with time_machine.travel(at("2026-09-03 10:00"), tick=False):
        client = desk.browser("supervisor")
        page = client.get("/office/day").text
        assert f'name="ids" value="{key}" form="urge"' in page
        target = re.search(r'formaction="(/lists/overdue/urge[^"]*)"', page)
        assert target
        answer = client.post(unescape(target[1]), data={"ids": [key], "words": "请今天受理"}, follow_redirects=True)
        assert "已催办 1 件" in answer.text
        assert "请今天受理" in client.get(f"/problems/{key}").text


# -- 未送达 and the pulse ----------------------------------------------------------------------------------------------


def fail_a_notice(desk: Desk, key: int) -> None:
    with desk.app.app_context():
        notice_id = db.session.scalar(select(Notice.id).where(Notice.problem_id == key).order_by(Notice.id).limit(1))
        db.session.execute(update(Notice).where(Notice.id == notice_id).values(status=FAILED, tries=6))
        db.session.commit()


def test_a_notice_that_no_server_takes_is_the_offices_business_while_the_problem_is_at_work(desk: Desk) -> None:
    key = desk.at("handling", title="雨天积水")
    fail_a_notice(desk, key)
    client = desk.browser("supervisor")
    assert number_of(client, "undelivered") == 1
    [row] = json_of(client, "undelivered")["rows"]
    assert row["title"] == "雨天积水"
    assert row["tries"] == 6
    assert "@" not in str(row), "addresses are the administrator's business"
    with desk.walking() as walker:
        walker.now += timedelta(minutes=30)
        walker.do(key, "withdraw")
        walker.do(key, "confirm_withdrawal")
    assert number_of(client, "undelivered") == 0


def test_a_job_that_has_not_run_for_too_long_is_red(desk: Desk) -> None:
    with desk.app.app_context():
        commands.beat("sweep", at=TUESDAY_MORNING - timedelta(minutes=5), did="")
        commands.beat("post", at=TUESDAY_MORNING - timedelta(hours=5), did="")
    pulse = desk.browser("supervisor").get("/office/day").text.partition('id="pulse"')[2]
    sweep, post = pulse.split("<li>")[1:3]
    assert "lamp--green" in sweep
    assert "lamp--red" in post
    assert "请联系系统管理员" in post


def test_the_day_costs_the_same_statements_with_many_rows_as_with_one(desk: Desk) -> None:
    def sent() -> int:
        with time_machine.travel(at("2026-09-03 10:00"), tick=False):
            client = desk.browser("supervisor")
            with statements(desk.app) as seen:
                assert client.get("/office/day").status_code == 200
        return len(seen)

    with desk.walking() as walker:
        walker.to("reported")
    few = sent()
    with desk.walking() as walker:
        for _ in range(30):
            walker.do(walker.do(None, "report"), "assign")
    shows_rows = sum(bool(block.columns) for block in BLOCKS)
    assert sent() == few <= FOR_THE_FRAME + 4 + shows_rows
