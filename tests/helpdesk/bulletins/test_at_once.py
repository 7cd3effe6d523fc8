"""Two people at once: one issues, the other is told; what is written to the timeline meanwhile is counted or not, never half."""

from collections.abc import Callable

import pytest
from flask import Flask

from helpdesk.bulletins import commands, queries
from helpdesk.bulletins.models import Issue
from helpdesk.bulletins.reproducing import reproduce
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.problems.actors import Actor
from tests.helpdesk.bulletins.conftest import SEPTEMBER, Weeks, lived
from tests.helpdesk.calendars.test_at_once import together
from tests.walking import Walker
from workflows.engine import Refused


@pytest.fixture
def days(app: Flask) -> Weeks:
    """No application context stays open: each thread has its own."""
    with app.app_context():
        return lived(problems=4, acts=12)


def issuing(app: Flask, days: Weeks, key: int) -> Callable[[], None]:
    def work() -> None:
        with app.app_context():
            by = Actor.person(days.world.person("chief"))
            commands.act(key, "issue_bulletin", by=by, given={}, now=days.now)

    return work


def test_of_two_bulletins_issued_at_the_same_moment_one_gets_the_number(app: Flask, days: Weeks) -> None:
    with app.app_context():
        first, second = days.submitted(), days.submitted()
    wrong = together(issuing(app, days, first), issuing(app, days, second))
    assert len(wrong) == 1
    assert isinstance(wrong[0], Refused)
    with app.app_context():
        assert [each.number for each in queries.numbers()] == ["通报〔2026〕1号"]


def test_the_same_bulletin_issued_twice_at_the_same_moment_is_issued_once(app: Flask, days: Weeks) -> None:
    with app.app_context():
        key = days.submitted()
    wrong = together(*(issuing(app, days, key) for _ in range(3)))
    assert len(wrong) == 2
    assert all(isinstance(each, Refused) for each in wrong)
    with app.app_context():
        assert db.session.query(Issue).count() == 1


def test_what_happens_while_it_is_issued_is_counted_whole_or_not_at_all(app: Flask, days: Weeks) -> None:
    with app.app_context():
        today = calendar().day_of(days.now)
        key = days.submitted(type(SEPTEMBER)(SEPTEMBER.span.CUSTOM, SEPTEMBER.first_on, today))

    def reporting() -> None:
        with app.app_context():
            walker = Walker(days.world, days.now)
            for _ in range(6):
                walker.to("handling")

    wrong = together(reporting, issuing(app, days, key), reporting)
    assert wrong == []
    with app.app_context():
        issue = queries.issue_of(key)
        assert issue is not None
        assert reproduce(issue).differences == []
