"""A sample can be drawn again by anybody, holds the share that was asked for, and finds what differs to the worse."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.check import check
from workflows.engine import NotNow, NotYours, decide, refusal
from workflows.guards import UNREACHED_TRIES
from workflows.roles import Role
from workflows.sampling import KINDS, SAMPLING, Wanted, deviations, draw
from workflows.terms import Case

TODAY = date(2026, 9, 1)
NOW = datetime(2026, 9, 1, 2, tzinfo=UTC)
FRAMES = st.lists(st.integers(1, 500), unique=True, max_size=60).flatmap(
    lambda keys: st.tuples(*(st.tuples(st.just(key), st.sampled_from([None, 1, 2, 3])) for key in sorted(keys)))
)
WISHES = st.one_of(
    st.builds(Wanted, share=st.integers(1, 100), each_group=st.booleans()),
    st.builds(Wanted, number=st.integers(1, 80), each_group=st.booleans()),
)


@given(FRAMES, WISHES, st.integers(0, 2**31 - 1))
def test_the_same_seed_draws_the_same_ones_and_only_from_the_frame(frame, wanted, seed) -> None:  # type: ignore[no-untyped-def]
    drawn = draw(frame, wanted, seed)
    assert drawn == draw(list(frame), wanted, seed)
    assert set(drawn) <= {key for key, _ in frame}
    assert len(set(drawn)) == len(drawn)


@given(FRAMES, WISHES, st.integers(0, 2**31 - 1))
def test_the_share_is_right_and_no_group_is_left_out_where_each_is_wanted(frame, wanted, seed) -> None:  # type: ignore[no-untyped-def]
    drawn = draw(frame, wanted, seed)
    asked = wanted.number if wanted.number is not None else ceil(len(frame) * wanted.share / 100)
    without = draw(frame, replace(wanted, each_group=False), seed)
    assert len(without) == min(asked, len(frame))
    assert set(without) <= set(drawn)
    if wanted.each_group:
        assert {group for _, group in frame} == {group for key, group in frame if key in drawn}


def test_another_seed_draws_others() -> None:
    frame = [(key, 1) for key in range(1, 200)]
    assert len({draw(frame, Wanted(share=10), seed) for seed in range(20)}) == 20


@pytest.mark.parametrize(
    ("on_record", "said", "differs"),
    [
        ({"satisfaction": "satisfied"}, {"satisfaction": "dissatisfied"}, 1),
        ({"satisfaction": "fair"}, {"satisfaction": "dissatisfied"}, 1),
        ({"satisfaction": "satisfied"}, {"satisfaction": "fair"}, 0),
        ({"satisfaction": "satisfied", "solved": "yes"}, {"satisfaction": "dissatisfied", "solved": "no"}, 2),
        ({"contacted": "yes"}, {"contacted": "no"}, 1),
        ({"contacted": "no"}, {"contacted": "no"}, 0),
        ({"answered": "yes"}, {"answered": "no"}, 1),
        ({}, {"satisfaction": "dissatisfied", "solved": "no"}, 0),
        ({}, {"own_will": "no"}, 1),
        ({}, {"own_will": "yes"}, 0),
    ],
)
def test_a_deviation_is_an_answer_to_the_worse_of_one_on_record(on_record, said, differs) -> None:  # type: ignore[no-untyped-def]
    assert len(deviations(on_record, said)) == differs


def _call(case: Case, **given: str):  # type: ignore[no-untyped-def]
    name = KINDS[case.kind or ""][1].name
    answers = {"called_at": NOW - timedelta(hours=1), "note": "企业说的话", **given}
    return decide(SAMPLING, case, name, roles={Role.SUPERVISOR}, actor=1, given=answers, now=NOW, today=TODAY)


def test_three_tries_and_then_it_is_unreached() -> None:
    states = []
    case = Case(state="drawn", kind="closed")
    for _ in range(UNREACHED_TRIES):
        case = replace(case, state=_call(case, reached="no").dest, unreached_calls=case.unreached_calls + 1)
        states.append(case.state)
    assert states == ["tried"] * (UNREACHED_TRIES - 1) + ["unreached"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SUPERVISOR])
def test_only_the_supervision_office_calls(role: Role) -> None:
    case = Case(state="drawn", kind="closed")
    refused = refusal(SAMPLING, case, "check_closed", roles={role}, actor=1, now=NOW, today=TODAY)
    assert isinstance(refused, NotYours)


@given(st.sets(st.integers(1, 6)), st.sets(st.integers(1, 6)), st.integers(1, 6))
def test_nobody_who_was_involved_is_offered_the_call(workers, standing_for, actor) -> None:  # type: ignore[no-untyped-def]
    case = Case(state="drawn", kind="closed", workers=frozenset(workers))
    refused = refusal(
        SAMPLING,
        case,
        "check_closed",
        roles={Role.SUPERVISOR},
        actor=actor,
        now=NOW,
        today=TODAY,
        standing_for=standing_for,
    )
    assert (refused is None) == workers.isdisjoint({actor, *standing_for})
    assert refused is None or isinstance(refused, NotNow)


def test_the_table_is_whole_but_for_a_clock_a_sample_has_none() -> None:
    assert [each for each in check(SAMPLING) if "has no clock" not in each] == []
