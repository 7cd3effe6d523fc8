"""A district on a Tuesday morning, with the administrator who keeps its calendar."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.desk import Desk, open_desk


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """The application with a district."""
    with open_desk(app) as desk:
        yield desk


@pytest.fixture
def keeper(desk: Desk) -> FlaskClient:
    """The system administrator at his browser."""
    return desk.browser("administrator")
