"""What milestones draft by themselves: one failure stops no other unit, and a leg calls for its highest order only."""

from datetime import datetime
from typing import Any

import pytest

from helpdesk.db import db
from helpdesk.org.models import Unit
from helpdesk.problems.sweep import sweep
from helpdesk.proceedings.commands import Actor, proceed
from helpdesk.proceedings.models import Proceeding
from helpdesk.supervision import commands
from helpdesk.supervision.models import OrderProblem
from tests.people import District
from tests.visitors import at
from tests.walking import Walker

FIVE_DAYS_LATE = at("2026-09-09 09:00")
TEN_DAYS_LATE = at("2026-09-16 09:00")


def drafts(now: datetime) -> list[tuple[str, int, list[int]]]:
    """Everything that is drafted after a sweep: level, unit and problems of each."""
    sweep(now)
    commands.draft_due(now)
    return [
        (each.facts["level"], each.unit_id or 0, about(each.id))
        for each in db.session.query(Proceeding).order_by(Proceeding.id)
    ]


def about(order_id: int) -> list[int]:
    rows = db.session.query(OrderProblem).filter_by(order_id=order_id).order_by(OrderProblem.id)
    return [row.problem_id for row in rows]


@pytest.mark.parametrize("broken", ["基础设施保障组", "营商环境组"])
def test_a_draft_that_fails_is_logged_and_the_other_units_get_theirs(
    world: District,
    walker: Walker,
    broken: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    keys = {"基础设施保障组": walker.to("assigned"), "营商环境组": assigned_to_the_other(walker)}
    whole = commands._proposal

    def breaking(unit: str, *more: Any) -> dict[str, Any]:
        if unit == broken:
            raise RuntimeError("a row nobody thought of")
        return whole(unit, *more)

    monkeypatch.setattr(commands, "_proposal", breaking)
    other = next(name for name in keys if name != broken)
    assert drafts(FIVE_DAYS_LATE) == [("1", world.units[other], [keys[other]])]
    assert "a row nobody thought of" in caplog.text
    assert str(world.units[broken]) in caplog.text
    monkeypatch.undo()
    assert len(drafts(FIVE_DAYS_LATE)) == 2  # the next run makes up for it


def assigned_to_the_other(walker: Walker) -> int:
    return walker.do(walker.to("reported"), "assign", group=walker.world.other_group_id)


def test_after_an_outage_a_leg_gets_the_highest_order_that_is_due_and_no_other(world: District, walker: Walker) -> None:
    key = walker.to("assigned")
    assert drafts(TEN_DAYS_LATE) == [("2", world.group_id, [key])]
    assert drafts(TEN_DAYS_LATE) == [("2", world.group_id, [key])]


def test_a_leg_whose_higher_draft_was_discarded_does_not_get_the_lower_one_after_all(
    world: District, walker: Walker
) -> None:
    walker.to("assigned")
    drafts(TEN_DAYS_LATE)
    [order] = db.session.query(Proceeding)
    leg = legs_of(order.id)
    by = Actor.person(world.person("supervisor"))
    proceed("order", order.id, "discard_order", by=by, given={"reason": "已经当面督办"}, now=TEN_DAYS_LATE)
    drafts(TEN_DAYS_LATE)
    rows = db.session.query(OrderProblem).filter(OrderProblem.order_id != order.id)
    assert leg.isdisjoint(row.clock_id for row in rows)


def legs_of(order_id: int) -> set[int | None]:
    return {row.clock_id for row in db.session.query(OrderProblem).filter_by(order_id=order_id)}


def test_the_longest_name_of_a_unit_still_fits_the_title(world: District, walker: Walker) -> None:
    unit = db.session.get(Unit, world.group_id)
    assert unit
    unit.name = "基础设施保障和城市运行综合协调专项工作组" * 5
    db.session.commit()
    walker.to("assigned")
    assert [level for level, *_ in drafts(FIVE_DAYS_LATE)] == ["1"]
    assert "…加快办理逾期企业问题的督办单" in db.session.query(Proceeding).one().title
