"""Which problems an order is about; the order itself is a proceeding."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Identity, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import UtcMoment, db
from helpdesk.problems.models import Problem, ProblemClock
from helpdesk.proceedings.models import Proceeding


class OrderProblem(db.Model):  # type: ignore[name-defined]
    """One problem in an order, as late as it was then; a clock's milestone drafts once, whatever runs how often."""

    __tablename__ = "order_problems"
    __table_args__ = (
        UniqueConstraint("order_id", "problem_id"),
        UniqueConstraint("clock_id", "milestone"),
        Index("ix_order_problems_problem", "problem_id"),
    )
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("proceedings.id"))
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"))
    clock_id: Mapped[int | None] = mapped_column(ForeignKey("clocks.id"))  # the leg that is late
    milestone: Mapped[str | None] = mapped_column(String(20))  # what drafted it; None: somebody did
    due_on: Mapped[date | None]
    late_days: Mapped[int]  # working days, when it was put in
    added_at: Mapped[datetime] = mapped_column(UtcMoment)
    dropped: Mapped[bool] = mapped_column(default=False)  # taken out of the draft again
    after_id: Mapped[int | None] = mapped_column(ForeignKey("proceedings.id"))  # an earlier open order about it
    order: Mapped[Proceeding] = relationship(foreign_keys=[order_id])
    problem: Mapped[Problem] = relationship()
    clock: Mapped[ProblemClock | None] = relationship()
