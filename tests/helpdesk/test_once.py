"""What is read once per transaction is read anew as soon as it may be otherwise."""

from datetime import date

from flask import Flask
from sqlalchemy import func, select

from helpdesk.db import begin_writing, db, once
from helpdesk.org.models import Duty, Post, Unit, UnitKind
from helpdesk.org.queries import seating
from tests.people import LONG_AGO, found_district
from workflows.roles import Role

TODAY = date(2026, 11, 23)


def test_the_same_question_is_asked_once_until_the_transaction_ends(app: Flask) -> None:
    asked: list[int | None] = []

    def ask() -> int:
        return once("how often", lambda: asked.append(db.session.scalar(select(func.count(Unit.id)))) or len(asked))

    with app.app_context():
        assert [ask(), ask()] == [1, 1]
        db.session.commit()
        assert [ask(), ask()] == [2, 2]
        db.session.rollback()
        assert ask() == 3
        db.session.add(Unit(name="新单位", kind=UnitKind.DEPARTMENT))
        db.session.flush()
        assert ask() == 4


def test_whoever_takes_a_seat_is_seen_on_it_at_once(app: Flask) -> None:
    with app.app_context():
        world = found_district()
        assert len(seating(TODAY).holders(Role.DISPATCH_LEAD, None)) == 1
        begin_writing()
        stranger = world.people["stranger"]
        db.session.add(Post(person_id=stranger, unit_id=world.units["调度室"], duty=Duty.LEAD, from_on=LONG_AGO))
        db.session.flush()
        assert [each.person_id for each in seating(TODAY).holders(Role.DISPATCH_LEAD, None)][-1] == stranger
