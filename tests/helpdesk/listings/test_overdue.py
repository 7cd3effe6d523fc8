"""逾期清单 and 将到期: which legs, whose, how late in working days, what comes next, and the subtotals."""

from datetime import date

import pytest
import time_machine

from helpdesk.listings import showing
from helpdesk.listings.words import Reading
from helpdesk.org.roles import Seating
from helpdesk.problems.cases import Standing
from tests.desk import Desk
from tests.lists import json_of, page_groups, page_rows
from tests.visitors import at


def reading(moment: str) -> Reading:
    return Reading(Standing(0, Seating(()), at(moment)))


# -- Counting ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_on", "today", "days"),
    [
        ("2026-09-18", "2026-09-19", 0),  # a Saturday that is one
        ("2026-09-18", "2026-09-20", 1),  # a Sunday on which one works, for National Day
        ("2026-09-18", "2026-09-21", 2),
        ("2026-09-30", "2026-10-07", 0),  # seven days off
        ("2026-09-30", "2026-10-08", 1),
        ("2026-09-30", "2026-10-10", 3),  # a Saturday on which one works
        ("2026-02-13", "2026-02-14", 1),  # the Saturday before Spring Festival
        ("2026-02-14", "2026-02-23", 0),
        ("2026-02-14", "2026-02-24", 1),
        ("2025-12-31", "2026-01-04", 1),  # over the turn of the year, with a working Sunday
    ],
)
def test_lateness_is_counted_in_working_days_with_make_up_weekends(due_on: str, today: str, days: int) -> None:
    assert reading(f"{today} 10:00").late_days(date.fromisoformat(due_on)) == days


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2026-09-23", "将到期提醒 9月24日"),  # the 25th is Mid-Autumn
        ("2026-09-30", "催办通知书 10月8日"),  # due on 30 September, then seven days off
        ("2026-10-07", "催办通知书 10月8日"),
        ("2026-10-08", "一级督办 10月13日"),  # 10 October is a working Saturday
        ("2026-10-13", "二级督办 10月20日"),
        ("2026-10-20", "已到二级督办"),
        ("2026-12-01", "已到二级督办"),
    ],
)
def test_the_next_milestone_is_named_with_its_day(today: str, words: str) -> None:
    assert reading(f"{today} 10:00").next_step("handle", date(2026, 9, 30)) == words


def test_a_milestone_of_next_year_says_the_year() -> None:
    assert reading("2026-12-31 10:00").next_step("handle", date(2026, 12, 31)) == "催办通知书 2027年1月1日"


# -- The list ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def late(desk: Desk) -> Desk:
    """Reported at eight on 1 September: with the group, with its handler, with 调度室, with the reporter, far ahead."""
    desk.at("assigned", title="还没有签收")
    signed = desk.at("handling", title="承办人在办")
    desk.at("reported", title="还没有受理")
    desk.at("returned", title="等上报人补充")
    with desk.walking() as walker:
        walker.do(signed, "respond")
    return desk


def test_there_is_a_row_for_every_leg_that_is_late_and_none_for_the_others(late: Desk) -> None:
    with time_machine.travel(at("2026-09-02 23:59"), tick=False):
        assert json_of(late.browser("supervisor"), "overdue")["rows"] == []
    with time_machine.travel(at("2026-09-03 00:00"), tick=False):
        found = json_of(late.browser("supervisor"), "overdue")["rows"]
    assert {(row["title"], row["leg"]) for row in found} == {("还没有签收", "签收"), ("还没有受理", "受理")}
    with time_machine.travel(at("2026-09-11 10:00"), tick=False):
        found = json_of(late.browser("supervisor"), "overdue")["rows"]
    assert {(row["title"], row["leg"]) for row in found} == {
        ("还没有签收", "签收"),
        ("还没有签收", "首次反馈"),
        ("还没有签收", "办理"),
        ("承办人在办", "办理"),
        ("还没有受理", "受理"),
        ("等上报人补充", "补充"),
    }


def test_each_row_says_who_answers_for_it_today(late: Desk) -> None:
    with time_machine.travel(at("2026-09-11 10:00"), tick=False):
        client = late.browser("supervisor")
        rows = json_of(client, "overdue")["rows"]
        shown = page_rows(client, "/lists/overdue")
    who = {(row["title"], row["leg"]): (row["unit"], row["person"]) for row in rows}
    assert who[("还没有签收", "签收")] == ("基础设施保障组", "某group_lead")
    assert who[("还没有签收", "办理")] == ("基础设施保障组", "某group_lead")  # nobody is named yet
    assert who[("承办人在办", "办理")] == ("基础设施保障组", "某handler")
    assert who[("还没有受理", "受理")] == ("调度室", None)
    assert who[("等上报人补充", "补充")] == ("上报人", "某reporter")
    cells = {(row["问题"], row["环节"]): row["责任组/承办人"] for row in shown}
    assert cells[("承办人在办", "办理")] == "基础设施保障组 某handler"
    assert cells[("还没有受理", "受理")] == "调度室"
    assert cells[("等上报人补充", "补充")] == "某reporter"


