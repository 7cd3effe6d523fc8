"""走访 and 走访提醒: the lists of visits, and of enterprises visited too seldom or too often; nobody is ranked by problems."""

from typing import Any

from flask import url_for

from helpdesk.clock import local
from helpdesk.db import once
from helpdesk.enterprises.queries import cadre_names
from helpdesk.listings import catalogue
from helpdesk.listings.catalogue import INDEX, plain
from helpdesk.listings.choosing import day_of
from helpdesk.listings.queries import NONE, Order
from helpdesk.listings.terms import Asked, Asks, Choices, Column, Completed, Condition, Filter, Kind, Line, Listing
from helpdesk.listings.whose import units_of
from helpdesk.listings.words import Reading
from helpdesk.org.models import UnitKind
from helpdesk.problems.cases import Standing
from helpdesk.visits import list_queries
from helpdesk.visits.frequency import KINDS, often_words, seldom_words
from helpdesk.visits.models import STATES, WAYS, Outcome, State, Way
from helpdesk.visits.queries import Rhythm
from helpdesk.visits.showing import limits

ALL = ("", "全部")
FOUND = ((Outcome.NONE, "没有发现"), (Outcome.FOUND, "发现问题"))


def _street(value: str) -> int | None:
    return None if value == NONE else int(value)


def _visitors(asked: Asked) -> Choices:
    found = once(("visitors", asked.me.person_id), lambda: list_queries.visitors(asked.me))
    return (ALL, *((str(key), name) for key, name in found))


def _problems(value: str, _: Asked) -> Condition | None:
    return list_queries.with_problems(some=value == "with") if value else None


def _day(name: str, label: str, meaning: Any) -> Filter:
    return Filter(name, label, lambda value, _: meaning(day) if (day := day_of(value)) else None, Asks.DAY)


def _street_filter(meaning: Any) -> Filter:
    return Filter(
        "street",
        "街道、乡镇",
        lambda value, _: meaning(_street(value)) if value else None,
        choices=units_of(UnitKind.STREET, none="没有登记街道的"),
    )


def _words(pairs: Any, kind: Any, value: str | None) -> str | None:
    return dict(pairs)[kind(value)] if value else None


VISITS = Listing(
    "visits",
    "走访清单",
    "计划的和已经记录的走访；看得到的是本人的、本人包保企业的，调度室、督查考核办公室和领导小组看得到全区的",
    keys=list_queries.visits,
    lines=list_queries.visit_lines,
    filters=(
        Filter(
            "q",
            "查找",
            lambda value, _: list_queries.with_words(value) if value else None,
            Asks.TEXT,
            hint="企业、情况、需求",
        ),
        Filter(
            "cadre",
            "走访人",
            lambda value, _: list_queries.by_person(int(value)) if value else None,
            choices=_visitors,
        ),
        _street_filter(list_queries.in_street),
        Filter(
            "state",
            "状态",
            lambda value, _: list_queries.in_state(value) if value else None,
            choices=lambda _: (ALL, *((str(key), words) for key, words in STATES if key != State.DROPPED)),
        ),
        Filter(
            "way",
            "方式",
            lambda value, _: list_queries.in_way(value) if value else None,
            choices=lambda _: (ALL, *((str(key), words) for key, words in WAYS)),
        ),
        Filter(
            "problems",
            "有没有问题",
            _problems,
            choices=lambda _: (ALL, ("with", "有问题"), ("without", "没有发现问题")),
        ),
        _day("from", "日期从", list_queries.since),
        _day("until", "到", list_queries.until),
    ),
    columns=(
        Column("index", "序号", lambda *_: None, Kind.INDEX, 6, phone=False),
        Column("day", "日期", lambda line, _: line.day, Kind.DAY, 12, sort="day"),
        Column("enterprise", "企业", lambda line, _: line.enterprise, Kind.LINK, 32),
        Column("street", "街道、乡镇", lambda line, _: line.street, width=14, phone=False),
        Column("person", "走访人", lambda line, _: line.person, width=10),
        Column("state", "状态", lambda line, _: _words(STATES, State, line.state), width=10, look="narrow"),
        Column("way", "方式", lambda line, _: _words(WAYS, Way, line.way), width=10, look="narrow"),
        Column("purpose", "走访目的", lambda line, _: line.purpose, width=30, page=False),
        Column("people_met", "见到的人", lambda line, _: line.people_met, width=24, page=False),
        Column("situation", "企业情况", lambda line, _: line.situation, width=50, look="wide"),
        Column("needs", "企业需求和问题", lambda line, _: line.needs, width=50, page=False),
        Column("follow_up", "后续安排", lambda line, _: line.follow_up, width=40, page=False),
        Column("outcome", "有没有发现问题", lambda line, _: _words(FOUND, Outcome, line.outcome), width=22),
        Column("problems", "已登记问题（件）", lambda line, _: line.problems, Kind.NUMBER, 10),
    ),
    orders={"day": Order(list_queries.OLDEST, list_queries.NEWEST)},
    order="-day",
    empty=("还没有走访", "在“我的走访”里列入计划或者记录走访。"),
    unit="次",
    link=lambda line: url_for("visits.show", visit_id=line.id),
)


