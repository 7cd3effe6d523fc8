"""各环节用时: every figure equals a slow recount, leads to its rows, and ranks nobody by how much was reported."""

from collections.abc import Iterator
from datetime import UTC, date, timedelta
from math import ceil
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.listings.fairness import FEW, quantile, share_in_time, share_words
from helpdesk.listings.leg_lists import LEG_TIMES
from helpdesk.listings.models import Export
from helpdesk.org.queries import units_by_id
from helpdesk.problems.models import ProblemClock
from tests.desk import Desk, open_desk
from tests.lists import json_of, page_groups, page_rows, sheet_rows, statements
from tests.people import SEATS
from tests.visitors import at, text_of
from workflows.book import CLOCKS
from workflows.clocks import Ended
from workflows.problem import PROBLEM

FIRST, SECOND = "基础设施保障组", "营商环境组"
LATER = at("2026-09-30 10:00")
ADDRESS = "/lists/leg-times"


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """The application with a district, at 9:00 on Tuesday, 1 September 2026."""
    with open_desk(app) as opened:
        yield opened


@pytest.fixture
def month(desk: Desk) -> Desk:
    """September: problems with two groups, some late, some handed over, one suspended, one urgent, some forgotten."""
    with desk.walking() as walker:
        walker.now = walker.now.astimezone(UTC)
        for number in range(9):
            urgency = "urgent" if number == 4 else "ordinary"
            key = walker.to("handling", title=f"第 {number} 个问题", urgency=urgency)
            walker.now += timedelta(days=number % 4, hours=5)
            if number % 3 == 1:
                walker.do(key, "reassign")
                continue
            walker.do(key, "respond")
            if number == 5:
                walker.do(key, "suspend")
            elif number % 3 == 0:
                walker.now += timedelta(days=number)
                walker.do(key, "submit")
                walker.do(key, "approve")
        walker.now = at("2026-09-16 09:00").astimezone(UTC)
        walker.to("reported", title="没人受理")
        walker.to("returned", title="等上报人补充")
    return desk


@pytest.fixture
def later(month: Desk) -> Iterator[Desk]:
    """The last day of September."""
    with time_machine.travel(LATER, tick=False):
        yield month


# -- One function per figure -------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 40), max_size=60), st.sampled_from([50, 90, 100]))
def test_a_quantile_is_the_shortest_time_that_so_many_kept(used: list[int], per_cent: int) -> None:
    found = quantile({each: used.count(each) for each in used}, per_cent)
    if not used:
        assert found is None
        return
    assert found == sorted(used)[ceil(len(used) * per_cent / 100) - 1]
    assert sum(each <= found for each in used) * 100 >= len(used) * per_cent
    assert sum(each < found for each in used) * 100 < len(used) * per_cent


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_a_share_is_100_only_when_all_were_in_time_and_nothing_when_there_are_none(in_time: int, late: int) -> None:
    share = share_in_time(in_time, in_time + late)
    if in_time + late == 0:
        assert share is None
    else:
        assert share is not None
        assert 0 <= share <= 100
        assert (share == 100) == (late == 0)
        assert abs(share - 100 * in_time / (in_time + late)) <= 0.1


def test_shares_of_nothing_and_of_little_say_so() -> None:
    assert share_words(None, 0) == "–"
    assert share_words(share_in_time(3, 4), FEW - 1) == "75%（样本少）"
    assert share_words(share_in_time(5, 6), FEW + 1) == "83.3%"


# -- Against a slow recount --------------------------------------------------------------------------------------------

Key = tuple[str, str, str]


def recounted(*, first: date | None = None, last: date | None = None) -> dict[Key, dict[str, Any]]:
    """The figures of all legs, row by row, from what the rows say; nothing of the house's own counting is used."""
    units = {key: unit.name for key, unit in units_by_id().items()}
    answerable = {name for action in PROBLEM.actions for name in action.stops}
    found: dict[Key, dict[str, Any]] = {}
    for row in db.session.query(ProblemClock).filter(ProblemClock.name != "evaluate"):
        went = how(row, answerable)
        ended = calendar().day_of(row.stopped_at) if row.stopped_at else calendar().day_of(LATER)
        if went is None or not (first or ended) <= ended <= (last or ended):
            continue
        key = (units.get(row.unit_id or 0, "上报人"), row.name, row.counted_in)
        figures = found.setdefault(key, {"in_time": 0, "late": 0, "void": 0, "times": []})
        figures[went] += 1
        if row.stopped_at and went != "void":
            figures["times"].append(used(row))
    return found


def how(row: ProblemClock, answerable: set[str]) -> str | None:
    """in_time, late, void; None for what counts not yet."""
    if row.stopped_at is None:
        return "late" if row.unspent is None and row.due_at <= LATER else None
    if row.late:
        return "late"
    gone = row.ended == Ended.HANDED_OVER or (row.ended == Ended.LEFT and row.name in answerable)
    return "void" if gone else "in_time"


