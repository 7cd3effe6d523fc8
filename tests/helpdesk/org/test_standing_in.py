"""Chains of substitutes, as values: who stands in for whom, and that no circle ever loops."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.org.models import Duty, UnitKind
from helpdesk.org.roles import Sitter, seated
from helpdesk.org.standing_in import StandIn, chained, circle
from workflows.roles import Role

DAY = date(2026, 11, 23)


def stands_in(substitute: int, absent: int, until: int = 9) -> StandIn:
    return StandIn(substitute, f"p{substitute}", None, absent, f"p{absent}", DAY + timedelta(days=until))


def pairs(rows: tuple[StandIn, ...]) -> set[tuple[int, int]]:
    return {(row.person_id, row.for_id) for row in rows}


def test_a_chain_reaches_to_its_end_and_lasts_as_long_as_its_shortest_part() -> None:
    found = chained([stands_in(2, 1, until=3), stands_in(3, 2, until=9)])
    assert [(row.person_id, row.for_id, (row.until_on - DAY).days) for row in found] == [
        (2, 1, 3),
        (3, 2, 9),
        (3, 1, 3),
    ]


def test_the_nearest_come_first() -> None:
    found = chained([stands_in(3, 2), stands_in(2, 1), stands_in(3, 4)])
    assert [row.for_id for row in found if row.person_id == 3] == [2, 4, 1]


def test_in_a_circle_nobody_stands_in_for_himself() -> None:
    found = chained([stands_in(2, 1), stands_in(3, 2), stands_in(1, 3)])
    assert pairs(found) == {(1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2)}


def test_a_circle_is_named_from_its_new_link_on() -> None:
    named = [stands_in(2, 1), stands_in(3, 2), stands_in(4, 2)]
    new = stands_in(1, 3)
    assert [row.person_id for row in circle(named, new)] == [1, 2, 3]
    assert circle(named, stands_in(5, 3)) == ()


def test_whoever_already_stands_somewhere_in_a_circle_does_not_loop_the_search() -> None:
    named = [stands_in(2, 1), stands_in(1, 2)]
    assert circle(named, stands_in(1, 3)) == ()


PEOPLE = st.integers(1, 7)
NAMED = st.lists(
    st.tuples(PEOPLE, PEOPLE, st.integers(0, 20)).filter(lambda each: each[0] != each[1]), max_size=20
).map(lambda rows: [stands_in(*row) for row in rows])


@given(NAMED)
def test_chains_are_exactly_the_ways_there_are_however_tangled(named: list[StandIn]) -> None:
    ways = {(row.person_id, row.for_id) for row in named}
    while True:
        longer = ways | {(one[0], other[1]) for one in ways for other in ways if one[1] == other[0]}
        if longer == ways:
            break
        ways = longer
    found = chained(named)
    assert pairs(found) == {way for way in ways if way[0] != way[1]}
    assert len(found) == len(pairs(found))
    assert all(row.until_on <= max(each.until_on for each in named) for row in found)


@given(NAMED, PEOPLE, PEOPLE)
def test_a_new_link_closes_a_circle_exactly_when_whom_it_is_for_stands_in_for_its_substitute(
    named: list[StandIn], substitute: int, absent: int
) -> None:
    if substitute != absent:
        closes = (absent, substitute) in pairs(chained(named))
        assert bool(circle(named, stands_in(substitute, absent))) == closes


@given(NAMED, st.lists(st.tuples(PEOPLE, st.sampled_from([Duty.LEAD, Duty.LIAISON, Duty.HANDLER])), max_size=8))
def test_seats_follow_to_everybody_who_stands_in_and_to_nobody_else(
    named: list[StandIn], posts: list[tuple[int, Duty]]
) -> None:
    sitters = [Sitter(key, f"p{key}", None, 10, "组", UnitKind.GROUP, duty) for key, duty in posts]
    seating = seated(sitters, named)
    own = {key for key, duty in posts if duty in (Duty.LEAD, Duty.LIAISON)}
    expected = own | {here for here, away in pairs(chained(named)) if away in own}
    holders = seating.holders(Role.GROUP_LEAD, 10)
    assert {each.person_id for each in holders} == expected
    assert len(holders) == len(expected)
    assert seating.holders(Role.GROUP_LEAD, 11) == ()
    for each in holders:
        part = seating.played_for(each.person_id, Role.GROUP_LEAD, 10, {})
        assert (part is None) == (each.person_id in own)
        assert part is None or part.for_id in own
        assert Role.GROUP_LEAD in seating.roles_of(each.person_id, 10, {})


def test_named_parts_follow_too_and_the_own_part_comes_first() -> None:
    seating = seated((), [stands_in(2, 1)])
    assert seating.roles_of(2, None, {Role.HANDLER: (1,)}) == {Role.HANDLER}
    assert seating.roles_of(3, None, {Role.HANDLER: (1,)}) == frozenset()
    part = seating.played_for(2, Role.HANDLER, None, {Role.HANDLER: (1,)})
    assert part is not None
    assert part.for_id == 1
    assert seating.played_for(2, Role.HANDLER, None, {Role.HANDLER: (1, 2)}) is None
