"""What acts count as: written with them, never changed, and the same as a recount of the timeline alone finds."""

from dataclasses import asdict
from datetime import UTC, date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from helpdesk.chain import AppendOnlyError
from helpdesk.db import db
from helpdesk.org.models import Duty, Post
from helpdesk.problems.marks import Mark
from helpdesk.problems.models import Entry
from tests.marks import recounted, written
from tests.people import LONG_AGO
from tests.visitors import at
from tests.walking import Walker
from tests.ways import wander
from workflows import sampling
from workflows.counts import LABELS, Counts
from workflows.problem import PROBLEM


def marks_of(key: int, kind: str | None = None) -> list[Mark]:
    """The marks of a problem, in the order of its timeline."""
    wanted = select(Mark).where(Mark.problem_id == key).order_by(Mark.entry_id, Mark.id)
    return [mark for mark in db.session.scalars(wanted) if kind in (None, mark.kind)]


def kinds_of(key: int) -> list[str]:
    return [mark.kind for mark in marks_of(key)]


WAY = ("respond", "submit", "approve", "evaluate", "close")


def handled(walker: Walker, last: str) -> int:
    """A problem that a group has handled, up to that act."""
    key = walker.to("handling")
    for action in WAY[: WAY.index(last) + 1]:
        walker.do(key, action)
    return key


# -- The recount -------------------------------------------------------------------------------------------------------


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(draw=st.data())
def test_whatever_happens_the_marks_are_those_that_the_timeline_entails(walker: Walker, draw: st.DataObject) -> None:
    wander(draw, walker, steps=14)
    assert written() == recounted()


MOVED_IN = frozenset({"move_in", "undo_move"})
"""Old problems move in by whole files; ``test_moving_in.py`` recounts them."""


@pytest.mark.parametrize(
    "action",
    [
        each.name
        for each in PROBLEM.actions
        if (each.counts or any(move.counts for move in each.moves)) and each.name not in MOVED_IN
    ],
)
def test_every_act_of_the_table_is_recounted_as_it_was_written(walker: Walker, action: str) -> None:
    sources = PROBLEM.action(action).sources
    state = next((name for name in sources if name not in ("new", "draft")), None)
    key = walker.to(state) if state else None
    more: dict[str, Any] = {}
    if action == "extend":
        more["until_on"] = date(2026, 9, 14)
    walker.do(key, action, **more)
    assert written() == recounted()
    assert set(PROBLEM.action(action).counts) <= {mark.kind for mark in written()}


def test_a_recount_notices_a_mark_that_was_never_earned(walker: Walker) -> None:
    key = walker.to("handling")
    entry = db.session.scalars(select(Entry).where(Entry.problem_id == key).order_by(Entry.id.desc())).first()
    assert entry is not None
    forged = asdict(next(iter(written()))) | {"kind": "closed", "entry_id": entry.id}
    db.session.add(Mark(**forged))
    db.session.commit()
    assert {each.kind for each in written() - recounted()} == {"closed"}


# -- What counts as what -----------------------------------------------------------------------------------------------


def test_the_straight_way_to_the_good_end(walker: Walker) -> None:
    key = handled(walker, "close")
    assert kinds_of(key) == ["reported", "assigned", "finished", "answered", "closed"]


def test_an_evaluation_belongs_to_the_group_that_handled_it_and_says_how_it_came(walker: Walker) -> None:
    key = handled(walker, "approve")
    walker.do(key, "evaluate", contacted="no", solved="yes", satisfaction="fair")
    mark = marks_of(key, "answered")[0]
    assert (mark.group_id, mark.via) == (walker.world.group_id, "link")
    assert (mark.contacted, mark.solved, mark.satisfaction) == ("no", "yes", "fair")
    assert (mark.enterprise_id, mark.category, mark.handler_id) == (
        walker.world.enterprise_id,
        "finance",
        walker.world.people["handler"],
    )


def test_a_call_that_reaches_nobody_is_no_answer_not_even_the_third(walker: Walker) -> None:
    key = walker.to("calling_back")
    for _ in range(3):
        walker.do(key, "call_back", by="supervisor", reached="no")
    assert kinds_of(key)[-3:] == ["unreached"] * 3
    assert not marks_of(key, "answered")
    assert {mark.satisfaction for mark in marks_of(key, "unreached")} == {None}


def test_a_dissatisfied_evaluation_counts_as_an_answer_and_as_redone_in_the_round_that_failed(walker: Walker) -> None:
    key = handled(walker, "approve")
    walker.do(key, "evaluate", solved="no", satisfaction="dissatisfied")
    assert kinds_of(key)[-2:] == ["answered", "redone"]
    assert {mark.round for mark in marks_of(key)[-2:]} == {1}
    assert marks_of(key, "redone")[0].group_id == walker.world.group_id


