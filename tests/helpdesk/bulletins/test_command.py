"""`flask bulletin draft` and `reproduce`."""

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import text

from helpdesk.bulletins import queries
from helpdesk.db import db
from tests.helpdesk.bulletins.conftest import Weeks


def test_a_draft_is_made_of_any_days(app: Flask, days: Weeks, runner: FlaskCliRunner) -> None:
    done = runner.invoke(args=["bulletin", "draft", "--from", "2026-09-01", "--until", "2026-09-30"])
    assert done.exit_code == 0, done.output
    found = queries.everyone(only_issued=False)
    assert [(each.first_on.day, each.until_on.day, each.proceeding.opened_by_id) for each in found] == [(1, 30, None)]


def test_what_cannot_be_drafted_is_said_plainly(days: Weeks, runner: FlaskCliRunner) -> None:
    for words, says in (
        (["--from", "2099-01-01", "--until", "2099-01-02"], "还没有开始"),
        (["--from", "九月"], "不是日期"),
        (["--from", "2026-09-01", "--until", "2026-09-02", "--group", "没有的组"], "基础设施保障组"),
        (["--from", "2026-09-01", "--until", "2026-09-02", "--by", "nobody"], "没有用户名"),
        (["--from", "2026-09-01", "--until", "2026-09-02", "--by", "handler"], "督查员"),
    ):
        done = runner.invoke(args=["bulletin", "draft", *words])
        assert done.exit_code == 1
        assert says in done.output
    assert queries.everyone(only_issued=False) == []


def test_reproducing_says_that_nothing_differs(days: Weeks, runner: FlaskCliRunner) -> None:
    days.issued()
    done = runner.invoke(args=["bulletin", "reproduce", "通报〔2026〕1号"])
    assert done.exit_code == 0, done.output
    assert "无差异" in done.output
    done = runner.invoke(args=["bulletin", "reproduce", "通报〔2026〕2号"])
    assert done.exit_code == 1
    assert "已印发：通报〔2026〕1号" in done.output


@pytest.mark.databases("sqlite")
def test_reproducing_names_what_differs(days: Weeks, runner: FlaskCliRunner) -> None:
    days.issued()
    db.session.execute(text("DROP TRIGGER bulletin_rows_no_update"))
    db.session.execute(text("UPDATE bulletin_rows SET state = 'closed' WHERE state <> 'closed'"))
    db.session.commit()
    done = runner.invoke(args=["bulletin", "reproduce", "通报〔2026〕1号"])
    assert done.exit_code == 1
    assert "差异：" in done.output
    assert "无差异" not in done.output
