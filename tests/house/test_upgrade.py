"""An installation that already has problems is upgraded: nothing is lost, and every date stays as it was."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import create_app
from helpdesk.chain import GENESIS, hash_of
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.problems import queries
from helpdesk.problems.cases import ticking
from helpdesk.problems.marks import Mark
from helpdesk.problems.models import Entry, ProblemClock
from workflows.accounts import account

ROOT = Path(__file__).resolve().parents[2]
OLD = "0004"
"""The last step of the migrations before dates could explain themselves."""

ROWS = """
INSERT INTO units (id, name, kind) VALUES (1, '基础设施保障组', 'group');
INSERT INTO people (id, username, name, active, fs_uniquifier, must_change_password, failed_logins)
  VALUES (1, 'li', '李四', 1, 'x', 0, 0);
INSERT INTO enterprises (id, name, initials, no_uscc_reason, added_at)
  VALUES (1, '示例一号机械有限公司', 'sl', '演示', '2026-01-05 00:00:00');
INSERT INTO problems (id, version, number, state, phase, round, reporter_id, enterprise_id, title, objected, appealed,
  unreached_calls, created_at, changed_at, state_since_at, reported_at, group_id, waiting, provisional, closed_late)
  VALUES (1, 3, '〔2026〕0001', 'suspended', 'open', 1, 1, 1, '厂区门前道路积水', 0, 0, 0, '2026-09-01 01:00:00',
    '2026-09-03 01:00:00', '2026-09-03 01:00:00', '2026-09-01 01:00:00', 1, 1, 0, 0);
INSERT INTO clocks (id, problem_id, name, round, amount, counted_in, started_at, started_on, due_on, due_at, provisional,
  waiting_since_at, unspent, unit_id)
  VALUES (1, 1, 'handle', 1, 7, 'working_days', '2026-09-01 01:00:00', '2026-09-01', '2026-09-10', '2026-09-10 16:00:00',
    0, '2026-09-03 01:00:00', 5, 1);
INSERT INTO clocks (id, problem_id, name, round, amount, counted_in, started_at, started_on, due_on, due_at, provisional,
  stopped_at, ended, late, unit_id)
  VALUES (2, 1, 'sign', 1, 1, 'working_days', '2026-09-01 01:00:00', '2026-09-01', '2026-09-02', '2026-09-02 16:00:00',
    0, '2026-09-01 02:00:00', 'left', 0, 1);
INSERT INTO entries (id, problem_id, at, action, label, by_name, source, dest, round, version, answers, internal, works)
  VALUES (1, 1, '2026-09-03 01:00:00', 'suspend', '挂账', '周敏', 'handling', 'suspended', 1, 3, '[]', 0, 0);
INSERT INTO problems (id, version, number, state, phase, round, reporter_id, enterprise_id, title, category, objected,
  appealed, unreached_calls, created_at, changed_at, state_since_at, reported_at, group_id, waiting, provisional,
  closed_late)
  VALUES (2, 6, '〔2026〕0002', 'handling', 'open', 2, 1, 1, '用电容量不足', 'utilities', 0, 0, 0, '2026-08-31 15:59:00',
    '2026-09-09 01:00:00', '2026-09-09 01:00:00', '2026-08-31 15:59:00', 1, 0, 0, 0);
INSERT INTO entries (id, problem_id, at, action, label, by_name, by_role, source, dest, round, version, answers,
    internal, works) VALUES
  (2, 2, '2026-08-31 15:59:00', 'report', '上报', '李四', 'reporter', 'new', 'reported', 1, 1,
    '[{"name": "enterprise", "value": 1}, {"name": "category", "value": "utilities"}]', 0, 0),
  (3, 2, '2026-09-02 01:00:00', 'assign', '交办', '周敏', 'dispatcher', 'reported', 'assigned', 1, 2,
    '[{"name": "group", "value": 1}]', 0, 0),
  (4, 2, '2026-09-02 02:00:00', 'sign', '签收', '组长', 'group_lead', 'assigned', 'handling', 1, 3,
    '[{"name": "handler", "value": 1}]', 0, 0),
  (5, 2, '2026-09-07 01:00:00', 'strike', '将到期', '系统', 'system', 'handling', 'handling', 1, 3, '[]', 1, 0),
  (6, 2, '2026-09-08 01:00:00', 'approve', '审核通过', '组长', 'group_lead', 'reviewing', 'evaluating', 1, 5, '[]', 0, 1),
  (7, 2, '2026-09-09 01:00:00', 'evaluate', '企业评价', '王经理（企业）', 'enterprise', 'evaluating', 'handling', 2, 6,
    '[{"name": "contacted", "value": "yes"}, {"name": "solved", "value": "no"},
      {"name": "satisfaction", "value": "dissatisfied"}]', 0, 0);
