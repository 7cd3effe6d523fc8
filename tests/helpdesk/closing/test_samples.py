"""抽查: drawn by a recorded seed, called by somebody independent, and what differs is counted by group."""

import re
import threading
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from helpdesk.audit.models import AuditEvent
from helpdesk.closing import commands, sample_queries
from helpdesk.closing.models import Sample, SampleItem
from helpdesk.db import db
from helpdesk.org.models import Duty, Post
from helpdesk.problems.commands import Actor
from helpdesk.problems.models import Entry
from tests.desk import TUESDAY_MORNING, Desk
from tests.lists import page_rows
from tests.people import LONG_AGO, SEATS
from tests.visitors import text_of
from workflows.engine import Refused
from workflows.sampling import Wanted

DAY = date(2026, 9, 1)
PERIOD = {"kind": "closed", "first_on": "2026-09-01", "until_on": "2026-09-01"}
SAID = {
    "reached": "yes",
    "called_at": "2026-09-01T08:30",
    "solved": "yes",
    "answered": "yes",
    "contacted": "yes",
    "satisfaction": "satisfied",
    "note": "与原来说的一样",
}
UNREACHED = {"reached": "no", "called_at": "2026-09-01T08:30", "note": "无人接听"}


@pytest.fixture
def fresh(desk: Desk) -> Desk:
    """A colleague of the supervision office who has had no part in anything."""
    seat(desk, "stranger")
    return desk


def seat(desk: Desk, part: str) -> None:
    """Give that person a seat in the supervision office."""
    with desk.app.app_context():
        person, unit = desk.world.people[part], desk.world.units["督查考核办公室"]
        db.session.add(Post(person_id=person, unit_id=unit, duty=Duty.MEMBER, from_on=LONG_AGO))
        db.session.commit()


def handled(desk: Desk) -> int:
    """A problem that a group has handled, closed by the usual supervisor."""
    with desk.walking() as walker:
        key = walker.to("handling")
        for name in ("respond", "submit", "approve", "evaluate", "close"):
            walker.do(key, name)
        return key


def drawn(desk: Desk, kind: str = "closed", **wanted: Any) -> int:
    """The key of a new sample of today's, all of them unless said otherwise."""
    with desk.app.app_context():
        by = Actor.person(desk.world.person("supervisor"))
        wish = Wanted(**(wanted or {"share": 100}))
        return commands.draw(kind, DAY, DAY, wish, seed=7, by=by, now=TUESDAY_MORNING).id


def item_of(desk: Desk, sample_id: int) -> SampleItem:
    """The first one drawn, as it is now."""
    with desk.app.app_context():
        item = sample_queries.items_of(sample_id)[0]
        db.session.expunge_all()
        return item


def call(client: FlaskClient, item: SampleItem, **said: str) -> Any:
    return client.post(f"/samples/calls/{item.id}", data=SAID | said)


# -- Drawing -----------------------------------------------------------------------------------------------------------


def test_how_many_there_are_is_seen_before_anything_is_drawn(desk: Desk) -> None:
    for _ in range(3):
        desk.at("closed")
    client = desk.browser("supervisor")
    page = client.post("/samples/new", data=PERIOD | {"share": "34", "look": "yes"})
    assert "可以抽查的有 3 件，将抽取 2 件" in page.text
    assert desk.count(Sample) == 0


def test_a_draw_is_on_record_and_a_second_click_draws_nothing(desk: Desk) -> None:
    keys = [desk.at("closed") for _ in range(3)]
    client = desk.browser("supervisor")
    sent = PERIOD | {"size": "2", "request_key": "a key of this very form"}
    first, second = client.post("/samples/new", data=sent), client.post("/samples/new", data=sent)
    assert first.location == second.location
    assert (desk.count(Sample), desk.count(SampleItem)) == (1, 2)
    with desk.app.app_context():
        sample = db.session.scalars(select(Sample)).one()
        assert [key for key, _ in sample.frame] == keys
        assert set(commands.redrawn(sample)) == {each.problem_id for each in sample_queries.items_of(sample.id)}
        (event,) = db.session.scalars(select(AuditEvent).where(AuditEvent.kind == "sample_drawn"))
        assert event.by_name == "某supervisor（supervisor）"
        assert str(sample.seed) in str(event.details)


