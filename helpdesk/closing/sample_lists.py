"""抽查待回访: what was drawn and still has to be called once more; a list like all others."""

from typing import Any

from flask import url_for

from helpdesk.closing import sample_queries
from helpdesk.closing.lists import OTHERS
from helpdesk.listings import catalogue
from helpdesk.listings.terms import Column, Filter, Kind, Listing
from helpdesk.listings.words import Reading
from workflows.roles import Role
from workflows.sampling import KINDS, SAMPLING


def may_i(line: Any, reading: Reading) -> str | None:
    """Nothing where the reader may call; else that somebody else must (回避)."""
    return OTHERS if line.id in sample_queries.took_part_in(reading.me) else None


def _kind(line: Any, _: Any) -> str:
    return KINDS[line.kind][0]


SAMPLED = Listing(
    "sampled",
    "抽查待回访",
    "抽中了、还要再打一次电话核实的问题；办理过、回访过、销过号的人不抽查",
    keys=sample_queries.waiting,
    lines=sample_queries.waiting_lines,
    filters=(
        Filter(
            "group",
            "责任组",
            lambda value, _: sample_queries.of_group(int(value)) if value else None,
            choices=lambda asked: (("", "全部"), *asked.reading.groups),
        ),
    ),
    columns=(
        Column("index", "序号", lambda *_: None, Kind.INDEX, 6, phone=False),
        catalogue.NUMBER,
        catalogue.FIRM,
        catalogue.TITLE,
        Column("group", "责任组", catalogue.plain("group"), width=22, look="name"),
        Column("kind", "类别", _kind, width=12, look="narrow"),
        Column("state", "状态", lambda line, _: SAMPLING.state(line.state).label, width=12, look="narrow"),
        Column("drawn_at", "抽取时间", catalogue.plain("drawn_at"), Kind.MOMENT, 18, sort="drawn", phone=False),
        Column("avoid", "回避", may_i, width=22, look="name"),
    ),
    orders={"drawn": sample_queries.DRAWN},
    order="drawn",
    by=frozenset({Role.SUPERVISOR}),
    empty=("没有等待抽查的问题", "在“抽查”里抽取一次以后，抽中的问题列在这里。"),
    link=lambda line: url_for("samples.call", item_id=line.item_id),
)
catalogue.add(SAMPLED)
