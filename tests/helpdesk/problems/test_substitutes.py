"""A substitute on the problems: turn, notices and rights follow, the record says 代, independence holds."""

from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.notices.models import Notice
from helpdesk.org.models import Duty, Post, Substitute
from helpdesk.problems import queries, turn_queries
from helpdesk.problems.digesting import moot, waits
from helpdesk.problems.models import Entry
from helpdesk.problems.showing import offers_for, page_of
from helpdesk.problems.sweep import sweep
from tests.desk import Desk, open_desk
from tests.people import District
from tests.visitors import text_of
from tests.walking import Walker, problem
from workflows.engine import NotNow

TUESDAY = date(2026, 9, 1)
WEEK = (0, 7)


def stand_in(world: District, absent: str, substitute: str, days: tuple[int, int] = WEEK) -> Substitute:
    """Written straight into the table: also what a naming would refuse. Days from the Tuesday on."""
    row = Substitute(
        person_id=world.people[absent],
        substitute_id=world.people[substitute],
        from_on=TUESDAY + timedelta(days=days[0]),
        until_on=TUESDAY + timedelta(days=days[1]),
        named_at=calendar().at(TUESDAY),
        named_by_id=world.people[absent],
    )
    db.session.add(row)
    db.session.commit()
    return row


def last_entry(problem_id: int) -> Entry:
    return queries.timeline(problem_id)[0]


def sees(walker: Walker, part: str, problem_id: int) -> bool:
    """Whether that person reaches the page, and whether the lists say the same."""
    me = queries.standing(walker.world.people[part], walker.now)
    listed = db.session.query(queries.Problem.id).filter(queries.visible_to(me), queries.Problem.id == problem_id)
    try:
        queries.get_problem_for(me, problem_id)
    except NotFoundError:
        assert listed.count() == 0
        return False
    assert listed.count() == 1
    return True


def has_turn(walker: Walker, part: str, problem_id: int) -> bool:
    me = queries.standing(walker.world.people[part], walker.now)
    return problem_id in {each.id for each in turn_queries.first_page(turn_queries.my_turn(me))}


EVERY_ROLE = [
    ("reporter", "returned", "supplement", "区工信局"),
    ("cadre", "handling", "comment", "区商务局"),
    ("dispatcher", "reported", "assign", "调度室"),
    ("dispatch_lead", "reported", "decline", "调度室"),
    ("group_lead", "assigned", "sign", "基础设施保障组"),
    ("handler", "handling", "respond", "基础设施保障组"),
    ("supervisor", "closing", "close", "督查考核办公室"),
    ("leader", "elevated", "instruct", "基础设施保障组"),
    ("chief", "elevated", "instruct", "领导小组"),
]


@pytest.mark.parametrize(("absent", "state", "name", "unit"), EVERY_ROLE)
def test_whoever_stands_in_does_what_the_absent_one_may_and_the_record_says_so(
    walker: Walker, absent: str, state: str, name: str, unit: str
) -> None:
    key = walker.to(state)
    with pytest.raises(NotFoundError):
        walker.do(key, name, by="stranger")
    assert not sees(walker, "stranger", key)
    stand_in(walker.world, absent, "stranger")
    assert sees(walker, "stranger", key)
    walker.do(key, name, by="stranger")
    entry = last_entry(key)
    assert entry.by_name == f"某stranger（代某{absent}，{unit}）"
    assert (entry.by_id, entry.for_id) == (walker.world.people["stranger"], walker.world.people[absent])


@pytest.mark.parametrize(("absent", "state", "name"), [row[:3] for row in EVERY_ROLE])
def test_the_absent_one_keeps_his_own_rights_and_is_not_on_record_as_a_substitute(
    walker: Walker, absent: str, state: str, name: str
) -> None:
    key = walker.to(state)
    stand_in(walker.world, absent, "stranger")
    walker.do(key, name, by=absent)
    assert last_entry(key).for_id is None
    assert "代" not in last_entry(key).by_name


def test_a_substitute_takes_part_in_assisting_too(walker: Walker) -> None:
    key = walker.to("reported")
    walker.do(key, "assign", assisting=[walker.world.other_group_id])
    assert not sees(walker, "stranger", key)
    stand_in(walker.world, "other_lead", "stranger")
    assert sees(walker, "stranger", key)
    me = queries.standing(walker.world.people["stranger"], walker.now)
    assert [each.problem_id for each in turn_queries.matters_in_my_turn(me)] == [key]
    walker.beside(key, "accept_assist", by="stranger")
    assert last_entry(key).by_name == "某stranger（代某other_lead，营商环境组）"
    assert last_entry(key).by_role == "assist"


