"""Tables of declared days and of the hours in which offices work."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Identity, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from helpdesk.db import UtcMoment, db

NATIONAL, AMENDMENT, DISTRICT = "national", "amendment", "district"
"""A whole year by the State Council; single days by it; single days of the district."""


class Declaration(db.Model):  # type: ignore[name-defined]
    """A notice that declares days off and working days; the newest one decides about a day."""

    __tablename__ = "declarations"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # national (a whole year) | amendment (single days) | district
    year: Mapped[int | None] = mapped_column(index=True)  # national: the year it arranges
    title: Mapped[str] = mapped_column(String(100))
    number: Mapped[str | None] = mapped_column(String(40))  # 国办发明电〔2025〕7号
    published_on: Mapped[date | None]
    text: Mapped[str | None] = mapped_column(Text)  # as it was pasted or uploaded
    entered_at: Mapped[datetime] = mapped_column(UtcMoment)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # None: came with the program
    days: Mapped[list["DeclaredDay"]] = relationship(back_populates="declaration", order_by="DeclaredDay.day")


class DeclaredDay(db.Model):  # type: ignore[name-defined]
    """One day of a declaration."""

    __tablename__ = "declared_days"
    __table_args__ = (Index("ix_declared_days_day", "day"),)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declarations.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(40))
    declaration: Mapped[Declaration] = relationship(back_populates="days")


class OfficeHours(db.Model):  # type: ignore[name-defined]
    """The hours of a season (夏令、冬令); a season lasts until the next one of the year begins."""

    __tablename__ = "office_hours"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    begins_month: Mapped[int]
    begins_day: Mapped[int]
    windows: Mapped[list[list[str]]] = mapped_column(JSON)  # [["08:30", "11:30"], ["13:30", "17:00"]]