def test_the_command_line_proves_the_draw_and_names_what_was_changed(desk: Desk) -> None:
    for _ in range(4):
        desk.at("closed")
    sample_id, runner = drawn(desk, number=2), desk.app.test_cli_runner()
    proved = runner.invoke(args=["sample", "redraw", str(sample_id)])
    assert (proved.exit_code, "seed 7" in proved.output) == (0, True)
    with desk.app.app_context():
        items = sample_queries.items_of(sample_id)
        other = next(key for key, _ in items[0].sample.frame if key not in {each.problem_id for each in items})
        items[0].problem_id = other
        db.session.commit()
    refuted = runner.invoke(args=["sample", "redraw", str(sample_id)])
    assert refuted.exit_code == 1
    assert str(other) in refuted.output
    assert runner.invoke(args=["sample", "redraw", "999"]).exit_code == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"share": "10", "until_on": "2026-09-02"}, "还没有过完"),
        ({"share": "10", "first_on": "2026-08-01", "until_on": "2026-07-01"}, "早于开始日期"),
        ({"share": "10"}, "没有可以抽查的问题"),
        ({}, "填一个"),
        ({"share": "10", "size": "3"}, "填一个"),
        ({"share": "0"}, "填一个"),
        ({"share": "101"}, "1 到 100"),
        ({"share": "x"}, "请写整数"),
        ({"share": "10", "first_on": "昨天"}, "读不出来"),
        ({"share": "10", "kind": "assigned"}, "抽查哪一类"),
    ],
)
def test_what_cannot_be_drawn_is_said_and_nothing_is(desk: Desk, given: dict[str, str], words: str) -> None:
    if "填一个" in words and given.get("share") == "0":
        words = "请填"
    answer = desk.browser("supervisor").post("/samples/new", data=PERIOD | given)
    assert answer.status_code == 422
    assert words in answer.text
    assert desk.count(Sample) == 0


READERS = (
    "supervisor",
    "dispatcher",
    "other_dispatcher",
    "dispatch_lead",
    "group_lead",
    "other_lead",
    "leader",
    "other_leader",
    "chief",
)
PAGES = ("/samples", "/samples/{sample}", "/samples/{sample}.xlsx", "/samples/{sample}.json")
OFFICE_PAGES = ("/samples/new", "/samples/calls/{item}", "/lists/sampled")


@pytest.mark.parametrize("part", [*sorted(SEATS.keys() - {"supervisor"}), "administrator"])
def test_only_the_supervision_office_draws_and_calls_and_seats_read(desk: Desk, part: str) -> None:
    handled(desk)
    sample_id = drawn(desk)
    item, client = item_of(desk, sample_id), desk.browser(part)
    reads = 200 if part in READERS else 403
    for address in PAGES:
        answer = client.get(address.format(sample=sample_id), buffered=True)
        assert answer.status_code == reads, address
    for address in OFFICE_PAGES:
        assert client.get(address.format(item=item.id)).status_code == 403, address
    assert client.post("/samples/new", data=PERIOD | {"share": "10"}).status_code == 403
    assert client.post("/samples/new", data=PERIOD | {"share": "10", "look": "yes"}).status_code == 403
    refused = call(client, item)
    assert refused.status_code == 403
    assert "积水" not in refused.text
    assert (desk.count(Sample), item_of(desk, sample_id).state) == (1, "drawn")


def test_the_supervision_office_reads_draws_and_calls(fresh: Desk) -> None:
    handled(fresh)
    sample_id = drawn(fresh)
    client = fresh.browser("stranger")
    for address in (*PAGES, *OFFICE_PAGES):
        where = address.format(sample=sample_id, item=item_of(fresh, sample_id).id)
        assert client.get(where, buffered=True).status_code == 200, where
    assert client.post("/samples/new", data=PERIOD | {"share": "10"}).status_code == 302


@pytest.mark.parametrize("address", ["/samples", "/samples/new", "/samples/1", "/samples/1.xlsx", "/samples/calls/1"])
def test_nobody_comes_in_without_signing_in(desk: Desk, address: str) -> None:
    assert "/login" in (desk.app.test_client().get(address).location or "")


def test_a_group_reads_of_its_own_problems_only(fresh: Desk) -> None:
    handled(fresh)
    sample_id = drawn(fresh)
    assert "积水" in fresh.browser("group_lead").get(f"/samples/{sample_id}").text
    assert "积水" not in fresh.browser("other_lead").get(f"/samples/{sample_id}").text


# -- Calling -----------------------------------------------------------------------------------------------------------


