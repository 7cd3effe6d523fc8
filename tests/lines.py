"""What stands in lists that a report alone does not fill: made by hand, one line each, on 1 September 2026."""

from datetime import date

from sqlalchemy import func, select, update

from helpdesk.closing.commands import draw
from helpdesk.db import db
from helpdesk.notices.models import FAILED, Notice
from helpdesk.problems.actors import Actor
from helpdesk.problems.sweep import sweep
from helpdesk.proceedings.commands import SYSTEM, Opening, proceed
from tests import visits
from tests.desk import Desk
from tests.visitors import at
from workflows.sampling import Wanted


def a_failed_notice(desk: Desk) -> None:
    with desk.app.app_context():
        first = db.session.scalar(select(func.min(Notice.id)))
        db.session.execute(update(Notice).where(Notice.id == first).values(status=FAILED))
        db.session.commit()


def a_strike(desk: Desk) -> None:
    with desk.app.app_context():
        sweep(at("2026-09-03 00:05"))


def an_order(desk: Desk) -> None:
    asked = {"level": "1", "order_title": "加快办理", "demand": "请说明原因，抓紧办理。", "reply_by": date(2026, 9, 8)}
    with desk.app.app_context():
        opening = Opening(unit_id=desk.world.group_id)
        proceed("order", None, "draft_order", by=SYSTEM, given=asked, now=at("2026-09-01 09:30"), opening=opening)


def a_receipt(desk: Desk) -> None:
    day = at("2026-09-01 09:40")
    with desk.app.app_context():
        given = {"bulletin_title": "8月份办理情况通报"}
        sent = proceed("bulletin", None, "draft_bulletin", by=SYSTEM, given=given, now=day)
        about = Opening(unit_id=desk.world.group_id, parent_id=sent.proceeding_id)
        proceed("receipt", None, "send_receipt", by=SYSTEM, given={}, now=day, opening=about)


def a_sample(desk: Desk) -> None:
    with desk.app.app_context():
        by, day = Actor.person(desk.world.person("supervisor")), date(2026, 9, 1)
        draw("closed", day, day, Wanted(share=100), seed=1, by=by, now=at("2026-09-01 09:50"))


def a_visit(desk: Desk) -> None:
    visits.record(desk.app, desk.world, "cadre", done_on=date(2026, 8, 31))


MADE = {
    "visits": a_visit,
    "undelivered": a_failed_notice,
    "strikes": a_strike,
    "orders": an_order,
    "receipts": a_receipt,
    "sampled": a_sample,
}
"""What a list wants beside a report to have one row."""
