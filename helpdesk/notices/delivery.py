"""Handing over the mails of one claim, one after the other, and noting what becomes of each."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from helpdesk.notices.channels import Channel, LostError, Mail, NotDeliveredError, UnreachableError
from helpdesk.notices.letters import Site, chat_of, mail_of, message_id, said
from helpdesk.notices.models import CHAT, DROPPED, FAILED, SENT, WAITING
from helpdesk.notices.rechecking import PAUSES, Findings
from helpdesk.notices.reminders import MORNING

log = logging.getLogger(__name__)

WRITTEN = 20  # results written at a time: so many mails at most are repeated after a crash
PATIENCE = 300.0  # seconds after which the rest is given back rather than the claim outlived
LOSSES = 2  # connections lost one after the other: then it is the server, not the mail
LONGEST_ANSWER = 300

Letter = list[Any]
"""The rows of one mail."""


@dataclass
class Posted:
    """What a run of the post did, in notices; ``trouble``: why no more could leave."""

    sent: int = 0
    failed: int = 0
    dropped: int = 0
    retried: int = 0
    trouble: str = ""

    def __str__(self) -> str:
        done = f"sent {self.sent}, failed {self.failed}, dropped {self.dropped}, to be retried {self.retried}"
        return f"{done}; stopped: {self.trouble}" if self.trouble else done

    def add(self, other: "Posted") -> None:
        """Count what another channel did as well."""
        for name in ("sent", "failed", "dropped", "retried"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.trouble = "; ".join(filter(None, (self.trouble, other.trouble)))


@dataclass
class Results:
    """What is to be written down: of rows, of mornings in the words that were sent, and of people's addresses."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    words: list[dict[str, Any]] = field(default_factory=list)
    refused: dict[int, dict[str, Any]] = field(default_factory=dict)  # by person: address, answer, at
    reached: set[int] = field(default_factory=set)  # whose mail was taken


@dataclass
class Delivery:
    """One claim's mails on their way out; ``write`` puts results down and is called now and then."""

    now: datetime
    channel: Channel
    site: Site
    findings: Findings
    write: Callable[[Results], None]
    go_on: Callable[[], bool]
    posted: Posted = field(default_factory=Posted)
    results: Results = field(default_factory=Results)
    lost: list[tuple[Letter, str]] = field(default_factory=list)

    def deliver(self, letters: list[Letter]) -> Posted:
        """Send them one after the other; give back what there is no time or no connection for."""
        started = time.monotonic()
        for letter in letters:
            self._drop([row for row in letter if row.id in self.findings.dropped])
            if not (rest := [row for row in letter if row.id not in self.findings.dropped]):
                continue
            if self.posted.trouble or time.monotonic() - started > PATIENCE or not self.go_on():
                self._note(rest, status=WAITING)
            else:
                self._send(rest)
            if len(self.results.rows) >= WRITTEN:
                self._write()
        self._settle_losses()
        self._write()
        return self.posted

    def _write(self) -> None:
        self.write(self.results)
        self.results = Results()

    def _drop(self, rows: list[Any]) -> None:
        self.posted.dropped += len(rows)
        for row in rows:
            self._note([row], status=DROPPED, dropped_why=self.findings.dropped[row.id][:100])

    def _send(self, letter: Letter) -> None:
        try:
            answer = self.channel.send(self._mail(letter))
        except NotDeliveredError as refused:
            self._settle_losses()
            self._failed(letter, str(refused), for_good=refused.for_good, blames_address=True)
        except LostError as lost:
            self._lose(letter, str(lost))
        except UnreachableError as unreachable:
            self._stop(letter, str(unreachable))
        except Exception as broken:
            log.exception("notice %s could not be mailed", [row.id for row in letter])
            self._failed(letter, f"{type(broken).__name__}: {broken}", for_good=True)
        else:
            self._settle_losses()
            self._sent(letter, answer)

    def _mail(self, letter: Letter) -> Mail:
        first = letter[0]
        if first.channel == CHAT:
            return chat_of(first, self.site, self.now, self.findings.chat_addresses[first.person_id])
        mail = mail_of(letter, self.site, self.now, self.findings.known_of(first))
        attached = self.findings.attached.get(first.id, ()) if len(letter) == 1 else ()
        return replace(mail, attached=attached)

    def _sent(self, letter: Letter, answer: str) -> None:
        self.posted.sent += len(letter)
        proof = {"sent_at": self.now, "message_id": message_id(letter, self.site), "server_answer": answer}
        self._note(letter, status=SENT, tried=1, **proof)
        first = letter[0]
        if first.person_id and first.channel != CHAT:
            self.results.reached.add(first.person_id)
        for row in letter:
            if row.name == MORNING:
                words = said([row], self.site, self.findings.known_of(row))
                self.results.words.append({"key": row.id, "read_at": self.now, **words})

    def _lose(self, letter: Letter, why: str) -> None:
        log.warning("mail server lost: %s", why)
        self.lost.append((letter, why))
        if len(self.lost) >= LOSSES:
            (letter, why), *others = self.lost
            self.lost = []
            behind = self.now + PAUSES[0]  # should it be these mails after all, the others go first next time
            for other, _ in others:
                self._note(other, status=WAITING, server_answer=why, send_after_at=behind)
            self._stop(letter, why, send_after_at=behind)

    def _stop(self, letter: Letter, why: str, **facts: Any) -> None:
        """It is not this mail's fault: it waits, and its tries are not counted."""
        log.error("mail server does not take mails: %s", why)
        self.posted.trouble = why
        self._note(letter, status=WAITING, server_answer=why, **facts)

    def _settle_losses(self) -> None:
        """The server lives: those that were lost were lost by themselves."""
        lost, self.lost = self.lost, []
        for letter, why in lost:
            self._failed(letter, why, for_good=False)

    def _failed(self, letter: Letter, answer: str, *, for_good: bool, blames_address: bool = False) -> None:
        for row in letter:
            if not for_good and row.tries < len(PAUSES):
                self.posted.retried += 1
                again = self.findings.next_try[row.id]
                self._note([row], status=WAITING, server_answer=answer, send_after_at=again, tried=1)
                continue
            self.posted.failed += 1
            self._note([row], status=FAILED, server_answer=answer, send_after_at=self.now, tried=1)
            if blames_address and row.person_id and row.channel != CHAT:
                facts = {"address": row.address, "answer": answer[:LONGEST_ANSWER], "at": self.now}
                self.results.refused[row.person_id] = facts

    def _note(self, letter: Letter, *, status: str, tried: int = 0, **facts: Any) -> None:
        for row in letter:
            self.results.rows.append(
                {
                    "key": row.id,
                    "status": status,
                    "tries": row.tries + tried,
                    "send_after_at": facts.get("send_after_at", row.send_after_at),
                    "sent_at": facts.get("sent_at"),
                    "message_id": facts.get("message_id"),
                    "server_answer": (facts.get("server_answer") or "")[:LONGEST_ANSWER] or None,
                    "dropped_why": facts.get("dropped_why"),
                }
            )


def bundled(rows: list[Any], findings: Findings) -> list[Letter]:
    """The rows of a claim as mails, in the order in which they became due."""
    letters: dict[tuple[str, int], Letter] = {}
    for row in sorted(rows, key=lambda row: (row.send_after_at, row.id)):
        letters.setdefault(("digest", row.person_id) if findings.joins(row) else ("notice", row.id), []).append(row)
    return list(letters.values())
