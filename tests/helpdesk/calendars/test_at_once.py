"""Two people at once: of two changes of the calendar one wins; acts on problems and a notice never lose one another."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from flask import Flask

from helpdesk.calendars import queries
from helpdesk.calendars.commands import look_after, publish
from helpdesk.calendars.models import Declaration
from helpdesk.calendars.proposals import Proposal, local_days, local_proposal
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.errors import StaleError
from helpdesk.problems.models import Problem, ProblemClock
from helpdesk.problems.moves import moves_under
from tests.people import found_district
from tests.walking import Walker

NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)  # Tuesday, 10:00


def closing(day: date, name: str) -> Proposal:
    reading = local_days(day, day, working=False, name=name, today=date(2026, 9, 1))
    return local_proposal(reading, name=name, number=None)


def together(*works: Callable[[], None]) -> list[Exception]:
    """Run these at the same moment; what went wrong."""
    start, wrong = threading.Barrier(len(works)), list[Exception]()

    def run(work: Callable[[], None]) -> None:
        start.wait()
        try:
            work()
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_of_two_changes_made_from_the_same_calendar_one_wins(app: Flask) -> None:
    with app.app_context():
        found_district()
        revision = queries.revision()

    def enter(day: int) -> Callable[[], None]:
        def work() -> None:
            with app.app_context():
                publish(closing(date(2026, 9, day), f"停工{day}"), revision=revision, by=None, now=NOW)

        return work

    wrong = together(enter(3), enter(4), enter(7))
    assert [type(error) for error in wrong] == [StaleError, StaleError]
    with app.app_context():
        assert db.session.query(Declaration).filter_by(kind="district").count() == 1
        assert queries.revision() == revision + 1


def test_what_people_do_meanwhile_and_the_notice_agree_in_the_end(app: Flask) -> None:
    with app.app_context():
        world = found_district()
        walker = Walker(world, NOW)
        keys = [walker.to("assigned") for _ in range(6)]

    def sign(key: int) -> Callable[[], None]:
        def work() -> None:
            with app.app_context():
                Walker(world, NOW).do(key, "sign")

        return work

    def close() -> None:
        with app.app_context():
            person = world.person("administrator")
            publish(closing(date(2026, 9, 2), "停工"), revision=None, by=person, now=NOW)

    assert together(close, *map(sign, keys)) == []
    with app.app_context():
        assert {problem.state for problem in db.session.query(Problem)} == {"handling"}
        look_after(NOW + timedelta(hours=12), gap=None)  # whoever signed without having heard of it
        assert moves_under(calendar(), now=NOW) == []
        assert {row.due_on for row in running("respond")} == {
            date(2026, 9, 7)
        }  # 3 September, 4 and 7: the 2nd is closed


def running(name: str) -> list[ProblemClock]:
    return db.session.query(ProblemClock).filter_by(name=name, stopped_at=None).all()
