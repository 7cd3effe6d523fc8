"""What the database declares: the years that come with the program, and which of two notices decides."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from helpdesk.calendars import queries
from helpdesk.calendars.models import AMENDMENT, DISTRICT, NATIONAL, Declaration, DeclaredDay, OfficeHours
from helpdesk.clock import calendar, published_calendar
from helpdesk.db import db
from helpdesk.rules import calendar_changed

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "cn_holidays" / "cn_holidays_2007_2026.csv"
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)


def every_day() -> list[date]:
    return [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def declare(kind: str, day: date, *, working: bool, name: str = "测试", year: int | None = None) -> int:
    """Enter a declaration of one day, as commands do."""
    declaration = Declaration(
        kind=kind, year=year, title=f"关于{name}的通知", entered_at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    declaration.days = [DeclaredDay(day=day, working=working, name=name)]
    db.session.add(declaration)
    db.session.flush()
    calendar_changed()
    db.session.commit()
    return declaration.id


def test_every_day_of_the_known_years_is_what_the_calendar_package_says(app: Flask) -> None:
    with app.app_context():
        declared, published = calendar(), published_calendar()
    assert declared.last_year == published.last_year == 2026
    assert [day for day in every_day() if declared.is_working(day) != published.is_working(day)] == []


@pytest.mark.skipif(not SHARED.exists(), reason="the collection of published days is not here")
def test_every_declared_day_has_the_name_that_was_published(app: Flask) -> None:
    rows = list(csv.DictReader(SHARED.read_text(encoding="utf-8").splitlines()))
    published = {date.fromisoformat(row["date"]): row["name"] for row in rows if row["notice_year"] >= "2009"}
    with app.app_context():
        marks = calendar().marks
    shorter = {day: name.removeprefix("中国人民") for day, name in ((day, marks[day].name) for day in marks)}
    ordinary = date(2020, 2, 3)  # a Monday on which work began again
    assert {day: shorter.get(day) for day in published if day != ordinary} == {
        day: name for day, name in published.items() if day != ordinary
    }


def test_a_day_is_explained_by_the_notice_that_declared_it(app: Flask) -> None:
    with app.app_context():
        marks = calendar().marks
    assert (marks[date(2026, 10, 1)].name, marks[date(2026, 10, 1)].source) == ("国庆节", "国办发明电〔2025〕7号")
    assert marks[date(2026, 2, 14)].working
    assert marks[date(2020, 2, 1)].source == "国办发明电〔2020〕1号"
    assert not marks[date(2020, 2, 1)].working
    assert marks[date(2019, 5, 5)].working
    assert marks[date(2005, 5, 2)].source == "国务院办公厅关于2005年部分节假日安排的通知"


def test_the_newest_declaration_decides_about_a_day(app: Flask) -> None:
    monday, saturday = date(2026, 7, 6), date(2026, 7, 4)
    with app.app_context():
        declare(DISTRICT, monday, working=False, name="防汛")
        assert not calendar().is_working(monday)
        declare(DISTRICT, saturday, working=True)
        assert calendar().is_working(saturday)
        declare(AMENDMENT, monday, working=True)
        assert calendar().is_working(monday)
        declare(DISTRICT, saturday, working=False)
        assert not calendar().is_working(saturday)


def test_of_two_notices_about_a_year_only_the_newer_one_counts(app: Flask) -> None:
    slip, right = date(2027, 3, 1), date(2027, 3, 2)
    with app.app_context():
        declare(NATIONAL, slip, working=False, year=2027)
        declare(NATIONAL, right, working=False, year=2027)
        assert calendar().is_working(slip)
        assert not calendar().is_working(right)


def test_a_year_is_known_when_no_year_before_it_is_missing(app: Flask) -> None:
    with app.app_context():
        declare(NATIONAL, date(2028, 1, 3), working=False, year=2028)
        assert calendar().is_provisional(date(2027, 3, 1))
        declare(NATIONAL, date(2027, 1, 1), working=False, year=2027)
        assert calendar().last_year == 2028
        declare(AMENDMENT, date(2029, 1, 1), working=False)
        assert calendar().last_year == 2028


def test_an_empty_table_leaves_the_calendar_that_comes_with_the_program(app: Flask) -> None:
    with app.app_context():
        db.session.query(DeclaredDay).delete()
        db.session.query(Declaration).delete()
        db.session.query(OfficeHours).delete()
        calendar_changed()
        db.session.commit()
        declared, published = calendar(), published_calendar()
        assert (declared.days_off, declared.days_on, declared.last_year, declared.seasons) == (
            published.days_off,
            published.days_on,
            published.last_year,
            published.seasons,
        )
        declare(DISTRICT, date(2026, 10, 1), working=True)
        assert calendar().is_working(date(2026, 10, 1))


def test_what_a_transaction_has_not_committed_is_known_to_nobody_else(app: Flask) -> None:
    monday = date(2026, 7, 6)
    with app.app_context():
        before = calendar()
        declaration = Declaration(kind=DISTRICT, title="没有提交的通知", entered_at=datetime(2026, 1, 1, tzinfo=UTC))
        declaration.days = [DeclaredDay(day=monday, working=False, name="防汛")]
        db.session.add(declaration)
        calendar_changed()
        assert not calendar().is_working(monday)
        db.session.rollback()
        assert calendar() == before
        declare(DISTRICT, date(2026, 7, 7), working=False)
        assert calendar().is_working(monday)
        assert not calendar().is_working(date(2026, 7, 7))


def test_the_usual_office_hours_come_with_the_program(app: Flask) -> None:
    with app.app_context():
        assert queries.seasons() == tuple(
            type(season)(season.begins, season.windows, "全年") for season in published_calendar().seasons
        )