INSERT INTO entries (id, problem_id, at, action, label, by_name, source, dest, round, version, answers, internal, works)
  VALUES (8, 1, '2026-09-03 01:00:00.123456', 'note', '备注', '周敏', 'suspended', 'suspended', 1, 4,
    '[{"name": "text", "label": "内容", "value": 1.50}]', 1, 0);
"""


def flask(url: str, *command: str) -> None:
    environ = {**os.environ, "DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", "flask", *command], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application on a database that was filled by the program of then; the tests only read it."""
    path = tmp_path_factory.mktemp("old") / "old.db"
    url = f"sqlite:///{path}"
    flask(url, "db", "upgrade", OLD)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(ROWS)
    flask(url, "db", "upgrade")
    return create_app({"SQLALCHEMY_DATABASE_URI": url, "TESTING": True, "MAIL_DIR": str(path.parent)})


def test_a_clock_that_waited_goes_on_with_the_days_it_had_left(upgraded: Flask) -> None:
    with upgraded.app_context():
        row = next(each for each in queries.clocks_of(1) if each.name == "handle")
        steps = queries.steps_of([row.id])[row.id]
        assert [step.kind for step in steps] == ["fixed", "waited"]
        found = account(ticking(row, steps).history, calendar())
        assert (found.unspent, found.due.on) == (row.unspent, row.due_on) == (5, date(2026, 9, 10))


def test_clocks_that_never_waited_need_no_step_and_count_out_as_before(upgraded: Flask) -> None:
    with upgraded.app_context():
        row = next(each for each in queries.clocks_of(1) if each.name == "sign")
        assert account(ticking(row).history, calendar()).due.on == row.due_on


def test_the_timeline_is_still_append_only(upgraded: Flask) -> None:
    path = upgraded.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE entries SET label = 'x'")


def test_the_lines_that_were_there_are_tied_to_one_another(upgraded: Flask) -> None:
    with upgraded.app_context():
        rows = db.session.execute(select(Entry.__table__).order_by(Entry.id)).mappings().all()
        befores = {1: GENESIS, 2: GENESIS}
        for row in rows:
            assert row["prev_hash"] == befores[row["problem_id"]]
            assert row["row_hash"] == hash_of(Entry.__table__, row)
            befores[row["problem_id"]] = row["row_hash"]


def test_everything_that_was_there_still_is(upgraded: Flask) -> None:
    with upgraded.app_context():
        assert ProblemClock.query.count() == 2
        assert len(queries.timeline(1)) == 2
        assert len(queries.timeline(2)) == 6


def test_what_happened_until_then_counts(upgraded: Flask) -> None:
    with upgraded.app_context():
        marks = Mark.query.filter_by(problem_id=2).order_by(Mark.entry_id, Mark.id).all()
        found = [(mark.kind, mark.day.isoformat(), mark.group_id, mark.days) for mark in marks]
        assert found == [
            ("reported", "2026-08-31", None, None),  # one minute before midnight
            ("assigned", "2026-09-02", 1, None),
            ("finished", "2026-09-08", 1, 4),  # Thursday, Friday, Monday, Tuesday
            ("answered", "2026-09-09", 1, None),
            ("redone", "2026-09-09", 1, None),
        ]
        answered = marks[3]
        assert (answered.via, answered.solved, answered.satisfaction) == ("link", "no", "dissatisfied")
        assert (answered.enterprise_id, answered.category, answered.handler_id, answered.round) == (
            1,
            "utilities",
            1,
            1,
        )
        assert [mark.kind for mark in Mark.query.filter_by(problem_id=1)] == ["suspended"]
        assert len(queries.timeline(1)) == 2
