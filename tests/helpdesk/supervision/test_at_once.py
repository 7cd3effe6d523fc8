"""Two at once: one draft about a problem, whoever drafts; one number an order, without gap or double."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from helpdesk.db import db
from helpdesk.problems.actors import Actor
from helpdesk.problems.sweep import sweep
from helpdesk.proceedings.commands import proceed
from helpdesk.proceedings.models import Proceeding
from helpdesk.supervision.commands import Drafted, draft_due, draft_for
from helpdesk.supervision.models import OrderProblem
from tests.desk import TUESDAY_MORNING
from tests.helpdesk.calendars.test_at_once import together
from tests.people import District, found_district
from tests.visitors import at
from tests.walking import Walker
from workflows.engine import Refused

LATE = at("2026-09-09 09:00")
"""The fifth working day after a problem assigned on 1 September should have been signed for."""


@pytest.fixture
def world(app: Flask) -> District:
    """The small district; no application context stays open: each thread has its own."""
    with app.app_context():
        return found_district()


def late_problems(app: Flask, world: District, count: int) -> list[int]:
    """Problems of one group for which an order is called for, and nobody has drafted one yet."""
    with app.app_context():
        walker = Walker(world, TUESDAY_MORNING)
        keys = [walker.to("assigned") for _ in range(count)]
        sweep(LATE)
        return keys


def by_hand(app: Flask, world: District, keys: list[int], told: list[Drafted]) -> Callable[[], None]:
    def work() -> None:
        with app.app_context():
            by = Actor.person(world.person("supervisor"))
            told.append(draft_for(keys, level="1", by=by, now=LATE, may_see=lambda _: True))

    return work


def by_milestone(app: Flask, now: datetime = LATE) -> Callable[[], None]:
    def work() -> None:
        with app.app_context():
            draft_due(now)

    return work


def about(app: Flask) -> list[int]:
    """Of which problems there are orders, once for each order."""
    with app.app_context():
        return sorted(row.problem_id for row in db.session.query(OrderProblem))


def test_of_two_people_who_draft_about_the_same_problems_one_wins_and_the_other_is_told(
    app: Flask, world: District
) -> None:
    keys, told = late_problems(app, world, 6), list[Drafted]()
    wrong = together(*(by_hand(app, world, chosen, told) for chosen in (keys, keys[::-1], keys)))
    assert wrong == []
    assert sorted(len(each.orders) for each in told) == [0, 0, 1]
    refused = [each.refused for each in told if not each.orders]
    assert refused == [dict.fromkeys(keys, "已经在另一份督办单草稿里")] * 2
    assert about(app) == keys


def test_a_person_and_the_milestones_do_not_draft_about_the_same_problem(app: Flask, world: District) -> None:
    keys, told = late_problems(app, world, 6), list[Drafted]()
    wrong = together(by_milestone(app), by_hand(app, world, keys, told), by_milestone(app))
    assert wrong == []
    assert about(app) == keys


def test_drafts_issued_at_the_same_moment_are_numbered_one_after_the_other(app: Flask, world: District) -> None:
    drafts = late_drafts(app, world, 4)
    assert together(*(issuing(app, world, key) for key in drafts)) == []
    assert numbers(app) == [f"督办〔2026〕{number}号" for number in range(1, 5)]


def test_a_draft_issued_twice_at_the_same_moment_takes_one_number(app: Flask, world: District) -> None:
    first, second = late_drafts(app, world, 2)
    wrong = together(*(issuing(app, world, first) for _ in range(3)))
    assert len(wrong) == 2
    assert all(isinstance(each, Refused) for each in wrong)
    issuing(app, world, second)()
    assert numbers(app) == ["督办〔2026〕1号", "督办〔2026〕2号"]


def late_drafts(app: Flask, world: District, count: int) -> list[int]:
    """Drafts by hand, each about one problem."""
    told = list[Drafted]()
    for key in late_problems(app, world, count):
        by_hand(app, world, [key], told)()
    return [order_id for each in told for order_id in each.orders]


def issuing(app: Flask, world: District, key: int) -> Callable[[], None]:
    def work() -> None:
        with app.app_context():
            by = Actor.person(world.person("supervisor"))
            given = {"reply_by": at("2026-09-16 09:00").date()}
            proceed("order", key, "issue_order", by=by, given=given, now=LATE)

    return work


def numbers(app: Flask) -> list[str | None]:
    """The numbers of all orders."""
    with app.app_context():
        return sorted(each.number for each in db.session.query(Proceeding) if each.number)
