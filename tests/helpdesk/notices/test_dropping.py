"""Looked at again at the moment of sending: what is over is dropped, with the reason, and everybody can see it."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices.models import DROPPED, SENT, WAITING, Notice
from helpdesk.notices.post import post
from helpdesk.notices.rechecking import Knowledge
from helpdesk.problems import digesting
from helpdesk.problems.actors import Actor
from helpdesk.problems.commands import act_beside
from helpdesk.problems.models import Matter, ProblemClock
from helpdesk.problems.sweep import sweep
from tests.visitors import text_of, visitor
from tests.walking import Walker

KNOWS = Knowledge(moot=digesting.moot, waits=digesting.waits)


def night(day: date) -> datetime:
    return calendar().at(day) + timedelta(hours=20)


def next_morning(day: date) -> datetime:
    return calendar().at(day + timedelta(days=1)) + timedelta(hours=9)


@pytest.fixture
def evening(walker: Walker) -> Walker:
    """Everything happens on a Tuesday evening, so that mails wait for Wednesday."""
    walker.now = night(date(2026, 9, 1))
    return walker


def posted(walker: Walker) -> None:
    post(next_morning(date(2026, 9, 1)), knows=KNOWS)
    db.session.expire_all()


def became(name: str, *, to: int | None = None) -> list[tuple[str, str | None]]:
    rows = select(Notice.status, Notice.dropped_why).where(Notice.name == name).order_by(Notice.id)
    if to:
        rows = rows.where(Notice.person_id == to)
    return [tuple(row) for row in db.session.execute(rows)]


def test_who_was_told_that_it_is_his_turn_is_not_told_once_he_has_done_it(evening: Walker) -> None:
    evening.to("handling")
    posted(evening)
    lead = evening.world.people["group_lead"]
    assert became("assigned", to=lead) == [(DROPPED, "已不再轮到收件人办理")]
    assert [status for status, _ in became("signed", to=evening.world.people["handler"])] == [SENT]


def test_as_long_as_it_is_his_turn_he_is_told(evening: Walker) -> None:
    evening.to("assigned")
    posted(evening)
    assert became("assigned", to=evening.world.people["group_lead"]) == [(SENT, None)]


def test_a_turn_that_went_to_another_group_in_the_same_state_is_over_for_the_first(evening: Walker) -> None:
    problem_id = evening.to("assigned")
    evening.do(problem_id, "reassign", group=evening.world.other_group_id)
    posted(evening)
    people = evening.world.people
    assert became("assigned", to=people["group_lead"]) == [(DROPPED, "已不再轮到收件人办理")]
    assert became("assigned", to=people["other_lead"]) == [(SENT, None)]
    assert became("reassigned_away", to=people["group_lead"]) == [(SENT, None)]


def test_a_turn_that_came_back_is_told_by_its_own_notice_once(evening: Walker) -> None:
    problem_id = evening.to("assigned")
    evening.do(problem_id, "object", suggested_group=evening.world.other_group_id)
    evening.do(problem_id, "uphold")
    posted(evening)
    lead = evening.world.people["group_lead"]
    assert became("assigned", to=lead) == [(DROPPED, "已不再轮到收件人办理")]
    assert became("upheld", to=lead) == [(SENT, None)]


def test_what_assists_has_a_turn_of_its_own(evening: Walker) -> None:
    problem_id = evening.to("assigned", problem_id=None)
    people, other = evening.world.people, evening.world.other_group_id
    lead = Actor.person(evening.world.person("group_lead"))
    evening.do(problem_id, "sign")
    given = {"unit": other, "wanted": "请协助核实管线归属，给出意见"}
    act_beside(problem_id, "assist", None, "ask_assist", by=lead, given=given, now=evening.now)
    assert db.session.scalar(select(Matter.state)) is not None
    posted(evening)
    assert became("assist_asked", to=people["other_lead"]) == [(SENT, None)]


@pytest.mark.parametrize(
    ("ending", "notice"),
    [("closed", "closed"), ("withdrawn", "withdrawn"), ("declined", "declined"), ("merged", "merged")],
)
def test_of_an_ended_problem_only_its_end_is_told(evening: Walker, ending: str, notice: str) -> None:
    problem_id = evening.to(ending)
    posted(evening)
    told = db.session.execute(
        select(Notice.name, Notice.status, Notice.dropped_why).where(Notice.problem_id == problem_id)
    ).all()
    sent = {name for name, status, _ in told if status == SENT}
    assert notice in sent
    assert {name for name, status, _ in told if status == WAITING} == set()
    assert "new_report" not in sent
    ended = [why for name, status, why in told if status == DROPPED and name == "received"]
    assert all(why and why.endswith("不必再通知") for why in ended)


def test_a_reminder_of_a_clock_that_waits_is_dropped(walker: Walker) -> None:
    problem_id = walker.to("assigned")
    sweep(night(date(2026, 9, 2)))
    walker.now = night(date(2026, 9, 2)) + timedelta(minutes=1)
    walker.do(problem_id, "object", suggested_group=walker.world.other_group_id)
    waiting = db.session.scalars(select(Notice).where(Notice.clock_id.is_not(None))).all()
    found = digesting.moot(waiting, walker.now)
    assert set(found) == {each.id for each in waiting}


def test_a_reminder_of_a_due_day_that_has_moved_is_dropped(walker: Walker) -> None:
    walker.to("assigned")
    sweep(night(date(2026, 9, 3)))
    told = db.session.scalars(select(Notice).where(Notice.name == "overdue")).all()
    assert told
    assert digesting.moot(told, walker.now) == {}
    moving = update(ProblemClock).where(ProblemClock.id == told[0].clock_id)
    db.session.execute(moving.values(due_on=date(2026, 9, 30)))
    db.session.commit()
    assert set(digesting.moot(told, walker.now).values()) == {"时限已经调整，不必再提醒"}


def test_the_enterprise_is_not_asked_again_for_what_it_has_said(evening: Walker) -> None:
    problem_id = evening.to("evaluating")
    evening.do(problem_id, "evaluate")
    posted(evening)
    assert set(became("please_evaluate")) == {(DROPPED, "企业已经评价")}


def test_a_substitute_is_told_in_the_place_of_him_whose_turn_it_is(evening: Walker) -> None:
    evening.to("assigned")
    told = db.session.scalars(select(Notice).where(Notice.name == "assigned")).all()
    stranger = evening.world.people["stranger"]
    foreign = Notice(
        **{column.name: getattr(told[0], column.name) for column in Notice.__table__.columns if column.name != "id"}
    )
    foreign.person_id, foreign.reader = stranger, f"p{stranger}"
    db.session.add(foreign)
    db.session.commit()
    assert set(digesting.moot([*told, foreign], evening.now)) == {foreign.id}, "whoever has no part in it has no turn"


def test_why_something_was_not_sent_stands_on_the_problems_page(app: Flask, evening: Walker) -> None:
    problem_id = evening.to("handling")
    posted(evening)
    page = text_of(visitor(app, evening.world, "dispatcher").get(f"/problems/{problem_id}"))
    assert "未发送（已不再轮到收件人办理）" in page


# -- What waits --------------------------------------------------------------------------------------------------------


def waiting(walker: Walker, parts: Collection[str], now: datetime) -> dict[str, list[tuple[str, int]]]:
    keys = {walker.world.people[part]: part for part in parts}
    found = digesting.waits(list(keys), now)
    return {keys[key]: [(line.heading, line.problem_id) for line in lines] for key, lines in found.items()}


def test_what_waits_is_told_as_it_is_then(walker: Walker) -> None:
    first, second = walker.to("assigned"), walker.to("assigned")
    morning = next_morning(date(2026, 9, 1))
    assert waiting(walker, ["group_lead", "stranger", "handler"], morning) == {
        "group_lead": [("今天到期", first), ("今天到期", second)]
    }
    later = next_morning(date(2026, 9, 2))
    assert waiting(walker, ["group_lead"], later) == {"group_lead": [("逾期", first), ("逾期", second)]}
    walker.now = later
    walker.do(first, "sign")
    assert waiting(walker, ["group_lead", "handler"], later)["group_lead"] == [("逾期", second)]
    assert ("逾期", first) not in waiting(walker, ["handler"], later)["handler"]


def test_a_draft_waits_for_nobody(walker: Walker) -> None:
    walker.do(None, "save")
    assert waiting(walker, ["reporter"], next_morning(date(2026, 9, 1))) == {}


def test_a_line_says_what_to_do_by_when(walker: Walker) -> None:
    walker.to("assigned")
    lead = walker.world.people["group_lead"]
    [line] = digesting.waits([lead], next_morning(date(2026, 9, 1)))[lead]
    assert line.subject == "〔2026〕0001 示例一号机械有限公司：厂区门前道路积水"
    assert line.body == "签收，9月2日（周三）24:00 前"
    [line] = digesting.waits([lead], next_morning(date(2026, 9, 3)))[lead]
    assert line.body == "签收，应在9月2日（周三）24:00 前完成，已逾期 2 个工作日"
