"""A district and a walker for the tests of notices that need real problems."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.people import found_district
from tests.walking import Walker


@pytest.fixture
def walker(app: Flask) -> Iterator[Walker]:
    """Does things to problems from a Tuesday morning on; inside an application context."""
    with app.app_context():
        yield Walker(found_district(), datetime(2026, 9, 1, 1, 0, tzinfo=UTC))
