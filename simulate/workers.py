"""Processes of ours that do what they are told until they die: an office where people's acts arrive, schedulers."""

import logging
import multiprocessing
import os
import time
import traceback
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import make_url

from helpdesk.db import db
from simulate.fuse import Fuse

FORK = multiprocessing.get_context("fork")
PATIENCE = 300  # seconds for one order
GONE_WITHIN = 30  # seconds for PostgreSQL to notice that a client is dead

STILL_THERE = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s"

Orders = Mapping[str, Callable[..., Any]]
"""What a worker can do, by name; each is called inside an application context."""


class DiedError(Exception):
    """The process ended before it answered."""


class BrokenError(Exception):
    """The product raised what nobody expected; the message is the traceback."""


class Worker:
    """One process at a time; when it has died, the next order starts another in its place.

    Until ``hatch`` it lives in the process that gives the orders: what is learnt there once (templates, statements) every
    later process knows from its birth.
    """

    def __init__(self, name: str, app: Flask, orders: Orders, diary: int) -> None:
        self.name = name
        self.deaths = 0
        self._app, self._orders, self._diary = app, orders, diary
        self._process: Any = None
        self._pipe: Connection
        self._at_home: list[tuple[bool, Any]] | None = []

    def hatch(self) -> None:
        """From now on in processes of its own; no connection of this one is left to them."""
        self._at_home = None
        with self._app.app_context():
            db.engine.dispose()

    def send(self, order: str, *given: Any, dies_after: int | None = None) -> None:
        """Give an order; ``dies_after`` so many places of the fuse, if it passes so many."""
        if self._at_home is not None:
            self._at_home.append(self._done(order, given))
            return
        if self._process is None:
            self._start()
        self._pipe.send((order, given, dies_after))

    def answer(self) -> Any:
        """What came of the order. DiedError when the process died, BrokenError when the product failed."""
        good, answer = self._at_home.pop(0) if self._at_home else self._heard()
        if not good:
            raise BrokenError(answer)
        return answer

    def _heard(self) -> tuple[bool, Any]:
        if not self._pipe.poll(PATIENCE):
            raise BrokenError(f"{self.name} hangs")
        try:
            heard: tuple[bool, Any] = self._pipe.recv()
        except EOFError as end:
            self._bury()
            raise DiedError(self.name) from end
        return heard

    def do(self, order: str, *given: Any, dies_after: int | None = None) -> Any:
        """Give an order and wait for its answer."""
        self.send(order, *given, dies_after=dies_after)
        return self.answer()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()

    def _start(self) -> None:
        self._pipe, theirs = FORK.Pipe()
        self._process = FORK.Process(target=self._serve, args=(theirs, self._pipe), daemon=True)
        self._process.start()
        theirs.close()

    def _bury(self) -> None:
        """Until the database has let go of what the dead one held, nobody takes its place."""
        self._process.join()
        self._process = None
        self.deaths += 1
        self._pipe.close()
        wait_until_gone(self._app.config["SQLALCHEMY_DATABASE_URI"], self.name)

    # -- In the process ------------------------------------------------------------------------------------------------

    def _serve(self, pipe: Connection, other_end: Connection) -> None:
        other_end.close()
        os.environ["PGAPPNAME"] = self.name
        fuse = Fuse(self._diary)
        with self._app.app_context():
            fuse.lay(db.engine)
        alarms = _Alarms()
        logging.getLogger("helpdesk").addHandler(alarms)
        logging.getLogger("helpdesk").propagate = False
        while True:
            try:
                order, given, fuse.left = pipe.recv()
            except (EOFError, OSError):  # whoever gives the orders is gone
                os._exit(0)
            answer = alarms.instead_of(self._done(order, given))
            fuse.left = None
            pipe.send(answer)

    def _done(self, order: str, given: tuple[Any, ...]) -> tuple[bool, Any]:
        try:
            with self._app.app_context():
                return True, self._orders[order](*given)
        except Exception:
            return False, traceback.format_exc()


class _Alarms(logging.Handler):
    """Keeps what the product logs of exceptions it has caught: here none is expected."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it if an exception stands behind it."""
        if record.exc_info:
            self._heard.append(logging.Formatter().format(record))

    def instead_of(self, answer: tuple[bool, Any]) -> tuple[bool, Any]:
        """The answer to an order, or what was logged meanwhile."""
        heard, self._heard = self._heard, []
        return (False, "\n".join(heard)) if heard else answer


def wait_until_gone(url: str, name: str) -> None:
    """Until no connection of that name is left on the server."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    ends = time.monotonic() + GONE_WITHIN
    with psycopg.connect(plain, autocommit=True) as connection:
        while connection.execute(STILL_THERE, [name]).fetchone():
            if time.monotonic() > ends:
                raise BrokenError(f"the database keeps the connection of {name}, which is dead")
            time.sleep(0.005)
