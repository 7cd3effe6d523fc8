"""Merged problems: they hear what was meant for them, nothing else, and are not lost when their main problem ends."""

import pytest
from sqlalchemy import select

from helpdesk.db import db
from helpdesk.notices.models import Notice
from helpdesk.problems import legs, queries, showing
from helpdesk.problems.links import VALID, link_for, standing_of
from tests.walking import Walker, problem

PRIVATE = "我们欠款三百万，请不要告诉别人"


@pytest.fixture
def pair(walker: Walker) -> tuple[int, int]:
    """A main problem in hand and the one that was merged into it."""
    main = walker.to("handling")
    return main, walker.do(walker.to("reported"), "merge", main=main)


def news_of(walker: Walker, problem_id: int) -> str:
    """All that the enterprise reads behind its link."""
    link = link_for(problem(problem_id), "progress", walker.now)
    page = showing.link_page(link, walker.now)
    db.session.commit()
    return "\n".join([page.plainly, *(f"{each.label} {each.answers}" for each in page.news)])


def test_an_enterprise_never_reads_what_another_one_said(walker: Walker, pair: tuple[int, int]) -> None:
    main, follower = pair
    actor = walker.actor_of("enterprise", main)
    walker.do(main, "comment", by=actor, comment=PRIVATE, shown=None)
    walker.do(main, "withdraw", by=actor, reason=PRIVATE)
    walker.do(main, "reject_withdrawal")
    read = news_of(walker, follower)
    assert PRIVATE not in read
    assert problem(main).number not in read
    assert "撤回" not in read
    told = db.session.scalars(select(Notice).where(Notice.problem_id == follower)).all()
    assert all(PRIVATE not in notice.body for notice in told)


def test_it_reads_what_the_office_wrote_for_everybody(walker: Walker, pair: tuple[int, int]) -> None:
    main, follower = pair
    walker.do(main, "respond", plan="请市政公司三天内疏通雨水管线")
    assert "三天内疏通雨水管线" in news_of(walker, follower)
    names = {notice.name for notice in queries.told_about(follower)}
    assert "responded" in names


@pytest.mark.parametrize("way", [("withdraw", "confirm_withdrawal"), ("terminate",)])
def test_it_goes_on_by_itself_when_its_main_problem_ends_otherwise(
    walker: Walker, pair: tuple[int, int], way: tuple[str, ...]
) -> None:
    main, follower = pair
    for name in way:
        walker.do(main, name)
    row = problem(follower)
    assert (row.state, row.merged_into_id, row.closed_on) == ("reported", None, None)
    assert [clock.name for clock in queries.clocks_of(follower) if clock.stopped_at is None] == ["accept"]
    told = {(notice.name, notice.role) for notice in queries.told_about(follower)}
    assert {("separated", "dispatcher"), ("separated", "enterprise"), ("separated", "reporter")} <= told
    assert not {name for name, _ in told} & {"withdrawn", "terminated"}


def test_nobody_follows_one_that_follows_another(walker: Walker, pair: tuple[int, int]) -> None:
    main, follower = pair
    larger = walker.to("handling")
    walker.do(main, "merge", main=larger)
    assert problem(follower).merged_into_id == larger


def test_its_link_lives_as_long_as_the_main_problem(walker: Walker, pair: tuple[int, int]) -> None:
    _, follower = pair
    link = link_for(problem(follower), "progress", walker.now)
    later = walker.now.replace(year=walker.now.year + 1)
    assert standing_of(link, later) == VALID


def test_the_dispatch_office_may_take_a_merged_problem_out_again(walker: Walker, pair: tuple[int, int]) -> None:
    _, follower = pair
    assert problem(walker.do(follower, "separate")).state == "reported"


def test_a_clock_of_a_group_that_never_acted_is_neither_in_time_nor_late(walker: Walker) -> None:
    problem_id = walker.to("handling")
    walker.do(problem_id, "reassign")
    rows = [row for row in queries.clocks_of(problem_id) if row.ended == "handed_over"]
    assert {row.name for row in rows} == {"respond", "handle"}
    assert {legs.how_of(row, walker.now) for row in rows} == {legs.How.VOID}


def test_the_back_and_forth_inside_is_no_news_for_the_enterprise(walker: Walker) -> None:
    problem_id = walker.to("assigned")
    before = news_of(walker, problem_id)
    walker.do(problem_id, "object")
    walker.do(problem_id, "uphold")
    assert news_of(walker, problem_id) == before


def test_the_former_group_is_led_to_its_notices(walker: Walker) -> None:
    problem_id = walker.to("handling")
    walker.do(problem_id, "reassign")
    away = next(notice for notice in queries.told_about(problem_id) if notice.name == "reassigned_away")
    assert away.path == "/notices"
