"""`flask calendar import` and `flask calendar due`, as scripts outside use them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from helpdesk.calendars.models import Declaration
from helpdesk.clock import calendar
from helpdesk.db import db
from tests.desk import Desk
from tests.helpdesk.calendars.test_pages import NOTICE_OF_2027
from tests.workflows.notices import NOTICE_OF_2026


def declared(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Declaration).count()


def run(runner: FlaskCliRunner, *args: str, stdin: str | None = None) -> Any:
    return runner.invoke(args=["calendar", *args], input=stdin)


# -- Import ------------------------------------------------------------------------------------------------------------


def test_a_piped_notice_is_printed_day_by_day_and_takes_effect(app: Flask, runner: FlaskCliRunner) -> None:
    result = run(runner, "import", "-", stdin=NOTICE_OF_2027)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[:4] == ["2027-01-01 off 元旦", "2027-01-02 off 元旦", "2027-01-03 off 元旦", "2027-01-30 working 春节"]
    assert len(lines) == 35
    assert lines[-1] == "0 clocks moved"
    with app.app_context():
        assert calendar().last_year == 2027


def test_a_dry_run_changes_nothing(app: Flask, runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "2027.txt"
    file.write_text(NOTICE_OF_2027, encoding="gb18030")
    result = run(runner, "import", str(file), "--dry-run")
    assert result.exit_code == 0
    assert "2027-02-14 working 春节" in result.stdout
    assert declared(app) == 26


def test_a_notice_that_contradicts_itself_changes_nothing_and_fails(app: Flask, runner: FlaskCliRunner) -> None:
    for arguments in (["import", "-"], ["import", "-", "--dry-run"], ["import", "-", "--accept-doubts"]):
        result = run(runner, *arguments, stdin=NOTICE_OF_2027.replace("共9天", "共8天"))
        assert result.exit_code == 1
        assert "写的是共 8 天，数出来是 9 天" in result.stderr
        assert "写的是" not in result.stdout
        assert "2027-02-05 off 春节" in result.stdout
    assert declared(app) == 26


def test_doubts_want_to_be_accepted(app: Flask, runner: FlaskCliRunner) -> None:
    doubtful = NOTICE_OF_2027.replace("五、端午节", "6月10日视情况安排。\n五、端午节")
    refused = run(runner, "import", "-", stdin=doubtful)
    assert refused.exit_code == 1
    assert "没有看懂" in refused.stderr
    assert declared(app) == 26
    assert run(runner, "import", "-", "--accept-doubts", stdin=doubtful).exit_code == 0
    assert declared(app) == 27


def test_json_says_the_same_to_programs(runner: FlaskCliRunner) -> None:
    result = run(runner, "import", "-", "--dry-run", "--json", stdin=NOTICE_OF_2026)
    data = json.loads(result.stdout)
    assert (data["year"], data["number"], data["published_on"]) == (2026, "国办发明电〔2025〕7号", "2025-11-04")
    assert data["days"][0] == {"date": "2026-01-01", "working": False, "name": "元旦"}
    assert (data["complaints"], data["moves"], data["whole_year"], data["dry_run"]) == ([], [], True, True)
    wrong = run(runner, "import", "-", "--json", stdin=NOTICE_OF_2027.replace("共9天", "共8天"))
    assert wrong.exit_code == 1
    assert json.loads(wrong.stdout)["complaints"][0]["severity"] == "error"


@pytest.mark.parametrize(
    "text",
    [
        "date,is_off_day,name\n2027-01-01,1,元旦\n2027-01-03,0,元旦\n",
        '{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": true, "name": "元旦"}]}',
    ],
)
def test_tables_are_imported_too(app: Flask, runner: FlaskCliRunner, text: str) -> None:
    result = run(runner, "import", "-", stdin=text)
    assert result.exit_code == 0, result.output
    assert "2027-01-01 off 元旦" in result.stdout
    with app.app_context():
        assert not calendar().is_working(date(2027, 1, 1))
        assert calendar().last_year == 2026  # it is not the arrangement of a whole year


def test_the_year_can_be_said(runner: FlaskCliRunner) -> None:
    text = "一、元旦：1月1日至3日放假，共3天。"
    assert "请填写年份" in run(runner, "import", "-", stdin=text).stderr
    result = run(runner, "import", "-", "--year", "2027", "--dry-run", stdin=text)
    assert result.exit_code == 0
    assert "2027-01-03 off 元旦" in result.stdout


def test_the_same_notice_twice_does_no_harm(app: Flask, runner: FlaskCliRunner) -> None:
    run(runner, "import", "-", stdin=NOTICE_OF_2027)
    again = run(runner, "import", "-", stdin=NOTICE_OF_2027)
    assert again.exit_code == 0
    assert "已经录入" in again.stderr
    assert declared(app) == 27


@pytest.mark.parametrize("text", ["", "没有日期的正文。"])
def test_a_text_without_a_day_fails(runner: FlaskCliRunner, text: str) -> None:
    assert run(runner, "import", "-", stdin=text).exit_code == 1


def test_a_file_that_is_not_there_fails_without_a_trace(runner: FlaskCliRunner) -> None:
    result = run(runner, "import", "/nowhere/at/all.txt")
    assert result.exit_code != 0
    assert "Traceback" not in result.output


def test_clocks_that_move_are_printed(desk: Desk, runner: FlaskCliRunner) -> None:
    desk.at("handling")
    amended = "关于防汛期间放假的通知\n2026年9月3日（周四）放假，共1天。"
    result = run(runner, "import", "-", "--dry-run", stdin=amended)
    assert result.exit_code == 0, result.output
    assert "handle 2026-09-10 -> 2026-09-11 基础设施保障组" in result.stdout
    assert "2 clocks would move" in result.stdout
    assert "2 clocks moved" in run(runner, "import", "-", stdin=amended).stdout


# -- Due ---------------------------------------------------------------------------------------------------------------


def test_the_due_day_comes_first_then_how_it_was_counted(runner: FlaskCliRunner) -> None:
    lines = run(runner, "due", "2026-09-30", "1").output.splitlines()
    assert lines[0] == "2026-10-08"
    assert "国庆节放假（国办发明电〔2025〕7号）" in "".join(lines)
    assert lines[-1].startswith("期限 1 个工作日")


@pytest.mark.parametrize(
    ("start", "amount", "unit", "first"),
    [
        ("2026-09-30T10:00", "5", "working_hours", "2026-09-30T17:00"),
        ("2026-09-30T16:30", "1", "working_hours", "2026-10-08T09:00"),
        ("2026-09-30T16:30+08:00", "20", "hours", "2026-10-01T12:30"),
        ("2026-12-31T16:30", "1", "working_hours", "2027-01-01T09:00 provisional"),
        ("2026-09-01T10:00", "3", "working_days", "2026-09-04"),
    ],
)
def test_hours_are_counted_from_a_moment(
    runner: FlaskCliRunner, start: str, amount: str, unit: str, first: str
) -> None:
    assert run(runner, "due", start, amount, "--unit", unit).output.splitlines()[0] == first


def test_the_count_as_json(runner: FlaskCliRunner) -> None:
    data = json.loads(run(runner, "due", "2026-12-30", "5", "--json").stdout)
    assert (data["due_on"], data["provisional"]) == ("2027-01-06", True)
    assert [day["number"] for day in data["days"] if day["kind"] == "counted"] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("unit", ["hours", "working_hours"])
def test_hours_from_a_mere_day_are_refused(runner: FlaskCliRunner, unit: str) -> None:
    result = run(runner, "due", "2026-09-01", "3", "--unit", unit)
    assert result.exit_code == 2
    assert "2026-09-01T09:00" in result.output


def test_a_declared_day_counts_at_once(runner: FlaskCliRunner) -> None:
    assert run(runner, "due", "2026-12-31", "1").output.splitlines()[0] == "2027-01-01 provisional"
    run(runner, "import", "-", stdin=NOTICE_OF_2027)
    assert run(runner, "due", "2026-12-31", "1").output.splitlines()[0] == "2027-01-04"
