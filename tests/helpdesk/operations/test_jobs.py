"""Jobs by hand and by the scheduler: what they print, what they leave behind, and that a daily one is done once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from helpdesk import clock, scheduler
from helpdesk.db import db
from helpdesk.operations import commands, queries
from helpdesk.problems.models import Strike
from tests.walking import Walker


def job(name: str) -> scheduler.Job:
    return next(each for each in scheduler.JOBS if each.name == name)


def test_a_sweep_by_hand_at_a_chosen_moment(walker: Walker, runner: FlaskCliRunner) -> None:
    walker.to("assigned")
    db.session.remove()
    result = runner.invoke(args=["job", "sweep", "--now", "2026-09-07T09:00+08:00"])
    assert result.exit_code == 0
    assert result.output.startswith("sweep: struck ")
    assert db.session.scalar(select(func.count()).select_from(Strike)) > 0
    assert queries.heartbeats() == {}, "a chosen moment is not a heartbeat"


def test_a_moment_without_a_zone_is_the_districts(walker: Walker, runner: FlaskCliRunner) -> None:
    walker.to("assigned")
    db.session.remove()
    before = runner.invoke(args=["job", "sweep", "--now", "2026-08-31T23:59"])
    assert "struck 0" in before.output


@pytest.mark.parametrize("each", [each.name for each in scheduler.JOBS])
def test_every_job_can_be_run_by_hand_and_says_what_it_did(each: str, app: Flask, runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["job", each])
    assert result.exit_code == 0, result.output
    assert f"{each}: " in result.output
    with app.app_context():
        beat = queries.heartbeats()[each]
        assert beat.error is None
        assert beat.did


def test_an_unknown_job_is_answered_with_the_known_ones(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["job", "sweeep"])
    assert result.exit_code == 1
    assert ", ".join(job.name for job in scheduler.JOBS) in result.output


def test_a_moment_nobody_understands_is_refused(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["job", "sweep", "--now", "tomorrow"])
    assert result.exit_code == 1
    assert "2026-10-12T09:00+08:00" in result.output


def test_a_job_that_fails_does_not_end_the_scheduler(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def fail(now: datetime) -> object:
        raise RuntimeError("no luck")

    broken = scheduler.Job("sweep", "检查时限", fail, str, timedelta(minutes=1), timedelta(minutes=5))
    scheduler.tick(app, job("sweep"))
    scheduler.tick(app, broken)
    with app.app_context():
        beat = queries.heartbeats()["sweep"]
        assert beat.error == "RuntimeError: no luck"
        assert beat.succeeded_at is not None
    assert "job sweep failed" in caplog.text


class Counted:
    """A daily job that counts its runs and fails when told to."""

    def __init__(self) -> None:
        self.runs = 0
        self.fails = False

    def __call__(self, now: datetime) -> str:
        self.runs += 1
        if self.fails:
            raise RuntimeError("not today")
        return "done"


@pytest.fixture
def daily(monkeypatch: pytest.MonkeyPatch) -> tuple[scheduler.Job, Counted, list[datetime]]:
    """A daily job, and the clock as a list of one moment."""
    counted, moments = Counted(), [datetime(2026, 9, 1, 1, 0, tzinfo=UTC)]
    monkeypatch.setattr(clock, "now", lambda: moments[0])
    told = job("housekeeping")
    each = scheduler.Job("daily", told.label, counted, str, told.every, told.late_after, told.daily_at)
    return each, counted, moments


def test_a_daily_job_is_done_once_a_day(app: Flask, daily: tuple[scheduler.Job, Counted, list[datetime]]) -> None:
    each, counted, moments = daily
    for hours in (0, 1, 5):
        moments[0] = datetime(2026, 9, 1, 1, 0, tzinfo=UTC) + timedelta(hours=hours)
        scheduler.tick(app, each)
    assert counted.runs == 1
    moments[0] = datetime(2026, 9, 1, 17, 59, tzinfo=UTC)  # 1:59 of the next local day
    scheduler.tick(app, each)
    assert counted.runs == 1
    moments[0] = datetime(2026, 9, 1, 18, 0, tzinfo=UTC)
    scheduler.tick(app, each)
    assert counted.runs == 2


def test_a_daily_job_that_failed_is_tried_again_the_same_day(
    app: Flask, daily: tuple[scheduler.Job, Counted, list[datetime]]
) -> None:
    each, counted, _ = daily
    counted.fails = True
    scheduler.tick(app, each)
    counted.fails = False
    scheduler.tick(app, each)
    scheduler.tick(app, each)
    assert counted.runs == 2


def test_a_day_is_taken_once(app: Flask) -> None:
    with app.app_context():
        day, now = date(2026, 9, 1), datetime(2026, 9, 1, tzinfo=UTC)
        assert [commands.take_day("housekeeping", day, now=now) for _ in range(2)] == [True, False]
        assert queries.day_is_taken("housekeeping", day)
        commands.give_day_back("housekeeping", day)
        assert not queries.day_is_taken("housekeeping", day)


def test_the_scheduler_knows_every_job_and_starts_each_at_once(app: Flask) -> None:
    planned = scheduler.scheduler_for(app).get_jobs()
    assert [each.id for each in planned] == [each.name for each in scheduler.JOBS]
    assert all(each.next_run_time <= clock.now() for each in planned)
