"""What cannot be seen from outside: statements per request, and the sweep with the post behind it."""

import os
import smtplib
import time as wall
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select, text, update

from bench.measuring import seconds
from bench.scene import Scene
from bench.servers import environment
from bench.visiting import Visitor
from helpdesk import clock, create_app
from helpdesk.db import db
from helpdesk.notices.models import DROPPED, WAITING, Notice
from helpdesk.notices.post import post
from helpdesk.problems.models import ProblemClock
from helpdesk.problems.sweep import sweep
from helpdesk.scheduler import KNOWS

DUE = 1_000
POSTED_AT = time(8, 35)
LATER = timedelta(days=30)


class Inside(Visitor):
    """A visitor without a network."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()
        self._token = ""

    def _send(self, method: str, path: str, given: Mapping[str, str] | None = None) -> tuple[int, str]:
        answer = self._client.open(path, method=method, data=given)
        return answer.status_code, answer.headers.get("Location") or answer.get_data(as_text=True)


def application(url: str, **settings: Any) -> Flask:
    """The application in this process."""
    os.environ.update(environment(url))
    return create_app(settings)


def statements(url: str, scene: Scene) -> dict[str, int]:
    """How many SQL statements each page and action takes, its transaction's begin and commit not counted."""
    app, counted = application(url), [0]
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "before_cursor_execute")
    def count(*_: Any) -> None:
        counted[0] += 1

    deeds, found = scene.pages(lambda: Inside(app)) | scene.actions(lambda: Inside(app)), {}
    for _ in range(2):  # the first time much is looked up that stays known
        for name, deed in deeds.items():
            counted[0] = 0
            deed()
            found[name] = counted[0]
    engine.dispose()
    return found


@dataclass(frozen=True)
class Round:
    """A sweep with its post, and what the same mails take over one connection."""

    struck: str
    mails: int
    sweep: float  # seconds, as all below
    post: float
    yardstick: float

    @property
    def ratio(self) -> float:
        """How much more it is than one SELECT and the same mails."""
        return (self.sweep + self.post) / self.yardstick


def sweep_and_post(url: str, mail_port: int, taken: Any) -> Round:
    """With ``DUE`` clocks due among all."""
    app = application(url, MAIL_SERVER="127.0.0.1", MAIL_PORT=mail_port)
    with app.app_context():
        sweep(clock.now())
        db.session.execute(update(Notice).where(Notice.status == WAITING).values(status=DROPPED))
        db.session.commit()
        calendar = clock.calendar()
        at = calendar.at(calendar.add(clock.today(), 1), POSTED_AT)
        _leave_due(DUE, at)
        did: list[Any] = []
        swept = seconds(lambda: did.append(sweep(at)))
        posted = seconds(lambda: post(at, knows=KNOWS))
        mails = _drain(taken)
        yardstick = seconds(lambda: _select_and_send(mails, mail_port))
        _drain(taken)
        db.session.remove()
        db.engine.dispose()
    return Round(str(did[0]), len(mails), swept, posted, yardstick)


def _leave_due(count: int, at: Any) -> None:
    """Put all but so many clocks off that would be due at that moment."""
    due = select(ProblemClock.id).where(ProblemClock.strike_at <= at).order_by(func.md5(func.concat(ProblemClock.id)))
    kept = select(due.limit(count).subquery().c.id)
    off = update(ProblemClock).where(ProblemClock.strike_at <= at, ProblemClock.id.not_in(kept))
    db.session.execute(off.values(strike_at=at + LATER).execution_options(synchronize_session=False))
    db.session.commit()
    db.session.execute(text("ANALYZE clocks"))
    db.session.commit()


def _drain(taken: Any) -> list[Any]:
    mails, quiet = [], 0
    while quiet < 5:
        if taken.empty():
            quiet += 1
            wall.sleep(0.1)
        else:
            mails.append(taken.get())
            quiet = 0
    return mails


def _select_and_send(mails: list[Any], port: int) -> None:
    rows = select(ProblemClock.id, ProblemClock.due_at).where(ProblemClock.strike_at.is_not(None)).limit(DUE)
    db.session.execute(rows).all()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for sender, recipients, content in mails:
            server.sendmail(sender, recipients, content)
