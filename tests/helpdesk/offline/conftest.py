"""A district on an ordinary Tuesday; the cadre is paired with its enterprise."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.desk import Desk, open_desk


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """The small district at its desks, on 1 September 2026."""
    with open_desk(app) as desk:
        yield desk
