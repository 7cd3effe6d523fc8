"""A district that nobody has entered yet."""

import pytest
from flask import Flask

from tests.people import District, found_district


@pytest.fixture
def world(app: Flask) -> District:
    """The small district; no application context stays open, so that every request starts afresh."""
    with app.app_context():
        return found_district()
