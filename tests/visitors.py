"""People at their browsers: one client each, signed in or not, with forms sent as pages send them."""

import re
from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpdesk.db import db
from helpdesk.org.models import Person
from tests.people import District, sign_in

PASSWORD = "correct horse battery staple"
"""Good enough for everybody in the tests."""


def visitor(app: Flask, world: District, part: str) -> FlaskClient:
    """The browser of whoever plays that part, signed in."""
    client = app.test_client()
    with app.app_context():
        person = world.person(part)
    return sign_in(client, person)


def give_password(app: Flask, world: District, part: str, password: str = PASSWORD) -> None:
    """That person can come in by the door."""
    from flask_security import hash_password

    with app.app_context():
        world.person(part).password = hash_password(password)
        db.session.commit()


def knock(client: FlaskClient, username: str, password: str = PASSWORD, **more: str) -> TestResponse:
    """Fill in the sign-in form and send it."""
    return client.post("/login", data={"username": username, "password": password} | more)


def is_in(client: FlaskClient) -> bool:
    """Whether this browser is signed in."""
    return client.get("/account").status_code == 200


def row(app: Flask, world: District, part: str) -> Person:
    """That person's row as it is in the database now, no longer attached to it."""
    with app.app_context():
        person = world.person(part)
        db.session.refresh(person)
        db.session.expunge(person)
        return person


def csrf_token_of(page: TestResponse) -> str:
    """The token a form on this page would send."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found, "this page has no form"
    return found[1]


def text_of(page: TestResponse) -> str:
    """The words of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def at(moment: str) -> datetime:
    """A moment in Changchun: at("2026-11-23 14:00")."""
    from helpdesk.clock import calendar

    return datetime.fromisoformat(moment).replace(tzinfo=calendar().zone)