def test_whoever_closed_it_cannot_call_it_and_is_told_why_and_who_may(fresh: Desk) -> None:
    handled(fresh)
    item = item_of(fresh, drawn(fresh))
    client = fresh.browser("supervisor")
    words = text_of(client.get(f"/samples/calls/{item.id}"))
    assert "请由没有参与的同事来抽查" in words
    assert "可以请：某stranger（督查考核办公室）" in words
    assert "查看号码" not in words
    assert call(client, item).status_code == 409
    assert page_rows(client, "/lists/sampled")[0]["回避"] == "请由没有参与的同事来做"
    assert f"/samples/calls/{item.id}" not in client.get(f"/samples/{item.sample_id}").text
    assert "回避" not in page_rows(fresh.browser("stranger"), "/lists/sampled")[0]
    assert f"/samples/calls/{item.id}" in fresh.browser("stranger").get(f"/samples/{item.sample_id}").text
    words = text_of(fresh.browser("stranger").get(f"/samples/calls/{item.id}"))
    assert "照企业的话登记" in words
    assert "已经销号。现在是随机抽查" in words


@pytest.mark.parametrize("part", ["handler", "group_lead", "dispatcher"])
def test_whoever_handled_answered_for_or_called_it_back_does_not_check_it_from_another_seat(
    fresh: Desk, part: str
) -> None:
    with fresh.walking() as walker:
        key = walker.to("handling")
        for name in ("respond", "submit", "approve"):
            walker.do(key, name)
        walker.do(key, "call_back", by="dispatcher")
        walker.do(key, "close")
    item = item_of(fresh, drawn(fresh))
    seat(fresh, part)
    client = fresh.browser(part)
    assert "不能抽查" in text_of(client.get(f"/samples/calls/{item.id}"))
    assert call(client, item).status_code == 409
    assert item_of(fresh, item.sample_id).state == "drawn"


def test_whoever_let_it_be_withdrawn_does_not_check_it(fresh: Desk) -> None:
    fresh.at("withdrawn")
    item = item_of(fresh, drawn(fresh, "withdrawn"))
    seat(fresh, "dispatcher")
    client = fresh.browser("dispatcher")
    assert "不能抽查" in text_of(client.get(f"/samples/calls/{item.id}"))
    assert "已经撤回。现在是随机抽查" in text_of(fresh.browser("stranger").get(f"/samples/calls/{item.id}"))
    sent = {name: value for name, value in SAID.items() if name not in ("answered", "satisfaction")} | {
        "own_will": "yes"
    }
    assert client.post(f"/samples/calls/{item.id}", data=sent).status_code == 409
    assert item_of(fresh, item.sample_id).state == "drawn"


def test_what_is_missing_is_said_and_what_was_typed_stays(fresh: Desk) -> None:
    handled(fresh)
    item = item_of(fresh, drawn(fresh))
    client = fresh.browser("stranger")
    assert 'value="2026-09-01T09:00"' in client.get(f"/samples/calls/{item.id}").text
    answer = call(client, item, answered="", note="企业说还要再看看")
    assert answer.status_code == 422
    for typed in ("企业说还要再看看", 'value="2026-09-01T08:30"'):
        assert typed in answer.text


def test_what_is_said_now_is_kept_apart_from_the_record_and_stands_in_the_timeline(fresh: Desk) -> None:
    key = handled(fresh)
    sample_id = drawn(fresh)
    client = fresh.browser("stranger")
    told = call(client, item_of(fresh, sample_id), satisfaction="dissatisfied", solved="no")
    assert told.location == f"/samples/{sample_id}"
    assert (fresh.problem(key).satisfaction, fresh.problem(key).state) == ("satisfied", "closed")
    words = text_of(client.get(f"/problems/{key}"))
    assert "抽查回访" in words
    assert "原记录满意，抽查不满意；原记录已解决，抽查未解决" in words
    page = client.get(f"/samples/{sample_id}").text
    assert f"/problems/{key}/do/reopen" in page
    assert client.post(f"/problems/{key}/do/reopen", data={"reason": "抽查时企业说没有解决"}).status_code == 302
    assert fresh.problem(key).state == "reported"


def test_three_tries_and_then_it_counts_for_nothing(fresh: Desk) -> None:
    handled(fresh)
    sample_id = drawn(fresh)
    client = fresh.browser("stranger")
    for _ in range(3):
        assert client.post(f"/samples/calls/{item_of(fresh, sample_id).id}", data=UNREACHED).status_code == 302
    assert item_of(fresh, sample_id).state == "unreached"
    assert call(client, item_of(fresh, sample_id)).status_code == 409
    with fresh.app.app_context():
        assert sample_queries.deviations(DAY, DAY) == []


