"""Reading an office's day in few statements: all numbers at once, and what is overdue by unit and by days."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import case, func, select

from helpdesk.db import db
from helpdesk.listings.due_filters import BANDS, band_condition
from helpdesk.listings.queries import LATE, with_lamp
from helpdesk.listings.terms import Keys
from helpdesk.org.models import Unit
from helpdesk.problems.cases import Standing
from helpdesk.problems.models import Problem, ProblemClock


def counts(keys: Mapping[str, Keys]) -> dict[str, int]:
    """How many rows each of these lists has, in one statement."""
    if not keys:
        return {}
    numbers = [
        select(func.count()).select_from(wanted.order_by(None).subquery()).scalar_subquery().label(name)
        for name, wanted in keys.items()
    ]
    return dict(db.session.execute(select(*numbers)).one()._mapping)


def by_unit_and_band(keys: Keys, me: Standing) -> list[Any]:
    """Overdue clocks by the unit that answers for them and by days: ``unit_id``, ``unit``, ``band``, ``size``."""
    band = case(*((band_condition(each.name, me.today), each.name) for each in BANDS)).label("band")
    alike = keys.order_by(None).with_only_columns(ProblemClock.unit_id, band).subquery()
    sums = (
        select(alike.c.unit_id, alike.c.band, func.count().label("size"))
        .group_by(alike.c.unit_id, alike.c.band)
        .subquery()
    )
    rows = select(sums.c.unit_id, Unit.name.label("unit"), sums.c.band, sums.c.size)
    return list(
        db.session.execute(rows.outerjoin(Unit, Unit.id == sums.c.unit_id).order_by(sums.c.unit_id.nulls_last()))
    )


# -- Pictures ----------------------------------------------------------------------------------------------------------


def late_by_state(problems: Keys, me: Standing) -> dict[str, int]:
    """How many of these problems are overdue, by state."""
    late = problems.where(with_lamp(LATE, me)).order_by(None).with_only_columns(Problem.state).subquery()
    rows = select(late.c.state, func.count().label("size")).group_by(late.c.state)
    return {row.state: row.size for row in db.session.execute(rows)}
