"""/healthz: what a machine learns about the database, the migrations and the jobs."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from helpdesk import clock
from helpdesk.db import db
from helpdesk.operations import commands
from helpdesk.scheduler import JOBS


def all_beat(app: Flask, minutes_ago: int = 0) -> None:
    with app.app_context():
        for job in JOBS:
            commands.beat(job.name, at=clock.now() - timedelta(minutes=minutes_ago), did="something")


def test_it_is_well_when_every_job_has_run(app: Flask, client: FlaskClient) -> None:
    all_beat(app)
    answer = client.get("/healthz?strict=1")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    assert answer.json["database"] == "ok"
    assert answer.json["migration"]["database"] == answer.json["migration"]["program"]
    assert set(answer.json["heartbeats"]) == {job.name for job in JOBS}
    assert answer.json["late"] == []


def test_a_sweep_without_a_good_run_for_ten_minutes_fails_the_check(app: Flask, client: FlaskClient) -> None:
    all_beat(app, minutes_ago=11)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["status"] == "late"
    assert answer.json["late"] == ["sweep", "post", "imports"]
    assert answer.json["heartbeats"]["sweep"] >= 660


def test_a_late_post_alone_fails_only_the_strict_check(app: Flask, client: FlaskClient) -> None:
    all_beat(app, minutes_ago=6)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["late"]) == (200, ["post", "imports"])
    assert client.get("/healthz?strict=1").status_code == 503


@pytest.mark.parametrize(("minutes", "status"), [(4, 200), (6, 503)])
def test_how_long_is_too_long_is_a_setting(app: Flask, client: FlaskClient, minutes: int, status: int) -> None:
    app.config["SWEEP_LATE_MINUTES"] = 5
    all_beat(app, minutes_ago=minutes)
    assert client.get("/healthz").status_code == status


def test_a_balancer_asks_for_the_web_server_alone(app: Flask, client: FlaskClient) -> None:
    all_beat(app, minutes_ago=600)
    answer = client.get("/healthz?only=web")
    assert (answer.status_code, answer.json["status"], answer.json["heartbeats"]) == (200, "ok", {})


def test_jobs_that_never_ran_are_late_once_the_web_server_has_been_up_for_that_long(
    app: Flask, client: FlaskClient
) -> None:
    answer = client.get("/healthz?strict=1")
    assert (answer.status_code, answer.json["late"]) == (200, [])
    app.extensions["started_at"] = clock.now() - timedelta(minutes=11)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["late"]) == (503, ["sweep", "post", "imports"])


def test_a_young_web_server_does_not_excuse_a_sweep_that_stands_still(app: Flask, client: FlaskClient) -> None:
    all_beat(app, minutes_ago=11)
    assert app.extensions["started_at"] > clock.now() - timedelta(minutes=5)
    assert client.get("/healthz").status_code == 503


def test_a_heartbeat_from_a_clock_that_was_moved_back_is_no_sign_of_life(app: Flask, client: FlaskClient) -> None:
    all_beat(app, minutes_ago=-600)
    assert client.get("/healthz").status_code == 503


def test_a_failed_run_is_no_good_run(app: Flask, client: FlaskClient) -> None:
    all_beat(app, minutes_ago=11)
    with app.app_context():
        commands.stumble("sweep", at=clock.now(), error="RuntimeError: broken")
    assert "sweep" in client.get("/healthz").json["late"]


def test_a_database_that_is_behind_the_program_is_seen(app: Flask, client: FlaskClient) -> None:
    all_beat(app)
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        db.session.commit()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["status"]) == (200, "not migrated")
    assert client.get("/healthz?strict=1").status_code == 503


@pytest.mark.databases("sqlite")
def test_without_a_database_it_says_so(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        for table in ("heartbeats", "alembic_version"):
            db.session.execute(text(f"DROP TABLE {table}"))
        db.session.commit()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["status"] == "down"


@pytest.mark.databases("postgresql")
class TestNobodyListensThere:
    """A server that is away, not one that lacks tables."""

    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"SQLALCHEMY_DATABASE_URI": "postgresql+psycopg://nobody@127.0.0.1:1/nothing"}

    def test_it_is_down(self, client: FlaskClient) -> None:
        assert client.get("/healthz").status_code == 503
