"""The tables of what was audited, and of the seals under everything that is chained."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Identity, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.chain import Chained
from helpdesk.db import UtcMoment, db

LONGEST_ABOUT, LONGEST_NAME = 300, 60  # characters
NOBODY = 0
"""The lane of what no known person did."""


class AuditEvent(Chained, db.Model):  # type: ignore[name-defined]
    """Something that was done or refused. Each person's events follow one another, so that people need not wait."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_lane", "lane", "id"),
        Index("ix_audit_events_at", "at", "id"),
        Index("ix_audit_events_kind", "kind", "at"),
        Index("ix_audit_events_number", "number"),
    )
    chained_by = "lane"
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)
    lane: Mapped[int]  # ``by_id``, or NOBODY
    at: Mapped[datetime] = mapped_column(UtcMoment)
    kind: Mapped[str] = mapped_column(String(30))  # workflows.audited
    ok: Mapped[bool]  # done, or refused
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    by_name: Mapped[str] = mapped_column(String(LONGEST_NAME))  # as it was then; of strangers the name they gave
    address: Mapped[str | None] = mapped_column(String(64))  # where the request came from
    about: Mapped[str] = mapped_column(String(LONGEST_ABOUT))  # what or whom, in words
    number: Mapped[str | None] = mapped_column(String(20))  # of the problem, where it is about one
    details: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # label and value, or label, before and after

    @classmethod
    def subject_words(cls, subject: Any) -> str:
        """Whose events they are."""
        return f"人员编号 {subject}" if subject else "未登录人员"


class Seal(Chained, db.Model):  # type: ignore[name-defined]
    """What all chained tables held that was new since the seal before it; the seals are one chain over everything.

    ``parts``: for each table with news its name, the exact keys as spans, how many they are, and a digest of their hashes.
    ``totals``: for every table how many rows are under a seal by now, and the highest key among them.
    """

    __tablename__ = "audit_seals"
    __table_args__ = (Index("ix_audit_seals_at", "at"),)
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)  # of several processes that seal at once one wins
    at: Mapped[datetime] = mapped_column(UtcMoment)
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    totals: Mapped[dict[str, dict[str, int]]] = mapped_column(JSON)

    @classmethod
    def subject_words(cls, subject: Any) -> str:
        """There is one chain of seals."""
        return "封存记录"
