"""THE LISTS: 问题台账, 逾期清单, 将到期, 我上报的. A new column is one line here (and its source in ``queries.py``)."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from helpdesk.listings import (
    due_filters,
    leg_lists,
    queries,
    strike_lists,
    strike_queries,
    telling_lists,
    telling_queries,
    words,
)
from helpdesk.listings.choosing import day_of
from helpdesk.listings.practice import PRACTICE
from helpdesk.listings.terms import Asked, Asks, Begin, Bulk, Choices, Column, Condition, Filter, Kind, Line, Listing
from helpdesk.listings.whose import cadre_filter, street_filter
from helpdesk.listings.words import LAMP_WORDS, Reading
from helpdesk.org.roles import SEATS
from helpdesk.rules import rules_on
from workflows.book import CLOCKS
from workflows.fields import CATEGORIES, DIFFICULTIES, SATISFACTIONS, URGENCIES
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import Phase

# -- Filters -----------------------------------------------------------------------------------------------------------

NOBODY = "none"  # instead of a unit's key


def _one_of(name: str, label: str, choices: Choices, condition: Callable[[str], Condition]) -> Filter:
    return Filter(name, label, lambda value, _: condition(value) if value else None, choices=lambda _: choices)


def _all(label: str, choices: Choices) -> Choices:
    return (("", label), *choices)


def _group_choices(asked: Asked) -> Choices:
    return (("", "全部"), *asked.reading.groups, (NOBODY, "还没有交办的"))


def _unit_key(value: str) -> int | None:
    return None if value == NOBODY else int(value)


def _phase_choices(asked: Asked) -> Choices:
    everything, at_work, done = ("all", "全部"), ("open", "在办"), ("closed", "已办结")
    if _asks_for_any_phase(asked):
        return (("", "全部"), at_work, done)
    return (("", "在办"), done, everything)


def _asks_for_any_phase(asked: Asked) -> bool:
    """Whoever looks for certain words, a certain state or 按期办结 does not mean only what is at work."""
    return any(asked.values.get(name) for name in ("q", "state")) or asked.values.get("lamp") == "blue"


def _phase_condition(value: str, asked: Asked) -> Condition | None:
    if value == "all" or (not value and _asks_for_any_phase(asked)):
        return None
    return queries.having("phase", value or Phase.OPEN)


def _lamp_choices(asked: Asked, *colours: str) -> Choices:
    policy = rules_on(asked.me.today).policy
    meaning = {
        "green": "正常",
        "yellow": f"{policy.soon_days} 个工作日之内到期",
        "red": "逾期",
        "purple": f"逾期超过 {policy.long_days} 个工作日",
        "grey": "暂停计时",
        "blue": "按期办结",
    }
    words = {colour: f"{LAMP_WORDS[colour]} {meaning[colour]}" for colour in LAMP_WORDS}
    return _all("全部", tuple((colour, words.get(colour, "红、紫 全部逾期的")) for colour in colours))


def _day(name: str, label: str, condition: Callable[[Any], Condition]) -> Filter:
    return Filter(name, label, lambda value, _: condition(day_of(value)) if value else None, Asks.DAY)


def _text(name: str, label: str, condition: Callable[[str], Condition], hint: str) -> Filter:
    return Filter(name, label, lambda value, _: condition(value) if value.split() else None, Asks.TEXT, hint=hint)


STATES = tuple((state.name, state.label) for state in PROBLEM.states if state.phase is not Phase.START)
OWN_STATES = tuple((state.name, state.label) for state in PROBLEM.states)

WORDS = _text("q", "查找", queries.holding, "编号、企业、问题")
PHASE = Filter("phase", "范围", _phase_condition, choices=_phase_choices)
STATE = _one_of("state", "状态", _all("全部", STATES), partial(queries.having, "state"))
OWN_STATE = _one_of("state", "状态", _all("全部", OWN_STATES), partial(queries.having, "state"))
GROUP = Filter(
    "group", "责任组", lambda value, _: queries.of_group(_unit_key(value)) if value else None, choices=_group_choices
)
URGENCY = _one_of("urgency", "紧急程度", _all("全部", URGENCIES), partial(queries.having, "urgency"))
CATEGORY = _one_of("category", "问题类别", _all("全部", CATEGORIES), partial(queries.having, "category"))
LAMP = Filter(
    "lamp",
    "灯",
    lambda value, asked: queries.with_lamp(value, asked.me) if value else None,
    choices=lambda asked: _lamp_choices(asked, *LAMP_WORDS, queries.LATE),
)
FROM = _day("from", "上报日期从", queries.reported_from)
UNTIL = _day("until", "到", queries.reported_until)
STREET, CADRE = street_filter(), cadre_filter(quiet=True)
ENTERPRISE = _text("enterprise", "企业", queries.of_enterprise_like, "名称、代码或首字母")
UNIT = leg_lists.UNIT
LEG = leg_lists.LEG
LATE_BY, NEW, WITHIN, PROVISIONAL_ONLY = (
    due_filters.LATE_BY,
    due_filters.NEW,
    due_filters.WITHIN,
    due_filters.PROVISIONAL,
)
LATE_LAMP = Filter(
    "lamp",
    "灯",
    lambda value, asked: queries.clock_with_lamp(value, asked.me) if value else None,
    choices=lambda asked: _lamp_choices(asked, "red", "purple"),
)


def _of_problem(wanted: Filter, of_problems: Callable[[Condition], Condition] = queries.of_problems) -> Filter:
    """A filter of problems, for lists of clocks or of what else ``of_problems`` says."""

    def condition(value: str, asked: Asked) -> Condition | None:
        found = wanted.condition(value, asked)
        return None if found is None else of_problems(found)

    return replace(wanted, condition=condition)


CLOCK_WORDS, CLOCK_URGENCY, CLOCK_ENTERPRISE = (_of_problem(each) for each in (WORDS, URGENCY, ENTERPRISE))

# -- Columns -----------------------------------------------------------------------------------------------------------


def _words_for(choices: Choices) -> Callable[[str | None], str | None]:
    labels = dict(choices)
    return lambda value: labels.get(value, value) if value else None


_category, _urgency = _words_for(CATEGORIES), _words_for(URGENCIES)
_difficulty, _satisfaction = _words_for(DIFFICULTIES), _words_for(SATISFACTIONS)


def plain(name: str) -> Callable[[Line, Reading], Any]:
    """The value of a line as it is."""
    return lambda line, _: getattr(line, name)


INDEX = Column("index", "序号", lambda *_: None, Kind.INDEX, 6, phone=False)
NUMBER = Column("number", "编号", lambda line, _: line.number or "草稿", Kind.OFFICIAL, 14)
FIRM = Column("enterprise", "企业", plain("enterprise"), width=30, look="name")
TITLE = Column("title", "问题", lambda line, _: line.title or "（还没有标题的草稿）", Kind.LINK, 40)
LAST_WORD = Column("last_word", "最近进展", lambda line, _: line.last_word or None, width=50, look="name", phone=False)
ROUND = Column("round", "轮次", plain("round"), Kind.NUMBER, 6, page=False)
STATE_WORDS = Column(
    "state", "状态", lambda line, _: PROBLEM.state(line.state).label, width=12, look="narrow", words=words.state_words
)
URGENT = Column("urgency", "紧急程度", lambda line, _: _urgency(line.urgency), width=9, look="narrow")
REPORTED_ON = Column("reported_on", "上报日期", words.reported_on, Kind.DAY, 12, sort="reported", phone=False)
PROVISIONAL = Column(
    "provisional", "是否暂定", lambda line, _: "暂定" if line.provisional else None, width=9, page=False
)
LEDGER = (
    replace(INDEX, page=False),
    NUMBER,
    FIRM,
    TITLE,
    Column("category", "类别", lambda line, _: _category(line.category), width=12, look="narrow", phone=False),
    URGENT,
    Column("assigned", "责任组/承办人", words.assigned, look="name", file=False),
    Column("group", "责任组", plain("group"), width=22, page=False),
    Column("handler", "承办人", plain("handler"), width=10, page=False),
    STATE_WORDS,
    ROUND,
    Column("lamp", "灯", lambda line, reading: reading.lamp(line), Kind.LAMP, 22, look="lamp"),
    Column("due_on", "应办日期", words.due_day, Kind.DAY, 12, sort="due", words=words.due_words),
    REPORTED_ON,
    PROVISIONAL,
    Column("turn", "轮到谁办", lambda line, reading: reading.turn(line), width=20, page=False),
    Column("difficulty", "难易程度", lambda line, _: _difficulty(line.difficulty), width=9, page=False),
    Column("reporter", "上报人", plain("reporter"), width=10, page=False),
    Column("detail", "问题情况", plain("detail"), width=60, page=False),
    Column("last_word", "最近进展", lambda line, _: line.last_word or None, width=50, page=False),
    Column("satisfaction", "企业评价", lambda line, _: _satisfaction(line.satisfaction), width=10, page=False),
    Column("closed_on", "办结日期", plain("closed_on"), Kind.DAY, 12, page=False),
    Column("closing_number", "销号编号", plain("closing_number"), Kind.OFFICIAL, 16, page=False),
)
RESPONSIBLE = (
    Column("responsible", "责任组/承办人", words.responsible, look="name", file=False),
    Column("unit", "责任单位", lambda line, _: line.unit or "上报人", width=22, page=False),
    Column("person", "责任人", words.person, width=16, page=False),
)
WHICH_LEG = Column("leg", "环节", lambda line, _: CLOCKS[line.clock].label, width=10, look="narrow")
DUE = Column("due_on", "应办", plain("due_on"), Kind.DAY, 12, words=words.due_words)
NEXT = Column(
    "next", "下一步时点", lambda line, reading: reading.next_step(line.clock, line.due_on), width=22, look="narrow"
)
LATE = Column(
    "late_days",
    "逾期（个工作日）",
    lambda line, reading: reading.late_days(line.due_on),
    Kind.NUMBER,
    10,
    words=lambda days, *_: str(days) if days else "不足 1",
)
CLOCK_LAMP = Column("lamp", "灯", lambda line, reading: reading.clock_lamp(line), Kind.LAMP, 22, look="lamp")

# -- The lists ---------------------------------------------------------------------------------------------------------

SEATED = frozenset(SEATS)
REPORT = Begin("登记问题", "problems.new")
ON_PAPER = Bulk("生成公文", "many_papers.chosen")
ORDERED = Bulk("起草督办单", "orders.draft", frozenset({Role.SUPERVISOR}))

PROBLEMS = Listing(
    "problems",
    "问题台账",
    "您职责范围内的企业问题，先看在办的",
    keys=queries.reported_problems,
    lines=queries.problem_lines,
    filters=(WORDS, PHASE, STATE, GROUP, URGENCY, CATEGORY, LAMP, ENTERPRISE, STREET, FROM, UNTIL, CADRE),
    columns=LEDGER,
    orders={"reported": queries.REPORTED, "due": queries.DUE},
    order="-reported",
    empty=("台账里还没有在办的问题", "与您有关的问题上报以后会列在这里；已办结的请在“范围”里选择。"),
    bulks=(ON_PAPER,),
    begins=(REPORT,),
    forms=(PRACTICE,),
)
OVERDUE = Listing(
    "overdue",
    "逾期清单",
    "已经超过时限的环节，一个环节一行，按责任单位排列",
    keys=queries.overdue_clocks,
    lines=queries.clock_lines,
    filters=(CLOCK_WORDS, UNIT, LEG, CLOCK_URGENCY, LATE_LAMP, LATE_BY, NEW, CLOCK_ENTERPRISE),
    columns=(INDEX, NUMBER, FIRM, TITLE, *RESPONSIBLE, WHICH_LEG, DUE, LATE, LAST_WORD, NEXT),
    orders={"unit": queries.BY_UNIT},
    order="unit",
    by=SEATED,
    empty=("没有逾期的环节", "超过时限的环节第二天零时起列在这里。"),
    grouped=True,
    urges=True,
    bulks=(ORDERED,),
    unit="项",
)
DUE_SOON = Listing(
    "due-soon",
    "将到期",
    "快要到期（黄灯）的环节，最急的在前；看得更远，请在“到期”里选择",
    keys=queries.clocks_ahead,
    lines=queries.clock_lines,
    filters=(CLOCK_WORDS, UNIT, LEG, CLOCK_URGENCY, WITHIN, PROVISIONAL_ONLY, CLOCK_ENTERPRISE),
    columns=(INDEX, NUMBER, FIRM, TITLE, *RESPONSIBLE, WHICH_LEG, DUE, PROVISIONAL, CLOCK_LAMP, LAST_WORD, NEXT),
    orders={"due": queries.CLOCK_DUE},
    order="due",
    by=SEATED,
    empty=("没有快要到期的环节", "快到期的环节会提前列在这里。"),
    urges=True,
    bulks=(ORDERED,),
    unit="项",
)
MINE = Listing(
    "mine",
    "我上报的",
    "您登记和上报的全部问题，草稿也在这里",
    keys=queries.own_problems,
    lines=queries.problem_lines,
    filters=(WORDS, OWN_STATE, URGENCY, LAMP, ENTERPRISE, FROM, UNTIL),
    columns=LEDGER,
    orders={"written": queries.WRITTEN, "reported": queries.REPORTED, "due": queries.DUE},
    order="-written",
    empty=("您还没有登记过问题", "走访企业时发现问题，可以马上登记。"),
    begins=(REPORT,),
)
LEG_LIST = leg_lists.legs_listing((replace(INDEX, page=False), NUMBER, FIRM, replace(TITLE, value=plain("title"))))
UNDELIVERED = telling_lists.undelivered_listing(
    tuple(_of_problem(each, telling_queries.of_problems) for each in (WORDS, GROUP, ENTERPRISE)),
    (replace(INDEX, page=False), NUMBER, FIRM, TITLE),
)
STRIKES = strike_lists.strikes_listing(
    tuple(_of_problem(each, strike_queries.of_problems) for each in (CATEGORY, WORDS, ENTERPRISE)),
    (replace(INDEX, page=False), NUMBER, FIRM, TITLE),
)
LISTINGS = {listing.name: listing for listing in (PROBLEMS, OVERDUE, DUE_SOON, MINE, LEG_LIST, UNDELIVERED, STRIKES)}


def add(listing: Listing) -> None:
    """Put a list of a feature above this one into the catalogue."""
    LISTINGS[listing.name] = listing
