"""The post: mails what is due in the outbox, once, from any number of processes, and writes down what became of it."""

import os
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy import and_, bindparam, or_, update

from helpdesk.clock import calendar
from helpdesk.db import begin_writing, db
from helpdesk.notices import queries
from helpdesk.notices.channels import Channel
from helpdesk.notices.channels.opening import opened
from helpdesk.notices.delivery import Delivery, Posted, Results, bundled
from helpdesk.notices.hours import is_mailing_time
from helpdesk.notices.letters import COLUMNS, Site
from helpdesk.notices.models import Notice
from helpdesk.notices.queries import Due
from helpdesk.notices.rechecking import Findings, Knowledge, look_again
from helpdesk.org.models import Person
from workflows.terms import Pace

MOST = 10_000  # mails of one run
CLAIMED = 100  # mails taken at a time
CLAIM = timedelta(minutes=10)
NOTHING = Knowledge()


def post(
    now: datetime, *, limit: int = MOST, knows: Knowledge = NOTHING, go_on: Callable[[], bool] = lambda: True
) -> Posted:
    """Mail what is due, up to ``limit`` mails a channel; a broken one never stops the others. Stops when not to go on.

    Outside the mailing windows only what is urgent leaves.
    """
    posted = Posted()
    for name, channel in opened(current_app.config).items():
        try:
            posted.add(_post_by(name, channel, now, limit, knows, go_on))
        finally:
            channel.close()
    return posted


def _post_by(
    name: str, channel: Channel, now: datetime, limit: int, knows: Knowledge, go_on: Callable[[], bool]
) -> Posted:
    posted, started = Posted(), time.monotonic()
    while limit > 0 and not posted.trouble and go_on():
        run = f"{os.getpid()}.{secrets.token_hex(8)}"
        moment = now + timedelta(seconds=int(time.monotonic() - started))  # a claim lasts from when it is made
        rows = _claim(name, moment, min(limit, CLAIMED), run, knows)
        if not rows:
            break
        findings = _looked_at_again(rows, knows, moment)
        letters = bundled(rows, findings)
        limit -= len(letters)
        delivery = Delivery(moment, channel, site(), findings, partial(_write, run), go_on)
        posted.add(delivery.deliver(letters))
    return posted


def site() -> Site:
    """This installation, from its settings."""
    config = current_app.config
    name = f"助企问题办理平台 · {config['DISTRICT']}"
    return Site(config["SITE_URL"], name, config["MAIL_DEFAULT_SENDER"] or "")


def _claim(channel: str, now: datetime, limit: int, run: str, knows: Knowledge) -> list[Any]:
    """Take mails that are due, so that no other process does; in the order in which they became due."""
    begin_writing()
    due = Due(now, channel, is_mailing_time(now, calendar()), caught_up=not knows.is_behind(now))
    heads = queries.due_heads(due, limit)
    if not heads:
        db.session.rollback()
        return []
    people = [head.person_id for head in heads if head.pace == Pace.DIGEST.value]
    wanted = or_(
        Notice.id.in_([head.id for head in heads]),
        and_(Notice.pace == Pace.DIGEST.value, Notice.person_id.in_(people), due.rows),
    )
    claiming = update(Notice).where(wanted).values(claimed_by=run, claimed_until_at=now + CLAIM).returning(*COLUMNS)
    rows = db.session.execute(claiming.execution_options(synchronize_session=False)).all()
    db.session.commit()
    return list(rows)


def _looked_at_again(rows: list[Any], knows: Knowledge, now: datetime) -> Findings:
    findings = look_again(rows, knows, now)
    db.session.rollback()  # no transaction stays open while the mail server is talked to
    return findings


# -- Writing down ------------------------------------------------------------------------------------------------------


def _write(run: str, results: Results) -> None:
    """Write the results down, where the claim is still ours."""
    if not results.rows:
        return
    begin_writing()
    db.session.execute(RESULTS, [result | {"run": run} for result in results.rows])
    if results.words:
        db.session.execute(WORDS, results.words)
    db.session.commit()
    if results.refused or results.reached:
        _flag_addresses(results)


def _flag_addresses(results: Results) -> None:
    """Whose address was refused for good is remembered with the server's words, until one of his mails gets through.

    In a transaction of its own: whatever happens to it, the mails have been written down as sent.
    """
    begin_writing()
    if reached := results.reached - results.refused.keys():
        clear = update(Person).where(Person.id.in_(sorted(reached)), Person.address_failed_at.is_not(None))
        db.session.execute(clear.values(address_failed_at=None, address_answer=None))
    for person_id, facts in sorted(results.refused.items()):
        flag = update(Person).where(Person.id == person_id, Person.email == facts["address"])
        db.session.execute(flag.values(address_failed_at=facts["at"], address_answer=facts["answer"]))
    db.session.commit()


TABLE = Notice.__table__
RESULTS = (
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
WORDS = (
    update(TABLE)
    .where(TABLE.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in ("subject", "body", "read_at")})
)
"""What a morning's digest said goes on record; nobody has to open again what only lists what waits."""
