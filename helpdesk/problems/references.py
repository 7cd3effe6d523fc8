"""Answers that name a row: the row must exist and must fit (a handler of that group, another open problem)."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from helpdesk.db import db
from helpdesk.enterprises.queries import find_enterprise
from helpdesk.org.models import UnitKind
from helpdesk.org.queries import handlers_of
from helpdesk.problems import queries
from helpdesk.problems.models import Matter, Problem
from workflows.engine import Missing
from workflows.terms import Action, Field, Kind, Phase


def check_references(
    action: Action, given: Mapping[str, Any], problem: Problem, today: date, matters: Collection[Matter] = ()
) -> list[Any]:
    """The rows that the answers name; Missing, by question, when one is not there or does not fit.

    Whoever holds them spares the session from reading them again. ``matters``: those of the problem, where one is asked.
    """
    errors, found = {}, []
    busy = {each.unit_id for each in matters if each.phase == Phase.OPEN and each.unit_id}
    for field in action.asks:
        if (value := given.get(field.name)) is None or (look := _look(field)) is None:
            continue
        row, error = look(value, problem, today)
        found.append(row)
        if error := error or _asked_already(field, value, busy) or _leads_itself(field, value, given):
            errors[field.name] = error
    if errors:
        raise Missing(errors)
    return found


def _look(field: Field) -> "Look | None":
    return _kindred if field.keep == "kindred_id" else LOOK.get(field.kind)


def _asked_already(field: Field, value: Any, busy: Collection[int]) -> str | None:
    return "这个组已经有一项没有办完的协办任务" if field.keep == "unit_id" and value in busy else None


def _leads_itself(field: Field, value: Any, given: Mapping[str, Any]) -> str | None:
    leads = field.kind is Kind.GROUPS and given.get("group") in value
    return "责任组不能同时做协办组" if leads else None


Found = tuple[Any, str | None]
"""A row, and what is wrong with it."""


def _enterprise(value: Any, problem: Problem, today: date) -> Found:
    row = find_enterprise(value)
    return row, None if row else "名录中没有这家企业，请先登记企业"


def _group(value: Any, problem: Problem, today: date) -> Found:
    """Another group: the one that has it already would get fresh clocks by being named again."""
    unit = queries.find_unit(value)
    if unit is None or unit.kind != UnitKind.GROUP:
        return unit, "没有这个功能组，请重新选择"
    return unit, f"{unit.name}就是现在的责任组，请另选一个" if unit.id == problem.group_id else None


def _groups(value: Any, problem: Problem, today: date) -> Found:
    units = [queries.find_unit(key) for key in value]
    wrong = any(unit is None or unit.kind != UnitKind.GROUP for unit in units) or len(set(value)) < len(value)
    return units, "协办组要从功能组中选择" if wrong else None


def _handler(value: Any, problem: Problem, today: date) -> Found:
    person = next((each for each in handlers_of(problem.group_id, today) if each.id == value), None)
    return person, None if person else "承办人要从本组人员中选择"


def _main(value: Any, problem: Problem, today: date) -> Found:
    main = db.session.get(Problem, value)
    return main, _wrong_main(main, problem)


def _wrong_main(main: Problem | None, problem: Problem) -> str | None:
    if main is None:
        return "没有这个编号的问题"
    if main.id == problem.id:
        return "不能并入自己"
    if main.phase != Phase.OPEN:
        return f"{main.number} 已经不在办理中，不能作为主问题"
    return None


def _kindred(value: Any, problem: Problem, today: date) -> Found:
    """Another problem that only says the same; open or closed."""
    other = db.session.get(Problem, value)
    if other is None or other.phase == Phase.START:
        return other, "没有这个编号的问题"
    return other, "不能与自己同类，请填写另一个问题的编号" if other.id == problem.id else None


Look = Callable[[Any, Problem, date], Found]
LOOK: dict[Kind, Look] = {
    Kind.ENTERPRISE: _enterprise,
    Kind.GROUP: _group,
    Kind.GROUPS: _groups,
    Kind.HANDLER: _handler,
    Kind.PROBLEM: _main,
}
