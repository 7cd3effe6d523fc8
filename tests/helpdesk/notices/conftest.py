"""A district and a walker for the few tests of notices that need a real problem."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.people import found_district
from tests.walking import Walker


@pytest.fixture
def walker(app: Flask) -> Walker:
    """Does things to problems from a Tuesday morning on; the test is inside an application context."""
    return Walker(found_district(), datetime(2026, 9, 1, 1, 0, tzinfo=UTC))
