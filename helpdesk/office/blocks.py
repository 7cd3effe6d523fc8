"""WHAT AN OFFICE LOOKS AT EVERY DAY: each block is a list narrowed by filters; its number is how many rows that list has."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from helpdesk.listings.catalogue import LISTINGS
from helpdesk.listings.choosing import Chosen, choose
from helpdesk.listings.showing import keys_of
from helpdesk.listings.terms import Keys, Listing
from helpdesk.listings.words import Reading
from helpdesk.pages import PRESSING_ROLES
from workflows.roles import Role


@dataclass(frozen=True)
class Block:
    """A part of the day: the list, what is chosen in it, and what is done with its rows."""

    name: str
    label: str
    says: str
    do: str  # the verb of the way to the list
    listing: str
    values: Mapping[str, str] = field(default_factory=dict)
    urgent: bool = False  # red while there is anything in it
    columns: tuple[str, ...] = ()  # of the list, for the first rows on the page; none are shown without
    none: str = ""
    by: frozenset[Role] = PRESSING_ROLES  # whose business it is

    @property
    def of(self) -> Listing:
        """The list."""
        return LISTINGS[self.listing]

    def chosen(self, reading: Reading) -> Chosen:
        """What is chosen in the list; ValueError where the list does not understand it: the number would be another's."""
        chosen = choose(self.of, self.values, reading)
        if chosen.ignored:
            raise ValueError(f"{self.listing} does not know {', '.join(chosen.ignored)}")
        return chosen

    def keys(self, reading: Reading) -> Keys:
        """The keys of the very rows that the list shows."""
        return keys_of(self.of, self.chosen(reading), reading)


NEW = Block(
    "new",
    "新增逾期",
    "上一个工作日上班以来超过时限的",
    "催办",
    "overdue",
    {"new": "yes"},
    urgent=True,
    columns=("number", "enterprise", "title", "responsible", "leg", "due_on"),
    none="没有新增逾期",
)
OVERDUE = Block("overdue", "全部逾期", "还没办完、已经超过时限的", "催办", "overdue", urgent=True)
BLOCKS = (
    NEW,
    OVERDUE,
    Block("today", "今天到期", "今天 24:00 前要办完的", "提醒", "due-soon", {"within": "today"}),
    Block("week", "本周到期", "本周日以前到期的，今天的也在内", "查看", "due-soon", {"within": "week"}),
    Block(
        "orders",
        "督办单没有回复",
        "已经签发，单位还没有签收或者回复的",
        "查看",
        "orders",
        {"state": "unanswered"},
        columns=("number", "title", "level", "unit", "size", "state", "due_on", "lamp"),
        none="没有等待回复的督办单",
    ),
    Block(
        "drafts",
        "督办单待签发",
        "勾选起草的、系统到点起草的",
        "签发",
        "orders",
        {"state": "order_drafted"},
        by=frozenset({Role.SUPERVISOR}),
    ),
    Block(
        "replied",
        "督办回复待审核",
        "单位已经回复，等待认可或者退回的",
        "审核",
        "orders",
        {"state": "order_replied"},
        by=frozenset({Role.SUPERVISOR}),
    ),
    Block(
        "receipts",
        "通报没有签收",
        "已经印发，单位还没有签收的",
        "催签",
        "receipts",
        {"state": "receipt_waiting"},
        columns=("number", "title", "unit", "due_on", "lamp"),
        none="没有等待签收的通报",
        by=frozenset({Role.SUPERVISOR}),
    ),
    Block(
        "to-call-back",
        "待回访",
        "企业没有评价，要打电话听取意见的",
        "回访",
        "to-call-back",
        columns=("number", "enterprise", "title", "group", "tries", "due_on", "lamp"),
        none="没有等待回访的问题",
    ),
    Block(
        "to-close",
        "待销号",
        "听取过企业意见，等待核对销号的",
        "销号",
        "to-close",
        columns=("number", "enterprise", "title", "group", "said", "how", "due_on", "lamp"),
        none="没有等待销号的问题",
        by=frozenset({Role.SUPERVISOR}),
    ),
    Block(
        "sampled",
        "抽查没有完成",
        "抽中了，还要打电话核实的",
        "抽查",
        "sampled",
        columns=("number", "enterprise", "title", "group", "kind", "state"),
        none="没有等待抽查的问题",
        by=frozenset({Role.SUPERVISOR}),
    ),
    Block(
        "provisional", "暂定日期", "放假安排公布后要重算的", "查看", "due-soon", {"within": "all", "provisional": "yes"}
    ),
    Block("undelivered", "未送达通知", "在办问题里没有送到的通知", "另行告知", "undelivered", urgent=True),
)
"""In the order of the page. A list that does not exist, or that this person may not open, is left out."""


def blocks_for(roles: frozenset[Role]) -> tuple[Block, ...]:
    """The blocks of whoever sits on these seats."""
    known = (block for block in BLOCKS if block.listing in LISTINGS)
    return tuple(block for block in known if block.by & roles and block.of.open_to(roles, handles=True))
