"""Reading the ledger of what struck: reminders, 催办通知书, 督办 by the clock, each with its problem."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Select, select, true

from helpdesk.enterprises.models import Enterprise
from helpdesk.listings.queries import Condition, Keys, Order
from helpdesk.org.models import Unit
from helpdesk.problems.cases import Standing
from helpdesk.problems.models import Problem, ProblemClock, Strike
from helpdesk.problems.queries import visible_to

STRUCK = Order((Strike.struck_on, Strike.id), (Strike.struck_on.desc(), Strike.id.desc()))


def struck(me: Standing) -> Keys:
    """What struck and was told, of problems that this person may see; what lapsed was told to nobody."""
    seen = true() if me.sees_district else _of_clocks(ProblemClock.problem_id.in_(_problems(visible_to(me))))
    return select(Strike.id).where(Strike.lapsed.is_(False), seen)


def of_milestones(names: Collection[str]) -> Condition:
    """Strikes of these milestones."""
    return Strike.milestone.in_(names)


def of_unit(unit_id: int | None) -> Condition:
    """Strikes of clocks that this unit answers for; None: that a single person does."""
    unit = ProblemClock.unit_id
    return _of_clocks(unit.is_(None) if unit_id is None else unit == unit_id)


def of_problems(condition: Condition) -> Condition:
    """Strikes of clocks of problems for which this holds."""
    return _of_clocks(ProblemClock.problem_id.in_(_problems(condition)))


def struck_from(day: date) -> Condition:
    """Struck on that local day or later."""
    return Strike.struck_on >= day


def struck_until(day: date) -> Condition:
    """Struck on that local day or earlier."""
    return Strike.struck_on <= day


def _of_clocks(condition: Condition) -> Condition:
    return Strike.clock_id.in_(select(ProblemClock.id).where(condition))


def _problems(condition: Condition) -> Select[Any]:
    return select(Problem.id).where(condition)


def strike_lines(keys: Any, *, longest: int) -> Select[Any]:
    """The lines of these strikes; ``longest`` plays no part, nothing in them is long."""
    wanted = keys.subquery()
    columns: tuple[Any, ...] = (
        *(Problem.id, Problem.number, Problem.title, Problem.phase, Enterprise.name.label("enterprise")),
        *(Strike.id.label("strike_id"), Strike.milestone, Strike.due_on, Strike.struck_on),
        *(ProblemClock.id.label("clock_id"), ProblemClock.name.label("clock"), Unit.name.label("unit")),
    )
    return (
        select(*columns)
        .select_from(Strike)
        .join(wanted, wanted.c.id == Strike.id)
        .join(ProblemClock, ProblemClock.id == Strike.clock_id)
        .join(Problem, Problem.id == ProblemClock.problem_id)
        .outerjoin(Enterprise, Enterprise.id == Problem.enterprise_id)
        .outerjoin(Unit, Unit.id == ProblemClock.unit_id)
    )
