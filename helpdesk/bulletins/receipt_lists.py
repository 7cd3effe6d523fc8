"""通报签收: which unit has signed which bulletin and which has not; a list like all others."""

from typing import Any

from flask import url_for

from helpdesk.bulletins import receipt_queries
from helpdesk.listings import catalogue
from helpdesk.listings.terms import Column, Filter, Kind, Listing
from helpdesk.listings.words import Reading
from helpdesk.problems.cases import clock_lamp
from workflows.bulletin import RECEIPT
from workflows.terms import Phase


def _lamp(line: Any, reading: Reading) -> Any:
    if line.phase != Phase.OPEN or line.due_on is None:
        return None
    return clock_lamp(line.due_on, line.due_at, waiting=False, now=reading.me.now)


RECEIPTS = Listing(
    "receipts",
    "通报签收",
    "印发的通报送到了哪些单位、哪些还没有签收；没有签收的在通报页上催签",
    keys=receipt_queries.receipts,
    lines=receipt_queries.receipt_lines,
    filters=(
        Filter(
            "state",
            "状态",
            lambda value, _: receipt_queries.in_state(value) if value else None,
            choices=lambda _: (("", "全部"), *((state.name, state.label) for state in RECEIPT.states)),
        ),
        Filter(
            "group",
            "单位",
            lambda value, _: receipt_queries.of_unit(int(value)) if value else None,
            choices=lambda asked: (("", "全部"), *asked.reading.groups),
        ),
    ),
    columns=(
        Column("index", "序号", lambda *_: None, Kind.INDEX, 6, phone=False),
        Column("number", "文号", lambda line, _: line.number, width=18, look="narrow"),
        Column("title", "通报", lambda line, _: line.title, Kind.LINK, 50),
        Column("unit", "单位", lambda line, _: line.unit, width=24, look="name"),
        Column("state", "状态", lambda line, _: RECEIPT.state(line.state).label, width=14, look="narrow"),
        Column("due_on", "签收期限", lambda line, _: line.due_on, Kind.DAY, 12, sort="due"),
        Column("lamp", "灯", _lamp, Kind.LAMP, 22, look="lamp"),
        Column("signed_at", "签收时间", lambda line, _: line.ended_at, Kind.MOMENT, 18, phone=False),
    ),
    orders={"due": receipt_queries.DUE},
    order="due",
    by=catalogue.SEATED,
    empty=("没有送出的通报", "通报印发以后，各单位的签收情况列在这里。"),
    unit="份",
    link=lambda line: url_for("bulletins.show", bulletin_id=line.id),
)
catalogue.add(RECEIPTS)
