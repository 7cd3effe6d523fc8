"""A district whose problems wandered through a month, for the tests of figures."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.desk import Desk, open_desk
from tests.people import District, found_district
from tests.walking import Walker

TUESDAY_9 = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
"""Tuesday, 9:00 in Changchun."""


@pytest.fixture
def world(app: Flask) -> Iterator[District]:
    """The small district, inside an application context."""
    with app.app_context():
        yield found_district()


@pytest.fixture
def walker(world: District) -> Walker:
    """Does things to problems from a Tuesday morning on."""
    return Walker(world, TUESDAY_9)


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """A desk on a Tuesday morning."""
    with open_desk(app) as found:
        yield found
