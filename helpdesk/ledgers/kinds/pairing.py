"""包联关系: which cadres, leaders and chief service officers are paired with which enterprises; one row an enterprise."""

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import current_app

from helpdesk.db import db
from helpdesk.enterprises.models import CADRE, LEADER, OFFICER, PAIRED_AS, Enterprise, Pairing
from helpdesk.enterprises.pairing_queries import loads
from helpdesk.ledgers.kinds import people_queries as queries
from helpdesk.ledgers.reference_queries import references
from helpdesk.ledgers.terms import (
    DISPATCH,
    NEW,
    UNCHANGED,
    Column,
    Difference,
    Doing,
    Done,
    Kind,
    Ledger,
    Row,
    RowRefusedError,
)
from helpdesk.org.models import Person

ROLES = (LEADER, CADRE, OFFICER)
WHO = "姓名；同名的写成 张三（区工信局），或者写用户名；几位用顿号隔开"
COLUMNS = (
    Column(
        *("name", "企业名称", Kind.NAME),
        aliases=(
            "名称",
            "单位名称",
            "公司名称",
            "企业全称",
            "包联企业",
            "包保企业",
            "帮扶企业",
            "联系企业",
            "被包联企业",
        ),
        required=True,
        help="名录里的全称；企业要先登记",
        example="长春示例机械有限公司",
        width=34,
    ),
    Column(
        *("uscc", "统一社会信用代码", Kind.CODE),
        aliases=("信用代码", "社会信用代码", "代码", "统一代码"),
        help="填了就和企业名称互相核对",
        width=24,
    ),
    Column(
        *(LEADER, "包联领导", Kind.WORDS),
        aliases=("包保领导", "包联县级领导", "包联区级领导", "联系领导", "帮扶领导"),
        help=WHO,
        example="张示例",
        longest=50,
        width=22,
    ),
    Column(
        *(CADRE, "包联干部", Kind.WORDS),
        aliases=(
            "包保干部",
            "联系干部",
            "帮扶干部",
            "驻企干部",
            "助企干部",
            "包联人",
            "包保人",
            "包联责任人",
            "包联人员",
        ),
        help=WHO,
        example="李示例（区工信局）",
        longest=50,
        width=22,
    ),
    Column(
        *("unit", "包联单位"),
        aliases=("包保单位", "包联干部单位", "包联部门", "帮扶单位", "干部单位", "工作单位", "所在单位"),
        help="包联干部的单位，用来核对和区分同名的同志",
        width=22,
    ),
    Column(
        *(OFFICER, "首席服务官", Kind.WORDS),
        aliases=("服务官", "首席服务员"),
        help=WHO,
        longest=50,
        width=22,
    ),
    Column(
        *("from_on", "开始日期", Kind.DAY),
        aliases=("起始日期", "包联开始日期", "包联时间", "开始时间", "起始时间"),
        help="不填的从导入当天起",
        example="2026-03-05",
    ),
    Column(
        *("until_on", "结束日期", Kind.DAY),
        aliases=("截止日期", "包联结束日期", "结束时间", "截止时间"),
        help="最后一天；还在包联的不填",
    ),
)


@dataclass
class Known:
    """Who and what the rows may be about, and which pairings there are."""

    today: date
    by_code: Mapping[str, Enterprise]
    by_name: Mapping[str, Enterprise]
    people: Mapping[str, Sequence[Person]]  # by name, and by login
    units: Mapping[int, Sequence[str]]  # of people, today
    pairings: Mapping[int, Sequence[Pairing]]
    most: int  # enterprises per cadre; 0: no limit
    loads: dict[int, int]  # enterprises that each cadre has on this day, with those of the rows compared so far
    taken: dict[tuple[int, str, int], int] = field(default_factory=dict)  # pair → row of the file


def keys(_row: Row) -> list[tuple[str, Hashable]]:
    """An enterprise may stand in several rows; the same pair may not, which ``compare`` sees."""
    return []


