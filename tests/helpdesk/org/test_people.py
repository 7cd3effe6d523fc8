"""The directory, one's own account, and what only the system administrator may do."""

import re

import pytest
from flask import Flask

from helpdesk.db import db
from tests.people import District
from tests.visitors import give_password, is_in, knock, row, text_of, visitor


def test_the_directory_shows_units_posts_and_office_telephones(app: Flask, world: District) -> None:
    words = text_of(visitor(app, world, "stranger").get("/people"))
    for expected in ("调度室", "基础设施保障组", "某handler", "经办人", "0431-80000000"):
        assert expected in words


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("part", "in_full"),
    [
        ("stranger", False),
        ("group_lead", False),
        ("administrator", False),
        ("dispatcher", True),
        ("supervisor", True),
    ],
)
def test_only_those_who_call_people_see_mobile_numbers(app: Flask, world: District, part: str, in_full: bool) -> None:
    page = visitor(app, world, part).get("/people").text
    assert ("13900000625" in page) is in_full
    assert ("139****0625" in page) is not in_full


def test_the_directory_is_searched_by_name_and_unit(app: Flask, world: District) -> None:
    client = visitor(app, world, "stranger")
    assert "某supervisor" in client.get("/people?q=督查").text
    assert "某handler" not in client.get("/people?q=督查").text
    assert "没有找到" in client.get("/people?q=%25").text
    unit = world.units["调度室"]
    assert "某dispatcher" in client.get(f"/people?unit={unit}").text
    assert "某handler" not in client.get(f"/people?unit={unit}").text


def test_closed_accounts_are_shown_to_the_administrator_only(app: Flask, world: District) -> None:
    with app.app_context():
        world.person("handler").active = False
        db.session.commit()
    assert "某handler" not in visitor(app, world, "dispatcher").get("/people").text
    assert "某handler" in visitor(app, world, "administrator").get("/people").text


def test_my_account_says_who_the_system_thinks_i_am(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    client = app.test_client()
    knock(client, "handler")
    words = text_of(client.get("/account"))
    for expected in ("某handler", "基础设施保障组（经办人）", "这是第一次登录", "修改密码", "在所有设备上退出"):
        assert expected in words
    assert "我的通知" in words


def test_signing_out_everywhere_ends_every_session(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    office, phone = app.test_client(), app.test_client()
    knock(office, "handler")
    knock(phone, "handler")
    answer = phone.post("/account/sign-out-everywhere", follow_redirects=True)
    assert "已在所有设备上退出登录" in text_of(answer)
    assert (is_in(office), is_in(phone)) == (False, False)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("part", ["stranger", "dispatch_lead", "chief", "handler"])
def test_accounts_are_managed_by_the_system_administrator_alone(app: Flask, world: District, part: str) -> None:
    client, key = visitor(app, world, part), world.people["reporter"]
    assert client.get(f"/people/{key}").status_code == 403
    for deed in ("first-password", "unlock", "deactivate", "activate"):
        assert client.post(f"/people/{key}/{deed}").status_code == 403, deed
    person = row(app, world, "reporter")
    assert (person.active, person.password) == (True, None)


def test_a_first_password_is_shown_once_opens_the_door_and_must_be_changed(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    old = app.test_client()
    knock(old, "handler")
    administrator, key = visitor(app, world, "administrator"), world.people["handler"]
    page = administrator.post(f"/people/{key}/first-password")
    password = re.search(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", text_of(page))
    assert password
    assert password[0] not in administrator.get(f"/people/{key}").text
    assert page.headers["Cache-Control"] == "no-store"
    assert not is_in(old)
    client = app.test_client()
    knock(client, "handler", password[0])
    assert client.get("/").location == "/account/password"


def test_the_administrator_unlocks_an_account(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    client, key = app.test_client(), world.people["handler"]
    for _ in range(5):
        knock(client, "handler", "wrong")
    administrator = visitor(app, world, "administrator")
    assert "已锁定" in text_of(administrator.get(f"/people/{key}"))
    administrator.post(f"/people/{key}/unlock")
    knock(client, "handler")
    assert is_in(client)


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(app: Flask, world: District) -> None:
    give_password(app, world, "handler")
    client, key = app.test_client(), world.people["handler"]
    knock(client, "handler")
    administrator = visitor(app, world, "administrator")
    administrator.post(f"/people/{key}/deactivate")
    assert not is_in(client)
    administrator.post(f"/people/{key}/activate")
    knock(client, "handler")
    assert is_in(client)


@pytest.mark.databases("sqlite")
def test_the_administrator_cannot_close_his_own_account(app: Flask, world: District) -> None:
    administrator, key = visitor(app, world, "administrator"), world.people["administrator"]
    assert administrator.post(f"/people/{key}/deactivate").status_code == 409
    assert row(app, world, "administrator").active


@pytest.mark.databases("sqlite")
def test_somebody_unknown_is_not_found(app: Flask, world: District) -> None:
    administrator = visitor(app, world, "administrator")
    for key in ("999999", "99999999999999999999999", "-1", "x"):
        assert administrator.get(f"/people/{key}").status_code == 404, key
