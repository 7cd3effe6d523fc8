"""The demo as it stands after loading, and the masses of problems made from it, keep every promise of the heart."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from helpdesk.bulletins import queries as bulletin_queries
from helpdesk.bulletins import receipt_queries
from helpdesk.bulletins.reproducing import reproduce
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.demo import bulk
from helpdesk.demo.loading import load
from helpdesk.demo.problems import Record, records
from helpdesk.enterprises.models import Pairing
from helpdesk.listings.words import Reading
from helpdesk.notices.models import Notice
from helpdesk.office import queries as office_queries
from helpdesk.office import rates
from helpdesk.office.blocks import blocks_for
from helpdesk.office.pictures import Looking, ladder
from helpdesk.org.models import Person, Post
from helpdesk.problems import queries, ticking
from helpdesk.problems.cases import lamp_of
from helpdesk.problems.commands import Actor, act
from helpdesk.problems.models import Entry, NumberSeries, Problem, ProblemClock
from helpdesk.problems.sweep import sweep
from helpdesk.rules import rules_on
from tests import marks
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import Phase

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NEVER_WAITING = ("accept", "sign", "review", "close", "call_back")
SOME = {
    *("plain", "called_back", "unrated", "declined", "withdrawn", "terminated", "draft"),
    *("reported", "returned_late", "assigned", "objected", "handling_red", "handling_purple", "reviewing"),
    *("suspended", "elevated", "referred", "evaluating", "calling_back", "withdrawing", "closing"),
    *("main_open", "merged"),
}
REPORT = {
    "title": "厂区门前道路积水",
    "detail": "连续三天积水，货车无法进出厂区。",
    "category": "transport",
    "urgency": "ordinary",
    "contact_name": "王经理",
    "contact_phone": "19900000000",
    "contact_email": None,
}


def quiet(words: str) -> None:
    """Nobody listens."""


def some_records() -> list[Record]:
    """One record for each of some stories that end in every state."""
    first = {record.story: record for record in reversed(records())}
    return [record for record in records() if first[record.story] is record and record.story in SOME]


@pytest.mark.databases("sqlite")
def test_the_whole_demo_shows_every_state_lamp_and_ledger(app: Flask, runner: FlaskCliRunner) -> None:
    with app.app_context():
        load(records(), NOW, quiet)
        problems = list(db.session.scalars(select(Problem)))
        assert len(problems) == len(records())
        assert {problem.state for problem in problems} == {state.name for state in PROBLEM.states} - {"not_moved_in"}
        lamps = {lamp.colour for problem in problems if (lamp := lamp_of(problem, NOW))}
        assert lamps == {"green", "yellow", "red", "purple", "blue"}  # grey: a waiting clock beside a running one
        assert db.session.scalar(select(func.count()).where(ProblemClock.waiting_since_at.is_not(None)))
        closed = sum(problem.phase == Phase.CLOSED for problem in problems)
        assert 0.55 < closed / len(problems) < 0.7
        late = {p.group_id for p in problems if p.phase == Phase.OPEN and p.due_at and p.due_at < NOW and not p.waiting}
        assert len(late) >= 3
        assert {p.satisfaction for p in problems if p.state == "closed"} == {"satisfied", "fair", None}
        assert max(problem.round for problem in problems) == 3
        told = Counter(db.session.scalars(select(Notice.status)))
        assert set(told) <= {"sent", "waiting", "dropped", "no_address"}
        assert told["sent"] > 20 * told["waiting"]
        check_promises()
        check_bulletin()
        check_office()


@pytest.mark.databases("sqlite")
def test_loading_twice_changes_nothing_and_everybody_can_be_found(app: Flask, runner: FlaskCliRunner) -> None:
    assert runner.invoke(args=["demo", "logins"]).exit_code == 1
    with app.app_context():
        load(records()[:1], NOW, quiet)
        people = db.session.scalar(select(func.count()).select_from(Person))
    again = runner.invoke(args=["demo", "load"])
    assert again.exit_code == 0
    assert "data already" in again.output
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Person)) == people
    logins = runner.invoke(args=["demo", "logins"])
    assert "zhaoming" in logins.output
    assert "密码" in logins.output


def test_masses_of_problems_keep_every_promise(app: Flask) -> None:
    with app.app_context():
        load(some_records(), NOW, quiet)
        before = db.session.scalar(select(func.count()).select_from(Problem)) or 0
        bulk.fill(300, quiet)
        assert db.session.scalar(select(func.count()).select_from(Problem)) == before + 300
        check_promises()
        check_spread()
        bulk.fill(50, quiet)
        assert sweep(NOW + timedelta(days=1)).failed == 0
        check_promises()
        check_next_number()


def check_promises() -> None:
    """Clocks, summaries, strikes, numbers and timelines agree with each other."""
    db.session.expire_all()
    struck = queries.struck_of(list(db.session.scalars(select(ProblemClock.id))))
    rules = rules_on(calendar().day_of(NOW))
    for problem in db.session.scalars(select(Problem)):
        rows = queries.clocks_of(problem.id)
        active = [row for row in rows if row.stopped_at is None]
        assert bool(active) == (problem.phase == Phase.OPEN)
        again = SimpleNamespace()
        ticking.summarise(again, [row for row in rows if row.matter_id is None])  # type: ignore[arg-type]
        assert all(getattr(problem, name) == value for name, value in vars(again).items()), problem.number
        for row in rows:
            assert row.strike_at == (None if row.stopped_at else ticking.look_again(row, struck.get(row.id, []), rules))
    check_numbers()
    written = set(db.session.scalars(select(Entry.problem_id).distinct()))
    assert written == set(db.session.scalars(select(Problem.id)))
    assert marks.written() == marks.recounted()


def check_numbers() -> None:
    """No gaps and no doubles in any year."""
    for column in ("number", "closing_number"):
        given = list(db.session.scalars(select(getattr(Problem, column)).where(getattr(Problem, column).is_not(None))))
        for series in db.session.scalars(select(NumberSeries).where(NumberSeries.kind == column)):
            of_year = {int(each.partition("〕")[2]) for each in given if f"〔{series.year}〕" in each}
            reopened = 1 if column == "closing_number" else 0  # the number of a reopened one is not given again
            assert series.last - len(of_year) <= reopened


def check_spread() -> None:
    """Eight of ten are closed, over two years, and their limits count the right working days."""
    phases = Counter(db.session.scalars(select(Problem.phase)))
    assert 0.7 < phases["closed"] / phases.total() < 0.85
    oldest = db.session.scalar(select(func.min(Problem.reported_at)))
    assert oldest
    assert timedelta(days=500) < NOW - oldest < timedelta(days=800)
    for row in db.session.scalars(select(ProblemClock).where(ProblemClock.name.in_(NEVER_WAITING))):
        if row.problem.came_from != "withdrawing":
            assert calendar().between(row.started_on, row.due_on) == row.amount


def check_next_number() -> None:
    """The next report goes on where the copies ended."""
    last = db.session.get(NumberSeries, ("number", "二道区", 2026))
    assert last
    expected = f"〔2026〕{last.last + 1:04d}"
    pairing = db.session.scalars(select(Pairing).join(Post, Post.person_id == Pairing.person_id)).first()
    assert pairing
    given = {**REPORT, "enterprise": pairing.enterprise_id}
    acted = act(None, "report", by=Actor.person(pairing.person), given=given, now=NOW + timedelta(days=1))
    assert queries.get_for_change(acted.problem_id).number == expected


def check_bulletin() -> None:
    """Last month's bulletin is issued, some units have signed and some have not, and it can be counted again."""
    (issue,) = bulletin_queries.numbers()
    signed, sent = receipt_queries.receipts_by_bulletin([issue.bulletin_id])[issue.bulletin_id]
    assert 0 < signed < sent
    assert issue.figures["totals"]["reported"]["value"] > 10
    assert reproduce(issue).differences == []


def check_office() -> None:
    """督查工作台 has something in most of its blocks, and the pictures have something to show."""
    supervisor = db.session.scalars(select(Person.id).where(Person.username == "fengxue")).one()
    reading = Reading(queries.standing(supervisor, NOW))
    blocks = blocks_for(frozenset({Role.SUPERVISOR}))
    counts = office_queries.counts({block.name: block.keys(reading) for block in blocks})
    filled = {name for name, number in counts.items() if number}
    assert filled >= {"new", "overdue", "week", "orders", "receipts", "to-call-back", "to-close", "sampled"}
    looking = Looking(reading, date(2026, 9, 1), date(2026, 11, 23), {}, lambda listing, **_: listing)
    for chart in (rates.flow(looking), rates.trend(looking), rates.answers(looking), rates.ages(looking)):
        assert not chart.empty, chart.name
    assert not ladder(looking).empty
    assert not rates.heat(looking).empty
