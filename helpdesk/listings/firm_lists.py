"""The lists of enterprises: 企业名录 and 包联台账."""

from collections.abc import Callable

from flask import url_for

from helpdesk.db import once
from helpdesk.enterprises.models import INDUSTRIES, PAIRED_AS, STATUSES
from helpdesk.enterprises.queries import cadre_names, cadres, visits_enterprises
from helpdesk.enterprises.size import SIZES
from helpdesk.listings import catalogue, firm_queries
from helpdesk.listings.catalogue import INDEX, plain
from helpdesk.listings.queries import NONE
from helpdesk.listings.terms import (
    Asked,
    Asks,
    Begin,
    Bulk,
    Choices,
    Column,
    Completed,
    Condition,
    Filter,
    Kind,
    Line,
    Listing,
)
from helpdesk.listings.whose import units_of
from helpdesk.listings.words import Reading
from helpdesk.org.models import UnitKind
from helpdesk.problems.cases import Standing
from helpdesk.problems.turn_queries import open_counts
from helpdesk.visits.rights import dispatches
from workflows.roles import Role

DISPATCHES = frozenset({Role.DISPATCHER})
ALL = ("", "全部")

# -- 企业名录 -----------------------------------------------------------------------------------------------------------


def completed(lines: list[Line], reading: Reading) -> list[Line]:
    """Cadres and open problems, for many lines at a time."""
    ids = [line.id for line in lines]
    names, counts = cadre_names(ids, reading.today), open_counts(reading.me, ids)
    return [
        Completed(line, {"cadres": "、".join(names.get(line.id, ())), "open": counts.get(line.id, 0)}) for line in lines
    ]


def may_enter(me: Standing) -> bool:
    """Whether this person enters enterprises: 调度室, and the cadres who visit them."""
    return dispatches(me) or visits_enterprises(me.person_id, me.today)


def _one_of(name: str, label: str, words: dict[str, str], none: str | None = None) -> Filter:
    choices = (ALL, *words.items(), *(((NONE, none),) if none else ()))
    return Filter(
        name,
        label,
        lambda value, _: firm_queries.having(name, value) if value else None,
        choices=lambda _: choices,
        quiet=name not in ("industry", "status"),
    )


YES_NO = {"yes": True, "no": False}


def _marked(name: str, label: str) -> Filter:
    return Filter(
        name,
        label,
        lambda value, _: firm_queries.having(name, YES_NO[value]) if value else None,
        choices=lambda _: (ALL, ("yes", "是"), ("no", "否")),
        quiet=True,
    )


def _paired_people(asked: Asked) -> list[tuple[int, str]]:
    return once(("cadres", asked.me.today), lambda: cadres(asked.me.today))


def _cadre_choices(asked: Asked) -> Choices:
    found = tuple((str(key), name) for key, name in _paired_people(asked))
    return (ALL, ("mine", "我包联的"), (NONE, "还没有包联的"), *found)


def _of_cadre(value: str, asked: Asked) -> Condition | None:
    if not value:
        return None
    return firm_queries.with_cadre(str(asked.me.person_id) if value == "mine" else value, asked.me.today)


def _tag_choices(_: Asked) -> Choices:
    return (ALL, *((word, word) for word in firm_queries.tag_words()))


WORDS = Filter(
    "q",
    "名称、代码或首字母",
    lambda value, _: firm_queries.holding(value) if value.split() else None,
    Asks.TEXT,
    hint="例如 宏达、hdjx",
)


def _street(meaning: Callable[[Condition], Condition] = lambda condition: condition) -> Filter:
    def condition(value: str, _: Asked) -> Condition | None:
        key = NONE if value == NONE else int(value or 0)
        return meaning(firm_queries.having("street_id", key)) if value else None

    return Filter("street", "街道、乡镇", condition, choices=units_of(UnitKind.STREET, none="没有登记的"))


def _word(words: dict[str, str], name: str) -> Callable[[Line, Reading], str | None]:
    return lambda line, _: words.get(getattr(line, name) or "")


