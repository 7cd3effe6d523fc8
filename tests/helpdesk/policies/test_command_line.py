"""`flask policy`: the rules as a document, proved, tried on a past period and published from a file."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from helpdesk.db import db
from helpdesk.notices.models import Notice
from helpdesk.policies import queries
from helpdesk.policies.replaying import as_json, report
from helpdesk.problems.models import ProblemClock, Strike
from helpdesk.problems.sweep import sweep
from helpdesk.rules import rules_on
from tests.desk import TUESDAY_MORNING, Desk
from tests.helpdesk.policies.publishing import drafted, publish
from tests.visitors import at
from tests.workflows.policies import limited
from workflows.policy import SHIPPED, Policy
from workflows.policy_document import to_document
from workflows.terms import Limit

LONGER = limited("sign", Limit(2))
APPROVED = ["--approved-by", "领导小组", "--approved-how", "领导小组第 3 次会议纪要"]


@pytest.fixture
def runner(desk: Desk) -> FlaskCliRunner:
    """The `flask` command in a district."""
    return desk.app.test_cli_runner()


@pytest.fixture
def file(tmp_path: Path) -> Any:
    """Writes a policy, or a document, to a file; its name."""

    def write(policy: Policy | dict[str, Any], name: str = "rules.json") -> str:
        document = to_document(policy) if isinstance(policy, Policy) else policy
        path = tmp_path / name
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        return str(path)

    return write


def test_what_is_printed_can_be_edited_proved_and_published(desk: Desk, runner: FlaskCliRunner, file: Any) -> None:
    document = json.loads(runner.invoke(args=["policy", "show", "--json"]).output)
    assert document == to_document(SHIPPED)
    document["limits"]["sign"]["amount"] = 2
    name = file(document)
    assert runner.invoke(args=["policy", "lint", name]).exit_code == 0
    done = runner.invoke(args=["policy", "publish", name, "--effective-on", "2026-09-03", *APPROVED])
    assert done.exit_code == 0, done.output
    assert "第 1 版已发布，2026-09-03 起生效" in done.output
    with desk.app.app_context():
        assert rules_on(date(2026, 9, 2)).version_id is None
        assert rules_on(date(2026, 9, 3)).clock("sign").limit == Limit(2)
        row = queries.find_numbered(1)
        assert row
        assert (row.approved_by, row.published_by_id) == ("领导小组", None)
        assert db.session.query(Notice).filter(Notice.name == "policy_published").count() == 7
        db.session.rollback()
    assert json.loads(runner.invoke(args=["policy", "show", "1", "--json"]).output) == document
    assert "签收：2 个工作日" in runner.invoke(args=["policy", "show", "1"]).output
    assert "签收：1 个工作日" in runner.invoke(args=["policy", "show"]).output


def test_a_draft_and_what_ships_can_be_named_too(desk: Desk, runner: FlaskCliRunner) -> None:
    with desk.app.app_context():
        key = drafted(LONGER, desk.world.person("dispatch_lead"), TUESDAY_MORNING)
    assert "签收：2 个工作日" in runner.invoke(args=["policy", "show", f"draft:{key}"]).output
    assert "签收：1 个工作日" in runner.invoke(args=["policy", "show", "shipped"]).output
    done = runner.invoke(args=["policy", "publish", f"draft:{key}", "--effective-on", "2026-09-01", *APPROVED])
    assert done.exit_code == 0, done.output


def test_lint_fails_with_errors_and_names_doubts(runner: FlaskCliRunner, file: Any) -> None:
    clean = runner.invoke(args=["policy", "lint"])
    assert (clean.exit_code, "没有错误，0 处警告" in clean.output) == (0, True)
    wrong = runner.invoke(args=["policy", "lint", file(limited("sign", Limit(0)))])
    assert wrong.exit_code == 1
    assert "错误 签收：时限是 0" in wrong.output
    doubtful = runner.invoke(args=["policy", "lint", file(limited("handle", Limit(150), "major"))])
    assert (doubtful.exit_code, "警告 办理·重大" in doubtful.output) == (0, True)


def test_what_is_wrong_is_not_published(desk: Desk, runner: FlaskCliRunner, file: Any) -> None:
    refused = [
        ([file(limited("sign", Limit(0))), "--effective-on", "2026-09-03", *APPROVED], "有错误，没有发布"),
        ([file(LONGER, "b.json"), "--effective-on", "2026-08-31", *APPROVED], "最早是今天"),
        (
            [file(LONGER, "b.json"), "--effective-on", "2026-09-03", "--approved-by", " ", "--approved-how", "x"],
            "谁批准的",
        ),
        (["7", "--effective-on", "2026-09-03", *APPROVED], "no published version 7"),
        (["draft:7", "--effective-on", "2026-09-03", *APPROVED], "没有找到"),
    ]
    for args, words in refused:
        result = runner.invoke(args=["policy", "publish", *args])
        assert result.exit_code == 1, args
        assert words in result.output
    for missing in ("--approved-by", "--approved-how", "--effective-on"):
        given = {"--effective-on": "2026-09-03", "--approved-by": "甲", "--approved-how": "乙"}
        del given[missing]
        args = [file(LONGER, "b.json"), *(each for pair in given.items() for each in pair)]
        assert runner.invoke(args=["policy", "publish", *args]).exit_code == 2
    with desk.app.app_context():
        assert queries.published() == queries.drafts() == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{}", "缺少“limits”"),
        ("{", "cannot be read as JSON"),
        ("[" * 5000, "cannot be read as JSON"),
        ("\xff\xfe", "cannot be read"),
    ],
)
@pytest.mark.databases("sqlite")
def test_a_file_that_is_no_policy_is_refused_in_plain_words(
    runner: FlaskCliRunner, tmp_path: Path, content: str, words: str
) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content.encode("latin-1"))
    for command in (["lint"], ["show"], ["publish", "--effective-on", "2026-09-03", *APPROVED]):
        result = runner.invoke(args=["policy", command[0], str(path), *command[1:]])
        assert result.exit_code == 1, result.output
        assert words in result.output
        assert "Traceback" not in result.output


@pytest.mark.databases("sqlite")
def test_a_name_that_is_neither_file_nor_version_is_refused(runner: FlaskCliRunner) -> None:
    for name in ("nothing.json", "version:1", "-1", "９", "draft:x"):
        result = runner.invoke(args=["policy", "lint", "--", name])
        assert result.exit_code == 1
        assert "neither a file nor a version" in result.output


def test_standard_input_is_a_file_too(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["policy", "lint", "-"], input=json.dumps(to_document(SHIPPED)))
    assert (result.exit_code, "standard input" in result.output) == (0, True)


# -- Replay ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def september(desk: Desk) -> Iterator[Desk]:
    """Problems that lay about in all states for two weeks, swept every day."""
    for state in ("reported", "assigned", "handling", "reviewing", "suspended", "evaluating", "closing", "objected"):
        desk.at(state)
    with desk.app.app_context():
        for day in range(1, 16):
            sweep(at(f"2026-09-{day:02} 09:30"))
    with time_machine.travel(at("2026-09-15 10:00"), tick=False):
        yield desk


def test_replay_prints_who_would_have_been_late_and_how_many_would_be_told(september: Desk, file: Any) -> None:
    runner = september.app.test_cli_runner()
    args = ["policy", "replay", file(limited("sign", Limit(30))), "--from", "2026-09-01", "--until", "2026-09-02"]
    result = runner.invoke(args=args)
    assert result.exit_code == 0, result.output
    assert "基础设施保障组  签收：" in result.output
    assert "厂区门前道路积水  签收（基础设施保障组）：逾期 → 按时" in result.output
    found = json.loads(runner.invoke(args=[*args, "--json"]).output)
    assert found["late_before"] == found["late_after"] + 1
    assert found["told_before"] > found["told_after"]
    assert [each["clock"] for each in found["changed"]] == ["签收"]
    assert (found["changed"][0]["due_before"], found["changed"][0]["due_after"]) == ("2026-09-02", "2026-10-19")
    assert runner.invoke(args=[*args[:3], "--from", "2026-09-02", "--until", "2026-09-01"]).exit_code == 1


def test_the_rules_as_they_were_replay_to_what_stands_in_the_ledger(september: Desk, app: Flask) -> None:
    with app.app_context():
        now = at("2026-09-15 10:00")
        found = report(SHIPPED, date(2026, 9, 1), date(2026, 9, 15), now=now, most=None)
        assert found.legs == db.session.scalar(select(func.count()).select_from(ProblemClock))
        assert as_json(found)["changes"] == 0
        assert [(each.before, each.after) for each in found.told] == [(each.before, each.before) for each in found.told]
        late = sum(each.before for each in found.late)
        overdue = (
            select(func.count())
            .select_from(ProblemClock)
            .where(ProblemClock.due_at <= now, ProblemClock.stopped_at.is_(None))
        )
        assert late == db.session.scalar(overdue.where(ProblemClock.unspent.is_(None), ProblemClock.name != "evaluate"))
        legs = queries.legs_between(date(2026, 9, 1), date(2026, 9, 15))
        assert {(row.clock, row.name) for row in _replayed(legs, now)} == {(row.clock, row.name) for row in _ledger()}
        assert found.sums["told_before"] == found.sums["told_after"] > 0


class Line:
    """A milestone of a clock that has struck and told somebody."""

    def __init__(self, clock: int, name: str) -> None:
        self.clock, self.name = clock, name


def _ledger() -> list[Line]:
    return [
        Line(clock, name)
        for clock, name in db.session.execute(select(Strike.clock_id, Strike.milestone).where(~Strike.lapsed))
    ]


def _replayed(legs: Any, now: Any) -> list[Line]:
    from helpdesk.clock import calendar
    from workflows.replay import replay

    found = replay(legs, SHIPPED, versions=[(date.min, SHIPPED)], now=now, calendar=calendar())
    return [Line(each.leg.id, name) for each in found.outcomes for name, _ in each.before.told]


def test_a_period_is_cut_to_the_newest_clocks_where_a_page_would_wait_too_long(september: Desk) -> None:
    with september.app.app_context():
        everything = report(SHIPPED, date(2026, 9, 1), date(2026, 9, 15), now=at("2026-09-15 10:00"))
        some = report(SHIPPED, date(2026, 9, 1), date(2026, 9, 15), now=at("2026-09-15 10:00"), most=3)
        assert (everything.capped, some.capped, some.legs) == (False, True, 3)


# -- Re-timing ---------------------------------------------------------------------------------------------------------


def test_running_clocks_are_re_timed_from_the_command_line(desk: Desk, runner: FlaskCliRunner) -> None:
    desk.at("handling")
    with desk.app.app_context():
        publish(
            limited("handle", Limit(10), "ordinary"),
            desk.world.person("dispatch_lead"),
            date(2026, 9, 1),
            TUESDAY_MORNING,
        )
    dry = runner.invoke(args=["clocks", "retime", "--dry-run"])
    assert dry.exit_code == 0, dry.output
    assert "1 clocks would move" in dry.output
    assert "0 clocks moved" in runner.invoke(args=["clocks", "retime", "--clock", "sign"]).output
    assert "1 clocks moved" in runner.invoke(args=["clocks", "retime", "--clock", "handle"]).output
    assert "0 clocks moved" in runner.invoke(args=["clocks", "retime"]).output
