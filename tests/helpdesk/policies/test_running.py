"""Running clocks and versions: the limit stays as it was when they started, the milestones follow the version in force."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import create_app
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices.models import Notice
from helpdesk.org.models import Person
from helpdesk.policies import commands
from helpdesk.problems.models import ClockStep, Entry, ProblemClock, Strike
from helpdesk.problems.sweep import follow_rules, sweep
from helpdesk.rules import rules_on, strikes_follow
from tests.conftest import usual_settings
from tests.helpdesk.policies.conftest import TUESDAY
from tests.helpdesk.policies.publishing import publish
from tests.people import District
from tests.walking import Walker, problem
from tests.workflows.policies import laddered, limited, mark, marked
from workflows.lamps import Lamp
from workflows.policy import SHIPPED
from workflows.terms import Limit

WEDNESDAY = TUESDAY + timedelta(days=1)


@pytest.fixture
def lead(world: District) -> Person:
    """The head of 调度室."""
    return world.person("dispatch_lead")


def clock(name: str) -> ProblemClock:
    db.session.expire_all()
    return db.session.scalars(
        select(ProblemClock).where(ProblemClock.name == name).order_by(ProblemClock.id.desc())
    ).one()


def morning(day: date) -> datetime:
    return calendar().at(day) + timedelta(hours=1)


def struck(name: str = "handle") -> list[tuple[str, str]]:
    """The milestones of a clock that have struck, with their day; what lapsed in brackets."""
    rows = db.session.execute(
        select(Strike.milestone, Strike.struck_on, Strike.lapsed)
        .join(ProblemClock, ProblemClock.id == Strike.clock_id)
        .where(ProblemClock.name == name)
        .order_by(Strike.struck_on, Strike.id)
    )
    return [(f"({mark})" if lapsed else mark, f"{day:%m-%d}") for mark, day, lapsed in rows]


def sweep_daily(first: date, last: date) -> None:
    for n in range((last - first).days + 1):
        sweep(morning(first + timedelta(days=n)))


# -- Limits ------------------------------------------------------------------------------------------------------------


def test_a_running_clock_keeps_its_limit_and_the_next_one_gets_the_new_one(walker: Walker, lead: Person) -> None:
    first = walker.to("assigned")
    before = clock("sign").due_on
    version_id = publish(limited("sign", Limit(4)), lead, TUESDAY, walker.now)
    assert (clock("sign").amount, clock("sign").due_on, clock("sign").policy_id) == (1, before, None)
    sweep(morning(WEDNESDAY))
    assert clock("sign").due_on == before
    second = walker.to("assigned")
    rows = db.session.scalars(select(ProblemClock).where(ProblemClock.name == "sign").order_by(ProblemClock.id)).all()
    assert [(row.problem_id, row.amount, row.policy_id) for row in rows] == [
        (first, 1, None),
        (second, 4, version_id),
    ]


def test_until_its_day_a_version_changes_nothing(walker: Walker, lead: Person) -> None:
    publish(limited("sign", Limit(4)), lead, TUESDAY + timedelta(days=10), walker.now)
    walker.to("assigned")
    assert (clock("sign").amount, clock("sign").policy_id) == (1, None)


def test_lamps_follow_the_version_in_force(walker: Walker, lead: Person) -> None:
    from dataclasses import replace

    from helpdesk.problems.cases import lamp_of

    found = walker.to("handling")
    now = walker.now
    lamp = lamp_of(problem(found), now)
    assert lamp == Lamp("yellow", "还有 3 个工作日")
    publish(replace(SHIPPED, soon_days=2), lead, TUESDAY, now)
    assert lamp_of(problem(found), now) == replace(lamp, colour="green")


# -- Milestones --------------------------------------------------------------------------------------------------------


def test_milestones_follow_a_version_that_is_published_while_the_clock_runs(walker: Walker, lead: Person) -> None:
    """办理 is due on Thursday 10 September: five days before is the 3rd, three days before the 7th."""
    walker.to("handling")
    publish(marked("handle", "due_soon", days=-5), lead, TUESDAY, walker.now)
    sweep_daily(WEDNESDAY, date(2026, 9, 11))
    assert struck() == [("due_soon", "09-03"), ("due_next", "09-09"), ("due_today", "09-10"), ("overdue", "09-11")]


def test_a_version_comes_into_force_by_mere_date(walker: Walker, lead: Person) -> None:
    walker.to("handling")
    sweep(morning(TUESDAY))
    version_id = publish(marked("handle", "overdue", days=2), lead, date(2026, 9, 8), walker.now)
    sweep_daily(WEDNESDAY, date(2026, 9, 7))
    assert strikes_follow() is None
    sweep_daily(date(2026, 9, 8), date(2026, 9, 14))
    assert strikes_follow() == version_id
    assert struck() == [("due_soon", "09-07"), ("due_next", "09-09"), ("due_today", "09-10"), ("overdue", "09-14")]


def test_nothing_strikes_twice_however_often_the_versions_change(walker: Walker, lead: Person) -> None:
    walker.to("handling")
    sweep_daily(WEDNESDAY, date(2026, 9, 11))
    told = db.session.query(Notice).count()
    for days in (3, 1, 2):
        publish(marked("handle", "overdue", days=days), lead, date(2026, 9, 11), morning(date(2026, 9, 11)))
        sweep(morning(date(2026, 9, 11)) + timedelta(hours=days))
    assert [each for each, _ in struck()].count("overdue") == 1
    published = db.session.query(Notice).filter(Notice.name == "policy_published").count()
    assert db.session.query(Notice).count() == told + published


def test_what_is_told_anew_is_dated_at_the_day_the_version_came_into_force(walker: Walker, lead: Person) -> None:
    """Due on the 10th; a version of the 16th urges at once who has been late for four days."""
    quiet = laddered("handle", *(each for each in SHIPPED.ladders["handle"] if each.name != "overdue"))
    publish(quiet, lead, TUESDAY, walker.now)
    walker.to("handling")
    sweep_daily(WEDNESDAY, date(2026, 9, 15))
    assert "overdue" not in dict(struck())
    publish(SHIPPED, lead, date(2026, 9, 16), morning(date(2026, 9, 15)))
    sweep_daily(date(2026, 9, 16), date(2026, 9, 16))
    assert dict(struck())["overdue"] == "09-16"


def test_a_reminder_whose_day_has_passed_lapses_when_a_version_brings_it(walker: Walker, lead: Person) -> None:
    walker.to("handling")
    sweep(morning(date(2026, 9, 4)))
    publish(marked("handle", "due_soon", days=-5), lead, date(2026, 9, 4), morning(date(2026, 9, 4)))
    sweep(morning(date(2026, 9, 5)))
    assert struck() == [("(due_soon)", "09-03")]


def test_after_a_standstill_each_milestone_strikes_under_the_version_of_its_day(walker: Walker, lead: Person) -> None:
    """Nothing swept from the 2nd to the 30th; on the 18th a version came that supervises two days later."""
    walker.to("handling")
    later = marked("handle", "supervised_again", marked("handle", "supervised", days=7), days=12)
    publish(later, lead, date(2026, 9, 18), walker.now)
    sweep(morning(date(2026, 9, 30)))
    assert [each for each in struck() if each[0].startswith(("overdue", "supervised"))] == [
        ("overdue", "09-11"),
        ("supervised", "09-17"),  # five days late, under the rules of that day
        ("supervised_again", "09-28"),  # twelve days late, under the new ones
    ]


def test_what_was_missed_just_before_a_version_came_is_not_put_off_by_it(walker: Walker, lead: Person) -> None:
    """Supervised on the 17th, when nothing swept; from the 18th on it would be two working days later."""
    walker.to("handling")
    publish(marked("handle", "supervised", days=7), lead, date(2026, 9, 18), walker.now)
    sweep_daily(WEDNESDAY, date(2026, 9, 16))
    sweep(morning(date(2026, 9, 19)))
    assert dict(struck())["supervised"] == "09-17"


@pytest.mark.parametrize("stands_still", [False, True])
def test_a_standstill_ends_in_the_same_ledger_as_if_there_had_been_none(
    walker: Walker, lead: Person, *, stands_still: bool
) -> None:
    """Due on the 10th; from the 11th on urged after four days, from the 14th after one, and supervised after three."""
    walker.to("handling")
    publish(marked("handle", "overdue", days=4), lead, date(2026, 9, 11), walker.now)
    publish(marked("handle", "supervised", days=3), lead, date(2026, 9, 14), walker.now)
    sweep_daily(date(2026, 9, 30) if stands_still else WEDNESDAY, date(2026, 9, 30))
    assert [each for each in struck() if each[0].startswith(("overdue", "supervised"))] == [
        ("overdue", "09-14"),
        ("supervised", "09-15"),
        ("supervised_again", "09-23"),
    ]


def test_a_clock_with_nothing_left_to_strike_is_looked_at_again_under_a_version_that_has_more(
    walker: Walker, lead: Person
) -> None:
    publish(laddered("handle", mark(SHIPPED, "handle", "due_today")), lead, TUESDAY, walker.now)
    walker.to("handling")
    sweep_daily(WEDNESDAY, date(2026, 9, 11))
    assert clock("handle").strike_at is None
    publish(SHIPPED, lead, date(2026, 9, 12), morning(date(2026, 9, 11)))
    sweep_daily(date(2026, 9, 12), date(2026, 9, 17))
    told = [each for each in struck() if not each[0].startswith("(")]
    assert told == [("due_today", "09-10"), ("overdue", "09-12"), ("supervised", "09-17")]


def test_waiting_and_stopped_clocks_are_left_alone(walker: Walker, lead: Person) -> None:
    walker.to("objected")
    assert clock("handle").unspent is not None
    publish(marked("handle", "due_soon", days=-5), lead, TUESDAY, walker.now)
    looked_at = follow_rules(walker.now)
    running = db.session.query(ProblemClock).filter(ProblemClock.stopped_at.is_(None), ProblemClock.unspent.is_(None))
    assert looked_at == running.count()
    assert clock("handle").strike_at is None
    assert clock("sign").strike_at is None


def test_reckoning_anew_is_done_once_in_batches_and_again_does_no_harm(
    walker: Walker, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.problems.sweep.RECKONED", 2)
    for _ in range(3):
        walker.to("handling")
    publish(marked("handle", "due_soon", days=-5), lead, TUESDAY, walker.now)
    assert follow_rules(walker.now) == 6  # 首次反馈 and 办理 of each
    moments = [row.strike_at for row in db.session.scalars(select(ProblemClock).where(ProblemClock.name == "handle"))]
    assert set(moments) == {calendar().at(date(2026, 9, 3))}
    assert follow_rules(walker.now) == 0


def test_another_process_learns_of_a_version_with_its_next_transaction(
    app: Flask, walker: Walker, lead: Person, database_url: str, tmp_path: object
) -> None:
    other = create_app({**usual_settings(database_url, tmp_path)})  # type: ignore[arg-type]
    with other.app_context():
        assert rules_on(TUESDAY).version_id is None
        db.session.rollback()
    version_id = publish(limited("sign", Limit(4)), lead, TUESDAY, walker.now)
    with other.app_context():
        assert rules_on(TUESDAY).version_id == version_id
        db.session.remove()
        db.engine.dispose()


# -- Re-timing ---------------------------------------------------------------------------------------------------------


def test_re_timing_gives_running_clocks_the_limit_in_force_from_their_own_start(walker: Walker, lead: Person) -> None:
    found = walker.to("handling")
    version_id = publish(limited("handle", Limit(10), "ordinary"), lead, TUESDAY, walker.now)
    assert [move.name for move in commands.retime(by=lead, now=walker.now, dry_run=True)] == ["handle"]
    assert clock("handle").due_on == date(2026, 9, 10)
    (move,) = commands.retime(by=lead, now=walker.now)
    assert (move.before, move.after) == (date(2026, 9, 10), date(2026, 9, 15))
    row = clock("handle")
    assert (row.amount, row.due_on, row.policy_id) == (10, date(2026, 9, 15), version_id)
    step = db.session.scalars(select(ClockStep).where(ClockStep.clock_id == row.id)).one()
    assert (step.kind, step.amount, step.by_name) == ("retimed", 10, "某dispatch_lead")
    entry = db.session.scalars(select(Entry).where(Entry.problem_id == found).order_by(Entry.id.desc())).first()
    assert entry
    assert entry.action == "moved"
    told = db.session.scalars(select(Notice).where(Notice.name == "dates_moved")).all()
    assert len(told) == len({row.person_id for row in told}) > 0
    assert commands.retime(by=lead, now=walker.now + timedelta(minutes=1)) == []


def test_only_the_named_clocks_are_re_timed(walker: Walker, lead: Person) -> None:
    walker.to("handling")
    both = limited("respond", Limit(5), "else", limited("handle", Limit(10), "ordinary"))
    publish(both, lead, TUESDAY, walker.now)
    assert [move.name for move in commands.retime(by=None, now=walker.now, names=["respond"])] == ["respond"]
    assert (clock("respond").amount, clock("handle").amount) == (5, 7)


def test_where_the_limits_are_as_they_were_nothing_moves_and_nobody_is_told(walker: Walker, lead: Person) -> None:
    walker.to("handling")
    publish(marked("handle", "due_soon", days=-5), lead, TUESDAY, walker.now)
    assert commands.retime(by=lead, now=walker.now) == []
    assert db.session.scalars(select(Notice).where(Notice.name == "dates_moved")).all() == []
