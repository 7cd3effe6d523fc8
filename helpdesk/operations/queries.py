"""Reading what keeps the installation running: heartbeats, the level of the migrations, files nobody refers to."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text

from helpdesk.db import db
from helpdesk.operations.models import DayTaken, Heartbeat
from helpdesk.problems.models import Attachment

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
    """Which of these stored files belong to an attachment."""
    found: set[str] = set()
    for some in _by(500, iter(names)):
        found.update(db.session.scalars(select(Attachment.stored_as).where(Attachment.stored_as.in_(some))))
    return found


def _by(size: int, names: Iterator[str]) -> Iterator[list[str]]:
    while some := list(islice(names, size)):
        yield some
