"""Sudden death: a process kills itself at the n-th place where a power cut could hit it."""

import os
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from helpdesk.notices import mail

STATEMENT, COMMIT, COMMITTED, MAILED = "before a statement", "before a commit", "after a commit", "after a mail's OK"
PLACES = (STATEMENT, COMMIT, COMMITTED, MAILED)


class Fuse:
    """Counts the places a process passes; ``left`` is how many it may still pass, None for all.

    Where it died is written to ``diary``, a file descriptor, for a dead process tells nothing.
    """

    def __init__(self, diary: int) -> None:
        self.left: int | None = None
        self._diary = diary

    def pass_by(self, place: str) -> None:
        """One place more; perhaps the last one."""
        if self.left is None:
            return
        self.left -= 1
        if self.left <= 0:
            os.write(self._diary, f"{place}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def lay(self, engine: Engine) -> None:
        """Along every statement and commit of this process, and behind every mail that the server has taken."""
        event.listen(engine, "before_cursor_execute", lambda *_: self.pass_by(STATEMENT))
        event.listen(engine, "commit", lambda *_: self.pass_by(COMMIT))
        event.listen(Session, "after_commit", lambda *_: self.pass_by(COMMITTED))
        mail.Smtp.data = self._followed(mail.Smtp.data)  # type: ignore[method-assign]

    def _followed(self, data: Callable[..., Any]) -> Callable[..., Any]:
        def hand_over(smtp: Any, message: Any) -> Any:
            answer = data(smtp, message)
            self.pass_by(MAILED)
            return answer

        return hand_over
