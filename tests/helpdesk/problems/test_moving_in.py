"""Problems of an old ledger move in: with number, state and dates, told once, silent about the past, alive from then on."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from helpdesk.audit.verifying import verify
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.indexing.queries import holding
from helpdesk.notices.models import Notice
from helpdesk.problems import queries
from helpdesk.problems.bringing_in import Mover, Old, move_in, numbers_taken, wrong_with
from helpdesk.problems.marks import Mark
from helpdesk.problems.models import Problem, ProblemClock, Strike
from helpdesk.problems.sentences import timeline
from helpdesk.problems.sweep import sweep
from helpdesk.problems.taking_back import take_back, touched
from tests.marks import recounted, written
from tests.walking import FIRST, Walker, path, problem
from workflows.engine import Missing, NotNow
from workflows.moving_in import NOBODY_HAS_IT, TOLD_TOO_LITTLE
from workflows.problem import PROBLEM
from workflows.terms import Phase

ENDED = PROBLEM.names_in(Phase.CLOSED)
STATES = [name for name in (*PROBLEM.names_in(Phase.OPEN), *ENDED) if name not in TOLD_TOO_LITTLE]
FOR_GOOD = ("withdrawn", "terminated")
"""Ends that nothing leads out of."""


def mover(walker: Walker) -> Mover:
    return Mover(walker.world.people["dispatcher"], "某dispatcher（调度室）", "问题台账.xlsx", walker.now)


def old(walker: Walker, state: str = "handling", **more: Any) -> Old:
    """A row as an old ledger has it, reported in March."""
    has_group = state not in NOBODY_HAS_IT
    about: dict[str, Any] = {
        "row": "工作表“在办”第 7 行",
        "state": state,
        "enterprise_id": walker.world.enterprise_id,
        "title": "厂区门前道路积水",
        "detail": "雨后货车进不来。",
        "category": "transport",
        "reported_on": date(2026, 3, 5),
        "number": "2026-017",
        "group_id": walker.world.group_id if has_group else None,
        "handler_id": walker.world.people["handler"] if has_group else None,
        "reporter_id": walker.world.people["reporter"],
        "closed_on": date(2026, 4, 1) if state in ENDED else None,
        "progress": "已协调市政排水，正在清淤",
    }
    return Old(**about | more)


def moved(walker: Walker, state: str = "handling", **more: Any) -> int:
    """The key of a problem that has just moved in."""
    keys = move_in([old(walker, state, **more)], mover(walker))
    db.session.commit()
    return keys[0]


def notices() -> int:
    return db.session.scalar(select(func.count()).select_from(Notice)) or 0


def clock(key: int, name: str) -> ProblemClock:
    return next(each for each in queries.clocks_of(key) if each.name == name)


# -- What it is then ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_it_stands_where_its_ledger_says_with_number_and_dates_told_by_one_line(walker: Walker, state: str) -> None:
    key = moved(walker, state)
    found, (line,) = problem(key), queries.timeline(key)
    assert (found.number, found.state, found.phase) == ("2026-017", state, PROBLEM.state(state).phase)
    assert calendar().day_of(found.reported_at) == date(2026, 3, 5)
    assert found.closed_on == (date(2026, 4, 1) if state in ENDED else None)
    assert (line.label, line.by_name, line.at) == ("迁入", "某dispatcher（调度室）", walker.now)
    said = {each["label"]: each["words"] for each in line.answers}
    assert said["来源"] == "问题台账.xlsx，工作表“在办”第 7 行"
    assert said["原最近进展"] == "已协调市政排水，正在清淤"
    assert notices() == 0
    assert [mark.kind for mark in db.session.scalars(select(Mark))] == ["moved_in"]


def test_the_telephone_is_masked_in_its_history_too(walker: Walker) -> None:
    key = moved(walker, contact_name="王经理", contact_phone="13900020003")
    (line,) = timeline(queries.timeline(key), {}, today=date(2026, 9, 1), url=str)
    assert dict(line["answers"])["联系电话"] == "139****0003"
    assert "13900020003" not in str(line)


@pytest.mark.parametrize("state", [state for state in STATES if state not in FOR_GOOD])
def test_from_then_on_it_lives_on_to_its_closing_like_any_other(walker: Walker, state: str) -> None:
    key = moved(walker, state)
    first = {"closed": "reopen", "objected": "uphold"}.get(state)
    if first:
        walker.do(key, first, by="dispatcher")
        state = problem(key).state
    for name in path(state, "closed"):
        for before in FIRST.get(name, ()):
            walker.do(key, before)
        walker.do(key, name)
    assert problem(key).state == "closed"
    assert written() == recounted()
    assert verify(walker.now).broken is None


def test_what_moved_in_as_an_end_for_good_stays_there(walker: Walker) -> None:
    for number, state in enumerate(FOR_GOOD):
        key = moved(walker, state, number=f"旧{number}")
        assert not [each.name for each in PROBLEM.actions if state in each.sources and each.name != "undo_move"]
        assert problem(key).due_at is None


def test_it_is_found_by_its_old_number_and_words(walker: Walker) -> None:
    key = moved(walker)
    for word in ("2026-017", "积水", "清淤"):
        assert key in db.session.scalars(holding("problem", word)).all(), word


# -- Numbers -----------------------------------------------------------------------------------------------------------


def test_the_running_series_goes_on_behind_old_numbers_that_look_like_its_own(walker: Walker) -> None:
    moved(walker, number="〔2026〕0017")
    assert problem(walker.to("reported")).number == "〔2026〕0018"
    moved(walker, number="〔2026〕0003")
    assert problem(walker.to("reported")).number == "〔2026〕0019"


def test_without_a_number_it_gets_the_next_one(walker: Walker) -> None:
    walker.to("reported")
    assert problem(moved(walker, number=None)).number == "〔2026〕0002"


def test_the_same_old_number_does_not_come_twice(walker: Walker) -> None:
    moved(walker)
    assert numbers_taken(["2026-017", "2026-018"]) == {"2026-017"}
    with pytest.raises(IntegrityError):
        move_in([old(walker)], mover(walker))


# -- What is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "question"),
    [
        ({"group_id": None, "handler_id": None}, "group"),
        ({"state": "closed", "closed_on": None}, "old_closed_on"),
        ({"closed_on": date(2026, 4, 1)}, "old_closed_on"),
        ({"state": "closed", "closed_on": date(2026, 3, 4)}, "old_closed_on"),
        ({"state": "closed", "closed_on": date(2026, 9, 2)}, "old_closed_on"),
        ({"due_on": date(2026, 3, 4)}, "old_due_on"),
        ({"reported_on": date(2026, 9, 2)}, "reported_on"),
        ({"state": "reported", "group_id": 1}, "group"),
        ({"state": "merged"}, "state_now"),
        ({"state": "draft"}, "state_now"),
        ({"category": "weather"}, "category"),
        ({"number": "二〇二六年度第〇〇〇一七号企业反映问题登记"}, "old_number"),
        ({"title": "长" * 61}, "title"),
    ],
)
def test_a_row_that_contradicts_itself_is_named_and_does_not_move_in(
    walker: Walker, more: dict[str, Any], question: str
) -> None:
    row = replace(old(walker), **more)
    assert question in wrong_with(row, mover(walker))
    with pytest.raises((Missing, NotNow)):
        move_in([row], mover(walker))
    assert db.session.scalar(select(func.count()).select_from(Problem)) == 0


def test_nothing_is_wrong_with_a_good_row(walker: Walker) -> None:
    assert wrong_with(old(walker), mover(walker)) == {}


# -- Clocks ------------------------------------------------------------------------------------------------------------


def test_the_due_day_of_the_ledger_wins(walker: Walker) -> None:
    key = moved(walker, due_on=date(2026, 9, 8))
    handle = clock(key, "handle")
    assert (handle.due_on, handle.started_on) == (date(2026, 9, 8), date(2026, 9, 1))
    (step,) = queries.steps_of([handle.id])[handle.id]
    assert (step.kind, step.reason, step.until_on) == ("fixed", "沿用原台账的办理时限", date(2026, 9, 8))


def test_without_one_the_rules_count_from_the_day_it_was_reported(walker: Walker) -> None:
    key = moved(walker)
    assert clock(key, "handle").due_on == calendar().add(date(2026, 3, 5), 7)
    assert clock(key, "respond").due_on == calendar().add(date(2026, 9, 1), 3), "nothing is known of the first contact"
    assert problem(key).due_on == clock(key, "handle").due_on


def test_what_is_overdue_shows_at_once_and_nobody_is_told_of_the_past(walker: Walker) -> None:
    key = moved(walker)
    assert problem(key).due_at < walker.now
    walker.now += timedelta(hours=1)
    sweep(walker.now)
    assert notices() == 0
    assert [line.action for line in queries.timeline(key)] == ["move_in"]
    behind = db.session.scalars(select(Strike).where(Strike.clock_id == clock(key, "handle").id)).all()
    assert behind
    assert all(strike.lapsed for strike in behind)


def test_the_next_milestones_strike_as_for_any_other(walker: Walker) -> None:
    key = moved(walker, due_on=date(2026, 9, 2))
    sweep(walker.now + timedelta(days=2))
    struck = [line.label for line in queries.timeline(key) if line.action == "strike"]
    assert any("逾期" in label or "催办" in label for label in struck), struck
    assert notices() > 0


def test_an_escalation_that_is_still_to_come_comes_for_one_that_is_overdue(walker: Walker) -> None:
    key = moved(walker, due_on=date(2026, 8, 27))
    later = calendar().at(calendar().add(date(2026, 8, 27), 5)) + timedelta(hours=9)
    before = notices()
    sweep(later)
    struck = [line for line in queries.timeline(key) if line.action == "strike" and "办理" in line.answers[0]["words"]]
    assert len(struck) >= 1
    assert notices() > before


# -- Taking back -------------------------------------------------------------------------------------------------------


def test_while_nobody_has_acted_it_is_taken_back_and_its_number_is_free(walker: Walker) -> None:
    keys = [moved(walker), moved(walker, "closed", number="2026-018")]
    walker.now += timedelta(days=3)
    sweep(walker.now)
    assert touched(keys) == set()
    take_back(keys, mover(walker), reason="选错了台账")
    db.session.commit()
    for key in keys:
        found = problem(key)
        assert (found.state, found.number, found.closing_number, found.due_at) == ("not_moved_in", None, None, None)
        assert [line.action for line in queries.timeline(key) if line.action != "strike"] == ["undo_move", "move_in"]
        assert all(each.stopped_at and not each.late for each in queries.clocks_of(key))
        assert key not in db.session.scalars(holding("problem", "积水")).all()
    assert written() == recounted()
    assert verify(walker.now).broken is None
    before = notices()
    sweep(walker.now + timedelta(days=30))
    assert notices() == before
    assert problem(moved(walker)).number == "2026-017"


def test_nobody_finds_in_a_list_what_was_taken_back(walker: Walker) -> None:
    key = moved(walker)
    take_back([key], mover(walker), reason="选错了台账")
    db.session.commit()
    for part in walker.world.people:
        me = queries.standing(walker.world.people[part], walker.now)
        assert queries.seen_among(me, [key]) == set(), part


def test_once_somebody_has_acted_on_one_of_them_nothing_is_taken_back(walker: Walker) -> None:
    keys = [moved(walker), moved(walker, number="2026-018")]
    walker.do(keys[1], "respond")
    assert touched(keys) == {keys[1]}
    with pytest.raises(NotNow, match="已经有人办理过"):
        take_back(keys, mover(walker), reason="选错了台账")
    db.session.rollback()
    assert problem(keys[0]).state == "handling"


def test_what_others_were_merged_into_is_not_taken_back(walker: Walker) -> None:
    main = moved(walker)
    walker.do(walker.to("reported"), "merge", main=main)
    assert touched([main]) == {main}
