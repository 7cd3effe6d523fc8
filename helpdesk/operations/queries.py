"""Reading what keeps the installation running: heartbeats, the level of the migrations, files nobody refers to."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text
from sqlalchemy.orm import lazyload

from helpdesk.db import db
from helpdesk.ledgers.queries import referred as imported_from
from helpdesk.notices.models import FAILED, Notice
from helpdesk.operations.models import DayTaken, Heartbeat, Standstill
from helpdesk.org.models import AdminRole, Person
from helpdesk.problems.models import Attachment
from helpdesk.visits.models import VisitFile

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@dataclass(frozen=True)
class Migration:
    """Which step of the migrations the database has reached, and which one this program needs."""

    database: str | None
    program: str

    @property
    def fits(self) -> bool:
        """Whether the two agree."""
        return self.database == self.program


def heartbeats() -> dict[str, Heartbeat]:
    """The last run of every job that has ever run, by job."""
    return {beat.job: beat for beat in db.session.scalars(select(Heartbeat))}


def age(beat: Heartbeat | None, now: datetime) -> int | None:
    """Seconds since the job last went well; None when it never did."""
    return int((now - beat.succeeded_at).total_seconds()) if beat and beat.succeeded_at else None


def is_stale(beat: Heartbeat | None, now: datetime, late_after: timedelta) -> bool:
    """Whether a job's last good run lies too far back, or too far ahead because a machine's clock was moved back."""
    seconds = age(beat, now)
    return seconds is not None and abs(seconds) > late_after.total_seconds()


def last_taken(job: str, *, before: date) -> datetime | None:
    """When that daily job was last taken for a day before that one; None when it never was."""
    taken = select(func.max(DayTaken.taken_at)).where(DayTaken.job == job, DayTaken.day < before)
    return db.session.scalar(taken)


def newest_standstill(now: datetime) -> tuple[datetime, datetime] | None:
    """The newest span in which no sweep went well for too long, as far as it had been noticed by then."""
    noticed = select(Standstill).where(Standstill.until_at <= now).order_by(Standstill.until_at.desc()).limit(1)
    row = db.session.scalars(noticed).first()
    return (row.since_at, row.until_at) if row else None


def administrators() -> list[Person]:
    """Whoever keeps the installation running: the active holders of the duty 系统管理员."""
    return holders_of("system")


def holders_of(duty: str) -> list[Person]:
    """The active holders of one of the three administrators' duties: system, security, audit."""
    holders = select(Person).where(Person.active, Person.roles.any(AdminRole.name == duty))
    return list(db.session.scalars(holders.options(lazyload(Person.roles)).order_by(Person.id)))


def mailed_people() -> list[Person]:
    """Everybody with an account and an address."""
    everybody = select(Person).where(Person.active, Person.email.is_not(None))
    return list(db.session.scalars(everybody.options(lazyload(Person.roles)).order_by(Person.id)))


def flagged_people(limit: int) -> list[Person]:
    """Whose address the mail server has refused for good, the newest first."""
    flagged = select(Person).where(Person.active, Person.address_failed_at.is_not(None))
    rows = flagged.options(lazyload(Person.roles)).order_by(Person.address_failed_at.desc(), Person.id)
    return list(db.session.scalars(rows.limit(limit)))


def failed_since(moment: datetime | None) -> list[Notice]:
    """What has failed for good since that moment, or ever; the newest first."""
    failed = select(Notice).where(Notice.status == FAILED).order_by(Notice.send_after_at.desc(), Notice.id.desc())
    return list(db.session.scalars(failed.where(Notice.send_after_at >= moment) if moment else failed))


def migration() -> Migration:
    """The level of the database and of the program."""
    return Migration(db.session.scalar(text("SELECT version_num FROM alembic_version")), _newest())


@cache
def _newest() -> str:
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(settings).get_current_head() or ""


def day_is_taken(job: str, day: object) -> bool:
    """Whether some process has done, or is doing, that daily job on that local day."""
    taken = select(func.count()).select_from(DayTaken).where(DayTaken.job == job, DayTaken.day == day)
    return bool(db.session.scalar(taken))


def referred(names: Collection[str]) -> set[str]:
    """Which of these stored files belong to a problem, a visit or an import."""
    found: set[str] = set()
    for some in _by(500, iter(names)):
        found.update(imported_from(some))
        for column in (Attachment.stored_as, VisitFile.stored_as):
            found.update(db.session.scalars(select(column).where(column.in_(some))))
    return found


def _by(size: int, names: Iterator[str]) -> Iterator[list[str]]:
    while some := list(islice(names, size)):
        yield some
