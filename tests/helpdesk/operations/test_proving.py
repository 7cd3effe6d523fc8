"""Every night the record is proved and a break is told; every day its head leaves the house."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import scheduler
from helpdesk.audit.cli import audit as audit_commands
from helpdesk.audit.commands import record, seal
from helpdesk.audit.heads import read_heads
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.queries import last_verified
from helpdesk.audit.verifying import verify
from helpdesk.db import begin_writing, db
from helpdesk.notices.models import Notice
from helpdesk.operations import queries
from helpdesk.operations.proving import export_head, prove
from helpdesk.org.models import AdminRole, Person
from tests.tampering import tamper
from tests.visitors import at

NIGHT = at("2026-11-24 03:00")
JOBS = {job.name: job for job in scheduler.JOBS}


@pytest.fixture
def inside(app: Flask) -> Any:
    """An auditor, one event under a seal, and an application context."""
    with app.app_context():
        person = Person(
            username="audit",
            name="审计员",
            email="audit@example.org",
            active=True,
            fs_uniquifier=uuid4().hex,
            roles=[AdminRole(name="audit")],
        )
        db.session.add(person)
        db.session.commit()
        begin_writing()
        record("export", by_id=None, by_name="某人", about="一份清单", now=NIGHT)
        db.session.commit()
        seal(NIGHT)
        yield app


def told(name: str) -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.name == name)))


def test_a_good_night_goes_on_record_and_bothers_nobody(inside: Flask) -> None:
    scheduler.run(JOBS["verify"], NIGHT)
    proof = last_verified()
    assert proof is not None
    assert proof.ok
    assert told("audit_broken") == []
    assert queries.heartbeats()["verify"].error is None


def test_a_break_alarms_the_auditor_and_stands_on_the_administrators_page(inside: Flask) -> None:
    tamper("UPDATE audit_events SET about = '没有的清单'")
    scheduler.run(JOBS["verify"], NIGHT)
    proof = last_verified()
    assert proof is not None
    assert not proof.ok
    assert "审计日志（数据表 audit_events）第 1 行" in proof.about
    (mail,) = told("audit_broken")
    assert mail.address == "audit@example.org"
    assert "审计日志（数据表 audit_events）第 1 行" in mail.body
    assert "审计日志（数据表 audit_events）第 1 行" in (queries.heartbeats()["verify"].error or "")


def test_the_same_break_is_told_once_a_day(inside: Flask) -> None:
    tamper("UPDATE audit_events SET about = '没有的清单' WHERE id = 1")
    prove(NIGHT)
    prove(NIGHT)
    assert len(told("audit_broken")) == 1


def test_without_a_place_no_head_leaves(inside: Flask) -> None:
    assert export_head(NIGHT).places == 0
    assert told("audit_head") == []


def test_the_head_is_filed_and_mailed_and_proves_from_outside(inside: Flask, tmp_path: Path) -> None:
    inside.config["AUDIT_HEADS_DIR"] = str(tmp_path / "heads")
    inside.config["AUDIT_HEADS_TO"] = ("one@example.org", "two@example.org")
    assert export_head(NIGHT).places == 3
    (file,) = (tmp_path / "heads").iterdir()
    heads = read_heads(file.read_text(encoding="utf-8"))
    mails = told("audit_head")
    assert {mail.address for mail in mails} == {"one@example.org", "two@example.org"}
    assert read_heads(mails[0].body) == heads
    assert verify(NIGHT, against=heads).broken is None


def test_a_folder_that_cannot_be_written_is_an_error_and_the_mail_still_leaves(inside: Flask, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    inside.config["AUDIT_HEADS_DIR"] = str(tmp_path / "file" / "heads")
    inside.config["AUDIT_HEADS_TO"] = ("one@example.org",)
    scheduler.run(JOBS["heads"], NIGHT)
    assert "封存头没有写进" in (queries.heartbeats()["heads"].error or "")
    assert len(told("audit_head")) == 1


def test_before_the_first_seal_there_is_no_head(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        app.config["AUDIT_HEADS_DIR"] = str(tmp_path / "heads")
        assert export_head(NIGHT).places == 0
        assert not (tmp_path / "heads").exists()
    assert app.test_cli_runner().invoke(audit_commands, ["heads"]).exit_code != 0


def test_the_proof_is_part_of_the_record_it_proves(inside: Flask) -> None:
    prove(NIGHT)
    seal(NIGHT)
    assert verify(NIGHT).tables["audit_events"] == db.session.query(AuditEvent).count() == 2
