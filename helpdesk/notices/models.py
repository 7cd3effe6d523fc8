"""The outbox and the ledger of who was told what, in one table."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import UtcMoment, db

WAITING, SENT, FAILED, DROPPED, NO_ADDRESS = "waiting", "sent", "failed", "dropped", "no_address"
MAIL, CHAT = "mail", "chat"
URGENT = "urgent"
"""A pace that no rule names: leaves at any hour, because the problem is urgent."""


class Notice(db.Model):  # type: ignore[name-defined]
    """One person told one thing for one cause; ``cause`` and ``reader`` make "twice" impossible."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("cause", "name", "reader"),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_has_moment"),
        Index("ix_notices_waiting", "status", "send_after_at"),
        Index("ix_notices_person", "person_id", "id"),
        Index("ix_notices_problem", "problem_id", "id"),
        Index("ix_notices_unread", "person_id", "read_at"),
    )
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(30))  # which notice: its template
    cause: Mapped[str] = mapped_column(String(40))  # e<entry> or s<clock>.<milestone>.<due day>
    reader: Mapped[str] = mapped_column(String(110))  # p<person> or the contact's e-mail address
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reader_name: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(20))  # why this reader
    address: Mapped[str | None] = mapped_column(String(100))
    problem_id: Mapped[int | None] = mapped_column(ForeignKey("problems.id"))
    clock_id: Mapped[int | None] = mapped_column(ForeignKey("clocks.id"))  # set for reminders: moot once it stopped
    proceeding_id: Mapped[int | None] = mapped_column(
        ForeignKey("proceedings.id")
    )  # of what is about no single problem
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"))  # the enterprise's own link goes in
    channel: Mapped[str] = mapped_column(String(10), default=MAIL)  # mail | chat
    catch_up: Mapped[bool] = mapped_column(default=False)  # told late, after an outage
    turn_since_at: Mapped[datetime | None] = mapped_column(UtcMoment)  # told because of a turn that began then
    path: Mapped[str | None] = mapped_column(String(100))  # else: the page on our site
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)  # plain text without link and footer
    why: Mapped[str] = mapped_column(String(200))
    pace: Mapped[str] = mapped_column(String(10))  # at_once | digest | urgent
    written_at: Mapped[datetime] = mapped_column(UtcMoment)
    send_after_at: Mapped[datetime] = mapped_column(UtcMoment)
    status: Mapped[str] = mapped_column(String(10), default=WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_until_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    sent_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    message_id: Mapped[str | None] = mapped_column(String(100))
    server_answer: Mapped[str | None] = mapped_column(String(300))  # proof of hand-over, or the last error
    dropped_why: Mapped[str | None] = mapped_column(String(100))
    read_at: Mapped[datetime | None] = mapped_column(UtcMoment)  # opened on our site
