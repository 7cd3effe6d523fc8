"""The few errors there are, each answered once: as a page for people, as JSON for programs."""

from typing import Any

from blinker import Signal
from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from workflows.engine import Missing, NotNow, NotYours, Refused


class NotFoundError(Refused):
    """There is no such thing, or not for you: a stranger cannot tell which."""


class StaleError(Refused):
    """Somebody was faster; ``happened`` tells what he did."""

    def __init__(self, message: str, happened: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.happened = happened


STATUS: dict[type[Refused], int] = {NotFoundError: 404, NotYours: 403, NotNow: 409, StaleError: 409, Missing: 422}


turned_away = Signal("somebody asked for what is not for him: path, code, message")


def status_of(refused: Refused) -> int:
    """The HTTP status of a refusal."""
    return next((code for kind, code in STATUS.items() if isinstance(refused, kind)), 400)


def init_app(app: Flask) -> None:
    """Answer every refusal and every HTTP error in one place."""
    app.register_error_handler(Refused, _on_refused)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(OperationalError, _on_database_down)
    app.register_error_handler(500, _on_http)


def not_offered(refused: Refused, *, what: str, url: str) -> ResponseReturnValue:
    """The page of an act that this person may not do, or not now, with the way back to ``what`` it is about.

    Like every refusal it is told to whoever keeps the record of those who were turned away.
    """
    _note(refused)
    code = status_of(refused)
    return render_template("errors/not_offered.html", code=code, message=refused.message, what=what, url=url), code


def _note(refused: Refused) -> None:
    if isinstance(refused, NotYours | NotFoundError):  # a stranger gets 404: he shall not learn what there is
        _turn_away(status_of(refused), refused.message)


def _on_refused(refused: Refused) -> ResponseReturnValue:
    _note(refused)
    return _answer(status_of(refused), refused.message, errors=getattr(refused, "errors", None), refused=refused)


def _on_http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    if error.code == 403:
        _turn_away(403, "")
    return _answer(error.code or 500, None, **_way_back() if error.code == 413 else {})


def _turn_away(code: int, message: str) -> None:
    turned_away.send(current_app._get_current_object(), path=request.path, code=code, message=message)  # type: ignore[attr-defined]


def _way_back() -> dict[str, str]:
    """To the form that was sent, which stands at its own address; our pages send no Referer."""
    shown = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    return {"back_url": request.path, "back_label": "回到表单"} if shown else {}


def _on_database_down(error: OperationalError) -> ResponseReturnValue:
    current_app.logger.error("database does not answer: %s", error.__class__.__name__, exc_info=error)
    return _answer(503, "数据库暂时连接不上，您刚才填写的内容没有保存。请不要关闭页面，稍后点浏览器的“后退”再提交。")


def _answer(code: int, message: str | None, **more: Any) -> ResponseReturnValue:
    if wants_json():
        body = {"status": code, "message": message} | {k: v for k, v in more.items() if k == "errors" and v}
        return jsonify(body), code
    known = code if code in PAGES else (500 if code >= 500 else 400)
    return render_template(f"errors/{known}.html", message=message, **more), code


PAGES = frozenset({400, 403, 404, 409, 410, 413, 422, 429, 500, 503})


def wants_json() -> bool:
    """Whether the reader is a program."""
    return request.path.endswith(".json") or request.accept_mimetypes.best == "application/json"
