"""Where an answer leads: rounds, silence, withdrawals, and what a decision writes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.workflows.wishes import ACTOR, NOW, TODAY, actor_of, answers, case, roles_of, states_of
from workflows.engine import Decision, Missing, NotNow, decide, offers
from workflows.problem import PROBLEM
from workflows.roles import Role, Whose
from workflows.terms import NEW, Case

WITH_GROUP = Case("evaluating", has_group=True)
WITHOUT_GROUP = Case("evaluating", has_group=False)
BAD: list[dict[str, str]] = [
    {"solved": "no", "satisfaction": "satisfied"},
    {"solved": "yes", "satisfaction": "dissatisfied"},
    {"solved": "no", "satisfaction": "dissatisfied"},
]
GOOD = [{"solved": "yes", "satisfaction": "satisfied"}, {"solved": "yes", "satisfaction": "fair"}]


def wish(here: Case, name: str, role: Role, **given: Any) -> Decision:
    action = PROBLEM.action(name)
    wanted = answers(action, **given)
    return decide(
        PROBLEM, here, name, roles={role}, actor=actor_of(role), given=wanted, now=NOW, today=TODAY
    )  # fmt: skip


def judged(here: Case, **given: Any) -> list[Decision]:
    """The enterprise's word through its link and the same word on the phone."""
    return [wish(here, "evaluate", Role.ENTERPRISE, **given), wish(here, "call_back", Role.SUPERVISOR, **given)]


def told(decision: Decision) -> set[tuple[str, object]]:
    return {(tell.notice, recipient) for tell in decision.tells for recipient in tell.to}


@pytest.mark.parametrize("state", ["evaluating", "calling_back"])
@pytest.mark.parametrize("given", GOOD)
def test_a_content_enterprise_leads_to_closing(state: str, given: dict[str, str]) -> None:
    for decision in judged(replace(WITH_GROUP, state=state, round=2), **given):
        assert (decision.dest, decision.round) == ("closing", 2)


@pytest.mark.parametrize("given", BAD)
def test_a_dissatisfied_one_opens_the_next_round(given: dict[str, str]) -> None:
    for decision in judged(WITH_GROUP, **given):
        assert (decision.dest, decision.round) == ("handling", 2)
        assert ("dissatisfied", Role.HANDLER) in told(decision)


@pytest.mark.parametrize("given", BAD)
@pytest.mark.parametrize("spent", [2, 3, 7])
def test_after_the_second_dissatisfied_round_the_problem_is_elevated(given: dict[str, str], spent: int) -> None:
    for decision in judged(replace(WITH_GROUP, round=spent), **given):
        assert (decision.dest, decision.round) == ("elevated", spent + 1)
        assert ("elevated", Whose.TURN) in told(decision)


@pytest.mark.parametrize("given", BAD)
@pytest.mark.parametrize("spent", [1, 2, 5])
def test_where_no_group_has_it_a_dissatisfied_one_is_received_anew(given: dict[str, str], spent: int) -> None:
    for decision in judged(replace(WITHOUT_GROUP, round=spent), **given):
        assert (decision.dest, decision.round) == ("reported", spent + 1)


@pytest.mark.parametrize(
    ("tries_before", "dest"), [(0, "evaluating"), (1, "evaluating"), (2, "closing"), (3, "closing")]
)
def test_the_third_call_that_reaches_nobody_goes_on_unrated(tries_before: int, dest: str) -> None:
    here = replace(WITH_GROUP, unreached_calls=tries_before)
    decision = wish(here, "call_back", Role.DISPATCHER, reached="no", contacted=None, solved=None, satisfaction=None)
    assert (decision.dest, decision.adds, decision.round) == (dest, ("unreached_calls",), 1)
    assert (("unrated", Whose.TURN) in told(decision)) is (dest == "closing")
    assert not any(decision.keeps.get(word) for word in ("contacted", "solved", "satisfaction"))


def test_a_call_that_reached_somebody_asks_the_same_three_questions() -> None:
    with pytest.raises(Missing) as refused:
        wish(WITH_GROUP, "call_back", Role.DISPATCHER, contacted=None, solved=None, satisfaction=None)
    assert set(refused.value.errors) == {"contacted", "solved", "satisfaction"}


def test_a_content_word_on_the_third_call_counts() -> None:
    decision = wish(replace(WITH_GROUP, unreached_calls=2), "call_back", Role.DISPATCHER, satisfaction="fair")
    assert (decision.dest, decision.adds, decision.keeps["satisfaction"]) == ("closing", (), "fair")


@pytest.mark.parametrize(("has_group", "dest"), [(True, "handling"), (False, "reported")])
def test_a_refused_closure_goes_back_to_whoever_has_it(has_group: bool, dest: str) -> None:
    decision = wish(Case("closing", round=2, has_group=has_group), "refuse_closure", Role.SUPERVISOR)
    assert (decision.dest, decision.round) == (dest, 2)


@pytest.mark.parametrize("name", ["answer", "approve", "settle_on_spot"])
def test_a_new_result_wipes_the_old_word_of_the_enterprise(name: str) -> None:
    action = PROBLEM.action(name)
    role = roles_of(action)[0]
    decision = wish(case(min(states_of(action, role)), action, role), name, role)
    assert decision.dest == "evaluating"
    wiped = {"contacted": None, "solved": None, "answered": None, "satisfaction": None, "unreached_calls": 0}
    assert wiped.items() <= decision.keeps.items()


