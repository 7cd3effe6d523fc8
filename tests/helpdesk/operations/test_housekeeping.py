"""Daily housekeeping: what is thrown away, and what is not."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.files import Kept
from helpdesk.notices.models import Notice
from helpdesk.operations.housekeeping import calendar_gap, delete_orphans, tidy
from tests.walking import Walker

NOW = datetime(2026, 9, 10, 18, 0, tzinfo=UTC)


def stored(folder: Path, name: str, *, hours_old: int) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("content")
    moment = (NOW - timedelta(hours=hours_old)).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_old_uploads_that_belong_to_nothing_are_deleted_and_no_others(walker: Walker, tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    attached = stored(folder, "aa/aaaa", hours_old=500)
    fresh, orphan = stored(folder, "bb/bbbb", hours_old=23), stored(folder, "bb/cccc", hours_old=25)
    unfinished = stored(folder, ".arriving-x", hours_old=30)
    problem_id = walker.to("handling")
    walker.do(problem_id, "attach", files=[Kept("照片.png", "image/png", 7, "a" * 64, "aa/aaaa")])
    assert delete_orphans(folder, NOW) == 2
    assert [path.exists() for path in (attached, fresh, orphan, unfinished)] == [True, True, False, False]


def test_a_folder_that_is_not_there_yet_is_no_trouble(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        assert delete_orphans(tmp_path / "nowhere", NOW) == 0


def test_claims_of_dead_processes_are_given_back(walker: Walker) -> None:
    walker.to("reported")
    claim = update(Notice).values(claimed_by="dead:1", claimed_until_at=NOW - timedelta(minutes=1))
    held = db.session.execute(claim.where(Notice.status == "waiting")).rowcount
    db.session.commit()
    assert held > 0
    assert tidy(NOW).claims == held
    assert tidy(NOW).claims == 0


@pytest.mark.parametrize(
    ("today", "says"),
    [
        (date(2026, 11, 30), None),
        (date(2026, 12, 1), "2027 年"),
        (date(2027, 1, 4), "2027 年"),
        (date(2025, 12, 31), None),
    ],
)
def test_a_calendar_that_ends_is_noticed_from_december_on(today: date, says: str | None) -> None:
    gap = calendar_gap(calendar(), today)
    assert gap is None if says is None else gap and says in gap
