"""The list of orders (督办单): a Listing like all others, put into the catalogue."""

from typing import Any

from flask import url_for

from helpdesk.clock import local
from helpdesk.listings import catalogue
from helpdesk.listings.terms import Asked, Asks, Choices, Column, Filter, Kind, Listing
from helpdesk.listings.words import Reading
from helpdesk.org.queries import groups
from helpdesk.problems.cases import clock_lamp
from helpdesk.problems.words import due_words
from helpdesk.supervision import queries
from workflows.supervision import LEVELS, ORDER
from workflows.terms import Phase

AT_WORK = tuple(state.name for state in ORDER.states if state.phase is Phase.OPEN)
UNANSWERED = tuple(
    state.name
    for state in ORDER.states
    if state.phase is Phase.OPEN and any(role.value == "addressee" for role in state.turn)
)
DRAFTS = ORDER.names_in(Phase.START)
STATES: Choices = (
    ("", "全部"),
    ("unanswered", "还没有回复的"),
    ("open", "在办的"),
    ("late", "逾期的"),
    *((state.name, state.label) for state in ORDER.states),
)


def _state(value: str, asked: Asked) -> Any:
    several = {"unanswered": UNANSWERED, "open": AT_WORK}
    if not value:
        return None
    if value == "late":
        return queries.overdue(asked.me.now)
    return queries.in_states(*several.get(value, (value,)))


def _units(_: Asked) -> Choices:
    return (("", "全部"), *((str(unit.id), unit.name) for unit in groups()))


def _lamp(line: Any, reading: Reading) -> Any:
    if line.phase != Phase.OPEN or line.due_on is None:
        return None
    return clock_lamp(line.due_on, line.due_at, waiting=False, now=reading.me.now)


ORDERS = Listing(
    "orders",
    "督办单",
    "督查考核办公室签发的督办单；草稿只有督查考核办公室看得到",
    keys=queries.orders,
    lines=queries.order_lines,
    filters=(
        Filter(
            "q",
            "查找",
            lambda value, _: queries.with_words(value) if value.split() else None,
            Asks.TEXT,
            hint="文号、标题、企业、问题",
        ),
        Filter("state", "状态", _state, choices=lambda _: STATES),
        Filter(
            "level",
            "级别",
            lambda value, _: queries.having_level(value) if value else None,
            choices=lambda _: (("", "全部"), *LEVELS),
        ),
        Filter("group", "主送单位", lambda value, _: queries.of_unit(int(value)) if value else None, choices=_units),
    ),
    columns=(
        Column("index", "序号", lambda *_: None, Kind.INDEX, 6, phone=False),
        Column("number", "文号", lambda line, _: line.number or "草稿", Kind.OFFICIAL, 18),
        Column("title", "标题", lambda line, _: line.title, Kind.LINK, 50),
        Column("level", "级别", lambda line, _: dict(LEVELS).get(line.facts.get("level")), width=8, look="narrow"),
        Column("unit", "主送单位", lambda line, _: line.unit, width=24, look="name"),
        Column("size", "问题（件）", lambda line, _: line.size, Kind.NUMBER, 10),
        Column("state", "状态", lambda line, _: ORDER.state(line.state).label, width=14, look="narrow"),
        Column("lamp", "灯", _lamp, Kind.LAMP, 22, look="lamp"),
        Column(
            "due_on",
            "应办",
            lambda line, _: line.due_on,
            Kind.DAY,
            12,
            sort="due",
            words=lambda day, line, reading: due_words(day, line.due_at, reading.today) if day else "",
        ),
        Column(
            "opened_on",
            "起草日期",
            lambda line, _: local(line.opened_at).date(),
            Kind.DAY,
            12,
            sort="opened",
            phone=False,
        ),
    ),
    orders={"due": queries.PRESSING, "opened": queries.NEWEST},
    order="due",
    by=catalogue.SEATED,
    empty=("还没有督办单", "逾期清单里勾选问题可以起草；逾期 5 个、10 个工作日的由系统起草，等督查考核办公室签发。"),
    unit="份",
    link=lambda line: url_for("orders.show", order_id=line.id),
)
catalogue.add(ORDERS)
