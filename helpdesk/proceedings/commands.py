"""``proceed()``: the only way in which a proceeding changes, whoever asks for it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from helpdesk.db import begin_writing, db
from helpdesk.errors import StaleError
from helpdesk.problems.actors import SYSTEM, Actor, Wish
from helpdesk.proceedings import doing, queries
from helpdesk.proceedings.doing import Opening, Proceeded
from workflows.book import ACTIONS

__all__ = ["SYSTEM", "Actor", "Opening", "Proceeded", "in_one_transaction", "proceed"]

T = TypeVar("T")


def proceed(  # noqa: PLR0913  (each is named where it is called)
    process: str,
    key: int | None,
    name: str,
    *,
    by: Actor,
    given: Mapping[str, Any],
    now: datetime,
    version: int | None = None,
    request_key: str | None = None,
    opening: Opening | None = None,
) -> Proceeded:
    """Do an action to a proceeding, or open one when ``key`` is None; commits once or changes nothing.

    Arguments and errors as those of ``problems.commands.act``; ``opening`` says what a new one is.
    """
    wish = Wish(name, by, given, now, version, request_key)
    return in_one_transaction(lambda: doing.proceed_within(process, key, wish, opening), request_key)


def in_one_transaction(do: Callable[[], T], request_key: str | None = None) -> T | Proceeded:
    """Run ``do`` and commit; a second click on the same form answers with what the first did."""
    try:
        begin_writing()
        done = _repeated(request_key) or do()
        db.session.commit()
    except StaleDataError as error:
        db.session.rollback()
        raise StaleError("别人刚刚处理了这份文书，请看最新情况") from error
    except IntegrityError:
        db.session.rollback()
        if repeated := _repeated(request_key):
            return repeated
        raise
    except Exception:
        db.session.rollback()
        raise
    return done


def _repeated(request_key: str | None) -> Proceeded | None:
    entry = queries.entry_by_request(request_key) if request_key else None
    return Proceeded(entry.proceeding_id, entry.id, ACTIONS[entry.action], repeated=True) if entry else None
