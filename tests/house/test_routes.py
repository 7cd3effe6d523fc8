"""Every door of the house: closed to strangers, deaf to forms that are not ours, and never left in a cache."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from helpdesk.security import OPEN, read_link, sign_link
from tests.people import found_district, sign_in

STRANGERS_MAY = {
    *("static", "security.login", "security.logout", "operations.healthz"),
    *("link.show", "link.act", "contact.show", "contact.follow", "contact.report"),
}
"""Written down a second time on purpose: opening a door takes two hands."""

EXAMPLES = {
    "token": "1-AAAAAAAAAAAAAAAAAAAAAA",
    "name": "overdue",
    "filename": "theme.css",
    "ext": "xlsx",
    "process": "assist",
    "what": "rename",
}


@pytest.fixture
def settings() -> dict[str, Any]:
    """Forms are checked as they are in earnest."""
    return {"WTF_CSRF_ENABLED": True}


@pytest.fixture
def insider(app: Flask) -> FlaskClient:
    """Somebody of the dispatch office, signed in."""
    with app.app_context():
        person = found_district().person("dispatcher")
    return sign_in(app.test_client(), person)


def rules_for(app: Flask, method: str) -> list[tuple[Rule, str]]:
    """Every route that answers this method, with an address that fits it."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        return [
            (rule, adapter.build(rule.endpoint, {name: EXAMPLES.get(name, 1) for name in rule.arguments}))
            for rule in app.url_map.iter_rules()
            if method in (rule.methods or ())
        ]


@pytest.mark.databases("sqlite")
def test_the_list_of_open_doors_is_what_we_meant(app: Flask) -> None:
    assert set(OPEN) == STRANGERS_MAY
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= STRANGERS_MAY


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"])
def test_a_stranger_gets_no_further_than_the_sign_in_page(app: Flask, client: FlaskClient, method: str) -> None:
    for rule, url in rules_for(app, method):
        if rule.endpoint in STRANGERS_MAY:
            continue
        answer = client.open(url, method=method)
        led = answer.status_code == 302 and answer.location.partition("?")[0] == "/login"
        assert led or answer.status_code == 401, f"{method} {url} answered {answer.status_code}"


@pytest.mark.databases("sqlite")
def test_the_open_doors_do_open(app: Flask, client: FlaskClient) -> None:
    for rule, url in rules_for(app, "GET"):
        if rule.endpoint in STRANGERS_MAY:
            answer = client.get(url, buffered=True)
            assert not (answer.status_code == 302 and "/login" in answer.location), url


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_no_form_is_taken_that_our_pages_did_not_make(app: Flask, insider: FlaskClient, method: str) -> None:
    for _rule, url in rules_for(app, method):
        for token in ({}, {"csrf_token": "made up"}):
            answer = insider.open(url, method=method, data={"name": "x", **token})
            assert answer.status_code == 400, f"{method} {url} answered {answer.status_code}"


@pytest.mark.databases("sqlite")
def test_every_answer_is_protected_and_pages_are_never_cached(app: Flask, insider: FlaskClient) -> None:
    for rule, url in [*rules_for(app, "GET"), (None, "/nowhere")]:
        answer = insider.get(url, buffered=True)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        if rule is None or rule.endpoint != "static":
            assert "no-store" in answer.headers["Cache-Control"], url


def test_no_page_breaks_for_somebody_signed_in(app: Flask, insider: FlaskClient) -> None:
    for _rule, url in rules_for(app, "GET"):
        assert insider.get(url, buffered=True).status_code < 500, url


def test_a_nul_byte_is_refused_before_any_database_sees_it(app: Flask, insider: FlaskClient) -> None:
    app.config["DEMO"] = True
    for url in ("/people", "/enterprises", "/enterprises/find.json", "/demo/mail", "/login"):
        assert insider.get(f"{url}?q=%00").status_code == 400, url
        assert insider.get(f"{url}?%00=q").status_code == 400, url


def test_a_name_with_a_nul_byte_signs_nobody_in(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    assert client.post("/login", data={"username": "feng\0xue", "password": "guessed"}).status_code == 400


@pytest.mark.databases("sqlite")
def test_the_way_to_a_page_ends_with_the_page_itself(app: Flask, insider: FlaskClient) -> None:
    ways = {}
    for _rule, url in rules_for(app, "GET"):
        page = insider.get(url, buffered=True)
        if page.mimetype == "text/html" and (way := re.search(r'<nav class="crumbs"[^>]*>(.*?)</nav>', page.text)):
            ways[url] = way[1]
    assert {"/enterprises/1", "/enterprises/new", "/account/password"} <= ways.keys()
    assert {url: way for url, way in ways.items() if way.rstrip().endswith("</a>")} == {}


@pytest.mark.databases("sqlite")
def test_what_the_policy_would_block_is_in_no_template(app: Flask) -> None:
    blocked = {
        "inline style": re.compile(r"<style|<[a-z][^>{}]*\sstyle\s*=", re.IGNORECASE),
        "inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
        "event handler": re.compile(r"<[a-z][^>{}]*\son[a-z]+\s*=", re.IGNORECASE),
        "foreign address": re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
    }
    templates = [name for name in app.jinja_env.list_templates() if not name.startswith(("notices/", "security/email"))]
    ours = [name for name in templates if _path(app, name).startswith(app.root_path)]
    assert len(ours) > 20
    for name in ours:
        with open(_path(app, name), encoding="utf-8") as file:
            source = re.sub(r"{#.*?#}", "", file.read(), flags=re.DOTALL)
        for what, pattern in blocked.items():
            assert not pattern.search(source), f"{name}: {what}"


def _path(app: Flask, name: str) -> str:
    loader = app.jinja_env.loader
    assert loader is not None
    return str(loader.get_source(app.jinja_env, name)[1])


# -- Links -------------------------------------------------------------------------------------------------------------


@pytest.mark.databases("sqlite")
def test_a_link_opens_with_its_own_token_only(app: Flask) -> None:
    with app.app_context():
        tokens = {key: sign_link(key) for key in range(1, 200)}
        assert len(set(tokens.values())) == 199
        for key, token in tokens.items():
            assert read_link(token) == key
            assert len(token.partition("-")[2]) >= 22
            assert read_link(f"{key + 1}-{token.partition('-')[2]}") is None


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "token",
    ["", "-", "1", "1-", "x-y", "１-AAAAAAAAAAAAAAAAAAAAAA", "1-ÄAAAAAAAAAAAAAAAAAAAAA", "9" * 5000, "-1-A", "0-"],
)
def test_what_we_did_not_sign_opens_nothing(app: Flask, token: str) -> None:
    with app.app_context():
        assert read_link(token) is None
        genuine = sign_link(1)
        for changed in (genuine[:-1], genuine + "A", genuine.swapcase(), "0" + genuine, " " + genuine):
            assert read_link(changed) is None


@pytest.mark.databases("sqlite")
def test_links_made_with_a_former_key_still_open_while_it_is_declared(app: Flask) -> None:
    with app.app_context():
        old = sign_link(7)
        app.config["SECRET_KEY"] = "another one, long enough for the rules as well"
        assert read_link(old) is None
        app.config["SECRET_KEY_FALLBACKS"] = ["a secret of no worth, long enough for the rules"]
        assert read_link(old) == 7
