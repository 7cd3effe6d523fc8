"""Fills an empty database with the district and the last three months of its work, sweeps and mails included."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from flask import current_app
from sqlalchemy import String, cast, exists, literal, update

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.demo import auditing, bulletins, district, orders, samples
from helpdesk.demo.problems import Record
from helpdesk.demo.walking import Round, Walk
from helpdesk.notices.models import DROPPED, SENT, WAITING, Notice
from helpdesk.notices.post import post
from helpdesk.notices.rechecking import Knowledge
from helpdesk.operations.mornings import begin_mail_day
from helpdesk.problems import digesting
from helpdesk.problems.models import ProblemClock
from helpdesk.problems.sweep import sweep

SWEEPS_AT = time(0, 5)
TENDS_AT = time(9, 45)  # the supervision office looks at its orders
POSTS_AT = (time(8, 31), time(11, 31), time(14, 31), time(17, 29))
MAIL_DAYS = 1  # the mails of today and of so many working days before are really written
READ_DAYS = 5  # older notices count as read
NOTED = "演示数据，未实际发送"

Say = Callable[[str], None]


def load(records: Iterable[Record], now: datetime, say: Say) -> None:
    """The whole demo as it stands at ``now``; the database must be empty."""
    district.found(now)
    say("district founded: units, people, enterprises")
    walk = Walk(records, now)
    progress = _Progress(len(walk.planned), say)
    walk.go(_rounds(calendar().day_of(walk.planned[0].at), now), each_step=progress.step)
    _mark_read(now - timedelta(days=READ_DAYS))
    district.name_substitutes(now)
    bulletins.issue_last_month(now)
    samples.draw_last_month(now)
    auditing.audit(now)
    say(f"{len(walk.travellers)} problems walked to where they stand today")


@dataclass
class _Progress:
    total: int
    say: Say
    done: int = field(default=0)

    def step(self) -> None:
        """Count one; speak at every tenth part."""
        before, self.done = self.done * 10 // self.total, self.done + 1
        if (now := self.done * 10 // self.total) > before and now < 10:
            self.say(f"{now * 10} % of {self.total} steps")


def _rounds(first: date, now: datetime) -> Iterator[Round]:
    """The sweeps of every day, and the posts of the last days; what was to be told before counts as told."""
    mails_from = calendar().add(calendar().day_of(now), -MAIL_DAYS)
    day = first
    while (swept_at := calendar().at(day, SWEEPS_AT)) < now:
        if day == mails_from:
            yield swept_at, _settle
        yield swept_at, sweep
        if (tended_at := calendar().at(day, TENDS_AT)) < now:
            yield tended_at, orders.tend
        if day >= mails_from:
            yield from ((at, _post) for at in (calendar().at(day, hour) for hour in POSTS_AT) if at < now)
        day += timedelta(days=1)
    yield now, sweep
    yield now, _post


def _post(now: datetime) -> None:
    """Mails become files; a real mail server is not troubled with made-up mails."""
    if current_app.config["MAIL_SERVER"]:
        _settle(now)
    else:
        begin_mail_day(now, digesting.waits)
        post(now, knows=Knowledge(moot=digesting.moot, waits=digesting.waits))


def _settle(now: datetime) -> None:
    """What should have left by ``now`` has left, at its hour; reminders of clocks that had stopped were dropped."""
    due = (Notice.status == WAITING, Notice.send_after_at <= now)
    stopped = exists().where(ProblemClock.id == Notice.clock_id, ProblemClock.stopped_at <= Notice.send_after_at)
    message_id = literal("<demo-") + cast(Notice.id, String) + literal("@example.org>")
    for change in (
        update(Notice).where(*due, stopped).values(status=DROPPED, dropped_why="已经办理，不必再提醒"),
        update(Notice)
        .where(*due)
        .values(status=SENT, tries=1, sent_at=Notice.send_after_at, message_id=message_id, server_answer=NOTED),
    ):
        db.session.execute(change.execution_options(synchronize_session=False))
    db.session.commit()


def _mark_read(before: datetime) -> None:
    reading = update(Notice).where(
        Notice.person_id.is_not(None), Notice.send_after_at < before, Notice.read_at.is_(None)
    )
    db.session.execute(reading.values(read_at=Notice.send_after_at).execution_options(synchronize_session=False))
    db.session.commit()
