"""The post: mails what is due in the outbox, once, from any number of processes, and writes down what became of it."""

import logging
import os
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import and_, bindparam, or_, update

from helpdesk.clock import calendar
from helpdesk.db import begin_writing, db
from helpdesk.notices import queries
from helpdesk.notices.channels import Channel, LostError, NotDeliveredError, UnreachableError
from helpdesk.notices.channels.folder import FolderChannel
from helpdesk.notices.channels.mail import SmtpChannel
from helpdesk.notices.hours import is_working_moment, next_working_moment
from helpdesk.notices.letters import COLUMNS, Site, mail_of, message_id
from helpdesk.notices.models import DROPPED, FAILED, SENT, WAITING, Notice
from workflows.problem import PROBLEM
from workflows.terms import Pace

log = logging.getLogger(__name__)

MOST = 10_000  # mails of one run
CLAIMED = 100  # mails taken at a time
WRITTEN = 20  # results written at a time: so many mails at most are repeated after a crash
CLAIM = timedelta(minutes=10)
PATIENCE = CLAIM.total_seconds() / 2  # seconds after which a claim is given back rather than outlived
LOSSES = 2  # connections lost one after the other: then it is the server, not the mail
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""After the first failure, after the second ...; after the last one it has failed for good."""
LONGEST_ANSWER = 300

REMINDERS = frozenset(
    tell.notice for clock in PROBLEM.clocks for mark in clock.milestones if not mark.severity for tell in mark.tells
)
"""Notices that are of no use on a later day."""

Letter = list[Any]
"""The rows of one mail."""
Moot = Callable[[Collection[Any]], Mapping[int, str]]
"""Which of these rows are no longer true, by key, and why."""


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


def nothing_is_moot(rows: Collection[Any]) -> Mapping[int, str]:
    """For a post that knows nothing of problems."""
    return {}


def post(
    now: datetime,
    *,
    limit: int = MOST,
    moot: Moot = nothing_is_moot,
    go_on: Callable[[], bool] = lambda: True,
) -> Posted:
    """Mail what is due, up to ``limit`` mails; a broken one never stops the others. Stops early when not to go on."""
    posted, channel, started = Posted(), _channel(), time.monotonic()
    try:
        while limit > 0 and not posted.trouble and go_on():
            run = f"{os.getpid()}.{secrets.token_hex(8)}"
            moment = now + timedelta(seconds=int(time.monotonic() - started))  # a claim lasts from when it is made
            letters = _claim(moment, min(limit, CLAIMED), run)
            if not letters:
                break
            limit -= len(letters)
            _Round(moment, run, channel, posted, go_on).post(letters, moot)
    finally:
        channel.close()
    return posted


def _channel() -> Channel:
    config = current_app.config
    return SmtpChannel() if config["MAIL_SERVER"] else FolderChannel(config["MAIL_DIR"])


def site() -> Site:
    """This installation, from its settings."""
    config = current_app.config
    name = f"助企问题办理平台 · {config['DISTRICT']}"
    return Site(config["SITE_URL"], name, config["MAIL_DEFAULT_SENDER"] or "")


# -- Taking ------------------------------------------------------------------------------------------------------------


def _claim(now: datetime, limit: int, run: str) -> list[Letter]:
    """Take mails that are due, so that no other process does; in the order in which they became due."""
    begin_writing()
    heads = queries.due_heads(now, limit)
    if not heads:
        db.session.rollback()
        return []
    people = [head.person_id for head in heads if head.pace == Pace.DIGEST.value]
    wanted = or_(
        Notice.id.in_([head.id for head in heads]),
        and_(Notice.pace == Pace.DIGEST.value, Notice.person_id.in_(people), queries.is_due(now)),
    )
    claiming = update(Notice).where(wanted).values(claimed_by=run, claimed_until_at=now + CLAIM).returning(*COLUMNS)
    rows = db.session.execute(claiming.execution_options(synchronize_session=False)).all()
    db.session.commit()
    return _letters(rows)


def _letters(rows: Sequence[Any]) -> list[Letter]:
    letters: dict[tuple[str, int], Letter] = {}
    for row in sorted(rows, key=lambda row: (row.send_after_at, row.id)):
        key = ("digest", row.person_id) if row.pace == Pace.DIGEST.value else ("notice", row.id)
        letters.setdefault(key, []).append(row)
    return list(letters.values())


# -- Sending -----------------------------------------------------------------------------------------------------------


@dataclass
class _Round:
    """The mails of one claim, and what becomes of each."""

    now: datetime
    run: str
    channel: Channel
    posted: Posted
    go_on: Callable[[], bool]
    results: list[dict[str, Any]] = field(default_factory=list)
    lost: list[tuple[Letter, str]] = field(default_factory=list)

    def post(self, letters: list[Letter], moot: Moot) -> None:
        """Send them one after the other; give back what there is no time or no connection for."""
        dropped = self._looked_at_again([row for letter in letters for row in letter], moot)
        started, where = time.monotonic(), site()
        for letter in letters:
            self._drop([row for row in letter if row.id in dropped], dropped)
            if not (rest := [row for row in letter if row.id not in dropped]):
                continue
            if self.posted.trouble or time.monotonic() - started > PATIENCE or not self.go_on():
                self._note(rest, status=WAITING)
            else:
                self._send(rest, where)
            if len(self.results) >= WRITTEN:
                self._write()
        self._settle_losses()
        self._write()

    def _looked_at_again(self, rows: list[Any], moot: Moot) -> dict[int, str]:
        today = calendar().day_of(self.now)
        gone = queries.without_account({row.person_id for row in rows if row.person_id})
        dropped = {row.id: "收件人的账号已停用" for row in rows if row.person_id in gone}
        dropped |= {
            row.id: "提醒的日子已过"
            for row in rows
            if row.name in REMINDERS and calendar().day_of(row.send_after_at) < today
        }
        dropped |= moot(rows)
        db.session.rollback()  # no transaction stays open while the mail server is talked to
        return dropped

    def _drop(self, rows: list[Any], why: Mapping[int, str]) -> None:
        self.posted.dropped += len(rows)
        for row in rows:
            self._note([row], status=DROPPED, dropped_why=why[row.id][:100])

    def _send(self, letter: Letter, where: Site) -> None:
        try:
            answer = self.channel.send(mail_of(letter, where, self.now))
        except NotDeliveredError as refused:
            self._settle_losses()
            self._failed(letter, str(refused), for_good=refused.for_good)
        except LostError as lost:
            self._lose(letter, str(lost))
        except UnreachableError as unreachable:
            self._stop(letter, str(unreachable))
        except Exception as broken:
            log.exception("notice %s could not be mailed", [row.id for row in letter])
            self._failed(letter, f"{type(broken).__name__}: {broken}", for_good=True)
        else:
            self._settle_losses()
            self.posted.sent += len(letter)
            self._note(
                letter,
                status=SENT,
                sent_at=self.now,
                message_id=message_id(letter, where),
                server_answer=answer,
                tried=1,
            )

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

    def _failed(self, letter: Letter, answer: str, *, for_good: bool) -> None:
        for row in letter:
            if for_good or row.tries >= len(PAUSES):
                self.posted.failed += 1
                self._note([row], status=FAILED, server_answer=answer, tried=1)
            else:
                self.posted.retried += 1
                again = self._again(row)
                self._note([row], status=WAITING, server_answer=answer, send_after_at=again, tried=1)

    def _again(self, row: Any) -> datetime:
        """The next try: after a pause, and in working hours if it was not urgent in the first place."""
        moment = self.now + PAUSES[row.tries]
        urgent = not is_working_moment(row.send_after_at, calendar())
        return moment if urgent else next_working_moment(moment, calendar())

    # -- Writing down --------------------------------------------------------------------------------------------------

    def _note(self, letter: Letter, *, status: str, tried: int = 0, **facts: Any) -> None:
        for row in letter:
            self.results.append(
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

    def _write(self) -> None:
        """Write the results down, where the claim is still ours."""
        if not self.results:
            return
        begin_writing()
        db.session.execute(WRITE, [result | {"run": self.run} for result in self.results])
        db.session.commit()
        self.results = []


TABLE = Notice.__table__
WRITE = (
    update(TABLE)
    .where(TABLE.c.id == bindparam("key"), TABLE.c.claimed_by == bindparam("run"))
    .values(
        {
            name: bindparam(name)
            for name in ("status", "tries", "send_after_at", "sent_at", "message_id", "server_answer", "dropped_why")
        }
        | {"claimed_by": None, "claimed_until_at": None}
    )
)
