"""Fairness on the record: used time stays with whoever used it, waits are nobody's, and nobody inherits a spent clock."""

from datetime import date, timedelta

import pytest
import time_machine

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.org.queries import units_by_id
from helpdesk.problems import legs, queries
from helpdesk.problems.legs import How, Leg
from helpdesk.problems.models import ProblemClock
from tests.desk import Desk, open_desk
from tests.people import District
from tests.visitors import at, text_of
from tests.walking import Walker
from workflows.engine import Missing

FIRST, SECOND = "基础设施保障组", "营商环境组"


@pytest.fixture
def desk(app):  # type: ignore[no-untyped-def]
    """The application with a district, at 9:00 on Tuesday, 1 September 2026."""
    with open_desk(app) as opened:
        yield opened


def legs_of(walker: Walker, problem_id: int) -> list[Leg]:
    """The legs of a problem as they are now."""
    db.session.expire_all()
    rows = queries.clocks_of(problem_id)
    units = {key: unit.name for key, unit in units_by_id().items()}
    return legs.legs_of(
        rows, queries.steps_of([row.id for row in rows]), queries.timeline(problem_id)[::-1], units, walker.now
    )


def named(found: list[Leg], name: str) -> list[Leg]:
    """Those of one clock, oldest first."""
    return [leg for leg in found if leg.name == name]


def on(walker: Walker, day: str) -> None:
    """Time goes by until ten in the morning of that day."""
    walker.now = at(f"{day} 10:00")


# -- From hand to hand -------------------------------------------------------------------------------------------------


def test_a_reassignment_leaves_the_used_days_with_their_group_and_gives_the_next_a_fresh_clock(walker: Walker) -> None:
    key = walker.to("handling")
    on(walker, "2026-09-04")
    walker.do(key, "reassign")
    first, second = named(legs_of(walker, key), "handle")
    assert (first.unit, first.used, first.allowed, first.how, first.late_by) == (FIRST, 3, 7, How.VOID, 0)
    assert (second.unit, second.used, second.allowed, second.how) == (SECOND, 0, 7, How.RUNNING)
    row = queries.clocks_of(key)[-1]
    assert row.due_on == calendar().add(date(2026, 9, 4), 7), "counted from the day on which it came"


def test_what_the_first_group_was_late_with_is_no_blame_of_the_second(walker: Walker) -> None:
    key = walker.to("handling")
    on(walker, "2026-09-15")  # the tenth working day after
    walker.do(key, "reassign")
    walker.do(key, "sign", by="other_lead", handler=other_groups_handler(walker.world))
    on(walker, "2026-09-17")
    walker.do(key, "respond", by="other_lead")
    found = legs_of(walker, key)
    first, second = named(found, "handle")
    assert (first.unit, first.how, first.used, first.late_by) == (FIRST, How.LATE, 10, 3)
    assert (second.unit, second.how, second.used, second.late_by) == (SECOND, How.RUNNING, 2, 0)
    late, answered = named(found, "respond")
    assert (late.unit, late.how) == (FIRST, How.LATE)
    assert (answered.unit, answered.how, answered.used, answered.late_by) == (SECOND, How.IN_TIME, 2, 0)


def other_groups_handler(world: District) -> int:
    """The second group's lead handles it himself."""
    return world.people["other_lead"]


def test_an_accepted_objection_gives_the_next_group_a_fresh_clock_too(walker: Walker) -> None:
    key = walker.to("assigned")
    walker.now += timedelta(hours=3)
    walker.do(key, "object", suggested_group=walker.world.other_group_id)
    on(walker, "2026-09-02")
    walker.do(key, "assign", group=walker.world.other_group_id)
    found = legs_of(walker, key)
    assert [(leg.unit, leg.how) for leg in named(found, "sign")] == [(FIRST, How.IN_TIME), (SECOND, How.RUNNING)]
    first, second = named(found, "handle")
    assert (first.unit, first.used, first.how) == (FIRST, 0, How.VOID)
    assert (second.unit, second.used, second.allowed) == (SECOND, 0, 7)
    assert second.from_at == walker.now
    (ruled,) = named(found, "rule")
    assert (ruled.unit, ruled.people, ruled.how, ruled.used) == ("调度室", ("某dispatcher（调度室）",), How.IN_TIME, 1)


@pytest.mark.parametrize("days", [0, 1, 5, 7, 8, 30])
def test_nobody_inherits_a_spent_clock_however_much_of_it_is_spent(walker: Walker, days: int) -> None:
    key = walker.to("handling")
    walker.now += timedelta(days=days)
    walker.do(key, "reassign")
    walker.do(key, "reassign", group=walker.world.group_id)
    today = calendar().day_of(walker.now)
    for leg in legs_of(walker, key)[-3:]:
        row = db.session.get(ProblemClock, leg.clock_id)
        assert row is not None
        assert (leg.used, leg.late_by, leg.how) == (0, 0, How.RUNNING)
        assert row.due_on == calendar().add(today, leg.allowed)


# -- Used time ---------------------------------------------------------------------------------------------------------


