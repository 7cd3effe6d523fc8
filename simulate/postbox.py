"""A mail server in a process of its own: counts what it takes by Message-ID, and fails when told to."""

import asyncio
import multiprocessing
import re
from collections import Counter
from multiprocessing.connection import Connection
from typing import Any

from aiosmtpd.controller import Controller

from simulate.district import BROKEN
from simulate.scenario import Mood

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
STARTS = 30  # seconds


class _Desk:
    """What the server answers."""

    def __init__(self) -> None:
        self.mood = Mood.WELL
        self.taken: Counter[str] = Counter()
        self._asked = 0

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        while self.mood is Mood.SILENT:
            await asyncio.sleep(0.05)
        if self.mood is Mood.REFUSING:
            return "451 4.3.2 system not accepting network messages"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        self._asked += 1
        if address == BROKEN:
            return "550 5.1.1 no such mailbox"
        if self.mood is Mood.BUSY and self._asked % 2:
            return "450 4.2.0 greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        found = MESSAGE_ID.search(envelope.original_content or b"")
        self.taken[found.group(1).decode() if found else ""] += 1
        return f"250 OK queued as {self.taken.total()}"


class _Server(Controller):
    """On a port that the system chooses the first time."""

    def __init__(self, desk: _Desk, port: int) -> None:
        super().__init__(desk, hostname="127.0.0.1", port=port)

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _serve(orders: Connection) -> None:
    desk = _Desk()
    server = _Server(desk, 0)
    server.start()
    orders.send(server.port)
    while (order := orders.recv()) is not None:
        if order == "taken":
            orders.send(desk.taken)
            continue
        if Mood.DOWN in (order, desk.mood) and order != desk.mood:
            server = _switched(server, desk, down=order == Mood.DOWN)
        desk.mood = Mood(order)
        orders.send(order)


def _switched(server: _Server, desk: _Desk, *, down: bool) -> _Server:
    if down:
        server.stop()
        return server
    fresh = _Server(desk, server.port)
    fresh.start()
    return fresh


class Postbox:
    """The server as seen from outside; ``port`` stays the same whatever happens to it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("fork")
        self._orders, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        if not self._orders.poll(STARTS):
            raise RuntimeError("the mail server does not start")
        self.port: int = self._orders.recv()
        self.mood = Mood.WELL

    def become(self, mood: Mood) -> None:
        """Be in that mood from now on."""
        if mood is not self.mood:
            self._orders.send(mood)
            self._orders.recv()
            self.mood = mood

    def taken(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        self._orders.send("taken")
        answer: Counter[str] = self._orders.recv()
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
