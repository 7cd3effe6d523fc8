"""Who may knock at all: sign-in unless declared open here, CSRF, session limits, headers, rate limits, signed links."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from flask import Flask, Request, abort, current_app, flash, has_request_context, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_wtf import CSRFProtect
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from helpdesk import clock
from helpdesk.errors import wants_json

OPEN = frozenset(
    {
        *("static", "security.login", "security.logout", "operations.healthz"),
        *("link.show", "link.act", "contact.show", "contact.follow", "contact.report"),
    }
)
"""The only endpoints that a visitor without an account may reach; everything else is closed."""

BEFORE_NEW_PASSWORD = frozenset({"security.change_password", "security.logout"})
"""What somebody may reach who has to change his first password."""

LIMITS = {
    "security.login": (("POST",), "60 per minute"),
    "security.change_password": (("POST",), "10 per minute"),
    "link.show": (("GET", "HEAD"), "60 per minute"),
    "link.act": (("GET", "HEAD", "POST"), "60 per minute"),
    "contact.show": (("GET", "HEAD"), "60 per minute"),
    "contact.follow": (("GET", "HEAD"), "60 per minute"),
    "contact.report": (("GET", "HEAD", "POST"), "30 per minute"),
    "numbers.of_problem": (("POST",), "30 per minute"),
    "numbers.of_contact": (("POST",), "30 per minute"),
    "problems.attachment": (("GET", "HEAD"), "240 per minute"),
}
"""Requests of one address and worker process; guessing passwords is stopped per account, in the people table."""

SIGNED_IN, SEEN = "signed_in", "seen"  # in the session, whole seconds since 1970
TOKEN = "token"  # noqa: S105  (in the session: by which the table of sessions knows it)
SEEN_AGAIN = 60  # seconds after which being seen is worth a new cookie
LARGEST_KEY = 2**31 - 1
SIGNATURE = 22  # characters of base64, 132 bits


class _KeyConverter(IntegerConverter):
    """A number in an address is a key: one that fits no column is an unknown page, not an error of the database."""

    def __init__(self, *args: Any, **limits: Any) -> None:
        super().__init__(*args, **{"max": LARGEST_KEY} | limits)


class _Parameters(ImmutableMultiDict[str, str]):
    """What an address or a form carries: a number that fits no column is no number, as words are none."""

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]  # noqa: A002
        """The first value of that name, made a ``type``; the default where it cannot be."""
        return super().get(key, default, type=_fitting if type is int else type)

    def getlist(self, key: str, type: Any = None) -> list[Any]:  # noqa: A002
        """All values of that name that can be made a ``type``."""
        return super().getlist(key, type=_fitting if type is int else type)


def _fitting(words: str) -> int:
    number = int(words)
    if abs(number) > LARGEST_KEY:
        raise ValueError(words)
    return number


class _Request(Request):
    """A request whose numbers fit the columns they are compared with."""

    parameter_storage_class = _Parameters


def init_app(app: Flask) -> None:
    """Close the house; the order matters: strangers are led to sign in before their form is looked at."""
    app.config["WTF_CSRF_SSL_STRICT"] = False  # it wants the Referer header, which our pages never send
    app.url_map.converters["int"] = _KeyConverter
    app.request_class = _Request
    if proxies := app.config.get("TRUSTED_PROXIES"):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    app.before_request(_gate)
    CSRFProtect(app)
    Limiter(get_remote_address, app=app, default_limits=[_limit], storage_uri="memory://")
    policy = _headers(https=bool(app.config.get("SESSION_COOKIE_SECURE")))
    app.after_request(lambda response: _protect(response, policy))


# -- Who may pass ------------------------------------------------------------------------------------------------------


def _gate() -> ResponseReturnValue | None:
    """Permission is closed unless opened, and this is the one place that asks."""
    _refuse_nul(request.args)
    if request.endpoint is None or request.endpoint in OPEN:
        _refuse_nul(request.form)
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    if current_user.must_change_password and request.endpoint not in BEFORE_NEW_PASSWORD:
        return abort(403) if wants_json() else _lead(url_for("security.change_password"))
    _seen(session, clock.now())
    _refuse_nul(request.form)
    return None


def _refuse_nul(sent: MultiDict[str, str]) -> None:
    """No keyboard types a NUL, and PostgreSQL stores and compares none: an error there, an answer here."""
    if any("\0" in name or "\0" in value for name, value in sent.items(multi=True)):
        abort(400)


def _to_sign_in() -> ResponseReturnValue:
    if wants_json():
        abort(401)
    if SIGNED_IN in session:
        session.clear()
        flash("登录已经失效：太久没有操作、登录时间过长，或者在别处退出了。请重新登录。", "warning")
    return _lead(url_for("security.login", next=_way_back()))


def _lead(url: str) -> ResponseReturnValue:
    """To another page; a part that htmx fetches must not be put into the page it was fetched for."""
    return Response(status=401, headers={"HX-Redirect": url}) if "HX-Request" in request.headers else redirect(url)


def _way_back() -> str | None:
    shown = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    if not shown or request.path == "/":
        return None
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def begin_session(stamps: MutableMapping[str, Any], now: datetime) -> None:
    """Somebody has just signed in: his session's time starts to run."""
    stamps[SIGNED_IN] = stamps[SEEN] = int(now.timestamp())