def test_deviations_have_numerator_and_denominator_by_group(fresh: Desk) -> None:
    for _ in range(3):
        handled(fresh)
    sample_id = drawn(fresh)
    client = fresh.browser("stranger")
    with fresh.app.app_context():
        keys = [each.id for each in sample_queries.items_of(sample_id)]
    client.post(f"/samples/calls/{keys[0]}", data=SAID)
    client.post(f"/samples/calls/{keys[1]}", data=SAID | {"satisfaction": "dissatisfied"})
    with fresh.app.app_context():
        (found,) = sample_queries.deviations(DAY, DAY)
        assert (found.group, found.numerator, found.denominator) == ("基础设施保障组", 1, 2)
        assert sample_queries.deviations(date(2026, 8, 1), date(2026, 8, 31)) == []
    assert re.search(r"1 / 2.*50\.0%.*样本少", text_of(client.get("/samples")))


def test_withdrawn_ones_are_asked_whether_it_was_their_own_will(fresh: Desk) -> None:
    fresh.at("withdrawn")
    sample_id = drawn(fresh, "withdrawn")
    item, client = item_of(fresh, sample_id), fresh.browser("stranger")
    assert "撤回是企业自己的意思吗" in client.get(f"/samples/calls/{item.id}").text
    sent = {"reached": "yes", "called_at": "2026-09-01T08:30", "solved": "no", "contacted": "yes", "note": "被劝撤回"}
    assert client.post(f"/samples/calls/{item.id}", data=sent).status_code == 422
    assert client.post(f"/samples/calls/{item.id}", data=sent | {"own_will": "no"}).status_code == 302
    assert item_of(fresh, sample_id).differs == ["撤回不是企业自己的意思"]


def test_a_second_click_puts_the_call_on_record_once(fresh: Desk) -> None:
    handled(fresh)
    sample_id = drawn(fresh)
    item, client = item_of(fresh, sample_id), fresh.browser("stranger")
    for _ in range(2):
        assert call(client, item, request_key="a-key-of-this-very-form").status_code == 302
    with fresh.app.app_context():
        assert len(db.session.scalars(select(Entry).where(Entry.action == "sample")).all()) == 1


def test_of_two_who_call_the_same_one_at_once_one_wins_and_the_other_is_told(fresh: Desk) -> None:
    handled(fresh)
    sample_id = drawn(fresh)
    item, said = item_of(fresh, sample_id), SAID | {"called_at": TUESDAY_MORNING}
    seat(fresh, "chief")
    ready, told = threading.Barrier(2), {}

    def caller(part: str, satisfaction: str) -> None:
        with fresh.app.app_context():
            by = Actor.person(fresh.world.person(part))
            ready.wait()
            try:
                commands.call(item.id, by=by, given=said | {"satisfaction": satisfaction}, now=TUESDAY_MORNING)
                told[part] = "done"
            except Refused as refused:
                told[part] = refused.message

    said_by = {"stranger": "fair", "chief": "dissatisfied"}
    threads = [threading.Thread(target=caller, args=each) for each in said_by.items()]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(told.values()) == ["done", "这一件已经登记过抽查结果"]
    winner = next(part for part, words in told.items() if words == "done")
    kept = item_of(fresh, sample_id)
    assert (kept.called_by_id, kept.said["satisfaction"]) == (fresh.world.people[winner], said_by[winner])
    with fresh.app.app_context():
        (entry,) = db.session.scalars(select(Entry).where(Entry.action == "sample"))
        assert entry.by_id == kept.called_by_id


def test_the_results_can_be_taken_out(fresh: Desk) -> None:
    handled(fresh)
    sample_id = drawn(fresh)
    call(fresh.browser("stranger"), item_of(fresh, sample_id), satisfaction="dissatisfied")
    answer = fresh.browser("supervisor").get(f"/samples/{sample_id}.json", buffered=True)
    assert answer.get_json()["rows"][0]["differs"] == "原记录满意，抽查不满意"
    assert fresh.browser("supervisor").get(f"/samples/{sample_id}.xlsx", buffered=True).status_code == 200


def test_nothing_drawn_yet_is_a_clear_page(desk: Desk) -> None:
    assert "还没有抽查过" in desk.browser("dispatcher").get("/samples").text
    assert desk.browser("supervisor").get("/samples/1").status_code == 404
    assert desk.browser("supervisor").get("/samples/calls/1").status_code == 404
