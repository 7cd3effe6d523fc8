"""Units through time (机构沿革): founding, renaming, moving, merging, dissolving; inside a transaction of somebody else."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.org import staff_queries
from helpdesk.org.auditing import audited, called
from helpdesk.org.models import Duty, Person, Post, Unit, UnitEvent, UnitKind
from helpdesk.org.staffing import Term, end_post, give_post
from workflows.engine import Missing, NotNow

FOUNDED, RENAMED, MOVED, MERGED, DISSOLVED = "founded", "renamed", "moved", "merged", "dissolved"
KIND_LABELS = {
    UnitKind.CITY: "市",
    UnitKind.DISTRICT: "区",
    UnitKind.LEADING_GROUP: "领导小组",
    UnitKind.DISPATCH: "调度室",
    UnitKind.SUPERVISION: "督查考核办公室",
    UnitKind.COORDINATION: "综合协调办公室",
    UnitKind.GROUP: "功能组",
    UnitKind.DEPARTMENT: "部门、承办单位",
    UnitKind.STREET: "街道、乡镇",
    UnitKind.TASK_FORCE: "项目专班",
}
ONLY_ONE = (
    UnitKind.CITY,
    UnitKind.DISTRICT,
    UnitKind.LEADING_GROUP,
    UnitKind.DISPATCH,
    UnitKind.SUPERVISION,
    UnitKind.COORDINATION,
)
"""What a district has once: it is renamed, never dissolved, and there is no second one."""

InTheWay = Callable[[int], Sequence[str]]
"""What a unit still has to do with, in words: open problems, running orders, bulletins to sign."""


@dataclass(frozen=True)
class Change:
    """By whom a change of a unit is entered, by which paper (依据), and from which day on it is so."""

    by: Person
    document: str
    from_on: date
    now: datetime


def found(name: str, kind: UnitKind, parent_id: int | None, phone: str | None, change: Change) -> Unit:
    """A new unit."""
    _refuse_taken(name)
    if kind in ONLY_ONE and any(each.kind == kind for each in staff_queries.standing_units()):
        raise Missing({"kind": f"{KIND_LABELS[kind]}只有一个，已经有了；要换名称的，请到它的页面更名"})
    if parent_id is not None:
        _standing([parent_id])
    unit = Unit(name=name, kind=kind, parent_id=parent_id, phone=phone or None)
    db.session.add(unit)
    db.session.flush()
    _enter(unit, FOUNDED, change, other_id=parent_id)
    return unit


def rename(unit_id: int, name: str, change: Change) -> Unit:
    """Another name from that day on; the old one is kept as 曾用名, and papers that bear it stay as they are."""
    unit = _standing([unit_id])[unit_id]
    if name == unit.name:
        raise Missing({"name": "新名称和现在的一样"})
    _refuse_taken(name)
    former, unit.name = unit.name, name
    _enter(unit, RENAMED, change, former_name=former)
    return unit


def move(unit_id: int, parent_id: int | None, change: Change) -> Unit:
    """Under another unit; Missing where that one stands below it."""
    units = _standing([key for key in (unit_id, parent_id) if key])
    unit = units[unit_id]
    above = parent_id
    while above is not None:
        if above == unit_id:
            raise Missing({"parent": "不能放到自己或者自己的下级单位下面"})
        parent = db.session.get(Unit, above)
        above = parent.parent_id if parent else None
    if unit.parent_id == parent_id:
        raise Missing({"parent": "现在就是这个上级单位"})
    unit.parent_id = parent_id
    _enter(unit, MOVED, change, other_id=parent_id)
    return unit


def merge(unit_id: int, into_id: int, change: Change, *, in_the_way: InTheWay) -> Unit:
    """This unit goes into another: its people's posts and the units below it go along.

    NotNow names what nobody may take over by the way: open problems and papers are handed over by their own acts.
    """
    if unit_id == into_id:
        raise Missing({"into": "不能并入自己"})
    units = _standing([unit_id, into_id])
    unit, into = units[unit_id], units[into_id]
    if unit.kind != into.kind:
        raise Missing({"into": f"只能并入同类单位（{KIND_LABELS[UnitKind(unit.kind)]}）"})
    _refuse_one(unit)
    _refuse_if(f"{unit.name}还有没办完的事，不能并入{into.name}。请先交接", in_the_way(unit_id))
    for post in staff_queries.posts_in(unit_id, change.from_on):
        _pass_on(post, into, change)
    for child in staff_queries.children_of(unit_id):
        if child.id != into_id:
            child.parent_id = into_id
    if into.parent_id == unit_id:
        into.parent_id = unit.parent_id
    return _close(unit, MERGED, change, into)


def _pass_on(post: Post, into: Unit, change: Change) -> None:
    """The same post in the other unit, unless its holder has that there already."""
    first = max(change.from_on, post.from_on)
    term = Term(into.id, Duty(post.duty), first, post.until_on)
    person = post.person
    has_it = staff_queries.same_post(person.id, into.id, term.duty, first, term.until_on)
    end_post(post, last_on=change.from_on - timedelta(days=1), by=change.by, now=change.now)
    if not has_it:
        give_post(person, term, by=change.by, now=change.now)


def dissolve(unit_id: int, change: Change, *, in_the_way: InTheWay) -> Unit:
    """This unit is no more; NotNow names what it still has: people, units below it, open problems, papers."""
    unit = _standing([unit_id])[unit_id]
    _refuse_one(unit)
    held = staff_queries.posts_in(unit_id, change.from_on)
    children = staff_queries.children_of(unit_id)
    hindered = [
        *([f"{len(held)} 项任职：{_few(each.person.name for each in held)}"] if held else []),
        *([f"{len(children)} 个下级单位：{_few(each.name for each in children)}"] if children else []),
        *in_the_way(unit_id),
    ]
    _refuse_if(f"{unit.name}还不能撤销。请先交接", hindered)
    return _close(unit, DISSOLVED, change, None)


def _close(unit: Unit, kind: str, change: Change, into: Unit | None) -> Unit:
    unit.ended_on, unit.merged_into_id = change.from_on, into.id if into else None
    _enter(unit, kind, change, other_id=unit.merged_into_id)
    return unit


def _refuse_one(unit: Unit) -> None:
    if UnitKind(unit.kind) in ONLY_ONE:
        raise NotNow(f"{unit.name}在工作机制里只有一个，不能撤销或者并入；可以更名")


def _refuse_if(words: str, hindered: Sequence[str]) -> None:
    if hindered:
        raise NotNow(f"{words}：{'；'.join(hindered)}。")


def _few(names: Iterable[str], most: int = 5) -> str:
    known = list(dict.fromkeys(names))
    return "、".join(known[:most]) + (f"等 {len(known)} 个" if len(known) > most else "")


def _refuse_taken(name: str) -> None:
    if other := staff_queries.find_unit_named(name):
        gone = "（已撤销，名称留给过去的文书）" if other.ended_on else ""
        raise Missing({"name": f"已经有“{name}”{gone}，请用别的名称"})


def _standing(keys: Sequence[int]) -> dict[int, Unit]:
    """These units, locked; NotFoundError for what there is not, NotNow for what is no more."""
    units = staff_queries.get_units_for_change(keys)
    for key in keys:
        if key not in units:
            raise NotFoundError("没有找到这个单位")
        if units[key].ended_on:
            raise NotNow(f"{units[key].name}已经撤销")
    return units


def _enter(
    unit: Unit, kind: str, change: Change, *, former_name: str | None = None, other_id: int | None = None
) -> None:
    row = UnitEvent(
        unit_id=unit.id,
        kind=kind,
        from_on=change.from_on,
        former_name=former_name,
        name=unit.name,
        other_id=other_id,
        document=change.document,
        at=change.now,
        by_id=change.by.id,
        by_name=called(change.by),
    )
    db.session.add(row)
    db.session.flush()
    about = f"{former_name} → {unit.name}" if former_name else unit.name
    audited(
        "unit_changed",
        by=change.by,
        about=f"{LABELS[kind]}：{about}",
        now=change.now,
        details={"依据": change.document, "自": f"{change.from_on:%Y-%m-%d}"},
    )


LABELS = {FOUNDED: "新设", RENAMED: "更名", MOVED: "调整隶属", MERGED: "并入", DISSOLVED: "撤销"}