def test_reopening_forgets_group_handler_objection_and_the_closing_number() -> None:
    decision = wish(Case("closed", closed_on=TODAY, round=2, objected=True, has_group=True), "reopen", Role.ENTERPRISE)
    assert (decision.dest, decision.round) == ("reported", 2)
    assert decision.keeps == {"objected": False, "group_id": None, "handler_id": None, "closing_number": None}
    assert not decision.assigned


@pytest.mark.parametrize(("days_ago", "may"), [(0, True), (30, True), (31, False)])
def test_the_enterprise_may_reopen_for_thirty_days_the_offices_ever(days_ago: int, may: bool) -> None:
    here = Case("closed", closed_on=TODAY - timedelta(days_ago))
    for role, allowed in ((Role.ENTERPRISE, may), (Role.DISPATCHER, True), (Role.SUPERVISOR, True)):
        found = offers(PROBLEM, here, roles={role}, actor=None, now=NOW, today=TODAY)
        assert ("reopen" in [offer.action.name for offer in found]) is allowed


def test_an_enterprise_cannot_reopen_what_has_no_day_of_closing() -> None:
    with pytest.raises(NotNow, match="30 天"):
        wish(Case("closed"), "reopen", Role.ENTERPRISE)


@pytest.mark.parametrize(("now", "may"), [(NOW - timedelta(seconds=1), True), (NOW, False)])
def test_objecting_ends_with_the_sign_clock(now: Any, may: bool) -> None:
    here = Case("assigned", due_at={"sign": NOW})
    found = offers(PROBLEM, here, roles={Role.GROUP_LEAD}, actor=ACTOR, now=now, today=TODAY)
    assert ("object" in [offer.action.name for offer in found]) is may


def test_without_a_running_sign_clock_nobody_objects() -> None:
    with pytest.raises(NotNow, match="签收时限已过"):
        wish(Case("assigned"), "object", Role.GROUP_LEAD)


@pytest.mark.parametrize("name", ["evaluate", "call_back", "close"])
def test_whoever_worked_on_it_may_not_judge_it_whatever_role_he_has(name: str) -> None:
    action = PROBLEM.action(name)
    here = case(min(states_of(action, roles_of(action)[0])), action, roles_of(action)[0])
    theirs = replace(here, workers=frozenset({ACTOR}))
    with pytest.raises(NotNow, match="回避"):
        decide(PROBLEM, theirs, name, roles=set(Role), actor=ACTOR, given=answers(action), now=NOW, today=TODAY)
    assert decide(PROBLEM, theirs, name, roles=set(Role), actor=ACTOR + 1, given=answers(action), now=NOW, today=TODAY)


def test_handling_submitting_and_approving_are_work_judging_and_distributing_are_not() -> None:
    working = {action.name for action in PROBLEM.actions if action.works}
    assert working >= {"respond", "submit", "approve", "answer", "settle_on_spot"}
    assert not working & {"assign", "evaluate", "call_back", "close", "urge", "comment", "withdraw"}


@pytest.mark.parametrize(
    ("name", "state", "given", "assigned"),
    [
        ("assign", "reported", {}, True),
        ("assign", "objected", {}, True),
        ("reassign", "handling", {}, True),
        ("uphold", "objected", {}, False),
        ("sign", "assigned", {}, False),
        ("instruct", "elevated", {}, True),
        ("instruct", "elevated", {"group": None}, False),
        (
            "instruct",
            "handling",
            {},
            False,
        ),  # in other states no group is asked, and an answer to nothing counts nothing
        ("object", "assigned", {}, False),  # a suggested group is not an assignment
    ],
)
def test_an_assignment_is_where_a_group_is_named(name: str, state: str, given: dict[str, Any], assigned: bool) -> None:
    action = PROBLEM.action(name)
    role = roles_of(action)[0]
    decision = wish(case(state, action, role), name, role, **given)
    assert decision.assigned is assigned
    assert ("group_id" in decision.keeps) is assigned


def test_an_empty_answer_keeps_what_the_problem_has_but_wipes_a_drafts_column() -> None:
    suspended = Case("suspended", has_group=True)
    kept = wish(suspended, "progress", Role.HANDLER, review_on=None).keeps
    assert "review_on" not in kept
    draft = wish(Case("draft"), "save", Role.REPORTER, wish=None).keeps
    assert draft["wish"] is None
    assert wish(Case(NEW), "save", Role.REPORTER, wish=None).keeps["wish"] is None


def test_answers_to_questions_that_were_not_asked_are_not_kept() -> None:
    decision = wish(Case("handling", has_group=True), "progress", Role.HANDLER)
    assert "review_on" not in decision.keeps
    assert decision.keeps == {"last_word": answers(PROBLEM.action("progress"))["progress"]}


def test_a_leaders_word_leaves_the_state_alone_but_ends_an_elevation() -> None:
    for state in PROBLEM.states:
        if state.name in PROBLEM.action("instruct").sources:
            decision = wish(Case(state.name, has_group=True), "instruct", Role.LEADER)
            assert decision.dest == ("handling" if state.name == "elevated" else state.name)


def test_the_clocks_alone_hand_a_silent_enterprise_over_to_be_called() -> None:
    assert wish(WITH_GROUP, "lapse", Role.SYSTEM).dest == "calling_back"


def test_a_draft_may_leave_anything_out_but_not_overflow() -> None:
    action = PROBLEM.action("save")
    saved = decide(PROBLEM, Case(NEW), "save", roles={Role.REPORTER}, actor=1, given={}, now=NOW, today=TODAY)
    assert (saved.dest, saved.keeps) == ("draft", {})
    with pytest.raises(Missing) as refused:
        wish(Case("draft"), "save", Role.REPORTER, title="长" * 61, category="no such")
    assert set(refused.value.errors) == {"title", "category"}
    assert action.lenient
