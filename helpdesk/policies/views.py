"""Pages of the policy versions: reading, editing a draft, proving it, publishing it."""

from flask import Blueprint

from helpdesk.policies import models

__all__ = ["bp", "models"]

bp = Blueprint("policies", __name__)
