"""The demo's record holds, also after masses of copies were poured in past the session."""

from flask import Flask

from helpdesk.audit.commands import seal
from helpdesk.audit.queries import last_verified
from helpdesk.audit.verifying import verify
from helpdesk.db import db
from helpdesk.demo import bulk
from helpdesk.demo.auditing import HAPPENED
from helpdesk.demo.loading import load
from helpdesk.problems.models import Entry
from tests.helpdesk.demo.test_loading import NOW, quiet, some_records


def test_the_record_of_the_demo_holds_and_so_do_its_copies(app: Flask) -> None:
    with app.app_context():
        load(some_records(), NOW, quiet)
        proof = last_verified()
        assert proof is not None
        assert proof.ok
        few = verify(NOW)
        assert few.broken is None
        assert few.tables["audit_events"] == len(HAPPENED) + 1
        bulk.fill(300, quiet)
        db.session.rollback()
        assert seal(NOW).rows > 300
        many = verify(NOW)
        assert many.broken is None
        assert many.tables["entries"] == db.session.query(Entry).count() > few.tables["entries"] + 300
