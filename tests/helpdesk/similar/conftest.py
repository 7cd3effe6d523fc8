"""A desk on a Tuesday morning, for the tests of similar problems."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.desk import Desk, open_desk


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """The application with a district, at 9:00 on Tuesday, 1 September 2026."""
    with open_desk(app) as desk:
        yield desk