# -- Warnings ----------------------------------------------------------------------------------------------------------


def warned(me: Standing) -> Any:
    """The enterprises to be warned of, by the limits of this installation."""
    return list_queries.warned(me, limits())


def completed(lines: list[Line], reading: Reading) -> list[Line]:
    """Who is paired with each, and how often it was visited lately, for many lines at a time."""
    ids = [line.id for line in lines]
    names, lately = cadre_names(ids, reading.today), list_queries.lately_of(ids, reading.today)
    return [
        Completed(line, {"cadres": "、".join(names.get(line.id, ())), "lately": lately.get(line.id, 0)})
        for line in lines
    ]


def _kind(value: str, asked: Asked) -> Condition | None:
    return list_queries.of_kind(value, asked.me.today, limits()) if value else None


def said(line: Line, reading: Reading) -> str:
    """What is to be warned of, in words."""
    rhythm = Rhythm(line.last_on, line.lately, 0)
    seldom = seldom_words(rhythm, local(line.added_at).date(), reading.today, limits())
    return "；".join(words for words in (seldom, often_words(rhythm, limits())) if words)


WARNINGS = Listing(
    "visit_warnings",
    "走访提醒",
    "很久没有走访的企业，和短时间里走访过多、可能增加负担的企业；只计实地走访，不分是谁去的",
    keys=warned,
    lines=list_queries.warning_lines,
    completed=completed,
    filters=(
        Filter("kind", "提醒", _kind, choices=lambda _: (ALL, *KINDS)),
        _street_filter(list_queries.warned_in_street),
    ),
    columns=(
        INDEX,
        Column("name", "企业", lambda line, _: line.name, Kind.LINK, 34),
        Column("street", "街道、乡镇", lambda line, _: line.street, width=14, phone=False),
        Column("cadres", "包保干部", plain("cadres"), width=18),
        Column("said", "提醒", said, width=60, look="wide"),
        Column("last_on", "上次走访", lambda line, _: line.last_on, Kind.DAY, 12),
        Column("lately", "近30天（次）", lambda line, _: line.lately, Kind.NUMBER, 10),
        Column("planned_on", "下次计划", lambda line, _: line.planned_on, Kind.DAY, 12),
    ),
    orders={"name": Order(list_queries.BY_NAME, list_queries.BY_NAME_DOWN)},
    order="name",
    empty=("没有需要提醒的企业", "没有太久未走访的，也没有走访过多的；新登记的企业从登记之日算起。"),
    unit="家",
    thing="企业",
    link=lambda line: url_for("enterprises.show", enterprise_id=line.id),
)

for _listing in (VISITS, WARNINGS):
    catalogue.add(_listing)
