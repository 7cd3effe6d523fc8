"""From a row of an old 问题台账 to the problem it tells of: the enterprise, group and people of this house it means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from helpdesk.clock import calendar
from helpdesk.enterprises.models import Enterprise
from helpdesk.ledgers.kinds import people_queries as people
from helpdesk.ledgers.kinds import problem_queries as queries
from helpdesk.ledgers.kinds.problem_columns import UNDONE
from helpdesk.ledgers.terms import Row, RowRefusedError
from helpdesk.org.models import Person, UnitKind
from helpdesk.org.queries import seating
from helpdesk.problems.bringing_in import Old
from workflows.roles import Role

LONGEST_TITLE = 60
PLAIN = (
    *("number", "detail", "category", "urgency", "reported_by", "contact_name", "contact_phone", "due_on"),
    *("progress", "result", "closed_on", "solved", "satisfaction", "remarks"),
)
"""The columns that are taken as they stand."""


@dataclass
class Known:
    """What the house knows of the enterprises, groups, people and numbers in the rows."""

    today: date
    now: datetime
    by_code: Mapping[str, Enterprise]
    by_name: Mapping[str, Enterprise]
    groups: Mapping[str, int]
    handlers: Mapping[int, Mapping[str, Sequence[int]]]  # by group: name → people
    people: Mapping[str, Sequence[Person]]
    taken: Mapping[str, tuple[int | None, str | None]]  # number → enterprise and title of the problem that has it
    file: str = "台账"


def known(rows: Sequence[Row], today: date, *, for_change: bool) -> Known:
    """Everything that these rows may mean, read at once."""
    codes, names = ({row.get(name) for row in rows if row.get(name)} for name in ("uscc", "enterprise"))
    found = people.enterprises_of(codes, names, for_change=for_change)
    named: dict[str, list[Person]] = {}
    for person in people.everybody():
        if person.active:
            named.setdefault(person.name, []).append(person)
    groups = {unit.name: unit.id for unit in people.units() if unit.kind == UnitKind.GROUP}
    return Known(
        today,
        calendar().at(today) + timedelta(hours=12),
        {each.uscc: each for each in found if each.uscc},
        {each.name: each for each in found},
        groups,
        {key: queries.handlers_by_name(key, today) for key in groups.values()},
        named,
        queries.with_numbers([row.get("number") for row in rows if row.get("number")]),
    )


def old_of(row: Row, known: Known) -> Old:
    """The problem that a row tells of; RowRefusedError where it names what the house does not know."""
    errors: dict[str, str] = {}
    enterprise = _enterprise(row, known, errors)
    title = row.get("title") or _beginning(row.get("detail"))
    if title is None:
        errors["detail"] = "“问题标题”和“企业反映问题”至少要填一项"
    group_id = _group(row, known, errors)
    handler_id = _handler(row, group_id, known, errors)
    if errors or enterprise is None or title is None:
        raise RowRefusedError(errors)
    state = _state(row, group_id)
    reporters = known.people.get(row.get("reported_by"), ())
    return Old(
        row=f"第 {row.number} 行",
        state=state,
        enterprise_id=enterprise.id,
        title=title,
        reported_on=row.get("reported_on"),
        reporter_id=reporters[0].id if len(reporters) == 1 else None,
        group_id=group_id,
        handler_id=handler_id,
        **{name: row.get(name) for name in PLAIN},
    )


def _beginning(detail: str | None) -> str | None:
    if not detail or len(detail) <= LONGEST_TITLE:
        return detail or None
    return f"{detail[: LONGEST_TITLE - 1]}…"


def _state(row: Row, group_id: int | None) -> str:
    said: str = row.get("state")
    if said != UNDONE:
        return said
    return "assigned" if group_id else "reported"


def _enterprise(row: Row, known: Known, errors: dict[str, str]) -> Enterprise | None:
    by_code, by_name = known.by_code.get(row.get("uscc")), known.by_name.get(row.get("enterprise"))
    if by_name is None:
        errors["enterprise"] = "名录里没有这家企业，请先登记或者导入企业名录"
    elif row.get("uscc") and by_code is not by_name:
        errors["uscc"] = "代码与企业名称对不上，请核对"
    elif by_name.merged_into_id:
        errors["enterprise"] = "这家企业已经并入另一家企业，请改用并入后的企业"
    return by_name


def _group(row: Row, known: Known, errors: dict[str, str]) -> int | None:
    said = row.get("group")
    if said is None:
        return None
    found = known.groups.get(said) or known.groups.get(f"{said}组")
    if found is None:
        errors["group"] = f"不是功能组；可以填：{'、'.join(known.groups)}"
    return found


def _handler(row: Row, group_id: int | None, known: Known, errors: dict[str, str]) -> int | None:
    said = row.get("handler")
    if said is None or group_id is None:
        if said is not None and "group" not in errors:
            errors["handler"] = "有承办人的问题要有责任组"
        return None
    found = known.handlers[group_id].get(said, ())
    if len(found) != 1:
        names = "、".join(known.handlers[group_id]) or "还没有人员"
        errors["handler"] = (
            f"责任组里有 {len(found)} 位“{said}”，不能确定是谁" if found else f"不在责任组；组里有：{names}"
        )
    return found[0] if len(found) == 1 else None


def somebody_at_dispatch(today: date) -> int | None:
    """Who stands for problems of which nobody here is known to have reported them; None while nobody sits there."""
    holders = seating(today).holders(Role.DISPATCHER, None)
    return next((each.person_id for each in holders), None)


def options(column: str) -> Sequence[str]:
    """The words that cells of a column may hold where the house decides them."""
    return [unit.name for unit in people.units() if unit.kind == UnitKind.GROUP] if column == "group" else ()
