"""Pages of the calendar: the years, pasting the next notice, local closures, office hours."""

from flask import Blueprint

from helpdesk.calendars import models

__all__ = ["bp", "models"]

bp = Blueprint("calendars", __name__)
