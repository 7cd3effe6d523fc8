"""Passwords: what a good one is, the forced first change, and what changing it does to other devices."""

import ast
import inspect
import re

import pytest
import zxcvbn.feedback
from flask import Flask
from flask.testing import FlaskClient

from helpdesk.db import db
from helpdesk.org.models import Person
from helpdesk.org.passwords import WARNINGS, complaint_about, new_first_password
from tests.people import District
from tests.visitors import PASSWORD, give_password, is_in, knock, row, text_of

GOOD = "蓝莓果酱配 Autumn 7 bridges"


def change(client: FlaskClient, new: str = GOOD, *, present: str = PASSWORD, again: str | None = None) -> str:
    """Fill in the form for a new password; the words of the page that answers."""
    answers = {"password": present, "new_password": new, "new_password_confirm": new if again is None else again}
    return text_of(client.post("/account/password", data=answers, follow_redirects=True))


@pytest.fixture
def inside(app: Flask, world: District) -> FlaskClient:
    """The handler, come in by the door."""
    give_password(app, world, "handler")
    client = app.test_client()
    knock(client, "handler")
    return client


def test_a_changed_password_is_the_only_one_that_opens(app: Flask, world: District, inside: FlaskClient) -> None:
    assert "密码已修改" in change(inside)
    old, new = app.test_client(), app.test_client()
    knock(old, "handler")
    knock(new, "handler", GOOD)
    assert (is_in(old), is_in(new)) == (False, True)


def test_changing_it_signs_out_all_other_devices_but_not_this_one(
    app: Flask, world: District, inside: FlaskClient
) -> None:
    other = app.test_client()
    knock(other, "handler")
    change(inside)
    assert is_in(inside)
    assert not is_in(other)


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        ({"present": "wrong"}, "现在的密码不正确"),
        ({"again": "something else entirely"}, "两次填写的新密码不一样"),
        ({"new": PASSWORD}, "新密码不能和现在的一样"),
        ({"new": "a1B2c3"}, "密码至少 10 位，现在只有 6 位"),
        ({"new": "1234567890"}, "太容易被猜到"),
        ({"new": ""}, "请填写新密码"),
        ({"new": "x" * 200}, "密码最多 128 位"),
    ],
)
@pytest.mark.databases("sqlite")
def test_a_bad_change_is_refused_in_words(
    app: Flask, world: District, inside: FlaskClient, answers: dict[str, str], complaint: str
) -> None:
    before = row(app, world, "handler").password
    assert complaint in change(inside, **answers)
    assert row(app, world, "handler").password == before


def test_a_first_password_must_be_changed_before_anything_else(
    app: Flask, world: District, inside: FlaskClient
) -> None:
    with app.app_context():
        world.person("handler").must_change_password = True
        db.session.commit()
    for page in ("/", "/enterprises", "/account", "/people", "/problems/new"):
        led = inside.get(page)
        assert (led.status_code, led.location) == (302, "/account/password"), page
    assert inside.get("/enterprises/find.json?q=x").status_code == 403
    assert inside.post("/enterprises/new", data={"name": "x"}).location == "/account/password"
    assert "请先修改初始密码" in inside.get("/account/password").text
    change(inside)
    assert row(app, world, "handler").must_change_password is False
    assert is_in(inside)


@pytest.mark.databases("sqlite")
def test_signing_out_is_possible_without_the_forced_change(app: Flask, world: District, inside: FlaskClient) -> None:
    with app.app_context():
        world.person("handler").must_change_password = True
        db.session.commit()
    assert inside.post("/logout").location == "/login"
    assert "请填写" not in text_of(inside.get("/login"))


def test_what_a_stranger_would_try_first_is_no_password() -> None:
    person = Person(username="wanglijun", name="王立军", phone="13900000625", email="wanglijun@example.org")
    for tried in ("wanglijun123", "王立军13900000625", "Wanglijun2026", "wlj13900000625"):
        assert complaint_about(tried, shortest=10, user=person), tried
    assert complaint_about(GOOD, shortest=10, user=person) is None


def test_every_warning_of_the_library_is_translated() -> None:
    source = ast.parse(inspect.getsource(zxcvbn.feedback))
    warnings = {
        ast.literal_eval(node.value.args[0])
        for node in ast.walk(source)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", "") == "_"
        and getattr(node.targets[0], "id", "") == "warning"
    }
    inline = re.findall(r"'warning': _\(\s*['\"](.+?)['\"]\)", inspect.getsource(zxcvbn.feedback))
    assert len(warnings) > 8
    assert warnings | {each.replace('\\"', '"') for each in inline} == set(WARNINGS)


def test_complaints_hold_no_english_advice() -> None:
    for weak in ("qwertyuiop", "aaaaaaaaaaaa", "abcdefghijkl", "password123", "19871123198", "zhangweizhangwei"):
        complaint = complaint_about(weak, shortest=10)
        assert complaint, weak
        assert not re.search(r"[A-Za-z]{4,} [a-z]+", complaint), complaint


def test_first_passwords_are_all_different_and_good_enough() -> None:
    made = {new_first_password() for _ in range(50)}
    assert len(made) == 50
    assert all(complaint_about(each, shortest=10) is None for each in made)
