"""What every clock does along the way of a problem, told as short stories."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.days import CALENDAR, at, day
from tests.workflows.paper_house import PaperHouse
from workflows.accounts import StepKind
from workflows.clocks import Ended, due, follow
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import Limit

TO_HANDLING = ("report", "assign", "sign")
TO_EVALUATING = (*TO_HANDLING, "respond", "submit", "approve")


def house(*names: str, start: str = "2026-11-23", **given: object) -> PaperHouse:
    """A problem that was reported in the morning and has been walked on since."""
    return PaperHouse(at(start, "09:00")).walk(*names, **given)


def test_a_draft_has_no_clock_and_a_report_starts_the_first() -> None:
    assert house("save").lasts() == {}
    reported = house("save", "report")
    assert reported.lasts() == {"accept": "runs"}
    assert reported.clock("accept").due_on == day("2026-11-24")


def test_an_assignment_starts_signing_responding_and_handling_at_once() -> None:
    found = house("report", "assign", difficulty="complex")
    assert found.lasts() == {"sign": "runs", "respond": "runs", "handle": "runs"}
    assert [found.clock(name).limit for name in ("sign", "respond", "handle")] == [Limit(1), Limit(3), Limit(20)]
    assert found.rows[0].ended is Ended.LEFT


def test_the_first_response_ends_its_clock_and_only_that() -> None:
    found = house(*TO_HANDLING)
    assert found.lasts() == {"respond": "runs", "handle": "runs"}
    found.walk("respond")
    assert found.lasts() == {"handle": "runs"}
    assert [row.ended for row in found.rows if row.name == "respond"] == [Ended.ANSWERED]


def test_a_result_sent_back_needs_no_second_response_and_gives_no_new_time() -> None:
    found = house(*TO_HANDLING, "respond")
    due_on = found.clock("handle").due_on
    found.walk("submit").wait(days=2)
    assert found.lasts() == {"handle": "runs", "review": "runs"}
    found.do("send_back")
    assert found.lasts() == {"handle": "runs"}
    assert found.clock("handle").due_on == due_on
    found.walk("submit", "approve")
    assert found.lasts() == {"evaluate": "runs"}


def test_silence_of_five_working_days_is_handed_over_to_be_called() -> None:
    found = house(*TO_EVALUATING)
    found.wait_until(at("2026-11-30", "23:59"))
    assert found.state == "evaluating"
    found.wait_until(at("2026-12-01", "00:00"))
    assert found.state == "calling_back"
    assert found.lasts() == {"call_back": "runs"}
    assert "to_call_back" in found.told


def test_three_calls_that_reach_nobody_keep_one_clock_and_end_in_closing() -> None:
    found = house(*TO_EVALUATING)
    found.wait(days=9)
    for dest in ("calling_back", "calling_back", "closing"):
        due_on = found.clock("call_back").due_on
        found.do("call_back", reached="no", contacted=None, solved=None, satisfaction=None)
        assert found.state == dest
        if dest == "calling_back":
            assert found.clock("call_back").due_on == due_on
    assert found.lasts() == {"close": "runs"}


@pytest.mark.parametrize("difficulty", ["ordinary", "major"])
def test_a_second_round_takes_five_days_and_asks_no_second_first_response(difficulty: str) -> None:
    found = house(*TO_EVALUATING, difficulty=difficulty)
    found.do("evaluate", solved="no")
    assert (found.state, found.case.round) == ("handling", 2)
    assert found.lasts() == {"handle": "runs"}
    assert found.clock("handle").limit == Limit(5)
    assert found.walk("submit").state == "reviewing"


def test_two_dissatisfied_rounds_bring_the_leader_in_with_his_own_clock() -> None:
    found = house(*TO_EVALUATING)
    found.do("evaluate", solved="no")
    found.walk("submit", "approve")
    found.do("evaluate", satisfaction="dissatisfied")
    assert (found.state, found.case.round) == ("elevated", 3)
    assert found.lasts() == {"elevate": "runs"}
    assert found.clock("elevate").limit == Limit(10)
    found.do("instruct", group=None)
    assert found.lasts() == {"handle": "runs"}
    assert found.clock("handle").limit == Limit(5)


def test_a_refused_closure_gives_five_days() -> None:
    found = house(*TO_EVALUATING, difficulty="complex").walk("evaluate", "refuse_closure")
    assert (found.state, found.case.round) == ("handling", 1)
    assert found.clock("handle").limit == Limit(5)
    assert found.lasts() == {"handle": "runs"}


def test_an_answer_refused_at_the_end_is_received_anew() -> None:
    found = house("report", "answer", "evaluate", "refuse_closure")
    assert found.state == "reported"
    assert found.lasts() == {"accept": "runs"}
    assert found.walk("assign", difficulty="complex").clock("handle").limit == Limit(20)


# -- Fair handover -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [1, 9, 30])
def test_another_group_inherits_no_spent_clock(days: int) -> None:
    found = house(*TO_HANDLING)
    found.wait(days=days)
    found.do("reassign")
    assert found.lasts() == {"sign": "runs", "respond": "runs", "handle": "runs"}
    assert all(row.ticking.due_at > found.now for row in found.active)
    assert found.clock("handle").limit == Limit(7)
    stopped = {row.name: row.ended for row in found.rows if row.ended}
    assert (stopped["respond"], stopped["handle"]) == (Ended.HANDED_OVER, Ended.HANDED_OVER)


@given(
    st.timedeltas(timedelta(0), timedelta(days=60)),
    st.timedeltas(timedelta(0), timedelta(days=60)),
    st.sampled_from([(), ("respond",), ("suspend", "resume"), ("elevate", "instruct")]),
)
def test_whatever_was_used_or_waited_the_next_group_has_the_whole_limit(
    used: timedelta, more: timedelta, between: tuple[str, ...]
) -> None:
    found = house(*TO_HANDLING, difficulty="complex")
    found.wait_until(found.now + used)
    for name in between:
        found.do(name, **({"group": None} if name == "instruct" else {}))
        found.wait_until(found.now + more)
    found.do("reassign")
    for row in found.active:
        assert row.ticking.steps == ()
        assert row.ticking.started_at == found.now
        assert row.ticking.due_at == due(found.now, row.ticking.limit, CALENDAR).at
    assert found.clock("handle").limit == Limit(20)


def test_an_objection_that_brings_another_group_gives_it_no_spent_clock_either() -> None:
    found = house("report", "assign", "object")
    found.wait(days=20)
    found.do("assign")
    assert found.lasts() == {"sign": "runs", "respond": "runs", "handle": "runs"}
    assert all(row.ticking.started_at == found.now for row in found.active)


# -- Extensions --------------------------------------------------------------------------------------------------------


def test_an_extension_sets_the_due_day_of_its_clock_and_of_no_other() -> None:
    found = house(*TO_HANDLING)
    respond = found.clock("respond")
    assert found.clock("handle").due_on == day("2026-12-02")
    found.do("extend", until_on=day("2026-12-05"))  # a Saturday
    assert found.clock("handle").due_on == day("2026-12-07")
    assert found.clock("respond") == respond
    assert [step.kind for step in found.clock("handle").steps] == [StepKind.EXTENDED]


def test_what_was_gained_waits_and_comes_back_with_the_rest() -> None:
    found = house(*TO_HANDLING)
    found.do("extend", until_on=day("2026-12-07"))
    found.walk("suspend")
    assert found.clock("handle").unspent == 10
    found.wait_until(at("2026-11-30", "09:00"))
    found.do("resume")
    assert found.clock("handle").due_on == day("2026-12-14")


def test_an_extension_without_a_day_changes_nothing() -> None:
    found, action = house(*TO_HANDLING), PROBLEM.action("extend")
    rows = [row.ticking for row in found.active]
    changes = follow(
        PROBLEM,
        case=found.seen(),
        action=action,
        given={},
        ticking=rows,
        assigned=False,
        now=found.now,
        calendar=CALENDAR,
    )
    assert changes == ()


def test_reassigned_before_signing_the_sign_clock_is_fresh_too() -> None:
    found = house("report", "assign")
    found.wait(days=3)
    found.do("reassign")
    assert found.clock("sign").due_on == day("2026-11-27")
    assert [row.ended for row in found.rows if row.name == "sign"] == [Ended.HANDED_OVER, None]


def test_an_answered_first_response_counts_for_the_group_that_gave_it_only() -> None:
    found = house(*TO_HANDLING, "respond", "reassign", "sign")
    assert found.lasts() == {"respond": "runs", "handle": "runs"}
    assert "submit" not in [offer.action.name for offer in found.offers({Role.HANDLER})]
    found.walk("respond")
    assert "submit" in [offer.action.name for offer in found.offers({Role.HANDLER})]


def test_a_leader_who_names_another_group_starts_it_afresh() -> None:
    found = house(*TO_HANDLING, "respond", "elevate")
    assert found.lasts() == {"handle": "waits", "elevate": "runs"}
    found.wait(days=20)
    found.do("instruct")
    assert found.lasts() == {"respond": "runs", "handle": "runs"}
    assert found.clock("handle").started_on == day("2026-12-13")
    assert found.clock("handle").limit == Limit(7)


def test_an_objection_lets_handling_wait_and_a_new_group_starts_afresh() -> None:
    found = house("report", "assign", "object")
    assert found.lasts() == {"rule": "runs", "handle": "waits"}
    found.wait(days=1)
    found.do("assign")
    assert found.lasts() == {"sign": "runs", "respond": "runs", "handle": "runs"}
    assert {row.ticking.started_on for row in found.active} == {day("2026-11-24")}


def test_an_upheld_assignment_gives_the_unspent_days_back_and_no_second_objection() -> None:
    found = house("report", "assign", "object")
    found.wait(days=4)
    found.do("uphold")
    assert found.lasts() == {"sign": "runs", "respond": "runs", "handle": "runs"}
    assert found.clock("handle").started_on == day("2026-11-23")
    assert found.clock("handle").due_on == day("2026-12-08")
    assert "object" not in [offer.action.name for offer in found.offers({Role.GROUP_LEAD})]


# -- Waiting -----------------------------------------------------------------------------------------------------------


def test_through_the_spring_festival_a_suspended_problem_keeps_its_days() -> None:
    found = house(*TO_HANDLING, start="2026-02-10")
    found.wait_until(at("2026-02-13"))
    found.do("suspend", review_on=day("2026-02-24"))
    assert found.lasts() == {"respond": "waits", "handle": "waits", "review_date": "runs"}
    assert (found.clock("respond").unspent, found.clock("handle").unspent) == (0, 4)
    found.wait_until(at("2026-02-25"))
    found.do("resume")
    assert found.lasts() == {"respond": "runs", "handle": "runs"}
    assert found.clock("respond").due_on == day("2026-02-25")
    assert found.clock("handle").due_on == day("2026-03-02")  # Saturday the 28th works


def test_through_national_day_an_elevated_problem_keeps_its_days() -> None:
    found = house(*TO_HANDLING, "respond", start="2026-09-28")
    found.wait_until(at("2026-09-30"))
    found.do("elevate")
    assert found.clock("handle").unspent == 5
    assert found.clock("elevate").due_on == day("2026-10-20")
    found.wait_until(at("2026-10-09"))
    found.do("refer", authority="省发展改革委", document="发改函〔2026〕1 号")
    assert found.lasts() == {"handle": "waits", "review_date": "runs"}
    assert found.clock("review_date").due_on == day("2026-11-09")  # thirty days, then off the Sunday
    found.wait_until(at("2026-10-22"))
    found.do("hear_back")
    assert found.clock("handle").due_on == day("2026-10-29")


def test_an_overdue_clock_waits_and_comes_back_overdue() -> None:
    found = house(*TO_HANDLING, "respond")
    found.wait_until(at("2026-12-08"))
    assert found.clock("handle").due_on == day("2026-12-02")
    found.do("suspend", review_on=day("2026-12-31"))
    assert found.clock("handle").unspent == -4
    found.wait_until(at("2026-12-21"))
    found.do("resume")
    assert found.clock("handle").due_on == day("2026-12-15")


def test_a_suspension_is_reviewed_again_and_again() -> None:
    found = house(*TO_HANDLING, "respond")
    found.do("suspend", review_on=day("2026-11-30"))
    assert found.clock("review_date").due_on == day("2026-11-30")
    found.wait_until(at("2026-11-30"))
    found.do("progress", review_on=day("2026-12-15"))
    assert found.clock("review_date").due_on == day("2026-12-15")
    found.wait_until(at("2026-12-15"))
    found.do("progress", review_on=None)
    assert found.clock("review_date").due_on == day("2027-01-14")
    assert [row.ended for row in found.rows if row.name == "review_date"] == [Ended.ANSWERED, Ended.ANSWERED, None]
    assert found.lasts() == {"handle": "waits", "review_date": "runs"}


def test_progress_in_handling_touches_no_clock() -> None:
    found = house(*TO_HANDLING)
    before = [row.ticking for row in found.active]
    found.walk("progress")
    assert [row.ticking for row in found.active] == before


def test_while_a_withdrawal_is_verified_everything_else_waits() -> None:
    found = house(*TO_HANDLING, "respond", "submit")
    found.wait(days=1)
    found.do("withdraw")
    assert found.lasts() == {"handle": "waits", "review": "waits", "verify": "runs"}
    found.wait(days=2)
    found.do("reject_withdrawal")
    assert found.lasts() == {"handle": "runs", "review": "runs"}
    assert found.clock("review").due_on == day("2026-11-26")  # the due day had come: today is left


def test_silence_does_not_run_out_while_a_withdrawal_is_verified() -> None:
    found = house(*TO_EVALUATING, "withdraw")
    found.wait(days=30)
    assert found.state == "withdrawing"
    found.do("reject_withdrawal")
    assert found.state == "evaluating"
    assert found.lasts() == {"evaluate": "runs"}


@pytest.mark.parametrize(
    "names",
    [
        ("report", "decline"),
        ("report", "merge"),
        ("report", "withdraw", "confirm_withdrawal"),
        (*TO_HANDLING, "terminate"),
        (*TO_EVALUATING, "evaluate", "close"),
        (*TO_HANDLING, "suspend", "terminate"),
    ],
)
def test_whatever_ends_a_problem_ends_every_clock(names: tuple[str, ...]) -> None:
    found = house(*names)
    assert found.lasts() == {}
    assert found.next_look() == []
    found.wait(days=60)
    assert found.state == house(*names).state


def test_a_reopened_problem_starts_like_a_new_one() -> None:
    found = house(*TO_EVALUATING, "evaluate", "close", "reopen")
    assert found.lasts() == {"accept": "runs"}
    found.walk("assign", difficulty="complex")
    assert found.lasts() == {"sign": "runs", "respond": "runs", "handle": "runs"}
    assert found.clock("handle").limit == Limit(20)


def test_an_urgent_problem_wants_its_first_response_in_an_hour_of_real_time() -> None:
    found = house("report", urgency="urgent", start="2026-10-03").walk("assign")
    assert found.clock("respond").due_at == at("2026-10-03", "10:20")
    assert found.clock("handle").due_on == day("2026-10-15")


def test_a_refused_problem_is_appealed_once() -> None:
    found = house("report", "decline", "appeal")
    assert found.lasts() == {"accept": "runs"}
    found.walk("decline")
    assert "appeal" not in [offer.action.name for offer in found.offers(set(Role))]


def test_a_reopened_problem_may_be_objected_to_once_more() -> None:
    found = house("report", "assign", "object", "uphold", "sign", "respond", "submit", "approve", "evaluate", "close")
    found.walk("reopen", "assign")
    assert "object" in [offer.action.name for offer in found.offers({Role.GROUP_LEAD})]
