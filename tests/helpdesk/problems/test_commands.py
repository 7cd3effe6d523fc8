"""act(): what a change writes, what it refuses, and what happens when two want it at once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from helpdesk.chain import AppendOnlyError
from helpdesk.clock import local
from helpdesk.db import db
from helpdesk.errors import NotFoundError, StaleError
from helpdesk.notices.models import Notice
from helpdesk.problems import queries, ticking
from helpdesk.problems.commands import Actor, act
from helpdesk.problems.models import Entry, Problem, ProblemClock
from tests.walking import Walker, problem
from workflows.engine import Missing, NotNow, NotYours, Refused
from workflows.problem import PROBLEM
from workflows.terms import Phase

STATES = [state.name for state in PROBLEM.states]


def active(problem_id: int) -> dict[str, ProblemClock]:
    return {row.name: row for row in queries.clocks_of(problem_id) if row.stopped_at is None}


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_reached_through_the_real_command_and_its_clocks_fit(walker: Walker, state: str) -> None:
    problem_id = walker.to(state)
    row = problem(problem_id)
    assert row.state == state
    assert set(active(problem_id)) <= {
        clock.name for clock in PROBLEM.clocks if state in (*clock.runs_in, *clock.waits_in)
    }
    assert bool(active(problem_id)) == (row.phase == Phase.OPEN)
    kept = (row.due_on, row.due_at, row.waiting, row.provisional)
    ticking.summarise(row, queries.clocks_of(problem_id))
    assert kept == (row.due_on, row.due_at, row.waiting, row.provisional)


def test_a_report_writes_entry_clock_number_and_notices_in_one_go(walker: Walker) -> None:
    problem_id = walker.do(None, "report")
    row = problem(problem_id)
    assert row.number == "〔2026〕0001"
    [entry] = queries.timeline(problem_id)
    assert (entry.action, entry.by_name, entry.dest) == ("report", "某reporter（区工信局）", "reported")
    assert active(problem_id)["accept"].due_on.isoformat() == "2026-09-02"
    told = {(notice.name, notice.role) for notice in queries.told_about(problem_id)}
    assert {("received", "enterprise"), ("new_report", "dispatcher"), ("new_report_copy", "cadre")} <= told


def test_a_refused_change_leaves_no_trace(walker: Walker) -> None:
    with pytest.raises(Missing) as refused:
        walker.do(None, "report", title="", contact_phone=None)
    assert set(refused.value.errors) == {"title", "contact_phone"}
    assert db.session.scalar(select(func.count()).select_from(Problem)) == 0
    assert problem(walker.do(None, "report")).number == "〔2026〕0001"


def test_a_stranger_cannot_tell_whether_a_problem_exists(walker: Walker) -> None:
    problem_id = walker.to("handling")
    for key in (problem_id, 999_999):
        with pytest.raises(NotFoundError) as refused:
            walker.do(key, "comment", by="stranger")
        assert refused.value.message == queries.NOT_THERE


def test_a_draft_is_nobodys_business_but_its_writers(walker: Walker) -> None:
    problem_id = walker.do(None, "save", title="还没想好", detail=None)
    with pytest.raises(NotFoundError):
        walker.do(problem_id, "report", by="dispatcher")
    assert problem(walker.do(problem_id, "report")).state == "reported"


def test_a_refusal_says_who_may_do_it(walker: Walker) -> None:
    with pytest.raises(NotYours, match="调度员"):
        walker.do(walker.to("reported"), "assign", by="reporter")


def test_somebody_elses_group_sees_and_does_nothing(walker: Walker) -> None:
    problem_id = walker.to("assigned")
    with pytest.raises(NotFoundError):
        walker.do(problem_id, "sign", by="other_lead")


def test_the_handler_must_be_of_the_group(walker: Walker) -> None:
    problem_id = walker.to("assigned")
    with pytest.raises(Missing) as refused:
        walker.do(problem_id, "sign", handler=walker.world.people["stranger"])
    assert set(refused.value.errors) == {"handler"}


def test_whoever_worked_on_it_may_not_close_it(walker: Walker) -> None:
    """The dispatcher who answered directly must not call back himself."""
    problem_id = walker.do(walker.to("reported"), "answer", by="dispatcher")
    with pytest.raises(NotNow, match="回避"):
        walker.do(problem_id, "call_back", by="dispatcher")
    assert problem(walker.do(problem_id, "call_back", by="other_dispatcher")).state == "closing"


def test_the_group_that_has_it_cannot_get_fresh_clocks_by_being_named_again(walker: Walker) -> None:
    problem_id = walker.to("handling")
    with pytest.raises(Missing) as refused:
        walker.do(problem_id, "reassign", group=walker.world.group_id)
    assert set(refused.value.errors) == {"group"}


def test_a_reassignment_gives_a_fresh_clock_and_leaves_the_used_time_with_its_user(walker: Walker) -> None:
    problem_id = walker.to("handling")
    walker.now += timedelta(days=6)
    walker.do(problem_id, "reassign", group=walker.world.other_group_id)
    handles = [row for row in queries.clocks_of(problem_id) if row.name == "handle"]
    assert [(row.unit_id, row.ended) for row in handles] == [
        (walker.world.group_id, "handed_over"),
        (walker.world.other_group_id, None),
    ]
    assert handles[1].due_on.isoformat() == "2026-09-16"
    assert problem(problem_id).handler_id is None
    former = [notice for notice in queries.told_about(problem_id) if notice.name == "reassigned_away"]
    assert [notice.person_id for notice in former] == [walker.world.people["group_lead"]]


def test_an_upheld_assignment_goes_on_with_what_was_left(walker: Walker) -> None:
    problem_id = walker.to("assigned")
    due = active(problem_id)["handle"].due_on
    walker.do(problem_id, "object", suggested_group=walker.world.other_group_id)
    assert active(problem_id)["handle"].unspent is not None
    walker.now += timedelta(days=1)
    walker.do(problem_id, "uphold")
    assert active(problem_id)["handle"].due_on > due
    with pytest.raises(NotNow, match="退过一次"):
        walker.do(problem_id, "object", suggested_group=walker.world.other_group_id)


def test_the_second_dissatisfied_round_is_elevated_to_the_leader(walker: Walker) -> None:
    problem_id = walker.do(walker.to("reviewing"), "approve")
    walker.do(problem_id, "evaluate", solved="no")
    row = problem(problem_id)
    assert (row.state, row.round, active(problem_id)["handle"].amount) == ("handling", 2, 5)
    for name in ("submit", "approve"):
        walker.do(problem_id, name)
    walker.do(problem_id, "evaluate", satisfaction="dissatisfied")
    row = problem(problem_id)
    assert (row.state, row.round) == ("elevated", 3)
    assert any(notice.name == "elevated" and notice.role == "leader" for notice in queries.told_about(problem_id))


def test_a_reopened_problem_loses_its_closing_number_but_the_record_does_not(walker: Walker) -> None:
    problem_id = walker.to("closed")
    number = problem(problem_id).closing_number
    walker.do(problem_id, "reopen", by="supervisor")
    assert problem(problem_id).closing_number is None
    closed = next(entry for entry in queries.timeline(problem_id) if entry.action == "close")
    assert ("销号编号", number) in [(answer["label"], answer["words"]) for answer in closed.answers]


def test_an_urgent_problem_is_due_to_the_minute(walker: Walker) -> None:
    row = problem(walker.to("assigned", urgency="urgent"))
    assert row.due_at == walker.now + timedelta(hours=1)
    told = next(notice for notice in queries.told_about(row.id) if notice.name == "assigned")
    assert f"{local(row.due_at):%H:%M} 前" in told.body


def test_an_evaluation_link_works_once_per_round(walker: Walker) -> None:
    problem_id = walker.do(walker.to("reviewing"), "approve")
    actor = walker.actor(PROBLEM.action("evaluate"), problem_id)
    walker.do(problem_id, "evaluate", by=actor, solved="no")
    for name in ("submit", "approve"):
        walker.do(problem_id, name)
    with pytest.raises(NotNow, match="链接"):
        walker.do(problem_id, "evaluate", by=actor)
    assert problem(walker.do(problem_id, "evaluate")).state == "closing"


def test_three_calls_that_reach_nobody_lead_to_closing_as_unrated(walker: Walker) -> None:
    problem_id = walker.to("calling_back")
    for _ in range(2):
        walker.do(problem_id, "call_back", reached="no", contacted=None, solved=None, satisfaction=None)
        assert problem(problem_id).state == "calling_back"
    walker.do(problem_id, "call_back", reached="no", contacted=None, solved=None, satisfaction=None)
    row = problem(problem_id)
    assert (row.state, row.satisfaction, row.unreached_calls) == ("closing", None, 3)


def test_a_rejected_withdrawal_goes_back_to_where_it_was_with_what_was_left(walker: Walker) -> None:
    problem_id = walker.to("handling")
    left = active(problem_id)["handle"].due_on
    walker.do(problem_id, "withdraw")
    assert active(problem_id)["handle"].unspent is not None
    walker.do(problem_id, "reject_withdrawal")
    assert problem(problem_id).state == "handling"
    assert active(problem_id)["handle"].due_on == left


def test_a_merged_problem_hears_the_news_of_its_main_problem(walker: Walker) -> None:
    main = walker.to("handling")
    follower = walker.do(walker.to("reported"), "merge", main=main)
    walker.do(main, "respond")
    told = [notice for notice in queries.told_about(follower) if notice.name == "responded"]
    assert {notice.role for notice in told} == {"enterprise", "reporter"}
    assert all(problem(follower).number in notice.subject for notice in told)


def test_a_problem_cannot_be_merged_into_itself_or_into_a_closed_one(walker: Walker) -> None:
    problem_id = walker.to("reported")
    for main in (problem_id, walker.to("closed")):
        with pytest.raises(Missing) as refused:
            walker.do(problem_id, "merge", main=main)
        assert set(refused.value.errors) == {"main"}


def test_nobody_is_told_the_same_thing_twice_by_one_act(walker: Walker) -> None:
    walker.to("closed")
    twice = select(Notice.cause, Notice.reader).group_by(Notice.cause, Notice.reader).having(func.count() > 1)
    assert db.session.execute(twice).all() == []


def test_the_timeline_cannot_be_rewritten_even_past_the_application(walker: Walker) -> None:
    problem_id = walker.to("reported")
    entry = queries.timeline(problem_id)[0]
    entry.label = "别的"
    with pytest.raises(AppendOnlyError):
        db.session.flush()
    db.session.rollback()
    for statement in ("UPDATE entries SET label = '别的'", "DELETE FROM entries"):
        with pytest.raises(DatabaseError):
            db.session.execute(text(statement))
        db.session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE problems SET phase = 'closed'",
        "UPDATE problems SET state = 'closed'",
        "UPDATE problems SET group_id = NULL",
        "UPDATE problems SET number = NULL",
        "UPDATE problems SET state = 'merged'",
    ],
)
def test_the_database_ties_states_to_facts(walker: Walker, statement: str) -> None:
    walker.to("handling")
    with pytest.raises(IntegrityError):
        db.session.execute(text(statement))
    db.session.rollback()


# -- Two at once -------------------------------------------------------------------------------------------------------


def at_once(app: Flask, *wishes: Callable[[], Any]) -> list[Any]:
    """Run the wishes in threads that start together; answers or refusals in order."""
    gate = threading.Barrier(len(wishes))
    results: list[Any] = [None] * len(wishes)

    def run(index: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                results[index] = wishes[index]()
            except Refused as refused:
                results[index] = refused
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(wishes))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_two_dispatchers_one_wins_and_the_other_sees_what_happened(app: Flask, walker: Walker) -> None:
    problem_id = walker.to("reported")
    version = problem(problem_id).version
    given = walker.answers(PROBLEM.action("assign"))
    actors = [Actor.person(walker.world.person(name)) for name in ("dispatcher", "other_dispatcher")]
    db.session.rollback()

    def wish(actor: Actor) -> Callable[[], Any]:
        return lambda: act(problem_id, "assign", by=actor, given=given, now=walker.now, version=version)

    results = at_once(app, *map(wish, actors))
    losers = [result for result in results if isinstance(result, Refused)]
    assert len(losers) == 1
    assert isinstance(losers[0], StaleError)
    assert any("交办" in line for line in losers[0].happened)
    assert [entry.action for entry in queries.timeline(problem_id)] == ["assign", "report"]


def test_a_double_click_reports_one_problem(app: Flask, walker: Walker) -> None:
    given = walker.answers(PROBLEM.action("report"))
    actor = Actor.person(walker.world.person("reporter"))
    db.session.rollback()

    def wish() -> Any:
        return act(None, "report", by=actor, given=given, now=walker.now, request_key="one form")

    first, second = at_once(app, wish, wish)
    assert first.problem_id == second.problem_id
    assert first.repeated != second.repeated
    assert db.session.scalar(select(func.count()).select_from(Problem)) == 1


def test_numbers_have_no_gaps_and_no_doubles_when_many_report_at_once(app: Flask, walker: Walker) -> None:
    given = walker.answers(PROBLEM.action("report"))
    actor = Actor.person(walker.world.person("reporter"))
    db.session.rollback()

    def good() -> Any:
        return [act(None, "report", by=actor, given=given, now=walker.now) for _ in range(3)]

    def broken() -> Any:
        with pytest.raises(Missing):
            act(None, "report", by=actor, given=given | {"enterprise": 0}, now=walker.now)
        return good()

    at_once(app, good, broken, good, broken)
    numbers = db.session.scalars(select(Problem.number).order_by(Problem.number)).all()
    assert numbers == [f"〔2026〕{n:04d}" for n in range(1, 13)]


def test_a_form_older_than_a_mere_comment_is_still_good(walker: Walker) -> None:
    problem_id = walker.to("reported")
    version = problem(problem_id).version
    walker.do(problem_id, "comment", by="reporter")
    actor = Actor.person(walker.world.person("dispatcher"))
    given = walker.answers(PROBLEM.action("assign"))
    assert act(problem_id, "assign", by=actor, given=given, now=walker.now, version=version).repeated is False


def test_every_entry_carries_the_version_it_made(walker: Walker) -> None:
    problem_id = walker.to("closed")
    versions = [entry.version for entry in reversed(queries.timeline(problem_id))]
    assert versions == sorted(versions)
    assert versions[-1] == problem(problem_id).version
    assert isinstance(queries.timeline(problem_id)[0], Entry)