def used(row: ProblemClock) -> int:
    """Days; minutes for limits in hours."""
    assert row.used is not None
    return row.used // 60 if "hours" in row.counted_in else row.used


def told(rows: list[dict[str, Any]]) -> dict[Key, dict[str, Any]]:
    """The figures as JSON tells them."""
    names = {clock.label: clock.name for clock in CLOCKS.values()}
    units = {"个工作日": "working_days", "天": "natural_days", "小时": "hours"}
    return {(row["unit"], names[row["leg"].partition("（")[0]], units[row["counted_in"]]): row for row in rows}


def the_same(found: dict[Key, dict[str, Any]], slow: dict[Key, dict[str, Any]]) -> None:
    """Every figure of every row."""
    assert found.keys() == slow.keys()
    for key, figures in slow.items():
        row, times = found[key], sorted(figures["times"])
        legs = figures["in_time"] + figures["late"]
        assert (row["in_time"], row["late"], row["void"], row["legs"]) == (
            *(figures[name] for name in ("in_time", "late", "void")),
            legs,
        ), key
        assert row["share"] == (round(100 * figures["in_time"] / legs, 1) if legs else None), key
        assert (row["few"] == "是") == (0 < legs < FEW), key
        for name, share in (("half", 0.5), ("most", 0.9)):
            middle = times[ceil(len(times) * share) - 1] if times else None
            in_hours = round(middle / 60, 1) if middle is not None and key[2] == "hours" else middle
            assert row[name] == in_hours, (key, name)


def test_every_figure_equals_a_slow_recount(later: Desk) -> None:
    found = told(json_of(later.browser("supervisor"), "leg-times")["rows"])
    with later.app.app_context():
        slow = recounted()
    the_same(found, slow)
    assert {"respond", "handle", "accept", "sign", "supplement"} <= {name for _, name, _ in found}
    assert (FIRST, "respond", "hours") in found
    handle = found[FIRST, "handle", "working_days"]
    assert handle["late"] > 0
    assert handle["void"] > 0
    assert (SECOND, "handle", "working_days") in found, "what the second group let run out"


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("?from=2026-09-03&until=2026-09-10", date(2026, 9, 3), date(2026, 9, 10)),
        ("?until=2026-09-02", None, date(2026, 9, 2)),
        ("?from=2026-09-20", date(2026, 9, 20), None),
        ("?period=month", date(2026, 9, 1), date(2026, 9, 30)),
        ("?period=last_month", date(2026, 8, 1), date(2026, 8, 31)),
        ("?period=recent", date(2026, 7, 2), date(2026, 9, 30)),
        ("?period=last_month&from=2026-09-03", date(2026, 9, 3), None),  # chosen days come first
    ],
)
def test_a_period_is_that_in_which_a_leg_ended(later: Desk, query: str, first: date | None, last: date | None) -> None:
    found = told(json_of(later.browser("supervisor"), "leg-times", query)["rows"])
    with later.app.app_context():
        slow = recounted(first=first, last=last)
    the_same(found, slow)


def test_old_legs_whose_used_time_was_not_written_down_are_counted_out(later: Desk) -> None:
    with later.app.app_context():
        slow = recounted()
        plain = db.session.query(ProblemClock).filter(ProblemClock.stopped_at.is_not(None))
        assert plain.update({"used": None, "late_by": None}) > 0
        db.session.commit()
    found = told(json_of(later.browser("supervisor"), "leg-times")["rows"])
    the_same(found, slow)


# -- Behind each figure ------------------------------------------------------------------------------------------------


def test_every_figure_leads_to_as_many_rows_as_it_says(later: Desk) -> None:
    client = later.browser("supervisor")
    page = client.get(f"{ADDRESS}?period=month").text
    followed = 0
    for cell in page.split("<td ")[1:]:
        link, words = cell.partition('href="')[2].partition('"')[0], cell.partition('">')[2].partition("</a>")[0]
        number = words.rpartition(">")[2].replace(",", "")
        if link.startswith("/lists/legs") and number.isdecimal():
            address = unquote(link.replace("&amp;", "&"))
            assert json_of(client, "legs", f"?{address.partition('?')[2]}")["count"] == int(number), link
            followed += 1
    assert followed >= 20


def test_the_rows_say_whose_leg_it_was_how_long_it_took_and_how_it_went(later: Desk) -> None:
    client = later.browser("supervisor")
    rows = json_of(client, "legs", "?leg=handle&result=late")["rows"]
    with later.app.app_context():
        slow = [row for row in db.session.query(ProblemClock).filter_by(name="handle") if how(row, set()) == "late"]
    assert len(rows) == len(slow) > 0
    assert {row["unit"] for row in rows} == {FIRST, SECOND}
    for row in rows:
        assert row["late_by"] > 0
        assert row["result"].startswith(("超时", "已逾期")), row
        assert (row["stopped_at"] is None) == (row["used"] is None)
    page = page_rows(client, "/lists/legs?leg=handle&result=late")
    assert len(page) == len(rows)


