"""Tables of samples (抽查): a draw that can be repeated, and what was said when those drawn were called once more."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Identity, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import UtcMoment, db
from helpdesk.org.models import Person, Unit
from helpdesk.problems.models import Problem


class Sample(db.Model):  # type: ignore[name-defined]
    """A draw: period, kind, wish, seed and frame, all as they were, so that anybody can draw it again."""

    __tablename__ = "samples"
    __table_args__ = (
        CheckConstraint("(share IS NULL) <> (size IS NULL)", name="share_or_size"),
        CheckConstraint("first_on <= until_on", name="period"),
        Index("ix_samples_period", "until_on", "first_on"),
    )
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(15))  # workflows.sampling.KINDS
    first_on: Mapped[date]
    until_on: Mapped[date]
    share: Mapped[int | None]  # per cent
    size: Mapped[int | None]
    each_group: Mapped[bool] = mapped_column(default=False)
    seed: Mapped[int]
    frame: Mapped[list[list[int | None]]] = mapped_column(JSON)  # [problem, group] in the order of the draw
    drawn_at: Mapped[datetime] = mapped_column(UtcMoment)
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    drawn_by: Mapped[Person] = relationship()


class SampleItem(db.Model):  # type: ignore[name-defined]
    """A problem that was drawn: what was on record then, and what the enterprise says now."""

    __tablename__ = "sample_items"
    __table_args__ = (UniqueConstraint("sample_id", "problem_id"), Index("ix_sample_items_problem", "problem_id"))
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    sample_id: Mapped[int] = mapped_column(ForeignKey("samples.id"))
    problem_id: Mapped[int] = mapped_column(ForeignKey("problems.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))  # that had it when it was drawn
    state: Mapped[str] = mapped_column(String(15))  # workflows.sampling.SAMPLING
    unreached_calls: Mapped[int] = mapped_column(default=0)
    on_record: Mapped[dict[str, str | None]] = mapped_column(JSON)  # the answers as they were when it was drawn
    said: Mapped[dict[str, str | None]] = mapped_column(JSON)  # the answers of this call; empty until then
    differs: Mapped[list[str]] = mapped_column(JSON)  # in words; empty where nothing does
    deviates: Mapped[bool] = mapped_column(default=False)
    called_at: Mapped[datetime | None] = mapped_column(UtcMoment)  # the newest try
    called_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str | None] = mapped_column(String(1000))
    sample: Mapped[Sample] = relationship()
    problem: Mapped[Problem] = relationship()
    group: Mapped[Unit | None] = relationship()
    called_by: Mapped[Person | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
