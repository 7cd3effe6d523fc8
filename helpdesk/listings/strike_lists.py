"""到点记录: which reminder, 催办通知书 or 督办 came of which leg on which day; the rungs of the ladder."""

from collections.abc import Sequence
from typing import Any

from helpdesk.listings import leg_lists, strike_queries
from helpdesk.listings.choosing import day_of
from helpdesk.listings.terms import Asks, Column, Filter, Kind, Listing
from helpdesk.listings.words import Reading
from helpdesk.org.roles import SEATS
from workflows.book import CLOCKS

RUNGS = (("remind", "提醒", 0), ("urge", "催办通知书", 1), ("first", "一级督办", 2), ("second", "二级督办", 3))
"""The rungs of the ladder by the severity of a milestone. Names of milestones never change, so old strikes fit too."""

MARKS = {mark.name: mark for clock in CLOCKS.values() for mark in clock.milestones}


def milestones_of(rung: str) -> frozenset[str]:
    """The names of the milestones on that rung."""
    severity = next(number for name, _, number in RUNGS if name == rung)
    return frozenset(name for name, mark in MARKS.items() if mark.severity == severity)


RUNG = Filter(
    "rung",
    "节点",
    lambda value, _: strike_queries.of_milestones(milestones_of(value)) if value else None,
    choices=lambda _: (("", "全部"), *((name, label) for name, label, _ in RUNGS)),
)
UNIT = Filter(
    "group",
    "责任单位",
    lambda value, _: strike_queries.of_unit(None if value == leg_lists.NOBODY else int(value)) if value else None,
    choices=leg_lists.UNIT.choices,
)
FROM = Filter(
    "from", "到点日期从", lambda value, _: strike_queries.struck_from(day) if (day := day_of(value)) else None, Asks.DAY
)
UNTIL = Filter(
    "until", "到", lambda value, _: strike_queries.struck_until(day) if (day := day_of(value)) else None, Asks.DAY
)


def _what(line: Any, _: Reading) -> str:
    mark = MARKS.get(line.milestone)
    return mark.label if mark else ""


def strikes_listing(filters: Sequence[Filter], columns: Sequence[Column]) -> Listing:
    """到点记录; ``filters`` of problems, ``columns`` that say which problem it is."""
    return Listing(
        "strikes",
        "到点记录",
        "时限到点时系统发出的提醒、催办通知书和督办，一次一行；已经作废、没有发出的不计",
        keys=strike_queries.struck,
        lines=strike_queries.strike_lines,
        filters=(RUNG, FROM, UNTIL, UNIT, *filters),
        columns=(
            *columns,
            Column("unit", "责任单位", lambda line, _: line.unit or leg_lists.NO_UNIT, width=22, look="name"),
            Column("leg", "环节", lambda line, _: CLOCKS[line.clock].label, width=10, look="narrow"),
            Column("due_on", "应办", lambda line, _: line.due_on, Kind.DAY, 12),
            Column("what", "节点", _what, width=14, look="narrow"),
            Column("struck_on", "到点日期", lambda line, _: line.struck_on, Kind.DAY, 12, sort="struck"),
        ),
        orders={"struck": strike_queries.STRUCK},
        order="-struck",
        by=frozenset(SEATS),
        empty=("没有到点的提醒、催办和督办", "时限快到或者已过时，系统按规则提醒、催办、督办，并列在这里。"),
        unit="次",
    )
