"""The marks as they were written, and as the timelines entail them: to be compared wherever problems were led on."""

from dataclasses import fields
from datetime import date

from sqlalchemy import select

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.org.queries import own_office_of
from helpdesk.problems.marks import Mark
from helpdesk.problems.models import ClockStep, Entry
from helpdesk.problems.recounting import Counted, marks_from


def recounted() -> set[Counted]:
    """What the timelines entail; posts and steps are read as they stand on record."""
    entries = list(db.session.scalars(select(Entry).order_by(Entry.id)))
    steps = db.session.scalars(select(ClockStep).where(ClockStep.kind == "extended"))
    put_off: dict[int, date] = {step.entry_id: step.due_before_on for step in steps if step.entry_id}
    return set(marks_from(entries, calendar=calendar(), office_of=own_office_of, put_off=put_off))


def written() -> set[Counted]:
    names = [field.name for field in fields(Counted)]
    return {Counted(**{name: getattr(mark, name) for name in names}) for mark in db.session.scalars(select(Mark))}
