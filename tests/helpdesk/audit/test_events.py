"""What people and administrators do, and what they are refused, goes on record: with who, what, whence and how it ended."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from helpdesk.audit.models import AuditEvent
from helpdesk.calendars.commands import set_hours
from helpdesk.chain import GENESIS, hash_of
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.org.commands import TRIES
from helpdesk.policies import commands as policies
from helpdesk.rules import rules_on
from tests.people import District, found_district
from tests.visitors import PASSWORD, at, give_password, knock, visitor
from workflows.audited import AUDITED

MORNING = at("2026-11-24 08:30")


@pytest.fixture
def world(app: Flask) -> District:
    """The small district; no application context stays open."""
    with app.app_context():
        return found_district()


def events(app: Flask, *kinds: str) -> list[Any]:
    """What is on record of these kinds, oldest first; every chain is whole."""
    with app.app_context():
        rows = list(db.session.execute(select(AuditEvent.__table__).order_by(AuditEvent.id)).mappings())
    heads: dict[int, str] = {}
    for row in rows:
        assert row["prev_hash"] == heads.get(row["lane"], GENESIS)
        assert row["row_hash"] == hash_of(AuditEvent.__table__, row)
        assert row["kind"] in AUDITED
        heads[row["lane"]] = row["row_hash"]
    return [row for row in rows if row["kind"] in kinds]


def test_signing_in_and_out(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    client = app.test_client()
    with time_machine.travel(MORNING, tick=False):
        knock(client, "handler")
        client.post("/logout")
    came, left = events(app, "sign_in", "sign_out")
    assert (came["kind"], left["kind"]) == ("sign_in", "sign_out")
    assert came["by_id"] == left["by_id"] == world.people["handler"]
    assert came["by_name"] == "某handler（handler）"
    assert (came["at"], came["address"], came["ok"]) == (MORNING, "127.0.0.1", True)


def test_wrong_passwords_and_the_lock_they_lead_to(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    for _ in range(TRIES + 1):
        knock(app.test_client(), "handler", "wrong")
    failed, locked = events(app, "sign_in_failed"), events(app, "account_locked")
    assert [each["about"] for each in failed] == ["账号 某handler（handler）"] * (TRIES + 1)
    reasons = [each["details"][0]["value"] for each in failed]
    assert reasons == ["密码不正确"] * TRIES + ["账号锁定期间"]
    assert len(locked) == 1
    assert all(each["by_id"] is None and not each["ok"] for each in [*failed, *locked]), "nobody proved who he is"


def test_a_password_typed_where_the_name_belongs_is_not_kept(app: Flask, world: District) -> None:
    knock(app.test_client(), PASSWORD, "wrong")
    (failed,) = events(app, "sign_in_failed")
    assert PASSWORD[:3] not in str(dict(failed))


def test_a_new_password_is_one_event_and_no_second_sign_in(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    client = app.test_client()
    knock(client, "handler")
    new = "quite another long phrase"
    form = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    assert client.post("/account/password", data=form).status_code == 302
    assert [each["kind"] for each in events(app, "sign_in", "password_changed")] == ["sign_in", "password_changed"]
    assert new not in str(events(app, "password_changed"))


def test_what_the_system_administrator_does_to_accounts(app: Flask, world: District) -> None:
    client, handler = visitor(app, world, "administrator"), world.people["handler"]
    for what in ("first-password", "unlock", "deactivate", "activate"):
        assert client.post(f"/people/{handler}/{what}").status_code < 400
    found = events(app, "first_password", "account_unlocked", "account_deactivated", "account_activated")
    assert [AUDITED[each["kind"]].label for each in found] == ["重置初始密码", "解锁账号", "停用账号", "启用账号"]
    assert {each["about"] for each in found} == {"账号 某handler（handler）"}
    assert {each["by_id"] for each in found} == {world.people["administrator"]}


def test_signing_out_everywhere(app: Flask, world: District) -> None:
    visitor(app, world, "handler").post("/account/sign-out-everywhere")
    assert len(events(app, "sign_out_everywhere")) == 1


@pytest.mark.parametrize("path", ["/audit", "/people/1", "/lists/overdue", "/problems/4711"])
def test_who_is_turned_away_is_on_record_once_a_minute(app: Flask, world: District, path: str) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        client = visitor(app, world, "stranger")
        for _ in range(3):
            assert client.get(path).status_code in (403, 404)
        clock.shift(timedelta(minutes=2))
        client.get(path)
    found = events(app, "turned_away")
    assert [each["about"] for each in found] == [path, path]
    assert not found[0]["ok"]
    assert found[0]["by_id"] == world.people["stranger"]


def test_a_visitor_without_an_account_leaves_no_trace_but_failed_sign_ins(app: Flask, world: District) -> None:
    client = app.test_client()
    for path in ("/audit", "/problems/1", "/link/1-AAAAAAAAAAAAAAAAAAAAAA"):
        client.get(path)
    assert events(app, "turned_away") == []


def test_an_export_is_in_the_audit_too(app: Flask, world: District) -> None:
    assert visitor(app, world, "supervisor").get("/lists/problems.xlsx", buffered=True).status_code == 200
    (taken,) = events(app, "export")
    assert taken["about"] == "问题台账（xlsx，0 行）"
    assert taken["by_id"] == world.people["supervisor"]


def test_naming_a_substitute_and_taking_it_back(app: Flask, world: District) -> None:
    today = MORNING.date()
    with time_machine.travel(MORNING, tick=False):
        client = visitor(app, world, "handler")
        form = {"substitute": str(world.people["other_handler"]), "from_on": str(today), "until_on": str(today)}
        client.post("/account/substitutes", data=form | {"reason": "出差"})
        named = events(app, "substitute_named")
    assert len(named) == 1
    assert named[0]["about"] == (f"某handler（handler）由 某other_handler（other_handler）代理，{today} 至 {today}")


def test_a_published_policy_tells_each_limit_before_and_after(app: Flask, world: District) -> None:
    with app.app_context(), time_machine.travel(MORNING, tick=False):
        now = MORNING
        policy = rules_on(calendar().day_of(now)).policy
        by = world.person("dispatch_lead")
        approval = policies.Approval(calendar().day_of(now), "领导小组", "会议纪要〔2026〕3号")
        policies.publish_at_once(policy, approval, by=by, now=now)
    (published,) = events(app, "policy_published")
    assert "领导小组批准" in published["about"]
    assert {"label": "批准依据", "value": "会议纪要〔2026〕3号"} in published["details"]


def test_other_office_hours(app: Flask, world: District) -> None:
    with app.app_context():
        hours = calendar().seasons
        set_hours(hours, revision=None, by=world.person("administrator"), now=MORNING)
    (changed,) = events(app, "calendar_declared")
    assert changed["about"] == "办公时间"
