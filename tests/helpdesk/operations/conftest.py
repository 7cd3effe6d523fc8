"""A district with a problem or two, and its administrator, for tests of what keeps the installation running."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.people import District, found_district, sign_in
from tests.walking import Walker

MONDAY = datetime(2026, 8, 31, 2, 0, tzinfo=UTC)  # ten o'clock in the morning


@pytest.fixture
def world(app: Flask) -> Iterator[District]:
    """The small district, inside an application context."""
    with app.app_context():
        yield found_district()


@pytest.fixture
def walker(world: District) -> Walker:
    """Walks problems from a Monday morning on."""
    return Walker(world, MONDAY)


@pytest.fixture
def administrator(world: District, client: FlaskClient) -> FlaskClient:
    """The system administrator, signed in."""
    return sign_in(client, world.person("administrator"))
