"""``act()`` and ``act_beside()``: the only ways in which a problem or something beside it changes, whoever asks for it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from helpdesk.db import begin_writing, db
from helpdesk.errors import StaleError
from helpdesk.problems import doing, queries
from helpdesk.problems.actors import SYSTEM, Acted, Actor, Wish
from helpdesk.problems.links import way_in
from workflows.book import ACTIONS

__all__ = ["SYSTEM", "Acted", "Actor", "act", "act_beside"]


def act(  # noqa: PLR0913  (each is named where it is called)
    problem_id: int | None,
    name: str,
    *,
    by: Actor,
    given: Mapping[str, Any],
    now: datetime,
    version: int | None = None,
    request_key: str | None = None,
    noted_at: datetime | None = None,
    also: Callable[[Acted], None] | None = None,
) -> Acted:
    """Do an action to a problem, or to a new one when ``problem_id`` is None; commits once or changes nothing.

    ``given``: typed answers by question. ``version``: the version the person was looking at. ``request_key``: random
    per form shown, so that a second click does nothing. ``also``: what a feature above writes with it in the same
    transaction. Raises NotFoundError, NotYours, NotNow, Missing, StaleError.
    """
    wish = Wish(name, by, given, now, version, request_key, noted_at=noted_at)
    return _committed(lambda: doing.do(problem_id, wish), request_key, also)


def act_beside(
    problem_id: int,
    process: str,
    matter_id: int | None,
    name: str,
    *,
    by: Actor,
    given: Mapping[str, Any],
    now: datetime,
    request_key: str | None = None,
) -> Acted:
    """Do an action to a request or an assisting task (``process``) of a problem, or open one when ``matter_id`` is None.

    What follows for the problem (a granted suspension, say) happens in the same transaction. Raises as ``act`` does.
    """
    wish = Wish(name, by, given, now, request_key=request_key)
    return _committed(lambda: doing.do_beside(problem_id, process, matter_id, wish), request_key)


def open_link(problem_id: int, *, now: datetime) -> int:
    """The key of the link that opens a problem for its contact now, made where there is none yet."""
    begin_writing()
    link = way_in(queries.get_for_change(problem_id), now)
    link_id = link.id
    db.session.commit()
    return link_id


def _committed(do: Callable[[], Acted], request_key: str | None, also: Callable[[Acted], None] | None = None) -> Acted:
    try:
        begin_writing()
        acted = _repeated(request_key) or do()
        if also and not acted.repeated:
            also(acted)
        db.session.commit()
    except StaleDataError as error:
        db.session.rollback()
        raise StaleError("别人刚刚处理了这个问题，请看最新情况") from error
    except IntegrityError as error:
        db.session.rollback()
        if repeated := _repeated(request_key):
            return repeated
        raise error
    except Exception:
        db.session.rollback()
        raise
    return acted


def _repeated(request_key: str | None) -> Acted | None:
    entry = queries.entry_by_request(request_key) if request_key else None
    return Acted(entry.problem_id, entry.id, ACTIONS[entry.action], repeated=True) if entry else None
