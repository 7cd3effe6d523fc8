"""Running clocks of proceedings follow calendar and rules, their notices leave by mail, and whoever lost his part is told nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import scheduler
from helpdesk.calendars.commands import publish
from helpdesk.calendars.proposals import local_days, local_proposal
from helpdesk.db import db
from helpdesk.notices.models import DROPPED, SENT, Notice
from helpdesk.org.models import Duty, Post
from helpdesk.problems.actors import Actor
from helpdesk.proceedings import queries
from helpdesk.proceedings.commands import Opening, proceed
from helpdesk.proceedings.digesting import moot
from helpdesk.proceedings.models import Proceeding
from helpdesk.proceedings.sweep import reckon_anew, sweep
from helpdesk.rules import rules_on
from tests.desk import open_desk
from tests.people import LONG_AGO, District

TUESDAY_9 = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
"""Tuesday, 9:00 in Changchun; an ordinary week."""
REPLY_BY = date(2026, 9, 8)
DRAFT = {
    "level": "1",
    "order_title": "关于限期办结积水问题的督办单",
    "demand": "请于期限内说明原因并提出整改措施。",
    "reply_by": REPLY_BY,
}


def issue(world: District, *, unit: str = "基础设施保障组", now: datetime = TUESDAY_9) -> int:
    """A new order to that unit, issued."""
    by, opening = Actor.person(world.person("supervisor")), Opening(unit_id=world.units[unit])
    key = proceed("order", None, "draft_order", by=by, given=DRAFT, now=now, opening=opening).proceeding_id
    return proceed("order", key, "issue_order", by=by, given={"reply_by": REPLY_BY}, now=now).proceeding_id


def told(name: str) -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.name == name).order_by(Notice.id)))


def due(key: int, clock: str) -> date:
    db.session.expire_all()
    return next(row.due_on for row in queries.clocks_of(key) if row.name == clock)


def close_wednesday(now: datetime) -> None:
    """A local closure on 2 September takes effect."""
    day = date(2026, 9, 2)
    reading = local_days(day, day, working=False, name="暴雪", today=date(2026, 9, 1))
    publish(local_proposal(reading, name="暴雪", number=None), revision=None, by=None, now=now)


def test_a_notice_of_days_off_moves_what_runs_and_tells_whoever_has_the_turn_once(world: District) -> None:
    key, other = issue(world), issue(world)
    close_wednesday(TUESDAY_9 + timedelta(hours=1))
    for each in (key, other):
        assert due(each, "order_sign") == date(2026, 9, 3)
        assert due(each, "order_reply") == REPLY_BY  # a day that somebody chose
    row = db.session.get(Proceeding, key)
    assert row is not None
    assert row.due_on == date(2026, 9, 3)
    line = queries.entries_of(key)[0]
    assert (line.action, line.answers[0]["words"]) == ("moved", "9月2日（周三） → 9月3日（周四）")
    assert [each.person_id for each in told("dates_moved")] == [world.people["group_lead"]]
    assert "2 件" in told("dates_moved")[0].body


def test_a_stopped_clock_keeps_its_date(world: District) -> None:
    key = issue(world)
    proceed("order", key, "sign_order", by=Actor.person(world.person("group_lead")), given={}, now=TUESDAY_9)
    close_wednesday(TUESDAY_9 + timedelta(hours=1))
    assert due(key, "order_sign") == date(2026, 9, 2)
    assert told("dates_moved") == []


def test_a_reminder_of_a_date_that_moved_is_dropped_and_the_new_date_strikes_instead(world: District) -> None:
    key = issue(world)
    due_day = datetime(2026, 9, 2, 0, 0, tzinfo=UTC)
    sweep(due_day)
    (reminder,) = told("due_today")
    close_wednesday(due_day)
    assert moot([reminder], due_day) == {reminder.id: "时限已经调整，不必再提醒"}
    sweep(due_day + timedelta(days=1))
    assert len(told("due_today")) == 2
    assert [each.label for each in queries.entries_of(key) if each.action == "strike"].count("今日到期") == 2


def test_under_other_rules_the_next_strikes_are_reckoned_anew(world: District) -> None:
    key = issue(world)
    clock = next(row for row in queries.clocks_of(key) if row.name == "order_sign")
    before, clock.strike_at = clock.strike_at, None
    db.session.commit()
    assert reckon_anew(rules_on(date(2026, 9, 1)), TUESDAY_9) == 2
    db.session.expire_all()
    assert next(row.strike_at for row in queries.clocks_of(key) if row.name == "order_sign") == before


def test_an_order_to_a_unit_of_any_kind_reaches_those_who_sign_for_it(world: District) -> None:
    db.session.add(
        Post(
            person_id=world.people["reporter"],
            unit_id=world.units["区体育局"],
            duty=Duty.LEAD,
            from_on=LONG_AGO,
        )
    )
    db.session.commit()
    key = issue(world, unit="区体育局")
    assert [each.person_id for each in told("order_issued")] == [world.people["reporter"]]
    proceed("order", key, "sign_order", by=Actor.person(world.person("reporter")), given={}, now=TUESDAY_9)
    assert queries.entries_of(key)[0].by_name == "某reporter（区体育局）"


def test_who_no_longer_signs_for_the_unit_is_not_told_any_more(world: District) -> None:
    issue(world)
    (notice,) = told("order_issued")
    post = db.session.scalars(select(Post).where(Post.person_id == world.people["group_lead"])).one()
    post.until_on = date(2026, 9, 1)
    db.session.commit()
    assert moot([notice], TUESDAY_9) == {}
    assert moot([notice], TUESDAY_9 + timedelta(days=1)) == {notice.id: "已不再轮到收件人办理"}


@pytest.mark.databases("sqlite")
def test_the_job_posts_what_is_told_of_an_order(world: District) -> None:
    issue(world)
    job = next(each for each in scheduler.JOBS if each.name == "post")
    job.run(TUESDAY_9 + timedelta(minutes=5))
    db.session.expire_all()
    (notice,) = told("order_issued")
    assert notice.status == SENT, notice.server_answer


@pytest.mark.databases("sqlite")
def test_the_job_drops_what_is_no_longer_true_of_an_order(world: District) -> None:
    key = issue(world)
    proceed(
        "order",
        key,
        "sign_order",
        by=Actor.person(world.person("group_lead")),
        given={},
        now=TUESDAY_9 + timedelta(minutes=1),
    )
    job = next(each for each in scheduler.JOBS if each.name == "post")
    job.run(TUESDAY_9 + timedelta(minutes=5))
    db.session.expire_all()
    (notice,) = told("order_issued")
    assert (notice.status, notice.dropped_why) == (DROPPED, "已不再轮到收件人办理")


@pytest.mark.databases("sqlite")
def test_a_notice_of_an_order_that_is_no_longer_mine_shows_itself_instead_of_leading_there(app: Flask) -> None:
    with open_desk(app) as desk:
        with app.app_context():
            issue(desk.world)
            (notice,) = told("order_issued")
            key, notice.person_id = notice.id, desk.world.people["stranger"]
            db.session.commit()
        page = desk.browser("stranger").get(f"/notices/{key}")
        assert page.status_code == 200
        assert "督办单" in page.text
