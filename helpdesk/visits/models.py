"""Tables of visits: what was planned and found, every change with what stood there before, photos, and problems raised."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Identity, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import UtcMoment, db
from helpdesk.enterprises.models import Enterprise
from helpdesk.org.models import Person


class State(StrEnum):
    """Where a visit is."""

    PLANNED = "planned"
    DONE = "done"
    DROPPED = "dropped"


class Way(StrEnum):
    """How the enterprise was visited."""

    SITE = "site"
    PHONE = "phone"


class Outcome(StrEnum):
    """Whether there was a problem to be raised; that there was none is as good an answer."""

    NONE = "none"
    FOUND = "found"


STATES = ((State.PLANNED, "计划"), (State.DONE, "已走访"), (State.DROPPED, "已取消"))
WAYS = ((Way.SITE, "实地走访"), (Way.PHONE, "电话回访"))
OUTCOMES = ((Outcome.NONE, "本次走访没有发现问题"), (Outcome.FOUND, "发现问题，要登记"))


class Visit(db.Model):  # type: ignore[name-defined]
    """One person's visit to one enterprise, planned or done."""

    __tablename__ = "visits"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'done', 'dropped')", name="known_state"),
        CheckConstraint("planned_on IS NOT NULL OR state = 'done'", name="planned_has_day"),
        CheckConstraint(
            "(state = 'done') = (done_on IS NOT NULL AND way IS NOT NULL AND outcome IS NOT NULL"
            " AND situation IS NOT NULL AND recorded_at IS NOT NULL)",
            name="done_is_complete",
        ),
        Index("ix_visits_enterprise", "enterprise_id", "state", "done_on"),
        Index("ix_visits_person", "person_id", "state", "planned_on"),
        Index("ix_visits_done", "done_on", "id"),
        Index("ix_visits_planned", "planned_on", "id"),
    )
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  # whose visit it is
    state: Mapped[str] = mapped_column(String(10))
    planned_on: Mapped[date | None]
    purpose: Mapped[str | None] = mapped_column(String(200))
    done_on: Mapped[date | None]
    way: Mapped[str | None] = mapped_column(String(10))
    people_met: Mapped[str | None] = mapped_column(String(200))
    situation: Mapped[str | None] = mapped_column(Text)
    needs: Mapped[str | None] = mapped_column(Text)
    follow_up: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(10))
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"))  # the visit this call comes back to
    entered_at: Mapped[datetime] = mapped_column(UtcMoment)
    recorded_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    enterprise: Mapped[Enterprise] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    recorded_by: Mapped[Person | None] = relationship(foreign_keys=[recorded_by_id])


class VisitChange(db.Model):  # type: ignore[name-defined]
    """Something that was done to a visit; rows are only added. ``former``: what a correction replaced, by column."""

    __tablename__ = "visit_changes"
    __table_args__ = (Index("ix_visit_changes_visit", "visit_id", "id"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    at: Mapped[datetime] = mapped_column(UtcMoment)
    kind: Mapped[str] = mapped_column(String(12))  # planned | moved | recorded | corrected | handed_over | dropped
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    by_name: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(300), default="")
    former: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)


class VisitFile(db.Model):  # type: ignore[name-defined]
    """A photo or paper of a visit, kept outside the web root like those of problems."""

    __tablename__ = "visit_files"
    __table_args__ = (Index("ix_visit_files_visit", "visit_id"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(100), index=True)


class VisitProblem(db.Model):  # type: ignore[name-defined]
    """A problem that was raised directly from a visit."""

    __tablename__ = "visit_problems"
    __table_args__ = (Index("ix_visit_problems_visit", "visit_id"),)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"), primary_key=True, autoincrement=False)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