def test_waiting_is_nobodys_used_time_and_is_told_with_its_reason(walker: Walker) -> None:
    key = walker.to("handling")
    on(walker, "2026-09-03")
    walker.do(key, "suspend", reason="等上级批复")
    on(walker, "2026-09-24")
    (waiting,) = named(legs_of(walker, key), "handle")
    assert (waiting.used, waiting.how, waiting.late_by) == (2, How.WAITING, 0)
    walker.do(key, "resume")
    on(walker, "2026-09-28")  # the 25th is Mid-Autumn
    (leg,) = named(legs_of(walker, key), "handle")
    assert (leg.used, leg.how) == (3, How.RUNNING)
    (pause,) = leg.pauses
    assert pause.reason == "挂账：等上级批复"
    days = [calendar().day_of(moment) for moment in (pause.from_at, pause.until_at or walker.now)]
    assert days == [date(2026, 9, 3), date(2026, 9, 24)]


def test_a_granted_extension_is_allowed_time(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_extension", until_on=date(2026, 9, 15))
    walker.beside(key, "grant", by="dispatch_lead")
    on(walker, "2026-09-11")  # a day after the first due day
    (leg,) = named(legs_of(walker, key), "handle")
    assert (leg.allowed, leg.used, leg.extended, leg.late_by, leg.how) == (10, 8, 1, 0, How.RUNNING)
    asked = named(legs_of(walker, key), "grant_dispatch")
    assert [(each.unit, each.how) for each in asked] == [("调度室", How.IN_TIME)]


ACTS = ("respond", "suspend", "resume", "submit", "send_back", "submit", "approve", "evaluate", "close")


def test_what_is_counted_of_a_running_leg_is_what_is_written_down_when_it_stops(walker: Walker) -> None:
    key = walker.to("handling")
    compared = 0
    for name in ACTS:
        walker.now += timedelta(days=3)
        db.session.expire_all()
        running = [row for row in queries.clocks_of(key) if row.stopped_at is None]
        steps = queries.steps_of([row.id for row in running])
        before = walker.now
        walker.do(key, name)
        then = {row.id: row for row in queries.clocks_of(key) if row.stopped_at}
        for row in running:
            if row.id in then:
                stopped = then[row.id]
                used, late_by = stopped.used, stopped.late_by
                stopped.used = stopped.late_by = None
                past = steps.get(row.id, ())
                assert legs.used_of(stopped, past, before) == used, (name, row.name)
                assert legs.late_by_of(stopped, before) == late_by, (name, row.name)
                db.session.rollback()
                compared += 1
    assert compared >= 7


def test_limits_in_hours_are_counted_in_seconds(walker: Walker) -> None:
    key = walker.to("handling", urgency="urgent")
    (leg,) = named(legs_of(walker, key), "respond")
    assert (leg.allowed, leg.used) == (3600, 60)
    walker.now += timedelta(hours=2)
    walker.do(key, "respond")
    (leg,) = named(legs_of(walker, key), "respond")
    assert (leg.used, leg.how, leg.late_by) == (2 * 3600 + 120, How.LATE, 0)


# -- Who ---------------------------------------------------------------------------------------------------------------


def test_every_handler_of_a_leg_is_named_and_nobody_elses(walker: Walker) -> None:
    key = walker.to("handling")
    walker.do(key, "hand_over", handler=walker.world.people["other_handler"])
    walker.do(key, "reassign")
    with pytest.raises(Missing):
        walker.do(key, "sign", by="other_lead")  # one of the first group
    walker.do(key, "sign", by="other_lead", handler=other_groups_handler(walker.world))
    first, second = named(legs_of(walker, key), "handle")
    assert first.people == ("某handler", "某other_handler")
    assert second.people == ("某other_lead",)


def test_who_ended_a_leg_is_named_where_it_was_his_to_end(walker: Walker) -> None:
    key = walker.to("handling")
    found = {leg.name: leg.people for leg in legs_of(walker, key)}
    assert found["accept"] == ("某dispatcher（调度室）",)
    assert found["sign"] == (f"某group_lead（{FIRST}）",)
    walker.do(key, "elevate")
    walker.do(key, "instruct", by="chief", group=None)
    (elevated,) = named(legs_of(walker, key), "elevate")
    assert (elevated.unit, elevated.people) == (FIRST, ()), "the leading group took it out of the leader's hands"


# -- On the page -------------------------------------------------------------------------------------------------------


def test_the_problems_page_shows_every_leg_with_unit_time_and_result(desk: Desk) -> None:
    key = desk.at("handling")
    with desk.walking() as walker:
        on(walker, "2026-09-15")
        walker.do(key, "reassign")
    with time_machine.travel(at("2026-09-15 11:00"), tick=False):
        page = desk.browser("dispatcher").get(f"/problems/{key}").text
    block = page.partition('aria-labelledby="legs"')[2].partition("</section>")[0]
    words = text_of_block(block)
    assert "各环节用时（7）" in words
    assert f"{FIRST} 某handler 9月1日 08:00 至 9月15日 10:00 7 个工作日 10 个工作日 超时 3 个工作日" in words
    assert f"{SECOND} 9月15日 10:00 至 现在 7 个工作日 0 个工作日 正在计时" in words


def text_of_block(html: str) -> str:
    """The words of a part of a page."""

    class Part:
        text = html

    return text_of(Part())  # type: ignore[arg-type]


def test_a_draft_and_a_stranger_see_no_legs(desk: Desk) -> None:
    key = desk.at("handling")
    assert desk.browser("stranger").get(f"/problems/{key}").status_code == 404
    draft = desk.at("draft")
    assert "各环节用时（" not in desk.browser("reporter").get(f"/problems/{draft}/edit").text