@pytest.mark.parametrize("days", [(-9, -1), (1, 9)])
def test_before_and_after_his_days_he_is_a_stranger(walker: Walker, days: tuple[int, int]) -> None:
    key = walker.to("assigned")
    stand_in(walker.world, "group_lead", "stranger", days)
    assert not sees(walker, "stranger", key)
    with pytest.raises(NotFoundError):
        walker.do(key, "sign", by="stranger")


@pytest.mark.parametrize("days", [(-9, 0), (0, 0), (0, 9)])
def test_the_first_and_the_last_day_count(walker: Walker, days: tuple[int, int]) -> None:
    key = walker.to("assigned")
    stand_in(walker.world, "group_lead", "stranger", days)
    assert has_turn(walker, "stranger", key)


def test_taken_back_ends_it_at_once(walker: Walker) -> None:
    key = walker.to("assigned")
    stand_in(walker.world, "group_lead", "stranger").ended_at = walker.now
    db.session.commit()
    assert not sees(walker, "stranger", key)


@pytest.mark.parametrize("closed", ["group_lead", "stranger"])
def test_where_one_of_both_accounts_is_closed_nobody_stands_in(walker: Walker, closed: str) -> None:
    key = walker.to("assigned")
    stand_in(walker.world, "group_lead", "stranger")
    walker.world.person(closed).active = False
    db.session.commit()
    assert not sees(walker, "stranger", key)


def test_turn_follows_and_stays_with_the_absent_one_too(walker: Walker) -> None:
    key = walker.to("handling")
    stand_in(walker.world, "handler", "stranger")
    assert has_turn(walker, "stranger", key)
    assert has_turn(walker, "handler", key)
    assert not has_turn(walker, "other_handler", key)
    me = queries.standing(walker.world.people["stranger"], walker.now)
    assert page_of(me, problem(key)).turn == ["某handler", "某stranger（代某handler）"]


def test_of_a_seat_the_page_says_both(walker: Walker) -> None:
    key = walker.to("assigned")
    stand_in(walker.world, "group_lead", "stranger")
    me = queries.standing(walker.world.people["reporter"], walker.now)
    holders = page_of(me, problem(key)).turn
    assert holders == ["某group_lead（基础设施保障组）", "某stranger（代某group_lead，基础设施保障组）"]


def test_his_own_role_comes_first_on_the_record(walker: Walker) -> None:
    key = walker.to("handling")
    stand_in(walker.world, "group_lead", "handler")
    walker.do(key, "progress", by="handler")
    assert (last_entry(key).by_name, last_entry(key).for_id) == ("某handler（基础设施保障组）", None)
    walker.do(key, "hand_over", by="handler", handler=walker.world.people["other_handler"])
    assert last_entry(key).by_name == "某handler（代某group_lead，基础设施保障组）"


def test_an_instruction_that_gives_the_problem_to_another_group_still_names_whose_it_was(walker: Walker) -> None:
    key = walker.to("elevated")
    stand_in(walker.world, "leader", "stranger")
    walker.do(key, "instruct", by="stranger", group=walker.world.other_group_id)
    assert last_entry(key).by_name == "某stranger（代某leader，基础设施保障组）"
    assert not sees(walker, "stranger", key)


def test_drafts_stay_with_their_writer_and_reports_are_in_ones_own_name(walker: Walker) -> None:
    draft = walker.do(None, "save")
    stand_in(walker.world, "reporter", "stranger")
    assert not sees(walker, "stranger", draft)
    assert not has_turn(walker, "stranger", draft)
    with pytest.raises(NotFoundError):
        walker.do(draft, "report", by="stranger")
    reported = walker.do(None, "report", by="stranger")
    assert problem(reported).reporter_id == walker.world.people["stranger"]
    assert last_entry(reported).by_name == "某stranger（区体育局）"


# -- Notices -----------------------------------------------------------------------------------------------------------


def told(problem_id: int, name: str) -> dict[int | None, Notice]:
    rows = db.session.query(Notice).filter_by(problem_id=problem_id, name=name).all()
    assert len(rows) == len({row.person_id for row in rows})
    return {row.person_id: row for row in rows}


def test_both_are_told_and_the_substitute_reads_for_whom(walker: Walker) -> None:
    people = walker.world.people
    stand_in(walker.world, "group_lead", "stranger")
    stand_in(walker.world, "handler", "other_handler")
    key = walker.to("handling")
    assigned, signed = told(key, "assigned"), told(key, "signed")
    assert set(assigned) == {people["group_lead"], people["stranger"]}
    assert set(signed) == {people["handler"], people["other_handler"]}
    why = "您收到这封邮件，是因为您代理某handler，某handler是这个问题的承办人。"
    assert signed[people["other_handler"]].why == why
    assert "代理" not in signed[people["handler"]].why
    assert signed[people["other_handler"]].address == "other_handler@example.org"


