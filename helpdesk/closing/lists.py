"""THE LISTS of closing: 待销号 and 待回访, written like all others and put into the catalogue."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import url_for

from helpdesk.closing import list_queries
from helpdesk.closing.judging import BY_LINK, CLOSE
from helpdesk.listings import catalogue, queries
from helpdesk.listings.catalogue import FIRM, INDEX, NUMBER, TITLE, plain
from helpdesk.listings.terms import Bulk, Choices, Column, Condition, Filter, Kind, Line, Listing
from helpdesk.listings.words import Reading, due_words, short_moment
from helpdesk.pages import masked
from workflows.fields import SATISFACTIONS, YES_NO
from workflows.guards import UNREACHED_TRIES
from workflows.problem import PROBLEM

OTHERS = "请由没有参与的同事来做"
SATISFIED, ANSWERED = dict(SATISFACTIONS), dict(YES_NO)


def _chosen(name: str, label: str, choices: Choices, conditions: dict[str, Callable[[], Condition]]) -> Filter:
    return Filter(
        name,
        label,
        lambda value, _: conditions[value]() if value else None,
        choices=lambda _: (("", "全部"), *choices),
    )


# -- 待销号 -------------------------------------------------------------------------------------------------------------

HOW = _chosen(
    "how",
    "怎样听取的",
    (("link", "企业本人评价"), ("call", "电话回访")),
    {"link": list_queries.judged_by_link, "call": list_queries.judged_by_call},
)
SAID = Filter(
    "said",
    "企业评价",
    lambda value, _: _said_condition(value),
    choices=lambda _: (("", "全部"), *SATISFACTIONS[:2], ("none", "未评价")),
)


def _said_condition(value: str) -> Condition | None:
    if not value:
        return None
    return queries.nothing_in("satisfaction") if value == "none" else queries.having("satisfaction", value)


def said(line: Line, _: Reading) -> str:
    """满意; 未评价 where nobody was reached."""
    return SATISFIED.get(line.satisfaction, "未评价")


def how(line: Line, reading: Reading) -> str | None:
    """企业本人 11月23日; 某人（调度室）回访 11月23日."""
    if line.word_at is None:
        return None
    when = short_moment(line.word_at, reading.today)
    return f"企业本人评价 {when}" if line.word_action in BY_LINK else f"{line.word_by}电话回访 {when}"


def may_i(line: Line, reading: Reading) -> str | None:
    """Nothing where the reader may do it; else that somebody else must (回避)."""
    return OTHERS if line.id in list_queries.worked_on(reading.me) else None


def _due(line: Line, _: Reading) -> Any:
    return None if line.waiting else line.due_on


GROUP = Column("group", "责任组", plain("group"), width=22, look="name")
DUE = Column("due_on", "应办", _due, Kind.DAY, 12, sort="due", words=due_words)
LAMP = Column("lamp", "灯", lambda line, reading: reading.lamp(line), Kind.LAMP, 22, look="lamp")
AVOID = Column("avoid", "回避", may_i, width=22, look="name")
LATE = Column("late", "有无超时", lambda line, _: "有环节超时" if line.closed_late else None, width=10, look="narrow")
ROUND = Column("round", "轮次", plain("round"), Kind.NUMBER, 6)

TO_CLOSE = Listing(
    "to-close",
    "待销号",
    "企业已经评价、或者三次未联系上的问题：核对过程和企业的话，再销号",
    keys=list_queries.waiting_to_close,
    lines=list_queries.closing_lines,
    filters=(catalogue.WORDS, catalogue.GROUP, SAID, HOW, catalogue.LAMP, catalogue.ENTERPRISE),
    columns=(
        INDEX,
        NUMBER,
        FIRM,
        TITLE,
        GROUP,
        Column("said", "企业评价", said, width=10, look="narrow"),
        # only what is solved, or what nobody was reached about, comes here: in files alone
        Column("solved", "解决了吗", lambda line, _: ANSWERED.get(line.solved), width=10, page=False),
        Column("how", "怎样听取的", how, width=30, look="name"),
        ROUND,
        LATE,
        DUE,
        LAMP,
        AVOID,
    ),
    orders={"due": queries.DUE},
    order="due",
    by=catalogue.SEATED,
    empty=("没有等待销号的问题", "企业评价或者回访以后，问题会列在这里。"),
    link=lambda line: url_for("closing.show", problem_id=line.id),
    bulks=(Bulk("一并销号", "closing.preview", frozenset(CLOSE.roles)),),
)

# -- 待回访 -------------------------------------------------------------------------------------------------------------

TRIES_CHOICES = (("", "全部"), ("0", "还没有拨打"), *((str(n), f"{n} 次未联系上") for n in range(1, UNREACHED_TRIES)))
TRIES = Filter(
    "tries",
    "已拨打",
    lambda value, _: list_queries.tried(int(value)) if value else None,
    choices=lambda _: TRIES_CHOICES,
)


def contact(line: Line, _: Reading) -> str:
    """王经理 150****0625."""
    return " ".join(each for each in (line.contact_name, masked(line.contact_phone)) if each)


def tries(line: Line, reading: Reading) -> str:
    """还没有拨打; 2 次未联系上，最近 11月23日 14:00 某人（调度室）."""
    if not line.unreached_calls:
        return "还没有拨打"
    last = f"，最近 {short_moment(line.called_at, reading.today)} {line.called_by}" if line.called_at else ""
    return f"{line.unreached_calls} 次未联系上{last}"


TO_CALL = Listing(
    "to-call-back",
    "待回访",
    f"要打电话听取企业意见的问题。{UNREACHED_TRIES} 次联系不上的按未评价转销号，不算满意",
    keys=list_queries.waiting_for_a_call,
    lines=list_queries.call_lines,
    filters=(catalogue.WORDS, catalogue.GROUP, TRIES, catalogue.LAMP, catalogue.ENTERPRISE),
    columns=(
        INDEX,
        NUMBER,
        FIRM,
        TITLE,
        GROUP,
        Column("contact", "联系人", contact, width=24, look="name"),
        Column("tries", "已经拨打", tries, width=36, look="name"),
        Column("state", "状态", lambda line, _: PROBLEM.state(line.state).label, width=12, look="narrow"),
        DUE,
        LAMP,
        replace(catalogue.LAST_WORD, width=40),
        AVOID,
    ),
    orders={"due": queries.DUE},
    order="due",
    by=catalogue.SEATED,
    empty=("没有等待回访的问题", "企业没有在期限内评价，或者没有邮箱可以发评价链接的，会列在这里。"),
    link=lambda line: url_for("calls.show", problem_id=line.id),
)

for _listing in (TO_CLOSE, TO_CALL):
    catalogue.add(_listing)