def test_a_row_says_how_late_and_the_last_word_and_what_comes_next(late: Desk) -> None:
    with time_machine.travel(at("2026-09-11 10:00"), tick=False):
        client = late.browser("supervisor")
        row = next(row for row in page_rows(client, "/lists/overdue") if row["问题"] == "承办人在办")
        early = next(row for row in page_rows(client, "/lists/overdue") if row["环节"] == "签收")
    assert row["应办"] == "9月10日，为什么是这一天？"
    assert row["逾期"] == "1"
    assert row["最近进展"] == "办理打算写得足够长，至少十个字"
    assert row["下一步时点"] == "一级督办 9月17日"
    assert (early["逾期"], early["下一步时点"]) == ("7", "二级督办 9月16日")


def test_rows_stand_by_unit_with_subtotals_and_the_longest_late_first(late: Desk) -> None:
    with time_machine.travel(at("2026-09-11 10:00"), tick=False):
        client = late.browser("supervisor")
        found = json_of(client, "overdue")
        groups = page_groups(client, "/lists/overdue")
    assert found["groups"] == [
        {"unit": "调度室", "count": 1, "longest_late_days": 7},
        {"unit": "基础设施保障组", "count": 4, "longest_late_days": 7},
        {"unit": "上报人", "count": 1, "longest_late_days": 5},
    ]
    assert groups == [
        "调度室共 1 项，最长逾期 7 个工作日",
        "基础设施保障组共 4 项，最长逾期 7 个工作日",
        "上报人共 1 项，最长逾期 5 个工作日",
    ]
    assert [row["late_days"] for row in found["rows"]] == [7, 7, 5, 1, 1, 5]
    assert [row["index"] for row in found["rows"]] == [1, 2, 3, 4, 5, 6]


def test_a_group_that_goes_on_over_the_page_says_so_with_its_whole_subtotal(
    late: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "PAGE", 3)
    with time_machine.travel(at("2026-09-11 10:00"), tick=False):
        client = late.browser("supervisor")
        assert page_groups(client, "/lists/overdue")[1] == "基础设施保障组共 4 项，最长逾期 7 个工作日"
        second = "/lists/overdue?page=2"
        assert page_groups(client, second)[0] == "基础设施保障组（续）共 4 项，最长逾期 7 个工作日"
        assert [row["序号"] for row in page_rows(client, second)] == ["4", "5", "6"]
        assert "共 6 项" in client.get(second).text


def test_late_by_an_hour_is_late_but_by_no_working_day(desk: Desk) -> None:
    desk.at("assigned", title="车间停电", urgency="urgent")
    with time_machine.travel(at("2026-09-01 11:00"), tick=False):
        client = desk.browser("supervisor")
        [row] = page_rows(client, "/lists/overdue")
        [number] = [row["late_days"] for row in json_of(client, "overdue")["rows"]]
    assert (row["环节"], row["逾期"], number) == ("首次反馈", "不足 1", 0)


def test_a_waiting_or_finished_leg_is_not_late(desk: Desk) -> None:
    suspended, closed = desk.at("suspended"), desk.at("closed")
    assert suspended != closed
    with time_machine.travel(at("2026-10-20 10:00"), tick=False):
        rows = json_of(desk.browser("supervisor"), "overdue")["rows"]
    assert {(row["id"], row["leg"]) for row in rows} == {(suspended, "复核")}


def test_a_silent_enterprise_is_nobodys_lateness(desk: Desk) -> None:
    desk.at("evaluating")
    with time_machine.travel(at("2026-09-30 10:00"), tick=False):
        assert json_of(desk.browser("supervisor"), "overdue")["rows"] == []


def test_filters_narrow_rows_and_subtotals_alike(late: Desk) -> None:
    unit = late.world.units["调度室"]
    with time_machine.travel(at("2026-09-11 10:00"), tick=False):
        client = late.browser("supervisor")
        for query, count in {
            f"group={unit}": 1,
            "group=none": 1,
            "leg=handle": 2,
            "lamp=purple": 2,
            "lamp=red": 4,
            "q=签收": 3,
            "urgency=urgent": 0,
            "enterprise=一号": 6,
            f"group={late.world.group_id}&leg=sign&lamp=purple&q=签收": 1,
        }.items():
            found = json_of(client, "overdue", f"?{query}")
            assert found["count"] == count, query
            assert sum(group["count"] for group in found["groups"]) == count, query


def test_due_soon_holds_what_is_yellow_and_the_most_pressing_first(late: Desk) -> None:
    client = late.browser("supervisor")
    rows = json_of(client, "due-soon")["rows"]
    assert [(row["leg"], row["due_on"]) for row in rows] == [
        ("签收", "2026-09-02"),
        ("受理", "2026-09-02"),
        ("首次反馈", "2026-09-04"),
        ("补充", "2026-09-04"),
    ]
    assert rows[0]["lamp"] == {"colour": "yellow", "words": "黄 明天到期"}
    assert rows[0]["next"] == "今日到期 9月2日"
