"""Pages of the calendar: the years, pasting the next notice, local closures, office hours."""

from flask import Blueprint

from helpdesk import rules
from helpdesk.calendars import models, queries

__all__ = ["bp", "models"]

bp = Blueprint("calendars", __name__, url_prefix="/calendar")
bp.record_once(lambda state: rules.supply(state.app, calendar=queries.load_calendar))