def test_nobody_is_told_twice_because_he_also_stands_in(walker: Walker) -> None:
    stand_in(walker.world, "dispatcher", "other_dispatcher")
    key = walker.to("reported")
    why = told(key, "new_report")[walker.world.people["other_dispatcher"]].why
    assert "代理" not in why


def test_the_one_who_acts_is_not_told_but_the_absent_one_is(walker: Walker) -> None:
    key = walker.to("assigned")
    stand_in(walker.world, "handler", "stranger")
    stand_in(walker.world, "group_lead", "stranger")
    walker.do(key, "sign", by="stranger")
    assert set(told(key, "signed")) == {walker.world.people["handler"]}


def test_reminders_of_the_sweep_reach_the_substitute(walker: Walker) -> None:
    key = walker.to("handling")
    stand_in(walker.world, "handler", "stranger", (0, 60))
    sweep(calendar().at(date(2026, 9, 8)) + timedelta(hours=1))
    overdue = told(key, "overdue")
    assert "您代理某handler" in overdue[walker.world.people["stranger"]].why
    assert walker.world.people["handler"] in overdue


def test_the_morning_digest_says_what_is_done_for_whom(walker: Walker) -> None:
    key, people = walker.to("handling"), walker.world.people
    stand_in(walker.world, "handler", "stranger")
    lines = waits([people["stranger"], people["handler"], people["cadre"]], walker.now)
    assert [(line.problem_id, line.body.startswith("代某handler，")) for line in lines[people["stranger"]]] == [
        (key, True)
    ]
    assert not lines[people["handler"]][0].body.startswith("代")
    assert people["cadre"] not in lines


def test_what_was_told_for_the_turn_of_somebody_else_is_dropped_once_he_does_not_stand_in_any_more(
    walker: Walker,
) -> None:
    row = stand_in(walker.world, "group_lead", "stranger")
    key = walker.to("assigned")
    notices = list(told(key, "assigned").values())
    assert moot(notices, walker.now) == {}
    row.ended_at = walker.now
    db.session.commit()
    substitutes = {each.id for each in notices if each.person_id == walker.world.people["stranger"]}
    assert set(moot(notices, walker.now)) == substitutes


def test_what_a_substitute_asks_for_is_the_absent_ones_request(walker: Walker) -> None:
    key = walker.to("handling")
    row = stand_in(walker.world, "group_lead", "stranger")
    walker.beside(key, "ask_suspension", by="stranger")
    assert queries.matters_of(key)[0].opened_by_id == walker.world.people["group_lead"]
    row.ended_at = walker.now
    db.session.commit()
    walker.beside(key, "take_back", by="group_lead")
    assert queries.matters_of(key)[0].state == "taken_back"


# -- Independence ------------------------------------------------------------------------------------------------------


def settled(walker: Walker) -> int:
    """Settled on the spot by the reporter, who has thereby worked on it, and judged by the enterprise."""
    key = walker.do(None, "settle_on_spot")
    walker.do(key, "evaluate")
    assert problem(key).state == "closing"
    return key


def test_a_substitute_of_somebody_who_worked_on_it_does_not_close(walker: Walker) -> None:
    key = settled(walker)
    stand_in(walker.world, "supervisor", "stranger")
    stand_in(walker.world, "reporter", "stranger")
    me = queries.standing(walker.world.people["stranger"], walker.now)
    assert "close" not in {offer.action.name for offer in offers_for(me, problem(key))}
    with pytest.raises(NotNow, match="或者您代理的同事"):
        walker.do(key, "close", by="stranger")
    assert problem(key).state == "closing"


def test_without_that_he_closes(walker: Walker) -> None:
    key = settled(walker)
    stand_in(walker.world, "supervisor", "stranger")
    walker.do(key, "close", by="stranger")
    assert problem(key).state == "closed"


def test_whoever_was_stood_in_for_counts_as_having_worked_on_it(walker: Walker) -> None:
    key = walker.to("handling")
    stand_in(walker.world, "handler", "stranger")
    walker.do(key, "respond", by="stranger")
    people = walker.world.people
    assert queries.workers_on(key) == {people["stranger"], people["handler"]}


def test_a_chain_counts_for_independence_too(walker: Walker) -> None:
    key = settled(walker)
    stand_in(walker.world, "supervisor", "stranger")
    stand_in(walker.world, "reporter", "cadre")
    stand_in(walker.world, "cadre", "stranger")
    with pytest.raises(NotNow, match="回避"):
        walker.do(key, "close", by="stranger")


def test_nobody_decides_on_a_request_of_whom_he_stands_in_for(walker: Walker) -> None:
    key = walker.to("handling")
    walker.beside(key, "ask_suspension", by="group_lead")
    stand_in(walker.world, "dispatch_lead", "stranger")
    stand_in(walker.world, "group_lead", "stranger")
    with pytest.raises(NotNow, match="自己代理的同事"):
        walker.beside(key, "grant", by="stranger")


