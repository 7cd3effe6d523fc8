"""Sudden death: a process kills itself at the n-th place where a power cut could hit it."""

import os
import signal
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from helpdesk.notices import mail

STATEMENT, COMMIT, COMMITTED, MAILED = "before a statement", "before a commit", "after a commit", "after a mail's OK"


def last_words(diary: str) -> tuple[Counter[str], int]:
    """How many died where, and how many mails nobody had written down when the process that sent them died."""
    lines = [line.split("\t") for line in diary.splitlines()]
    return Counter(place for place, _ in lines), sum(int(unnoted) for _, unnoted in lines)


class Fuse:
    """Counts the places a process passes; ``left`` is how many it may still pass, None for all.

    Where it died is written to ``diary``, a file descriptor, for a dead process tells nothing; and how many mails the
    server had taken by then whose dispatch was not written down yet.
    """

    def __init__(self, diary: int) -> None:
        self.left: int | None = None
        self._diary = diary
        self._unnoted = 0

    def pass_by(self, place: str) -> None:
        """One place more; perhaps the last one."""
        self._unnoted = self._unnoted + 1 if place == MAILED else 0 if place == COMMITTED else self._unnoted
        if self.left is None:
            return
        self.left -= 1
        if self.left <= 0:
            os.write(self._diary, f"{place}\t{self._unnoted}\n".encode())
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
