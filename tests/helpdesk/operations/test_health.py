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


def test_a_sweep_without_a_good_run_for_five_minutes_is_late(app: Flask, client: FlaskClient) -> None:
    all_beat(app, minutes_ago=6)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json["status"] == "late"
    assert answer.json["late"] == ["sweep", "post"]
    assert answer.json["heartbeats"]["sweep"] >= 360
    assert client.get("/healthz?strict=1").status_code == 503


def test_jobs_that_never_ran_are_late(client: FlaskClient) -> None:
    assert client.get("/healthz").json["late"] == ["sweep", "post"]


def test_a_failed_run_is_no_good_run(app: Flask, client: FlaskClient) -> None:
    all_beat(app, minutes_ago=6)
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
