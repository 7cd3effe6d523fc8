"""Answers that name a row: the row must exist and must fit (a handler of that group, another open problem)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from helpdesk.db import db
from helpdesk.enterprises.queries import find_enterprise
from helpdesk.org.models import UnitKind
from helpdesk.org.queries import handlers_of
from helpdesk.problems import queries
from helpdesk.problems.models import Problem
from workflows.engine import Missing
from workflows.terms import Action, Kind, Phase


def check_references(action: Action, given: Mapping[str, Any], problem: Problem, today: date) -> None:
    """Missing, by question, when an answer names something that is not there or does not fit."""
    errors = {}
    for field in action.asks:
        value = given.get(field.name)
        if value is not None and (error := _wrong(field.kind, value, problem, today)):
            errors[field.name] = error
    if errors:
        raise Missing(errors)


def _wrong(kind: Kind, value: Any, problem: Problem, today: date) -> str | None:
    if kind is Kind.ENTERPRISE:
        return None if find_enterprise(value) else "名录中没有这家企业，请先登记企业"
    if kind is Kind.GROUP:
        unit = queries.find_unit(value)
        return None if unit and unit.kind == UnitKind.GROUP else "没有这个功能组，请重新选择"
    if kind is Kind.HANDLER:
        fits = any(person.id == value for person in handlers_of(problem.group_id, today))
        return None if fits else "承办人要从本组人员中选择"
    if kind is Kind.PROBLEM:
        return _wrong_main(db.session.get(Problem, value), problem)
    return None


def _wrong_main(main: Problem | None, problem: Problem) -> str | None:
    if main is None:
        return "没有这个编号的问题"
    if main.id == problem.id:
        return "不能并入自己"
    if main.phase != Phase.OPEN:
        return f"{main.number} 已经不在办理中，不能作为主问题"
    return None
