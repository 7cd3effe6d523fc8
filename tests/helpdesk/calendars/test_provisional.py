"""A date beyond the last published year says so wherever it stands, until the notice is entered; its absence is an alarm."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from helpdesk.calendars.commands import look_after, publish
from helpdesk.calendars.proposals import local_days, local_proposal, proposal_of, understand
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices.models import Notice
from helpdesk.operations.housekeeping import calendar_gap, tidy
from helpdesk.problems.models import ProblemClock
from helpdesk.problems.ticking import seen
from tests.desk import Desk
from tests.helpdesk.calendars.test_pages import NOTICE_OF_2027, confirm
from tests.lists import json_of
from tests.visitors import at, text_of
from tests.walking import Walker

WEDNESDAY = at("2026-12-30 09:00")


@pytest.fixture
def december(app: Flask) -> Iterator[Desk]:
    """The last Wednesday of a year whose successor is not published."""
    with time_machine.travel(WEDNESDAY, tick=False):
        yield Desk(app)


def handled(desk: Desk) -> int:
    with desk.app.app_context():
        return Walker(desk.world, WEDNESDAY.astimezone(calendar().zone)).to("handling")


def test_a_date_beyond_the_last_published_year_says_so_everywhere(december: Desk) -> None:
    key = handled(december)
    handler = december.browser("handler")
    assert "2027年1月4日（周一）24:00 前（暂定）" in text_of(handler.get("/"))
    page = text_of(handler.get(f"/problems/{key}"))
    assert "2027年1月4日（周一）24:00 前（暂定）" in page  # whose turn, and the clock
    assert "2027年1月8日（周五）24:00 前（暂定）" in page
    assert "（暂定）（暂定）" not in page
    row = json_of(handler, "problems")["rows"][0]
    assert row["provisional"] == "暂定"
    assert "（暂定）" in text_of(handler.get("/lists/problems"))
    assert "（暂定）" in text_of(december.browser("group_lead").get("/lists/due-soon"))
    with december.app.app_context():
        mail = db.session.query(Notice).filter_by(name="signed", person_id=december.world.people["handler"]).one()
        assert "2027年1月4日（周一）24:00 前（暂定）" in mail.body
        clock_id = db.session.query(ProblemClock).filter_by(name="handle").one().id
    assert "暂定" in text_of(handler.get(f"/problems/{key}/clocks/{clock_id}"))


def test_once_the_notice_is_entered_the_dates_are_sure_and_moved(december: Desk) -> None:
    key = handled(december)
    keeper = december.browser("administrator")
    done = text_of(confirm(keeper, "/calendar/notice", text=NOTICE_OF_2027))
    assert "应办日期跟着调整" in done
    page = text_of(december.browser("handler").get(f"/problems/{key}"))
    assert "暂定" not in page.replace("暂定期限", "")
    assert "2027年1月5日（周二）24:00 前" in page  # the first of January is a day off now
    assert "国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕7号）" in page
    with december.app.app_context():
        for row in db.session.query(ProblemClock).filter_by(stopped_at=None):
            assert not row.provisional
            assert row.due_on == row.due_on


def test_a_date_can_become_provisional_to_the_day_only_by_its_year(december: Desk) -> None:
    handled(december)
    with december.app.app_context():
        for row in db.session.query(ProblemClock).filter_by(stopped_at=None):
            assert row.provisional == (row.due_on.year > 2026)
            assert seen(row).due_on == row.due_on


# -- The alarm ---------------------------------------------------------------------------------------------------------


def alarms(desk: Desk) -> list[str]:
    with desk.app.app_context():
        rows = db.session.query(Notice).filter_by(name="calendar_missing").order_by(Notice.id)
        return [row.subject for row in rows]


def housekeeping(desk: Desk, moment: str) -> None:
    with time_machine.travel(at(moment), tick=False), desk.app.app_context():
        tidy(at(moment))


def test_from_december_on_the_administrator_is_told_once_a_week(december: Desk) -> None:
    housekeeping(december, "2026-11-30 01:00")
    assert alarms(december) == []
    for day in range(1, 15):
        housekeeping(december, f"2026-12-{day:02} 01:00")
        housekeeping(december, f"2026-12-{day:02} 02:00")
    assert alarms(december) == ["【日历待更新】2027 年的放假安排还没有录入"] * 3  # three weeks begin within a fortnight
    with december.app.app_context():
        rows = db.session.query(Notice).filter_by(name="calendar_missing").all()
        assert {row.person_id for row in rows} == {december.world.people["administrator"]}
        assert "日历里还没有 2027 年的放假安排" in rows[0].body
        assert rows[0].path == "/calendar/notice"


def test_the_alarm_says_how_many_dates_wait_for_the_notice(december: Desk) -> None:
    handled(december)
    housekeeping(december, "2026-12-30 10:00")
    with december.app.app_context():
        assert "目前有 2 个正在计时的环节" in db.session.query(Notice).filter_by(name="calendar_missing").one().body


def test_the_alarm_ends_with_the_notice(december: Desk) -> None:
    housekeeping(december, "2026-12-14 01:00")
    enter(december, NOTICE_OF_2027, "2026-12-15 09:00")
    housekeeping(december, "2026-12-21 01:00")
    assert len(alarms(december)) == 1


def test_the_pages_show_the_alarm(december: Desk) -> None:
    keeper = december.browser("administrator")
    for page in ("/calendar", "/admin"):
        assert "日历里还没有 2027 年的放假安排" in text_of(keeper.get(page))
    enter(december, NOTICE_OF_2027, "2026-12-30 09:00")
    for page in ("/calendar", "/admin"):
        assert "日历里还没有 2027 年的放假安排" not in text_of(keeper.get(page))


def enter(desk: Desk, text: str, moment: str) -> None:
    with time_machine.travel(at(moment), tick=False), desk.app.app_context():
        reading = understand(text, year=None, today=at(moment).date())
        publish(proposal_of(reading, text), revision=None, by=None, now=at(moment))


def test_a_year_that_began_without_a_notice_is_an_alarm_as_well(december: Desk) -> None:
    with december.app.app_context():
        assert "日历只到 2026 年" in (calendar_gap(calendar(), at("2027-01-04 09:00").date()) or "")
    housekeeping(december, "2027-01-04 01:00")
    assert len(alarms(december)) == 1


# -- Those who had not heard of it -------------------------------------------------------------------------------------


def test_a_clock_that_was_started_by_somebody_who_had_not_heard_of_the_notice_is_mended(december: Desk) -> None:
    handled(december)
    moment = at("2026-12-30 10:00")
    with december.app.app_context():
        person = december.world.person("administrator")
        closed = local_days(
            at("2026-12-31 00:00").date(),
            at("2026-12-31 00:00").date(),
            working=False,
            name="暴雪",
            today=moment.date(),
        )
        publish(local_proposal(closed, name="暴雪", number=None), revision=None, by=person, now=moment)
        right = {row.id: row.due_on for row in db.session.query(ProblemClock).filter_by(stopped_at=None)}
        late = db.session.query(ProblemClock).filter_by(name="handle").one()
        late.due_on, late.due_at = calendar().add(late.due_on, -1), calendar().at(late.due_on)
        db.session.commit()
        assert look_after(at("2026-12-31 01:00"), gap=None) == "moved 1 clocks"
        assert {row.id: row.due_on for row in db.session.query(ProblemClock).filter_by(stopped_at=None)} == right
        assert look_after(at("2026-12-31 02:00"), gap=None) is None
        assert look_after(at("2027-01-31 02:00"), gap=None) is None


def test_years_that_came_with_the_program_move_nothing_at_night(december: Desk, client: FlaskClient) -> None:
    with december.app.app_context():
        assert look_after(at("2026-12-31 01:00"), gap=None) is None
