"""统计数据 as a page: who sees what of it, what it says where there is nothing, and its files."""

import re
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from helpdesk.figures.scope import Scope, district
from helpdesk.figures.tables import by
from tests.desk import TUESDAY_MORNING, Desk
from tests.lists import statements
from tests.visitors import text_of
from tests.walking import Walker

ADDRESS = "/figures"


def rows_of(client: FlaskClient, query: str = "") -> list[dict[str, Any]]:
    """The lines of the JSON file, the whole last."""
    answer = client.get(f"/figures/figures.json{query}", buffered=True)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json["rows"]  # type: ignore[index]
    return found


SEATED = ("dispatcher", "dispatch_lead", "supervisor", "chief")


def handled(walker: Walker, satisfaction: str = "satisfied", **given: Any) -> int:
    """A problem of the first group that the enterprise has evaluated."""
    key = walker.to("handling")
    for action in ("respond", "submit", "approve"):
        walker.do(key, action)
    return walker.do(key, "evaluate", satisfaction=satisfaction, **given)


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """Six evaluated problems of the first group, one of them not satisfied, and one that nobody has yet."""
    with desk.walking() as walker:
        for satisfaction in ("satisfied", "satisfied", "satisfied", "fair", "fair", "dissatisfied"):
            handled(walker, satisfaction)
        walker.to("reported")
    return desk


@pytest.mark.parametrize("part", SEATED)
def test_the_offices_see_the_district_with_numerator_and_denominator(busy: Desk, part: str) -> None:
    words = text_of(busy.browser(part).get(ADDRESS))
    # 满意率 = (3 + 0.9 x 2) / 6 = 80 %; 综合 = 100 x (0.1 x 1 + 0.5 x 1 + 0.4 x 0.8) = 92
    assert "80% 4.8 /6" in words
    assert "92 共 6" in words
    assert "基础设施保障组" in words
    assert "营商环境组" in words, "a group without anything has its line too"
    assert "只统计" not in words


def test_a_lead_sees_the_figures_of_his_own_group_and_another_none_of_them(busy: Desk) -> None:
    mine = text_of(busy.browser("group_lead").get(ADDRESS))
    assert "80% 4.8 /6" in mine
    assert "只统计您负责的责任组" in mine
    other = text_of(busy.browser("other_lead").get(ADDRESS))
    assert "4.8 /6" not in other
    assert "基础设施保障组" not in other.partition("怎么算的")[0].partition("企业评价")[2]


def test_a_cadre_sees_those_of_his_own_enterprises(busy: Desk) -> None:
    assert "80% 4.8 /6" in text_of(busy.browser("cadre").get(ADDRESS))
    assert "80% 4.8 /6" in text_of(busy.browser("reporter").get(ADDRESS))


def test_a_stranger_learns_nothing(busy: Desk) -> None:
    for address in (ADDRESS, "/lists/marks", "/lists/marks.json", "/figures/figures.json?by=category"):
        answer = busy.browser("stranger").get(address, buffered=True)
        assert not re.search(r"\b6\b.*有效回访|示例一号|〔2026〕", answer.text), address
    rows = rows_of(busy.browser("stranger"))
    assert all(row["answered"] == row["reported"] == 0 for row in rows)


def test_administrators_take_no_part(busy: Desk) -> None:
    for address in (ADDRESS, "/figures/figures.json", "/lists/marks"):
        assert busy.browser("administrator").get(address).status_code == 403, address


def test_every_link_of_the_page_leads_to_as_many_rows_as_it_says(busy: Desk) -> None:
    client = busy.browser("supervisor")
    page = client.get(f"{ADDRESS}?by=category").text
    followed = 0
    for address, words in re.findall(
        r'<a href="(/lists/(?:marks|legs)[^"]*)">([\d,]+)</a>(?! <span class="figures__of">共)', page
    ):
        where = unquote(address.replace("&amp;", "&")).replace("/lists/marks", "/lists/marks.json")
        found = client.get(where.replace("/lists/legs", "/lists/legs.json"), buffered=True).json
        assert found["count"] == int(words.replace(",", "")), address
        followed += 1
    assert followed >= 10


def test_a_small_sample_says_so(desk: Desk) -> None:
    with desk.walking() as walker:
        handled(walker)
    words = text_of(desk.browser("supervisor").get(ADDRESS))
    assert "100% 1 /1，样本少" in words


def test_nobody_reached_is_no_answer_and_no_hundred_per_cent(desk: Desk) -> None:
    with desk.walking() as walker:
        key = walker.to("calling_back")
        for _ in range(3):
            walker.do(key, "call_back", by="supervisor", reached="no")
    row = rows_of(desk.browser("supervisor"))[-1]
    assert (row["answered"], row["satisfaction"], row["overall"], row["unreached"]) == (0, None, None, 3)
    assert (row["coverage"], row["coverage_of"], row["coverage_from"]) == (0, 0, 1)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?from=2026-12-01&until=2026-12-31", "还没有到"),
        ("?from=2026-09-30&until=2026-09-01", "开始日期晚于结束日期"),
        ("?from=1990-01-01&until=2026-09-01&by=month", "按月分列最多看"),
    ],
)
def test_a_period_that_makes_no_sense_is_said_clearly(busy: Desk, query: str, says: str) -> None:
    page = busy.browser("supervisor").get(f"{ADDRESS}{query}")
    assert page.status_code == 200
    assert says in page.text
    assert rows_of(busy.browser("supervisor"), query) == []


def test_a_period_without_data_shows_dashes(busy: Desk) -> None:
    words = text_of(busy.browser("supervisor").get(f"{ADDRESS}?from=2025-03-01&until=2025-03-31"))
    assert "2025年3月1日至3月31日" in words
    assert "–" in words
    assert "100%" not in words.partition("怎么算的")[0]


@pytest.mark.parametrize("by", ["group", "unit", "cadre", "category", "street", "month", "nonsense"])
def test_it_can_be_divided_by_everything_and_taken_along(busy: Desk, by: str) -> None:
    client = busy.browser("dispatcher")
    assert client.get(f"{ADDRESS}?by={by}").status_code == 200
    rows = rows_of(client, f"?by={by}")
    assert (rows[-1]["label"], rows[-1]["answered"]) == ("合计", 6)
    assert client.get(f"/figures/figures.xlsx?by={by}", buffered=True).data[:2] == b"PK"


def test_an_export_goes_into_the_log(busy: Desk) -> None:
    from helpdesk.db import db
    from helpdesk.listings.models import Export

    busy.browser("supervisor").get("/figures/figures.xlsx", buffered=True)
    with busy.app.app_context():
        assert [each.listing for each in db.session.query(Export)] == ["figures"]


def test_a_table_takes_as_many_statements_however_many_lines_it_has(busy: Desk) -> None:
    me_now = TUESDAY_MORNING

    def table(dimension: str) -> int:
        with busy.app.app_context():
            scope = Scope(date(2026, 8, 1), date(2026, 9, 30), district(me_now))
            by(scope, dimension)  # what is known once is known
            with statements(busy.app) as seen:
                by(scope, dimension)
        return len(seen)

    assert table("group") == table("category") + 1 <= 6  # the names of the units
    assert table("month") == table("category")
