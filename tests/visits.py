"""Visits that tests begin with: planned and recorded by the commands, as anybody of the small district."""

from datetime import date
from typing import Any

from flask import Flask

from helpdesk.clock import now
from helpdesk.db import db
from helpdesk.problems.actors import Actor
from helpdesk.problems.queries import standing
from helpdesk.visits import commands
from helpdesk.visits.models import Visit
from tests.people import District

RECORD = {
    "done_on": "2026-09-01",
    "way": "site",
    "people_met": "王经理（办公室）",
    "situation": "订单稳定，正在扩建二号厂房。",
    "outcome": "none",
}
"""A record that can be taken as it is."""


def facts_of(day: date, **given: Any) -> commands.Facts:
    """What is said of a visit on that day; a problem was found where needs are named."""
    outcome = {"outcome": "found"} if given.get("needs") else {}
    return commands.Facts(**{**RECORD, **outcome, "done_on": day, **given})


def record(app: Flask, world: District, part: str, **given: Any) -> int:
    """The key of a visit that is on record: of a planned one (``visit_id``), or of one to the district's enterprise."""
    planned, key = given.pop("visit_id", None), given.pop("request_key", None)
    with app.app_context():
        me, by = standing(world.people[part], now()), Actor.person(world.person(part))
        facts = facts_of(me.today, **given)
        enterprise_id = None if planned else world.enterprise_id
        written = commands.record(facts, me=me, by=by, visit_id=planned, enterprise_id=enterprise_id, request_key=key)
        return written.visit_id


def plan(app: Flask, world: District, part: str, day: date, *, of: str | None = None) -> int:
    """The key of a visit planned by that person for himself, or for whoever plays the part ``of``."""
    with app.app_context():
        me, by = standing(world.people[part], now()), Actor.person(world.person(part))
        person_id = world.people[of or part]
        purpose = "了解厂房扩建进展"
        return commands.plan(world.enterprise_id, day, purpose, person_id=person_id, me=me, by=by).visit_id


def visit(app: Flask, visit_id: int) -> Visit:
    """That visit's row as it is now, detached."""
    with app.app_context():
        found = db.session.get(Visit, visit_id)
        assert found is not None
        db.session.expunge(found)
        return found