def end_session(stamps: MutableMapping[str, Any]) -> None:
    """Somebody has signed out himself: there is nothing to tell him when he comes back."""
    stamps.pop(SIGNED_IN, None)
    stamps.pop(SEEN, None)
    stamps.pop(TOKEN, None)


def session_over(stamps: MutableMapping[str, Any], now: datetime) -> bool:
    """Whether the session has lasted too long, or nothing was done in it for too long, or it never began."""
    since, seen = stamps.get(SIGNED_IN, 0), stamps.get(SEEN, 0)
    config = current_app.config
    longest, idle = config["SESSION_LONGEST"].total_seconds(), config["SESSION_IDLE"].total_seconds()
    return now.timestamp() >= since + longest or now.timestamp() >= seen + idle


def _seen(stamps: MutableMapping[str, Any], now: datetime) -> None:
    if now.timestamp() - stamps.get(SEEN, 0) >= SEEN_AGAIN:
        stamps[SEEN] = int(now.timestamp())


def _limit() -> str:
    methods, limit = LIMITS.get(request.endpoint or "", ((), ""))
    return limit if request.method in methods else ""


# -- What every answer carries -----------------------------------------------------------------------------------------


def _headers(*, https: bool) -> Secure:
    here, nowhere = "'self'", "'none'"
    return Secure(
        csp=ContentSecurityPolicy()
        .default_src(here)
        .img_src(here, "data:", "blob:")
        .object_src(nowhere)
        .base_uri(here)
        .form_action(here)
        .frame_ancestors(nowhere),
        coop=CrossOriginOpenerPolicy().same_origin(),
        hsts=StrictTransportSecurity().max_age(31536000) if https else None,
        permissions=PermissionsPolicy().camera().geolocation().microphone(),
        referrer=ReferrerPolicy().no_referrer(),  # the address of an enterprise's page is its key
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
    )


def _protect(response: Response, policy: Secure) -> Response:
    policy.set_headers(response)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


# -- Links and forms ---------------------------------------------------------------------------------------------------


OF_PROBLEM, OF_CONTACT = "enterprise link", "contact link"
"""What a personal link opens: one problem, or everything that one contact reported."""


def sign_link(link_id: int, kind: str = OF_PROBLEM) -> str:
    """The token under which an enterprise's link answers: its key and a signature nobody else can make."""
    return f"{link_id}-{_signature(link_id, current_app.config['SECRET_KEY'], kind)}"


def read_link(token: str, kind: str = OF_PROBLEM) -> int | None:
    """The key of the link that this token opens; None when we never signed it for that."""
    key, _, signature = token.partition("-")
    if not (key.isascii() and key.isdecimal() and len(key) <= len(str(LARGEST_KEY)) and signature.isascii()):
        return None
    link_id = int(key)
    known = [current_app.config["SECRET_KEY"], *(current_app.config.get("SECRET_KEY_FALLBACKS") or ())]
    genuine = [hmac.compare_digest(f"{link_id}-{_signature(link_id, secret, kind)}", token) for secret in known]
    return link_id if any(genuine) else None


def _signature(link_id: int, secret: str, kind: str) -> str:
    digest = hmac.digest(secret.encode(), f"{kind} {link_id}".encode(), hashlib.sha256)
    return urlsafe_b64encode(digest).decode()[:SIGNATURE]


def visitor_address() -> str | None:
    """Where the running request came from; None outside a request."""
    return request.remote_addr if has_request_context() else None


def new_request_key() -> str:
    """A key for a form that is about to be shown: sending it twice does nothing twice."""
    return secrets.token_urlsafe(16)