def read(rows: Sequence[Row], today: date, *, for_change: bool) -> Known:
    """The enterprises in the rows, their pairings, and everybody."""
    codes, names = ({row.get(name) for row in rows if row.get(name)} for name in ("uscc", "name"))
    found = queries.enterprises_of(codes, names, for_change=for_change)
    people: dict[str, list[Person]] = {}
    for person in queries.everybody():
        if person.active:
            people.setdefault(person.name, []).append(person)
            people.setdefault(person.username, []).append(person)
    units: dict[int, list[str]] = {}
    for post in queries.posts_on(today):
        units.setdefault(post.person_id, []).append(post.unit.name)
    pairings: dict[int, list[Pairing]] = {}
    for pairing in queries.pairings_of([each.id for each in found]):
        pairings.setdefault(pairing.enterprise_id, []).append(pairing)
    return Known(
        today=today,
        by_code={each.uscc: each for each in found if each.uscc},
        by_name={each.name: each for each in found},
        people=people,
        units=units,
        pairings=pairings,
        most=current_app.config["PAIRINGS_PER_CADRE"],
        loads={person_id: size for person_id, _, size in loads(today)},
    )


# -- What a row would do -----------------------------------------------------------------------------------------------


def compare(row: Row, known: Known) -> Difference:
    """The pairs that are not there yet; what is there already is left alone."""
    errors: dict[str, str] = {}
    enterprise = _enterprise(row, known)
    wanted = [(role, person) for role in ROLES for person in _people(row, role, known, errors)]
    first, last = row.get("from_on") or known.today, row.get("until_on")
    if last and last < first:
        errors["until_on"] = f"结束日期早于开始日期 {first}"
    if not wanted and not errors:
        errors[""] = "包联领导、包联干部、首席服务官至少要填一位"
    for role, person in wanted:
        pair = (enterprise.id, role, person.id)
        if known.taken.setdefault(pair, row.number) != row.number:
            errors[role] = f"和第 {known.taken[pair]} 行重复：{person.name}"
    if errors:
        raise RowRefusedError(errors)
    there = known.pairings.get(enterprise.id, ())
    new = [(role, person) for role, person in wanted if not _runs_already(there, role, person, first)]
    if any(role == CADRE for role, _ in new) and (last is None or last >= known.today):
        _refuse_beyond([person for role, person in new if role == CADRE], known)
    outcome = NEW if new else UNCHANGED
    days = f"{first} 起" + (f"，到 {last}" if last else "")
    changes = [(PAIRED_AS[role], "", f"{_called(person, known)}，{days}") for role, person in new]
    data = [(role, person.id, first, last) for role, person in new]
    return Difference(row.number, outcome, enterprise.name, enterprise.id, changes, data)


def _refuse_beyond(cadres: Sequence[Person], known: Known) -> None:
    """A cadre has no more enterprises than the district allows, in the file as on the pages."""
    for person in cadres:
        known.loads[person.id] = known.loads.get(person.id, 0) + 1
        if known.most and known.loads[person.id] > known.most:
            words = f"{_called(person, known)}加上这一家是第 {known.loads[person.id]} 家，超过每名干部 {known.most} 家的上限"
            raise RowRefusedError({CADRE: words})


def _enterprise(row: Row, known: Known) -> Enterprise:
    by_code, by_name = known.by_code.get(row.get("uscc")), known.by_name.get(row.get("name"))
    if row.get("uscc") and by_code is not by_name:
        whose = f"代码是“{by_code.name}”的" if by_code else "名录里没有这个代码，或者与名称对不上"
        raise RowRefusedError({"uscc": f"{whose}，请核对"})
    if by_name is None:
        raise RowRefusedError({"name": "名录里没有这家企业，请先登记或者导入企业名录"})
    if by_name.merged_into_id:
        raise RowRefusedError({"name": "这家企业已经并入另一家企业，请改用并入后的企业"})
    return by_name


WITH_UNIT = re.compile(r"(.+?)[（(](.+)[)）]")


