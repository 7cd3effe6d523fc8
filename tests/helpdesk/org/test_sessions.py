"""People see where they are signed in and end one session or all others; an ended one opens nothing any more."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from helpdesk import clock
from helpdesk.db import db
from helpdesk.org.models import SignedIn
from helpdesk.org.sessions import device, masked_address
from tests.people import District
from tests.visitors import PASSWORD, give_password, is_in, knock, text_of

PHONE = "Mozilla/5.0 (Linux; Android 14; ALN-AL00) AppleWebKit/537.36 Chrome/114 MicroMessenger/8.0"
OFFICE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/86.0 Safari/537.36"


def signed_in(app: Flask, agent: str, who: str = "handler", address: str = "10.21.3.4") -> FlaskClient:
    """A browser that came in by the door."""
    client = app.test_client()
    client.environ_base |= {"HTTP_USER_AGENT": agent, "REMOTE_ADDR": address}
    knock(client, who)
    return client


def rows(app: Flask) -> list[Any]:
    """The sessions on record, the earliest first: key, device, last seen, ended."""
    with app.app_context():
        found = db.session.scalars(db.select(SignedIn).order_by(SignedIn.id))
        return [(each.id, each.device, each.seen_at, each.ended_at) for each in found]


def test_both_devices_are_listed_with_masked_addresses_and_the_own_one_marked(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    office = signed_in(app, OFFICE)
    signed_in(app, PHONE)
    words = text_of(office.get("/account/sessions"))
    assert "Windows 电脑，Chrome 这一台" in words
    assert "安卓手机，微信" in words
    assert "10.21.*.*" in words
    assert "10.21.3.4" not in words


def test_an_ended_session_is_out_at_its_next_request_and_the_others_stay(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    office, phone = signed_in(app, OFFICE), signed_in(app, PHONE)
    assert office.post(f"/account/sessions/{rows(app)[1][0]}/end").location == "/account/sessions"
    assert (is_in(office), is_in(phone)) == (True, False)
    assert "安卓手机" not in text_of(office.get("/account/sessions"))


def test_ending_the_others_leaves_this_one(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    office, phone, other = (signed_in(app, agent) for agent in (OFFICE, PHONE, PHONE))
    answer = office.post("/account/sessions/end-others", follow_redirects=True)
    assert "已退出其他 2 处登录" in text_of(answer)
    assert (is_in(office), is_in(phone), is_in(other)) == (True, False, False)


def test_nobody_ends_somebody_elses_session(app: Flask, world: District) -> None:
    for who in ("handler", "stranger"):
        give_password(app, world, who)
    office, stranger = signed_in(app, OFFICE), signed_in(app, PHONE, "stranger")
    assert stranger.post(f"/account/sessions/{rows(app)[0][0]}/end").status_code == 404
    stranger.post("/account/sessions/end-others")
    assert is_in(office)
    assert "Windows" not in text_of(stranger.get("/account/sessions"))


def test_the_cookie_of_somebody_else_s_session_opens_nothing(app: Flask, world: District) -> None:
    for who in ("handler", "stranger"):
        give_password(app, world, who)
    office, stranger = signed_in(app, OFFICE), signed_in(app, PHONE, "stranger")
    with stranger.session_transaction() as theirs:
        token = theirs["token"]
    with office.session_transaction() as mine:
        mine["token"] = token
    assert not is_in(office)


def test_the_token_itself_is_not_in_the_table(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    office = signed_in(app, OFFICE)
    with office.session_transaction() as mine:
        token = mine["token"]
    with app.app_context():
        assert token not in db.session.scalars(db.select(SignedIn.token)).all()


def test_being_seen_is_written_down_every_few_minutes_only(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    start = clock.now().replace(microsecond=0)
    with time_machine.travel(start, tick=False) as traveller:
        office = signed_in(app, OFFICE)
        for minutes, seen in ((4, 0), (6, 6), (10, 6), (12, 12)):
            traveller.move_to(start + timedelta(minutes=minutes))
            assert is_in(office)
            assert rows(app)[0][2] == start + timedelta(minutes=seen), minutes


@pytest.mark.parametrize("how", ["sign out", "everywhere", "first password", "deactivated", "password changed"])
def test_every_way_out_ends_the_session_on_record(app: Flask, world: District, how: str) -> None:
    give_password(app, world, "handler")
    office, phone = signed_in(app, OFFICE), signed_in(app, PHONE)
    with app.test_request_context():
        from helpdesk.org import commands

        by, key = world.person("administrator"), world.people["handler"]
        if how == "first password":
            commands.give_first_password(key, by=by, now=clock.now())
        if how == "deactivated":
            commands.deactivate(key, by=by, now=clock.now(), left=lambda _: ())
    if how == "sign out":
        phone.post("/logout")
    if how == "everywhere":
        office.post("/account/sign-out-everywhere")
    if how == "password changed":
        new = "quite another horse with a stapler"
        data = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
        assert office.post("/account/password", data=data).status_code == 302
        assert is_in(office)
    assert rows(app)[1][3] is not None
    assert not is_in(phone)
    running = [each for each in rows(app) if each[3] is None]
    assert len(running) == (1 if how in ("sign out", "password changed") else 0)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("agent", "words"),
    [(PHONE, "安卓手机，微信"), (OFFICE, "Windows 电脑，Chrome"), ("", "其他设备"), ("x" * 9999, "其他设备")],
)
def test_devices_are_called_as_people_call_them(agent: str, words: str) -> None:
    assert device(agent) == words


@pytest.mark.parametrize(
    ("address", "words"),
    [("10.21.3.4", "10.21.*.*"), ("2001:db8::1", "2001:0db8:0000:*"), (None, "未知"), ("x", "未知")],
)
def test_addresses_are_masked(address: str | None, words: str) -> None:
    assert masked_address(address) == words