YES = {True: "是", False: "否", None: None}
ENTERPRISES = Listing(
    "enterprises",
    "企业名录",
    "按名称、曾用名、统一社会信用代码或拼音首字母查找",
    keys=firm_queries.enterprises,
    lines=firm_queries.enterprise_lines,
    completed=completed,
    filters=(
        WORDS,
        _one_of("industry", "行业", INDUSTRIES, "没有登记的"),
        _street(),
        Filter("cadre", "包联", _of_cadre, choices=_cadre_choices),
        _one_of("status", "状态", STATUSES),
        _one_of("size", "规模", SIZES, "还不能判断的"),
        _marked("above_scale", "规上"),
        _marked("is_key", "重点企业"),
        Filter(
            "tag",
            "标签",
            lambda value, _: firm_queries.tagged(value) if value else None,
            choices=_tag_choices,
            quiet=True,
        ),
    ),
    columns=(
        INDEX,
        Column("name", "企业名称", plain("name"), Kind.LINK, 36, look="wide", sort="name"),
        Column("uscc", "统一社会信用代码", lambda line, _: line.uscc or "暂无代码", Kind.OFFICIAL, 22),
        Column("industry", "行业", _word(INDUSTRIES, "industry"), width=22, look="name", phone=False),
        Column("size", "规模", _word(SIZES, "size"), width=8, look="narrow"),
        Column("status", "状态", _word(STATUSES, "status"), width=8, look="narrow"),
        Column("above_scale", "规上", lambda line, _: YES[line.above_scale], width=8, page=False),
        Column("is_key", "重点企业", lambda line, _: YES[line.is_key], width=10, page=False),
        Column("street", "街道、乡镇", plain("street"), width=14, look="narrow", phone=False),
        Column("address", "地址", plain("address"), width=36, page=False),
        Column("cadres", "包联", plain("cadres"), width=16, look="name"),
        Column("open", "在办问题（个）", plain("open"), Kind.NUMBER, 14),
    ),
    orders={"name": firm_queries.BY_SOUND},
    order="name",
    empty=("名录里还没有企业", "登记企业，或者导入企业台账。"),
    unit="家",
    thing="企业",
    link=lambda line: url_for("enterprises.show", enterprise_id=line.id),
    begins=(Begin("登记企业", "enterprises.new", may_enter),),
)

# -- 包联台账 -----------------------------------------------------------------------------------------------------------


def with_units(lines: list[Line], reading: Reading) -> list[Line]:
    """The units, for many lines at a time."""
    units = firm_queries.units_of({line.person_id for line in lines}, reading.today)
    return [Completed(line, {"unit": units.get(line.person_id)}) for line in lines]


def _running(value: str, asked: Asked) -> Condition | None:
    if value == "all":
        return None
    return (firm_queries.over if value == "over" else firm_queries.running)(asked.me.today)


def _people_choices(asked: Asked) -> Choices:
    return (ALL, ("mine", "我包联的"), *((str(key), name) for key, name in _paired_people(asked)))


def _by_whom(value: str, asked: Asked) -> Condition | None:
    if not value:
        return None
    return firm_queries.of_person(asked.me.person_id if value == "mine" else int(value))


PAIRING = Listing(
    "pairing",
    "包联台账",
    "谁包联哪家企业，从哪天起；先看现在的",
    keys=firm_queries.pairings,
    lines=firm_queries.pairing_lines,
    completed=with_units,
    filters=(
        Filter(
            "q",
            "企业",
            lambda value, _: firm_queries.of_enterprises(firm_queries.holding(value)) if value.split() else None,
            Asks.TEXT,
            hint="名称、代码或首字母",
        ),
        Filter("cadre", "由谁包联", _by_whom, choices=_people_choices),
        Filter(
            "as",
            "身份",
            lambda value, _: firm_queries.paired_as(value) if value else None,
            choices=lambda _: (ALL, *PAIRED_AS.items()),
        ),
        _street(firm_queries.of_enterprises),
        Filter(
            "running",
            "范围",
            _running,
            choices=lambda _: (("", "现在的"), ("over", "已结束的"), ("all", "全部")),
        ),
    ),
    columns=(
        INDEX,
        Column("enterprise", "企业", plain("enterprise"), Kind.LINK, 36, look="wide"),
        Column("street", "街道、乡镇", plain("street"), width=14, look="narrow", phone=False),
        Column("person", "由谁包联", plain("person"), width=12, look="narrow"),
        Column("title", "职务", plain("title"), width=18, look="name", phone=False),
        Column("unit", "单位", plain("unit"), width=22, look="name"),
        Column("as", "身份", _word(PAIRED_AS, "paired_as"), width=12, look="narrow"),
        Column("from_on", "从", plain("from_on"), Kind.DAY, 12, sort="from"),
        Column("until_on", "到", plain("until_on"), Kind.DAY, 12),
        Column("status", "企业状态", _word(STATUSES, "status"), width=10, page=False),
    ),
    orders={"from": firm_queries.SINCE},
    order="-from",
    empty=("还没有安排包联", "在企业页面上安排，或者导入包联台账。"),
    unit="对",
    thing="包联关系",
    link=lambda line: url_for("enterprises.show", enterprise_id=line.enterprise_id),
    bulks=(Bulk("批量调整", "pairings.move", DISPATCHES),),
)

for _listing in (ENTERPRISES, PAIRING):
    catalogue.add(_listing)
