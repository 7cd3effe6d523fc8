"""The heartbeat of every recurring job, which daily job has been taken on which day, and when nothing ran."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import UtcMoment, db


class Heartbeat(db.Model):  # type: ignore[name-defined]
    """The last run of a job in any process; ``error`` is None when it went well."""

    __tablename__ = "heartbeats"
    job: Mapped[str] = mapped_column(String(20), primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(UtcMoment)
    succeeded_at: Mapped[datetime | None] = mapped_column(UtcMoment)  # the end of the last run that went well
    by: Mapped[str] = mapped_column(String(60))  # machine and process
    did: Mapped[str | None] = mapped_column(String(300))  # what the last good run did
    error: Mapped[str | None] = mapped_column(String(300))


class DayTaken(db.Model):  # type: ignore[name-defined]
    """A daily job of a local day: whoever writes the row does it, nobody else."""

    __tablename__ = "days_taken"
    job: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    by: Mapped[str] = mapped_column(String(60))
    taken_at: Mapped[datetime] = mapped_column(UtcMoment)


class Standstill(db.Model):  # type: ignore[name-defined]
    """A span in which no sweep went well for too long; noticed once, by the first run after it."""

    __tablename__ = "standstills"
    since_at: Mapped[datetime] = mapped_column(UtcMoment, primary_key=True)  # the end of the last good run before
    until_at: Mapped[datetime] = mapped_column(UtcMoment)
    noticed_by: Mapped[str] = mapped_column(String(60))
