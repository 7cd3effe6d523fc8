"""What filters, order and pages mean; that lamps in SQL are the lamps of the rule book; that nonsense does no harm."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.listings import queries
from helpdesk.listings.catalogue import LISTINGS
from helpdesk.listings.words import LAMP_WORDS
from helpdesk.org.roles import Seating
from helpdesk.problems.cases import Standing, lamp_of
from helpdesk.problems.models import Problem, ProblemClock
from tests.desk import Desk
from tests.lists import json_of, page_rows, titles
from tests.visitors import at, text_of

MOMENTS = st.datetimes(datetime(2025, 1, 20), datetime(2026, 11, 1)).map(lambda moment: moment.replace(tzinfo=UTC))
"""Two Spring Festivals, two National Days, make-up weekends, the turn of a year."""

# -- Lamps -------------------------------------------------------------------------------------------------------------


def problem_due(now: datetime, days: int, hour: int | None, state: str) -> Problem:
    """Due at 24:00 of a day near ``now``, or in the middle of it for limits in hours."""
    due_on = calendar().day_of(now) + timedelta(days=days)
    due_at = (
        calendar().at(due_on + timedelta(days=1)) if hour is None else calendar().at(due_on) + timedelta(hours=hour)
    )
    problem = db.session.query(Problem).one()
    closed = state in ("closed", "closed late", "declined")
    problem.state = "closed" if state == "closed late" else state if closed else "reported"
    problem.phase, problem.closed_on = ("closed", due_on) if closed else ("open", None)
    problem.closing_number = "销〔2026〕0001" if problem.state == "closed" else None
    problem.closed_late, problem.waiting = state == "closed late", state == "waiting"
    problem.due_on, problem.due_at = (None, None) if closed else (due_on, due_at)
    db.session.flush()
    return problem


@pytest.fixture
def one_problem(app: Flask, desk: Desk) -> Flask:
    """A database with one problem, which a test changes as it likes."""
    desk.at("reported")
    return app


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    now=MOMENTS,
    days=st.integers(-25, 25),
    hour=st.none() | st.integers(0, 23),
    state=st.sampled_from(["running", "running", "running", "waiting", "closed", "closed late", "declined"]),
)
def test_a_problem_is_found_by_the_colour_of_its_lamp_and_by_no_other(
    one_problem: Flask, now: datetime, days: int, hour: int | None, state: str
) -> None:
    me = Standing(0, Seating(()), now)
    with one_problem.app_context():
        problem = problem_due(now, days, hour, state)
        lamp = lamp_of(problem, now)
        found = [
            colour for colour in LAMP_WORDS if db.session.query(Problem).where(queries.with_lamp(colour, me)).all()
        ]
        assert found == ([lamp.colour] if lamp else [])
        db.session.rollback()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(now=MOMENTS, days=st.integers(-25, 25), hour=st.none() | st.integers(0, 23))
def test_a_running_clock_is_overdue_due_soon_or_neither_as_its_lamp_says(
    one_problem: Flask, now: datetime, days: int, hour: int | None
) -> None:
    me = Standing(db_reporter(one_problem), Seating(()), now)
    with one_problem.app_context():
        problem = problem_due(now, days, hour, "running")
        clock = db.session.query(ProblemClock).one()
        assert problem.due_on is not None
        assert problem.due_at is not None
        clock.due_on, clock.due_at = problem.due_on, problem.due_at
        db.session.flush()
        lamp = lamp_of(problem, now)
        assert lamp is not None
        assert bool(queries.fetched(queries.overdue_clocks(me))) == (lamp.colour in ("red", "purple"))
        soon = queries.clocks_ahead(me).where(queries.clock_with_lamp("yellow", me))
        assert bool(queries.fetched(soon)) == (lamp.colour == "yellow")
        assert bool(queries.fetched(queries.clocks_ahead(me))) == (lamp.colour in ("green", "yellow"))
        db.session.rollback()


def db_reporter(app: Flask) -> int:
    with app.app_context():
        return int(db.session.query(Problem.reporter_id).scalar())


# -- Filters -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def varied(desk: Desk) -> Desk:
    """Problems that differ in everything one may look for."""
    with desk.walking() as walker:
        walker.do(None, "report", title="厂区门前道路积水", category="transport")
        urgent = walker.do(None, "report", title="LED 车间 100% 停电_三天", urgency="urgent", category="utilities")
        walker.do(urgent, "assign")
        other = walker.do(None, "report", title="招不到焊工", category="labour")
        walker.do(other, "assign", group=desk.world.other_group_id)
        walker.to("closed", title="食堂排队时间太长")
        walker.to("declined", title="邻居狗叫")
    return desk


NOT_CLOSED = ["招不到焊工", "LED 车间 100% 停电_三天", "厂区门前道路积水"]


FINDS = (
    ("", NOT_CLOSED),
    ("phase=open", NOT_CLOSED),
    ("phase=closed", ["邻居狗叫", "食堂排队时间太长"]),
    ("phase=all", ["邻居狗叫", "食堂排队时间太长", *NOT_CLOSED]),
    ("state=reported", ["厂区门前道路积水"]),
    ("state=closed", ["食堂排队时间太长"]),
    ("state=closed&phase=open", []),
    ("urgency=urgent", ["LED 车间 100% 停电_三天"]),
    ("category=labour", ["招不到焊工"]),
    ("group=none", ["厂区门前道路积水"]),
    ("lamp=yellow", NOT_CLOSED),
    ("lamp=green", []),
    ("lamp=blue", ["食堂排队时间太长"]),
    ("q=积水", ["厂区门前道路积水"]),
    ("q=led", ["LED 车间 100% 停电_三天"]),
    ("q=狗叫", ["邻居狗叫"]),
    ("q=〔2026〕0001", ["厂区门前道路积水"]),
    ("q=[2026]0003", ["招不到焊工"]),
    ("q=示例一号 食堂", ["食堂排队时间太长"]),
    ("q=%", ["LED 车间 100% 停电_三天"]),
    ("q=_", ["LED 车间 100% 停电_三天"]),
    ("q=没有这样的问题", []),
    ("enterprise=一号机械", NOT_CLOSED),
    ("enterprise=SLYH", NOT_CLOSED),
    ("enterprise=二号", []),
    ("from=2026-09-01", NOT_CLOSED),
    ("from=2026-09-02", []),
    ("until=2026-08-31", []),
    ("from=2026-09-01&until=2026-09-01", NOT_CLOSED),
)


def test_a_filter_finds_what_it_says(varied: Desk) -> None:
    client = varied.browser("supervisor")
    for query, found in FINDS:
        assert titles(client, "problems", f"?{quote(query, safe='=&')}") == found, query


def test_a_group_is_chosen_by_its_key_and_its_name_stands_in_the_filter(varied: Desk) -> None:
    client = varied.browser("supervisor")
    query = f"?group={varied.world.other_group_id}"
    assert titles(client, "problems", query) == ["招不到焊工"]
    assert json_of(client, "problems", query)["filters"] == {"责任组": "营商环境组"}
    assert "selected>营商环境组<" in client.get(f"/lists/problems{query}").text


def test_a_day_of_report_is_a_local_day(desk: Desk) -> None:
    with desk.walking() as walker:
        walker.now = at("2026-08-20 00:30")  # still the 19th in UTC
        walker.do(None, "report", title="半夜上报的")
    client = desk.browser("supervisor")
    assert titles(client, "problems", "?from=2026-08-20&until=2026-08-20") == ["半夜上报的"]
    assert titles(client, "problems", "?until=2026-08-19") == []


NONSENSE = (
    "phase=nonsense",
    "state=nonsense",
    "state=draft",
    "group=abc",
    "group=99999999999999999999",
    "group=-1",
    "urgency='; DROP TABLE problems; --",
    "lamp=white",
    "from=yesterday",
    "until=2026-02-30",
    "from=0000-00-00",
)


def test_a_value_that_makes_no_sense_is_left_out_and_the_page_says_so(varied: Desk) -> None:
    client = varied.browser("supervisor")
    for query in NONSENSE:
        page = client.get(f"/lists/problems?{quote(query, safe='=')}")
        assert page.status_code == 200, query
        assert "填的内容看不懂，没有按它筛选" in text_of(page), query
        assert titles(client, "problems", f"?{quote(query, safe='=')}") == NOT_CLOSED, query


WILD = (
    "page=0",
    "page=-3",
    "page=x",
    "page=99999999999999999999",
    "page=٣",
    "sort=nonsense",
    "sort=-",
    "sort=--due",
    "q=%F0%9F%98%80",
    "q=%5C",
    "q=" + "长" * 500,
    "from=9999-12-31",
    "until=9999-12-31",
    "from=0001-01-01",
    "until=0001-01-01",
    "unknown=1",
    "lamp=red&lamp=blue",
)


def test_no_address_breaks_a_list(varied: Desk) -> None:
    client = varied.browser("supervisor")
    for query in WILD:
        for address in (f"/lists/{name}{ending}" for name in LISTINGS for ending in ("", ".json")):
            assert client.get(f"{address}?{query}", buffered=True).status_code == 200, (address, query)


# -- Order and pages ---------------------------------------------------------------------------------------------------


def test_newest_first_unless_a_heading_is_pressed_and_pressing_it_again_turns_it_round(varied: Desk) -> None:
    client = varied.browser("supervisor")
    oldest_first = NOT_CLOSED[::-1]
    assert titles(client, "problems", "?sort=reported") == oldest_first
    assert titles(client, "problems", "?sort=-reported") == NOT_CLOSED
    assert 'href="/lists/problems?sort=reported"' in client.get("/lists/problems").text
    assert 'href="/lists/problems?sort=-reported"' in client.get("/lists/problems?sort=reported").text


def test_what_has_no_due_day_comes_last_in_both_directions(varied: Desk) -> None:
    client = varied.browser("supervisor")
    for sort in ("due", "-due"):
        found = titles(client, "problems", f"?phase=all&sort={sort}")
        assert set(found[3:]) == {"邻居狗叫", "食堂排队时间太长"}
        assert found[0] == ("LED 车间 100% 停电_三天" if sort == "due" else "招不到焊工")


def test_pages_keep_filters_and_order_and_the_last_one_leads_nowhere(desk: Desk) -> None:
    with desk.walking() as walker:
        for _ in range(51):
            walker.do(None, "report")
    client = desk.browser("supervisor")
    first = client.get("/lists/problems?sort=reported&urgency=ordinary")
    assert "共 51 件" in text_of(first)
    assert 'rel="next" href="/lists/problems?urgency=ordinary&amp;sort=reported&amp;page=2"' in first.text
    second = client.get("/lists/problems?sort=reported&urgency=ordinary&page=2")
    assert 'rel="prev" href="/lists/problems?urgency=ordinary&amp;sort=reported"' in second.text
    assert 'rel="next"' not in second.text
    assert [row["编号"] for row in page_rows(client, "/lists/problems?sort=reported&page=2")] == ["〔2026〕0051"]


def test_a_page_behind_the_last_one_says_so(varied: Desk) -> None:
    page = varied.browser("supervisor").get("/lists/problems?page=9")
    assert page.status_code == 200
    assert "这一页没有内容" in text_of(page)


# -- Nothing there -----------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_would_be_there_and_a_narrowed_one_how_to_widen_it(desk: Desk) -> None:
    client = desk.browser("supervisor")
    assert "没有逾期的环节" in text_of(client.get("/lists/overdue"))
    desk.at("reported")
    assert "台账里还没有在办的问题" in text_of(desk.browser("stranger").get("/lists/problems"))
    narrowed = client.get("/lists/problems?urgency=urgent")
    assert "没有符合条件的问题" in text_of(narrowed)
    assert 'href="/lists/problems">清除筛选' in narrowed.text


def test_a_waiting_problem_shows_no_day_that_it_would_be_due(desk: Desk) -> None:
    problem_id = desk.at("handling")
    with desk.walking() as walker:
        walker.now = at("2026-09-01 08:50")
        walker.do(problem_id, "withdraw", by="reporter")
    with time_machine.travel(at("2026-09-01 12:00"), tick=False):
        [row] = json_of(desk.browser("supervisor"), "problems", "?state=withdrawing")["rows"]
    assert row["due_on"] == date(2026, 9, 3).isoformat()  # the verification's own clock runs
    assert row["turn"] == "调度室"


def test_a_day_in_a_year_without_published_days_off_is_marked_provisional(desk: Desk) -> None:
    with desk.walking() as walker:
        walker.now = at("2026-12-24 09:00")
        walker.do(walker.do(None, "report"), "assign", difficulty="complex")
    with time_machine.travel(at("2026-12-31 10:00"), tick=False):
        client = desk.browser("supervisor")
        assert [row["应办"] for row in page_rows(client, "/lists/due-soon")] == []
        found = json_of(client, "overdue")["rows"]
        assert {row["leg"] for row in found} == {"签收", "首次反馈"}
    with time_machine.travel(at("2027-01-20 10:00"), tick=False):
        client = desk.browser("supervisor")
        [shown] = [row["应办"] for row in page_rows(client, "/lists/due-soon")]
        [row] = json_of(client, "due-soon")["rows"]
    assert shown.split("，")[0] == "1月21日（暂定）"
    assert (row["due_on"], row["provisional"]) == ("2027-01-21", "暂定")
