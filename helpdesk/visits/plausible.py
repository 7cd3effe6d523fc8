"""What a plan or a record of a visit cannot say: days that are over or not there yet, answers that contradict each other."""

from datetime import date, timedelta

from helpdesk.problems.cases import Standing
from helpdesk.visits import queries
from helpdesk.visits.models import Outcome, Visit
from workflows.engine import Missing

LONG_AGO = timedelta(days=731)
"""Whoever records a visit that lies further back has most likely mistyped its year."""


def planned_day(day: date, me: Standing) -> None:
    """Missing for a day that is over."""
    if day < me.today:
        raise Missing({"planned_on": "计划日期已经过去，请选今天或者以后的日期"})


def planned_once(enterprise_id: int, day: date, person_id: int) -> None:
    """Missing when this person plans to visit this enterprise on that very day already."""
    if queries.is_planned(enterprise_id, day, person_id):
        raise Missing({"planned_on": "这家企业当天已经有这位同志的走访计划"})


def done_day(day: date, me: Standing, *, former: date | None = None) -> None:
    """Missing for a day that has not come, or that nobody goes back to; what stood on record before may stay."""
    if day > me.today:
        raise Missing({"done_on": "走访日期还没有到，请核对"})
    if day != former and day < me.today - LONG_AGO:
        raise Missing({"done_on": "走访日期在两年以前，请核对年份"})


def answers(outcome: str, needs: str | None, *, raised: int = 0) -> None:
    """Missing when no problem was found, but needs are written down or problems were raised from this visit."""
    if outcome != Outcome.NONE:
        return
    if raised:
        raise Missing({"outcome": f"这次走访已经登记了 {raised} 件问题，请选“发现问题，要登记”"})
    if needs:
        raise Missing({"outcome": "下面写了企业需求和问题，请选“发现问题，要登记”，或者把需求移到“企业情况”里"})


def correction(visit: Visit, outcome: str, needs: str | None) -> None:
    """As ``answers``, with what was raised from the visit; a contradiction that stood on record before may stay."""
    if (outcome, needs) != (visit.outcome, visit.needs):
        answers(outcome, needs, raised=queries.raised_from(visit.id))
