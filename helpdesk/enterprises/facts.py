"""What the register says of an enterprise: the facts as one value, filled into its row, and what changed told in words."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from helpdesk.db import db
from helpdesk.enterprises.models import (
    INDUSTRIES,
    NORMAL,
    STATUSES,
    Enterprise,
    FormerName,
    RegisterChange,
    Tag,
)
from helpdesk.enterprises.naming import initials_of
from helpdesk.enterprises.size import BRANCHES, FIGURES, SIZES, sized
from helpdesk.org.models import Person, Unit

MOST_TAGS = 10
LONGEST_WORDS = 500


@dataclass(frozen=True)
class Facts:
    """What the register holds of an enterprise; name and code already in their kept form."""

    name: str
    uscc: str | None
    no_uscc_reason: str | None
    industry: str | None
    address: str | None
    street_id: int | None = None  # 街道、乡镇
    people: int | None = None
    revenue: Decimal | None = None  # 万元
    assets: Decimal | None = None  # 万元
    branch: str | None = None  # a key of BRANCHES; the only one of the industry is taken where none is given
    size: str | None = None  # entered by hand; None: by the rule, where its figures are known
    above_scale: bool | None = None
    is_key: bool = False
    status: str = NORMAL
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    tags: tuple[str, ...] = ()


def fill(enterprise: Enterprise, facts: Facts) -> None:
    """Write the facts into the row; within the caller's transaction."""
    for each in fields(facts):
        if each.name not in ("tags", "size", "branch"):
            setattr(enterprise, each.name, getattr(facts, each.name))
    enterprise.initials = initials_of(facts.name)
    enterprise.no_uscc_reason = None if facts.uscc else facts.no_uscc_reason
    figures = {name: getattr(facts, name) for name in FIGURES}
    enterprise.branch, enterprise.size, enterprise.size_entered = sized(
        facts.branch, facts.industry, figures, facts.size
    )
    kept = {tag.word: tag for tag in enterprise.tags}
    wanted = tuple(dict.fromkeys(facts.tags))[:MOST_TAGS]
    enterprise.tags = [kept.get(word) or Tag(word=word) for word in wanted]


def remember_name(enterprise: Enterprise, name: str, until_on: date | None) -> None:
    """Keep a name the enterprise had; one that is known already or in force is not kept twice."""
    if name != enterprise.name and all(each.name != name for each in enterprise.former_names):
        enterprise.former_names.append(FormerName(name=name, initials=initials_of(name), until_on=until_on))


# -- What changed ------------------------------------------------------------------------------------------------------

YES_NO = {True: "是", False: "否", None: ""}
LABELS = {
    "name": "名称",
    "uscc": "统一社会信用代码",
    "no_uscc_reason": "暂无代码的原因",
    "industry": "行业",
    "address": "地址",
    "street_id": "街道、乡镇",
    **FIGURES,
    "branch": "划型行业",
    "size": "规模",
    "above_scale": "规上",
    "is_key": "重点企业",
    "status": "状态",
    "longitude": "经度",
    "latitude": "纬度",
    "tags": "标签",
}


def in_words(enterprise: Enterprise) -> dict[str, str]:
    """Every fact as people read it, by its field; "" where nothing is known."""
    street = db.session.get(Unit, enterprise.street_id) if enterprise.street_id else None
    told: dict[str, Any] = {name: getattr(enterprise, name) for name in LABELS if name not in ("street_id", "tags")}
    told |= {
        "industry": INDUSTRIES.get(enterprise.industry or "", ""),
        "street_id": street.name if street else "",
        "branch": BRANCHES[enterprise.branch].label if enterprise.branch else "",
        "size": SIZES.get(enterprise.size or "", ""),
        "above_scale": YES_NO[enterprise.above_scale],
        "is_key": YES_NO[enterprise.is_key],
        "status": STATUSES[enterprise.status],
        "tags": "、".join(tag.word for tag in enterprise.tags),
    }
    return {name: plain(value) for name, value in told.items()}


def plain(value: Any) -> str:
    """A number without needless zeros, everything else as it is; None is nothing."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def note(
    enterprise: Enterprise, kind: str, words: str, *, by: Person | None, now: datetime, details: dict[str, Any]
) -> RegisterChange:
    """Write down what was done to an entry of the register; within the caller's transaction."""
    row = RegisterChange(
        enterprise_id=enterprise.id,
        at=now,
        by_id=by.id if by else None,
        by_name=by.name if by else "服务器命令行",
        kind=kind,
        words=words[:LONGEST_WORDS],
        details=details,
    )
    db.session.add(row)
    return row


def note_difference(enterprise: Enterprise, before: dict[str, str], *, by: Person | None, now: datetime) -> bool:
    """Write down which facts changed since ``before`` (of ``in_words``); whether any did."""
    after = in_words(enterprise)
    changed = {name: [before[name], after[name]] for name in LABELS if before[name] != after[name]}
    if not changed:
        return False
    told = (f"{LABELS[name]}由“{old or '空'}”改为“{new or '空'}”" for name, (old, new) in changed.items())
    note(enterprise, "corrected", "；".join(told), by=by, now=now, details=changed)
    return True
