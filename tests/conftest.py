"""What every test may ask for: a fresh database, the application on it, a mail server, a browser."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from werkzeug.serving import make_server

from tests import databases
from tests.mail import FreePort, Postbox

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
NO_CHROMIUM = "no Chromium on this machine: the browser tests did NOT run (`make test` installs it where it may)"
OWN_SETTINGS = (  # of whoever runs the tests; they must not reach the application under test
    *("PRODUCTION", "DEMO", "SITE_URL", "PORT", "DATABASE_URL", "SECRET_KEY", "UPLOAD_DIR", "DISTRICT", "TIMEZONE"),
    *("CHAT", "CHAT_KINDS", "SWEEP_LATE_MINUTES", "BULLETIN_LOW", "VISIT_LONGEST_DAYS", "VISIT_MOST"),
    *("MAIL_SERVER", "MAIL_PORT", "MAIL_USERNAME", "MAIL_PASSWORD", "MAIL_DIR", "MAIL_DEFAULT_SENDER"),
)
BACKENDS = {"sqlite": "sqlite", "postgresql": pytest.param("postgresql", marks=pytest.mark.postgresql)}

hypothesis.settings.register_profile(
    "house",
    deadline=None,  # no test depends on how busy the machine is
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    print_blob=True,
)
hypothesis.settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Open the run in the process that leads it; the workers of xdist inherit it."""
    for name in OWN_SETTINGS:
        os.environ.pop(name, None)
    if not hasattr(config, "workerinput"):
        databases.open_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the run when its last worker is gone."""
    if not hasattr(config, "workerinput"):
        databases.close_run()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that touches a database on both; in a browser on SQLite; else where `databases(...)` says."""
    if "database_url" not in metafunc.fixturenames:
        return
    chosen = metafunc.definition.get_closest_marker("databases")
    in_browser = metafunc.definition.get_closest_marker("browser")
    names = chosen.args if chosen else ("sqlite",) if in_browser else tuple(BACKENDS)
    metafunc.parametrize("database_url", [BACKENDS[name] for name in names], indirect=True)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly that the browser tests are missing."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(NO_CHROMIUM in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(f"!!! {NO_CHROMIUM}", red=True, bold=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated, empty database of this test's own; the test runs once per backend."""
    with databases.fresh(request.param) as url:
        yield url


@pytest.fixture
def settings() -> dict[str, Any]:
    """Settings a test file wants otherwise than usual: override this fixture there."""
    return {}


@pytest.fixture
def app(database_url: str, tmp_path: Path, settings: dict[str, Any]) -> Iterator[Flask]:
    """The whole application on the test's own database, files and mails under `tmp_path`."""
    from helpdesk import create_app
    from helpdesk.db import db

    application = create_app({**usual_settings(database_url, tmp_path), **settings})
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


def usual_settings(database_url: str, folder: Path) -> dict[str, Any]:
    """What the application is given in a test: quick passwords, no CSRF, no limits, nothing outside `folder`."""
    return {
        "TESTING": True,
        "SQLALCHEMY_DATABASE_URI": database_url,
        "SECRET_KEY": "a secret of no worth, long enough for the rules",
        "SITE_URL": "http://localhost",
        "INSTANCE_DIR": str(folder),
        "UPLOAD_DIR": str(folder / "uploads"),
        "MAIL_DIR": str(folder / "mail"),
        "MAIL_SERVER": "",
        "MAIL_DEFAULT_SENDER": "helpdesk@example.org",
        "WTF_CSRF_ENABLED": False,
        "RATELIMIT_ENABLED": False,
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__time_cost": 1,
            "argon2__memory_cost": 8,
            "argon2__parallelism": 1,
        },
    }


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor without a browser."""
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """The `flask` command."""
    return app.test_cli_runner()


@pytest.fixture
def smtp_server() -> Iterator[Postbox]:
    """A running SMTP server; `smtp_server.settings` makes the application send there."""
    postbox = Postbox()
    server = FreePort(postbox)
    server.start()
    yield postbox
    postbox.silent = False
    server.stop()


class LiveServer:
    """The application behind a real socket; `url` is its address, `app` the same application."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        app.config["SITE_URL"] = self.url
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer what is under way and close the socket."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def live_server(app: Flask) -> Iterator[LiveServer]:
    """The application on a free port, for browsers."""
    server = LiveServer(app)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Playwright drives the system's Chromium; it downloads none."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None and os.environ.get("CI"):
        pytest.fail(NO_CHROMIUM)
    if found is None:
        pytest.skip(NO_CHROMIUM)
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {"executable_path": found, "args": ["--no-sandbox", "--no-first-run", *quiet]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A desktop screen in the language and time of the people who use the system."""
    return {
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1280, "height": 900},
    }
