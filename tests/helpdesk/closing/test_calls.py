"""Calls: the script, three tries, independence; numbers open by a click that goes on record."""

import re
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from helpdesk.audit.models import AuditEvent
from helpdesk.clock import published_calendar
from helpdesk.closing.calling import next_try
from helpdesk.db import db
from tests.desk import Desk, hidden
from tests.lists import json_of, page_rows
from tests.people import SEATS
from tests.visitors import at, text_of

REACHED = {
    "reached": "yes",
    "called_at": "2026-09-01T08:30",
    "solved": "yes",
    "answered": "yes",
    "contacted": "yes",
    "satisfaction": "satisfied",
    "note": "企业表示满意",
}
UNREACHED = {"reached": "no", "called_at": "2026-09-01T08:30", "note": "无人接听"}
PHONE = "15000000625"


def revealed(desk: Desk) -> list[tuple[str, str | None]]:
    """Which numbers were opened by whom."""
    with desk.app.app_context():
        rows = select(AuditEvent).where(AuditEvent.kind == "number_revealed").order_by(AuditEvent.id)
        return [(each.by_name, each.number) for each in db.session.scalars(rows)]


# -- The call ----------------------------------------------------------------------------------------------------------


def test_the_script_greets_and_asks_the_four_questions(desk: Desk) -> None:
    words = text_of(desk.browser("dispatcher").get(f"/call-backs/{desk.at('calling_back')}"))
    assert "我是二道区调度室的某dispatcher" in words or "调度室的某dispatcher" in words
    asked = ["企业认为解决了吗", "承办单位把办理结果答复给企业了吗", "承办单位主动联系过企业吗", "企业满意吗"]
    places = [words.index(question) for question in asked]
    assert places == sorted(places)


def test_the_four_answers_are_kept_and_shown(desk: Desk) -> None:
    key, client = desk.at("calling_back"), desk.browser("dispatcher")
    page = client.get(f"/call-backs/{key}")
    answer = client.post(f"/call-backs/{key}", data=REACHED | {"answered": "no"} | hidden(page))
    assert answer.location == "/lists/to-call-back"
    problem = desk.problem(key)
    assert (problem.state, problem.solved, problem.answered, problem.contacted, problem.satisfaction) == (
        *("closing", "yes", "no", "yes", "satisfied"),
    )
    assert "答复企业" in client.get(f"/problems/{key}").text


def test_another_round_asks_afresh(desk: Desk) -> None:
    with desk.walking() as walker:
        key = walker.to("handling")
        for name in ("respond", "submit", "approve"):
            walker.do(key, name)
    client = desk.browser("dispatcher")
    client.post(f"/call-backs/{key}", data=REACHED | {"answered": "no", "satisfaction": "dissatisfied"})
    assert desk.problem(key).round == 2
    with desk.walking() as walker:
        walker.do(key, "submit")
        walker.do(key, "approve")
    assert desk.problem(key).answered is None


def test_three_tries_with_when_and_by_whom_and_another_time_of_day(desk: Desk) -> None:
    key, client = desk.at("calling_back"), desk.browser("dispatcher")
    for n in range(2):
        client.post(f"/call-backs/{key}", data=UNREACHED)
        words = text_of(client.get(f"/call-backs/{key}"))
        assert f"已经拨打（{n + 1} 次）" in words
        assert "9月1日 14:30" in words
    assert page_rows(client, "/lists/to-call-back")[0]["已经拨打"].startswith(
        "2 次未联系上，最近 9月1日 09:00 某dispatcher"
    )
    assert "按“未评价”转销号" in words
    client.post(f"/call-backs/{key}", data=UNREACHED)
    problem = desk.problem(key)
    assert (problem.state, problem.satisfaction) == ("closing", None)


MOMENTS = st.datetimes(
    min_value=at("2026-01-05 00:00").replace(tzinfo=None), max_value=at("2026-11-30 00:00").replace(tzinfo=None)
)


@given(MOMENTS, st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=20)))
def test_the_next_try_is_on_a_working_day_at_another_time_of_day_and_not_over(
    moment: datetime, since: timedelta
) -> None:
    days = published_calendar()
    last = moment.replace(tzinfo=days.zone)
    now = last + since
    then = next_try(last, now, days)
    here = then.astimezone(days.zone)
    assert then > last
    assert days.is_working(here.date())
    assert here.date() >= now.date()
    assert then - now < timedelta(days=13)
    assert here.time() in (time(9, 30), time(14, 30))
    assert (here.time() == time(14, 30)) == (last.hour < 12)


def test_what_is_missing_is_said_and_what_was_typed_stays(desk: Desk) -> None:
    key, client = desk.at("calling_back"), desk.browser("dispatcher")
    answer = client.post(f"/call-backs/{key}", data=REACHED | {"answered": "", "note": "企业说还要再看看"})
    assert answer.status_code == 422
    assert "企业说还要再看看" in answer.text
    assert desk.problem(key).state == "calling_back"


