"""Bulletins and what moved in from an old ledger: it is in hand and overdue, but nothing of the past has happened here."""

from datetime import date, timedelta

from helpdesk.bulletins import queries
from helpdesk.bulletins.reproducing import reproduce
from helpdesk.db import db
from helpdesk.problems.bringing_in import Mover, Old, move_in
from helpdesk.problems.models import Problem
from helpdesk.problems.taking_back import take_back
from tests.helpdesk.bulletins.conftest import Weeks
from tests.helpdesk.bulletins.test_reproducing import issue_of


def mover(weeks: Weeks) -> Mover:
    return Mover(weeks.world.people["dispatcher"], "某dispatcher（调度室）", "问题台账.xlsx", weeks.now)


def moved(weeks: Weeks) -> dict[str, int]:
    """One in hand since spring, one in hand by a due day to come, one that was closed in September; their keys by title."""
    world, group = weeks.world, {"group_id": weeks.world.group_id}
    rows = [
        Old("第 3 行", "handling", world.enterprise_id, "迁入逾期", date(2026, 3, 5), number="2026-1", **group),
        Old(
            "第 4 行", "handling", world.enterprise_id, "迁入未到期", date(2026, 9, 5), number="2026-2",
            handler_id=world.people["handler"], due_on=date(2026, 12, 1), **group,
        ),
        Old(
            "第 5 行", "closed", world.enterprise_id, "迁入已销号", date(2026, 9, 2), number="2026-3",
            closed_on=date(2026, 9, 20), satisfaction="satisfied", solved="yes", **group,
        ),
    ]  # fmt: skip
    keys = move_in(rows, mover(weeks))
    db.session.commit()
    return dict(zip((row.title for row in rows), keys, strict=True))


def listed(key: int) -> dict[str, object]:
    return {row.title: row for row in queries.rows_of(key)}


def test_what_is_in_hand_is_listed_and_what_was_closed_before_is_not(days: Weeks) -> None:
    before = issue_of(days.issued()).figures
    moved(days)
    days.walker.now += timedelta(minutes=1)
    month = queries.period_of(queries.get(queries.numbers()[0].bulletin_id))
    key = days.issued(period=month.__class__(month.span, date(2026, 10, 1), date(2026, 10, 31)))
    found, issue = listed(key), issue_of(key)
    assert {"迁入逾期", "迁入未到期"} <= found.keys()
    assert "迁入已销号" not in found
    assert found["迁入逾期"].late_leg == "handle"  # type: ignore[attr-defined]
    assert found["迁入未到期"].late_leg is None  # type: ignore[attr-defined]
    assert issue.figures["totals"]["closed"]["value"] == 0, "what an old ledger closed was not closed here"
    assert issue.figures["in_hand"] == before["in_hand"] + 2
    assert reproduce(issue).differences == []


def test_a_bulletin_with_them_is_reproduced_whatever_becomes_of_them(days: Weeks) -> None:
    keys = moved(days)
    issue = issue_of(days.issued())
    assert "迁入逾期" in listed(issue.bulletin_id)
    assert reproduce(issue).differences == []
    for title in ("迁入逾期", "迁入未到期"):
        days.walker.do(keys[title], "hand_over")
        days.walker.do(keys[title], "respond")
    days.walker.do(keys["迁入未到期"], "submit")
    days.walker.do(keys["迁入未到期"], "approve")
    days.keys += keys.values()
    days.go_on(60)
    assert reproduce(issue_of(issue.bulletin_id)).differences == []
    days.walker.now += timedelta(minutes=1)


def test_a_bulletin_before_and_one_after_it_was_taken_back_are_reproduced(days: Weeks) -> None:
    keys = moved(days)
    issue = issue_of(days.issued())
    days.walker.now += timedelta(days=1)
    take_back(list(keys.values()), mover(days), reason="选错了台账")
    db.session.commit()
    assert all(
        number is None for number in db.session.scalars(db.select(Problem.number).where(Problem.id.in_(keys.values())))
    )
    assert reproduce(issue_of(issue.bulletin_id)).differences == []
    month = queries.period_of(issue.bulletin)
    after = issue_of(days.issued(period=month.__class__(month.span, date(2026, 10, 1), date(2026, 10, 31))))
    assert not listed(after.bulletin_id).keys() & keys.keys()
    assert reproduce(after).differences == []
