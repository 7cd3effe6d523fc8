"""The `flask` commands that scripts outside may use: the calendar and the rule book."""

from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from helpdesk import cli

pytestmark = pytest.mark.databases("sqlite")


@pytest.mark.parametrize(
    ("start", "days", "prints"),
    [
        ("2026-09-01", ["3"], "2026-09-04"),
        ("2026-09-30", ["1"], "2026-10-08"),  # National Day
        ("2026-09-18", ["1"], "2026-09-20"),  # the Sunday is a declared working day
        ("2026-09-04", ["0"], "2026-09-04"),
        ("2026-09-28", ["5", "--unit", "natural_days"], "2026-10-08"),  # moves off the holiday
        ("2026-09-01", ["3", "--unit", "working_days"], "2026-09-04"),
        ("2026-12-30", ["5"], "2027-01-06 provisional"),
    ],
)
def test_the_due_day_is_printed_and_whether_it_is_provisional(
    runner: FlaskCliRunner, start: str, days: list[str], prints: str
) -> None:
    assert runner.invoke(args=["calendar", "due", start, *days]).output.splitlines()[0] == prints


@pytest.mark.parametrize("args", [["tomorrow", "3"], ["2026-09-01", "-1"], ["2026-09-01", "3", "--unit", "hours"]])
def test_what_is_no_day_or_number_or_unit_is_refused(runner: FlaskCliRunner, args: list[str]) -> None:
    assert runner.invoke(args=["calendar", "due", *args]).exit_code == 2


def test_the_rule_book_has_nothing_to_complain_of(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["lifecycle", "check"])
    assert result.exit_code == 0, result.output


def test_complaints_are_printed_and_counted_as_failure(runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.check.check_book", lambda *_: ["state x is unreachable"])
    result = runner.invoke(args=["lifecycle", "check"])
    assert result.exit_code == 1
    assert "state x is unreachable" in result.output


def test_the_drawn_page_is_written_and_then_fresh(
    runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    monkeypatch.setattr(cli, "DRAWN", tmp_path / "lifecycle.md")
    assert runner.invoke(args=["lifecycle", "draw", "--check"]).exit_code == 1
    assert runner.invoke(args=["lifecycle", "draw"]).exit_code == 0
    assert runner.invoke(args=["lifecycle", "draw", "--check"]).exit_code == 0
    (tmp_path / "lifecycle.md").write_text("something older", encoding="utf-8")
    assert runner.invoke(args=["lifecycle", "draw", "--check"]).exit_code == 1


def test_the_demo_has_its_own_commands(runner: FlaskCliRunner) -> None:
    listed = runner.invoke(args=["demo", "--help"]).output
    assert all(name in listed for name in ("load", "logins", "bulk"))
