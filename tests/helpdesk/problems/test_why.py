"""为什么是这一天: the explanation is the date, for every clock whatever happened to it; who reads it, and in which words."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from helpdesk import rules
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices.models import Notice
from helpdesk.problems import explaining, moving, queries, why_words
from helpdesk.problems.explaining import Basis
from helpdesk.problems.models import ClockStep, ProblemClock, Strike
from helpdesk.problems.sweep import sweep
from tests.desk import Desk, open_desk
from tests.lists import statements
from tests.people import SEATS
from tests.visitors import at, text_of
from tests.walking import Walker, problem
from workflows.accounts import StepKind
from workflows.calendar import Mark
from workflows.policy import SHIPPED
from workflows.problem import PROBLEM
from workflows.terms import Choose, Limit, Phase

Act = Callable[[Walker, int], int]


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """The application with a district, at 9:00 on Tuesday, 1 September 2026."""
    with open_desk(app) as opened:
        yield opened


def does(name: str, **given: Any) -> Act:
    """An act on a problem."""
    return lambda walker, key: walker.do(key, name, **given)


def asks_for(days: int, grants: str) -> Act:
    """A longer limit is asked for, so many working days, and granted by that part."""

    def act(walker: Walker, key: int) -> int:
        row = running(key, "handle")
        walker.beside(key, "ask_extension", until_on=calendar().add(row.due_on, days))
        return walker.beside(key, "grant", by=grants)

    return act


def later(**span: int) -> Act:
    """Time goes by."""

    def act(walker: Walker, key: int) -> int:
        walker.now += timedelta(**span)
        return key

    return act


def objects(walker: Walker, key: int) -> int:
    """The other group says that it is not its business."""
    return walker.do(key, "object", by="other_lead", suggested_group=walker.world.group_id)


STORIES: dict[str, tuple[Act, ...]] = {
    "suspended and resumed, twice": (
        *(does("respond"), later(days=2), does("suspend"), later(days=9), does("resume"), later(days=1)),
        *(does("suspend"), later(days=30), does("resume"), later(days=3), does("submit"), does("send_back")),
    ),
    "suspended when it was late": (later(days=20), does("suspend"), later(days=12), does("resume"), later(days=1)),
    "extended twice, suspended in between": (
        *(later(days=1), asks_for(4, "dispatch_lead"), later(days=2), does("suspend"), later(days=8)),
        *(does("resume"), later(days=1), asks_for(5, "supervisor"), later(days=3), does("respond"), does("submit")),
    ),
    "given to another group that objects, in vain": (
        *(later(hours=2), does("reassign"), later(hours=3), objects),
        *(later(days=4), does("uphold"), later(days=1)),
    ),
    "elevated, referred, heard back": (
        *(later(days=1), does("elevate"), later(days=7), does("refer"), later(days=40), does("hear_back")),
        *(later(days=2), does("elevate"), later(days=3), does("instruct", group=None), later(days=1)),
    ),
    "withdrawn, and that rejected": (later(days=3), does("withdraw"), later(days=5), does("reject_withdrawal")),
    "over National Day": (later(days=20), does("suspend"), later(days=9), does("resume"), later(days=20)),
}


def running(problem_id: int, name: str) -> ProblemClock:
    """The clock of that name that has not stopped."""
    return next(row for row in queries.clocks_of(problem_id) if row.name == name and row.stopped_at is None)


def every_clock_counts_out_to_its_own_date(problem_id: int) -> int:
    """How many clocks were compared."""
    db.session.expire_all()
    rows = queries.clocks_of(problem_id)
    steps = queries.steps_of([row.id for row in rows])
    for row in rows:
        found = explaining.counted_out(explaining.history_of(row, steps.get(row.id, ())))
        about = (row.name, row.amount, row.counted_in, [(each.kind, each.at) for each in steps.get(row.id, ())])
        if row.unspent is not None:
            assert found.unspent == row.unspent, about
        else:
            assert (found.due.on, found.due.at) == (row.due_on, row.due_at), about
            assert found.due.provisional == row.provisional, about
    return len(rows)


# -- The date and its explanation --------------------------------------------------------------------------------------


@pytest.mark.parametrize("urgency", ["ordinary", "urgent"])
@pytest.mark.parametrize("story", STORIES)
def test_every_clock_counts_out_to_its_own_date_whatever_happened(walker: Walker, story: str, urgency: str) -> None:
    key = walker.to("handling", urgency=urgency)
    for act in STORIES[story]:
        act(walker, key)
        assert every_clock_counts_out_to_its_own_date(key) >= 3
    assert db.session.query(ClockStep).count() > 0


def test_every_clock_of_every_state_counts_out_to_its_own_date(walker: Walker) -> None:
    for state in PROBLEM.states:
        if state.phase is not Phase.START:
            every_clock_counts_out_to_its_own_date(walker.to(state.name))


def test_a_date_taken_over_from_before_is_told_honestly(walker: Walker) -> None:
    key = walker.to("handling")
    row = running(key, "handle")
    row.due_on = date(2026, 9, 17)
    row.due_at = calendar().at(date(2026, 9, 18))
    reason = "升级前已经暂停或者恢复过，日期照旧"
    fixed = ClockStep(clock_id=row.id, at=row.started_at, kind=StepKind.FIXED, reason=reason, until_on=row.due_on)
    db.session.add(fixed)
    db.session.commit()
    found = explaining.why(problem(key), row, Basis("13710"), walker.now)
    assert found.account.due.on == row.due_on
    assert found.from_record
    said = "".join(why_words.speech(found))
    assert "没有记录" in said
    assert "数到第" not in said


# -- Words -------------------------------------------------------------------------------------------------------------


def spoken(walker: Walker, key: int, name: str = "handle", now: datetime | None = None) -> str:
    """What is read out on the phone of the newest clock of that name."""
    row = [each for each in queries.clocks_of(key) if each.name == name][-1]
    return "".join(why_words.speech(explaining.why(problem(key), row, Basis("13710"), now or walker.now)))


def test_the_paragraph_tells_start_rule_days_and_due_day(walker: Walker) -> None:
    key = walker.to("handling")
    said = spoken(walker, key)
    assert "“办理”从9月1日 09:02开始计时，起因是某dispatcher（调度室）交办。" in said
    assert "按照“13710”规则（随系统发布），时限是 7 个工作日。" in said
    assert "数到第 7 天，应办日期是9月10日（周四），当天 24:00 之前办完都算按时。" in said
    assert said.endswith("到现在已经用了 0 个工作日。")


def test_days_off_and_working_weekends_are_named(walker: Walker) -> None:
    walker.now = at("2026-09-28 09:00")
    said = spoken(walker, walker.to("handling"))
    assert "10月1日至7日国庆节放假" in said
    assert "10月10日（周六）调休上班" in said
    assert "应办日期是10月13日（周二）" in said


def test_waits_extensions_and_who_granted_them_are_told(walker: Walker) -> None:
    key = walker.to("handling")
    asks_for(3, "dispatch_lead")(walker, key)
    walker.do(key, "suspend", reason="等上级批复")
    waiting = spoken(walker, key)
    assert "某dispatch_lead（调度室）批准延期到9月15日（周二）" in waiting
    assert "9月1日（周二）起暂停计时（挂账：等上级批复）" in waiting
    assert "现在暂停计时，还剩 10 个工作日" in waiting
    walker.now += timedelta(days=6)
    walker.do(key, "resume")
    resumed = spoken(walker, key)
    assert "9月7日（周一）恢复计时" in resumed
    assert "数到第 10 天（原来 7 天，加上批准延长的），应办日期是9月20日（周日）" in resumed


def test_how_it_ended_is_told(walker: Walker) -> None:
    key = walker.to("handling")
    walker.do(key, "respond")
    assert "这个环节已经在9月1日 09:04结束，用了 0 个工作日，按时。" in spoken(walker, key, "respond")
    late = walker.to("reported")
    walker.now += timedelta(days=6)
    assert "现在已经超过应办日期 3 个工作日，还没有办完。" in spoken(walker, late, "accept")
    walker.do(late, "assign")
    assert "用了 4 个工作日，超过应办日期 3 个工作日。" in spoken(walker, late, "accept")


def test_a_date_beyond_the_published_years_says_what_will_change_it(walker: Walker) -> None:
    last = calendar().last_year
    walker.now = at(f"{last}-12-25 09:00")
    key = walker.to("handling", urgency="ordinary")
    said = spoken(walker, key)
    assert f"{last + 1} 年的放假安排还没有公布，这个日期是暂定的" in said
    assert "会重新计算" in said


# -- The page and its JSON ---------------------------------------------------------------------------------------------


def address(desk: Desk, problem_id: int, name: str = "handle") -> str:
    """The address of the explanation of a running clock."""
    with desk.app.app_context():
        return f"/problems/{problem_id}/clocks/{running(problem_id, name).id}"


def test_whoever_may_see_the_problem_may_ask_and_nobody_else(desk: Desk) -> None:
    key = desk.at("handling")
    url = address(desk, key)
    for part in [*SEATS, "administrator"]:
        browser = desk.browser(part)
        may = browser.get(f"/problems/{key}").status_code
        assert may in (200, 404)
        assert browser.get(url).status_code == may, part
        assert browser.get(f"{url}.json").status_code == may, part
    assert desk.browser("stranger").get(url).status_code == 404
    assert desk.browser("handler").get(url).status_code == 200


def test_a_clock_is_found_only_with_its_own_problem(desk: Desk) -> None:
    first, second = desk.at("handling"), desk.at("handling")
    tail = address(desk, second).rpartition("/")[2]
    browser = desk.browser("dispatcher")
    assert browser.get(f"/problems/{first}/clocks/{tail}").status_code == 404
    assert browser.get(f"/problems/{second}/clocks/999999").status_code == 404
    assert browser.get(f"/problems/{second}/clocks/999999.json").status_code == 404


def test_the_page_reads_out_the_paragraph_and_shows_the_days(desk: Desk) -> None:
    page = desk.browser("reporter").get(address(desk, desk.at("handling")))
    words = text_of(page)
    assert "应办日期是9月10日（周四）" in words
    assert "2026年9月" in page.text
    for mark in ("起", "第1", "第7", "休", "应办"):
        assert f">{mark}<" in page.text, mark
    assert "收到，当天不算" in words
    assert "9月7日（周一）将到期提醒" in words, "what comes next"


def test_every_clock_of_the_problems_page_leads_to_its_explanation(desk: Desk) -> None:
    key = desk.at("reviewing")
    browser = desk.browser("group_lead")
    page = browser.get(f"/problems/{key}").text
    with desk.app.app_context():
        rows = [row.id for row in queries.clocks_of(key)]
        pressing = running(key, "review").id
    for clock_id in rows:
        assert f'href="/problems/{key}/clocks/{clock_id}"' in page
        assert browser.get(f"/problems/{key}/clocks/{clock_id}").status_code == 200
    assert f'turn__why"><a href="/problems/{key}/clocks/{pressing}">为什么是这一天？' in page


@pytest.mark.parametrize("name", ["overdue", "due-soon"])
def test_the_due_day_in_the_lists_leads_to_its_explanation(desk: Desk, name: str) -> None:
    key = desk.at("reported")
    url = address(desk, key, "accept")
    with time_machine.travel(at("2026-09-04 10:00" if name == "overdue" else "2026-09-01 10:00"), tick=False):
        page = desk.browser("supervisor").get(f"/lists/{name}").text
    assert f'href="{url}"' in page


def test_the_json_has_the_same_date_and_all_that_it_follows_from(desk: Desk) -> None:
    key = desk.at("handling")
    with desk.walking() as walker:
        walker.do(key, "suspend")
        walker.now += timedelta(minutes=2)
        walker.do(key, "resume")
    found = desk.browser("handler").get(f"{address(desk, key)}.json").get_json()
    assert found["due"] == {"on": "2026-09-10", "at": "2026-09-11T00:00+08:00", "provisional": False}
    assert found["counted_due_on"] == "2026-09-10"
    assert found["started_by"] == {"who": "某dispatcher（调度室）", "act": "交办"}
    assert found["limit"] == {"amount": 7, "unit": "working_days"}
    assert found["policy"]["name"] == "13710"
    assert found["policy"]["number"] is None
    assert [each["kind"] for each in found["steps"]] == ["waited", "resumed"]
    assert found["days"][0] == {
        "on": "2026-09-01",
        "kind": "start",
        "number": None,
        "why": found["days"][0]["why"],
        "source": "",
        "provisional": False,
        "seconds": None,
    }
    assert max(each["number"] or 0 for each in found["days"]) == found["allowed"] == 7
    assert [each["label"] for each in found["ahead"]][:3] == ["将到期提醒", "明日到期提醒", "今日到期"]
    assert found["ahead"][0]["on"] == "2026-09-07"
    assert found["told"] == []
    assert found["state"] == "running"


def test_a_waiting_clock_has_no_due_day_and_says_what_is_left(desk: Desk) -> None:
    key = desk.at("suspended")
    found = desk.browser("dispatcher").get(f"{address(desk, key)}.json").get_json()
    assert found["due"] is None
    assert found["unspent"] == 7
    assert found["ahead"] == []
    assert "还剩 7 个工作日" in "".join(found["speech"])


# -- What was told -----------------------------------------------------------------------------------------------------


def test_milestones_that_struck_are_told_with_their_true_day_and_everybody_who_heard(desk: Desk) -> None:
    key = desk.at("reported")
    url = address(desk, key, "accept")
    with desk.app.app_context():
        sweep(at("2026-09-08 10:00"))  # an outage of six days: reminders lapse, escalations do not
    with time_machine.travel(at("2026-09-08 11:00"), tick=False):
        browser = desk.browser("dispatcher")
        found, page = browser.get(f"{url}.json").get_json(), text_of(browser.get(url))
    told = {each["label"]: each for each in found["told"]}
    assert (told["今日到期"]["lapsed"], told["今日到期"]["struck_on"]) == (True, "2026-09-02")
    assert (told["催办通知书"]["lapsed"], told["催办通知书"]["struck_on"]) == (False, "2026-09-03")
    assert told["今日到期"]["notices"] == []
    assert "某dispatcher" in {each["to"] for each in told["催办通知书"]["notices"]}
    assert {each["status"] for each in told["催办通知书"]["notices"]} == {"waiting"}
    assert [each["label"] for each in found["ahead"]] == ["一级督办", "二级督办"]
    assert "9月3日（周四） 催办通知书" in page
    assert "日子已过，没有再提醒" in page
    with desk.app.app_context():
        strikes = db.session.query(Strike).count()
        assert strikes == len(found["told"])
        heard = db.session.query(Notice).filter(Notice.cause.startswith("s")).count()
        assert heard == sum(len(each["notices"]) for each in found["told"])


# -- What would be -----------------------------------------------------------------------------------------------------


def test_a_suspension_until_a_day_is_tried_out_without_changing_anything(desk: Desk) -> None:
    key = desk.at("handling")
    url = address(desk, key)
    browser = desk.browser("handler")
    page = browser.get(f"{url}?until=2026-09-14")
    assert "如果从今天起挂账，到9月14日（周一）恢复办理，应办日期将是9月22日（周二）24:00 前。" in page.text
    plain = browser.get(f"{url}.json?until=2026-09-14").get_json()["supposed"]
    assert (plain["until_on"], plain["due_on"]) == ("2026-09-14", "2026-09-22")
    with desk.walking() as walker:
        row = running(key, "handle")
        assert (row.due_on, row.unspent) == (date(2026, 9, 10), None)
        walker.now = at("2026-09-01 09:00")
        walker.do(key, "suspend")
        walker.now = at("2026-09-14 09:00")
        walker.do(key, "resume")
        assert running(key, "handle").due_on == date(2026, 9, 22), "it is the same account"


def test_ten_days_are_supposed_where_nobody_chose(desk: Desk) -> None:
    page = desk.browser("handler").get(address(desk, desk.at("handling")))
    assert 'name="until" value="2026-09-11"' in page.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("2026-09-01", "要晚于今天"),
        ("2020-01-01", "要晚于今天"),
        ("2031-01-01", "最多往后算一年"),
        ("9月14日", "请填写一个日期"),
        ("9999-99-99", "请填写一个日期"),
    ],
)
def test_a_day_that_makes_no_sense_is_refused_and_stays_in_the_form(desk: Desk, typed: str, says: str) -> None:
    url = address(desk, desk.at("handling"))
    browser = desk.browser("handler")
    page = browser.get(url, query_string={"until": typed})
    assert says in page.text
    assert f'value="{typed}"' in page.text
    assert "应办日期将是" not in page.text
    plain = browser.get(f"{url}.json", query_string={"until": typed})
    assert plain.status_code == 422
    assert says in plain.get_json()["errors"]["until"]


def test_a_waiting_clock_is_asked_when_it_would_be_due_if_it_went_on(desk: Desk) -> None:
    url = address(desk, desk.at("suspended"))
    assert (
        "如果到9月8日（周二）恢复办理，应办日期将是9月17日"
        in desk.browser("handler").get(f"{url}?until=2026-09-08").text
    )


def test_what_no_suspension_touches_is_not_asked(desk: Desk) -> None:
    url, browser = address(desk, desk.at("reported"), "accept"), desk.browser("dispatcher")
    for query in ("", "?until=2026-09-14", "?until=2020-01-01"):
        page, plain = browser.get(url + query), browser.get(f"{url}.json{query}")
        assert "算一算" not in page.text
        assert (plain.status_code, plain.get_json()["supposed"]) == (200, None)


# -- Cost --------------------------------------------------------------------------------------------------------------


def test_the_explanation_takes_as_many_statements_however_much_happened(desk: Desk) -> None:
    key = desk.at("reported")
    url = address(desk, key, "accept")

    def sent() -> int:
        client = desk.browser("dispatcher")
        with statements(desk.app) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    before = sent()
    with desk.app.app_context():
        sweep(at("2026-09-30 10:00"))
    with time_machine.travel(at("2026-09-30 11:00"), tick=False):
        assert sent() <= before + 1


# -- The command -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted", ["〔2026〕0001", "[2026]1", "（2026）0001号", "2026-0001", "2026 1", "20260001", "1"]
)
def test_the_command_counts_every_running_clock_out(desk: Desk, wanted: str) -> None:
    desk.at("handling")
    told = desk.app.test_cli_runner().invoke(args=["clocks", "why", wanted])
    assert told.exit_code == 0, told.output
    assert "〔2026〕0001 首次反馈" in told.output
    assert "〔2026〕0001 办理" in told.output
    assert "应办日期是9月10日（周四）" in told.output
    assert "收到，当天不算" in told.output
    assert "签收" not in told.output.replace("交办", "").partition("办理")[0]


def test_the_command_speaks_json_and_of_one_clock_also_when_it_has_stopped(desk: Desk) -> None:
    desk.at("handling")
    runner = desk.app.test_cli_runner()
    every = json.loads(runner.invoke(args=["clocks", "why", "2026-1", "--json"]).output)
    assert every["problem"] == "〔2026〕0001"
    assert [each["clock"]["name"] for each in every["clocks"]] == ["respond", "handle"]
    one = json.loads(runner.invoke(args=["clocks", "why", "2026-1", "--clock", "accept", "--json"]).output)
    assert [(each["clock"]["name"], each["state"]) for each in one["clocks"]] == [("accept", "in_time")]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["2027-1"], "there is no problem"),
        (["99"], "there is no problem"),
        (["那个问题"], "there is no problem"),
        (["1", "--clock", "explode"], "never had a clock"),
    ],
)
def test_the_command_says_what_it_does_not_know(desk: Desk, args: list[str], says: str) -> None:
    desk.at("handling")
    told = desk.app.test_cli_runner().invoke(args=["clocks", "why", *args])
    assert told.exit_code == 1
    assert says in told.output


def test_a_closed_problem_has_nothing_that_runs(desk: Desk) -> None:
    desk.at("closed")
    assert "没有正在计时的环节" in desk.app.test_cli_runner().invoke(args=["clocks", "why", "1"]).output


# -- New limits, new days off ------------------------------------------------------------------------------------------


def with_other_rules(app: Flask, days: int) -> None:
    """From now on the rules in force give so many working days to handle an ordinary problem."""
    handle = SHIPPED.limits["handle"]
    assert isinstance(handle, Choose)
    other = replace(handle, limits={**handle.limits, "ordinary": Limit(days)})
    policy = replace(SHIPPED, name="试行", limits={**SHIPPED.limits, "handle": other})
    rules.supply(app, versions=lambda: [(date(2020, 1, 1), rules.Rules(policy))])
    app.extensions["rules"].versions = None


def test_a_clock_under_a_new_limit_tells_that_and_still_counts_out_to_its_date(app: Flask, walker: Walker) -> None:
    key = walker.to("handling")
    walker.now += timedelta(days=2)
    with_other_rules(app, 10)
    runner = app.test_cli_runner()
    with time_machine.travel(walker.now, tick=False):
        before = runner.invoke(args=["clocks", "retime", "--dry-run"]).output
        assert "〔2026〕0001\t办理\t2026-09-10 -> 2026-09-15" in before
        assert before.endswith("1 clocks would move\n")
        assert running(key, "handle").due_on == date(2026, 9, 10)
        after = runner.invoke(args=["clocks", "retime", "--clock", "handle"])
        assert after.output.endswith("1 clocks moved\n")
        unknown = runner.invoke(args=["clocks", "retime", "--clock", "explode"])
        assert (unknown.exit_code, "there is no clock" in unknown.output) == (1, True)
    db.session.expire_all()
    assert running(key, "handle").due_on == date(2026, 9, 15)
    every_clock_counts_out_to_its_own_date(key)
    said = spoken(walker, key)
    assert "时限是 10 个工作日" in said
    assert "9月3日（周四）系统按新的时限（10 个工作日）重新计算" in said
    assert "应办日期由9月10日（周四）改为9月15日（周二）" in said


def test_a_date_that_a_notice_moved_names_the_notice(app: Flask, walker: Walker) -> None:
    key = walker.to("handling")
    closed = date(2026, 9, 8)
    known = calendar()
    local_closure = replace(
        known,
        days_off=known.days_off | {closed},
        marks={**known.marks, closed: Mark(working=False, name="农博会", source="区政府通告〔2026〕3号")},
    )
    rules.supply(app, calendar=lambda: local_closure)
    app.extensions["rules"].calendar = None
    moves = moving.moves_under(local_closure, now=walker.now)
    assert {(move.before, move.after) for move in moves if move.name == "handle"} == {
        (date(2026, 9, 10), date(2026, 9, 11))
    }
    moving.carry_out(
        moves, kind=StepKind.MOVED, reason="区政府通告〔2026〕3号", by_name="系统", now=walker.now, cause="d1"
    )
    db.session.commit()
    every_clock_counts_out_to_its_own_date(key)
    said = spoken(walker, key)
    assert "9月8日（周二）农博会放假（区政府通告〔2026〕3号）" in said
    assert "放假安排有变化（区政府通告〔2026〕3号），应办日期由9月10日（周四）改为9月11日（周五）" in said


def test_a_clock_that_stopped_keeps_its_date_when_the_days_off_change_later(app: Flask, walker: Walker) -> None:
    key = walker.to("handling")
    walker.do(key, "respond")
    known = calendar()
    rules.supply(app, calendar=lambda: replace(known, days_off=known.days_off | {date(2026, 9, 2)}))
    app.extensions["rules"].calendar = None
    db.session.commit()
    said = spoken(walker, key, "respond")
    assert "应办日期是9月4日（周五）" in said
    assert "按现在的放假安排重新数是9月7日（周一）；当时的应办日期已经记录在案，仍以当时的为准。" in said