def _people(row: Row, role: str, known: Known, errors: dict[str, str]) -> list[Person]:
    found = []
    for words in row.get(role) or ():
        named = WITH_UNIT.fullmatch(words)
        name, unit = (named[1].strip(), named[2].strip()) if named else (words, None)
        unit = unit or (row.get("unit") if role == CADRE else None)
        person = _person(name, unit, known)
        if isinstance(person, str):
            errors[role] = person
        else:
            found.append(person)
    return list(dict.fromkeys(found))


def _person(name: str, unit: str | None, known: Known) -> Person | str:
    """That person, or why it cannot be told who is meant."""
    people = known.people.get(name, ())
    there = [each for each in people if unit in known.units.get(each.id, ())] if unit else people
    if len(there) == 1:
        return there[0]
    if not people:
        return f"人员名录里没有“{name}”，请先导入人员名册"
    listed = "、".join(_called(each, known) for each in people)
    if unit and not there:
        return f"“{name}”不在“{unit}”；人员名录里有：{listed}"
    return f"有 {len(there)} 位“{name}”（{listed}），请写成 姓名（单位），或者写用户名"


def _called(person: Person, known: Known) -> str:
    units = known.units.get(person.id)
    return f"{person.name}（{units[0] if units else person.username}）"


def _runs_already(there: Sequence[Pairing], role: str, person: Person, first: date) -> bool:
    return any(
        each.paired_as == role
        and each.person_id == person.id
        and each.from_on <= max(first, each.from_on)
        and (each.until_on is None or each.until_on >= first)
        for each in there
    )


# -- Doing and undoing -------------------------------------------------------------------------------------------------

AT_ONCE = 500


def apply(differences: Sequence[Difference], doing: Doing) -> None:
    """Write the pairings; the caller commits."""
    for start in range(0, len(differences), AT_ONCE):
        some = differences[start : start + AT_ONCE]
        made = [(each, _pairings(each)) for each in some]
        db.session.add_all([pairing for _, pairings in made for pairing in pairings])
        db.session.flush()
        for difference, pairings in made:
            difference.undo = {"pairings": [_kept(each) for each in pairings]}
        doing.tell(start + len(some))


def _pairings(difference: Difference) -> list[Pairing]:
    return [
        Pairing(enterprise_id=difference.subject_id, paired_as=role, person_id=person_id, from_on=first, until_on=last)
        for role, person_id, first, last in difference.data
    ]


def _kept(pairing: Pairing) -> dict[str, Any]:
    last = pairing.until_on
    return {
        "id": pairing.id,
        "enterprise_id": pairing.enterprise_id,
        "person_id": pairing.person_id,
        "paired_as": pairing.paired_as,
        "from_on": pairing.from_on.isoformat(),
        "until_on": last.isoformat() if last else None,
    }


def obstacles(done: Sequence[Done]) -> list[str]:
    """Pairings that were ended, handed over or are referred to since."""
    then = [(line.label, kept) for line in done for kept in line.undo["pairings"]]
    now = queries.pairings_with([kept["id"] for _, kept in then])
    changed = {label for label, kept in then if kept["id"] not in now or _kept(now[kept["id"]]) != kept}
    found = [f"“{label}”的包联关系导入以后又变动过" for label in sorted(changed)]
    used = references("pairings", [kept["id"] for _, kept in then])
    return found + [f"导入的包联关系已经有{words} {count} 条" for words, count in used.items()]


def undo(done: Sequence[Done], doing: Doing) -> None:
    """Delete what was written; the caller has made sure that nothing builds on it, and commits."""
    queries.delete_pairings([kept["id"] for line in done for kept in line.undo["pairings"]])
    doing.tell(len(done))


LEDGER = Ledger(
    name="pairing",
    title="包联关系",
    says="企业和包联领导、包联干部、首席服务官；只增加还没有的，不结束已有的",
    who=DISPATCH,
    columns=COLUMNS,
    keys=keys,
    read=read,
    compare=compare,
    apply=apply,
    obstacles=obstacles,
    undo=undo,
)