def test_an_objection_that_was_right_belongs_to_the_group_that_objected(walker: Walker) -> None:
    key = walker.to("objected")
    walker.do(key, "assign", group=walker.world.other_group_id)
    assert marks_of(key, "objected")[0].group_id == walker.world.group_id
    assert marks_of(key, "excused")[0].group_id == walker.world.group_id
    assert [mark.group_id for mark in marks_of(key, "assigned")] == [walker.world.group_id, walker.world.other_group_id]


def test_a_reopened_problem_counts_for_the_group_that_had_it(walker: Walker) -> None:
    key = handled(walker, "close")
    walker.do(key, "reopen", by="supervisor")
    assert marks_of(key, "reopened")[0].group_id == walker.world.group_id


def test_days_until_the_result_begin_anew_with_whoever_gets_it(walker: Walker) -> None:
    key = walker.to("handling")  # on Tuesday, 1 September
    walker.now = at("2026-09-04 10:00")
    walker.do(key, "reassign", group=walker.world.other_group_id)
    walker.do(key, "sign", by="other_lead", handler=walker.world.people["other_lead"])
    walker.now = at("2026-09-09 10:00")
    for action in ("respond", "submit", "approve"):
        walker.do(key, action, by="other_lead")
    walker.now = at("2026-09-10 10:00")
    walker.do(key, "evaluate")
    walker.do(key, "close")
    assert marks_of(key, "finished")[0].days == 3  # Friday to Wednesday: Monday, Tuesday, Wednesday
    assert marks_of(key, "closed")[0].days == 7  # since the report on Tuesday the 1st


def test_an_extension_says_how_early_it_was_asked_for(walker: Walker) -> None:
    key = walker.to("handling")  # due on Thursday, 10 September
    walker.now = at("2026-09-09 10:00")
    walker.beside(key, "ask_extension", until_on=date(2026, 9, 14))
    walker.now = at("2026-09-10 10:00")
    walker.beside(key, "grant", by="dispatch_lead")
    mark = marks_of(key, "extended")[0]
    assert (mark.due_on, mark.lead) == (date(2026, 9, 10), 1)


def test_the_unit_is_the_office_that_the_handler_came_from(walker: Walker) -> None:
    world = walker.world
    assert marks_of(handled(walker, "approve"), "finished")[0].unit_id == world.group_id
    post = {"person_id": world.people["handler"], "unit_id": world.units["区商务局"], "duty": Duty.MEMBER}
    db.session.add(Post(**post, from_on=LONG_AGO))
    db.session.commit()
    assert marks_of(handled(walker, "approve"), "finished")[0].unit_id == world.units["区商务局"]


def test_a_mark_lies_on_the_local_day(walker: Walker) -> None:
    walker.now = at("2026-09-01 23:55").astimezone(UTC)
    late = walker.to("reported")
    walker.now = at("2026-09-02 00:05").astimezone(UTC)
    early = walker.to("reported")
    assert [marks_of(key)[0].day for key in (late, early)] == [date(2026, 9, 1), date(2026, 9, 2)]


# -- On record ---------------------------------------------------------------------------------------------------------


def test_a_refused_act_leaves_no_mark(walker: Walker) -> None:
    key = walker.to("reported")
    before = len(written())
    with pytest.raises(Exception, match="不能"):
        walker.do(key, "close")
    db.session.rollback()
    assert len(written()) == before


def test_nobody_changes_a_mark(walker: Walker) -> None:
    mark = marks_of(walker.to("reported"))[0]
    mark.kind = "closed"
    with pytest.raises(AppendOnlyError):
        db.session.commit()


@pytest.mark.parametrize("statement", ["UPDATE marks SET kind = 'closed'", "DELETE FROM marks"])
def test_nor_does_somebody_who_reaches_the_database_past_the_application(walker: Walker, statement: str) -> None:
    walker.to("reported")
    with pytest.raises(DBAPIError, match="part of the record"):
        db.session.execute(text(statement))


def test_every_kind_has_its_word_and_is_left_by_some_act() -> None:
    left = {kind for action in PROBLEM.actions for way in (action, *action.moves) for kind in way.counts}
    assert set(LABELS) == set(Counts)
    left |= {*sampling.counts(reached=True, deviates=True)}
    assert set(Counts) - left == {Counts.ASSIGNED}, "a group is named by the answer to a question"
