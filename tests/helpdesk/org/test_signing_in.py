"""Signing in: by name and password, locked after failures, limited in time, and without telling who exists."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from flask import Flask

from tests.people import District
from tests.visitors import PASSWORD, at, csrf_token_of, give_password, is_in, knock, row, text_of

MORNING = at("2026-11-24 08:30")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A Tuesday morning, which the test lets pass."""
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def test_a_stranger_is_led_to_the_sign_in_page_and_back_to_where_he_wanted(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    client = app.test_client()
    led = client.get("/enterprises?q=hd")
    assert led.status_code == 302
    assert led.location == "/login?next=/enterprises?q%3Dhd"
    page = client.get(led.location)
    assert 'name="next" type="hidden" value="/enterprises?q=hd"' in page.text
    answer = knock(client, "handler", next="/enterprises?q=hd")
    assert answer.status_code == 302
    assert answer.location == "/enterprises?q=hd"


@pytest.mark.databases("sqlite")
def test_nobody_is_led_to_another_site_after_signing_in(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    for elsewhere in ("https://evil.example.org/", "//evil.example.org", "\\\\evil.example.org"):
        answer = knock(app.test_client(), "handler", next=elsewhere)
        led_to = urljoin("http://localhost/login", answer.headers.get("Location", ""))
        assert urlsplit(led_to).netloc == "localhost", elsewhere


def test_a_chinese_name_of_two_characters_is_a_user_name(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    with app.app_context():
        from helpdesk.db import db

        world.person("handler").username = "张三"
        db.session.commit()
    client = app.test_client()
    knock(client, " 张三 ")
    assert is_in(client)


def test_the_sign_in_is_remembered_with_time_and_address(app: Flask, world: District, clock: object) -> None:
    give_password(app, world, "handler")
    knock(app.test_client(), "handler")
    person = row(app, world, "handler")
    assert person.current_login_at == MORNING
    assert person.current_login_ip == "127.0.0.1"
    assert person.login_count == 1


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    known, unknown = app.test_client(), app.test_client()
    for _ in range(7):
        first, second = knock(known, "handler", "wrong"), knock(unknown, "nobody", "wrong")
        assert first.status_code == second.status_code
        assert text_of(first) == text_of(second).replace("nobody", "handler")
    assert "用户名或密码不正确" in text_of(knock(app.test_client(), "nobody", "wrong"))


def test_five_failures_lock_the_account_and_the_page_says_until_when(
    app: Flask, world: District, clock: time_machine.Traveller
) -> None:
    give_password(app, world, "handler")
    client = app.test_client()
    for _ in range(4):
        assert "锁定 15 分钟" in text_of(knock(client, "handler", "wrong"))
    assert "请在 08:45 以后再试" in text_of(knock(client, "handler", "wrong"))
    assert row(app, world, "handler").locked_until_at == MORNING + timedelta(minutes=15)
    clock.shift(timedelta(minutes=14, seconds=59))
    assert "请在 08:45 以后再试" in text_of(knock(client, "handler"))
    assert not is_in(client)


def test_after_the_lock_the_right_password_opens_and_the_count_begins_anew(
    app: Flask, world: District, clock: time_machine.Traveller
) -> None:
    give_password(app, world, "handler")
    client = app.test_client()
    for _ in range(5):
        knock(client, "handler", "wrong")
    clock.shift(timedelta(minutes=15))
    knock(client, "handler", "wrong")
    assert row(app, world, "handler").failed_logins == 1
    knock(client, "handler")
    assert is_in(client)
    assert (row(app, world, "handler").failed_logins, row(app, world, "handler").locked_until_at) == (0, None)


@pytest.mark.databases("sqlite")
def test_a_lock_does_not_tell_another_visitor_that_the_name_exists(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    guesser = app.test_client()
    for _ in range(5):
        knock(guesser, "handler", "wrong")
    locked, unknown = knock(app.test_client(), "handler", PASSWORD), knock(app.test_client(), "nobody", PASSWORD)
    assert text_of(locked) == text_of(unknown).replace("nobody", "handler")


def test_the_right_password_is_forgiven_four_failures(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    client = app.test_client()
    for _ in range(4):
        knock(client, "handler", "wrong")
    knock(client, "handler")
    assert is_in(client)
    assert row(app, world, "handler").failed_logins == 0


def test_guesses_sent_at_once_are_all_counted(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: knock(app.test_client(), "handler", f"wrong {number}"), range(8)))
    person = row(app, world, "handler")
    assert person.failed_logins == 5
    assert person.locked_until_at is not None


def test_a_closed_account_does_not_open(app: Flask, world: District) -> None:
    from helpdesk.db import db

    give_password(app, world, "handler")
    with app.app_context():
        world.person("handler").active = False
        db.session.commit()
    client = app.test_client()
    assert "已停用" in text_of(knock(client, "handler"))
    assert not is_in(client)


def test_somebody_without_a_password_cannot_come_in(app: Flask, world: District) -> None:
    for password in ("", " ", "None"):
        client = app.test_client()
        knock(client, "handler", password)
        assert not is_in(client)


@pytest.mark.databases("sqlite")
def test_what_was_forgotten_is_said_beside_the_field(app: Flask, world: District) -> None:
    page = knock(app.test_client(), "", "")
    assert "请填写用户名" in text_of(page)
    assert "请填写密码" in text_of(page)


@pytest.mark.databases("sqlite")
def test_the_session_ends_after_two_hours_without_a_page(
    app: Flask, world: District, clock: time_machine.Traveller
) -> None:
    give_password(app, world, "handler")
    client = app.test_client()
    knock(client, "handler")
    clock.shift(timedelta(hours=1, minutes=59))
    assert is_in(client)
    clock.shift(timedelta(hours=1, minutes=59))
    assert is_in(client)
    clock.shift(timedelta(hours=2))
    assert not is_in(client)


@pytest.mark.databases("sqlite")
def test_the_session_ends_after_eight_hours_of_work(app: Flask, world: District, clock: time_machine.Traveller) -> None:
    give_password(app, world, "handler")
    client = app.test_client()
    knock(client, "handler")
    for _ in range(7):
        clock.shift(timedelta(hours=1))
        assert is_in(client)
    clock.shift(timedelta(hours=1))
    led = client.get("/account")
    assert led.status_code == 302
    assert "登录已经失效" in text_of(client.get(led.location))


@pytest.mark.databases("sqlite")
def test_whoever_signs_out_himself_is_told_nothing_of_a_lapse(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    client = app.test_client()
    knock(client, "handler")
    assert client.post("/logout").location == "/login"
    assert not is_in(client)
    assert "登录已经失效" not in text_of(client.get("/login"))


@pytest.mark.databases("sqlite")
def test_a_form_sent_after_the_session_lapsed_leads_to_the_sign_in_page(
    app: Flask, world: District, clock: time_machine.Traveller
) -> None:
    give_password(app, world, "dispatcher")
    client = app.test_client()
    knock(client, "dispatcher")
    app.config["WTF_CSRF_ENABLED"] = True
    clock.shift(timedelta(hours=9))
    led = client.post("/enterprises/new", data={"name": "x"})
    assert led.location == "/login?next=/enterprises/new"


@pytest.mark.databases("sqlite")
def test_a_part_of_a_page_fetched_after_the_session_lapsed_leads_the_whole_page_away(
    app: Flask, world: District
) -> None:
    answer = app.test_client().get("/problems/1/do/sign", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/problems/1/do/sign"


@pytest.mark.databases("sqlite")
def test_programs_without_a_session_get_401(app: Flask, world: District) -> None:
    answer = app.test_client().get("/enterprises/find.json?q=a")
    assert answer.status_code == 401
    assert answer.json["status"] == 401


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("settings", [{"WTF_CSRF_ENABLED": True}], indirect=True)
def test_the_sign_in_form_needs_its_token_and_works_over_https_without_a_referrer(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    client = app.test_client()
    assert knock(client, "handler").status_code == 400
    page = client.get("/login", base_url="https://localhost")
    answer = client.post(
        "/login",
        data={"username": "handler", "password": PASSWORD, "csrf_token": csrf_token_of(page)},
        base_url="https://localhost",
    )
    assert answer.status_code == 302


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("settings", [{"RATELIMIT_ENABLED": True}], indirect=True)
def test_one_address_may_try_sixty_times_a_minute_and_then_has_to_wait(
    app: Flask, world: District, clock: object
) -> None:
    client = app.test_client()
    answers = [knock(client, "").status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]
    assert client.get("/login").status_code == 200
    assert "操作太频繁" in text_of(knock(client, ""))


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("settings", "address"), [({"TRUSTED_PROXIES": 1}, "10.1.2.3"), ({}, "127.0.0.1")], indirect=["settings"]
)
def test_only_a_trusted_proxy_says_where_a_visitor_comes_from(app: Flask, world: District, address: str) -> None:
    give_password(app, world, "handler")
    forged = {"X-Forwarded-For": "6.6.6.6, 10.1.2.3"}
    app.test_client().post("/login", data={"username": "handler", "password": PASSWORD}, headers=forged)
    assert row(app, world, "handler").current_login_ip == address


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> dict[str, object]:
    """What the test asks for with `indirect`, else nothing."""
    return dict(getattr(request, "param", {}))
