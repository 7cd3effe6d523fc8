"""The settings refuse to serve in earnest without what has no safe default, and say what to do."""

from typing import Any

import pytest

from config import Config, complaints, database_uri
from helpdesk.files import MOST_BYTES, MOST_FILES

IN_EARNEST = {
    "PRODUCTION": "1",
    "SECRET_KEY": "k" * 64,
    "SITE_URL": "https://bangqi.example.org/",
    "MAIL_SERVER": "mail.example.org",
    "MAIL_DEFAULT_SENDER": "bangqi@example.org",
    "DATABASE_URL": "postgresql://bangqi@localhost/bangqi",
}


def read(**environ: str) -> dict[str, Any]:
    """The settings as Flask would hold them."""
    config = Config(environ)
    return {name: getattr(config, name) for name in dir(config) if name.isupper()}


def test_a_complete_configuration_serves() -> None:
    config = read(**IN_EARNEST)
    assert complaints(config) == []
    assert config["SITE_URL"] == "https://bangqi.example.org"
    assert config["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize("name", ["SECRET_KEY", "SITE_URL", "MAIL_SERVER", "MAIL_DEFAULT_SENDER"])
def test_what_is_missing_is_called_by_its_name(name: str) -> None:
    found = complaints(read(**{**IN_EARNEST, name: ""}))
    assert len(found) == 1
    assert found[0].startswith(f"{name} is missing")


def test_the_demo_and_earnest_exclude_each_other() -> None:
    assert "DEMO is set" in complaints(read(**IN_EARNEST, DEMO="1"))[0]


def test_a_developer_needs_to_set_nothing() -> None:
    config = read()
    assert complaints(config) == []
    assert len(config["SECRET_KEY"]) == 64
    assert read()["SECRET_KEY"] == config["SECRET_KEY"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_means_the_driver_we_ship(scheme: str) -> None:
    assert database_uri(f"{scheme}://a@b/c") == "postgresql+psycopg://a@b/c"


@pytest.mark.parametrize(("name", "value"), [("DEMO", "perhaps"), ("MAIL_PORT", "smtp")])
def test_a_value_of_the_wrong_kind_is_refused_with_its_name(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"{name}='{value}'"):
        read(**{name: value})


def test_a_request_may_hold_as_many_files_as_a_form_takes() -> None:
    assert read()["MAX_CONTENT_LENGTH"] > MOST_FILES * MOST_BYTES