def test_a_group_sees_its_own_figures_whole_also_of_problems_that_left_it(later: Desk) -> None:
    everything = told(json_of(later.browser("supervisor"), "leg-times")["rows"])
    own = told(json_of(later.browser("group_lead"), "leg-times")["rows"])
    assert {key: row for key, row in own.items() if key[0] == FIRST} == {
        key: row for key, row in everything.items() if key[0] == FIRST
    }
    gone = json_of(later.browser("group_lead"), "legs", "?leg=handle&result=void")["rows"]
    assert gone
    assert all(row["title"] is None and row["enterprise"] is None for row in gone)
    assert all(row["unit"] == FIRST and row["number"] for row in gone)
    page = later.browser("group_lead").get("/lists/legs?leg=handle&result=void").text
    assert 'href="/problems/' not in page.partition("<tbody")[2].partition("</table>")[0]


def test_nobody_reads_legs_of_problems_that_are_not_his_business(later: Desk) -> None:
    numbers = {row["number"] for row in json_of(later.browser("other_lead"), "legs")["rows"]}
    with later.app.app_context():
        units = {key: unit.name for key, unit in units_by_id().items()}
        of_second = {
            row.problem.number for row in db.session.query(ProblemClock) if units.get(row.unit_id or 0) == SECOND
        }
    assert numbers == of_second != set()


def test_units_and_legs_stand_in_their_order_never_by_number(later: Desk) -> None:
    groups = page_groups(later.browser("supervisor"), ADDRESS)
    with later.app.app_context():
        order = [unit.name for unit in units_by_id().values()]
    assert groups == [*(name for name in order if name in groups), "上报人"]
    assert LEG_TIMES.sorts == frozenset()


# -- Doors -------------------------------------------------------------------------------------------------------------


def test_whoever_holds_a_seat_may_open_it_and_others_are_told_who_may(desk: Desk) -> None:
    for part, (unit, _) in SEATS.items():
        seated = not unit.startswith("区") and part not in ("handler", "other_handler")
        answer = desk.browser(part).get(ADDRESS)
        assert answer.status_code == (200 if seated else 403), part
        assert desk.browser(part).get(f"{ADDRESS}.json", buffered=True).status_code == answer.status_code, part
        assert ("各环节用时" in desk.browser(part).get("/process").text) is seated, part
    assert "调度室" in text_of(desk.browser("stranger").get(ADDRESS))
    assert desk.browser("administrator").get(ADDRESS).status_code == 403


def test_nothing_to_count_says_so_in_every_format(desk: Desk) -> None:
    client = desk.browser("supervisor")
    assert "还没有结束的环节" in client.get(ADDRESS).text
    assert "清除筛选" in client.get(f"{ADDRESS}?leg=handle").text
    assert json_of(client, "leg-times")["rows"] == []
    assert sheet_rows(client, "leg-times") == []


def test_page_workbook_and_json_hold_the_same_figures(later: Desk) -> None:
    client = later.browser("supervisor")
    found, sheet = json_of(client, "leg-times"), sheet_rows(client, "leg-times")
    page = page_rows(client, ADDRESS)
    assert len(found["rows"]) == len(sheet) == len(page) > 10
    names = {column["label"]: column["name"] for column in found["columns"]}
    for row, cells, shown in zip(found["rows"], sheet, page, strict=True):
        assert {label: row[name] for label, name in names.items()} == cells
        assert shown["环节"] == row["leg"]
        assert shown["计入"] == str(row["legs"])
        assert shown["按期率"] == share_words(row["share"], row["legs"])


def test_what_leaves_the_house_is_in_the_export_log(later: Desk) -> None:
    sheet_rows(later.browser("supervisor"), "leg-times", "?leg=handle")
    with later.app.app_context():
        log = db.session.query(Export).one()
        assert (log.listing, log.form) == ("leg-times", "xlsx")


@pytest.mark.parametrize(
    "query", ["?period=nonsense", "?from=yesterday", "?group=999999", "?leg=%27;--", "?unit=years"]
)
def test_what_is_not_understood_is_named_and_left_out(later: Desk, query: str) -> None:
    client = later.browser("supervisor")
    for address in (f"{ADDRESS}{query}", f"/lists/legs{query}"):
        answer = client.get(address)
        assert answer.status_code == 200
        if not query.startswith("?unit") or "legs" in address:
            assert "看不懂" in answer.text or "没有按它筛选" in answer.text, address


def test_the_figures_take_as_many_statements_however_many_legs_there_are(desk: Desk) -> None:
    def sent(client: FlaskClient) -> int:
        with statements(desk.app) as seen:
            assert client.get(ADDRESS).status_code == 200
        return len(seen)

    desk.at("handling")
    few = sent(desk.browser("supervisor"))
    with desk.walking() as walker:
        for _ in range(12):
            walker.to("handling")
    assert sent(desk.browser("supervisor")) == few
