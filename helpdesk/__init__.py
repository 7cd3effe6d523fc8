"""The application: create_app is its table of contents."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from flask import Flask
from flask_migrate import Migrate

from config import Config, complaints

LISTS = ("listings.firm_lists", "listings.visit_lists", "closing.lists", "supervision.lists")
"""What puts the lists of its feature into the catalogue."""

DOORS = (
    *("problems.act_views", "problems.clock_views", "problems.contact_views", "problems.leader_views"),
    *("problems.link_views", "problems.process_views"),
    *("supervision.views", "office.views", "office.board_views", "figures.views"),
    *("listings.views", "listings.clock_views", "ledgers.views", "finding.views", "similar.views"),
    *("visits.views", "visits.record_views", "papers.visit_form_views"),
    *("papers.views", "papers.many_views", "papers.template_views", "bulletins.draft_views"),
    *("closing.views", "closing.call_views", "closing.number_views", "closing.sample_views"),
    *("enterprises.views", "enterprises.keeping_views", "enterprises.pairing_views", "enterprises.merging_views"),
    *("notices.views", "org.views", "org.staff_views", "org.session_views", "org.unit_views", "org.substitute_views"),
    *("offline.views", "leaving.views", "operations.views", "calendars.views", "policies.draft_views", "audit.views"),
)
"""The pages of every feature; each module has its blueprint ``bp``."""


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The finished application; ``overrides`` replace settings. RuntimeError when the configuration cannot serve."""
    from helpdesk import cli, db, errors, pages, rules, scheduler, security
    from helpdesk.audit import refusals
    from helpdesk.notices import mail
    from helpdesk.org import accounts

    app = Flask(__name__)
    app.config.from_object(Config())
    app.config.update(overrides or {})
    if wrong := complaints(app.config):
        raise RuntimeError("cannot start:\n- " + "\n- ".join(wrong))

    db.db.init_app(app)
    Migrate(app, db.db, render_as_batch=True)
    for ground in (rules, security, errors, refusals, pages, accounts, mail, cli, scheduler):
        ground.init_app(app)
    for name in LISTS:
        import_module(f"helpdesk.{name}")
    for name in DOORS:
        app.register_blueprint(import_module(f"helpdesk.{name}").bp)
    return app
