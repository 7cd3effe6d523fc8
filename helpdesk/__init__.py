"""The application: create_app is its table of contents."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_migrate import Migrate

from config import Config, complaints


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The finished application; ``overrides`` replace settings. RuntimeError when the configuration cannot serve."""
    from helpdesk import cli, db, errors, pages, rules, scheduler, security
    from helpdesk.audit import refusals
    from helpdesk.audit import views as audit
    from helpdesk.bulletins import draft_views as bulletins
    from helpdesk.calendars import views as calendars
    from helpdesk.closing import call_views, number_views, sample_views
    from helpdesk.closing import lists as closing_lists  # noqa: F401  (puts them into the catalogue)
    from helpdesk.closing import views as closing
    from helpdesk.enterprises import keeping_views, merging_views, pairing_views
    from helpdesk.enterprises import views as enterprises
    from helpdesk.figures import views as figures
    from helpdesk.finding import views as finding
    from helpdesk.leaving import views as leaving
    from helpdesk.ledgers import views as ledgers
    from helpdesk.listings import clock_views as leg_times
    from helpdesk.listings import firm_lists as _firms  # noqa: F401  (puts its lists into the catalogue)
    from helpdesk.listings import views as listings
    from helpdesk.notices import mail
    from helpdesk.notices import views as notices
    from helpdesk.office import board_views
    from helpdesk.office import views as office
    from helpdesk.operations import views as operations
    from helpdesk.org import accounts, session_views, staff_views, substitute_views, unit_views
    from helpdesk.org import views as org
    from helpdesk.papers import many_views, template_views
    from helpdesk.papers import views as papers
    from helpdesk.policies import draft_views as policies
    from helpdesk.problems import act_views, clock_views, contact_views, leader_views, link_views, process_views
    from helpdesk.supervision import lists as _orders  # noqa: F401  (puts its list into the catalogue)
    from helpdesk.supervision import views as orders

    app = Flask(__name__)
    app.config.from_object(Config())
    app.config.update(overrides or {})
    if wrong := complaints(app.config):
        raise RuntimeError("cannot start:\n- " + "\n- ".join(wrong))

    db.db.init_app(app)
    Migrate(app, db.db, render_as_batch=True)
    for ground in (rules, security, errors, refusals, pages, accounts, mail, cli, scheduler):
        ground.init_app(app)
    features = (
        orders,
        office,
        board_views,
        figures,
        listings,
        ledgers,
        finding,
        leg_times,
        papers,
        bulletins,
        closing,
        call_views,
        number_views,
        sample_views,
        many_views,
        template_views,
        enterprises,
        keeping_views,
        pairing_views,
        merging_views,
        notices,
        org,
        staff_views,
        session_views,
        unit_views,
        leaving,
        substitute_views,
        operations,
        calendars,
        policies,
        audit,
    )
    for feature in (act_views, clock_views, contact_views, leader_views, link_views, process_views, *features):
        app.register_blueprint(feature.bp)
    return app