# -- Chains and circles ------------------------------------------------------------------------------------------------


def test_through_a_chain_the_record_says_for_whom(walker: Walker) -> None:
    key = walker.to("assigned")
    stand_in(walker.world, "group_lead", "other_handler")
    stand_in(walker.world, "other_handler", "stranger")
    assert has_turn(walker, "stranger", key)
    walker.do(key, "sign", by="stranger")
    assert last_entry(key).by_name == "某stranger（代某group_lead，基础设施保障组）"


def test_a_circle_in_the_data_loops_nowhere(walker: Walker) -> None:
    parts = ("group_lead", "handler", "other_handler")
    for absent, substitute in zip(parts, (*parts[1:], parts[0]), strict=True):
        stand_in(walker.world, absent, substitute)
    key = walker.to("assigned")
    assert set(told(key, "assigned")) == {walker.world.people[part] for part in parts}
    assert all(has_turn(walker, part, key) for part in parts)
    walker.do(key, "sign", by="other_handler")
    assert last_entry(key).by_name == "某other_handler（代某group_lead，基础设施保障组）"
    assert not sees(walker, "stranger", key)


# -- Pages -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(app: Flask) -> Desk:
    with open_desk(app) as found:
        yield found


def test_the_first_page_says_for_whom_and_shows_what_to_do(desk: Desk) -> None:
    desk.at("assigned")
    with desk.app.app_context():
        stand_in(desk.world, "group_lead", "stranger", (0, 90))
    page = text_of(desk.browser("stranger").get("/"))
    assert "您正在代理：某group_lead（至 11月30日）" in page
    assert "厂区门前道路积水 代某group_lead" in page
    absent = text_of(desk.browser("group_lead").get("/"))
    assert "正在代理您：某stranger（至 11月30日）" in absent
    assert "代某" not in absent
    assert "代理" not in text_of(desk.browser("cadre").get("/")).replace("我的代理", "")


def test_the_form_of_the_absent_ones_act_opens_for_the_substitute_alone(desk: Desk) -> None:
    key = desk.at("assigned")
    assert desk.browser("stranger").get(f"/problems/{key}/do/sign").status_code == 404
    with desk.app.app_context():
        stand_in(desk.world, "group_lead", "stranger")
    client = desk.browser("stranger")
    assert client.get(f"/problems/{key}/do/sign").status_code == 200
    sent = client.post(f"/problems/{key}/do/sign", data={"handler": desk.world.people["handler"]})
    assert sent.status_code == 302
    assert "某stranger（代某group_lead，基础设施保障组）签收" in client.get(f"/problems/{key}").text


def test_lists_show_the_substitute_what_the_absent_one_sees_and_only_then(desk: Desk) -> None:
    desk.at("handling")
    with desk.app.app_context():
        stand_in(desk.world, "handler", "stranger")
    assert "厂区门前道路积水" in desk.browser("stranger").get("/lists/problems").text
    with time_machine.travel(TUESDAY_AFTER, tick=False):
        assert "厂区门前道路积水" not in desk.browser("stranger").get("/lists/problems").text


TUESDAY_AFTER = "2026-09-15T02:00:00+00:00"


@pytest.mark.parametrize("absent", ["dispatcher", "dispatch_lead"])
def test_whoever_holds_the_role_himself_is_told_once_and_in_his_own_right(walker: Walker, absent: str) -> None:
    stand_in(walker.world, absent, "other_dispatcher")
    key = walker.to("reported")
    substitute = walker.world.people["other_dispatcher"]
    [told] = db.session.query(Notice).filter_by(problem_id=key, name="new_report", person_id=substitute)
    assert "代理" not in told.why


def test_whoever_stands_in_for_two_colleagues_is_told_once(walker: Walker) -> None:
    for absent in ("dispatcher", "other_dispatcher"):
        stand_in(walker.world, absent, "stranger")
    key = walker.to("reported")
    substitute = walker.world.people["stranger"]
    [told] = db.session.query(Notice).filter_by(problem_id=key, name="new_report", person_id=substitute)
    assert "代理" in told.why


def test_an_assisting_task_reaches_a_liaison_who_stands_in_for_the_lead_once(walker: Walker) -> None:
    post = Post(
        person_id=walker.world.people["other_handler"],
        unit_id=walker.world.other_group_id,
        duty=Duty.LIAISON,
        from_on=date(2020, 1, 1),
    )
    db.session.add(post)
    stand_in(walker.world, "other_lead", "other_handler")
    key = walker.to("handling")
    walker.beside(key, "ask_assist", by="dispatcher")
    told = db.session.query(Notice).filter_by(problem_id=key, name="assist_asked")
    assert sorted(each.person_id for each in told) == sorted(
        walker.world.people[part] for part in ("other_lead", "other_handler")
    )
