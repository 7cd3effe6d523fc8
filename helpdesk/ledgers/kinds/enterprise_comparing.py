"""What a row of 企业名录 would do to the register: which enterprise it is about, and what changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from helpdesk.enterprises.models import INDUSTRIES, NORMAL, STATUSES, Enterprise
from helpdesk.enterprises.naming import plain_name
from helpdesk.enterprises.size import FIGURES, SIZES, size_of, sized
from helpdesk.ledgers.kinds import enterprise_queries as queries
from helpdesk.ledgers.terms import CHANGED, NEW, UNCHANGED, Difference, Row, RowRefusedError
from helpdesk.org.queries import streets

SHOWN = {
    "name": "企业名称",
    "uscc": "统一社会信用代码",
    "no_uscc_reason": "暂无代码的原因",
    "industry": "行业门类",
    "street_id": "街道、乡镇",
    "address": "地址",
    "people": "从业人员",
    "revenue": "营业收入",
    "assets": "资产总额",
    "size": "企业规模",
    "above_scale": "规上企业",
    "status": "经营状态",
    "is_key": "重点企业",
}
FACTS = (*SHOWN, "size_entered", "branch")
"""The columns of the table that an import may change; the last two follow from others and are not shown."""
CONTACT = ("contact_name", "contact_title", "contact_phone", "contact_email")


@dataclass
class Known:
    """What the register holds of the enterprises in the file."""

    by_code: Mapping[str, Enterprise]
    by_name: Mapping[str, Enterprise]
    formerly: Mapping[str, str]
    streets: Mapping[str, int]
    street_names: Mapping[int, str] = field(default_factory=dict)
    taken: dict[int, int] = field(default_factory=dict)  # enterprise → the row of the file that is about it


def read(rows: Sequence[Row], _today: date, *, for_change: bool) -> Known:
    """The enterprises of the register that these rows may be about."""
    codes, names = ({row.get(name) for row in rows if row.get(name)} for name in ("uscc", "name"))
    found = queries.with_codes_or_names(codes, names, for_change=for_change)
    known_streets = {unit.name: unit.id for unit in streets()}
    return Known(
        {each.uscc: each for each in found if each.uscc},
        {each.name: each for each in found},
        queries.formerly(names),
        known_streets,
        {key: name for name, key in known_streets.items()},
    )


# -- What a row would do -----------------------------------------------------------------------------------------------


def compare(row: Row, known: Known) -> Difference:
    """New, changed or unchanged; empty cells leave what is there."""
    found = _found(row, known)
    errors = _contradictions(row, known, found)
    if errors:
        raise RowRefusedError(errors)
    before = {name: getattr(found, name) for name in FACTS} if found else {}
    after = _after(row, known, before)
    label = after["name"]
    more = _more(row, found, before, after)
    changes = [*_changes(before, after, known), *more.words]
    if found is None:
        changes = [(words, "", now) for words, _was, now in changes if now]
        return Difference(row.number, NEW, label, None, changes, (after, more))
    outcome = CHANGED if changes else UNCHANGED
    return Difference(row.number, outcome, label, found.id, changes, (after, more))


def _found(row: Row, known: Known) -> Enterprise | None:
    code, name = row.get("uscc"), row.get("name")
    by_code, by_name = known.by_code.get(code), known.by_name.get(name)
    if by_code and by_name and by_code is not by_name:
        raise RowRefusedError({"uscc": f"这个代码是“{by_code.name}”的，名称却是另一家企业的，请核对"})
    if by_name and code and by_name.uscc not in (None, code):
        raise RowRefusedError({"uscc": f"名录里“{name}”的代码是 {by_name.uscc}，与文件不一致，请核对"})
    found = by_code or by_name
    if found is None and name in known.formerly:
        raise RowRefusedError({"name": f"这是“{known.formerly[name]}”的曾用名，请改用现在的名称"})
    if found is not None and found.merged_into_id:
        raise RowRefusedError({"name": "名录里这家企业已经并入另一家企业，请改用并入后的企业"})
    if found is not None and known.taken.setdefault(found.id, row.number) != row.number:
        raise RowRefusedError({"name": f"和第 {known.taken[found.id]} 行是同一家企业（{found.name}）"})
    return found


def _contradictions(row: Row, known: Known, found: Enterprise | None) -> dict[str, str]:
    errors = {}
    if found is None and not (row.get("uscc") or row.get("no_uscc_reason")):
        errors["uscc"] = "请填统一社会信用代码；确实没有的，在“暂无代码的原因”里写明"
    street = row.get("street")
    if street and street not in known.streets:
        listed = "、".join(known.streets) or "还没有登记街道、乡镇"
        errors["street"] = f"没有这个街道或乡镇；已登记的有：{listed}"
    if bool(row.get("contact_name")) != bool(row.get("contact_phone")):
        missing = "contact_phone" if row.get("contact_name") else "contact_name"
        errors[missing] = "联系人和联系电话要一起填"
    return errors


def _after(row: Row, known: Known, before: Mapping[str, Any]) -> dict[str, Any]:
    after: dict[str, Any] = {"status": NORMAL, "is_key": False, "size_entered": False} | dict(before)
    for name in ("name", "uscc", "no_uscc_reason", "industry", "address", "people", "revenue", "assets"):
        after[name] = row.get(name) if row.get(name) is not None else after.get(name)
    for name in ("above_scale", "status", "is_key"):
        after[name] = row.get(name) if row.get(name) is not None else after.get(name)
    after["street_id"] = known.streets.get(row.get("street") or "") or after.get("street_id")
    if after["uscc"]:
        after["no_uscc_reason"] = None
    return after | _sized(row, after)


def _sized(row: Row, after: Mapping[str, Any]) -> dict[str, Any]:
    """The class by the rule of 2017 where its figures are known, else as it was entered."""
    figures = {name: after[name] for name in FIGURES}
    kept = after.get("size") if after["size_entered"] else None
    branch, size, entered = sized(after.get("branch"), after["industry"], figures, row.get("size") or kept)
    by_hand = entered and size != size_of(branch, figures)
    return {"branch": branch, "size": size or after.get("size"), "size_entered": by_hand}


@dataclass
class More:
    """What a row adds beside the facts: words for the preview, and what to write."""

    former_names: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    contact: dict[str, Any] | None = None
    contact_id: int | None = None  # whose name, title, number or mail address changes
    words: list[tuple[str, str, str]] = field(default_factory=list)


def _more(row: Row, found: Enterprise | None, before: Mapping[str, Any], after: Mapping[str, Any]) -> More:
    had_names = [each.name for each in found.former_names] if found else []
    had_tags = [each.word for each in found.tags] if found else []
    former = [plain_name(each) for each in row.get("former_names") or ()]
    if before and before["name"] != after["name"]:
        former.append(before["name"])
    more = More(
        [each for each in dict.fromkeys(former) if each not in (*had_names, after["name"])],
        [each for each in row.get("tags") or () if each not in had_tags],
    )
    for label, had, added in (("曾用名", had_names, more.former_names), ("标签", had_tags, more.tags)):
        if added:
            more.words.append((label, "、".join(had), "、".join([*had, *added])))
    _contact(row, found, more)
    return more


def _contact(row: Row, found: Enterprise | None, more: More) -> None:
    if not row.get("contact_name"):
        return
    given = {name.removeprefix("contact_"): row.get(name) for name in CONTACT if row.get(name) is not None}
    old = next((each for each in found.contacts if each.name == given["name"]), None) if found else None
    had = {name: getattr(old, name) for name in ("name", "title", "phone", "email")} if old else {}
    if old and all(had[name] == value for name, value in given.items()):
        return
    more.contact, more.contact_id = given, old.id if old else None
    others = "、".join(each.name for each in found.contacts) if found and not old else ""
    was = _contact_words(had) if had else (f"{others}（保留）" if others else "")
    more.words.append(("联系人", was, _contact_words(had | given)))


def _contact_words(contact: Mapping[str, Any]) -> str:
    return " ".join(str(contact[name]) for name in ("name", "title", "phone", "email") if contact.get(name))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], known: Known) -> list[tuple[str, str, str]]:
    return [
        (SHOWN[name], _words(name, before.get(name), known), _words(name, after.get(name), known))
        for name in SHOWN
        if before.get(name) != after.get(name)
    ]


def _words(name: str, value: Any, known: Known) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "street_id":
        return known.street_names.get(value, "")
    named: dict[str, Mapping[str, str]] = {"industry": INDUSTRIES, "size": SIZES, "status": STATUSES}
    return named[name].get(value, value) if name in named else _plain(value)


def _plain(value: Any) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
