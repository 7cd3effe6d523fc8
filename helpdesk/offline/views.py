"""What a phone keeps so that visits and problems can be written without a network, and what it asks before it sends them."""

import hashlib
from pathlib import Path

from flask import Blueprint, current_app, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from helpdesk.enterprises.queries import paired_enterprises
from helpdesk.form_fields import Choices
from helpdesk.org.login import current_person
from helpdesk.problems import asking
from helpdesk.problems.views import my_standing
from helpdesk.visits.forms import record_form
from workflows.terms import NEW

bp = Blueprint("offline", __name__)

FILES = (
    "vendor/bootstrap.min.css",
    "vendor/bootstrap-icons.css",
    "vendor/fonts/bootstrap-icons.woff2",
    "theme.css",
    "forms.css",
    "parts.css",
    "problem.css",
    "closing.css",
    "visits.css",
    "print.css",
    "app.js",
    "drafts.js",
    "files.js",
    "my_firms.js",
    "picker.js",
    "unsent.js",
    "unsent_mark.js",
    "offline.js",
    "img/mark.svg",
)
"""What the kept pages need where there is no network."""


# -- The pages that are kept -------------------------------------------------------------------------------------------


@bp.get("/offline/")
def start() -> ResponseReturnValue:
    """Stands in for every page that cannot be reached: what can be written now, and what is not sent yet."""
    return _start(_reader())


@bp.get("/offline/visit")
def visit() -> ResponseReturnValue:
    """记录走访 where there is no network: the same for everybody, nothing personal in it."""
    return _visit(_reader())


@bp.get("/offline/problem")
def problem() -> ResponseReturnValue:
    """问题登记 where there is no network: the same for everybody, nothing personal in it."""
    return _problem(_reader())


def _reader() -> int | None:
    """Who reads the page now; nobody where the worker takes it to be kept."""
    return None if "X-Kept" in request.headers else int(current_person().id)


def _start(user_id: int | None = None) -> str:
    return render_template("offline/start.html", user_id=user_id)


def _visit(user_id: int | None = None) -> str:
    choices = Choices(enterprises_url=url_for("enterprises.find"))
    form = record_form(choices)(formdata=None, request_key="")
    return render_template("offline/visit.html", form=form, user_id=user_id)


def _problem(user_id: int | None = None) -> str:
    me = my_standing()
    offers = asking.starting_actions(NEW, me)
    form = asking.form_of(asking.starting_questions(offers), problem=None, owner="", now=me.now)
    form.request_key.data = ""
    extra = asking.extra_questions(offers)
    return render_template("offline/problem.html", form=form, offers=offers, extra=extra, user_id=user_id)


SHELLS = (_start, _visit, _problem)


# -- The worker --------------------------------------------------------------------------------------------------------


@bp.get("/worker.js")
def worker() -> ResponseReturnValue:
    """The service worker; it lies at the root, so that it answers for every page. What it keeps names its version."""
    body = render_template(
        "offline/worker.js",
        version=_version(),
        start=url_for("offline.start"),
        visit=url_for("offline.visit"),
        problem=url_for("offline.problem"),
        files=[url_for("static", filename=name) for name in FILES],
    )
    response = make_response(body)
    response.mimetype = "text/javascript"
    return response


def _version() -> str:
    folder = Path(current_app.static_folder or "")
    digest = hashlib.sha256()
    for shell in SHELLS:
        digest.update(shell().encode())
    for name in FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:16]


# -- What a phone asks -------------------------------------------------------------------------------------------------


@bp.get("/offline/token.json")
def token() -> ResponseReturnValue:
    """Who is signed in and what his forms have to carry, for forms that waited for the network."""
    return jsonify({"user": current_person().id, "csrf": generate_csrf()})


@bp.get("/offline/enterprises.json")
def enterprises() -> ResponseReturnValue:
    """The enterprises that the signed-in person looks after today, to be chosen from without a network."""
    me = my_standing()
    firms = paired_enterprises(me.himself, me.today)
    return jsonify(
        [
            {"id": each.id, "label": each.name, "hint": each.uscc or "暂无代码", "sounds": each.initials}
            for each in firms
        ]
    )
