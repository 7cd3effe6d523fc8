"""Phones."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.conftest import LiveServer
from tests.phones import Phone, cadres_phone


@pytest.fixture
def phone(live_server: LiveServer, browser: Browser) -> Iterator[Phone]:
    """The cadre's phone."""
    with cadres_phone(live_server, browser, worker=True) as found:
        yield found


@pytest.fixture
def tapped(live_server: LiveServer, browser: Browser) -> Iterator[Phone]:
    """The same, without a service worker: single requests and answers can be lost on their way."""
    with cadres_phone(live_server, browser, worker=False) as found:
        yield found
