"""Every action x state x role is offered and decided, or refused to the right person in the right words, as the table says."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.workflows.wishes import (
    ACTIONS,
    ACTOR,
    ADVERSE,
    FAVOURABLE,
    NOW,
    PROCESS_OF,
    STATES,
    STATES_OF,
    TODAY,
    actor_of,
    answers,
    case,
    needs_of,
    roles_of,
    states_of,
)
from workflows.book import PROCESSES
from workflows.engine import Decision, Missing, NotNow, NotYours, Refused, decide, offers, refusal
from workflows.problem import PROBLEM
from workflows.roles import ANYONE, LABELS, STAFF, Role
from workflows.terms import NEW, ORIGIN, SELF, Action, By, Case, Guard, Phase, Process


def places(action: Action) -> list[tuple[str, Role]]:
    """Every state of its process with every role."""
    return [(state, role) for state in STATES_OF[PROCESS_OF[action.name].name] for role in Role]


def action_named(name: str) -> Action:
    return PROCESS_OF[name].action(name)


def wish(action: Action, here: Case, role: Role, **given: Any) -> Decision:
    return decide(
        PROCESS_OF[action.name],
        here,
        action.name,
        roles={role},
        actor=actor_of(role),
        given=answers(action, **given),
        now=NOW,
        today=TODAY,
        via=action.via,
    )


def offered(here: Case, *roles: Role, process: Process = PROBLEM) -> list[str]:
    found = offers(process, here, roles=roles, actor=actor_of(roles[0]) if roles else ACTOR, now=NOW, today=TODAY)
    return [offer.action.name for offer in found]


def destinations(action: Action, state: str) -> set[str]:
    real = {SELF: state, ORIGIN: "handling"}
    return {real.get(move.dest, move.dest) for move in action.moves if state in move.sources}


@pytest.mark.parametrize("name", ACTIONS)
def test_it_is_decided_exactly_where_the_table_has_an_arrow_for_that_role(name: str) -> None:
    action = action_named(name)
    for state, role in places(action):
        here = case(state, action, role)
        if role in roles_of(action) and state in states_of(action, role):
            decision = wish(action, here, role)
            assert (decision.action, decision.source) == (action, state)
            assert decision.dest in destinations(action, state)
            assert decision.moved is (decision.dest != state)
        else:
            with pytest.raises(Refused):
                wish(action, here, role)


@pytest.mark.parametrize("name", ACTIONS)
def test_whoever_may_never_do_it_is_told_who_does(name: str) -> None:
    action = action_named(name)
    for state, role in places(action):
        if role in roles_of(action):
            continue
        with pytest.raises(NotYours) as refused:
            wish(action, case(state, action, role), role)
        assert refused.value.who == roles_of(action)
        assert action.label in refused.value.message
        assert all(LABELS[each] in refused.value.message for each in roles_of(action))


@pytest.mark.parametrize("name", ACTIONS)
def test_in_a_state_without_an_arrow_the_person_is_told_how_things_stand(name: str) -> None:
    action, process = action_named(name), PROCESS_OF[name]
    labels = {NEW: "尚未登记"} | {state.name: state.label for state in process.states}
    for state in STATES_OF[process.name]:
        for by in action.by:
            role = by.role if isinstance(by, By) else by
            if any(state in move.sources for move in action.moves):
                continue
            with pytest.raises(NotNow) as refused:
                wish(action, case(state, action, role), role)
            assert refused.value.message == f"现在是“{labels[state]}”，不能{action.label}"


@pytest.mark.parametrize("process", PROCESSES.values(), ids=lambda process: process.name)
@pytest.mark.parametrize("role", Role)
def test_offers_are_what_would_be_decided_in_the_order_of_the_table(process: Process, role: Role) -> None:
    for state in STATES_OF[process.name]:
        for action in process.actions:
            here = case(state, action, role)
            allowed = role in roles_of(action) and state in states_of(action, role) and action.via is None
            assert (action.name in offered(here, role, process=process)) is allowed, (state, action.name)
            listed = offered(here, role, process=process)
            assert listed == sorted(listed, key=ACTIONS.index)


@pytest.mark.parametrize("name", [name for name in ACTIONS if action_named(name).via])
def test_what_follows_from_a_request_cannot_be_done_by_itself(name: str) -> None:
    action = action_named(name)
    role = roles_of(action)[0]
    here = case(min(states_of(action, role)), action, role)
    with pytest.raises(NotNow, match="先提出申请"):
        decide(PROBLEM, here, name, roles={role}, actor=ACTOR, given=answers(action), now=NOW, today=TODAY)
    refused = refusal(PROBLEM, here, name, roles={role}, actor=ACTOR, now=NOW, today=TODAY)
    assert isinstance(refused, NotNow)


@pytest.mark.parametrize("state", STATES)
def test_two_roles_are_offered_what_either_is(state: str) -> None:
    here = Case(state, has_group=True, closed_on=TODAY, finished=frozenset({"respond"}))
    either = set(offered(here, Role.DISPATCHER)) | set(offered(here, Role.DISPATCH_LEAD))
    assert set(offered(here, Role.DISPATCHER, Role.DISPATCH_LEAD)) == either
    assert offered(here) == []


def guarded() -> Iterator[tuple[str, Role, str]]:
    for action in map(action_named, ACTIONS):
        for role in roles_of(action):
            for guard in needs_of(action, role):
                if not (guard.name == "independent" and actor_of(role) is None):
                    yield action.name, role, guard.name


@pytest.mark.parametrize(("name", "role", "guard_name"), list(guarded()))
def test_a_guard_that_does_not_hold_hides_the_offer_and_says_why(name: str, role: Role, guard_name: str) -> None:
    action, process = action_named(name), PROCESS_OF[name]
    guard = next(each for each in needs_of(action, role) if each.name == guard_name)
    state = min(states_of(action, role))
    good = case(state, action, role)
    bad = replace(good, **ADVERSE[guard_name])
    assert name in offered(good, role, process=process)
    assert name not in offered(bad, role, process=process)
    with pytest.raises(NotNow) as refused:
        wish(action, bad, role)
    assert refused.value.message in {each.message for each in needs_of(action, role) if not_held(each, bad)}
    assert not_held(guard, bad)


def not_held(guard: Guard, here: Case) -> bool:
    """Whether the facts that make this guard fail are those of the case."""
    return all(getattr(here, fact) == value for fact, value in ADVERSE[guard.name].items())


def every_guard() -> set[Guard]:
    return {
        guard for action in map(action_named, ACTIONS) for role in roles_of(action) for guard in needs_of(action, role)
    }


def test_every_guard_of_the_table_is_proven_here_and_speaks() -> None:
    assert {guard.name for guard in every_guard()} == set(FAVOURABLE) == set(ADVERSE)  # one proof a name
    assert all(guard.message for guard in every_guard())


def test_a_refusal_can_be_asked_for_without_answers() -> None:
    close, here = PROBLEM.action("close"), Case("closing", workers=frozenset({ACTOR}))
    asked = {"roles": {Role.SUPERVISOR}, "now": NOW, "today": TODAY}
    assert refusal(PROBLEM, here, close.name, actor=ACTOR + 1, **asked) is None  # type: ignore[arg-type]
    assert isinstance(refusal(PROBLEM, here, close.name, actor=ACTOR, **asked), NotNow)  # type: ignore[arg-type]
    asked["roles"] = {Role.HANDLER}
    assert isinstance(refusal(PROBLEM, here, close.name, actor=ACTOR, **asked), NotYours)  # type: ignore[arg-type]


def test_the_wrong_person_is_told_so_even_in_the_wrong_state() -> None:
    with pytest.raises(NotYours):
        wish(PROBLEM.action("close"), Case("reported"), Role.HANDLER)


def test_a_role_that_may_help_where_another_of_the_same_person_may_not() -> None:
    """The enterprise's thirty days are over, the dispatcher may still reopen; both in one person is fine."""
    late = Case("closed", closed_on=TODAY.replace(month=1))
    assert "reopen" not in offered(late, Role.ENTERPRISE)
    assert "reopen" in offered(late, Role.ENTERPRISE, Role.DISPATCHER)


