"""The machine's clock is moved, backwards too: nothing strikes or is sent twice, nothing waits for ever, nothing loops."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import select, update

from helpdesk import scheduler
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices.models import DROPPED, WAITING, Notice
from helpdesk.notices.post import post
from helpdesk.operations.commands import release_stale_claims
from helpdesk.operations.leaps import ClockWatch
from helpdesk.problems import ticking
from helpdesk.problems.models import ProblemClock, Strike
from helpdesk.problems.sweep import sweep
from tests.mail import Postbox
from tests.walking import Walker

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SWEEP, POST = (next(job for job in scheduler.JOBS if job.name == name) for name in ("sweep", "post"))


# -- Noticing it -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moved", [timedelta(hours=-1), timedelta(days=-400), timedelta(minutes=31), timedelta(days=21)]
)
def test_a_leap_is_noticed_once(moved: timedelta) -> None:
    watch = ClockWatch(NOON, 1000.0)
    assert watch.leap(NOON + timedelta(seconds=5), 1005.0) is None
    assert watch.leap(NOON + timedelta(seconds=10) + moved, 1010.0) == moved
    assert watch.leap(NOON + timedelta(seconds=15) + moved, 1015.0) is None


@pytest.mark.parametrize("seconds", [-29, 0, 29])
def test_a_clock_that_is_mended_by_seconds_is_none(seconds: int) -> None:
    assert ClockWatch(NOON, 0.0).leap(NOON + timedelta(seconds=60 + seconds), 60.0) is None


def test_a_process_that_slept_is_no_leap_of_the_clock() -> None:
    assert ClockWatch(NOON, 0.0).leap(NOON + timedelta(hours=8), 8 * 3600.0) is None


def test_after_a_leap_every_job_runs_at_once_instead_of_waiting_for_the_old_hour() -> None:
    waiting = BackgroundScheduler(timezone="Asia/Shanghai")
    waiting.start(paused=True)
    try:
        for name in ("sweep", "post"):
            later = datetime.now(UTC) + timedelta(hours=9)
            waiting.add_job(lambda: None, "interval", seconds=60, id=name, next_run_time=later)
        now = datetime.now(UTC)
        scheduler.begin_again(waiting, now)
        assert {job.next_run_time for job in waiting.get_jobs()} == {now}
    finally:
        waiting.shutdown(wait=False)


# -- Nothing twice -----------------------------------------------------------------------------------------------------


@pytest.fixture
def settings(smtp_server: Postbox) -> dict[str, Any]:
    return smtp_server.settings


def at(day: date, hour: int) -> datetime:
    return calendar().at(day) + timedelta(hours=hour)


ZIGZAG = [(3, 9), (2, 9), (1, 9), (3, 10), (10, 9), (4, 9), (10, 9), (17, 9), (2, 9), (17, 9)]


@pytest.mark.smtp
def test_days_that_come_again_bring_nothing_again(walker: Walker, smtp_server: Postbox) -> None:
    walker.to("assigned")
    walker.to("evaluating")
    db.session.execute(update(Notice).where(Notice.status == WAITING).values(status=DROPPED))
    db.session.commit()
    for day, hour in ZIGZAG:
        now = at(date(2026, 9, day), hour)
        SWEEP.run(now)
        POST.run(now)
    struck = db.session.execute(select(Strike.clock_id, Strike.milestone, Strike.due_on)).all()
    assert struck
    assert len(struck) == len(set(struck))
    told = db.session.execute(select(Notice.cause, Notice.name, Notice.reader)).all()
    assert len(told) == len(set(told))
    assert set(Counter(message["Message-ID"] for message in smtp_server.messages).values()) == {1}


@pytest.mark.smtp
def test_a_clock_that_ran_ahead_ends_in_the_ledger_of_one_that_did_not(walker: Walker) -> None:
    walker.to("assigned")
    SWEEP.run(at(date(2026, 9, 20), 9))
    ahead = set(db.session.execute(select(Strike.milestone, Strike.struck_on).where(~Strike.lapsed)).all())
    for day in range(1, 21):
        SWEEP.run(at(date(2026, 9, day), 9))
    assert set(db.session.execute(select(Strike.milestone, Strike.struck_on).where(~Strike.lapsed)).all()) == ahead


def test_a_clock_that_is_always_due_does_not_keep_the_sweep_for_ever(
    walker: Walker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    walker.to("assigned")
    now = at(date(2026, 9, 3), 9)
    monkeypatch.setattr(ticking, "look_again", lambda row, known, rules: now - timedelta(days=1))
    first = sweep(now)
    assert first.struck > 0
    assert "nothing is left to strike" in caplog.text
    later = set(db.session.scalars(select(ProblemClock.strike_at).where(ProblemClock.stopped_at.is_(None))))
    assert min(each for each in later if each) > now


# -- Nothing for ever --------------------------------------------------------------------------------------------------


@pytest.mark.smtp
def test_a_claim_made_by_a_clock_far_ahead_is_released_by_the_daily_housekeeping(
    walker: Walker, smtp_server: Postbox
) -> None:
    walker.to("assigned")
    now = walker.now
    claim = update(Notice).where(Notice.status == WAITING)
    db.session.execute(claim.values(claimed_by="dead", claimed_until_at=now + timedelta(days=365)))
    db.session.commit()
    assert post(now).sent == 0
    assert release_stale_claims(now) > 0
    assert post(now).sent > 0


def test_a_claim_that_may_still_be_at_work_is_not_taken_away(walker: Walker) -> None:
    walker.to("assigned")
    now = walker.now
    claim = update(Notice).where(Notice.status == WAITING)
    db.session.execute(claim.values(claimed_by="alive", claimed_until_at=now + timedelta(hours=2)))
    db.session.commit()
    assert release_stale_claims(now) == 0
