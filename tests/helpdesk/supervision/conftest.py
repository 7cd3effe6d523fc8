"""A desk on a Tuesday morning, for the tests of lists; the district alone, for the tests of commands."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.desk import TUESDAY_MORNING, Desk, open_desk
from tests.people import District, found_district
from tests.walking import Walker


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """The application with a district, at 9:00 on Tuesday, 1 September 2026."""
    with open_desk(app) as desk:
        yield desk


@pytest.fixture
def world(app: Flask) -> Iterator[District]:
    """The small district, inside an application context."""
    with app.app_context():
        yield found_district()


@pytest.fixture
def walker(world: District) -> Walker:
    """Does things to problems from that Tuesday morning on."""
    return Walker(world, TUESDAY_MORNING)
