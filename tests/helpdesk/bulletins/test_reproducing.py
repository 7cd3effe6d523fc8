"""An issued bulletin can be counted again from the timeline, whatever happened since; what was tampered with is found."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from helpdesk.bulletins import queries
from helpdesk.bulletins.models import Issue
from helpdesk.bulletins.periods import Period, Span
from helpdesk.bulletins.reproducing import reproduce
from helpdesk.calendars.commands import publish
from helpdesk.calendars.models import DISTRICT
from helpdesk.calendars.proposals import Proposal
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise
from helpdesk.org.models import Unit, UnitKind
from tests.helpdesk.bulletins.conftest import SEPTEMBER, Weeks, declare
from workflows.arrangement import Declared


def issue_of(key: int) -> Issue:
    db.session.expire_all()
    found = queries.issue_of(key)
    assert found is not None
    return found


def test_nothing_differs_right_after_it_was_issued(weeks: Weeks) -> None:
    issue = issue_of(weeks.issued())
    report = reproduce(issue)
    assert (report.differences, report.corrections) == ([], [])
    assert report.lines == issue.rows == 12
    assert report.figures > 50, "few figures prove little"
    assert issue.figures["totals"]["reported"]["value"] == 12
    assert issue.figures["totals"]["answered"]["value"] > 0, "a history without answers proves little"
    assert issue.figures["late"], "a history in which nobody is late proves little"


def test_nothing_differs_after_five_hundred_later_acts(weeks: Weeks) -> None:
    """Reopened, withdrawn, extended, reported anew; days moved by a notice; a unit and an enterprise renamed."""
    key = weeks.issued()
    before = issue_of(key)
    frozen = before.figures
    weeks.go_on(250)
    declare(weeks)
    weeks.go_on(250)
    db.session.get(Unit, weeks.world.group_id).name = "城市基础设施组"  # type: ignore[union-attr]
    db.session.get(Enterprise, weeks.world.enterprise_id).name = "示例一号智能装备有限公司"  # type: ignore[union-attr]
    db.session.commit()
    report = reproduce(issue_of(key))
    assert report.differences == []
    assert "单位更名：基础设施保障组→城市基础设施组" in report.corrections
    assert "企业名称：示例一号机械有限公司→示例一号智能装备有限公司" in report.corrections
    assert issue_of(key).figures == frozen


def test_a_unit_dissolved_since_is_named_and_nothing_differs(weeks: Weeks) -> None:
    unit = Unit(name="重点项目临时专班", kind=UnitKind.TASK_FORCE)
    db.session.add(unit)
    db.session.commit()
    issue = issue_of(weeks.issued())
    db.session.delete(unit)
    db.session.commit()
    report = reproduce(issue)
    assert report.differences == []
    assert report.corrections == ["单位撤销：重点项目临时专班"]


def test_a_bulletin_of_one_group_is_reproduced_too(weeks: Weeks) -> None:
    key = weeks.issued(group_id=weeks.world.other_group_id)
    weeks.go_on(60)
    assert 0 < issue_of(key).rows < 12
    assert reproduce(issue_of(key)).differences == []


def test_a_period_that_is_still_running_is_reproduced_as_of_its_moment(weeks: Weeks) -> None:
    today = calendar().day_of(weeks.now)
    key = weeks.issued(Period(Span.CUSTOM, SEPTEMBER.first_on, today))
    weeks.go_on(60)
    assert reproduce(issue_of(key)).differences == []


TAMPERINGS = {
    "a figure": (
        "bulletin_issues",
        "UPDATE bulletin_issues SET figures = replace(figures, '\"reported\"', '\"reportet\"')",
    ),
    "its text": ("bulletin_issues", "UPDATE bulletin_issues SET title = '另一个标题'"),
    "a line": ("bulletin_rows", "UPDATE bulletin_rows SET late_days = 99 WHERE late_leg IS NOT NULL"),
    "a line less": ("bulletin_rows", "DELETE FROM bulletin_rows WHERE id = (SELECT max(id) FROM bulletin_rows)"),
}


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("what", TAMPERINGS)
def test_what_was_tampered_with_past_the_trigger_is_found(weeks: Weeks, what: str) -> None:
    key = weeks.issued()
    table, statement = TAMPERINGS[what]
    for change in ("update", "delete"):
        db.session.execute(text(f"DROP TRIGGER {table}_no_{change}"))
    db.session.execute(text(statement))
    db.session.commit()
    assert not reproduce(issue_of(key)).holds


@pytest.mark.parametrize("statement", [each for _, each in TAMPERINGS.values()][1:])
def test_the_database_itself_refuses_to_change_what_is_frozen(weeks: Weeks, statement: str) -> None:
    weeks.issued()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()


@pytest.mark.databases("sqlite")
def test_a_timeline_that_was_rewritten_is_named(weeks: Weeks) -> None:
    key = weeks.issued()
    for change in ("update", "delete"):
        db.session.execute(text(f"DROP TRIGGER entries_no_{change}"))
    db.session.execute(text("UPDATE entries SET at = datetime(at, '-90 days') WHERE action = 'approve'"))
    db.session.commit()
    assert any("办结" in each for each in reproduce(issue_of(key)).differences)


def test_a_notice_that_reaches_back_shows_as_a_correction(days: Weeks) -> None:
    """The days on which nobody worked, as it turned out, are no days of being late."""
    key = days.issued()
    assert any(row.late_days for row in queries.rows_of(key)), "nobody is late: nothing can move"
    last_week = [date(2026, 10, day) for day in range(5, 12)]
    off = tuple(Declared(day, working=False, name="防汛") for day in last_week)
    days.walker.now += timedelta(hours=1)
    by = days.world.person("administrator")
    publish(Proposal(DISTRICT, "关于防汛停工的补充通知", off), revision=None, by=by, now=days.now)
    report = reproduce(issue_of(key))
    assert report.differences == []
    assert "放假安排更正：关于防汛停工的补充通知" in report.corrections
    assert any("逾期工作日" in each for each in report.corrections)