def test_an_action_that_the_table_does_not_know_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        decide(PROBLEM, Case("closing"), "explode", roles=set(Role), actor=1, given={}, now=NOW, today=TODAY)


def test_a_problem_that_came_from_nowhere_cannot_go_back_there() -> None:
    with pytest.raises(NotNow, match="驳回撤回"):
        wish(PROBLEM.action("reject_withdrawal"), Case("withdrawing"), Role.DISPATCHER)


@pytest.mark.parametrize("origin", [name for name in PROBLEM.names_in(Phase.OPEN) if name != "withdrawing"])
def test_a_rejected_withdrawal_goes_back_to_where_the_problem_was(origin: str) -> None:
    here = Case("withdrawing", came_from=origin, has_group=True)
    assert wish(PROBLEM.action("reject_withdrawal"), here, Role.DISPATCHER).dest == origin


@pytest.mark.parametrize("name", ACTIONS)
def test_missing_answers_are_named_one_by_one(name: str) -> None:
    action, process = action_named(name), PROCESS_OF[name]
    role = roles_of(action)[0]
    here = case(min(states_of(action, role)), action, role)
    wanted = {"roles": {role}, "actor": actor_of(role), "given": {}, "now": NOW, "today": TODAY, "via": action.via}
    required = {
        field.name
        for field in action.asks
        if field.required
        and (not field.only_in or here.state in field.only_in)
        and (not field.asked_of or role in field.asked_of)
        and field.only_if is None
    }
    if action.lenient or not required:
        decide(process, here, name, **wanted)  # type: ignore[arg-type]
        return
    with pytest.raises(Missing) as refused:
        decide(process, here, name, **wanted)  # type: ignore[arg-type]
    assert set(refused.value.errors) == required
    labels = {field.name: field.label for field in action.asks}
    assert all(labels[question] in words for question, words in refused.value.errors.items())


def test_reasons_are_required_where_something_is_refused_returned_changed_or_ended() -> None:
    grave = {"return": "missing", "decline": "explanation", "send_back": "reason", "refuse_closure": "reason"}
    grave |= {"object": "reason", "uphold": "reason", "reassign": "reason", "hand_over": "reason", "merge": "reason"}
    grave |= {"withdraw": "reason", "terminate": "written_review", "suspend": "reason", "resume": "reason"}
    grave |= {"reopen": "reason", "appeal": "reason", "elevate": "reason", "reject_withdrawal": "note"}
    for name, question in grave.items():
        asked = {field.name: field for field in PROBLEM.action(name).asks}
        assert asked[question].required, name
        assert asked[question].shortest >= 2, name


def test_everybody_but_the_clocks_plays_a_part_and_the_enterprise_is_no_staff() -> None:
    assert set(ANYONE) == set(Role) - {Role.SYSTEM, Role.ASKER, Role.ADDRESSEE}
    assert set(STAFF) == set(ANYONE) - {Role.ENTERPRISE}
    assert Counter(LABELS.values()).most_common(1)[0][1] == 1