def test_the_time_of_the_call_is_this_minute_until_another_is_typed(desk: Desk) -> None:
    key, client = desk.at("calling_back"), desk.browser("dispatcher")
    for address in (f"/call-backs/{key}", f"/problems/{key}/do/call_back"):
        assert moment_in(client.get(address).text) == "2026-09-01T09:00", address
    for typed in ("2026-09-01T08:12", "今天早上", ""):
        answer = client.post(f"/call-backs/{key}", data=UNREACHED | {"called_at": typed, "note": ""})
        assert answer.status_code == 422
        assert moment_in(answer.text) == typed
    assert desk.problem(key).state == "calling_back"


def moment_in(page: str) -> str:
    """What stands in the field for the time of the call."""
    found = re.search(r'<input[^>]*name="called_at"[^>]*>', page)
    assert found
    value = re.search(r'value="([^"]*)"', found[0])
    assert value
    return value[1]


def test_whoever_worked_on_it_sees_why_he_may_not_call_and_who_may(desk: Desk) -> None:
    with desk.walking() as walker:
        key = walker.do(walker.to("reported"), "answer", by="dispatcher")
        walker.do(key, "lapse")
    client = desk.browser("dispatcher")
    words = text_of(client.get(f"/call-backs/{key}"))
    assert "不能回访" in words
    assert "某other_dispatcher（调度室）" in words
    assert client.post(f"/call-backs/{key}", data=REACHED).status_code == 409
    assert page_rows(client, "/lists/to-call-back")[0]["回避"]
    assert "回避" not in page_rows(desk.browser("other_dispatcher"), "/lists/to-call-back")[0]
    assert desk.browser("other_dispatcher").post(f"/call-backs/{key}", data=REACHED).status_code == 302


@pytest.mark.parametrize(
    "part", [*sorted(SEATS.keys() - {"supervisor", "dispatcher", "other_dispatcher", "dispatch_lead"}), "administrator"]
)
def test_nobody_else_calls(desk: Desk, part: str) -> None:
    key, client = desk.at("calling_back"), desk.browser(part)
    assert client.post(f"/call-backs/{key}", data=REACHED).status_code in (403, 404)
    page = client.get(f"/call-backs/{key}")
    assert PHONE not in page.text
    if part == "stranger":
        assert page.status_code == 404
    assert desk.problem(key).state == "calling_back"


def test_without_a_mailbox_nobody_waits_for_the_link_to_be_used(desk: Desk) -> None:
    desk.at("evaluating")
    mute = desk.at("evaluating", title="厂外路灯不亮", contact_email=None)
    assert [row["title"] for row in json_of(desk.browser("dispatcher"), "to-call-back")["rows"]] == ["厂外路灯不亮"]
    assert desk.browser("dispatcher").post(f"/call-backs/{mute}", data=REACHED).status_code == 302


# -- Numbers -----------------------------------------------------------------------------------------------------------


def test_a_number_is_masked_until_it_is_opened_and_again_on_the_next_visit(desk: Desk) -> None:
    key, client = desk.at("calling_back"), desk.browser("dispatcher")
    addresses = (
        f"/problems/{key}",
        f"/call-backs/{key}",
        f"/enterprises/{desk.world.enterprise_id}",
        "/lists/to-call-back",
    )
    for address in addresses:
        page = client.get(address).text
        assert PHONE not in page, address
        assert "150****0625" in page, address
    opened = client.post(f"/problems/{key}/number", headers={"HX-Request": "true"})
    assert f'href="tel:{PHONE}"' in opened.text
    assert "<html" not in opened.text
    assert PHONE in client.post(f"/problems/{key}/number").text
    assert PHONE not in client.get(f"/problems/{key}").text


def test_each_look_at_a_number_is_on_record_without_the_number_itself(desk: Desk) -> None:
    key, client = desk.at("calling_back"), desk.browser("dispatcher")
    assert revealed(desk) == []
    client.post(f"/problems/{key}/number")
    client.post(f"/enterprises/{desk.world.enterprise_id}/contacts/1/number")
    assert revealed(desk) == [
        ("某dispatcher（dispatcher）", desk.problem(key).number),
        ("某dispatcher（dispatcher）", None),
    ]
    with desk.app.app_context():
        rows = db.session.scalars(select(AuditEvent))
        assert all(PHONE not in f"{each.about} {each.details}" for each in rows)


@pytest.mark.parametrize("part", ["stranger", "chief", "leader", "other_lead", "other_handler", "administrator"])
def test_a_number_is_for_those_who_have_to_call(desk: Desk, part: str) -> None:
    key, client = desk.at("handling"), desk.browser(part)
    firm = desk.world.enterprise_id
    answers = [client.post(f"/problems/{key}/number"), client.post(f"/enterprises/{firm}/contacts/1/number")]
    assert {answer.status_code for answer in answers} <= {403, 404}
    assert not any(PHONE in answer.text for answer in answers)
    assert revealed(desk) == []


@pytest.mark.parametrize("part", ["reporter", "cadre", "dispatcher", "group_lead", "handler", "supervisor"])
def test_whoever_has_to_call_may_open_it(desk: Desk, part: str) -> None:
    key = desk.at("handling")
    assert PHONE in desk.browser(part).post(f"/problems/{key}/number").text


def test_a_link_or_a_picture_cannot_open_a_number(desk: Desk) -> None:
    key = desk.at("handling")
    assert desk.browser("dispatcher").get(f"/problems/{key}/number").status_code == 405
