"""统计明细: the list of marks, the rows behind the figures; its filters are what the figures are counted by."""

from collections.abc import Callable
from typing import Any

from helpdesk.figures import queries
from helpdesk.figures.catalogue import meaning
from helpdesk.figures.scope import NONE
from helpdesk.listings import catalogue
from helpdesk.listings.leg_lists import PERIODS, last_day_of, span_of
from helpdesk.listings.terms import Asked, Asks, Choices, Column, Condition, Filter, Kind, Listing
from helpdesk.listings.whose import cadre_filter, street_filter, units_of
from helpdesk.listings.words import Reading
from helpdesk.org.models import UnitKind
from helpdesk.rules import rules_on
from workflows.counts import LABELS, Counts
from workflows.fields import CATEGORIES, SATISFACTIONS, YES_NO

ALL = ("", "全部")
VIA: Choices = (("link", "企业链接"), ("call", "电话回访"))
FATES: Choices = (
    ("rated", "交办：计入办结率的"),
    ("done", "交办：已办结"),
    ("pending", "交办：还没办结"),
    ("void", "交办：转出、并案或撤回，不计"),
    ("called", "办结：已取得有效回访"),
    ("silent", "办结：还没有有效回访"),
    ("timed", "有办理天数的"),
    ("asked_late", "延期：临期申请的"),
)


# -- Filters -----------------------------------------------------------------------------------------------------------


def _plain(name: str, label: str, choices: Choices, *, quiet: bool = False) -> Filter:
    return Filter(name, label, _meant(name), choices=lambda _: (ALL, *choices), quiet=quiet)


def _meant(name: str) -> Callable[[str, Asked], Condition | None]:
    def condition(value: str, asked: Asked) -> Condition | None:
        if not value:
            return None
        soon = rules_on(last_day_of(asked)).policy.soon_days
        return meaning(name, value, soon_days=soon, entry_id=upto(asked))

    return condition


def upto(asked: Asked) -> int | None:
    """The timeline entry as of which somebody looks, if any."""
    words = asked.values.get("upto", "")
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 16 else None


PERIOD = Filter("period", "时间", lambda _, asked: queries.between(*span_of(asked)), choices=lambda _: PERIODS)
FROM = Filter("from", "自选从", lambda *_: None, Asks.DAY)
UNTIL = Filter("until", "到", lambda *_: None, Asks.DAY)
GROUP = Filter(
    "group",
    "责任组",
    lambda value, _: queries.having("group_id", value) if value else None,
    choices=units_of(UnitKind.GROUP, none="未经交办的"),
)
UNIT = Filter(
    "unit",
    "承办单位",
    lambda value, _: queries.having("unit_id", value) if value else None,
    choices=units_of(none="未经交办的"),
    quiet=True,
)
CATEGORY = _plain("category", "问题类别", (*CATEGORIES, (NONE, "没有类别的")))
STREET = street_filter(queries.of_street)
CADRE = cadre_filter(queries.of_cadre, day=last_day_of)
ABOUT_WHOM = (GROUP, UNIT, CATEGORY, STREET, CADRE)
"""What figures and the rows behind them are narrowed by, beside the period."""
UPTO = Filter("upto", "截至记录", lambda _, asked: queries.as_of(upto(asked)), Asks.TEXT, hint="记录号", quiet=True)
ABOUT = (
    _plain("kind", "事项", tuple((kind.value, LABELS[kind]) for kind in Counts)),
    _plain("fate", "结果", FATES),
    _plain("satisfaction", "满意程度", (*SATISFACTIONS, ("content", "满意和基本满意")), quiet=True),
    _plain("contacted", "主动联系", YES_NO, quiet=True),
    _plain("solved", "问题解决", YES_NO, quiet=True),
    _plain("via", "回访方式", VIA, quiet=True),
)

# -- Columns -----------------------------------------------------------------------------------------------------------


def plain(name: str) -> Callable[[Any, Reading], Any]:
    """The value of a line as it is."""
    return lambda line, _: getattr(line, name)


def _worded(name: str, choices: Choices) -> Callable[[Any, Reading], Any]:
    words = dict(choices)
    return lambda line, _: words.get(getattr(line, name))


def _said(line: Any, _: Reading) -> str | None:
    """解决，满意（企业链接）; 办理 3 个工作日; 离到期 1 个工作日申请."""
    if line.kind == Counts.ANSWERED:
        solved = {"yes": "已解决", "no": "没有解决"}.get(line.solved, "")
        said = [solved, dict(SATISFACTIONS).get(line.satisfaction, "")]
        return f"{'，'.join(each for each in said if each)}（{dict(VIA).get(line.via, '')}）"
    if line.kind == Counts.EXTENDED and line.lead is not None:
        return f"离到期 {line.lead} 个工作日申请"
    return f"{line.days} 个工作日" if line.days is not None else None


COLUMNS = (
    Column("index", "序号", lambda *_: None, Kind.INDEX, 6, phone=False, page=False),
    Column("number", "编号", lambda line, _: line.number, Kind.OFFICIAL, 14),
    Column("enterprise", "企业", plain("enterprise"), width=30, look="name"),
    Column("title", "问题", plain("title"), Kind.LINK, 40),
    Column("kind", "事项", lambda line, _: LABELS[Counts(line.kind)], width=12, look="narrow"),
    Column("at", "时间", plain("at"), Kind.MOMENT, 17, sort="happened"),
    Column("said", "情况", _said, width=30, look="name", file=False),
    Column("group", "责任组", plain("group"), width=22, look="name"),
    Column("handler", "承办人", plain("handler"), width=10, page=False),
    Column("category", "类别", _worded("category", CATEGORIES), width=12, page=False),
    Column("round", "轮次", plain("round"), Kind.NUMBER, 6, page=False),
    Column("via", "回访方式", _worded("via", VIA), width=10, page=False),
    Column("contacted", "主动联系", _worded("contacted", YES_NO), width=9, page=False),
    Column("solved", "问题解决", _worded("solved", YES_NO), width=9, page=False),
    Column("satisfaction", "满意程度", _worded("satisfaction", SATISFACTIONS), width=10, page=False),
    Column("days", "办理天数（工作日）", plain("days"), Kind.NUMBER, 10, page=False),
    Column("due_on", "原应办日期", plain("due_on"), Kind.DAY, 12, page=False),
    Column("lead", "提前申请（工作日）", plain("lead"), Kind.NUMBER, 10, page=False),
    Column("entry_id", "记录号", plain("entry_id"), Kind.NUMBER, 10, page=False),
)
MARKS = Listing(
    "marks",
    "统计明细",
    "统计数据后面的一件一件：一个事项一行",
    keys=queries.known_marks,
    lines=queries.mark_lines,
    filters=(
        Filter(
            "q",
            "查找",
            lambda value, _: queries.numbered_like(value) if value.split() else None,
            Asks.TEXT,
            hint="编号、企业、问题",
        ),
        PERIOD,
        FROM,
        UNTIL,
        *ABOUT_WHOM,
        *ABOUT,
        UPTO,
    ),
    columns=COLUMNS,
    orders={"happened": queries.HAPPENED},
    order="-happened",
    empty=("没有这样的事项", "换一段时间，或者清除筛选。"),
    unit="条",
)
catalogue.add(MARKS)
